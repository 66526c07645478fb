"""How surely and how fast a name is found among many, written otherwise.

`python -m benchmarks.names_search FOLDER [--size N] [--peers]`: FOLDER
holds heldout/ or dev/ (the first that is there) with retrieval_queries.tsv (stratum, query, target)
and index_fillers.txt; label-1 rows of pairs_*.tsv there say which other names a person has. All
targets and fillers are indexed; where they do not reach the size, names are composed by seed out of
the fillers' own parts (all but the last part of one, the last of another of the same script), which
makes them more alike than a million persons are. A query counts as found at 10 when one of the
first ten candidates is its target or a name of the same person. Figures are by keys alone; where a
matcher is there, also with the first 50 in the order of its probability. Time is of one thread,
from the raw query to 50 candidates. Peers get our own romanised forms, and a sample of the queries.
"""

import argparse
import random
import re
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np

from benchmarks.table import Row, percentile, shown
from tocsin.names.forms import Name, read_name
from tocsin.names.index import Index, build

SEED = 7
AIMS = {100_000: 0.95, 1_000_000: 0.90}  # recall at 10 by size
HARDEST, HARDEST_AIM = "ar_lat", 0.65  # at a million
QUICK = {50: 1.0, 99: 5.0}  # milliseconds by percentile
_SIGNS = re.compile(r"[^\w\s]")
SAMPLE = 20  # queries of a stratum that the peers are asked
Asked = Sequence[tuple[str, str, frozenset[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What came of asking: the place of the first right name by stratum, and milliseconds each."""

    places: Mapping[str, Sequence[float]]
    wall: Sequence[float]
    cpu: Sequence[float]

    def recall(self, count: int, stratum: str = "") -> float:
        places = [p for s, all_ in self.places.items() if stratum in ("", s) for p in all_]
        return sum(place < count for place in places) / len(places)


def split_of(folder: Path) -> Path:
    """The folder with the queries: kept apart, for development, or the one given."""
    return next(
        found
        for found in (folder / "heldout", folder / "dev", folder)
        if (found / "retrieval_queries.tsv").exists()
    )


def rows_of(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as file:
        next(file)
        yield from (line.rstrip("\n").split("\t") for line in file)


@cache
def bare(raw: str) -> str:
    """A name without case, order and signs, to tell whether two are written the same."""
    return " ".join(sorted(_SIGNS.sub(" ", normalize("NFKC", raw).casefold()).split()))


def corpus(folder: Path, size: int) -> list[str]:
    """Targets, fillers, and as many composed names as are missing."""
    targets = [row[2] for row in rows_of(folder / "retrieval_queries.tsv")]
    fillers = (folder / "index_fillers.txt").read_text(encoding="utf-8").split("\n")
    names = dict.fromkeys(name for name in (*targets, *map(str.strip, fillers)) if name)
    parts = [name.split() for name in names if 2 <= len(name.split()) <= 4]
    alike: dict[bool, list[list[str]]] = {True: [], False: []}
    for one in parts:
        alike[one[0].isascii() or one[0][0] < "\u0370"].append(one)
    draw = random.Random(SEED)  # noqa: S311  # the same in every run
    while len(names) < size and parts:
        one = draw.choice(parts)
        other = draw.choice(alike[one[0].isascii() or one[0][0] < "\u0370"])
        names[" ".join([*one[:-1], other[-1]])] = None
    return list(names)[:size]


def queries(folder: Path) -> Asked:
    """Stratum, query, and all that would be right, as `bare` has it."""
    same: dict[str, set[str]] = defaultdict(set)
    for path in folder.glob("pairs_*.tsv"):
        for _, one, other, label, *_ in rows_of(path):
            if label == "1":
                same[bare(one)].add(bare(other))
                same[bare(other)].add(bare(one))
    return [
        (stratum, query, frozenset({bare(target)} | same[bare(target)] | same[bare(query)]))
        for stratum, query, target in rows_of(folder / "retrieval_queries.tsv")
    ]


def ask(asked: Asked, find: Callable[[str], Sequence[str]]) -> Search:
    """`find` gives the names nearest to a raw query, best first."""
    places: dict[str, list[float]] = defaultdict(list)
    wall, cpu = [], []
    for stratum, query, right in asked:
        began, used = time.perf_counter(), time.thread_time()
        found = find(query)
        cpu.append((time.thread_time() - used) * 1e3)
        wall.append((time.perf_counter() - began) * 1e3)
        ranks = (place for place, name in enumerate(found) if bare(name) in right)
        places[stratum].append(next(ranks, float("inf")))
    return Search(places=places, wall=wall, cpu=cpu)


def _builds(folder: Path, size: int, path: Path, pipe: Connection) -> None:
    """In a process of its own, so that its memory can be told."""
    names = corpus(folder, size)
    build(path, [("warm", [read_name("毛泽东 Иван"), read_name("محمد")])])  # loads and compiles
    began, used = time.perf_counter(), time.process_time()
    build(path, ((str(number), (read_name(name),)) for number, name in enumerate(names)))
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    pipe.send((wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def built(folder: Path, size: int, path: Path) -> list[Row]:
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_builds, args=(folder, size, path, theirs))
    process.start()
    theirs.close()
    wall, cpu, peak = ours.recv()
    process.join()
    return [
        _row("build, from raw names, wall", wall, "s", aim=60 if size >= 1_000_000 else None),
        _row("build, from raw names, CPU", cpu, "s"),
        _row("build, peak memory", peak, "MiB", aim=1024),
        _row("size of the file", path.stat().st_size / 2**20, "MiB"),
    ]


def reranked(index: Index, names: Sequence[str]) -> Callable[[str], Sequence[str]] | None:
    """The first 50 in the order of the matcher, where there is one; entries are numbers here."""
    if find_spec("tocsin.names.matching") is None:
        return None
    matching: Any = import_module("tocsin.names.matching")
    matcher = matching.Matcher.load()
    everybody = matching.ready([read_name(name) for name in names])

    def ordered(query: str) -> Sequence[str]:
        asked = read_name(query)
        numbers = np.array([int(one.entry) for one in index.search(asked)], np.int32)
        odds = matcher.odds(matching.ready([asked]), np.zeros_like(numbers), everybody, numbers)
        return [names[number] for number in numbers[np.argsort(-odds, kind="stable")]]

    return ordered


def peers(names: Sequence[str]) -> Iterator[tuple[str, Callable[[str], Sequence[str]]]]:
    """Those that are installed, over our romanised forms."""
    plain = [romanised(read_name(name)) for name in names]
    if find_spec("rapidfuzz"):
        fuzz: Any = import_module("rapidfuzz.fuzz")
        process: Any = import_module("rapidfuzz.process")

        def brute(query: str) -> Sequence[str]:
            asked = romanised(read_name(query))
            best = process.extract(asked, plain, scorer=fuzz.token_sort_ratio, limit=50)
            return [names[place] for *_, place in best]

        yield "rapidfuzz token_sort, all", brute
    if find_spec("tantivy"):
        yield "tantivy BM25, 2-3-grams", _tantivy(names, plain)


def romanised(name: Name) -> str:
    return " ".join(token.forms[0] for token in name.tokens)


def _tantivy(names: Sequence[str], plain: Sequence[str]) -> Callable[[str], Sequence[str]]:
    tantivy: Any = import_module("tantivy")
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("name", tokenizer_name="grams")
    schema.add_integer_field("number", stored=True)
    index = tantivy.Index(schema.build())
    grams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 3, False)).build()
    index.register_tokenizer("grams", grams)
    writer = index.writer(128 << 20, 1)
    for number, name in enumerate(plain):
        writer.add_document(tantivy.Document(name=name, number=number))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def find(query: str) -> Sequence[str]:
        asked = romanised(read_name(query))
        terms = {asked[at : at + size] for size in (2, 3) for at in range(len(asked) - size + 1)}
        parsed = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(index.schema, "name", term))
                for term in sorted(terms)
            ]
        )
        hits = searcher.search(parsed, 50).hits
        return [names[searcher.doc(at)["number"][0]] for _, at in hits]

    return find


def _row(
    what: str, value: float, unit: str, *, aim: float | None = None, more: bool = False,
    beside: str = "", baseline: float | None = None,
) -> Row:  # fmt: skip
    met = None if aim is None else (value >= aim if more else value <= aim)
    hoped = "" if aim is None else f"{'>=' if more else '<='} {aim:g} {unit}".strip()
    return Row(
        benchmark="names_search", what=what, value=value, unit=unit, aim=hoped, met=met,
        beside=beside, baseline=baseline,
    )  # fmt: skip


def told(label: str, search: Search, size: int, *, strata: bool = False) -> Iterator[Row]:
    aim = AIMS.get(size) if strata else None
    for count in (1, 10, 50):
        hoped = aim if count == 10 else None
        yield _row(f"{label}: recall at {count}", search.recall(count), "", aim=hoped, more=True)
    for percent in (50, 99):
        hoped = QUICK[percent] if strata else None
        wall, cpu = percentile(search.wall, percent), percentile(search.cpu, percent)
        yield _row(f"{label}: p{percent}, wall", wall, "ms", aim=hoped)
        yield _row(f"{label}: p{percent}, CPU", cpu, "ms", aim=hoped)
    for stratum in sorted(search.places) if strata else ():
        least = HARDEST_AIM if stratum == HARDEST and size >= 1_000_000 else None
        found = search.recall(10, stratum)
        yield _row(f"{label}: recall at 10, {stratum}", found, "", aim=least, more=True)


def measure(folder: Path, size: int, *, with_peers: bool) -> Iterator[Row]:
    split = split_of(folder)
    names, asked = corpus(split, size), queries(split)
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "names"
        yield from built(split, size, path)
        with Index(path) as index:

            def find(query: str) -> Sequence[str]:
                return [one.name for one in index.search(read_name(query))]

            ask(asked[:50], find)
            yield from told(f"keys, {split.name}, {size:,}", ask(asked, find), size, strata=True)
            if ordered := reranked(index, names):
                ask(asked[:50], ordered)
                found = ask(asked, ordered)
                yield from told("keys, then the matcher", found, size, strata=True)
            if with_peers:
                some = sampled(asked)
                yield from told(f"keys, {len(some)} queries", ask(some, find), size)
                for label, peer in peers(names):
                    yield from told(f"{label}, the same queries", ask(some, peer), size)


def sampled(asked: Asked) -> Asked:
    count: dict[str, int] = defaultdict(int)
    some = []
    for one in asked:
        count[one[0]] += 1
        if count[one[0]] <= SAMPLE:
            some.append(one)
    return some


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.names_search", description=__doc__)
    parser.add_argument("folder", type=Path, help="with heldout/ or dev/")
    parser.add_argument("--size", type=int, default=100_000, help="names in the index")
    parser.add_argument("--peers", action="store_true", help="ask the others too")
    given = parser.parse_args(arguments)
    print(shown(list(measure(given.folder, given.size, with_peers=given.peers))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
