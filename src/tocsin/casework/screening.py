"""Everything past against a new watch, and what was put off against all: a step at a time.

A step is short, and what it found, that it is done, and the next are one transaction: after a
crash it is done again, and nothing is skipped.
"""

from datetime import timedelta

from tocsin.casework.handle import apply
from tocsin.casework.house import App
from tocsin.casework.reads import case_of
from tocsin.casework.screening_jobs import next_step, place_of
from tocsin.casework.sighting import look, record_sightings, sighting_of
from tocsin.casework.watchlist import Hit
from tocsin.domain.actor import SYSTEM
from tocsin.domain.case import Case
from tocsin.store import bodies, events, jobs, views, watches
from tocsin.store.engine import Connection
from tocsin.store.watches import Watched

STEP, MOST_CHARACTERS = 25, 200_000
"""Reports compared in one step, and characters from which on no other is begun."""
AGAIN = timedelta(seconds=5)
"""When to try again while what compares names is still being loaded."""


def screen(app: App, claimed: jobs.Claimed) -> None:
    """Compare one report, and whom its case names, with all watches of other cases."""
    if not app.watchlist.at_hand:
        with app.store.write() as db:
            jobs.postpone(db, claimed, app.clock() + AGAIN)
        return
    case = case_of(app, claimed.case_id)
    with app.store.read() as db:
        row = views.report(db, claimed.subject)
        text = _text(app, db, row.sha256) if row else ""
    seen = [look(app, one, exercise=case.exercise) for one in (text, said_of(case))]
    with app.store.write() as db:
        for number, one in enumerate(seen):
            record_sightings(
                app,
                db,
                one,
                report_id=claimed.subject,
                case_id=case.case_id,
                placed=number == 0,
            )
        jobs.finish(db, claimed, app.clock())


def rescreen(app: App, claimed: jobs.Claimed) -> None:
    """Compare a watch that was begun or widened with the next of all reports of other cases, and
    with whom these cases name; then plan the step that follows."""
    after, done = place_of(claimed)
    with app.store.read() as db:
        mine = watches.some(db, [(claimed.case_id, claimed.subject)])
        rows = views.reports_after(db, after, STEP) if mine else []
    found: list[tuple[str, Hit]] = []
    size = 0
    for row in rows:
        after, done = row.report_id, done + 1
        if row.case_id != claimed.case_id:
            texts = _texts(app, row, mine[0])
            found += [
                (row.report_id, hit if number == 0 else hit.unplaced())
                for number, text in enumerate(texts)
                for hit in app.watchlist.read_for(text, mine)
            ]
            size += sum(map(len, texts))
        if size > MOST_CHARACTERS:
            break
    with app.store.write() as db:
        events.lock_head(db)
        for report_id, hit in found:
            apply(app, db, sighting_of(hit, report_id), SYSTEM)
        jobs.finish(db, claimed, app.clock())
        if rows:
            jobs.plan(db, [next_step(claimed, after, done, app.clock())])


def said_of(case: Case) -> str:
    """Whom a case names beside its reports: intended victims, subjects on watch, and claims."""
    names = [name for one in case.victims.values() for name in (one.name, *one.known_as)]
    names += [name for one in case.live_watches for name in case.watches[one].names]
    claims = [one.words for one in case.claims.values()]
    return ";\n".join(dict.fromkeys((*names, *claims)))


def _texts(app: App, row: views.ReportRow, watched: Watched) -> tuple[str, ...]:
    """The report's words, and with the first of a case whom the case names."""
    case = case_of(app, row.case_id)
    if case.destroyed or case.exercise is not watched.exercise:
        return ()
    with app.store.read() as db:
        text = _text(app, db, row.sha256)
    return (text, said_of(case)) if next(iter(case.reports)) == row.report_id else (text,)


def _text(app: App, db: Connection, sha256: str) -> str:
    """Nothing where it cannot be opened: the doctor tells of that."""
    try:
        found = bodies.body(db, app.vault, sha256)
    except ValueError:
        return ""
    return found.text if found else ""
