"""What the log's figures stand on: a house with many records, and the bare rates beside them."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from sys import stderr
from typing import Any

from rich.console import Console
from rich.progress import Progress

from benchmarks.ground import a_house, folder
from benchmarks.road import TOLD
from benchmarks.table import Row, median
from tocsin.app import App
from tocsin.casework.records import sealed_rows
from tocsin.record.canonical import Value
from tocsin.record.frontier import EMPTY
from tocsin.record.leaf import ZERO
from tocsin.store import events
from tocsin.store.instants import to_us

A_CASE, A_TRANSACTION = 10, 5_000
NAMESAKES = 4  # records that name the same person
PEER = "pymerkle on SQLite"
NODE_BYTES = 65  # of an inner node, as it is hashed
BODY_BYTES = 1_500
SHA256, FSYNC = "SHA-256 of a node", "4 KiB written and synced"
_HASHES = 100_000


def row(
    what: str,
    value: float,
    unit: str,
    beside: str = "",
    baseline: float | None = None,
    *,
    least: float | None = None,
    most: float | None = None,
    most_ratio: float | None = None,
) -> Row:
    """A figure of the log, with the one bound that it has, if any."""
    aim, met = "", None
    if least is not None:
        aim, met = f"at least {least:,.0f} {unit}", value >= least
    elif most is not None:
        aim, met = f"at most {most:,.3g} {unit}", value <= most
    elif most_ratio is not None and baseline:
        aim, met = f"ratio at most {most_ratio:g}", value / baseline <= most_ratio
    return Row(
        benchmark="log",
        what=what,
        value=value,
        unit=unit,
        beside=beside,
        baseline=baseline,
        aim=aim,
        met=met,
    )


def took_s(work: Callable[[], object]) -> float:
    """Seconds by the clock that `work` took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def core_s(work: Callable[[], object]) -> float:
    """Seconds of one core that `work` took, which other work on the machine changes less."""
    began = time.process_time()
    work()
    return time.process_time() - began


def rate(work: Iterable[object]) -> float:
    """Results a second of one core. Raises RuntimeError for a False: a proof that failed."""
    results = list[object]()
    took = core_s(lambda: results.extend(work))
    if False in results:
        raise RuntimeError("a proof did not verify")
    return len(results) / took


def hashes_a_second() -> float:
    """How many nodes of a tree SHA-256 hashes a second, in a loop around nothing else."""
    return _HASHES / median(hashing_s({NODE_BYTES: _HASHES}) for _ in range(3))


def hashing_s(counts: Mapping[int, int]) -> float:
    """Seconds of one core for these hashes alone: how many of each length in bytes."""

    def hash_all() -> None:
        for length, count in counts.items():
            data = bytes(length)
            for _ in range(count):
                sha256(data).digest()

    return core_s(hash_all)


def syncing_s(place: Path, count: int) -> list[float]:
    """Seconds of each of `count` writes of 4 KiB at a file's end, with the disk's word for it."""
    with (place / "synced").open("ab", buffering=0) as file:

        def sync() -> None:
            file.write(bytes(4096))
            os.fsync(file.fileno())

        return [took_s(sync) for _ in range(count)]


def subject(number: int, records: int) -> str:
    """Whom record `number` of so many names."""
    return f"Anna Example{number % max(1, records // NAMESAKES):07}"


def prepared(app: App, first: int, count: int, records: int) -> list[events.EventRow]:
    """Rows of the records from number `first` on, of ten a case: 1.5 kB and two tags each."""
    policy_pack, at_us = bytes.fromhex(app.policy.pack_hash), to_us(app.clock())
    head = events.Head(position=0, tree=EMPTY)
    rows: list[events.EventRow] = []
    for start in range(first, first + count, A_CASE):
        case_id = f"C{start:012d}"
        numbers = range(start, min(start + A_CASE, first + count))
        rows += sealed_rows(
            app,
            head,
            case_id=case_id,
            tail=(0, ZERO),
            at_us=at_us,
            policy_pack=policy_pack,
            said=[a_body(case_id, subject(number, records)) for number in numbers],
        )
    return rows


def a_body(case_id: str, name: str) -> dict[str, Value]:
    """A victim named, in 1.5 kB."""
    body: dict[str, Value] = {
        "kind": "VictimNamed",
        "case_id": case_id,
        "by": "anna.lind",
        "at": "2024-03-07T12:00:00.000000Z",
        "victim_id": "v1",
        "victim_kind": "person",
        "name": name,
        "known_as": [],
        "place": "",
        "protector": "",
    }
    return body | {"protector": f"EXAMPLE. {TOLD}{TOLD}"[: BODY_BYTES - 240]}


def a_peer(path: Path) -> Any | None:
    """pymerkle's tree on SQLite, of whose package no types are known; None where it is missing."""
    if find_spec("pymerkle") is None:
        print(
            "pymerkle is not installed: its rows are left out (make bench installs it)", file=stderr
        )
        return None
    return import_module("pymerkle").SqliteTree(str(path))


@contextmanager
def a_full_house(records: int) -> Iterator[App]:
    """A house on SQLite with so many records, appended as all are, and two tags to each."""
    with folder() as place, a_house(place) as app:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Records", total=records)
            for first in range(0, records, A_TRANSACTION):
                rows = prepared(app, first, min(A_TRANSACTION, records - first), records)
                with app.store.write() as db:
                    events.append(db, events.lock_head(db), rows)
                progress.advance(task, len(rows))
        yield app


def house_for(records: int, app: App | None) -> AbstractContextManager[App]:
    """The house given, or else a full one of its own."""
    return nullcontext(app) if app else a_full_house(records)
