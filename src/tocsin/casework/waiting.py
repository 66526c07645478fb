"""Sightings across cases: what waits for an answer, person by person, and the lists it came from.

Only of cases that whoever asks may see: of any other nothing is told, and nothing is counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tocsin.casework.access import allows, may_read
from tocsin.casework.handle import load
from tocsin.casework.house import App
from tocsin.casework.records import event_of, opened
from tocsin.domain.actor import Actor, Role
from tocsin.domain.case import Case
from tocsin.domain.findings import Urgency
from tocsin.domain.inbound import Watch
from tocsin.domain.ledger import HOUSE, ListScreened
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.sighting import Sighting
from tocsin.store import events, watches

MOST_RECORDS: Final = 20_000
"""Records of the house among which the name of a list is looked for, the newest."""
_PAGE: Final = 500
_SEVERITY = {one.value: place for place, one in enumerate(Urgency)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A live watch with its sightings asked for, the likeliest first; at least one."""

    case: Case
    watch: Watch
    urgency: str
    sightings: tuple[Sighting, ...]

    @property
    def probability(self) -> float:
        return self.sightings[0].probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list of people with hits that wait. `said` is None where its record is too old to find."""

    list_id: str
    said: ListScreened | None
    waits: int


def said_of(app: App, wanted: AbstractSet[str]) -> dict[str, ListScreened]:
    """The newest that was said of each of these lists, as far as it is found."""
    known = app.list_names
    with known.lock, app.store.read() as db:
        tail = events.case_tail(db, HOUSE)
        last = tail[0] if tail else 0
        if not known.last:
            known.first = last + 1
        elif last > known.last:
            for said in _said_in(app, events.case_events(db, HOUSE, known.last)):
                known.said[said.list_id] = said
        known.last = last
        while known.first > max(1, last - MOST_RECORDS) and not wanted <= known.said.keys():
            rows = events.case_events_before(db, HOUSE, known.first, _PAGE)
            for said in _said_in(app, rows):
                known.said.setdefault(said.list_id, said)
            known.first = rows[-1].case_seq
        return {one: known.said[one] for one in wanted if one in known.said}


def _said_in(app: App, rows: Iterable[events.EventRow]) -> Iterator[ListScreened]:
    for record in (opened(app, row) for row in rows):
        said = event_of(record) if record.kind == ListScreened.__name__ else None
        if isinstance(said, ListScreened):
            yield said


def people(
    app: App, by: Actor, wanted: Callable[[Sighting], bool] = lambda one: one.waits
) -> list[Person]:
    """Who may have been met, in the cases that `by` sees; closed ones too, as watches go on.

    The gravest case first, then the likeliest; exercises last. Refuses NOT_ALLOWED.
    """
    if not allows(app, by, "read_queue"):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was shown: none of your roles reads cases.",
            "Ask an administrator for a role.",
        )
    with app.store.read() as db:
        rows = watches.watching(
            db, officer_id=by.actor_id, unit=by.unit, sees_all=Role.INSPECTOR in by.roles
        )
        cases = [(load(app, db, row.case_id, row.case_seq), row.urgency) for row in rows]
    found = []
    for case, urgency in cases:
        app.cache.put(case)
        met = [
            Person(case=case, watch=watch, urgency=urgency, sightings=some)
            for watch in map(case.watches.__getitem__, case.live_watches)
            if (some := _likeliest(filter(wanted, watch.sightings.values())))
        ]
        if met and may_read(app, by, case):
            found += met
    return sorted(found, key=_rank)


def _likeliest(some: Iterable[Sighting]) -> tuple[Sighting, ...]:
    return tuple(sorted(some, key=lambda one: -one.probability))


def _rank(one: Person) -> tuple[bool, int, float, datetime, str, str]:
    severity = _SEVERITY.get(one.urgency, 0)
    waits_since = min(each.waits_since for each in one.sightings)
    where = one.case.case_id, one.watch.watch_id
    return (one.case.exercise, severity, -one.probability, waits_since, *where)


def lists(app: App, some: Iterable[Person]) -> list[Listed]:
    """The lists that these sightings come from, those with the most first."""
    waits = Counter(
        each.list_id for one in some for each in one.sightings if each.list_id and each.waits
    )
    said = said_of(app, waits.keys())
    return [
        Listed(list_id=list_id, said=said.get(list_id), waits=count)
        for list_id, count in waits.most_common()
    ]
