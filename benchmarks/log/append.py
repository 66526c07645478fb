"""Records appended durably, each transaction with a signed checkpoint of its own.

One transaction: the head locked, rows appended (event, key, tags, full tiles, the tree's
frontier), the checkpoint signed with Ed25519 and ML-DSA-44 and kept, the commit. Preparing
the rows (canonical form, commitments, tags, sealing) takes no lock, so it is timed apart;
"prepared too" counts it in. pymerkle's SQLite store, as it comes, appends the same leaves:
one insert and one commit, nothing sealed, tagged or signed.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.ground import a_house, durable_postgres, folder
from benchmarks.log.ground import (
    FSYNC,
    PEER,
    SHA256,
    a_peer,
    hashes_a_second,
    prepared,
    row,
    syncing_s,
    took_s,
)
from benchmarks.scale import Scale
from benchmarks.table import Row, median, percentile
from tocsin.app import App
from tocsin.casework import logbook
from tocsin.store import events

BATCH = 100
ONE_A_SECOND, P99_MS = 400, 25
IN_BATCHES_A_SECOND = {"SQLite": 10_000, "PostgreSQL": 8_000}

Append = Callable[[Sequence[events.EventRow]], object]


@dataclass(slots=True)
class Taken:
    """Seconds: of each transaction, by contestant and size; of preparing; of each bare sync."""

    appending: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    preparing: list[float] = field(default_factory=list)  # for one record
    syncing: list[float] = field(default_factory=list)


def measure(scale: Scale) -> Iterator[Row]:
    """Rates and the slow end, one at a time and in batches of 100, with bare syncs beside them."""
    taken = Taken()
    with folder() as place, ExitStack() as stack:
        server = stack.enter_context(durable_postgres())
        app = stack.enter_context(a_house(place / "house"))
        on_postgres = a_house(place / "pg", server.url(server.create()))
        contestants: dict[str, Append] = {
            "SQLite": _into(app),
            "PostgreSQL": _into(stack.enter_context(on_postgres)),
        }
        if peer := a_peer(place / "peer.db"):
            stack.callback(peer.close)
            contestants[PEER] = lambda rows: peer.append_entries([one.leaf for one in rows])
        for number in range(scale.rounds):
            _round(scale, app, contestants, place, number, taken)
    sync_s = median(taken.syncing)
    for name in contestants:
        yield from _rows(name, taken, sync_s)
    yield row("preparing a record", 1 / median(taken.preparing), "/s", SHA256, hashes_a_second())


def _into(app: App) -> Append:
    def append(rows: Sequence[events.EventRow]) -> None:
        with app.store.write() as db:
            logbook.sign_in(app, db, events.append(db, events.lock_head(db), rows))

    return append


def _round(
    scale: Scale, app: App, contestants: dict[str, Append], place: Path, number: int, taken: Taken
) -> None:
    """Everybody in turn, so that a machine that slows down slows down for each of them."""
    taken.syncing += syncing_s(place, -(-scale.appends // scale.rounds))
    first = number * (scale.appends + BATCH * scale.batches)
    for size, transactions in ((1, scale.appends), (BATCH, scale.batches)):
        count = size * -(-transactions // scale.rounds)
        began = time.perf_counter()
        rows = prepared(app, first, count, 10 * count)
        taken.preparing.append((time.perf_counter() - began) / count)
        first += scale.appends
        for name, append in contestants.items():
            taken.appending.setdefault((name, size), []).extend(
                took_s(partial(append, rows[start : start + size]))
                for start in range(0, count, size)
            )


def _rows(name: str, taken: Taken, sync_s: float) -> Iterator[Row]:
    preparing = median(taken.preparing)
    aims: tuple[tuple[int, str, int | None], ...] = (
        (1, "one at a time", ONE_A_SECOND),
        (BATCH, f"in batches of {BATCH}", IN_BATCHES_A_SECOND.get(name)),
    )
    for size, how, aimed in aims:
        seconds = taken.appending[name, size]
        a_record = sum(seconds) / len(seconds) / size
        what = f"{name}: appended {how}"
        least = aimed if name != PEER else None
        yield row(what, 1 / a_record, "/s", FSYNC, 1 / sync_s, least=least)
        if name == PEER:
            continue
        yield row(f"{what}, prepared too", 1 / (a_record + preparing), "/s", FSYNC, 1 / sync_s)
        if size == 1:
            for percent, most in ((50, None), (99, P99_MS)):
                yield row(
                    f"{what}, p{percent}",
                    percentile(seconds, percent) * 1_000,
                    "ms",
                    f"{FSYNC}, p{percent}",
                    percentile(taken.syncing, percent) * 1_000,
                    most=most,
                )
