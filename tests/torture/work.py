"""What a house does while things go wrong, and what must be true of its record afterwards."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from sqlalchemy import select

from tests.builders import BEN, NOW
from tests.casework.road import Road
from tests.support.house import Hands, a_house
from tocsin.app import App
from tocsin.casework import completeness, ledger, logbook
from tocsin.casework.handle import handle
from tocsin.domain import commands as c
from tocsin.record import merkle
from tocsin.record.frontier import EMPTY, Frontier
from tocsin.record.leaf import leaf_hash
from tocsin.store import events, tiles
from tocsin.store.engine import Connection
from tocsin.store.schema import event, tile

MOST_AT_ONCE = 6
LEVELS = 3


class Acknowledged(NamedTuple):
    """Where the record ended, and the root over it, when a commit had returned."""

    position: int
    root: str

    def __str__(self) -> str:
        return f"{self.position} {self.root}"

    @classmethod
    def read(cls, line: str) -> "Acknowledged":
        position, root = line.split()
        return cls(int(position), root)


def a_house_at_work(url: str, folder: Path, leaves: int) -> tuple[App, str]:
    """A house of so many leaves and the id of its one case; no connection is open."""
    clock = Hands()
    app = a_house(url, folder, clock=clock)
    road = Road(app=app, clock=clock)
    road.found()
    with app.store.write() as db:
        completeness.root_now(app, db)
        covers(app, db, leaves - events.last_position(db))
    logbook.sign(app)
    app.close()
    return app, road.case_id


def covers(app: App, db: Connection, number: int) -> None:
    for _ in range(number):
        ledger.cover(app, db, NOW)


def acknowledged(app: App) -> Acknowledged:
    with app.store.read() as db:
        head = events.read_head(db)
    return Acknowledged(head.position, head.tree.root.hex())


def remark(app: App, case_id: str, words: str = "works") -> None:
    handle(app, c.RecordRemark(case_id=case_id, words=words), BEN)


def step(app: App, case_id: str, chance: Random) -> Callable[[], object]:
    """One thing that a house commits: a decision, a batch, a root of the map, a checkpoint."""

    def batch() -> None:
        with app.store.write() as db:
            covers(app, db, chance.randint(1, MOST_AT_ONCE))

    def root() -> None:
        with app.store.write() as db:
            completeness.root_now(app, db)

    def said() -> None:
        remark(app, case_id, "x" * chance.choice((1, 400, 4_000)))

    (chosen,) = chance.choices((said, batch, root, lambda: logbook.sign(app)), weights=(6, 6, 1, 1))
    return chosen


def check(app: App, *acked: Acknowledged, known: Frontier = EMPTY) -> Frontier:
    """Whether all that was acknowledged is there, and the tree is the one over the leaves.

    `acked` in their order; leaves up to `known` were looked at before. The whole tree now.
    """
    with app.store.read() as db:
        head = events.read_head(db)
        hashes = list(map(leaf_hash, events.leaves(db, known.size, head.position)))
        tree = known
        for position, root in acked:
            assert tree.size <= position <= head.position, "an acknowledged event was lost"
            tree = tree.extended(hashes[tree.size - known.size : position - known.size])
            assert tree.root.hex() == root, "what was acknowledged was changed"
        tree = tree.extended(hashes[tree.size - known.size :])
        assert tree == head.tree, "the head has another tree than its leaves"
        stored = select(event.c.leaf_hash).where(event.c.position > known.size)
        assert [one for (one,) in db.execute(stored.order_by(event.c.position))] == hashes
        _check_tiles(db, known.size, head.position)
    return tree


def _check_tiles(db: Connection, was: int, size: int) -> None:
    """Every tile that is full is kept, with the hashes and the root it must have; no other is."""
    for level in range(LEVELS):
        was, size = was // tiles.WIDTH, size // tiles.WIDTH
        roots = []
        for number in range(was, size):
            kept = tiles.read(db, level, number, tiles.WIDTH)
            assert kept == tiles.read(db, level, number, tiles.WIDTH, stored=False)
            roots.append(merkle.root(kept))
        stored = select(tile.c.root).where(tile.c.level == level, tile.c.number >= was)
        assert [root for (root,) in db.execute(stored.order_by(tile.c.number))] == roots
