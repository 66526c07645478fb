"""The record as stored: sealed events in one gapless order, under the head's lock.

The head carries the log's frontier, so every commit leaves a tree of known root behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from tocsin.domain.refusal import Code, Refusal
from tocsin.record.frontier import Frontier
from tocsin.record.leaf import ZERO
from tocsin.store import schema, tiles
from tocsin.store.prepared import Prepared, PreparedInsert

_head, _event, _key = schema.head, schema.event, schema.record_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the record ends; position 0 is an empty record.

    `witnessed` is the digest of the newest checkpoint with a quorum of cosignatures, of
    `witnessed_size` leaves; the newest map root covers the first `mapped` leaves.
    """

    position: int
    tree: Frontier
    witnessed: bytes = ZERO
    witnessed_size: int = 0
    mapped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event as it is kept: nobody reads `sealed` without `wrapped`.

    `wrapped` is None where the contents were lawfully destroyed. `tags` are given when an
    event is appended and never read back; `position` 0 is not yet appended.
    """

    position: int = 0
    case_id: str
    case_seq: int
    at_us: int
    sealed: bytes
    wrapped: bytes | None
    leaf: bytes
    leaf_hash: bytes
    tags: tuple[bytes, ...] = ()


_HEAD = select(
    _head.c.position, _head.c.frontier, _head.c.witnessed, _head.c.witnessed_size, _head.c.mapped
).where(_head.c.id == 1)
# Everybody waits for whoever holds the head: a writer whose machine is lost lets go of it soon.
_HOLD = func.set_config("idle_in_transaction_session_timeout", "10s", True)
_LOCK_HEAD = Prepared(
    {"sqlite": _HEAD, "postgresql": _HEAD.add_columns(_HOLD).with_for_update(of=_head)}
)
_LAST_POSITION = select(_head.c.position).where(_head.c.id == 1)
_MOVE_HEAD = Prepared(
    update(_head)
    .where(_head.c.id == 1, _head.c.position == bindparam("was"))
    .values(
        position=bindparam("now_at"), frontier=bindparam("nodes"), updated_at_us=bindparam("at")
    )
)
_INSERT = PreparedInsert(_event)
_INSERT_KEY = PreparedInsert(_key)
_INSERT_PAIR = PreparedInsert(schema.map_pair)
_TAIL = Prepared(
    select(_event.c.case_seq, _event.c.leaf_hash)
    .where(_event.c.case_id == bindparam("case"))
    .order_by(_event.c.case_seq.desc())
    .limit(1)
)
_NEWEST_STREAM = select(func.max(_event.c.case_id)).where(
    _event.c.case_id >= bindparam("first"), _event.c.case_id < bindparam("after")
)
_WITH_KEY = select(_event, _key.c.wrapped).outerjoin(_key, _key.c.position == _event.c.position)
_OF_CASE = Prepared(
    _WITH_KEY.where(
        _event.c.case_id == bindparam("case"), _event.c.case_seq > bindparam("after")
    ).order_by(_event.c.case_seq)
)
_OF_CASE_BEFORE = (
    _WITH_KEY.where(_event.c.case_id == bindparam("case"), _event.c.case_seq < bindparam("before"))
    .order_by(_event.c.case_seq.desc())
    .limit(bindparam("most"))
)
_ALL = Prepared(
    _WITH_KEY.where(_event.c.position > bindparam("after"))
    .order_by(_event.c.position)
    .limit(bindparam("most"))
)
_NEWEST = (
    _WITH_KEY.where(
        _event.c.position > bindparam("since"),
        or_(_event.c.case_id < bindparam("first"), _event.c.case_id >= bindparam("after")),
    )
    .order_by(_event.c.position.desc())
    .limit(bindparam("most"))
)
_LEAVES = (
    select(_event.c.leaf)
    .where(_event.c.position > bindparam("after"), _event.c.position <= bindparam("last"))
    .order_by(_event.c.position)
)
_WITNESSED = Prepared(
    update(_head)
    .where(_head.c.id == 1, _head.c.witnessed_size < bindparam("size"))
    .values(witnessed=bindparam("digest"), witnessed_size=bindparam("size"))
)
_MAPPED = Prepared(update(_head).where(_head.c.id == 1).values(mapped=bindparam("leaves")))
_DESTROY = Prepared(
    delete(_key).where(
        _key.c.position.in_(
            select(_event.c.position).where(
                _event.c.case_id == bindparam("case"), _event.c.case_seq <= bindparam("last")
            )
        )
    )
)
_CLAIMED_AT = select(_event.c.at_us).where(_event.c.position == bindparam("wanted"))
_AT = Prepared(_WITH_KEY.where(_event.c.position == bindparam("wanted")))


def lock_head(db: Connection) -> Head:
    """The record's head, held against other writers until this transaction ends."""
    return _read_head(_LOCK_HEAD.run(db).fetchone()[:5])


def read_head(db: Connection) -> Head:
    """The record's head, without a lock."""
    return _read_head(db.execute(_HEAD).one())


def _read_head(row: tuple[int, bytes, bytes, int, int]) -> Head:
    position, nodes, witnessed, size, mapped = row
    return Head(
        position=position,
        tree=_frontier(position, bytes(nodes)),
        witnessed=bytes(witnessed),
        witnessed_size=size,
        mapped=mapped,
    )


def _frontier(position: int, nodes: bytes) -> Frontier:
    try:
        return Frontier.from_bytes(position, nodes)
    except ValueError as error:
        raise Refusal(
            Code.RECORD_DAMAGED,
            "Nothing was done: the head of the record has another size than its tree.",
            "Run tocsin doctor; then restore the database from a backup.",
        ) from error


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
    first, last = head.position + 1, head.position + len(rows)
    if any(row.position not in (0, place) for place, row in enumerate(rows, first)):
        raise ValueError("an event was built for another position of the record")
    _INSERT.run_all(db, [_placed(row, place) for place, row in enumerate(rows, first)])
    keys = [
        {"position": place, "wrapped": row.wrapped}
        for place, row in enumerate(rows, first)
        if row.wrapped is not None
    ]
    _INSERT_KEY.run_all(db, keys)
    _INSERT_PAIR.run_all(
        db,
        [
            {"key": pair_key(tag, place - 1), "value": row.leaf_hash, "position": place}
            for place, row in enumerate(rows, first)
            for tag in row.tags
        ],
    )
    tree = head.tree.extended(row.leaf_hash for row in rows)
    moved = _MOVE_HEAD.run(
        db, was=head.position, now_at=last, nodes=tree.to_bytes(), at=rows[-1].at_us
    )
    if moved.rowcount != 1:
        raise RuntimeError("events were appended without holding the head's lock")
    tiles.complete(db, head.position, last)
    return Head(
        position=last,
        tree=tree,
        witnessed=head.witnessed,
        witnessed_size=head.witnessed_size,
        mapped=head.mapped,
    )


def pair_key(tag: bytes, index: int) -> bytes:
    """Where the map keeps leaf `index` under a tag."""
    return tag + index.to_bytes(8)


def _placed(row: EventRow, place: int) -> dict[str, object]:
    return {
        "position": place,
        "case_id": row.case_id,
        "case_seq": row.case_seq,
        "at_us": row.at_us,
        "sealed": row.sealed,
        "leaf": row.leaf,
        "leaf_hash": row.leaf_hash,
    }


def case_tail(db: Connection, case_id: str) -> tuple[int, bytes] | None:
    """The case's last `(case_seq, leaf_hash)`, or None for a case that is not there."""
    tail: tuple[int, bytes] | None = _TAIL.run(db, case=case_id).fetchone()
    return tail


def newest_stream(db: Connection, prefix: str) -> str | None:
    """The last of the streams whose names begin with `prefix`, in the order of their names."""
    bounds = {"first": prefix, "after": prefix + "~"}
    newest: str | None = db.execute(_NEWEST_STREAM, bounds).scalar_one()
    return newest


def case_events(db: Connection, case_id: str, after_seq: int = 0) -> list[EventRow]:
    """The case's events in order, from `after_seq + 1`."""
    return _rows(_OF_CASE.run(db, case=case_id, after=after_seq))


def case_events_before(db: Connection, case_id: str, before_seq: int, limit: int) -> list[EventRow]:
    """At most `limit` events of the case before `before_seq`, the newest first."""
    values = {"case": case_id, "before": before_seq, "most": limit}
    return _rows(db.execute(_OF_CASE_BEFORE, values))


def all_events(db: Connection, after_position: int, limit: int) -> list[EventRow]:
    """At most `limit` events of all cases in the record's order."""
    return _rows(_ALL.run(db, after=after_position, most=limit))


def newest_events(db: Connection, *, but: str, since: int, limit: int) -> list[EventRow]:
    """The newest events after position `since`, oldest first, but for streams named `but`..."""
    values = {"first": but, "after": but + "~", "since": since, "most": limit}
    rows = db.execute(_NEWEST, values)
    return [EventRow(**row._mapping) for row in rows][::-1]


def event_at(db: Connection, position: int) -> EventRow | None:
    """The event at `position`, or None beyond the end."""
    return next(iter(_rows(_AT.run(db, wanted=position))), None)


def _rows(cursor: Any) -> list[EventRow]:
    return [
        EventRow(
            position=position,
            case_id=case_id,
            case_seq=case_seq,
            at_us=at_us,
            sealed=sealed,
            wrapped=wrapped,
            leaf=leaf,
            leaf_hash=leaf_hash,
        )
        for position, case_id, case_seq, at_us, sealed, leaf, leaf_hash, wrapped in cursor
    ]


def claimed_at(db: Connection, position: int) -> int | None:
    """The claimed time of the event at `position`, or None beyond the end."""
    at_us: int | None = db.execute(_CLAIMED_AT, {"wanted": position}).scalar_one_or_none()
    return at_us


def leaves(db: Connection, after_position: int, last_position: int) -> list[bytes]:
    """The leaves of positions `after_position + 1` to `last_position`."""
    rows = db.execute(_LEAVES, {"after": after_position, "last": last_position})
    return [bytes(leaf) for (leaf,) in rows]


def set_witnessed(db: Connection, *, size: int, digest: bytes) -> None:
    """Note the newest witnessed checkpoint; an older one changes nothing."""
    _WITNESSED.run(db, size=size, digest=digest)


def set_mapped(db: Connection, leaves: int) -> None:
    """Note how many leaves the newest map root covers."""
    _MAPPED.run(db, leaves=leaves)


def destroy_contents(db: Connection, case_id: str, last_seq: int) -> int:
    """Delete the keys of a case's events up to `last_seq`; how many there were."""
    destroyed: int = _DESTROY.run(db, case=case_id, last=last_seq).rowcount
    return destroyed
