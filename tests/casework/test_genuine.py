"""Whoever holds a warning learns whether this house released it; nobody learns anything else."""

from dataclasses import fields

import pytest

from tests.builders import ANNA, EVA, MINUTE, words
from tests.casework.counted import POLICY, cosigned
from tests.casework.road import VICTIM, Road, everything
from tests.support.house import log_keys, one_more_leaf
from tocsin.casework.acknowledge import proof as proof_behind
from tocsin.casework.acknowledge import words as words_behind
from tocsin.casework.genuine import check, proof
from tocsin.casework.release import message_for
from tocsin.domain import commands as c
from tocsin.domain.events import WarningReleased
from tocsin.domain.parity import NOBODY_INSIDE
from tocsin.domain.refusal import Code, Refusal
from tocsin.domain.serial import instant_text
from tocsin.domain.warning import WarningKind
from tocsin.record.log_faults import Quorum
from tocsin.record.verify_proof import verify_proof

REFUND = "Ring +1 555 0199 and give your card's number.\n"


def follows(road, kind):
    road.clock.advance(MINUTE)
    road.does(
        ANNA,
        c.DraftWarning,
        words=words(what="Other words."),
        victim_ids=("v1",),
        kind=kind,
        references="w1",
    )
    draft = road.case.warnings["w2"].draft
    road.does(
        EVA,
        c.ReleaseWarning,
        warning_id="w2",
        text_sha256=draft.text_sha256,
        residual_risk="none",
        parity=NOBODY_INSIDE,
    )
    return draft.text


def test_the_message_as_it_was_sent_is_genuine_and_so_are_its_bare_words(road, post):
    road.handed_over()
    warning = road.case.warnings["w1"]
    message = message_for(road.app, road.case, road.delivery).body
    for pasted in (message, warning.draft.text, " ".join(message.split())):
        (found,) = check(road.app, pasted)
        assert (found.text, found.released_at) == (warning.draft.text, warning.release.released_at)
        assert (found.followed_by, found.exercise) == (None, False)


def test_words_that_were_added_are_not_among_those_called_genuine(road):
    road.handed_over()
    text = road.case.warnings["w1"].draft.text
    (found,) = check(road.app, f"{REFUND}\n{text}{REFUND}")
    assert found.text == text


@pytest.mark.parametrize("change", [("Stay away", "Come"), ("0100", "0199"), ("What:", "What: x")])
def test_changed_words_are_not_genuine_and_asking_leaves_no_trace(road, change):
    road.handed_over()
    text = road.case.warnings["w1"].draft.text
    before = everything(road.app)
    assert check(road.app, text)
    assert check(road.app, text.replace(*change)) == ()
    assert everything(road.app) == before


def test_words_not_yet_released_are_not_genuine(road):
    road.drafted()
    assert check(road.app, road.case.warnings["w1"].draft.text) == ()
    with pytest.raises(Refusal) as refusal:
        proof(road.app, road.case_id, "w1")
    assert refusal.value.code is Code.WARNING_NOT_RELEASED


@pytest.mark.parametrize("kind", [WarningKind.UPDATE, WarningKind.CANCEL])
def test_what_has_followed_the_words_is_told_with_its_date(road, kind):
    road.handed_over()
    newer = follows(road, kind)
    (old,) = check(road.app, road.case.warnings["w1"].draft.text)
    (new,) = check(road.app, newer)
    assert old.followed_by is not None
    assert (old.followed_by.kind, old.followed_by.released_at) == (kind, road.clock())
    assert new.followed_by is None


def test_the_same_words_released_twice_are_both_told_the_newest_first(road, app, clock):
    road.drafted().releases()
    clock.advance(MINUTE)
    other = Road(app=app, clock=clock)
    other.receives(content=b"EXAMPLE. Another report.")
    other.drafted().releases()
    found = check(app, road.case.warnings["w1"].draft.text)
    assert [one.case_id for one in found] == [other.case_id, road.case_id]
    assert VICTIM not in repr(found)
    assert road.case_id not in repr(found)


def test_the_proof_opens_kind_words_hash_date_and_whether_it_was_an_exercise_alone(road):
    road.handed_over()
    text = proof(road.app, road.case_id, "w1")
    report = verify_proof(text.encode(), keys=log_keys(road.app))
    release = road.case.warnings["w1"].release
    assert report.faults == ()
    assert report.shown == {
        "kind": "WarningReleased",
        "text_sha256": release.text_sha256,
        "at": instant_text(release.released_at),
        "exercise": False,
    }
    assert report.hidden == len({one.name for one in fields(WarningReleased)}) + 2 - 4
    for name in (road.case_id, EVA.actor_id, "small, accepted by me"):
        assert name not in text


def test_the_proof_stands_under_the_newest_checkpoint_that_was_cosigned(road):
    road.handed_over()
    size = cosigned(road.app, road.clock())
    one_more_leaf(road.app)
    text = proof(road.app, road.case_id, "w1")
    report = verify_proof(text.encode(), keys=log_keys(road.app), policy=POLICY)
    assert (report.faults, report.size, report.quorum) == ((), size, Quorum.MET)


def test_whoever_holds_the_link_takes_the_proof_and_the_exact_words_away(road):
    road.handed_over()
    assert words_behind(road.app, road.token) == road.case.warnings["w1"].draft.text
    report = verify_proof(proof_behind(road.app, road.token).encode(), keys=log_keys(road.app))
    assert report.shown["text_sha256"] == road.delivery.text_sha256
    for act in (words_behind, proof_behind):
        with pytest.raises(Refusal) as refusal:
            act(road.app, f"{road.token}x")
        assert refusal.value.code is Code.LINK_UNKNOWN
