"""The queue: the cases one may see, the least time left first, and the calls on oneself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from tocsin.app import App
from tocsin.casework import force, reads, waiting
from tocsin.casework.access import allows
from tocsin.casework.glances import Glance
from tocsin.casework.handle import load
from tocsin.casework.sources import same_stories
from tocsin.domain.actor import Actor, Role
from tocsin.domain.case import Case
from tocsin.domain.duty import Clock
from tocsin.domain.findings import Urgency
from tocsin.domain.inbound import untested
from tocsin.domain.plans import WAITED_FOR
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.stage import Stage
from tocsin.store import views
from tocsin.store.instants import from_us
from tocsin.web import doors
from tocsin.web.answers import page
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.case_inbound_needs import sighting_due as due_of

router = doors.router()

PAGE = 50
MOST_NOTICES = 10
CURSOR = re.compile(r"(\d{1,19}|never)\.([A-Za-z0-9-]{1,128})")
NEXT = {
    Stage.TRIAGE: "Make the findings",
    Stage.DETERMINE: "Decide: warn, waive or no duty",
    Stage.CONFIRM: "Confirm or reject the proposal",
    Stage.WRITE: "Write the warning",
    Stage.RELEASE: "Release the words",
    Stage.DELIVER: "Bring the warning",
    Stage.AWAIT_ANSWER: "Await the recipient's answer",
    Stage.FOLLOW_UP: "Follow up",
    Stage.CLOSE: "Close the case",
    Stage.CLOSED: "Nothing",
    Stage.DESTROYED: "Nothing",
}
ITS_CLOCK = {
    (Stage.TRIAGE, Clock.TRIAGE),
    (Stage.DETERMINE, Clock.DECISION),
    (Stage.CONFIRM, Clock.DECISION),
    (Stage.WRITE, Clock.FIRST_ATTEMPT),
    (Stage.RELEASE, Clock.FIRST_ATTEMPT),
    (Stage.DELIVER, Clock.FIRST_ATTEMPT),
    (Stage.AWAIT_ANSWER, Clock.RECEIPT),
}
"""Steps whose clock goes without saying."""
NEARNESS = {
    Urgency.IMMINENT: "at any time or within a day",
    Urgency.NEAR: "within a week",
    Urgency.LATER: "later than in a week",
}


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case as the queue shows it.

    `waits_for` says what the clock is for where the next step does not. `lapsed` counts how
    often its most overdue clock has run out, `lapses` how often any has. `untested` counts the
    claims of warnings given to us; `owes` is whether a sender waits for a receipt or an answer;
    `sightings` counts the answers owed on subjects on watch, the first of them by `sighting_due`;
    `same_story_in` names open cases that had a new one's story before. `read_as` is what reading
    makes of a case that nobody has triaged; empty where it has not been read.
    """

    row: views.CaseRow
    due: datetime | None
    next: str
    waits_for: str
    lapsed: int
    lapses: int
    overdue: bool
    untested: int
    owes: bool
    watched: bool
    sightings: int
    sighting_due: datetime | None
    same_story_in: tuple[str, ...]
    read_as: str


Sought = Annotated[str, Query(max_length=200)]
After = Annotated[str, Query(max_length=160)]


@router.get("/", dependencies=[officer()])
def show(
    request: Request,
    app: House,
    me: Officer,
    state: State = State.OPEN,
    q: Sought = "",
    after: After = "",
) -> Response:
    if not allows(app, me, "read_queue"):
        return _elsewhere(request, app, me)
    sought = q.strip()
    found = reads.queue(app, me, state=state, text=sought, after=_cursor(after), limit=PAGE + 1)
    shown, more = lines(app, me, found[:PAGE], app.clock()), found[PAGE:]
    calls = reads.notices(app, me) if not after else []
    plain = state is State.OPEN and not sought
    met = waiting.people(app, me) if plain and not after else []
    return page(
        request,
        "queue/page.html",
        nav="queue",
        lines=shown,
        state=state,
        q=sought,
        here=_url(state, sought, after),
        first=_url(state, sought) if after else "",
        following=_url(state, sought, _place(shown[-1].row)) if more else "",
        other={one: _url(one, sought) for one in State},
        open_cases=_count(app, me) if plain else None,
        overdue=sum(line.overdue for line in shown),
        sightings=sum(len(one.sightings) for one in met),
        in_closed=sum(len(one.sightings) for one in met if not one.case.is_open),
        calls=calls[:MOST_NOTICES],
        more_calls=len(calls[MOST_NOTICES:]),
        policies=[] if after else force.waiting_for(app, me),
        at=from_us,
    )


def lines(app: App, me: Actor, rows: Sequence[views.CaseRow], now: datetime) -> list[Line]:
    """The rows with what only the cases themselves know; mostly from the cache."""
    with app.store.read() as db:
        cases = [load(app, db, row.case_id, row.case_seq) for row in rows]
    for case in cases:
        app.cache.put(case)
    same = same_stories(app, me, cases)
    return [
        _line(row, case, now, same.get(row.case_id, ()), _read_as(reads.glance(app, case)))
        for row, case in zip(rows, cases, strict=True)
    ]


def _read_as(glance: Glance | None) -> str:
    if glance is None:
        return ""
    if not glance.threat:
        return "Reading sees no threat in it; it may be wrong."
    near = f", {NEARNESS[glance.urgency]}" if glance.urgency else ""
    return f"Reading sees a threat to life{near} (confidence {glance.confidence:.2f})."


def _line(
    row: views.CaseRow,
    case: Case,
    now: datetime,
    same_story_in: tuple[str, ...],
    read_as: str,
) -> Line:
    due = None if row.next_due_us is None else from_us(row.next_due_us)
    stage, clock = Stage(row.stage), Clock(row.next_clock) if row.next_clock else None
    sightings = sum(len(case.watches[one].waiting) for one in case.live_watches)
    lapsed = max((deadline.level for deadline in case.deadlines.values()), default=0)
    return Line(
        row=row,
        due=due,
        next="Answer the sighting" if stage is Stage.CLOSED and sightings else NEXT[stage],
        waits_for=WAITED_FOR[clock] if clock and (stage, clock) not in ITS_CLOCK else "",
        lapsed=lapsed,
        lapses=case.lapses,
        overdue=bool(lapsed or (due and due < now)),
        untested=len(untested(case.claims.values())),
        owes=any(one.owes_receipt or one.owes_answer for one in case.inbound.values()),
        watched=bool(case.live_watches),
        sightings=sightings,
        sighting_due=min(
            filter(None, (due_of(case, one) for one in case.live_watches)), default=None
        ),
        same_story_in=same_story_in,
        read_as=read_as,
    )


def _count(app: App, me: Actor) -> int:
    with app.store.read() as db:
        return views.count_open(
            db, officer_id=me.actor_id, unit=me.unit, sees_all=Role.INSPECTOR in me.roles
        )


def _elsewhere(request: Request, app: App, me: Actor) -> Response:
    """Administrators see no case, so their desk is another; without a role there is none."""
    if allows(app, me, "read_people"):
        return RedirectResponse("/people", 303)
    return page(request, "queue/no_role.html", nav="queue")


def _cursor(after: str) -> views.Cursor | None:
    if not after:
        return None
    place = CURSOR.fullmatch(after)
    if place is None:
        refuse(Code.BAD_VALUE, "Nothing was shown: there is no such page.", "Begin at the queue.")
    return None if place[1] == "never" else int(place[1]), place[2]


def _place(row: views.CaseRow) -> str:
    due, case_id = row.cursor
    return f"{'never' if due is None else due}.{case_id}"


def _url(state: State, q: str, after: str = "") -> str:
    wanted = {"state": "" if state is State.OPEN else state.value, "q": q, "after": after}
    query = urlencode({name: value for name, value in wanted.items() if value})
    return f"/?{query}" if query else "/"
