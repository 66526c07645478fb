"""What officers corrected, as examples: what of it leaves the house, and what never does."""

import hashlib
import json

import pytest

from tests.builders import ADAM, ANNA, BEN, CARLA, INES, not_owed, refused
from tests.casework.road import received
from tocsin.casework import examples, records, understanding
from tocsin.casework.act import act
from tocsin.casework.intake import receive
from tocsin.casework.reads import case_of
from tocsin.domain import commands as c
from tocsin.domain.correcting import Correction, HarmStage, PassageRole
from tocsin.domain.kinds import Matter, VictimKind
from tocsin.domain.refusal import Code
from tocsin.store import events

TEXT = "He will be shot. Nobody\nknows by whom."
SAID = (
    Correction(start=0, end=16, stage=HarmStage.THREATENED, was="threatened"),
    Correction(start=17, end=29, role=PassageRole.NONE),
)


def corrected(app, text: str, *said: Correction, **report) -> str:
    """The number of a case with one report, and labels on it."""
    case_id = receive(app, received(content=text.encode(), **report), ANNA).case_id
    report_id = next(iter(case_of(app, case_id).reports))
    wanted = c.CorrectReading(
        case_id=case_id, report_id=report_id, model="lines/1", corrections=said or SAID
    )
    act(app, wanted, ANNA)
    return case_id


def test_an_export_stands_on_the_record_with_its_hash_and_why(app):
    corrected(app, TEXT)
    data, told = examples.export(app, ADAM, reason="the yearly training")
    with app.store.read() as db:
        newest = events.event_at(db, events.last_position(db))
        said = records.opened(app, newest).fields
    assert (
        said
        | {
            "kind": "ExamplesExported",
            "by": ADAM.actor_id,
            "reports": 1,
            "corrections": 2,
            "sha256": hashlib.sha256(data).hexdigest(),
            "reason": "the yearly training",
        }
        == said
    )
    assert told.markings == ()
    with refused(Code.BAD_VALUE):
        examples.export(app, ADAM, reason=" ")


def test_what_is_destroyed_or_an_exercise_is_never_an_example(app):
    corrected(app, TEXT, exercise=True)
    case_id = corrected(app, TEXT + " It is so.")
    assert examples.count(app, INES).reports == 1
    none = {"victim_id": "v1", "matter": Matter.NO_DUTY, "reason": "no threat"}
    for by, command, fields in (
        (ANNA, c.NameVictim, {"name": "He", "kind": VictimKind.PERSON}),
        (ANNA, c.RecordFindings, {"victim_id": "v1", "findings": not_owed()}),
        (BEN, c.ProposeDetermination, none),
        (CARLA, c.ConfirmDetermination, {"proposal_id": "p1"}),
        (BEN, c.ProposeClosing, {"reason": "a hoax"}),
        (CARLA, c.ConfirmClosing, {"proposal_id": "p2"}),
        (BEN, c.ProposeDestruction, {"authority": "EXAMPLE Records Act", "reason": "due"}),
        (CARLA, c.ConfirmDestruction, {"proposal_id": "p3"}),
    ):
        act(app, command(case_id=case_id, **fields), by)
    told = examples.count(app, INES, with_restricted=True)
    assert (told.reports, told.left_out, told.counts) == (0, 0, ())


@pytest.mark.parametrize(
    ("said", "sentences", "roles"),
    [
        (
            SAID,
            [("He will be shot.", "threatened"), ("Nobody knows by whom.", None)],
            [["none", "Nobody knows"]],
        ),
        (
            (Correction(start=11, end=23, role=PassageRole.VICTIM), SAID[0]),
            [("He will be shot. Nobody knows by whom.", "threatened")],
            [["victim", "shot. Nobody"]],
        ),
        (
            (Correction(start=17, end=38, stage=HarmStage.NONE),),
            [("He will be shot.", None), ("Nobody knows by whom.", "none")],
            [],
        ),
    ],
)
def test_sentences_are_as_officers_labelled_them_and_hold_the_words_of_each_role(
    app, said, sentences, roles
):
    corrected(app, TEXT, *said)
    data, _ = examples.export(app, ADAM, reason="EXAMPLE")
    line = json.loads(data)
    assert [(one["text"], one["stage"]) for one in line["sentences"]] == sentences
    assert line["roles"] == roles
    assert all(any(words in one for one, _ in sentences) for _, words in roles)


def test_an_export_takes_no_model(app, monkeypatch):
    corrected(app, TEXT)
    monkeypatch.setattr(understanding, "reader", None)
    assert examples.export(app, ADAM, reason="EXAMPLE")[1].reports == 1


def test_of_labels_on_overlapping_sentences_the_newest_is_told(app, clock):
    case_id = corrected(app, TEXT, Correction(start=0, end=38, stage=HarmStage.DONE))
    report_id = next(iter(case_of(app, case_id).reports))
    clock.now = clock.now.replace(minute=clock.now.minute + 1)
    newer = Correction(start=0, end=16, stage=HarmStage.DENIED)
    fields = {"report_id": report_id, "model": "lines/1", "corrections": (newer,)}
    act(app, c.CorrectReading(case_id=case_id, **fields), BEN)
    line = json.loads(examples.export(app, ADAM, reason="EXAMPLE")[0])
    assert [one["stage"] for one in line["sentences"]] == ["denied", None]
