"""Who still does not know: counted, ordered and said, never better than the record knows."""

from dataclasses import replace

import pytest

from tests.builders import BEN, FINN, GRETA, HOUR, MINUTE, RECIPIENT, SYSTEM, Desk
from tocsin.domain import commands as c
from tocsin.domain.delivering import Receipt
from tocsin.domain.directory import Way
from tocsin.domain.kinds import AnswerRule, Method, Relation
from tocsin.web.pages.case_told import PAGE, Known, Told, evidence


def named(desk, *methods, name="The hall's manager"):
    """The number of a recipient with a way by each method."""
    ways = tuple(
        Way(method=method, address="at the gate" if method.by_hand else "manager@hall.example")
        for method in methods
    )
    desk.does(
        FINN,
        c.NameRecipient,
        victim_id="v1",
        name=name,
        relation=Relation.PROTECTOR,
        method=ways[0].method,
        address=ways[0].address,
        ways=ways,
    )
    return list(desk.case.recipients)[-1]


@pytest.fixture
def desk():
    desk = Desk().released()
    desk.does(BEN, c.NameFollowUpOwner, officer_id=GRETA.actor_id)
    return desk


def sends(desk, *recipient_ids, **fields):
    desk.does(FINN, c.PlanDeliveries, warning_id="w1", recipient_ids=recipient_ids, **fields)
    return list(desk.case.deliveries)[-len(recipient_ids) :]


def test_the_summary_says_how_many_know_and_what_is_known_of_the_others(desk):
    people = [named(desk, Method.EMAIL, name=f"Person {n}") for n in range(4)]
    guard, nobody = named(desk, Method.VOICE), named(desk, Method.EMAIL)
    first, second, third, fourth, _ = sends(desk, *people, guard)
    for one, result in ((first, "handed_over"), (second, "handed_over"), (third, "handed_over")):
        desk.attempted(one, result)
    desk.attempted(fourth, "permanent", reason="recipient-refused")
    desk.does(RECIPIENT, c.Acknowledge, delivery_id=first)
    desk.does(SYSTEM, c.RecordReceipt, delivery_id=second, receipt=Receipt.DELIVERED)
    told = Told(case=desk.case)
    assert told.summary == (
        "1 of 6 has understood; 1 has it on their device; 1 was handed over and not heard of "
        "since; 1 waits to be called or visited; 1 has not been sent anything; 1 has failed for "
        "good; for 1 nobody is left to try."
    )
    assert [row.known for row in told.rows] == [
        Known.FAILED,
        Known.UNSENT,
        Known.BY_HAND,
        Known.HANDED_OVER,
        Known.DELIVERED,
        Known.UNDERSTOOD,
    ]
    assert told.rows[1].recipient.recipient_id == nobody


def test_what_silence_leads_to_is_what_the_clock_will_do(desk):
    both = named(desk, Method.EMAIL, Method.VOICE)
    other = named(desk, Method.EMAIL, name="The owner")
    (delivery_id,) = sends(desk, both, fallback_ids=(other,))
    desk.attempted(delivery_id, "handed_over")
    told = Told(case=desk.case)
    row = next(one for one in told.rows if one.deliveries)
    step = told.follows(row, desk.now)
    assert (step.step, step.method) == ("way", Method.VOICE)
    desk.now = step.at
    desk.lapses()
    assert [one.method for one in desk.case.deliveries.values()] == [Method.EMAIL, Method.VOICE]
    told = Told(case=desk.case)
    row = next(one for one in told.rows if one.deliveries)
    assert (row.known, row.waits) == (Known.HANDED_OVER, True)
    assert told.follows(row, desk.now).step == "bring"


def test_the_next_person_is_named_and_found_once_for_a_chain(desk):
    people = [named(desk, Method.EMAIL, name=f"Person {n}") for n in range(3)]
    owner = named(desk, Method.VOICE, name="The owner")
    for one in sends(desk, *people, fallback_ids=(owner,)):
        desk.attempted(one, "handed_over")
    told = Told(case=desk.case)
    steps = [told.follows(row, desk.now) for row in told.rows if row.deliveries]
    assert {(one.step, one.name, one.method) for one in steps} == {
        ("person", "The owner", Method.VOICE)
    }


def test_nobody_left_is_said_before_and_after_the_clock_has_run_out(desk):
    (delivery_id,) = sends(desk, named(desk, Method.EMAIL))
    desk.attempted(delivery_id, "handed_over")
    told = Told(case=desk.case)
    assert told.follows(told.rows[0], desk.now).step == "nobody"
    desk.waits(4 * HOUR).lapses()
    told = Told(case=desk.case)
    assert told.rows[0].stuck
    assert told.follows(told.rows[0], desk.now).step == "stuck"


def test_one_who_understood_is_enough_where_any_one_was_to_answer(desk):
    first, second = sends(
        desk, named(desk, Method.EMAIL), named(desk, Method.EMAIL), rule=AnswerRule.ANY
    )
    for one in (first, second):
        desk.attempted(one, "handed_over")
    desk.does(RECIPIENT, c.Acknowledge, delivery_id=first)
    told = Told(case=desk.case)
    assert [told.follows(row, desk.now).step for row in told.rows] == ["enough", "acted"]


def test_a_pause_shows_until_it_ends(desk):
    (delivery_id,) = sends(desk, named(desk, Method.EMAIL))
    desk.attempted(delivery_id, "handed_over")
    until = desk.now + HOUR
    desk.does(FINN, c.PauseChasing, delivery_id=delivery_id, until=until, reason="in the air")
    told = Told(case=desk.case)
    assert told.follows(told.rows[0], desk.now).step == "paused"
    assert told.follows(told.rows[0], until).step == "nobody"


def test_evidence_has_its_time_and_a_page_opened_is_nobodys_confirmation(desk):
    (delivery_id,) = sends(desk, named(desk, Method.EMAIL))
    desk.attempted(delivery_id, "handed_over")
    desk.waits(MINUTE).does(RECIPIENT, c.Visit, delivery_id=delivery_id)
    found = evidence(desk.case.deliveries[delivery_id])
    assert [words for words, _ in found] == [
        "Planned",
        "Handed over to the channel",
        "Opened by somebody or something; that confirms nothing",
    ]
    assert found[-1][1] - found[0][1] == MINUTE


def test_a_thousand_recipients_are_counted_and_shown_a_page_at_a_time(desk):
    (delivery_id,) = sends(desk, named(desk, Method.EMAIL))
    desk.attempted(delivery_id, "handed_over")
    one, sent = desk.case.recipients["r1"], desk.case.deliveries[delivery_id]
    numbers = range(1, 1_001)
    case = replace(
        desk.case,
        recipients={f"r{n}": replace(one, recipient_id=f"r{n}") for n in numbers},
        deliveries={
            f"d{n}": replace(sent, delivery_id=f"d{n}", recipient_id=f"r{n}") for n in numbers
        },
    )
    told = Told(case=case, known=Known.HANDED_OVER, page=20)
    assert (told.in_marks, told.pages, len(told.shown)) == (False, 20, PAGE)
    assert told.counts == {Known.HANDED_OVER: 1_000}
    assert Told(case=case, known=Known.FAILED).shown == []
