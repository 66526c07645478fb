"""Who must answer, and who is tried next: chains for tests."""

from typing import Any

from tests.builders import FINN, SYSTEM, Desk, place
from tests.domain.telling import Telling
from tocsin.domain import commands as c
from tocsin.domain.case import Delivery
from tocsin.domain.directory import Way
from tocsin.domain.events import DeliveryPlanned, Event
from tocsin.domain.kinds import AnswerRule, Method

EMAIL, SMS, VOICE = Method.EMAIL, Method.SMS, Method.VOICE
EACH, ANY = AnswerRule.EACH, AnswerRule.ANY


def by(*methods: Method) -> tuple[Way, ...]:
    """A way by each method."""
    return tuple(Way(method=one, address=place(one)) for one in methods)


def chained(
    desk: Desk, rule: AnswerRule, *told: str, fallback: tuple[str, ...] = (), **fields: Any
) -> list[str]:
    """The numbers of the deliveries planned."""
    before = set(desk.case.deliveries)
    desk.does(
        FINN,
        c.PlanDeliveries,
        **({"warning_id": "w1"} | fields),
        recipient_ids=told,
        fallback_ids=fallback,
        rule=rule,
    )
    return [one for one in desk.case.deliveries if one not in before]


def owned(desk: Desk | None = None) -> Desk:
    """A warning released, and somebody named to follow up."""
    desk = desk or Desk().released()
    desk.does(FINN, c.NameFollowUpOwner, officer_id="greta.moss")
    return desk


def requiring() -> Desk:
    """Words released under a policy that requires the police to be told."""
    return Desk(policy=Telling()).released()


def in_chains() -> Desk:
    """Each of two must answer, or any of two; a third for each, and two ways to everybody."""
    desk = owned()
    desk.planned()
    for rule in AnswerRule:
        one, two, three = (desk.recipient(ways=by(EMAIL, SMS)) for _ in range(3))
        chained(desk, rule, one, two, fallback=(three,))
    return desk


def the(desk: Desk, delivery_id: str) -> Delivery:
    return desk.case.deliveries[delivery_id]


def sent(desk: Desk, *delivery_ids: str) -> None:
    """Taken by the channel."""
    for one in delivery_ids:
        desk.attempted(one, "handed_over", provider_id=f"m-{one}")


def follows(happened: list[Event]) -> list[tuple[str, str, int]]:
    """What was planned: after which delivery, to whom, by which way."""
    planned = [one for one in happened if isinstance(one, DeliveryPlanned)]
    return [(one.after[-2:], one.recipient_id, one.way) for one in planned]


def silence(desk: Desk, delivery_id: str) -> list[tuple[str, str, int]]:
    """The receipt's clock lapses; what is tried next."""
    deadline = desk.case.deadlines[f"receipt:{delivery_id}"]
    desk.now = max(desk.now, deadline.due_at)
    return follows(desk.does(SYSTEM, c.Lapse, number=deadline.number, clock=deadline.clock))
