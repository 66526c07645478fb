"""The whole record, batch by batch, for whoever looks at all of it: only what that takes."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from tocsin.store import schema
from tocsin.store.prepared import Prepared

_event, _key, _pair = schema.event, schema.record_key, schema.map_pair
_body, _body_key = schema.report_body, schema.report_key
_MOST_AT_ONCE = 500  # values in one statement

_EVENTS = Prepared(
    select(_event.c.position, _event.c.case_id, _event.c.leaf_hash, _event.c.sealed, _key.c.wrapped)
    .join(_key, _key.c.position == _event.c.position)
    .where(_event.c.position > bindparam("after"))
    .order_by(_event.c.position)
    .limit(bindparam("most"))
)
_REPORTS = Prepared(
    select(_body.c.sha256, _body.c.sealed, _body_key.c.wrapped)
    .join(_body_key, _body_key.c.sha256 == _body.c.sha256)
    .where(_body.c.sha256 > bindparam("after"))
    .order_by(_body.c.sha256)
    .limit(bindparam("most"))
)
_PAIRS = Prepared(
    select(_pair.c.key, _pair.c.value, _pair.c.position).where(
        _pair.c.position > bindparam("after"), _pair.c.position <= bindparam("last")
    )
)
_PLACES = (
    select(_event.c.position, _event.c.case_id, _key.c.position.is_not(None))
    .outerjoin(_key, _key.c.position == _event.c.position)
    .where(_event.c.position.in_(bindparam("wanted", expanding=True)))
)


class Place(NamedTuple):
    """Where a record stands, and whether it can still be opened."""

    case_id: str
    is_open: bool


def sealed_events(
    db: Connection, after: int, most: int
) -> Sequence[tuple[int, str, bytes, bytes, bytes]]:
    """Events that were not destroyed: position, case, leaf hash, sealed contents, wrapped key."""
    rows: Sequence[tuple[int, str, bytes, bytes, bytes]]
    rows = _EVENTS.run(db, after=after, most=most).fetchall()
    return rows


def sealed_reports(db: Connection, after: str, most: int) -> Sequence[tuple[str, bytes, bytes]]:
    """Reports in the order of their hashes: SHA-256 in hex, sealed contents, wrapped key."""
    rows: Sequence[tuple[str, bytes, bytes]] = _REPORTS.run(db, after=after, most=most).fetchall()
    return rows


def pairs_of(db: Connection, after: int, last: int) -> Sequence[tuple[bytes, bytes, int]]:
    """The map's pairs of positions `after + 1` to `last`: key, value, position; in no order."""
    rows: Sequence[tuple[bytes, bytes, int]] = _PAIRS.run(db, after=after, last=last).fetchall()
    return rows


def places(db: Connection, positions: Collection[int]) -> Mapping[int, Place]:
    """Where the records at these positions stand; a position without a record is left out."""
    wanted, found = sorted(positions), dict[int, Place]()
    for at in range(0, len(wanted), _MOST_AT_ONCE):
        rows = db.execute(_PLACES, {"wanted": wanted[at : at + _MOST_AT_ONCE]})
        found.update((place, Place(case_id, bool(is_open))) for place, case_id, is_open in rows)
    return found
