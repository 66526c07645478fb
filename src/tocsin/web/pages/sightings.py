"""Sightings of every case that one may see, person by person, to be answered from one page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from tocsin.app import App
from tocsin.casework import comparing, waiting
from tocsin.casework.access import allows
from tocsin.casework.waiting import Person
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.domain.inbound import Watch
from tocsin.domain.sighting import Sighting
from tocsin.web import doors
from tocsin.web.answers import page
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.case_inbound_needs import sighting_due
from tocsin.web.pages.case_sighting import MOST_OPEN, Seen, glimpse, seen
from tocsin.web.pages.case_steps import At

router = doors.router("/sightings")

PAGE, MOST_MORE = 10, 50
IN_REPORTS = "reports"
"""Stands for a list where no list is meant: none is called so, as they are in hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A person on watch as the page shows them: some sightings part by part, `more` in a line.

    `left` counts what neither shows. `answers`: whether one may answer.
    """

    case: Case
    watch: Watch
    urgency: str
    near: Sequence[Seen]
    more: Sequence[Seen]
    left: int
    answers: bool

    @property
    def url(self) -> str:
        return f"/cases/{self.case.case_id}"

    @property
    def count(self) -> int:
        return len(self.near) + len(self.more) + self.left

    @property
    def due(self) -> Any:
        return sighting_due(self.case, self.watch.watch_id)

    def to_answer(self, sighting: Sighting) -> str:
        """Where it is answered; empty where it is not theirs to answer, or answered."""
        if not (self.answers and sighting.waits):
            return ""
        return f"{self.url}/watches/{self.watch.watch_id}/sightings/{sighting.sighting_id}"


@router.get("", dependencies=[officer("read_queue")])
def show(
    request: Request,
    app: House,
    me: Officer,
    list_id: Annotated[str, Query(alias="list", max_length=64)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=1_000_000)] = 1,
) -> Response:
    everybody = waiting.people(app, me)
    listed = waiting.lists(app, everybody)
    some = everybody
    if list_id:
        wanted = "" if list_id == IN_REPORTS else list_id
        some = waiting.people(app, me, lambda one: one.waits and one.list_id == wanted)
    pages = max(1, -(-len(some) // PAGE))
    number = min(number, pages)
    return page(
        request,
        "sightings/page.html",
        nav="sightings",
        people=shown(app, me, some[PAGE * (number - 1) : PAGE * number]),
        count=sum(len(one.sightings) for one in some),
        of=len(some),
        lists=listed,
        only=next((one for one in listed if one.list_id == list_id), None),
        list_id=list_id,
        IN_REPORTS=IN_REPORTS,
        in_reports=sum(not each.list_id for one in everybody for each in one.sightings),
        number=number,
        pages=pages,
        earlier=_url(list_id, number - 1) if number > 1 else "",
        later=_url(list_id, number + 1) if number < pages else "",
        screens=allows(app, me, "screen_list"),
    )


def shown(app: App, me: Actor, some: Sequence[Person]) -> list[Shown]:
    """These people with the likeliest of their sightings part by part."""
    if some:
        comparing.matcher()
    return [_shown(At(app=app, officer=me, case=one.case), one) for one in some]


def _shown(at: At, one: Person) -> Shown:
    rest = one.sightings[MOST_OPEN:]
    said = waiting.said_of(at.app, {each.list_id for each in rest[:MOST_MORE] if each.list_id})
    names = {list_id: list_.name for list_id, list_ in said.items()}
    return Shown(
        case=one.case,
        watch=one.watch,
        urgency=one.urgency,
        near=[seen(at, one.watch, each) for each in one.sightings[:MOST_OPEN]],
        more=[
            replace(glimpse(one.watch, each), list_name=names.get(each.list_id, ""))
            for each in rest[:MOST_MORE]
        ],
        left=len(rest[MOST_MORE:]),
        answers=at.may("answer_sighting"),
    )


def _url(list_id: str, number: int) -> str:
    wanted = {"list": list_id, "page": "" if number == 1 else str(number)}
    query = urlencode({name: value for name, value in wanted.items() if value})
    return f"/sightings?{query}" if query else "/sightings"
