"""Lists of people screened against everybody on watch; what is found waits on the cases.

Whoever screens learns of the watches of cases that he may read, and of no other; the owners of all
of them learn that a hit occurred, where hits go on the record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256 as hashed
from typing import Final

from tocsin.casework import ledger
from tocsin.casework.access import allows, may_read
from tocsin.casework.handle import apply, load, tail_of
from tocsin.casework.house import App
from tocsin.casework.searching import checked_texts
from tocsin.casework.watchlist import MOST_FOUND, Asked, Hit
from tocsin.domain.actor import SYSTEM, Actor
from tocsin.domain.case import Case
from tocsin.domain.commands import RecordSighting
from tocsin.domain.ledger import ListScreened
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.sighting import Alike
from tocsin.feeds.people import ListRow
from tocsin.store import watches
from tocsin.store.engine import Connection

ACTION: Final = "screen_list"
BATCH: Final = 500
AT_ONCE: Final = 50
"""Sightings in one transaction."""
LONGEST_NAME: Final = 200
_LIST_ID: Final = 16  # hexadecimal digits


@dataclass(frozen=True, slots=True, kw_only=True)
class RowHit:
    """A row that may be somebody on watch; `urgency` is that of the watch's case."""

    row: int
    case_id: str
    watch_id: str
    urgency: str
    found: tuple[Alike, ...]
    identifiers: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """A list that somebody began to screen. `records`: hits go on the record of the cases."""

    list_id: str
    records: bool
    exercise: bool = False


def begin(
    app: App,
    by: Actor,
    *,
    sha256: str,
    name: str,
    purpose: str,
    records: bool,
    exercise: bool = False,
    occasion: str = "",
) -> Screening:
    """Put on the record that this list is screened, by whom and what for; again is recorded again.

    The same content under another name, or on another `occasion`, is another list: whoever travels
    again, as the same line says, is asked about again.
    Refuses NOT_ALLOWED, and BAD_VALUE without a name or a purpose.
    """
    may_screen(app, by)
    if not (name.strip() and purpose.strip()):
        refuse(
            Code.BAD_VALUE,
            "Nothing was screened: what the list is, or what for, is not said.",
            "Say both: they go on the record, and who stands in the list does not.",
        )
    checked_texts((name,), purpose)
    told = "\n".join((sha256, name[:LONGEST_NAME], occasion)).encode("utf-8", "replace")
    list_id = hashed(told).hexdigest()[:_LIST_ID]
    said = ListScreened(
        by=by.named,
        at=app.clock(),
        list_id=list_id,
        sha256=sha256,
        name=name[:LONGEST_NAME],
        reason=purpose,
        records=records,
        exercise=exercise,
    )
    with app.store.write() as db:
        ledger.record(app, db, said)
    return Screening(list_id=list_id, records=records, exercise=exercise)


def may_screen(app: App, by: Actor) -> None:
    """Refuses NOT_ALLOWED."""
    if not allows(app, by, ACTION):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was screened: none of your roles allows it.",
            "Ask an officer who works on cases.",
        )


def screen(
    app: App, by: Actor, screening: Screening, rows: Sequence[ListRow]
) -> dict[int, tuple[RowHit, ...]]:
    """Hits that `by` may see, by row, in the order of the watchlist; rows without any are missing.

    Hits of all watches go on the record first, where the screening records. The same row of the
    same list is one sighting however often it is screened.
    """
    owners = [(row, name) for row in rows if row.state == "person" for name in row.names or ("",)]
    asked = [Asked(name, row.births, row.identifiers) for row, name in owners]
    with app.store.read() as db:
        found = app.watchlist.search_all(db, asked, exercise=screening.exercise)
        cases = {hit.case_id for hits in found for hit in hits}
        urgency = watches.urgencies(db, cases)
        seen = {case_id for case_id in cases if _is_seen(app, db, by, case_id)}
    by_row: dict[int, list[Hit]] = {}
    for (row, _), hits in zip(owners, found, strict=True):
        by_row.setdefault(row.row, []).extend(hits)
    merged = {row: _merged(row, hits, urgency) for row, hits in by_row.items() if hits}
    if screening.records:
        _record(app, screening, [hit for hits in merged.values() for hit in hits])
    shown = {row: tuple(hit for hit in hits if hit.case_id in seen) for row, hits in merged.items()}
    return {row: hits for row, hits in shown.items() if hits}


def _is_seen(app: App, db: Connection, by: Actor, case_id: str) -> bool:
    tail = tail_of(db, case_id)
    return tail is not None and may_read(app, by, load(app, db, case_id, tail[0]))


def _merged(row: int, hits: Iterable[Hit], urgency: Mapping[str, str]) -> list[RowHit]:
    """One hit of each watch, whichever of the row's names led to it."""
    together: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        together.setdefault((hit.case_id, hit.watch_id), []).append(hit)
    return [
        RowHit(
            row=row,
            case_id=case_id,
            watch_id=watch_id,
            urgency=urgency.get(case_id, ""),
            found=_likeliest(pair for hit in theirs for pair in hit.found),
            identifiers=tuple(dict.fromkeys(one for hit in theirs for one in hit.identifiers)),
            probability=max(hit.probability for hit in theirs),
        )
        for (case_id, watch_id), theirs in together.items()
    ]


def _likeliest(pairs: Iterable[Alike]) -> tuple[Alike, ...]:
    ordered = sorted(dict.fromkeys(pairs), key=lambda pair: -pair.millionths)
    return tuple(ordered[:MOST_FOUND])


def _record(app: App, screening: Screening, hits: Sequence[RowHit]) -> None:
    """Put sightings on the record of every watch; one that ended meanwhile takes none.

    Some at a time: nobody else writes meanwhile. What a crash leaves out comes with the rows again.
    """
    for at in range(0, len(hits), AT_ONCE):
        changed: dict[str, Case] = {}
        with app.store.write() as db:
            for hit in hits[at : at + AT_ONCE]:
                said, known = _sighting(screening, hit), changed.get(hit.case_id)
                changed[hit.case_id] = apply(app, db, said, SYSTEM, known=known)
        for case in changed.values():
            app.cache.put(case)


def _sighting(screening: Screening, hit: RowHit) -> RecordSighting:
    return RecordSighting(
        case_id=hit.case_id,
        watch_id=hit.watch_id,
        list_id=screening.list_id,
        row=hit.row,
        found=hit.found,
        identifiers=hit.identifiers,
    )
