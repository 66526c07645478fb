"""Sources told from documents: how fast, how large, and how well.

`python -m benchmarks.sources [FOLDER]`: on invented reports, and with a folder that holds labelled
pairs (natural_docs.jsonl, natural_pairs.jsonl, edited_pairs.jsonl) on those. Beside plain MinHash
in the same run: Jaccard of five-word runs, 64 permutations, 16 bands of 4; and beside datasketch
and rensa, set to the same, where they are installed.
"""

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from importlib import import_module
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from benchmarks.ground import machine
from benchmarks.scale import FULL, Scale
from benchmarks.table import Row, shown
from tocsin.reading.grams import Grams
from tocsin.reading.grams_compiled import warm
from tocsin.reading.sources import Sources
from tocsin.reading.sources_memory import MemoryIndex
from tocsin.store.engine import Store
from tocsin.store.sources import SourceIndex

Pair = frozenset[str]
PRIME, PERMUTATIONS, BAND, LIKE = (1 << 61) - 1, 64, 4, 0.5
BESIDE = "MinHash, Jaccard .5"
SEED = 6
AT_ONCE = 1_000


class MinHash:
    """The baseline: what is alike in both directions, or not found."""

    def __init__(self) -> None:
        draw = random.Random(SEED)  # noqa: S311  # a measurement, not a secret
        self._factors = [(draw.randrange(1, PRIME), draw.randrange(PRIME)) for _ in range(64)]
        self._bands: dict[tuple[int, ...], list[str]] = {}
        self._signatures: dict[str, list[int]] = {}

    def add(self, report_id: str, text: str) -> list[str]:
        """The earlier reports that this one is like."""
        words = text.split()
        runs = {" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))}
        hashed = [
            int.from_bytes(blake2b(run.encode(), digest_size=7).digest(), "big") for run in runs
        ]
        mine = [min([(a * one + b) % PRIME for one in hashed]) for a, b in self._factors]
        near: set[str] = set()
        for band in range(0, PERMUTATIONS, BAND):
            bucket = self._bands.setdefault((band, *mine[band : band + BAND]), [])
            near.update(bucket)
            bucket.append(report_id)
        self._signatures[report_id] = mine
        return [
            other
            for other in sorted(near)
            if sum(map(int.__eq__, mine, self._signatures[other])) >= LIKE * PERMUTATIONS
        ]


def invented(count: int, words: int = 300) -> Iterator[tuple[str, str]]:
    """Reports of which a third reprints two thirds of an earlier one; words as rare as in news."""
    draw = random.Random(SEED)  # noqa: S311
    letters = "etaoinshrdlucmfwypvbgk"
    known = ["".join(draw.choices(letters, k=draw.randint(2, 9))) for _ in range(60_000)]
    rarity = [*accumulate(1 / (rank + 3) for rank in range(len(known)))]
    earlier: list[list[str]] = []
    for number in range(count):
        report = draw.choices(known, cum_weights=rarity, k=words)
        if earlier and draw.random() < 1 / 3:
            begin = draw.randrange(words // 3)
            report[: 2 * words // 3] = draw.choice(earlier)[begin : begin + 2 * words // 3]
        if len(earlier) < 5_000:
            earlier.append(report)
        else:
            earlier[draw.randrange(len(earlier))] = report
        yield f"{number:07}", " ".join(report)


def measure(scale: Scale, folder: Path | None = None) -> Iterator[Row]:
    """Rates, memory, and with a folder pairs found among its texts."""
    yield from speed(scale.reports)
    if folder:
        yield from quality(folder)


def speed(reports: int) -> Iterator[Row]:
    """Reports a second on one core, and the memory that the index of them all takes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    how = "compiled" if warm() else "interpreted"
    spent = _spent(Sources(MemoryIndex(reports), Grams()).add, reports)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    some = max(100, reports // 200)
    minhash = some / _spent(MinHash().add, some)
    rate = reports / spent
    yield Row(
        benchmark="sources",
        what=f"grouping {reports:,} reports of 300 words, a core, in memory, {how}",
        value=rate, unit="reports/s", beside=BESIDE, baseline=minhash, aim="≥ 4,000",
        met=rate >= 4_000,
    )  # fmt: skip
    for name, add in _peers():
        peer = reports // 10 / _spent(add, reports // 10)
        yield Row(
            benchmark="sources", what=f"the same, {name} beside it", value=rate, unit="reports/s",
            beside=name, baseline=peer,
        )  # fmt: skip
    yield Row(
        benchmark="sources", what=f"memory for {reports:,} reports", value=grown, unit="MB",
        aim="< 500", met=grown < 500,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as place:
        some = max(100, reports // 20)
        kept = some / _kept(Path(place), some)
    yield Row(
        benchmark="sources", what=f"the same kept in SQLite, {some:,} reports, 100 at once",
        value=kept, unit="reports/s", beside=BESIDE, baseline=minhash,
    )  # fmt: skip


def _peers() -> Iterator[tuple[str, Callable[[str, str], object]]]:
    """Those installed; each looks a report up and then keeps it."""

    def runs(text: str) -> list[str]:
        words = text.split()
        return [" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))]

    if datasketch := _installed("datasketch"):
        lsh = datasketch.MinHashLSH(threshold=LIKE, num_perm=PERMUTATIONS)

        def with_datasketch(report_id: str, text: str) -> None:
            one = datasketch.MinHash(num_perm=PERMUTATIONS)
            one.update_batch([run.encode() for run in runs(text)])
            lsh.query(one)
            lsh.insert(report_id, one)

        yield "datasketch", with_datasketch
    if rensa := _installed("rensa"):
        bands = PERMUTATIONS // BAND
        table = rensa.RMinHashLSH(threshold=LIKE, num_perm=PERMUTATIONS, num_bands=bands)

        def with_rensa(report_id: str, text: str) -> None:
            one = rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
            one.update(runs(text))
            table.query(one)
            table.insert(int(report_id), one)

        yield "rensa", with_rensa


def _installed(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


def _spent(add: Callable[[str, str], object], reports: int) -> float:
    """Seconds of CPU. Reports are invented some at a time, which is not counted."""
    made, spent = invented(reports), 0.0
    while given := [*islice(made, AT_ONCE)]:
        began = time.process_time()
        for report_id, text in given:
            add(report_id, text)
        spent += time.process_time() - began
    return spent


def _kept(place: Path, reports: int) -> float:
    store = Store(f"sqlite:///{place / 'sources.db'}")
    store.migrate()
    given, grams = [*invented(reports)], Grams()
    text_of = dict(given).__getitem__
    began = time.process_time()
    for first in range(0, reports, 100):
        with store.write() as db:
            sources = Sources(SourceIndex(db, grams, text_of), grams)
            for report_id, text in given[first : first + 100]:
                sources.add(report_id, text)
    spent = time.process_time() - began
    store.close()
    return spent


def quality(data: Path) -> Iterator[Row]:
    """Pairs found, edited and natural, each with the middle 95 % of 1,000 bootstrap samples."""
    for name, aim, (texts, derived, ignored) in (
        ("edited", 0.985, _edited(data)),
        ("natural", 0.98, _natural(data)),
    ):
        ours, theirs = Sources(MemoryIndex(), Grams()), MinHash()
        mine = {
            Pair((one, link.other_id))
            for one, text in texts.items()
            for link in ours.add(one, text)
        }
        other = {Pair((one, two)) for one, text in texts.items() for two in theirs.add(one, text)}
        found, baseline = mine - ignored, f1(other - ignored, derived)
        low, high = _interval(found, derived)
        value, precision = f1(found, derived), len(found & derived) / max(1, len(found))
        yield Row(
            benchmark="sources", what=f"{name} pairs, F1 ({low:.3f} to {high:.3f})", value=value,
            unit="", beside=BESIDE, baseline=baseline, aim=f"≥ {aim}", met=value >= aim,
        )  # fmt: skip
        yield Row(
            benchmark="sources", what=f"{name} pairs, precision", value=precision, unit="",
            aim="≥ .995", met=precision >= 0.995,
        )  # fmt: skip


def f1(found: set[Pair], derived: set[Pair]) -> float:
    return 2 * len(found & derived) / max(1, len(found) + len(derived))


def _interval(found: set[Pair], derived: set[Pair]) -> tuple[float, float]:
    draw = random.Random(SEED)  # noqa: S311
    judged = [(one in found, one in derived) for one in sorted(found | derived, key=sorted)]
    values = []
    for _ in range(1_000):
        sample = draw.choices(judged, k=len(judged))
        both = sum(f and d for f, d in sample)
        values.append(2 * both / sum(f + d for f, d in sample))
    values.sort()
    return values[25], values[974]


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


Pool = tuple[Mapping[str, str], set[Pair], set[Pair]]


def _natural(data: Path) -> Pool:
    pairs = {
        Pair((one["a"], one["b"])): one["label"] for one in _lines(data / "natural_pairs.jsonl")
    }
    texts = {one["id"]: one["text"] for one in _lines(data / "natural_docs.jsonl")}
    labelled = {
        label: {p for p, given in pairs.items() if given == label} for label in pairs.values()
    }
    return texts, labelled["derived"], labelled.get("ambiguous", set())


def _edited(data: Path) -> Pool:
    """Two edits of one text share it too; the labels are silent on that, and so are we."""
    pairs = _lines(data / "edited_pairs.jsonl")
    texts = [*dict.fromkeys([p["source"] for p in pairs] + [p["derived"] for p in pairs])]
    named = {text: f"{place:05}" for place, text in enumerate(texts)}
    made_of: dict[str, set[str]] = {name: {name} for name in named.values()}
    for pair in pairs:
        made_of[named[pair["derived"]]].add(named[pair["source"]])
    derived = {Pair((named[pair["source"]], named[pair["derived"]])) for pair in pairs}
    siblings = {
        Pair((one, two))
        for one in made_of
        for two in made_of
        if one < two and made_of[one] & made_of[two]
    }
    return {name: text for text, name in named.items()}, derived, siblings - derived


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sources", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="labelled pairs")
    parser.add_argument("--reports", type=int, default=FULL.reports, help="invented ones (100,000)")
    given = parser.parse_args(arguments)
    conditions = machine()
    rows = [*measure(replace(FULL, reports=given.reports), given.folder)]
    print(f"{shown(rows)}\n\n{conditions}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
