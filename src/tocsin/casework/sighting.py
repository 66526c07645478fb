"""Reports that may name a subject on watch in another case: found as they are received."""

from dataclasses import dataclass, replace

from tocsin.casework.handle import apply
from tocsin.casework.house import App
from tocsin.casework.named import births_beside
from tocsin.casework.screening_jobs import screen_job
from tocsin.casework.watchlist import Hit
from tocsin.domain.actor import SYSTEM
from tocsin.domain.commands import RecordSighting
from tocsin.domain.sighting import Alike
from tocsin.store import events, jobs
from tocsin.store.engine import Connection
from tocsin.store.watches import Mark

MOST_AT_ONCE = 50_000
"""Characters of a text that is screened while somebody waits; a longer one by the workers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who of those on watch, as of `mark`, a text may name.

    An exercise is compared with exercises alone. `hits` is None where nobody waits for the answer:
    the text is long, or what compares names is still being loaded.
    """

    text: str
    exercise: bool
    mark: Mark
    hits: tuple[Hit, ...] | None


def look(app: App, text: str, *, exercise: bool, soon: bool = False) -> Look:
    """Look before the record is locked: a text takes a while, and nobody waits for that.

    `soon`: somebody waits, so that what would take long is put off.
    """
    with app.store.read() as db:
        mark = app.watchlist.mark(db)
        later = soon and mark.live and (len(text) > MOST_AT_ONCE or not app.watchlist.at_hand)
        hits = None if later else app.watchlist.read(db, text, exercise=exercise)
    return Look(text=text, exercise=exercise, mark=mark, hits=hits)


def record_sightings(
    app: App,
    db: Connection,
    seen: Look,
    *,
    report_id: str,
    case_id: str,
    placed: bool = True,
) -> list[str]:
    """Put on the record of each other case that this report may name a subject of its watches.

    Looks again among watches that were begun or widened since: none begins between that and the
    report. The cases, each once, the severest first; in the caller's transaction. What was put off
    is planned. Unless `placed`, what was found stands elsewhere than in the report's own text.
    """
    head = events.lock_head(db)
    hits = seen.hits
    if hits is None:
        jobs.plan(db, [screen_job(case_id, report_id, f"{head.position}", app.clock())])
        return []
    if app.watchlist.mark(db) != seen.mark:
        changed = app.watchlist.changed_since(db, seen.mark, exercise=seen.exercise)
        newer = app.watchlist.read_for(seen.text, changed)
        again = {one.key for one in changed}
        hits = (*newer, *(one for one in hits if one.key not in again))
    others = [one for one in hits if one.case_id != case_id]
    for one in others:
        apply(app, db, sighting_of(one if placed else one.unplaced(), report_id), SYSTEM)
    return list(dict.fromkeys(one.case_id for one in others))


def sighting_of(hit: Hit, report_id: str) -> RecordSighting:
    """No word of the report goes on the record of the watching case, which others may see."""
    return RecordSighting(
        case_id=hit.case_id,
        watch_id=hit.watch_id,
        report_id=report_id,
        found=tuple(one.without_words for one in hit.found),
        identifiers=hit.identifiers,
    )


def with_words(one: Alike, text: str) -> Alike:
    """What was found in a report, for whoever may see its text, and the dates that stand there."""
    if not one.start < one.end <= len(text):
        return one
    words = text[one.start : one.end]
    born = "; ".join(births_beside(words, text[one.start :]))
    return replace(one, found=words, born=born)
