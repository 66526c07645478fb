"""What comes back by itself: receipts, bounces, scanners, replies; never more than it says."""

import pytest

from tests.builders import FINN, GRETA, RECIPIENT, Desk, refused
from tests.domain.chains import EACH, EMAIL, SMS, by, chained, follows, owned, the
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM
from tocsin.domain.case import DeliveryState
from tocsin.domain.delivering import Answered, Receipt
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import Method, ReactionKind
from tocsin.domain.plans import Answered as Settled
from tocsin.domain.plans import react
from tocsin.domain.refusal import Code
from tocsin.domain.warning import WarningKind

S = DeliveryState


def reports(desk: Desk, delivery_id: str, receipt: Receipt, part: str = "") -> list[e.Event]:
    return desk.does(
        SYSTEM, c.RecordReceipt, delivery_id=delivery_id, receipt=receipt, provider_id=part
    )


@pytest.mark.parametrize(
    ("receipts", "state"),
    [
        ([Receipt.DELIVERED], S.DELIVERED),
        ([Receipt.DELIVERED, Receipt.DELIVERED], S.DELIVERED),
        ([Receipt.DISPLAYED, Receipt.DELIVERED], S.OPENED),
        ([Receipt.DELIVERED, Receipt.UNDELIVERABLE], S.DELIVERED),
        ([Receipt.UNDELIVERABLE, Receipt.UNDELIVERABLE], S.FAILED),
        ([Receipt.UNDELIVERABLE, Receipt.DELIVERED], S.DELIVERED),
    ],
)
def test_receipts_in_any_order_and_twice_say_no_more_than_the_most_that_is_known(
    receipts: list[Receipt], state: DeliveryState
) -> None:
    desk = Desk()
    one = desk.handed_over()
    news = [bool(reports(desk, one, receipt)) for receipt in receipts]
    assert the(desk, one).state is state
    assert sum(news) == len(dict.fromkeys(receipts)) - (
        receipts == [Receipt.DELIVERED, Receipt.UNDELIVERABLE]
        or receipts == [Receipt.DISPLAYED, Receipt.DELIVERED]
    )
    assert (desk.runs(Clock.RECEIPT, one) is None) == (state is S.FAILED)


def test_a_receipt_counts_when_the_case_is_closed_and_chases_nobody() -> None:
    desk = owned()
    silent = desk.handed_over()
    desk.acted(desk.acknowledged())
    assert not desk.stood_down().closed().case.is_open
    reports(desk, silent, Receipt.DISPLAYED)
    assert the(desk, silent).state is S.OPENED
    assert follows(reports(desk, silent, Receipt.UNDELIVERABLE)) == []
    assert not desk.case.deadlines


def test_a_receipt_of_what_was_never_tried_is_none() -> None:
    desk = Desk()
    one = desk.planned()
    assert [reports(desk, one, receipt) for receipt in Receipt] == [[], [], []]


def test_a_receipt_may_come_before_the_hand_over_is_recorded() -> None:
    desk = Desk()
    one = desk.planned()
    desk.does(SYSTEM, c.StartAttempt, delivery_id=one)
    assert reports(desk, one, Receipt.DELIVERED, "m1")
    answer = Answered(delivery_id=one, attempt=1, result="handed_over", provider_id="m1")
    desk.does(SYSTEM, c.RecordAttempts, answers=(answer,))
    assert (the(desk, one).state, the(desk, one).provider_id) == (S.DELIVERED, "m1")


def test_a_long_text_is_delivered_when_all_of_its_parts_are_and_by_no_stranger() -> None:
    desk = Desk()
    one = desk.planned(Method.EMAIL, recipient_id="")
    desk.attempted(one, "handed_over", provider_id="a,b")
    assert reports(desk, one, Receipt.DELIVERED, "b")
    assert reports(desk, one, Receipt.DELIVERED, "b") == []
    assert [reports(desk, one, Receipt.DELIVERED, f"x{at}") for at in range(3)] == [[]] * 3
    assert the(desk, one).state is S.HANDED_OVER
    reports(desk, one, Receipt.DELIVERED, "a")
    assert the(desk, one).state is S.DELIVERED


def test_one_part_that_cannot_be_delivered_fails_the_whole_and_leads_on() -> None:
    desk = owned()
    (one,) = chained(desk, EACH, desk.recipient(ways=by(SMS, EMAIL)))
    desk.attempted(one, "handed_over", provider_id="a,b")
    reports(desk, one, Receipt.DELIVERED, "a")
    assert follows(reports(desk, one, Receipt.UNDELIVERABLE, "b")) == [("d1", "r1", 1)]


def test_a_bounce_of_an_earlier_copy_does_not_lose_what_became_of_the_one_under_way() -> None:
    desk = Desk()
    one = desk.planned()
    desk.attempted(one, "unknown")
    desk.does(SYSTEM, c.StartAttempts, delivery_ids=(one,))
    reports(desk, one, Receipt.UNDELIVERABLE)
    answer = Answered(delivery_id=one, attempt=2, result="handed_over", provider_id="m2")
    desk.does(SYSTEM, c.RecordAttempts, answers=(answer,))
    assert (the(desk, one).state, the(desk, one).provider_id) == (S.HANDED_OVER, "m2")


@pytest.mark.parametrize("ended", ["cancelled", "replaced"])
def test_a_receipt_for_what_was_given_up_counts_as_far_as_it_goes(ended: str) -> None:
    desk = Desk()
    one = desk.planned()
    desk.attempted(one, "unknown")
    if ended == "cancelled":
        desk.does(FINN, c.CancelDelivery, delivery_id=one, reason="told in person")
    else:
        desk.follows(WarningKind.UPDATE)
        desk.does(SYSTEM, c.StartAttempts, delivery_ids=(one,))
    assert the(desk, one).state is S.CANCELLED
    reports(desk, one, Receipt.DELIVERED)
    assert the(desk, one).state is S.DELIVERED
    assert desk.runs(Clock.RECEIPT, one)


# Scanners and other machines


def test_a_scanner_that_opens_the_link_of_a_message_turned_away_ends_no_trying() -> None:
    desk = owned()
    (one,) = chained(desk, EACH, desk.recipient(ways=by(EMAIL, SMS)))
    desk.does(SYSTEM, c.StartAttempt, delivery_id=one)
    desk.does(RECIPIENT, c.Visit, delivery_id=one)
    assert the(desk, one).state is S.OPENED
    answer = {"delivery_id": one, "result": "passing", "reason": "server-busy"}
    desk.does(SYSTEM, c.RecordAttempt, attempt=1, **answer)
    with refused(Code.DELIVERY_SETTLED):  # perhaps somebody saw it
        desk.does(FINN, c.CancelDelivery, delivery_id=one, reason="opened")
    assert follows(desk.attempted(one, "permanent", reason="gone")) == [("d1", "r1", 1)]
    assert the(desk, one).state is S.FAILED


def test_a_scanner_between_us_and_the_mailbox_hides_no_bounce() -> None:
    desk = Desk()
    one = desk.handed_over()
    desk.does(RECIPIENT, c.Visit, delivery_id=one)
    reports(desk, one, Receipt.UNDELIVERABLE)
    assert the(desk, one).state is S.FAILED
    again = Desk()
    one = again.handed_over()
    reports(again, one, Receipt.UNDELIVERABLE)
    again.does(RECIPIENT, c.Visit, delivery_id=one)
    assert the(again, one).state is S.FAILED, "nor does one that reads what was returned"


@pytest.mark.parametrize("result", ["handed_over", "permanent"])
def test_words_that_come_back_confirm_nothing_and_revive_nothing(result: str) -> None:
    desk = Desk()
    one = desk.planned()
    desk.attempted(one, result, reason="gone")
    desk.does(SYSTEM, c.RecordReply, delivery_id=one, words="Your message was not delivered")
    expected = S.DELIVERED if result == "handed_over" else S.FAILED
    assert the(desk, one).state is expected
    assert len(the(desk, one).reactions) == 1


def test_machines_that_answer_machines_leave_room_for_people() -> None:
    desk = Desk()
    one = desk.handed_over()
    for at in range(120):
        desk.does(SYSTEM, c.RecordReply, delivery_id=one, words=f"I am away {at}")
    assert len(the(desk, one).reactions) == 50
    desk.does(RECIPIENT, c.React, delivery_id=one, kind=ReactionKind.QUESTION, words="When?")
    assert the(desk, one).reactions[-1].kind is ReactionKind.QUESTION


# Several people behind one address


def test_one_persons_refusal_does_not_undo_what_another_confirmed() -> None:
    desk = Desk()
    one = desk.handed_over()
    desk.does(RECIPIENT, c.Acknowledge, delivery_id=one, person="Ana")
    no = {"delivery_id": one, "kind": ReactionKind.REJECTED, "words": "No."}
    desk.does(RECIPIENT, c.React, **no, person="Bo")
    assert (the(desk, one).state, the(desk, one).persons) == (S.UNDERSTOOD, ("Ana",))
    desk.does(RECIPIENT, c.React, **no, person="Ana")
    assert (the(desk, one).state, the(desk, one).persons) == (S.REFUSED, ())


def test_who_refused_and_then_confirms_has_confirmed() -> None:
    desk = Desk()
    one = desk.handed_over()
    no = {"delivery_id": one, "kind": ReactionKind.REJECTED, "words": "No."}
    desk.does(RECIPIENT, c.React, **no)
    assert the(desk, one).state is S.REFUSED
    desk.does(RECIPIENT, c.Acknowledge, delivery_id=one)
    assert the(desk, one).state is S.UNDERSTOOD
    assert desk.does(RECIPIENT, c.Acknowledge, delivery_id=one) == []


def test_a_confirmation_settles_every_call_for_the_same_words_to_the_same_recipient() -> None:
    desk = owned()
    (one,) = chained(desk, EACH, desk.recipient(ways=by(EMAIL, SMS)))
    desk.attempted(one, "permanent", reason="gone")
    desk.attempted("7F3K-d2", "permanent", reason="gone")
    (said, *_) = desk.does(RECIPIENT, c.Acknowledge, delivery_id=one)
    settled = {plan.topic for plan in react(said, desk.case) if isinstance(plan, Settled)}
    assert {f"failed:{one}", "failed:7F3K-d2", "exhausted:7F3K-d2"} <= settled


def test_no_action_is_recorded_for_a_warning_that_is_still_to_be_brought() -> None:
    desk = Desk()
    one = desk.planned()
    with refused(Code.DELIVERY_NOT_MADE):
        desk.does(GRETA, c.RecordAction, delivery_id=one, taken="yes", words="the hall was shut")
    desk.attempted(one, "handed_over")
    desk.acted(one)
