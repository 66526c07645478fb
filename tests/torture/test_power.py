"""The power goes while events are appended on SQLite: nothing acknowledged is lost.

SQLite is apsw's; schema, statements and settings are the store's own.
"""

import os
from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

import pytest
import sqlalchemy

from tests.support import apsw_dbapi, disk
from tests.support.disk import Disk, PowerLost
from tests.support.house import Hands, a_house
from tests.torture import work
from tocsin.app import App
from tocsin.casework.house import CaseCache
from tocsin.store import engine
from tocsin.store.engine import Store

SEEDS = int(os.environ.get("TOCSIN_POWER_SEEDS", "40"))
CONTROLS = max(20, SEEDS // 50)
LEAVES = 250
"""A few short of a full tile, so that most seeds fill one."""
MOST_CHANGES = 500
LOSSES = (1, 1, 2)


class Lost(Exception):
    """Something that was acknowledged is not there, or what is there is not whole."""


@pytest.fixture(scope="module")
def furnished(tmp_path_factory) -> tuple[App, str, bytes]:
    """A house whose files are whole and synced, its case, and its database."""
    folder = tmp_path_factory.mktemp("furnished")
    url = f"sqlite:///{folder / 'tocsin.db'}"
    case_id = work.a_house_at_work(url, folder, LEAVES)
    app = a_house(url, folder, clock=Hands())
    app.close()
    return app, case_id, (folder / "tocsin.db").read_bytes()


@pytest.fixture
def power(furnished, tmp_path, monkeypatch):
    """Runs a seed; settings of the store may be weakened for it."""
    monkeypatch.setattr(
        engine, "create_engine", partial(sqlalchemy.create_engine, module=apsw_dbapi)
    )

    def weakened(**settings: str) -> None:
        kept = [one for one in engine._WRITER_PRAGMAS if one.split(" ")[0] not in settings]
        assert len(kept) < len(engine._WRITER_PRAGMAS)
        weak = [f"{name} = {value}" for name, value in settings.items()]
        monkeypatch.setattr(engine, "_WRITER_PRAGMAS", (*kept, *weak))

    def run(seed: int, **settings: str) -> int:
        with monkeypatch.context():
            return _run(furnished, tmp_path / f"{seed}.db", Random(seed))
    run.weakened = weakened
    return run


def _run(furnished, path: Path, chance: Random) -> int:
    """How many commits were acknowledged before the power was lost; raises `Lost`."""
    app, case_id, database = furnished
    files, acked, commits = {str(path): database}, None, 0
    for _ in range(chance.choice(LOSSES)):
        stands = Disk(files, changes=chance.randrange(MOST_CHANGES))
        disk.insert(stands)
        house = replace(app, store=Store(f"sqlite:///{path}"), cache=CaseCache())
        acked = acked or work.acknowledged(house)
        try:
            _set_checkpoints(house, chance)
            while True:
                doing = work.step(house, case_id, chance)
                doing()
                acked = work.acknowledged(house)
                commits += 1
        except PowerLost:
            house.close()
    # TODO
    return commits
