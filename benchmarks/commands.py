"""Commands per second through the only writer, beside the bare durable commit.

The bare commit is one row of 400 characters in a transaction of its own, with the
plain driver, as durable as ours: WAL with synchronous=FULL, or fsync on. All
contestants take turns, round by round, so that a machine that slows down slows
down for each of them.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
from sqlalchemy import text

from benchmarks import road
from benchmarks.ground import a_house, durable_postgres, folder
from benchmarks.scale import Scale
from benchmarks.table import Row, median
from tocsin.app import App
from tocsin.casework.handle import handle
from tocsin.casework.intake import new_id
from tocsin.domain import commands as c
from tocsin.domain.actor import Actor
from tocsin.store.engine import Store

Contestant = Callable[[int], float]
"""Does about so many commits and says how many it did a second."""

CREATE = "CREATE TABLE bare (place BIGINT PRIMARY KEY, words TEXT NOT NULL)"
WORDS = "x" * 400
HALF = 0.5


def measure(scale: Scale) -> Iterator[Row]:
    """Three rates on SQLite, three on PostgreSQL."""
    with folder() as place, ExitStack() as stack:
        server = stack.enter_context(durable_postgres())
        url = server.url(server.create())
        contestants = {
            "SQLite": _contestants(stack, place, f"sqlite:///{place / 'bare.db'}", ""),
            "PostgreSQL": _contestants(stack, place / "pg", url, server.url(server.create())),
        }
        rates: dict[tuple[str, str], list[float]] = {}
        for _ in range(scale.rounds):
            for database, named in contestants.items():
                for name, contestant in named.items():
                    rates.setdefault((database, name), []).append(contestant(scale.cases_a_round))
    for database in contestants:
        yield from _rows(database, {name: median(rates[database, name]) for name in NAMES})


NAMES = ("bare", "store", "mix", "remark")


def _rows(database: str, rate: dict[str, float]) -> Iterator[Row]:
    for name, what in (
        ("store", "one row through Store.write"),
        ("remark", "remarks through casework.handle"),
        ("mix", "five kinds of command through casework.handle"),
    ):
        ratio = rate[name] / rate["bare"]
        aimed = database == "SQLite" and name == "mix"
        yield Row(
            benchmark="commands",
            what=f"{database}: {what}",
            value=rate[name],
            unit="/s",
            beside="bare one-row commit",
            baseline=rate["bare"],
            aim="at least half" if aimed else "",
            met=ratio >= HALF if aimed else None,
        )


def _contestants(
    stack: ExitStack, place: Path, bare_url: str, house_url: str
) -> dict[str, Contestant]:
    app = stack.enter_context(a_house(place / "house", house_url))
    store = Store(bare_url)
    stack.callback(store.close)
    with store.write() as db:
        db.execute(text(CREATE))
    if store.url.get_backend_name() == "sqlite":
        bare = _bare_sqlite(stack, place / "raw.db")
    else:
        address = bare_url.replace("postgresql+psycopg", "postgresql")
        bare = _bare_postgres(stack, address)
    return {
        "bare": bare,
        "store": _through_store(store),
        "mix": lambda cases: _mix(app, cases),
        "remark": lambda cases: _remarks(app, cases),
    }


def _bare_sqlite(stack: ExitStack, path: Path) -> Contestant:
    db = sqlite3.connect(path, isolation_level=None)
    stack.callback(db.close)
    for setting in ("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON"):
        db.execute(f"PRAGMA {setting}")
    db.execute(CREATE)
    return _inserts(lambda at: db.execute("INSERT INTO bare VALUES (?, ?)", (at, WORDS)))


def _bare_postgres(stack: ExitStack, address: str) -> Contestant:
    db = stack.enter_context(psycopg.connect(address, autocommit=True))
    return _inserts(lambda at: db.execute("INSERT INTO bare VALUES (%s, %s)", (-at, WORDS)))


def _through_store(store: Store) -> Contestant:
    statement = text("INSERT INTO bare VALUES (:place, :words)")

    def insert(at: int) -> object:
        with store.write() as db:
            return db.execute(statement, {"place": at, "words": WORDS})

    return _inserts(insert)


def _inserts(insert: Callable[[int], object]) -> Contestant:
    places = iter(range(1, 2**62))

    def contestant(cases: int) -> float:
        count = cases * 5
        began = time.perf_counter()
        for _ in range(count):
            insert(next(places))
        return count / (time.perf_counter() - began)

    return contestant


def _opened(app: App, cases: int) -> list[str]:
    numbers = [new_id(app, "C") for _ in range(cases)]
    for case_id in numbers:
        handle(app, *road.opening(app, case_id))
    return numbers


def _mix(app: App, cases: int) -> float:
    """Every case takes its first step, then every case its second, and so on."""
    todo = [list(road.to_determined(case_id)) for case_id in _opened(app, cases)]
    return _timed(app, [steps[number] for number in range(5) for steps in todo])


def _remarks(app: App, cases: int) -> float:
    command = [next(road.to_determined(case_id)) for case_id in _opened(app, cases)]
    return _timed(app, command * 5)


def _timed(app: App, todo: list[tuple[c.Command, Actor]]) -> float:
    began = time.perf_counter()
    for command, by in todo:
        handle(app, command, by)
    return len(todo) / (time.perf_counter() - began)
