"""Whom the duty itself requires to be told: asked for until told, or a reason says why not."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import BEN, GRETA, Desk, refused
from tests.domain.telling import POLICE, Telling
from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM
from tocsin.domain.deciding.follow_up import blanks
from tocsin.domain.duty import Clock
from tocsin.domain.events import CaseOpened, Event
from tocsin.domain.kinds import Matter, Relation
from tocsin.domain.narrate import narrate
from tocsin.domain.refusal import Code
from tocsin.domain.serial import from_plain, to_plain
from tocsin.domain.telling import THEMSELVES, required
from tocsin.domain.warning import WarningKind

BLANK = "victim v1: police must be told, and neither was nor is there a reason why not"


@pytest.fixture
def desk() -> Desk:
    """A warning released for one victim, with a follow-up owner."""
    desk = Desk(policy=Telling()).released()
    desk.does(BEN, c.NameFollowUpOwner, officer_id=GRETA.actor_id)
    return desk


def answers(desk: Desk, **fields: Any) -> list[Event]:
    return desk.does(BEN, c.AnswerRequirement, victim_id="v1", requirement="police", **fields)


def test_a_case_is_opened_with_those_whom_its_policy_requires(desk: Desk) -> None:
    assert desk.case.must_tell == (POLICE,)
    assert "EXAMPLE Police" in narrate(desk.happened[0], desk.case)


def test_to_have_told_somebody_else_is_not_enough_to_close(desk: Desk) -> None:
    desk.attempted(desk.planned(), "handed_over")
    assert BLANK in blanks(desk.case)
    with refused(Code.CASE_HAS_BLANKS):
        desk.does(BEN, c.ProposeClosing, reason="EXAMPLE")


def test_whoever_is_named_as_required_has_been_told_once_it_was_handed_over(desk: Desk) -> None:
    recipient_id = desk.recipient(answers=("police",))
    (one,) = required(desk.case)
    assert [(r.recipient_id, one.under_way, one.told) for r in one.recipients] == [
        (recipient_id, False, False)
    ]
    delivery_id = desk.planned(recipient_id=recipient_id)
    assert next(required(desk.case)).under_way
    assert BLANK in blanks(desk.case)
    desk.attempted(delivery_id, "unknown")
    assert BLANK in blanks(desk.case)
    desk.attempted(delivery_id, "handed_over")
    assert next(required(desk.case)).told
    assert BLANK not in blanks(desk.case)


def test_what_failed_for_good_has_told_nobody(desk: Desk) -> None:
    delivery_id = desk.planned(recipient_id=desk.recipient(answers=("police",)))
    desk.attempted(delivery_id, "permanent", reason="EXAMPLE")
    assert BLANK in blanks(desk.case)


def test_somebody_already_named_and_told_may_turn_out_to_be_whom_it_requires(desk: Desk) -> None:
    delivery_id = desk.planned()
    desk.attempted(delivery_id, "handed_over")
    (event,) = [one for one in answers(desk, recipient_id="r1") if type(one).__name__[0] == "R"]
    assert "EXAMPLE Police" in narrate(event, desk.case)
    assert BLANK not in blanks(desk.case)


def test_a_reason_why_not_stands_on_the_record_and_in_the_case(desk: Desk) -> None:
    event = answers(desk, reason="they are the threat")[0]
    assert "they are the threat" in narrate(event, desk.case)
    (one,) = required(desk.case)
    assert one.untold is not None
    assert (one.untold.reason, one.untold.by) == ("they are the threat", BEN.named)
    assert BLANK not in blanks(desk.case)


def test_to_take_back_words_tells_nobody_of_the_danger(desk: Desk) -> None:
    recipient_id = desk.recipient(answers=("police",))
    desk.follows(WarningKind.CANCEL)
    delivery_id = desk.planned(warning_id="w2", recipient_id=recipient_id)
    desk.attempted(delivery_id, "handed_over")
    assert BLANK in blanks(desk.case)


def test_where_the_duty_is_waived_nobody_is_required() -> None:
    assert not list(required(Desk(policy=Telling()).waived().case))
    assert list(required(Desk(policy=Telling()).determined(Matter.WARN).case))


def clocks(desk: Desk) -> set[str]:
    """For whom a first attempt is waited for."""
    live = desk.case.deadlines.values()
    return {one.subject for one in live if one.clock is Clock.FIRST_ATTEMPT}


def test_one_told_stops_no_clock_for_another_whom_the_duty_requires(desk: Desk) -> None:
    assert clocks(desk) == {"v1"}
    desk.attempted(desk.planned(), "handed_over")
    assert clocks(desk) == {"v1:police"}
    (live,) = [one for one in desk.case.deadlines.values() if one.subject == "v1:police"]
    determination = desk.case.victims["v1"].determination
    assert determination is not None
    assert live.starts_at == determination.at
    desk.now = live.due_at
    desk.does(SYSTEM, c.Lapse, number=live.number, clock=live.clock)
    assert desk.case.lapses
    assert clocks(desk) == {"v1:police"}


def test_the_clock_of_whoever_is_required_stops_when_tried_and_starts_when_that_fails(
    desk: Desk,
) -> None:
    desk.attempted(desk.planned(), "handed_over")
    delivery_id = desk.planned(recipient_id=desk.recipient(answers=("police",)))
    assert clocks(desk) == {"v1:police"}
    desk.attempted(delivery_id, "unknown")
    assert clocks(desk) == set()
    desk.attempted(delivery_id, "permanent", reason="EXAMPLE")
    assert clocks(desk) == {"v1:police"}
    answers(desk, reason="they are the threat")
    assert clocks(desk) == set()


@pytest.mark.parametrize("relation", Relation)
def test_the_victim_and_whoever_protects_them_are_known_without_being_said_so(
    relation: Relation,
) -> None:
    named = replace(POLICE, name=THEMSELVES[relation])
    desk = Desk(policy=Telling((named,))).released()
    desk.does(BEN, c.NameFollowUpOwner, officer_id=GRETA.actor_id)
    desk.attempted(desk.planned(recipient_id=desk.recipient(relation=relation)), "handed_over")
    assert next(required(desk.case)).told


@pytest.mark.parametrize(
    "fields",
    [{}, {"reason": "  "}, {"recipient_id": "r1", "reason": "both"}],
)
def test_either_somebody_or_a_reason_is_given(desk: Desk, fields: dict[str, str]) -> None:
    desk.recipient()
    with refused(Code.BAD_VALUE):
        answers(desk, **fields)


def test_who_is_required_and_who_is_named_must_be_known(desk: Desk) -> None:
    with refused(Code.RECIPIENT_UNKNOWN):
        answers(desk, recipient_id="r9")
    with refused(Code.BAD_VALUE):
        desk.does(BEN, c.AnswerRequirement, victim_id="v1", requirement="victim", reason="EXAMPLE")
    with refused(Code.BAD_VALUE):
        desk.recipient(answers=("mayor",))
    with refused(Code.VICTIM_UNKNOWN):
        desk.does(BEN, c.AnswerRequirement, victim_id="v9", requirement="police", reason="EXAMPLE")


def test_a_case_opened_before_packs_named_recipients_still_loads() -> None:
    opened = Desk().opened().happened[0]
    plain = to_plain(opened)
    assert plain.pop("must_tell") == []
    assert from_plain(CaseOpened, plain) == opened
