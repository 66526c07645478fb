"""The map's pairs and blocks as tables: what `tocsin.record.map_blocks` reads and writes."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, and_, bindparam, delete, exists, select

from tocsin.record.prefix_map import Pair
from tocsin.store import schema
from tocsin.store.prepared import Prepared, PreparedInsert
from tocsin.store.upsert import upsert

_pair, _block, _key = schema.map_pair, schema.map_block, schema.record_key
_FROM = Prepared(
    select(_pair.c.key, _pair.c.value)
    .where(_pair.c.key >= bindparam("first"), _pair.c.position <= bindparam("last"))
    .order_by(_pair.c.key)
)
_BETWEEN = Prepared(
    select(_pair.c.key, _pair.c.value)
    .where(
        _pair.c.key >= bindparam("first"),
        _pair.c.key < bindparam("after"),
        _pair.c.position <= bindparam("last"),
    )
    .order_by(_pair.c.key)
)
_FRESH = Prepared(
    select(_pair.c.key)
    .where(_pair.c.position > bindparam("after"), _pair.c.position <= bindparam("last"))
    .order_by(_pair.c.key)
)
_MISSING = select(
    and_(
        exists().where(schema.event.c.case_id < "~"),
        ~exists().select_from(_pair),
    )
)
_INSERT = PreparedInsert(_pair)
_OF_DESTROYED = (
    select(_pair.c.key, _pair.c.value, _pair.c.position)
    .outerjoin(_key, _key.c.position == _pair.c.position)
    .where(_key.c.position.is_(None))
)
_CHILDREN = Prepared(select(_block.c.children).where(_block.c.prefix == bindparam("wanted")))
_PUT = upsert(_block, "children")


class StoredBlocks:
    """The map over the first `covered` leaves. Blocks stand for what was last updated."""

    def __init__(self, db: Connection, covered: int) -> None:
        self._db, self._covered = db, covered

    def pairs(self, prefix: bytes) -> Sequence[Pair]:
        """Every pair whose key begins with `prefix`, ascending."""
        after = _next(prefix)
        if after is None:
            rows = _FROM.run(self._db, first=prefix, last=self._covered)
        else:
            rows = _BETWEEN.run(self._db, first=prefix, after=after, last=self._covered)
        return [Pair(bytes(key), bytes(value)) for key, value in rows.fetchall()]

    def block(self, prefix: bytes) -> bytes | None:
        """The subtree hashes of a block's 256 children, 8192 bytes."""
        row = _CHILDREN.run(self._db, wanted=prefix).fetchone()
        return bytes(row[0]) if row else None

    def put_block(self, prefix: bytes, data: bytes) -> None:
        """Keep a block."""
        _PUT.run(self._db, prefix=prefix, children=data)


def fresh_keys(db: Connection, after: int, covered: int) -> list[bytes]:
    """Keys of leaves beyond the first `after`, up to the first `covered`."""
    return [bytes(key) for (key,) in _FRESH.run(db, after=after, last=covered).fetchall()]


def is_missing(db: Connection) -> bool:
    """Whether there are cases on the record and not one pair: every case's records have one."""
    return bool(db.execute(_MISSING).scalar_one())


def pairs_of_destroyed(db: Connection) -> list[tuple[bytes, bytes, int]]:
    """Key, value and position of the pairs whose records can no longer be opened."""
    rows = db.execute(_OF_DESTROYED)
    return [(bytes(key), bytes(value), position) for key, value, position in rows]


def put(db: Connection, pairs: Iterable[tuple[bytes, bytes, int]]) -> None:
    """Add pairs: key, value, and the position of the record that they stand for."""
    rows = [{"key": key, "value": value, "position": at} for key, value, at in pairs]
    _INSERT.run_all(db, rows)


def clear(db: Connection) -> None:
    """Drop pairs and blocks, to build them anew from the record."""
    db.execute(delete(_pair))
    db.execute(delete(_block))


def _next(prefix: bytes) -> bytes | None:
    """The first key after all that begin with `prefix`; None where there is none."""
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes([kept[-1] + 1]) if kept else None
