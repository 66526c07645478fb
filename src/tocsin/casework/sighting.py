"""Reports that may name a subject on watch in another case: found as they are received."""

from dataclasses import dataclass

from tocsin.casework.handle import apply
from tocsin.casework.house import App
from tocsin.casework.watchlist import Hit
from tocsin.domain.actor import SYSTEM
from tocsin.domain.commands import RecordSighting
from tocsin.store import events
from tocsin.store.engine import Connection
from tocsin.store.watches import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who of those on watch, as of `mark`, a text may name.

    An exercise is compared with exercises alone.
    """

    text: str
    exercise: bool
    mark: Mark
    hits: tuple[Hit, ...]


def look(app: App, text: str, *, exercise: bool) -> Look:
    """Look before the record is locked: a long text takes a while, and nobody waits for it."""
    with app.store.read() as db:
        mark = app.watchlist.mark(db)
        hits = app.watchlist.read(db, text, exercise=exercise)
    return Look(text=text, exercise=exercise, mark=mark, hits=hits)


def record_sightings(
    app: App, db: Connection, seen: Look, *, report_id: str, case_id: str
) -> list[str]:
    """Put on the record of each other case that this report may name a subject of its watches.

    Looks again among watches that were begun or widened since: none begins between that and the
    report. The cases, each once, the severest first; in the caller's transaction.
    """
    events.lock_head(db)
    hits = seen.hits
    if app.watchlist.mark(db) != seen.mark:
        changed = app.watchlist.changed_since(db, seen.mark, exercise=seen.exercise)
        newer = app.watchlist.read_for(db, seen.text, changed) if changed else ()
        again = {one.key for one in changed}
        hits = (*newer, *(one for one in hits if one.key not in again))
    others = [one for one in hits if one.case_id != case_id]
    for one in others:
        command = RecordSighting(
            case_id=one.case_id,
            watch_id=one.watch_id,
            report_id=report_id,
            found=one.found,
            identifiers=one.identifiers,
        )
        apply(app, db, command, SYSTEM)
    return list(dict.fromkeys(one.case_id for one in others))
