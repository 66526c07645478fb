"""A lane of senders: what dies, hangs, lies or cannot be written holds up nobody else."""

from datetime import timedelta
from threading import Event

import pytest

from tests.builders import FINN, GRETA, HOUR, NOW
from tests.casework.road import Died, Post
from tocsin.casework import sending, turns
from tocsin.casework.doctor import examine
from tocsin.casework.reads import notices
from tocsin.casework.sending import Sender
from tocsin.channels import HandedOver
from tocsin.domain import commands as c
from tocsin.domain.case import DeliveryState
from tocsin.domain.directory import EncryptionKey, KeyKind, Way
from tocsin.domain.kinds import Method, Relation
from tocsin.domain.refusal import Code, Refusal

LEASE = timedelta(seconds=60)
LANE = "delivery:email"


@pytest.fixture
def sender(app):
    one = Sender(app, LANE, "w")
    yield one
    one.close()


def three(road):
    """Deliveries to three recipients, the first of whom has another way; all are due."""
    road.planned()
    for at in (2, 3):
        names(road, f"r{at}@hall.example")
    road.does(FINN, c.PlanDeliveries, warning_id="w1", recipient_ids=("r2", "r3"))


def names(road, address, method=Method.EMAIL, **fields):
    whom = {"name": "The porter", "relation": Relation.PROTECTOR, "victim_id": "v1"}
    road.does(FINN, c.NameRecipient, method=method, address=address, **whom, **fields)


def works(sender, rounds=50):
    """Rounds until nothing is left; what a round raises is kept, as the lane's thread does."""
    raised = []
    for _ in range(rounds):
        try:
            if not sender.work(0.5) and sender.is_idle:
                return raised
        except Exception as bug:  # noqa: BLE001 - as the lane's own thread takes it
            raised.append(type(bug))
    raise AssertionError("the lane does not come to rest")


def states(road):
    return [one.state.value for one in road.case.deliveries.values()]


def test_several_are_begun_and_recorded_together(road, post, sender):
    three(road)
    assert works(sender) == []
    assert states(road) == ["handed_over"] * 3
    assert {message.key for message in post.sent if "hall" in message.to_address} == set(
        road.case.deliveries
    )
    assert examine(road.app).complaints == ()


def test_a_sender_thread_that_dies_is_told_and_its_message_goes_again_with_its_key(
    road, post, sender, clock
):
    three(road)
    post.dies_once(arrives=True)
    assert works(sender) == [Died]
    assert sorted(states(road)) == ["attempted", "handed_over", "handed_over"]
    clock.advance(LEASE)
    assert works(sender) == []
    assert states(road) == ["handed_over"] * 3
    assert len(post.sent) - len({message.key for message in post.sent}) == 1
    assert examine(road.app).complaints == ()


def test_a_database_away_between_taking_and_recording_costs_no_answer(
    road, post, sender, monkeypatch
):
    three(road)
    real, away = sending.apply, iter([True, True, False])

    def goes_away(app, db, command, by):
        if isinstance(command, c.RecordAttempts) and next(away, False):
            real(app, db, command, by)  # half-way: what was written is taken back
            raise Refusal(Code.STORE_UNAVAILABLE, "gone")
        return real(app, db, command, by)

    monkeypatch.setattr(sending, "apply", goes_away)
    assert works(sender) == [Refusal, Refusal]
    assert states(road) == ["handed_over"] * 3
    assert "AttemptOutcomeUnknown" not in road.kinds()
    assert len(post.sent) == len({message.key for message in post.sent})


@pytest.mark.parametrize("at", ["begin", "record"])
def test_one_that_cannot_be_written_holds_up_no_other(road, post, sender, clock, monkeypatch, at):
    three(road)
    bad, real, made = road.delivery_id, sending.apply, sending.message_for

    def breaks(app, db, command, by):
        if isinstance(command, c.RecordAttempts) and any(
            one.delivery_id == bad for one in command.answers
        ):
            raise RuntimeError("a bug")
        return real(app, db, command, by)

    def no_message(app, case, delivery):
        if delivery.delivery_id == bad:
            raise RuntimeError("a bug")
        return made(app, case, delivery)

    if at == "begin":
        monkeypatch.setattr(sending, "message_for", no_message)
    else:
        monkeypatch.setattr(sending, "apply", breaks)
    assert set(works(sender)) == {RuntimeError}
    assert states(road)[1:] == ["handed_over"] * 2
    monkeypatch.undo()
    clock.advance(LEASE)
    assert works(sender) == []
    assert states(road) == ["handed_over"] * 3
    assert examine(road.app).complaints == ()


def test_a_key_that_expires_before_the_sending_fails_rings_and_goes_on(road, post, sender, clock):
    road.planned()
    key = EncryptionKey(key_kind=KeyKind.AGE, text="age1", expires_at=NOW + HOUR)
    ways = (
        Way(method=Method.EMAIL, address="k@hall.example", key=key),
        Way(method=Method.SMS, address="+15555550100"),
    )
    names(road, "k@hall.example", ways=ways)
    road.does(FINN, c.PlanDeliveries, warning_id="w1", recipient_ids=("r2",))
    clock.advance(2 * HOUR)
    assert works(sender) == []
    _, locked, by_text = road.case.deliveries.values()
    assert (locked.state, by_text.method) == (DeliveryState.FAILED, Method.SMS)
    assert by_text.after == locked.delivery_id
    assert [message.to_address for message in post.sent if message.key == locked.key] == []
    assert any(call.topic == f"failed:{locked.delivery_id}" for call in notices(road.app, GRETA))
    assert examine(road.app).complaints == ()


def test_a_send_longer_than_its_lease_is_repeated_by_nobody(road, post, sender, clock):
    road.planned()
    hangs, go_on = Event(), Event()

    def hang(_):
        hangs.set()
        go_on.wait(30)

    post.does = hang
    assert sender.take()
    assert hangs.wait(30)
    for _ in range(5):
        clock.advance(LEASE / 2)
        sender.hold()
        assert sending.claim(road.app, LANE, "another") == []
    go_on.set()
    assert works(sender) == []
    assert (road.delivery.state, road.delivery.attempts) == (DeliveryState.HANDED_OVER, 1)


def test_one_that_hangs_for_ever_is_let_go_and_another_sends_the_same_key(
    road, post, sender, clock
):
    road.planned()
    hangs, go_on = Event(), Event()

    def hang(_):
        post.does = None
        hangs.set()
        go_on.wait(30)

    post.does = hang
    assert sender.take()
    assert hangs.wait(30)
    clock.advance(sending.LONGEST_SEND)
    sender.hold()
    other = Sender(road.app, LANE, "another")
    assert works(other) == []
    other.close()
    assert [message.key for message in post.warnings] == [road.delivery_id]
    go_on.set()
    assert works(sender) == [], "its late answer is of an attempt that is not the open one"
    assert (road.delivery.state, road.delivery.attempts) == (DeliveryState.HANDED_OVER, 2)


def test_what_is_under_way_when_the_house_closes_is_recorded(road, post, app):
    three(road)
    sender = Sender(app, LANE, "w")
    assert sender.take()
    sender.close()
    assert states(road) == ["handed_over"] * 3


def test_without_a_thread_to_send_nothing_is_lost_and_the_lane_goes_on(
    road, post, sender, clock, monkeypatch
):
    road.planned()

    def no_thread(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(sender._pool, "submit", no_thread)
    assert works(sender) == [RuntimeError]
    monkeypatch.undo()
    clock.advance(LEASE)
    assert works(sender) == []
    assert road.delivery.state is DeliveryState.HANDED_OVER


def test_what_ends_a_thread_ends_no_lane(road, post, sender, clock):
    road.planned()

    def ends(_):
        post.does = None
        raise SystemExit

    post.does = ends
    assert works(sender) == [RuntimeError]
    clock.advance(LEASE)
    assert works(sender) == []
    assert road.delivery.state is DeliveryState.HANDED_OVER


def test_garbage_from_a_partner_is_recorded_as_far_as_it_can_be(road, sender):
    class Garbles(Post):
        def send(self, message):
            super().send(message)
            return HandedOver(provider_id="m\ud800\x00\n1" + "x" * 99_999, detail="\x1b[2J" * 999)

    road.app.channels = {Method.EMAIL: Garbles()}
    road.planned()
    assert works(sender) == []
    assert road.delivery.state is DeliveryState.HANDED_OVER
    assert road.delivery.provider_id.startswith("m1x")
    assert len(road.delivery.detail) <= 500
    assert examine(road.app).complaints == ()


def test_a_partner_that_hangs_delays_no_other(road):
    hangs, go_on = Event(), Event()

    def hang(message):
        if "slow" in message.to_address:
            hangs.set()
            go_on.wait(30)

    partners = Post(does=hang)
    road.planned()
    road.app.channels = {Method.WEBHOOK: partners}
    for at in range(turns.QUICK + 4):
        names(road, f"https://slow.example/{at}", Method.WEBHOOK)
    names(road, "https://quick.example/", Method.WEBHOOK)
    ids = tuple(road.case.recipients)[1:]
    road.does(FINN, c.PlanDeliveries, warning_id="w1", recipient_ids=ids)
    sender = Sender(road.app, "delivery:webhook", "w")
    for _ in range(10):
        sender.work(0.2)
    assert [message.to_address for message in partners.sent] == ["https://quick.example/"]
    assert states(road).count("attempted") == turns.QUICK
    go_on.set()
    road.clock.advance(sending.STEP_ASIDE)
    while "planned" in states(road)[1:]:
        works(sender)
        road.clock.advance(sending.STEP_ASIDE)
    sender.close()
    assert states(road)[1:] == ["handed_over"] * (turns.QUICK + 5)
    assert examine(road.app).complaints == ()
