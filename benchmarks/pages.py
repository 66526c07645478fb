"""Server time of the queue and of a case, in a house of many cases.

The open cases are made by commands, 200 cases to a transaction. The closed
ones are copies of a few that were: their records with their keys, and their rows
in the views and the job table, under new numbers. The copies' leaves tell of the
first ones, which no page looks at; the log's tree, the tables and the indexes are
as large as if they had been worked. Server time
is that of the whole ASGI call, sign-in, access and rendering included, without
the client's.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Table, insert, select
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as HttpScope

from benchmarks import road
from benchmarks.ground import a_house, folder
from benchmarks.scale import Scale
from benchmarks.table import Row, median, percentile
from tests.support.house import JO, sign_in
from tocsin.app import App
from tocsin.casework.handle import apply
from tocsin.casework.intake import new_id
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.domain.commands import Command
from tocsin.domain.kinds import Matter
from tocsin.store import bodies, events, schema
from tocsin.store.engine import Connection
from tocsin.store.prepared import Prepared
from tocsin.web.server import create_app

AIM_MS = 100
CASES_A_TRANSACTION = 200
COPIED = 20
WARM_UP = 5
CASE_TABLES = [table for table in (schema.job, *schema.views.sorted_tables) if "case_id" in table.c]


def measure(scale: Scale) -> Iterator[Row]:
    """Milliseconds at p95 beside the median, and how fast the house was filled."""
    with folder() as place, a_house(place) as app:
        began = time.perf_counter()
        shown = _fill(app, scale)
        rate = scale.cases / (time.perf_counter() - began)
        yield Row(
            benchmark="pages",
            what=f"filling the house: {scale.cases:,} cases, {scale.open_cases:,} open",
            value=rate,
            unit="cases/s",
        )
        still, _ = _server_ms(app, ["/static/manifest.json"] * scale.requests)
        for name, paths in (
            ("queue page", ["/"] * scale.requests),
            ("case page", [f"/cases/{shown[n % len(shown)]}" for n in range(scale.requests)]),
        ):
            yield from _rows(name, percentile(still, 95), *_server_ms(app, paths))


def _rows(name: str, baseline: float, walls: list[float], processors: list[float]) -> Iterator[Row]:
    """The processor's part shows what is left when the machine is busy with other work."""
    p95 = percentile(walls, 95)
    for what, value, aim in (
        ("p95", p95, f"under {AIM_MS} ms"),
        ("median", median(walls), ""),
        ("processor time, p95", percentile(processors, 95), ""),
    ):
        yield Row(
            benchmark="pages",
            what=f"{name}, {what}",
            value=value,
            unit="ms",
            beside="a static file, p95",
            baseline=baseline,
            aim=aim,
            met=p95 < AIM_MS if aim else None,
        )


class Timed:
    """An application that notes what each answer took, in milliseconds: (wall, processor)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.took: list[tuple[float, float]] = []

    async def __call__(self, scope: HttpScope, receive: Receive, send: Send) -> None:
        wall, processor = time.perf_counter(), time.process_time()
        await self._app(scope, receive, send)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        self.took.append((wall * 1_000, processor * 1_000))


def _server_ms(app: App, paths: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of each answer, by the clock and of processor time."""
    timed = Timed(create_app(app))
    client = TestClient(
        timed,
        base_url=app.settings.base_url,
        headers={"Sec-Fetch-Site": "same-origin"},
        follow_redirects=False,
    )
    sign_in(client, app, JO)
    for path in [*paths[:1] * WARM_UP, *paths]:
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    walls, processors = zip(*timed.took[WARM_UP:], strict=True)
    return list(walls), list(processors)


def _fill(app: App, scale: Scale) -> list[str]:
    """Make the cases; the open ones that have come far are returned, to be looked at."""
    closed = scale.cases - scale.open_cases
    far: list[str] = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        opening = progress.add_task("Open cases", total=scale.open_cases)
        for start in range(0, scale.open_cases, CASES_A_TRANSACTION):
            numbers = range(start, min(start + CASES_A_TRANSACTION, scale.open_cases))
            with app.store.write() as db:
                far += [case_id for n in numbers if (case_id := _open(app, db, n))]
            progress.update(opening, completed=numbers[-1] + 1)
        with app.store.write() as db:
            patterns = [_closed(app, db) for _ in range(min(COPIED, closed))]
        copying = progress.add_task("Closed cases", total=closed, completed=len(patterns))
        copier = Copier(app, patterns)
        for start in range(len(patterns), closed, CASES_A_TRANSACTION):
            count = min(CASES_A_TRANSACTION, closed - start)
            copier.copy(count)
            progress.advance(copying, count)
    return far


def _open(app: App, db: Connection, number: int) -> str | None:
    """Every case stops one step later than the one before; each tenth goes far."""
    case_id = new_id(app, "C")
    said = road.told(case_id)
    digest = hashlib.sha256(said).hexdigest()
    bodies.put_body(
        db,
        app.vault,
        sha256=digest,
        content=said,
        text=said.decode(),
        now=app.clock(),
        randomness=app.randomness(44),
    )
    _does(app, db, *road.opening(app, case_id))
    steps, far = list(road.to_determined(case_id)), number % 10 == 0
    for command, by in steps if far else steps[: number % 10 // 2 + 1]:
        _does(app, db, command, by)
    if not far:
        return None
    road.to_released(lambda command, by: _does(app, db, command, by), app, case_id)
    return case_id


def _closed(app: App, db: Connection) -> str:
    case_id = new_id(app, "C")
    determined = road.to_determined(case_id, Matter.NO_DUTY)
    for command, by in (road.opening(app, case_id), *determined, *road.to_closed(case_id)):
        _does(app, db, command, by)
    return case_id


def _does(app: App, db: Connection, command: Command, by: Actor) -> Case:
    case = apply(app, db, command, by)
    app.cache.put(case)
    return case


class Copier:
    """Copies cases row by row; what must be unique in the house is made anew."""

    def __init__(self, app: App, case_ids: list[str]) -> None:
        self._app, self._made = app, 0
        self._insert = {table: Prepared(insert(table)) for table in CASE_TABLES}
        with app.store.read() as db:
            self._patterns = [_pattern(db, case_id) for case_id in case_ids]

    def copy(self, count: int) -> None:
        """One transaction."""
        rows: dict[Table, list[dict[str, Any]]] = {table: [] for table in CASE_TABLES}
        records: list[events.EventRow] = []
        for _ in range(count):
            self._one(rows, records)
        with self._app.store.write() as db:
            events.append(db, events.lock_head(db), records)
            for table, some in rows.items():
                self._insert[table].run_all(db, some)

    def _one(self, rows: dict[Table, list[dict[str, Any]]], records: list[events.EventRow]) -> None:
        pattern = self._patterns[self._made % len(self._patterns)]
        self._made += 1
        fresh = (
            new_id(self._app, "C"),
            new_id(self._app, "R"),
            hashlib.sha256(b"%d" % self._made).hexdigest(),
        )
        records += [replace(one, case_id=fresh[0], position=0) for one in pattern.records]
        for table, row, named in pattern.rows:
            changes: dict[str, Any] = {}
            for name in named:
                changes[name] = row[name]
                for old, new in zip(pattern.unique, fresh, strict=True):
                    changes[name] = changes[name].replace(old, new)
            rows[table].append(row | changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A case's rows, each with the columns that hold one of its `unique` texts."""

    unique: tuple[str, str, str]  # case number, report number, SHA-256
    records: list[events.EventRow]
    rows: list[tuple[Table, dict[str, Any], list[str]]]


def _pattern(db: Connection, case_id: str) -> Pattern:
    found = [
        (table, dict(row))
        for table in CASE_TABLES
        for row in db.execute(
            select(table).where(table.c.case_id == case_id).order_by(*table.primary_key)
        ).mappings()
    ]
    report = next(row for table, row in found if table is schema.report_view)
    unique = (case_id, report["report_id"], report["sha256"])
    return Pattern(
        unique=unique,
        records=events.case_events(db, case_id),
        rows=[
            (table, row, [name for name, value in row.items() if _holds(value, unique)])
            for table, row in found
        ],
    )


def _holds(value: Any, texts: Iterable[str]) -> bool:
    return isinstance(value, str) and any(one in value for one in texts)
