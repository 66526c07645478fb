"""Many names against many people at once: who of a list could be whom.

The index says who comes into question, the matcher how likely it is; both are asked for a batch.
"""

import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np

from tocsin.names import persons
from tocsin.names.births import BirthEvidence, Births
from tocsin.names.births import compare as compare_births
from tocsin.names.births_reading import read_births
from tocsin.names.forms import Name, read_name
from tocsin.names.index import Index, build
from tocsin.names.matching import Matcher, Ready, probability, ready

CANDIDATES: Final = 20  # people that come into question for a name
SHORTEST_IDENTIFIER: Final = 5
# Dates add at most so much (persons.MOST_FOR_NAMES) where names alone do not reach.
_NEAR: Final = persons.MOST_FOR_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """What is said of one person; `births` as written, several parted by ";"."""

    key: str
    names: tuple[str, ...]
    births: str = ""
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The nearest names of two people; `identifiers` are those they share, as asked.

    `probability` is that one person is meant, by names and dates; 0 where identifiers alone agree.
    """

    key: str
    known: str
    asked: str
    probability: float
    births: str = ""
    identifiers: tuple[str, ...] = ()


def folded_identifier(text: str) -> str:
    """A number as it is compared: letters and digits alone; empty where it is too short to tell."""
    plain = "".join(one for one in text.casefold() if one.isalnum())
    return plain if len(plain) >= SHORTEST_IDENTIFIER else ""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Which name of `asked` (row, name) is compared with which name of the crowd."""

    owner: list[int]  # of each name that is asked, whose it is
    names: list[Name]
    ones: list[int]
    others: list[int]


class Crowd:
    """People to compare others with; close it, or use it in a `with` block."""

    def __init__(self, people: Iterable[Somebody]) -> None:
        """Raises ValueError for a key given twice."""
        self._open = ExitStack()
        self._people = list(people)
        self._births = [read_births(*one.births.split(";")) for one in self._people]
        self._matcher = Matcher.load()
        self._names: list[Name] = []
        self._owner: list[int] = []
        self._of: list[list[int]] = []
        self._numbers: dict[str, list[int]] = {}
        for place, one in enumerate(self._people):
            said = [name for name in map(read_name, one.names) if name.tokens]
            self._of.append(list(range(len(self._names), len(self._names) + len(said))))
            self._names += said
            self._owner += [place] * len(said)
            for number in {folded_identifier(number) for number in one.identifiers} - {""}:
                self._numbers.setdefault(number, []).append(place)
        self._ready = ready(self._names)
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-")))
        build(
            folder / "names",
            ((str(at), [self._names[n] for n in of]) for at, of in enumerate(self._of) if of),
        )
        self._index = self._open.enter_context(Index(folder / "names"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()

    def __len__(self) -> int:
        return len(self._people)

    def find(self, asked: Sequence[Somebody]) -> list[tuple[Likeness, ...]]:
        """For each of `asked` those of the crowd that it could be, the likeliest first."""
        pairs = self._candidates(asked)
        best = self._likely(asked, pairs)
        found: list[dict[int, Likeness]] = [{} for _ in asked]
        for (row, place), (chance, one, other, births) in best.items():
            found[row][place] = Likeness(
                key=self._people[place].key,
                known=self._names[other].raw,
                asked=pairs.names[one].raw,
                probability=chance,
                births=births,
            )
        for row, one_asked in enumerate(asked):
            self._by_number(one_asked, found[row])
        return [
            tuple(sorted(theirs.values(), key=lambda o: (-o.probability, not o.identifiers, o.key)))
            for theirs in found
        ]

    def _candidates(self, asked: Sequence[Somebody]) -> _Pairs:
        pairs = _Pairs([], [], [], [])
        for row, somebody in enumerate(asked):
            for name in map(read_name, dict.fromkeys(somebody.names)):
                if not name.tokens:
                    continue
                for one in self._index.search(name, CANDIDATES):
                    theirs = self._of[int(one.entry)]
                    pairs.ones.extend([len(pairs.names)] * len(theirs))
                    pairs.others.extend(theirs)
                pairs.names.append(name)
                pairs.owner.append(row)
        return pairs

    def _likely(
        self, asked: Sequence[Somebody], pairs: _Pairs
    ) -> dict[tuple[int, int], tuple[float, int, int, str]]:
        """Of each two people the likeliest pair of names, if it is likely enough."""
        theirs = ready(pairs.names)
        ones, others = np.array(pairs.ones, np.int32), np.array(pairs.others, np.int32)
        odds = self._matcher.odds(theirs, ones, self._ready, others)
        near = np.flatnonzero(odds >= self._matcher.odds_from - _NEAR)
        rare = self._rarities(theirs, ones[near], others[near])
        born: dict[int, Births] = {}
        best: dict[tuple[int, int], tuple[float, int, int, str]] = {}
        for at, rarity in zip(near.tolist(), rare, strict=True):
            one, other = pairs.ones[at], pairs.others[at]
            row, place = pairs.owner[one], self._owner[other]
            if row not in born:
                born[row] = read_births(*asked[row].births.split(";"))
            evidence = compare_births(born[row], self._births[place])
            chance = _chance(float(odds[at]), evidence, rarity)
            if chance < self._matcher.threshold or chance <= best.get((row, place), (0.0,))[0]:
                continue
            best[row, place] = chance, one, other, evidence.words if evidence.pairs else ""
        return best

    def _rarities(self, theirs: Ready, ones: "np.ndarray", others: "np.ndarray") -> list[float]:
        """Of each pair the rarity of the parts that both names have, in nats."""
        found = self._matcher.parts(theirs, ones, self._ready, others)
        counted = np.arange(found.value.shape[2]) < found.number[:, None]
        return [float(one) for one in (found.value[:, 2, :] * counted).sum(axis=1)]

    def _by_number(self, asked: Somebody, found: dict[int, Likeness]) -> None:
        """Add whom `asked` shares a number with, whatever the names."""
        shared: dict[int, list[str]] = {}
        for number in dict.fromkeys(asked.identifiers):
            for place in self._numbers.get(folded_identifier(number), ()):
                shared.setdefault(place, []).append(number)
        for place, numbers in shared.items():
            known = found.get(place)
            found[place] = Likeness(
                key=self._people[place].key,
                known=known.known if known else next(iter(self._people[place].names), ""),
                asked=known.asked if known else next(iter(asked.names), ""),
                probability=known.probability if known else 0.0,
                births=known.births if known else "",
                identifiers=tuple(numbers),
            )


def _chance(odds: float, evidence: BirthEvidence, rarity: float) -> float:
    alike = probability(odds)
    if not evidence.pairs:
        return alike
    return persons.combined(alike, evidence, rarity_of_shared_parts=rarity)
