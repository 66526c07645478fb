"""A house on a disk that loses its power, again and again, by a seed."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy
from sqlalchemy.exc import DBAPIError

from tests.support import apsw_dbapi
from tests.support.disk import Disk, PowerLost, standing_in
from tests.torture import work
from tocsin.app import App
from tocsin.casework.doctor import examine
from tocsin.casework.house import CaseCache
from tocsin.domain.refusal import Refusal
from tocsin.store import engine
from tocsin.store.engine import Store

DATABASE = "tocsin.db"
LEAVES = 250
"""A few short of a full tile, so that most seeds fill one."""
MOST_CHANGES = 500
LOSSES = (1, 1, 2)
EXAMINED_EVERY = 10
CHECKPOINT_AFTER = (16, 64, 1_000)
"""Pages in the write-ahead log; the last is SQLite's own."""


@dataclass(frozen=True, slots=True)
class Furnished:
    """A house that was closed in good order: its database stands for itself."""

    app: App
    case_id: str
    acked: work.Acknowledged
    database: bytes

    @classmethod
    def at(cls, folder: Path) -> "Furnished":
        url = f"sqlite:///{folder / DATABASE}"
        app, case_id = work.a_house_at_work(url, folder, LEAVES)
        acked = work.acknowledged(app)
        app.close()
        return cls(app, case_id, acked, (folder / DATABASE).read_bytes())

    @contextmanager
    def on(self, disk: Disk) -> Iterator[App]:
        """The same house, its store on this disk."""
        with standing_in(disk) as folder:
            store = Store(f"sqlite:///{folder / DATABASE}")
            house = replace(self.app, store=store, cache=CaseCache())
            try:
                yield house
            finally:
                house.close()


def over_apsw(monkeypatch: Any) -> None:
    """Let stores open their SQLite through apsw, where the disk is ours."""
    create = partial(sqlalchemy.create_engine, module=apsw_dbapi)
    monkeypatch.setattr(engine, "create_engine", create)


def weaken(monkeypatch: Any, setting: str, value: str) -> None:
    """Open the store's writer with another value of one of its settings."""
    kept = [one for one in engine._WRITER_PRAGMAS if not one.startswith(f"{setting} ")]
    assert len(kept) == len(engine._WRITER_PRAGMAS) - 1
    monkeypatch.setattr(engine, "_WRITER_PRAGMAS", (*kept, f"{setting} = {value}"))


def survived(furnished: Furnished, seed: int) -> int:
    """How many commits were acknowledged; every one survived. Raises AssertionError."""
    chance, files = Random(seed), {DATABASE: furnished.database}  # noqa: S311 - to be replayed
    commits, acked = 0, furnished.acked
    for _ in range(chance.choice(LOSSES)):
        disk = Disk(files, changes=chance.randrange(MOST_CHANGES))
        with furnished.on(disk) as house, suppress(PowerLost):
            _checked(house, acked)
            with house.store.write() as db:
                pages = chance.choice(CHECKPOINT_AFTER)
                db.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {pages}")
            while True:
                work.step(house, furnished.case_id, chance)()
                acked, commits = work.acknowledged(house), commits + 1
        files = disk.after_loss(chance)
    with furnished.on(Disk(files)) as house:
        _checked(house, acked)
        work.remark(house, furnished.case_id)
        _checked(house, work.acknowledged(house))
        if not seed % EXAMINED_EVERY:
            assert examine(house).complaints == ()
    return commits


def _checked(house: App, acked: work.Acknowledged) -> None:
    with house.store.read() as db:
        told = db.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    assert told == ["ok"], "the database is damaged"
    work.check(house, acked)


def verdict(furnished: Furnished, seed: int) -> str:
    """What a disk lost under weaker settings: "", "lost" or "damaged"."""
    try:
        survived(furnished, seed)
    except AssertionError as error:
        return "lost" if "acknowledged" in str(error) else "damaged"
    except (DBAPIError, Refusal):
        return "damaged"
    return ""
