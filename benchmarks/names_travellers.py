"""How many travellers who are nobody on a list are stopped for those on it to be found.

`python -m benchmarks.names_travellers FOLDER [--size N] [--queries N] [--travellers N] [--peers]`:
FOLDER is that of names_search, whose targets and fillers are the list. Asked are the first
`--queries` of each stratum, which are persons on the list written otherwise, and invented
travellers: by Faker in ten languages where it is installed, and composed by seed out of two names
of the list, which is harder. Every system scores the same 20 candidates, those of our index. Its
threshold is the highest at which so many of the persons are found as the row says; every traveller
with a candidate at or above it is an alert. Thresholds are read off the very queries that are
reported, for all systems alike. Nothing of an invented name keeps it from being somebody's.
"""

import argparse
import math
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import names_pairs
from benchmarks.names_pairs import Scorer
from benchmarks.names_search import SEED, Asked, bare, corpus, queries, split_of
from benchmarks.table import Row, shown
from tocsin.names.forms import read_name
from tocsin.names.index import Index, build
from tocsin.names.matching import Matcher
from training.names.samples import Pair

CANDIDATES: Final = 20
RECALLS: Final = (0.6, 0.7, 0.8, 0.9)
AIMS: Final = {0.8: 45.0}
PEERS: Final = ("logic-v2", "WRatio on ASCII")
LANGUAGES: Final = (
    "en_GB", "fr_FR", "de_DE", "es_ES", "tr_TR", "ru_RU", "uk_UA", "ar_EG", "fa_IR", "zh_CN",
)  # fmt: skip
EASY: Final = ("cyr_", "lat_")  # what every peer is made for


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Names and the candidates of each, one pair each; `right` where a candidate is the person."""

    pairs: Sequence[Pair]
    owner: Sequence[int]
    right: Sequence[bool]
    count: int

    def best(self, scores: Sequence[float], *, only_right: bool) -> list[float]:
        """Of each name the best score of its candidates, or of the right ones among them."""
        found = [-math.inf] * self.count
        for owner, right, score in zip(self.owner, self.right, scores, strict=True):
            if right or not only_right:
                found[owner] = max(found[owner], score)
        return found


def candidates(index: Index, asked: Asked) -> Asking:
    pairs, owners, rights = [], [], []
    for owner, (stratum, name, right) in enumerate(asked):
        for one in index.search(read_name(name), CANDIDATES):
            pairs.append(Pair(stratum=stratum, one=name, other=one.name, same=False, check=True))
            owners.append(owner)
            rights.append(bare(one.name) in right)
    return Asking(pairs=pairs, owner=owners, right=rights, count=len(asked))


def few(asked: Asked, most: int) -> Asked:
    """The first `most` of each stratum."""
    count: dict[str, int] = {}
    kept = []
    for one in asked:
        count[one[0]] = count.get(one[0], 0) + 1
        if count[one[0]] <= most:
            kept.append(one)
    return kept


def composed(names: Sequence[str], count: int) -> list[str]:
    """All but the last part of one name and the last of another, which are not on the list."""
    draw = random.Random(SEED)  # noqa: S311  # the same in every run
    parts = [name.split() for name in names if 2 <= len(name.split()) <= 3]
    known, made = set(map(bare, names)), dict[str, None]()
    while len(made) < count:
        one, other = draw.choice(parts), draw.choice(parts)
        if one[0].isascii() != other[0].isascii():
            continue
        name = " ".join([*one[:-1], other[-1]])
        if bare(name) not in known:
            made[name] = None
    return list(made)


def invented(count: int) -> list[str]:
    """Names by Faker, as many of each language; those that it makes twice stand twice."""
    faker: Any = import_module("faker")
    makers = [faker.Faker(language) for language in LANGUAGES]
    for number, maker in enumerate(makers):
        maker.seed_instance(SEED + number)
    return [
        f"{(maker := makers[at % len(makers)]).first_name()} {maker.last_name()}"
        for at in range(count)
    ]


def threshold(scores: Sequence[float], recall: float) -> float:
    """The highest at which so many are found; infinite where no threshold finds them."""
    ordered = sorted(scores, reverse=True)
    found = ordered[math.ceil(recall * len(ordered)) - 1]
    return found if found > -math.inf else math.inf


def alerts(known: Sequence[float], strangers: Sequence[float], recall: float) -> float:
    """Of 1,000 strangers; infinite where that recall is never reached."""
    least = threshold(known, recall)
    if least == math.inf:
        return math.inf
    return 1_000 * sum(score >= least for score in strangers) / len(strangers)


def scored(scorer: Scorer, asking: Asking) -> list[float]:
    return [float(one) for one in np.asarray(scorer(asking.pairs))]


def figures(
    scorer: Scorer, persons: Asking, easy: Sequence[bool], strangers: Mapping[str, Asking]
) -> dict[str, float]:
    """Alerts per 1,000 by what was asked and at which recall."""
    known = persons.best(scored(scorer, persons), only_right=True)
    made = {}
    for kind, asking in strangers.items():
        worst = asking.best(scored(scorer, asking), only_right=False)
        for recall in RECALLS:
            made[f"{kind}, recall {recall:g}"] = alerts(known, worst, recall)
            some = [score for score, is_easy in zip(known, easy, strict=True) if is_easy]
            made[f"{kind}, recall {recall:g} of Cyrillic and Latin"] = alerts(some, worst, recall)
    return made


def shipped(persons: Asking, strangers: Mapping[str, Asking]) -> Iterator[Row]:
    """Where our own threshold lies, which nobody chose on these names."""
    least = Matcher.load().odds_from
    known = persons.best(scored(names_pairs.ours, persons), only_right=True)
    told = {"recall": sum(score >= least for score in known) / len(known)}
    for kind, asking in strangers.items():
        worst = asking.best(scored(names_pairs.ours, asking), only_right=False)
        told[f"alerts per 1,000, {kind}"] = 1_000 * sum(s >= least for s in worst) / len(worst)
    for what, value in told.items():
        yield Row(benchmark="names, travellers", what=f"as shipped: {what}", value=value, unit="")


def rows(ours: Mapping[str, float], theirs: Mapping[str, Mapping[str, float]]) -> Iterator[Row]:
    for what, value in ours.items():
        best = min(theirs, key=lambda peer: theirs[peer][what], default="")
        aim = next((a for r, a in AIMS.items() if what.endswith(f"recall {r:g}")), None)
        yield Row(
            benchmark="names, travellers",
            what=f"alerts per 1,000, {what}",
            value=value,
            unit="",
            beside=best,
            baseline=theirs[best][what] if best else None,
            aim="" if aim is None else f"<= {aim:g}",
            met=None if aim is None else value <= aim,
        )


def measure(
    folder: Path, *, size: int, each: int, travellers: int, with_peers: bool
) -> Iterator[Row]:
    split = split_of(folder)
    names, asked = corpus(split, size), few(queries(split), each)
    kinds = {"composed": composed(names, travellers)}
    if find_spec("faker"):
        kinds = {"invented by Faker": invented(travellers)} | kinds
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "names"
        build(path, ((str(number), (read_name(name),)) for number, name in enumerate(names)))
        with Index(path) as index:
            persons = candidates(index, asked)
            strangers = {
                kind: candidates(index, [("", name, frozenset()) for name in some])
                for kind, some in kinds.items()
            }
    easy = [stratum.startswith(EASY) for stratum, *_ in asked]
    count = len(persons.pairs) + sum(len(one.pairs) for one in strangers.values())
    print(
        f"{split.name}: {len(names):,} names on the list, {len(asked):,} persons asked, "
        f"{travellers:,} travellers of each kind, {count:,} pairs scored by each system",
        flush=True,
    )
    ours = figures(names_pairs.ours, persons, easy, strangers)
    theirs = {}
    for name, scorer in names_pairs.peers().items() if with_peers else ():
        if name in PEERS:
            theirs[name] = figures(scorer, persons, easy, strangers)
            told = {what: round(value, 1) for what, value in theirs[name].items()}
            print(f"{name}: {told}", flush=True)
    yield from rows(ours, theirs)
    yield from shipped(persons, strangers)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.names_travellers",
                                     description=__doc__)  # fmt: skip
    parser.add_argument("folder", type=Path, help="with heldout/ or dev/")
    parser.add_argument("--size", type=int, default=100_000, help="names on the list")
    parser.add_argument("--queries", type=int, default=60, help="of each stratum")
    parser.add_argument("--travellers", type=int, default=1_000, help="of each kind")
    parser.add_argument("--peers", action="store_true", help="score the others too: minutes")
    given = parser.parse_args(arguments)
    table = measure(
        given.folder, size=given.size, each=given.queries, travellers=given.travellers,
        with_peers=given.peers,
    )  # fmt: skip
    print(shown(list(table)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
