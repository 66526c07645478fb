"""A list with people on it who do not exist, and a dispatch that goes to them."""

from tests.builders import FINN
from tests.casework.road import Road
from tocsin.app import App
from tocsin.casework import lists
from tocsin.casework.list_file import Entry
from tocsin.domain import commands as c
from tocsin.domain.case import DeliveryState
from tocsin.domain.dispatch import Dispatch
from tocsin.domain.kinds import Method


def some(count: int, *, first: int = 1, language: str = "en") -> list[Entry]:
    return [
        Entry(line=line, address=f"person{line}@list.example", language=language)
        for line in range(first, first + count)
    ]


def a_list(app: App, count: int, by=FINN) -> str:
    """A list of `by`'s unit with so many on it."""
    made = lists.create(app, "Visitors of the hall", by, "they asked for it")
    lists.add_many(app, made.list_id, some(count), by, "as they signed at the door")
    return made.list_id


def dispatched(road: Road, count: int) -> Dispatch:
    """A released warning planned for a list of so many."""
    road.planned()
    road.does(FINN, c.CancelDelivery, delivery_id=road.delivery_id, reason="a list instead")
    list_id = a_list(road.app, count)
    road.does(FINN, c.PlanDispatch, warning_id="w1", list_id=list_id, method=Method.EMAIL)
    return the_dispatch(road)


def the_dispatch(road: Road) -> Dispatch:
    return next(iter(road.case.dispatches.values()))


def told(road: Road) -> dict[str, int]:
    """Members by state, as the page shows them."""
    (one,) = lists.progress(road.app, road.case)
    return {DeliveryState(state).value: count for state, count in one.counts.items()}
