"""The log's full tiles: 256 hashes each, written once when the last of them is known.

Partial tiles are never stored; their hashes stand in the events, or in the tiles below.
Source: C2SP tlog-tiles.
"""

from sqlalchemy import Connection, bindparam, insert, select, update

from tocsin.domain.refusal import Code, refuse
from tocsin.record.frontier import EMPTY
from tocsin.record.merkle import root
from tocsin.store import schema
from tocsin.store.prepared import Prepared

WIDTH = 256

_tile, _event, _head = schema.tile, schema.event, schema.head
_INSERT = Prepared(insert(_tile))
_HASHES = Prepared(
    select(_tile.c.hashes).where(
        _tile.c.level == bindparam("on_level"), _tile.c.number == bindparam("wanted")
    )
)
_LEAF_HASHES = Prepared(
    select(_event.c.leaf_hash)
    .where(_event.c.position > bindparam("after"), _event.c.position <= bindparam("last"))
    .order_by(_event.c.position)
)
_ROOTS = Prepared(
    select(_tile.c.root)
    .where(
        _tile.c.level == bindparam("on_level"),
        _tile.c.number >= bindparam("first"),
        _tile.c.number < bindparam("after"),
    )
    .order_by(_tile.c.number)
)


def complete(db: Connection, was: int, now: int) -> None:
    """Store every tile that became full when the log grew from `was` leaves to `now`."""
    level = 0
    while (first := was // WIDTH) < (after := now // WIDTH):
        for number in range(first, after):
            hashes = read(db, level, number, WIDTH, stored=False)
            _INSERT.run(db, level=level, number=number, hashes=b"".join(hashes), root=root(hashes))
        level, was, now = level + 1, first, after


def read(
    db: Connection, level: int, number: int, width: int, *, stored: bool = True
) -> list[bytes]:
    """The first `width` hashes of a tile; the caller knows that the log is that large."""
    if stored and width == WIDTH:
        (row,) = _HASHES.run(db, on_level=level, wanted=number).fetchall()
        return [row[0][at : at + 32] for at in range(0, 32 * WIDTH, 32)]
    first = number * WIDTH
    if level == 0:
        rows = _LEAF_HASHES.run(db, after=first, last=first + width)
    else:
        rows = _ROOTS.run(db, on_level=level - 1, first=first, after=first + width)
    hashes = [bytes(one) for (one,) in rows.fetchall()]
    if len(hashes) != width:
        refuse(
            Code.RECORD_DAMAGED,
            "Nothing was given out: the log lacks leaves of its own tree.",
            "Run tocsin doctor, which names them; then restore the database from a backup.",
        )
    return hashes


def build(db: Connection) -> None:
    """Give a record that has no tree yet its frontier and its full tiles."""
    ((size, nodes),) = db.execute(select(_head.c.position, _head.c.frontier)).all()
    if len(nodes) == 32 * size.bit_count():
        return
    tree = EMPTY
    for number in range(-(-size // WIDTH)):
        tree = tree.extended(read(db, 0, number, min(WIDTH, size - tree.size), stored=False))
    db.execute(update(_head).values(frontier=tree.to_bytes()))
    complete(db, 0, size)
