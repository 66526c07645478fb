"""The record as stored: events in one gapless order, appended under the head's lock."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from tocsin.store import schema
from tocsin.store.prepared import Prepared, flat

_head, _event = schema.head, schema.event


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the record ends; 0 is an empty record."""

    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event. `body` is canonical JSON, kept and hashed as these very characters.

    `seed` and `leaf_hash` are 32 bytes, `leaf` 384; `position` 0 is not yet appended.
    """

    position: int = 0
    case_id: str
    case_seq: int
    kind: str
    at_us: int
    body: str
    seed: bytes
    leaf: bytes
    leaf_hash: bytes


_LOCK_HEAD = Prepared(select(_head.c.position).where(_head.c.id == 1).with_for_update())
_LAST_POSITION = select(_head.c.position).where(_head.c.id == 1)
_MOVE_HEAD = Prepared(
    update(_head)
    .where(_head.c.id == 1, _head.c.position == bindparam("was"))
    .values(position=bindparam("now_at"), updated_at_us=bindparam("at"))
)
_INSERT = Prepared(insert(_event))
_TAIL = Prepared(
    select(_event.c.case_seq, _event.c.leaf_hash)
    .where(_event.c.case_id == bindparam("case"))
    .order_by(_event.c.case_seq.desc())
    .limit(1)
)
_OF_CASE = (
    select(_event)
    .where(_event.c.case_id == bindparam("case"), _event.c.case_seq > bindparam("after"))
    .order_by(_event.c.case_seq)
)
_ALL = (
    select(_event)
    .where(_event.c.position > bindparam("after"))
    .order_by(_event.c.position)
    .limit(bindparam("most"))
)


def lock_head(db: Connection) -> Head:
    """The record's head, held against other writers until this transaction ends."""
    (position,) = _LOCK_HEAD.run(db).fetchone()
    return Head(position=position)


def last_position(db: Connection) -> int:
    """The position of the last event, without a lock; 0 for an empty record."""
    position: int = db.execute(_LAST_POSITION).scalar_one()
    return position


def append(db: Connection, head: Head, rows: Sequence[EventRow]) -> Head:
    """Append `rows` after `head`, which this transaction must have locked.

    Positions are assigned here; a row that carries one already must carry the right one.

    Raises ValueError for a wrong position, RuntimeError where `head` is not the head.
    """
    if not rows:
        return head
    last = head.position + len(rows)
    places = range(head.position + 1, last + 1)
    if any(row.position not in (0, place) for row, place in zip(rows, places, strict=True)):
        raise ValueError("an event was built for another position of the record")
    placed = [flat(row) | {"position": place} for row, place in zip(rows, places, strict=True)]
    _INSERT.run_all(db, placed)
    moved = _MOVE_HEAD.run(db, was=head.position, now_at=last, at=rows[-1].at_us)
    if moved.rowcount != 1:
        raise RuntimeError("events were appended without holding the head's lock")
    return Head(position=last)


def case_tail(db: Connection, case_id: str) -> tuple[int, bytes] | None:
    """The case's last `(case_seq, leaf_hash)`, or None for a case that is not there."""
    tail: tuple[int, bytes] | None = _TAIL.run(db, case=case_id).fetchone()
    return tail


def case_events(db: Connection, case_id: str, after_seq: int = 0) -> list[EventRow]:
    """The case's events in order, from `after_seq + 1`."""
    rows = db.execute(_OF_CASE, {"case": case_id, "after": after_seq})
    return [EventRow(**row._mapping) for row in rows]


def all_events(db: Connection, after_position: int, limit: int) -> list[EventRow]:
    """At most `limit` events of all cases in the record's order."""
    rows = db.execute(_ALL, {"after": after_position, "most": limit})
    return [EventRow(**row._mapping) for row in rows]
