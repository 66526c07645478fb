"""Sources, not documents: whether reports say the same, one drew on another, or each stands alone.

Stage one looks the sampled runs of a report up in a table and keeps whom it shares enough with;
stage two compares word by word, and passages that unrelated reports share count for less.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import NamedTuple, Protocol

from tocsin.reading.grams import SIZE, Grams, Passages, Run, Sample

MOST_HOLDERS = 32  # of one run in the table: the first ones; the rest are found through these
MOST_COMPARED = 16
_FEW = 24  # runs in a sample so small that one in common is looked into


class Relation(StrEnum):
    """What two reports are to each other."""

    SAME = "same"
    DERIVED = "derived"
    INDEPENDENT = "independent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Shares are of a report's own words, weighted by rarity; `told` counts runs of four words.

    Derived is what shares `told` runs and `little` of either report, or `much` of either where
    there are fewer, down to `least`. A few stock phrases make no long runs.
    """

    same: float = 0.8
    sampled: float = 0.04
    least: int = 9
    told: int = 23
    little: float = 0.1
    much: float = 0.65


USUAL = Thresholds()


class Holder(NamedTuple):
    """A report of the index: how large its sample is, and the first report of its source."""

    report_id: str
    sampled: int
    root: str


class Index(Protocol):
    """Where samples are kept. Every method sees what was put before, by whichever process."""

    def holders(self, sample: Sequence[int]) -> Mapping[int, Sequence[Holder]]:
        """For each run of `sample` known already, its first holders (MOST_HOLDERS at most)."""
        ...

    def put(self, holder: Holder, sample: Sequence[int], numbers: "array[int]") -> None:
        """Keep a new report's sample, or what of it has less than MOST_HOLDERS so far.

        `numbers` are its words, for an index that does not keep the text elsewhere.
        """
        ...

    def words(self, report_id: str) -> "array[int]":
        """The numbers of that report's own words."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What `report_id` is to the earlier `other_id`, never independent.

    `share` and `other_share` are how much of each the other holds, from 0 to 1; `runs` are the
    shared passages, in words of each (`passages` gives characters).
    """

    report_id: str
    other_id: str
    relation: Relation
    share: float
    other_share: float
    runs: tuple[Run, ...]

    @property
    def shared(self) -> int:
        """How many of its words stand in the other report too."""
        return sum(run.size for run in self.runs)

    @property
    def other_shared(self) -> int:
        """How many of the other's words stand in it too."""
        return _covered(self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The same words in two texts as received: characters `start` to `end`, and of the other."""

    start: int
    end: int
    other_start: int
    other_end: int


def passages(text: str, other: str, grams: Grams) -> tuple[Passage, ...]:
    """What two reports share, to be shown: every passage of four words or more."""
    one, two = grams.placed_words(text), grams.placed_words(other)
    return tuple(
        Passage(
            start=one.spans[run.at][0],
            end=one.spans[run.at + run.size - 1][1],
            other_start=two.spans[run.other_at][0],
            other_end=two.spans[run.other_at + run.size - 1][1],
        )
        for run in Passages(one.numbers).shared(two.numbers)
    )


class Sources:
    """Reads one report after the other and tells what each has in common with earlier ones."""

    def __init__(self, index: Index, grams: Grams, thresholds: Thresholds = USUAL) -> None:
        self._index, self._grams, self._thresholds = index, grams, thresholds

    def add(self, report_id: str, text: str) -> tuple[Link, ...]:
        """The links of a new report to earlier ones, strongest first; it is in the index then."""
        return self._read(report_id, text, keep=True)

    def look(self, text: str) -> tuple[Link, ...]:
        """The links that a report would have; nothing is kept, and it has no number."""
        return self._read("", text, keep=False)

    def _read(self, report_id: str, text: str, *, keep: bool) -> tuple[Link, ...]:
        numbers = self._grams.words(text).numbers
        sample = self._grams.sample(numbers)
        runs = list(dict.fromkeys(sample.runs))
        held = self._index.holders(runs)
        near = _near(report_id, len(runs), held, self._thresholds.sampled)
        links = self._compared(report_id, numbers, sample, held, near) if near else ()
        if not keep:
            return links
        root = next((near[link.other_id] for link in links), report_id)
        full = {run for run, those in held.items() if len(those) >= MOST_HOLDERS}
        fresh = [run for run in runs if run not in full] if full else runs
        self._index.put(Holder(report_id, len(runs), root), fresh, numbers)
        return links

    def _compared(
        self,
        report_id: str,
        numbers: "array[int]",
        sample: Sample,
        held: Mapping[int, Sequence[Holder]],
        near: Iterable[str],
    ) -> tuple[Link, ...]:
        rarity, passages, links = _Rarity(sample, held), Passages(numbers), []
        for other_id in near:
            theirs = self._index.words(other_id)
            shared = passages.shared(theirs, least=self._thresholds.least)
            if not shared:
                continue
            sizes = len(numbers), len(theirs)
            relation, *shares = _judged(shared, rarity, sizes, self._thresholds)
            if relation is not Relation.INDEPENDENT:
                links.append(
                    Link(
                        report_id=report_id,
                        other_id=other_id,
                        relation=relation,
                        share=shares[0],
                        other_share=shares[1],
                        runs=shared,
                    )
                )
        return tuple(sorted(links, key=_strongest_first))


def _strongest_first(link: Link) -> tuple[float, str]:
    return -max(link.share, link.other_share), link.other_id


class _Rarity:
    """How much a passage tells: 1 where no other source has it, a half where one or two do ..."""

    def __init__(self, sample: Sample, held: Mapping[int, Sequence[Holder]]) -> None:
        self._places = sample.places
        several = {
            run: 1 / len({holder.root for holder in those}).bit_length()
            for run, those in held.items()
            if len(those) > 1
        }
        self._weights = [several.get(run, 1.0) for run in sample.runs]

    def of(self, run: Run) -> float:
        """The mean over the sampled runs of four within; 1 where none is."""
        first = bisect_left(self._places, run.at)
        last = bisect_left(self._places, run.at + run.size - SIZE + 1)
        within = self._weights[first:last]
        return sum(within) / len(within) if within else 1.0


def _near(
    report_id: str, size: int, held: Mapping[int, Sequence[Holder]], least: float
) -> dict[str, str]:
    """Whom stage two compares with, and their roots: who holds enough of the smaller sample."""
    hits = Counter(chain.from_iterable(held.values()))
    near = [
        (-count, holder.report_id, holder.root)
        for holder, count in hits.items()
        if holder.report_id != report_id
        and ((few := min(size, holder.sampled)) <= _FEW or count >= max(2, few * least))
    ]
    return {other_id: root for _, other_id, root in sorted(near)[:MOST_COMPARED]}


def _judged(
    shared: Sequence[Run], rarity: _Rarity, sizes: tuple[int, int], thresholds: Thresholds
) -> tuple[Relation, float, float]:
    """The relation, and the share of each that the other holds; `sizes` in words.

    What only one of the two says counts in full, so that stock phrases weigh little against it.
    """
    covered, theirs = sum(run.size for run in shared), _covered(shared)
    weights = [rarity.of(run) for run in shared]
    told = sum(w * (run.size - SIZE + 1) for run, w in zip(shared, weights, strict=True))
    if told < thresholds.least:
        return Relation.INDEPENDENT, 0.0, 0.0
    mean = sum(w * run.size for run, w in zip(shared, weights, strict=True)) / covered
    share = covered * mean / (sizes[0] - covered + covered * mean)
    other_share = theirs * mean / (sizes[1] - theirs + theirs * mean)
    if min(share, other_share) >= thresholds.same:
        return Relation.SAME, share, other_share
    enough = thresholds.little if told >= thresholds.told else thresholds.much
    derived = max(share, other_share) >= enough
    return (Relation.DERIVED if derived else Relation.INDEPENDENT), share, other_share


def _covered(shared: Iterable[Run]) -> int:
    """How many words of the other report the passages cover; several may repeat one place."""
    total = done = 0
    for start, end in sorted((run.other_at, run.other_at + run.size) for run in shared):
        total += max(0, end - max(start, done))
        done = max(done, end)
    return total
