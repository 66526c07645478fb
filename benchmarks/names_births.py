"""How well names and dates of birth tell one person from two.

`python -m benchmarks.names_births FOLDER [--peers]`: FOLDER holds dob_restricted.jsonl, or dev/ and
heldout/ with one each. Each system's threshold is the best for F1 on dev, and figures are of
heldout; where there is dev alone, rows are halved by the first record's date, one half chooses
and the other is reported. Nothing here was fitted on these rows.
"""

import argparse
import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.table import Row, shown
from tocsin.names.births import compare
from tocsin.names.births_reading import read_births
from tocsin.names.forms import read_name
from tocsin.names.persons import combined
from tocsin.names.rarity import rarity

FILE = "dob_restricted.jsonl"
AIMS = {"F1": 0.98, "fires on neg_namesake": 0.03, "finds pos_year_pm1": 0.95}
PEERS = ("logic-v2",)
# The simple matcher: a logistic curve on the mean likeness of aligned parts, of 100.
MIDDLE, SLOPE, LEFT, SHARED = 84.0, 2.5, 6.0, 75.0
Names = Callable[[str, str], float]  # the probability of one name
Shared = Callable[[str, str], float]  # the rarity of the parts they have in common, in nats
Scorer = Callable[["Pair"], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records, each a name and the dates written with it."""

    names: tuple[str, str]
    dates: tuple[tuple[str, ...], tuple[str, ...]]
    same: bool
    kind: str

    @property
    def chooses(self) -> bool:
        """Whether it helps to choose the threshold where there is no other file to do so."""
        return blake2b(" ".join(self.dates[0]).encode()).digest()[0] % 2 == 0


def load(file: Path) -> list[Pair]:
    return [_pair(json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def _pair(row: dict[str, Any]) -> Pair:
    a, b = row["a"], row["b"]
    return Pair(
        names=(a["name"], b["name"]),
        dates=(tuple(a["dob"]), tuple(b["dob"])),
        same=bool(row["label"]),
        kind=row["kind"],
    )


def parts(folder: Path) -> tuple[list[Pair], list[Pair]]:
    """The pairs that choose a threshold, and those that are reported."""
    if (folder / "heldout" / FILE).exists():
        return load(folder / "dev" / FILE), load(folder / "heldout" / FILE)
    file = folder / FILE
    pairs = load(file if file.exists() else folder / "dev" / FILE)
    return [one for one in pairs if one.chooses], [one for one in pairs if not one.chooses]


def ours(names: Names, shared: Shared) -> Scorer:
    def scored(pair: Pair) -> float:
        evidence = compare(*(read_births(*dates) for dates in pair.dates))
        alike = names(*pair.names)
        return combined(alike, evidence, rarity_of_shared_parts=shared(*pair.names))

    return scored


def by_matcher() -> tuple[Names, Shared]:
    """The matcher that ships."""
    from tocsin.names.matching import Match, Matcher

    matcher = Matcher.load()

    @lru_cache(maxsize=4)
    def match(a: str, b: str) -> Match:
        return matcher.compare(read_name(a), read_name(b))

    def shared(a: str, b: str) -> float:
        return sum(part.rarity for part in match(a, b).parts)

    return lambda a, b: match(a, b).probability, shared


def by_letters(a: str, b: str) -> float:
    """A simple matcher of names: how alike are the parts of the shorter one."""
    aligned, left = _aligned(a, b)
    if not aligned:
        return 0.0
    score = sum(alike for alike, *_ in aligned) / len(aligned) - LEFT * left
    return 1 / (1 + math.exp((MIDDLE - score) / SLOPE))


def shared_parts(a: str, b: str) -> float:
    """Of the parts that read alike, the sum of their rarities; the commoner spelling counts."""
    return sum(min(rarity(x), rarity(y)) for alike, x, y in _aligned(a, b)[0] if alike >= SHARED)


@lru_cache(maxsize=4)
def _aligned(a: str, b: str) -> tuple[list[tuple[float, str, str]], int]:
    """Each part of the shorter name with its best partner; how many of the longer stay alone,
    patronymics apart, which many records leave out."""
    ratio = import_module("rapidfuzz.fuzz").ratio
    short, long = sorted((list(read_name(one).tokens) for one in (a, b)), key=len)
    aligned = []
    for token in short:
        x = token.forms[0]
        alike, at = max((ratio(_loose(x), _loose(y.forms[0])), -at) for at, y in enumerate(long))
        aligned.append((alike, x, long.pop(-at).forms[0]))
    return aligned, sum(token.kind != "patronymic" for token in long)


def _loose(form: str) -> str:
    for spelt, read in (("x", "ks"), ("j", "i"), ("y", "i"), ("ii", "i"), ("kh", "h")):
        form = form.replace(spelt, read)
    return form


def _plain(name: str) -> str:
    return " ".join(token.forms[0] for token in read_name(name).tokens)


def simple(pair: Pair) -> float:
    """rapidfuzz WRatio, and less where no years are within one of each other."""
    score = float(import_module("rapidfuzz.fuzz").WRatio(*map(_plain, pair.names)))
    years = [[int(date[:4]) for date in dates] for dates in pair.dates]
    if not all(years):
        return score
    apart = min(abs(x - y) for x in years[0] for y in years[1])
    return score + (5 if apart <= 1 else -20)


def peers() -> Iterator[tuple[str, Scorer]]:
    yield "WRatio and years", simple
    if not find_spec("nomenklatura"):
        print("nomenklatura is not installed: not measured", file=sys.stderr)
        return
    for kind in PEERS:
        yield f"nomenklatura {kind}", nomenklatura(kind)


def nomenklatura(kind: str) -> Scorer:
    proxy = import_module("followthemoney.proxy").EntityProxy
    algorithm = import_module("nomenklatura.matching").get_algorithm(kind)
    config = algorithm.default_config()

    def entity(name: str, dates: Sequence[str]) -> Any:
        made = {
            "schema": "Person",
            "id": name,
            "properties": {"name": [name], "birthDate": [*dates]},
        }
        return proxy.from_dict(made)

    def scored(pair: Pair) -> float:
        a, b = (entity(*one) for one in zip(pair.names, pair.dates, strict=True))
        return float(algorithm.compare(a, b, config).score)

    return scored


Figures = dict[str, float]


def chosen(scorer: Scorer, choosing: Sequence[Pair]) -> float:
    return best([(scorer(pair), pair.same) for pair in choosing])


def measured(scorer: Scorer, threshold: float, reported: Sequence[Pair]) -> Figures:
    """F1; by kind of pair the share that it fires on; and pairs a second."""
    began = time.perf_counter()
    fired = [scorer(pair) >= threshold for pair in reported]
    took = time.perf_counter() - began
    by_kind = defaultdict[str, list[bool]](list)
    for pair, fires in zip(reported, fired, strict=True):
        by_kind[f"{'finds' if pair.same else 'fires on'} {pair.kind}"].append(fires)
    right = sum(fires and pair.same for pair, fires in zip(reported, fired, strict=True))
    f1 = 2 * right / (sum(fired) + sum(pair.same for pair in reported))
    kinds = {kind: sum(some) / len(some) for kind, some in sorted(by_kind.items())}
    return {"F1": f1} | kinds | {"pairs a second": len(reported) / took}


def best(scored: Sequence[tuple[float, bool]]) -> float:
    """The score from which on to fire, for the greatest F1."""
    positives, right = sum(same for _, same in scored), 0
    found = (0.0, math.inf)
    ordered = sorted(scored, reverse=True)
    for fired, (score, same) in enumerate(ordered, 1):
        right += same
        if fired == len(ordered) or ordered[fired][0] < score:
            found = max(found, (2 * right / (fired + positives), score))
    return found[1]


def rows(name: str, ours: Figures, peers: dict[str, Figures]) -> Iterator[Row]:
    """Every figure beside the best of the peers."""
    for what, value in ours.items():
        less = what.startswith("fires")
        beside = (min if less else max)(peers, key=lambda one: peers[one][what], default="")
        aim = AIMS.get(what)
        yield Row(
            benchmark=f"births, {name}",
            what=what,
            value=round(value, 4),
            unit="",
            beside=beside,
            baseline=round(peers[beside][what], 4) if beside else None,
            aim="" if aim is None else f"{'at most' if less else 'at least'} {aim}",
            met=None if aim is None else (value <= aim if less else value >= aim),
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", action="store_true", help="measure others beside ours")
    parser.add_argument("--letters", action="store_true", help="a simple matcher in place of ours")
    given = parser.parse_args(arguments)
    if (given.peers or given.letters) and not find_spec("rapidfuzz"):
        parser.error("rapidfuzz is not installed: it is a peer, and part of the simple matcher")
    choosing, reported = parts(given.folder)
    beside: dict[str, Figures] = {}
    for name, peer in peers() if given.peers else ():
        beside[name] = measured(peer, chosen(peer, choosing), reported)
    own = ours(*((by_letters, shared_parts) if given.letters else by_matcher()))
    own(reported[0])  # whatever is compiled first is not measured
    threshold = chosen(own, choosing)
    print(shown([*rows("ours", measured(own, threshold, reported), beside)]))
    print(f"\n{len(choosing):,} pairs chose the threshold, {threshold:.3f}. At 0.5, all pairs:\n")
    print(shown([*rows("at 0.5", measured(own, 0.5, [*choosing, *reported]), {})]))
    for name, figures in beside.items():
        print(f"\n{shown([*rows(name, figures, {})])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
