"""What channels report: of the right message, by the right address, and no more than it says."""

from collections import deque

import pytest

from tests.builders import FINN, NOW
from tests.casework.road import ADDRESS, everything
from tocsin.casework.acknowledge import acknowledge, answer, visit
from tocsin.casework.hearing import hear
from tocsin.casework.hearing_lists import Heard
from tocsin.casework.sending import Sender
from tocsin.casework.worker import work_all
from tocsin.channels import Report, Reported
from tocsin.cli.workers import MOST_TIMES, look_again
from tocsin.domain import commands as c
from tocsin.domain.case import DeliveryState
from tocsin.domain.kinds import Method, ReactionKind, Relation
from tocsin.domain.refusal import Refusal

R, S = Reported, DeliveryState
STRANGER = "eve@example.net"


def hears(road, kind, **fields):
    return hear(road.app, Method.EMAIL, Report(kind=kind, **fields))


@pytest.fixture
def taken(road):
    """A delivery that the post has taken; it called it m-something."""
    road.handed_over()
    return road


@pytest.mark.parametrize("by", ["key", "provider_id"])
def test_a_receipt_counts_by_our_name_for_the_message_or_by_the_providers(taken, by):
    name = taken.delivery_id if by == "key" else taken.delivery.provider_id
    assert hears(taken, R.DELIVERED, **{by: name})
    assert hears(taken, R.DELIVERED, **{by: name})
    assert taken.delivery.state is S.DELIVERED
    assert taken.kinds().count("ReceiptReported") == 1


@pytest.mark.parametrize(
    "named",
    [
        {"key": "X-d1"},
        {"key": "../\0"},
        {"provider_id": "nobody's"},
        {"provider_id": "\0"},
        {"address": ADDRESS},
        {"address": "no address at all"},
        {},
    ],
)
def test_a_receipt_of_no_message_known_is_put_on_none(taken, named):
    before = everything(taken.app)
    assert [hears(taken, kind, **named) for kind in (R.DELIVERED, R.UNDELIVERABLE)] == [False] * 2
    assert everything(taken.app) == before


def test_a_receipt_from_another_address_or_by_another_method_is_none(taken):
    before = everything(taken.app)
    key = taken.delivery_id
    assert not hears(taken, R.UNDELIVERABLE, key=key, address=STRANGER)
    assert not hear(taken.app, Method.XMPP, Report(kind=R.DELIVERED, key=key))
    assert everything(taken.app) == before


def test_an_address_in_another_spelling_is_the_same(road):
    road.planned("manager@HALL.Example")
    work_all(road.app, "w")
    assert hears(road, R.DELIVERED, key=road.delivery_id, address="manager@hall.example")
    assert hears(road, R.REPLIED, address="manager@Hall.Example", words=f" {road.code.lower()} ")
    assert road.delivery.state is S.UNDERSTOOD


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("{code}", S.UNDERSTOOD),
        ("Received, {code}. Thank you", S.UNDERSTOOD),
        ("Received, thank you", S.DELIVERED),
        ("AAAA-BBBB", S.DELIVERED),
        ("{message}", S.DELIVERED),
        ("I am away until Monday.\n\n{message}", S.DELIVERED),
        ("half a letter \ud800 \0", S.DELIVERED),
    ],
)
def test_a_reply_confirms_with_the_code_alone_and_never_by_quoting_the_message(
    taken, post, words, state
):
    (message,) = post.warnings
    said = words.format(code=taken.code, message=message.body)
    assert hears(taken, R.REPLIED, key=taken.delivery_id, address=ADDRESS, words=said)
    assert taken.delivery.state is state
    assert len(taken.delivery.reactions) == (state is S.DELIVERED)


def test_from_another_address_only_the_code_counts_and_wrong_ones_shut_nobody_out(taken):
    named = {"key": taken.delivery_id, "address": STRANGER}
    for _ in range(12):
        assert not hears(taken, R.REPLIED, **named, words="AAAA-BBBB")
    assert not hears(taken, R.REPLIED, **named, words="Tell me more")
    assert hears(taken, R.REPLIED, **named, words=taken.code)
    assert taken.delivery.state is S.UNDERSTOOD


def test_a_reply_without_a_key_is_of_the_newest_message_to_the_address(taken, clock):
    taken.does(
        FINN,
        c.NameRecipient,
        victim_id="v1",
        name="The porter",
        relation=Relation.PROTECTOR,
        method=Method.EMAIL,
        address="porter@hall.example",
    )
    taken.does(FINN, c.PlanDeliveries, warning_id="w1", recipient_ids=("r2",))
    work_all(taken.app, "w")
    assert hears(taken, R.REPLIED, address=ADDRESS, words="Which hall?")
    assert [len(one.reactions) for one in taken.case.deliveries.values()] == [1, 0]
    assert clock() == NOW


def test_a_receipt_that_overtakes_the_hand_over_is_looked_at_again(road, post):
    road.planned()
    sender, early = Sender(road.app, "delivery:email", "w"), deque()
    early.append((1, Report(kind=R.DELIVERED, provider_id=f"m{len(post.sent) + 1}")))
    look_again(road.app, Method.EMAIL, Heard(road.app), early)
    assert [times for times, _ in early] == [2]
    while road.delivery.state is not S.HANDED_OVER:
        sender.work(0.5)
    sender.close()
    early.append((MOST_TIMES, Report(kind=R.DELIVERED, provider_id="of nobody")))
    look_again(road.app, Method.EMAIL, Heard(road.app), early)
    assert (road.delivery.state, list(early)) == (S.DELIVERED, [])


# The recipient's door


def test_a_scanner_that_gets_and_posts_everything_never_gets_beyond_opened(taken):
    for typed in ("", "on", "1", "AAAA-BBBB", "true", "x" * 9_999):
        visit(taken.app, taken.token)
        for step in (
            lambda typed=typed: acknowledge(taken.app, taken.token, typed, "scanner"),
            lambda typed=typed: answer(
                taken.app, taken.token, typed, ReactionKind.WILL_ACT, "yes", "scanner"
            ),
        ):
            with pytest.raises(Refusal):
                step()
    assert taken.delivery.state is S.OPENED
    assert f"receipt:{taken.delivery_id}" in taken.case.deadlines


def test_several_people_behind_one_address_each_answer_for_themselves(taken):
    for person in ("Ana", "Bo", "Ana", " Bo "):
        acknowledge(taken.app, taken.token, taken.code, person)
    answer(taken.app, taken.token, taken.code, ReactionKind.REJECTED, "No.", "Bo")
    assert taken.delivery.persons == ("Ana",)
    assert taken.delivery.state is S.UNDERSTOOD
    assert taken.kinds().count("Acknowledged") == 2
    acknowledge(taken.app, taken.token, taken.code, "Bo")
    assert taken.delivery.persons == ("Ana", "Bo")
