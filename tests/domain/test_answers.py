"""What comes back: an answer counts whenever it comes, and none silences another."""

import pytest

from tests.builders import (
    DAY,
    FINN,
    GRETA,
    HOUR,
    RECIPIENT,
    Desk,
    refused,
)
from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM
from tocsin.domain.case import Delivery, DeliveryState
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import Method, ReactionKind
from tocsin.domain.refusal import Code
from tocsin.domain.warning import WarningKind


def the(desk: Desk, delivery_id: str) -> Delivery:
    return desk.case.deliveries[delivery_id]


def test_a_visit_is_one_event_and_no_acknowledgement() -> None:
    desk = Desk()
    delivery_id = desk.handed_over()
    assert desk.does(RECIPIENT, c.Visit, delivery_id=delivery_id)
    assert desk.does(RECIPIENT, c.Visit, delivery_id=delivery_id) == []
    assert the(desk, delivery_id).acknowledged_at is None
    assert desk.runs(Clock.RECEIPT, delivery_id)


def test_a_second_acknowledgement_changes_nothing() -> None:
    desk = Desk()
    delivery_id = desk.acknowledged()
    before = desk.case
    assert desk.waits(HOUR).does(RECIPIENT, c.Acknowledge, delivery_id=delivery_id) == []
    assert desk.case is before


def test_an_unknown_delivery_is_refused() -> None:
    desk = Desk().released()
    with refused(Code.DELIVERY_UNKNOWN):
        desk.does(RECIPIENT, c.Visit, delivery_id="d9")


@pytest.mark.parametrize("closed", [True, False])
def test_a_late_acknowledgement_counts_on_a_closed_case_too(closed: bool) -> None:
    desk = Desk()
    delivery_id = desk.handed_over()
    if closed:
        desk.stood_down().closed()
    desk.waits(49 * HOUR)
    (acknowledged, *_) = desk.does(RECIPIENT, c.Acknowledge, delivery_id=delivery_id)
    assert acknowledged.late
    assert the(desk, delivery_id).state is DeliveryState.UNDERSTOOD
    assert desk.case.is_open is not closed


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_an_answer_to_a_delivery_given_up_still_counts(state: str) -> None:
    desk = Desk()
    delivery_id = desk.planned()
    if state == "failed":
        desk.attempted(delivery_id, "permanent", reason="bounced")
    else:
        desk.does(FINN, c.CancelDelivery, delivery_id=delivery_id, reason="too late")
    desk.does(RECIPIENT, c.Acknowledge, delivery_id=delivery_id)
    assert the(desk, delivery_id).state is DeliveryState.UNDERSTOOD
    assert desk.runs(Clock.FIRST_ATTEMPT, "v1") is None


@pytest.mark.parametrize("result", ["handed_over", "permanent"])
def test_an_answer_that_overtakes_the_channel_is_not_taken_back(result: str) -> None:
    desk = Desk()
    delivery_id = desk.planned()
    desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
    desk.does(RECIPIENT, c.Acknowledge, delivery_id=delivery_id)
    desk.does(SYSTEM, c.RecordAttempt, delivery_id=delivery_id, attempt=1, result=result)
    assert the(desk, delivery_id).state is DeliveryState.UNDERSTOOD


def test_a_rejection_is_kept_word_for_word_and_lowers_nothing() -> None:
    desk = Desk()
    delivery_id = desk.handed_over()
    reacts(desk, delivery_id, ReactionKind.REJECTED, "This is blackmail.")
    delivery = the(desk, delivery_id)
    assert delivery.state is DeliveryState.REFUSED
    assert [one.words for one in delivery.reactions] == ["This is blackmail."]
    assert desk.case.victims["v1"].determination
    assert desk.due_in(Clock.ACTION_CHECK, delivery_id) == 2 * HOUR
    desk.follows(WarningKind.UPDATE)
    assert desk.planned(warning_id="w2", recipient_id="r1")


def reacts(desk: Desk, delivery_id: str, kind: ReactionKind, words: str = "When?") -> None:
    desk.does(RECIPIENT, c.React, delivery_id=delivery_id, kind=kind, words=words)


def test_a_question_reopens_a_closed_case_and_must_be_dealt_with() -> None:
    desk = Desk().closed()
    delivery_id = next(iter(desk.case.deliveries))
    reacts(desk, delivery_id, ReactionKind.WILL_ACT)
    assert not desk.case.is_open
    reacts(desk, delivery_id, ReactionKind.QUESTION)
    assert desk.case.is_open
    assert desk.runs(Clock.ACTION_CHECK, delivery_id)
    with refused(Code.CASE_HAS_BLANKS):
        desk.closed()
    desk.acted(delivery_id)
    assert not desk.closed().case.is_open


def test_a_question_from_somebody_who_never_confirmed_keeps_the_case_open() -> None:
    desk = Desk()
    delivery_id = desk.handed_over()
    reacts(desk, delivery_id, ReactionKind.QUESTION)
    desk.stood_down()
    with refused(Code.CASE_HAS_BLANKS):
        desk.closed()
    desk.acted(delivery_id)
    assert not desk.closed().case.is_open


def test_a_bounded_number_of_answers_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.domain.deciding.answers.MOST_REACTIONS", 1)
    desk = Desk()
    delivery_id = desk.handed_over()
    reacts(desk, delivery_id, ReactionKind.WILL_ACT)
    with refused(Code.TOO_MANY_TRIES):
        reacts(desk, delivery_id, ReactionKind.QUESTION)


def test_no_officer_records_an_answer_to_what_was_never_brought() -> None:
    desk = Desk()
    meeting = desk.planned(Method.IN_PERSON)
    answer = {"delivery_id": meeting, "kind": ReactionKind.REJECTED, "words": "no, thank you"}
    with refused(Code.DELIVERY_NOT_MADE):
        desk.does(GRETA, c.RecordReaction, **answer)
    assert desk.runs(Clock.FIRST_ATTEMPT, "v1")
    desk.attests(meeting)
    desk.does(GRETA, c.RecordReaction, **answer)


def test_whether_action_was_taken_is_yes_no_or_unknown() -> None:
    desk = Desk()
    delivery_id = desk.acknowledged()
    with refused(Code.BAD_VALUE):
        desk.does(GRETA, c.RecordAction, delivery_id=delivery_id, taken="perhaps", words="?")
    desk.waits(DAY).acted(delivery_id)
    assert the(desk, delivery_id).acted_at == desk.now
