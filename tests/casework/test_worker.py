import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from tests.builders import BEN, CARLA, DAY, FINN, GRETA, MINUTE, NOW
from tests.casework.road import ADDRESS, Died, everything
from tests.support.mail import Does, MailServer
from tocsin.casework import handle as handling
from tocsin.casework import sending, worker
from tocsin.casework.doctor import examine
from tocsin.casework.reads import history, notices
from tocsin.casework.worker import work_all, work_once
from tocsin.channels import OutcomeUnknown, Passing, Permanent, SmtpChannel, SmtpSettings
from tocsin.channels.base import FailureReason
from tocsin.domain import commands as c
from tocsin.domain.actor import Actor, ActorKind
from tocsin.domain.case import DeliveryState
from tocsin.domain.deciding.delivery import MOST_ATTEMPTS
from tocsin.domain.kinds import Method, Relation
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import jobs

LEASE = timedelta(seconds=60)


def attempts(road):
    """What the record says of the delivery, from its plan on."""
    kinds = road.kinds()
    return [kind for kind in kinds[kinds.index("DeliveryPlanned") :] if kind.startswith("Attempt")]


@pytest.mark.parametrize("arrives", [True, False])
def test_a_crash_while_sending_loses_nothing_and_repeats_the_same_key(road, post, clock, arrives):
    road.planned()
    post.dies_once(arrives=arrives)
    with pytest.raises(Died):
        work_once(road.app, "delivery:email", "first")
    assert road.delivery.attempt_open
    assert not work_once(road.app, "delivery:email", "second"), "the lease still holds"
    clock.advance(LEASE)
    work_all(road.app, "second")
    assert {message.key for message in post.warnings} == {road.delivery_id}
    assert len(post.warnings) == 1 + arrives
    assert attempts(road) == [
        "AttemptStarted",
        "AttemptOutcomeUnknown",
        "AttemptStarted",
        "AttemptHandedOver",
    ]
    assert any("is unknown" in told.words for told in history(road.app, road.case_id, BEN))
    assert road.delivery.state is DeliveryState.HANDED_OVER
    assert examine(road.app).complaints == ()


@pytest.mark.parametrize("loses", ["the intent", "the outcome"])
def test_a_database_that_goes_away_around_the_sending_loses_nothing(
    road, post, clock, monkeypatch, loses
):
    road.planned()
    real, calls = sending.apply, iter([loses == "the intent", True, False, False])

    def goes_away(*given, **more):
        if next(calls):
            raise Refusal(Code.STORE_UNAVAILABLE, "gone")
        return real(*given, **more)

    if loses == "the outcome":
        calls = iter([False, True, False, False])
    monkeypatch.setattr(sending, "apply", goes_away)
    with pytest.raises(Refusal):
        work_once(road.app, "delivery:email", "w")
    assert len(post.warnings) == (loses == "the outcome")
    monkeypatch.undo()
    clock.advance(LEASE)
    work_all(road.app, "w")
    assert road.delivery.state is DeliveryState.HANDED_OVER
    assert {message.key for message in post.warnings} == {road.delivery_id}
    assert ("AttemptOutcomeUnknown" in attempts(road)) == (loses == "the outcome")


def test_an_attempt_begins_only_under_a_lease_and_takes_a_whole_one(road, post, clock):
    road.planned()
    (first,) = sending.claim(road.app, "delivery:email", "slow")
    clock.advance(LEASE)
    (second,) = sending.claim(road.app, "delivery:email", "quick")
    before = everything(road.app)
    worker.WORK[first.kind](road.app, first)
    assert (everything(road.app), post.warnings) == (before, []), "nothing sent, nothing written"
    clock.advance(LEASE - MINUTE / 60)
    worker.WORK[second.kind](road.app, second)
    assert attempts(road) == ["AttemptStarted", "AttemptHandedOver"]


def test_a_sender_slower_than_its_lease_leaves_the_outcome_to_whoever_took_over(road, post, clock):
    road.planned()

    def outlasts_the_lease(_):
        post.does = None
        clock.advance(LEASE)
        assert work_once(road.app, "delivery:email", "second")

    post.does = outlasts_the_lease
    assert work_once(road.app, "delivery:email", "first"), "overtaken, and not a fault"
    assert road.delivery.state is DeliveryState.HANDED_OVER
    assert road.delivery.attempts == 2
    assert not work_once(road.app, "delivery:email", "third")
    assert examine(road.app).complaints == ()


@pytest.mark.parametrize(
    "failure", [Passing(FailureReason.SERVER_BUSY), OutcomeUnknown(FailureReason.NO_ANSWER)]
)
def test_a_failure_in_passing_is_tried_again_later_and_later_with_the_same_key(
    road, post, clock, failure
):
    road.planned()
    post.fails(failure)
    waits = []
    for _ in range(5):
        assert work_once(road.app, "delivery:email", "w")
        with road.app.store.read() as db:
            assert jobs.overdue(db, "delivery:email", clock())[0] == 0
        began = clock()
        while not jobs_due(road.app, clock):
            clock.advance(timedelta(seconds=30))
        waits.append((clock() - began).total_seconds())
    assert waits == [30, 60, 120, 240, 480]
    post.does = None
    work_all(road.app, "w")
    assert [message.key for message in post.warnings] == [road.delivery_id]


def jobs_due(app, clock):
    with app.store.read() as db:
        return jobs.overdue(db, "delivery:email", clock())[0]


def test_a_lasting_failure_ends_the_delivery_and_calls_people(road, post):
    road.planned()
    post.fails(Permanent(FailureReason.RECIPIENT_REFUSED, "550 5.1.1"))
    work_once(road.app, "delivery:email", "w")
    assert road.delivery.state is DeliveryState.FAILED
    topic = f"failed:{road.delivery_id}"
    assert [topic in {call.topic for call in notices(road.app, by)} for by in (BEN, GRETA)] == [
        True,
        True,
    ]
    assert "first_attempt:v1" in road.case.deadlines, "the clock for the warning runs again"
    assert examine(road.app).complaints == ()


def test_failures_in_passing_come_to_an_end_and_call_people(road, post, clock):
    road.planned()
    post.fails(Passing(FailureReason.UNREACHABLE))
    for _ in range(MOST_ATTEMPTS):
        work_all(road.app, "w")
        clock.advance(16 * MINUTE)
    assert road.delivery.state is DeliveryState.FAILED
    assert road.delivery.attempts == MOST_ATTEMPTS


@pytest.mark.parametrize(
    "recipient",
    [
        {"address": "no address at all"},
        {"address": "manager@hаll.example"},  # a Cyrillic letter, on purpose
        {"name": "a name\nBcc: eve@example.net"},
        {"name": "x" * 400},
    ],
)
def test_what_no_mail_can_carry_fails_at_once_instead_of_for_ever(
    road, post, monkeypatch, recipient
):
    monkeypatch.setattr(handling, "_reachable", lambda _: None)  # as on a record of long ago
    road.planned(**recipient)
    work_all(road.app, "w")
    assert post.warnings == []
    assert road.delivery.state is DeliveryState.FAILED
    assert attempts(road) == ["AttemptStarted", "AttemptFailed"]
    assert notices(road.app, GRETA)


@pytest.mark.parametrize("address", ["no address at all", "manager@h\u0430ll.example", "a@b@c"])
def test_an_address_no_mail_can_go_to_is_refused_when_it_is_entered(road, address):
    with pytest.raises(Refusal) as refused:
        road.planned(address)
    assert refused.value.code is Code.ADDRESS_INVALID


def test_an_address_in_another_spelling_is_written_to_all_the_same(road, post):
    road.planned("manager@HALL.Example")
    work_all(road.app, "w")
    assert [message.to_address for message in post.warnings] == [ADDRESS]


def test_a_house_without_a_mail_server_says_so_and_tries_again(road, opens):
    road.planned()
    road.app.channels = {}
    work_once(road.app, "delivery:email", "w")
    assert "nothing is set up to send by email" in road.delivery.detail
    assert road.delivery.state is DeliveryState.ATTEMPTED
    assert examine(road.app).complaints == ()


def test_a_delivery_settled_meanwhile_is_not_sent(road, post):
    road.planned()
    road.does(FINN, c.CancelDelivery, delivery_id=road.delivery_id, reason="told in person")
    work_all(road.app, "w")
    recipient = Actor(kind=ActorKind.RECIPIENT, actor_id=road.delivery_id)
    assert post.warnings == []
    road.does(
        FINN,
        c.NameRecipient,
        victim_id="v1",
        name="The porter",
        relation=Relation.PROTECTOR,
        method=Method.EMAIL,
        address=ADDRESS,
    )
    road.does(FINN, c.PlanDelivery, warning_id="w1", recipient_id="r2")
    post.fails(Passing(FailureReason.NO_ANSWER))
    work_all(road.app, "w")
    second = f"{road.case_id}-d2"
    recipient = Actor(kind=ActorKind.RECIPIENT, actor_id=second)
    road.does(recipient, c.Acknowledge, delivery_id=second)
    post.does = None
    road.clock.advance(MINUTE)
    work_all(road.app, "w")
    assert post.warnings == [], "an answer came while the record did not know of an arrival"
    assert examine(road.app).complaints == ()


def test_bells_carry_a_case_number_and_nothing_of_the_threat(road, post):
    road.found()
    work_all(road.app, "w")
    assert {message.to_address for message in post.sent} >= {
        f"{by.actor_id}@example.org" for by in (BEN, CARLA)
    }
    for message in post.sent:
        words = f"{message.subject} {message.body} {message.to_name} {message.key}"
        assert road.case_id in words
        assert not any(word in words for word in ("Quuxville", "Krall", "hall", "concert"))


def test_a_bell_for_a_restricted_case_rings_for_members_alone(road, post):
    road.receives(restricted=True)
    road.clock.advance(DAY)
    work_all(road.app, "w")
    assert road.kinds().count("DeadlineLapsed") == 2
    assert post.sent == []


def test_a_bell_nobody_answers_is_no_fault(road, post):
    road.found()
    post.fails(Permanent(FailureReason.RECIPIENT_REFUSED))
    work_all(road.app, "w")
    assert examine(road.app).complaints == ()
    with road.app.store.read() as db:
        assert jobs.live_keys(db, "delivery:email") == {}


def test_silence_is_written_down_once_and_the_clock_set_again(road, clock):
    road.receives()
    clock.advance(DAY)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: work_all(road.app, name), "abcd"))
    lapsed = [kind for kind in road.kinds() if kind == "DeadlineLapsed"]
    assert len(lapsed) == 2
    assert set(road.case.deadlines) == {"triage:case", "review:case"}
    assert all(one.due_at > clock() for one in road.case.deadlines.values())
    assert examine(road.app).complaints == ()


def test_a_clock_set_back_between_claim_and_work_loses_no_deadline(road, clock):
    road.receives(acquired_at=NOW)
    clock.advance(DAY)
    (claimed,) = sending.claim(road.app, "deadline", "w")
    clock.advance(-DAY)
    worker.WORK[claimed.kind](road.app, claimed)
    assert "DeadlineLapsed" not in road.kinds()
    assert examine(road.app).complaints == ()
    clock.advance(DAY)
    work_all(road.app, "w")
    assert road.kinds().count("DeadlineLapsed") == 2


def test_a_channel_that_hangs_delays_no_deadline(road, post, clock):
    road.planned()
    clock.advance(2 * DAY)
    hangs, go_on = Event(), Event()

    def hang(_):
        hangs.set()
        go_on.wait(30)

    post.does = hang
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(work_once, road.app, "delivery:email", "sender")
        assert hangs.wait(30)
        began = time.monotonic()
        while work_once(road.app, "deadline", "clock"):
            pass
        assert time.monotonic() - began < 20
        assert road.kinds().count("DeadlineLapsed") >= 1
        assert not sending.done()
        go_on.set()
        assert sending.result(30)
    assert examine(road.app).complaints == ()


def test_a_mail_server_that_hangs_is_a_failure_in_passing_and_mends(road, clock):
    with MailServer(at={"GREETING": Does.HANG}) as server:
        sender = {"sender": "duty@tocsin.example", "security": "none", "timeout_s": 0.2}
        channel = SmtpChannel(SmtpSettings(host="127.0.0.1", port=server.port, **sender))
        road.planned()
        road.app.channels = {Method.EMAIL: channel}
        work_all(road.app, "w")
        assert road.delivery.state is DeliveryState.ATTEMPTED
        assert any("timed-out" in told.words for told in history(road.app, road.case_id, BEN))
        server.at.clear()
        clock.advance(MINUTE)
        work_all(road.app, "w")
        assert road.delivery.state is DeliveryState.HANDED_OVER
        assert [m.mail["Message-ID"] for m in server.messages if m.recipients == (ADDRESS,)] == [
            f"<{road.delivery_id}@tocsin.example>"
        ]
