"""Reports that name a subject on watch in another case: found as they are received."""

from tocsin.casework.handle import apply, load, tail_of
from tocsin.casework.house import App
from tocsin.domain.actor import SYSTEM
from tocsin.domain.commands import RecordSighting
from tocsin.domain.folding import words
from tocsin.store import events, watches
from tocsin.store.engine import Connection


def record_sightings(
    app: App, db: Connection, *, text: str, report_id: str, case_id: str, exercise: bool = False
) -> list[str]:
    """Put on the record of each other case that this report names a subject of its watches.

    A name is found where all its words stand together, whatever their case and accents; another
    spelling is another name. An exercise is compared with exercises alone; `exercise` says whether
    a case that opens with the report is one. The cases, each once; in the caller's transaction.
    """
    events.lock_head(db)  # no watch begins between this look and the report
    watched = watches.every(db)
    if not watched:
        return []
    tail = tail_of(db, case_id)
    exercise = load(app, db, case_id, tail[0]).exercise if tail else exercise
    said = words(text)
    known, run = set(said), f" {' '.join(said)} "
    others = [one for one in watched if one[3] is exercise and one[0] != case_id]
    found = {
        (case, watch): None
        for case, watch, name, _ in others
        if known.issuperset(name.split()) and f" {name} " in run
    }
    for case, watch in found:
        apply(app, db, RecordSighting(case_id=case, watch_id=watch, report_id=report_id), SYSTEM)
    return list(dict.fromkeys(case for case, _ in found))
