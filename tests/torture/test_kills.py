"""Whoever appends is killed, or the database server is: nothing acknowledged is lost."""

import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import psycopg
import pytest

from tests.support.postgres import PostgresServer, running_postgres
from tests.torture import work
from tests.torture.conftest import Tell
from tests.torture.work import Acknowledged
from tocsin.app import App
from tocsin.casework.doctor import examine
from tocsin.record.frontier import EMPTY
from tocsin.settings import Settings

KILLS = int(os.environ.get("TOCSIN_KILLS", "6"))
CRASHES = max(2, KILLS // 50)
MOST_S, LIVES_S = 0.06, 0.5
LEAVES = 250


class Told(NamedTuple):
    """What one who appended was told while it lived."""

    acknowledged: list[Acknowledged]
    refusals: int


class Nursery:
    """The process that forks those who append, spoken to a line at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process, self._read = process, list[str]()

    def start(self, seed: int, lives_s: float) -> None:
        self._process.stdin.write(f"{seed} {lives_s}\n")
        self._process.stdin.flush()

    def await_first(self) -> None:
        """Until one commit was acknowledged."""
        self._read.append(self.line())

    def line(self) -> str:
        line = self._process.stdout.readline()
        assert line, "the nursery ended; its fault is above"
        return line

    def told(self) -> Told:
        """All that the one who was killed was told."""
        acked, refusals = [], 0
        while not (line := self._read.pop() if self._read else self.line()).startswith("dead"):
            if line.startswith("refused"):
                refusals += 1
            else:
                acked.append(Acknowledged.read(line))
        assert line == "dead -9\n", "it ended by itself; its fault is above"
        return Told(acked, refusals)


@contextmanager
def nursery(settings: Settings) -> Iterator[Nursery]:
    """One who appends at a time; nobody does when the block ends."""
    strangers = {name for name in os.environ if name.startswith("TOCSIN_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.nursery", settings.model_dump_json()],
        env={name: value for name, value in os.environ.items() if name not in strangers},
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        begun = Nursery(process)
        while begun.line() != "ready\n":
            pass
        yield begun
        process.stdin.close()
        assert process.wait(30) == 0


def whole(app: App, acked: Acknowledged) -> None:
    """Nothing to complain of, the whole record read anew."""
    work.check(app, acked)
    assert examine(app).complaints == ()


def test_a_kill_in_mid_append_takes_nothing_that_was_acknowledged(
    database_url: str, tmp_path: Path, tell: Tell
) -> None:
    app, case_id = work.a_house_at_work(database_url, tmp_path, LEAVES)
    kills = KILLS if app.store.url.get_backend_name() == "sqlite" else max(4, KILLS // 10)
    seed = secrets.randbelow(2**32)
    chance = random.Random(seed)  # noqa: S311 - so that it can be replayed
    known, acked, commits = EMPTY, work.acknowledged(app), 0
    with nursery(app.settings) as appending, closing(app):
        for number in range(1, kills + 1):
            if number % 2:
                app.close()  # so that nobody is left who has the database open
            appending.start(number, chance.uniform(0, MOST_S))
            told = appending.told()
            assert not told.refusals
            commits += len(told.acknowledged)
            known = work.check(app, *(told.acknowledged or [acked]), known=known)
            work.remark(app, case_id)
            acked = work.acknowledged(app)
            tell(
                f"{app.store.url.get_backend_name()}: {number} of {kills} kills, "
                f"{commits} commits, none lost, seed {seed}"
            )
        whole(app, acked)


@pytest.fixture(scope="module")
def unplugged() -> Iterator[PostgresServer]:
    """A server of one's own, to be ended at any moment; it writes late what nobody waits for."""
    with running_postgres() as server:
        server.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        server.crash()
        server.restart()
        yield server


@contextmanager
def appending_to(
    server: PostgresServer, folder: Path, waits: str
) -> Iterator[tuple[App, str, Callable[[int], Told]]]:
    """A house whose server was told to wait for its log or not; that server's next sudden end."""
    options = quote(f"-c synchronous_commit={waits}")
    url = f"{server.url(server.create())}&options={options}"
    app, case_id = work.a_house_at_work(url, folder, LEAVES)
    chance = random.Random(CRASHES)  # noqa: S311 - to be replayed

    def ends(seed: int) -> Told:
        appending.start(seed, LIVES_S)
        appending.await_first()
        time.sleep(chance.uniform(0, LIVES_S / 2))
        server.crash()
        told = appending.told()
        server.restart()
        return told

    with nursery(app.settings) as appending, closing(app):
        yield app, case_id, ends


@pytest.mark.postgres
@pytest.mark.parametrize("waits", ["on", "off"])
def test_a_database_server_that_ends_at_once_takes_nothing_that_was_acknowledged(
    unplugged: PostgresServer, tmp_path: Path, tell: Tell, waits: str
) -> None:
    known, commits, refusals = EMPTY, 0, 0
    with appending_to(unplugged, tmp_path, waits) as (app, case_id, ends):
        for number in range(1, CRASHES + 1):
            told = ends(number)
            commits, refusals = commits + len(told.acknowledged), refusals + told.refusals
            assert told.acknowledged, "nobody was appending when it ended"
            known = work.check(app, *told.acknowledged, known=known)
            work.remark(app, case_id)
            tell(
                f"PostgreSQL ended {number} of {CRASHES} times, "
                f"{commits} commits, none lost, {refusals} refused meanwhile"
            )
        assert refusals, "nobody was told that it ended"
        whole(app, work.acknowledged(app))


@pytest.mark.postgres
def test_that_end_does_take_what_a_server_did_not_wait_for(unplugged: PostgresServer) -> None:
    """The control: the house asks every server to wait, so here somebody else does not."""
    url = unplugged.url(unplugged.create()).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("SET synchronous_commit = on")
        db.execute("CREATE TABLE told (number bigint)")
        db.execute("SET synchronous_commit = off")
        for number in range(200):
            db.execute("INSERT INTO told VALUES (%s)", (number,))
        unplugged.crash()
    unplugged.restart()
    with psycopg.connect(url) as db:
        assert db.execute("SELECT count(*) FROM told").fetchone() < (200,)
