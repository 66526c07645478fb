"""The house's own records: written here, beside `handle`, which writes those of cases."""

from datetime import datetime

from tocsin.casework import records
from tocsin.casework.house import App
from tocsin.domain.events import Event
from tocsin.domain.ledger import COVER, HOUSE, Cover
from tocsin.domain.serial import to_plain
from tocsin.record.leaf import ZERO
from tocsin.store import events
from tocsin.store.engine import Connection
from tocsin.store.instants import to_us

_ENDS_ONE_IN = 20
"""Cover streams are as long as cases commonly are: twenty records on average."""


def record(app: App, db: Connection, event: Event, *, stream: str = HOUSE) -> events.Head:
    """Append one record of the house in the caller's transaction; the head after it."""
    head = events.lock_head(db)
    said = {**to_plain(event), "kind": type(event).__name__, "case_id": stream}
    rows = records.sealed_rows(
        app,
        head,
        case_id=stream,
        tail=events.case_tail(db, stream) or (0, ZERO),
        at_us=to_us(event.at),
        policy_pack=bytes.fromhex(app.policy.pack_hash),
        said=[said],
    )
    return events.append(db, head, rows)


def cover(app: App, db: Connection, now: datetime) -> None:
    """Append a record that says nothing, in the caller's transaction.

    Its leaf looks like a case's: covers come in streams that begin, go on for a while and
    end, so that neither a number nor a pseudonym tells which leaves are cover.
    """
    ends = app.randomness(1)[0] % _ENDS_ONE_IN == 0
    stream = _cover_stream(db, ends=ends)
    record(app, db, Cover(by="system", at=now), stream=stream)


def _cover_stream(db: Connection, *, ends: bool) -> str:
    """The stream that is open, or the next where there is none or this one `ends`."""
    newest = events.newest_stream(db, COVER)
    if newest is not None and not ends:
        return newest
    number = int(newest.removeprefix(COVER)) + 1 if newest else 1
    return f"{COVER}{number:012d}"
