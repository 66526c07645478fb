"""Reports that name a subject on watch in another case: found as they are received."""

from tocsin.casework.handle import apply
from tocsin.casework.house import App
from tocsin.domain.actor import SYSTEM
from tocsin.domain.commands import RecordSighting
from tocsin.domain.folding import words
from tocsin.store import events, watches
from tocsin.store.engine import Connection


def record_sightings(
    app: App, db: Connection, *, text: str, report_id: str, case_id: str
) -> list[str]:
    """Put on the record of each other case that this report names a subject of its watches.

    A name is found where all its words stand together, whatever their case and accents; another
    spelling is another name. The cases, each once; all in the caller's transaction.
    """
    events.lock_head(db)  # no watch begins between this look and the report
    watched = watches.every(db)
    if not watched:
        return []
    said = words(text)
    known, run = set(said), f" {' '.join(said)} "
    found = {
        (case, watch): None
        for case, watch, name in watched
        if case != case_id and known.issuperset(name.split()) and f" {name} " in run
    }
    for case, watch in found:
        apply(app, db, RecordSighting(case_id=case, watch_id=watch, report_id=report_id), SYSTEM)
    return list(dict.fromkeys(case for case, _ in found))
