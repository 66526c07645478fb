"""Intent before act; sent is not received."""

from datetime import timedelta

import pytest

from tests.builders import (
    ANNA,
    BEN,
    FINN,
    MINUTE,
    Desk,
    refused,
)
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM
from tocsin.domain.case import Delivery, DeliveryState
from tocsin.domain.deciding.delivery import retry_delay
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import Method, VictimKind
from tocsin.domain.refusal import Code
from tocsin.domain.warning import WarningKind


def the(desk: Desk, delivery_id: str) -> Delivery:
    return desk.case.deliveries[delivery_id]


# Planning


def test_nothing_is_delivered_that_was_not_released() -> None:
    desk = Desk().determined()
    warning_id = desk.drafted()
    with refused(Code.WARNING_NOT_RELEASED):
        desk.planned(warning_id=warning_id)


def test_nothing_is_delivered_before_somebody_is_named_to_follow_up() -> None:
    desk = Desk().released()
    recipient_id = desk.recipient()
    with refused(Code.FOLLOW_UP_OWNER_MISSING):
        desk.does(FINN, c.PlanDelivery, warning_id="w1", recipient_id=recipient_id)
    desk.does(BEN, c.NameFollowUpOwner, officer_id="greta.moss")
    assert "greta.moss" in desk.case.members


def test_a_warning_goes_only_to_those_named_for_its_victims() -> None:
    desk = Desk().released()
    desk.does(ANNA, c.NameVictim, name="another", kind=VictimKind.PERSON)
    stranger = desk.recipient(victim_id="v2")
    for recipient_id in ("r9", stranger):
        with refused(Code.RECIPIENT_UNKNOWN):
            desk.planned(recipient_id=recipient_id)


def test_one_delivery_for_one_recipient_is_under_way_at_a_time() -> None:
    desk = Desk()
    first = desk.planned()
    with refused(Code.DELIVERY_SETTLED):
        desk.planned(recipient_id="r1")
    desk.attempted(first, "permanent", reason="no-such-mailbox")
    second = desk.planned(recipient_id="r1")
    assert the(desk, first).key != the(desk, second).key


def test_words_that_others_have_replaced_are_not_brought_any_more() -> None:
    desk = Desk().released()
    desk.follows(WarningKind.UPDATE)
    with refused(Code.WORDS_CHANGED):
        desk.planned(warning_id="w1")
    desk.planned(warning_id="w2")


# Attempts


def test_the_intent_is_on_the_record_before_the_act() -> None:
    desk = Desk()
    delivery_id = desk.planned()
    (started, *_) = desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
    assert started == e.AttemptStarted(
        by="system", at=desk.now, delivery_id=delivery_id, attempt=1, key=delivery_id
    )
    assert the(desk, delivery_id).attempt_open


def test_an_attempt_found_open_is_of_unknown_outcome_and_repeats_its_key() -> None:
    desk = Desk()
    delivery_id = desk.planned()
    desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
    unknown, again = desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)[:2]
    assert isinstance(unknown, e.AttemptOutcomeUnknown)
    assert unknown.attempt == 1
    assert isinstance(again, e.AttemptStarted)
    assert (again.attempt, again.key) == (2, delivery_id)


def test_handed_over_is_not_received() -> None:
    desk = Desk()
    delivery = the(desk, desk.handed_over())
    assert delivery.state is DeliveryState.HANDED_OVER
    assert delivery.acknowledged_at is None


def test_a_failure_in_passing_is_retried_later_and_later_and_at_most_twelve_times() -> None:
    desk = Desk()
    delivery_id = desk.planned()
    waits: list[timedelta | None] = []
    for _ in range(12):
        failed = desk.attempted(delivery_id, "passing", reason="busy")[0]
        assert isinstance(failed, e.AttemptFailed)
        waits.append(failed.retry_at and failed.retry_at - desk.now)
    assert waits == [timedelta(seconds=s) for s in (30, 60, 120, 240, 480, *[900] * 6)] + [None]
    assert the(desk, delivery_id).state is DeliveryState.FAILED
    with refused(Code.DELIVERY_SETTLED):
        desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)


def test_the_retry_delay_never_passes_a_quarter_of_an_hour() -> None:
    assert max(map(retry_delay, range(1, 40))) == 15 * MINUTE


def test_senders_that_die_each_time_are_given_up_loudly() -> None:
    desk = Desk()
    delivery_id = desk.planned()
    for _ in range(12):
        desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
    assert desk.case.deliveries[delivery_id].state is DeliveryState.ATTEMPTED
    desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
    assert desk.case.deliveries[delivery_id].state is DeliveryState.FAILED
    assert desk.runs(Clock.FIRST_ATTEMPT, "v1")


def test_an_outcome_the_channel_does_not_know_is_tried_again() -> None:
    desk = Desk()
    unknown = desk.attempted(desk.planned(), "unknown", detail="no answer")[0]
    assert isinstance(unknown, e.AttemptOutcomeUnknown)
    assert unknown.retry_at == desk.now + timedelta(seconds=30)


def test_a_result_that_no_channel_can_give_is_a_bug() -> None:
    desk = Desk()
    with pytest.raises(ValueError, match="no such result"):
        desk.attempted(desk.planned(), "lost")


def test_only_the_open_attempt_gets_a_result() -> None:
    desk = Desk()
    delivery_id = desk.handed_over()
    with refused(Code.DELIVERY_SETTLED):
        desk.does(SYSTEM, c.RecordAttempt, delivery_id=delivery_id, attempt=1, result="handed_over")


def test_a_permanent_failure_rings_the_first_attempt_anew() -> None:
    desk = Desk()
    delivery_id = desk.planned()
    desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
    assert desk.runs(Clock.FIRST_ATTEMPT, "v1") is None
    desk.waits(10 * MINUTE).attempted(delivery_id, "permanent", reason="no-such-mailbox")
    assert desk.due_in(Clock.FIRST_ATTEMPT, "v1") == 30 * MINUTE


# In person


def test_a_named_officer_attests_which_words_to_whom_and_how_identified() -> None:
    desk = Desk()
    delivery_id = desk.planned(Method.IN_PERSON)
    desk.attests(delivery_id)
    assert the(desk, delivery_id).state is DeliveryState.UNDERSTOOD
    with refused(Code.DELIVERY_SETTLED):
        desk.attests(delivery_id)


def test_told_and_not_understood_is_not_acknowledged_and_may_be_told_again() -> None:
    desk = Desk()
    delivery_id = desk.planned(Method.IN_PERSON)
    desk.attests(delivery_id, understood=False, read_back="")
    assert the(desk, delivery_id).state is DeliveryState.READ
    assert desk.due_in(Clock.RECEIPT, delivery_id) == 15 * MINUTE
    desk.attests(delivery_id)
    assert the(desk, delivery_id).state is DeliveryState.UNDERSTOOD


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text_sha256": "0" * 64}, Code.WORDS_CHANGED),
        ({"to_whom": " "}, Code.PARTICULARS_MISSING),
        ({"identity_check": ""}, Code.PARTICULARS_MISSING),
        ({"read_back": ""}, Code.PARTICULARS_MISSING),
    ],
)
def test_an_attestation_without_its_particulars_is_refused(
    changes: dict[str, str], code: Code
) -> None:
    desk = Desk()
    delivery_id = desk.planned(Method.IN_PERSON)
    with refused(code):
        desk.attests(delivery_id, **changes)


def test_a_meeting_lies_between_the_release_and_now() -> None:
    desk = Desk()
    delivery_id = desk.planned(Method.IN_PERSON)
    with refused(Code.TIME_IN_FUTURE):
        desk.attests(delivery_id, told_at=desk.now + MINUTE)
    with refused(Code.BAD_VALUE):
        desk.attests(delivery_id, told_at=desk.now - MINUTE)


def test_mail_is_not_attested_and_a_meeting_is_not_mailed() -> None:
    desk = Desk()
    mail, meeting = desk.planned(), desk.planned(Method.IN_PERSON)
    with refused(Code.DELIVERY_SETTLED):
        desk.attests(mail)
    with refused(Code.DELIVERY_SETTLED):
        desk.does(SYSTEM, c.StartAttempt, delivery_id=meeting)


# Cancelling


def test_only_a_delivery_that_reached_nobody_is_cancelled() -> None:
    desk = Desk()
    planned, handed_over = desk.planned(), desk.handed_over()
    desk.does(FINN, c.CancelDelivery, delivery_id=planned, reason="wrong mailbox")
    for delivery_id in (planned, handed_over):
        with refused(Code.DELIVERY_SETTLED):
            desk.does(FINN, c.CancelDelivery, delivery_id=delivery_id, reason="again")


def test_a_delivery_between_attempts_can_be_cancelled_and_one_in_flight_cannot() -> None:
    desk = Desk()
    delivery_id = desk.planned()
    desk.attempted(delivery_id, "passing", reason="busy")
    desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
    with refused(Code.DELIVERY_SETTLED):
        desk.does(FINN, c.CancelDelivery, delivery_id=delivery_id, reason="wrong address")
    desk.does(
        SYSTEM, c.RecordAttempt, delivery_id=delivery_id, attempt=2, result="passing", reason="busy"
    )
    desk.does(FINN, c.CancelDelivery, delivery_id=delivery_id, reason="wrong address")
    with refused(Code.DELIVERY_SETTLED):
        desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)


def test_words_replaced_between_attempts_are_not_sent_any_more() -> None:
    desk = Desk()
    delivery_id = desk.planned()
    desk.attempted(delivery_id, "passing", reason="busy")
    desk.follows(WarningKind.UPDATE)
    desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
    delivery = desk.case.deliveries[delivery_id]
    assert (delivery.state, delivery.attempt_open) == (DeliveryState.CANCELLED, False)


def test_cancelling_buys_no_time() -> None:
    desk = Desk()
    delivery_id = desk.planned()
    desk.waits(20 * MINUTE)
    desk.does(FINN, c.CancelDelivery, delivery_id=delivery_id, reason="wrong mailbox")
    assert desk.due_in(Clock.FIRST_ATTEMPT, "v1") == 10 * MINUTE
