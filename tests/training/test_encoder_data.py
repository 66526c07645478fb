"""Labels end up on the words they are about, and what a source does not label is masked."""

import json

import numpy as np

from tocsin.reading import encoder_files
from tocsin.reading.encoder_windows import ROLES
from tocsin.reading.understood import Role, Stage
from training.reading import corpus
from training.reading.evidence import aliases, evidence
from training.reading.windows import epoch, tokenizer, windows

TEXT = (
    "guerrillas of the fmln killed the mayor.  the mayor had been warned.  "
    "the mayoress was not hurt."
)
REPORT = {
    "docid": "X",
    "doctext": TEXT,
    "ree": {
        "PerpInd": [[["guerrillas", 0]]],
        "PerpOrg": [[["fmln", 18], ["farabundo marti front", 0]]],
        "Target": [],
        "Victim": [[["mayor", 35]]],
        "Weapon": [],
    },
    "gtt_templates": [{"incident_type": "attack"}],
    "key_templates": [{"stage_of_execution": "ACCOMPLISHED"}],
}


def only():
    (document,) = corpus.muc([json.dumps(REPORT)])
    return document


def test_every_whole_occurrence_of_a_filler_is_marked():
    found = [TEXT[start:end] for start, end, role in only().mentions if role is Role.VICTIM]
    assert found == ["mayor", "mayor"]


def test_a_sentence_with_a_filler_gets_the_stage_of_the_incident_and_others_none():
    stages = [(one.stage, one.stage_weight > 0) for one in only().sentences]
    assert stages == [(Stage.DONE, True), (Stage.DONE, True), (Stage.NONE, False)]


def test_word_pieces_carry_the_roles_of_their_words():
    pieces = tokenizer(encoder_files.ENGLISH / "tokenizer.json")
    (window,) = windows(only(), pieces)
    inside = window.roles[:, 1, ROLES.index(Role.PERPETRATOR_ORGANISATION)]
    spans = window.offsets[inside > 0]
    assert TEXT[spans[0, 0] : spans[-1, 1]] == "fmln"
    assert window.role_mask.sum() == 5
    assert np.isfinite(window.document).all()
    assert len(window.ids) == len(window.sentence) == len(window.offsets)


def test_both_readings_of_a_passage_stand_and_a_seventh_is_kept_apart():
    train, dev = corpus.read_passages("train"), corpus.read_passages("dev")
    assert not {one.id for one in train} & {one.id for one in dev}
    assert len(train) + len(dev) == 560
    assert all(one.roles == frozenset(ROLES) and one.labels is None for one in dev)


def test_batches_are_the_same_for_the_same_seed_and_hold_no_more_than_asked():
    pieces = tokenizer(encoder_files.ENGLISH / "tokenizer.json")
    every = [w for one in corpus.read_passages("dev") for w in windows(one, pieces)]
    one, other = (epoch(every, np.random.default_rng(5), 512, 1.0) for _ in range(2))
    assert [batch.keys for batch in one] == [batch.keys for batch in other]
    assert all(batch.ids.size <= 512 for batch in one)
    assert sum(len(batch.keys) for batch in one) == len(every)


def test_evidence_counts_the_reports_in_which_words_filled_a_role_and_stood():
    told = evidence([REPORT, {**REPORT, "ree": {**REPORT["ree"], "Victim": []}}])
    assert told[Role.VICTIM]["mayor"] == (1, 2)
    assert told[Role.PERPETRATOR_ORGANISATION]["fmln"] == (2, 2)
    assert aliases([REPORT]) == [("farabundo marti front", "fmln")]
