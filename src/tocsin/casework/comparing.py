"""Two names beside each other as people read them: which parts answer which, and what each adds.

What is known of names takes seconds to load, so it loads in a thread of its own, once a process;
whoever asks meanwhile is told so and asks again.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import exp
from threading import Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.names.forms import Token
    from tocsin.names.matching import Match, Matcher, Part

PATIENCE_S = 2.0
MOST_KEPT = 2_000
RARE, COMMON = 9.0, 5.5  # nats, as the lines of `tocsin compare` draw them


class How(StrEnum):
    """How a part of one name answers a part of the other."""

    SAME = "same"
    ALIKE = "alike"
    FORM = "form"
    INITIAL = "initial"
    JOINED = "joined"
    MISSING = "missing"


_HOW = {
    "equal": How.SAME,
    "spelled alike": How.ALIKE,
    "same name in another form": How.FORM,
    "initial": How.INITIAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Parts as they were written; one side is empty where nothing answers. `nats` is for above 0.

    `rarity` is "rare", "common" or empty.
    """

    one: str
    other: str
    how: How
    rarity: str
    nats: float

    @property
    def adds(self) -> str:
        return weighed(self.nats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Characters start to end of a name that are a part, and how it is answered."""

    start: int
    end: int
    how: How


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A sentence of what speaks for one person (nats above 0) or against it."""

    words: str
    nats: float

    @property
    def adds(self) -> str:
        return weighed(self.nats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two names compared; `nats_left` is how far above the threshold (below 0: short of it)."""

    names: tuple[str, str]
    probability: float
    threshold: float
    nats_left: float
    pairs: tuple[Pair, ...]
    marked: tuple[tuple[Marked, ...], tuple[Marked, ...]]
    reasons: tuple[Reason, ...]
    dates: tuple[str, ...]
    unused: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.nats_left >= 0

    @property
    def times_left(self) -> float:
        """What would have to change until the threshold is met: times as likely, or less."""
        return exp(min(abs(self.nats_left), 12.0))

    @property
    def against(self) -> list[Reason]:
        return [one for one in self.reasons if one.nats < 0]

    @property
    def speaks_for(self) -> list[Reason]:
        return [one for one in self.reasons if one.nats >= 0]


def weighed(nats: float) -> str:
    """How much likelier or less likely, in plain words."""
    times = exp(min(abs(nats), 12.0))
    if times < 1.15:
        return "changes next to nothing"
    said = f"{times:,.0f}" if times >= 9.5 else f"{times:.1f}"
    return f"makes it {said} times {'as' if nats > 0 else 'less'} likely"


_EVERY_SCRIPT = ("Ильда Норр", "إلدا نور", "伊尔达", "Ίλντα", "ილდა", "Իլդա", "אילדה", "김일다")
_begun: list["Future[Matcher]"] = []
_beginning = Lock()


def matcher(patience_s: float = PATIENCE_S) -> "Matcher | None":
    """What compares names, or None where it is still loading after so many seconds."""
    with _beginning:
        if not _begun:
            _begun.append(Future())
            Thread(target=_load, args=(_begun[0],), name="names", daemon=True).start()
    try:
        return _begun[0].result(patience_s)
    except TimeoutError:
        return None


def _load(future: "Future[Matcher]") -> None:
    try:
        found = _loaded()
    except BaseException as error:  # noqa: BLE001  # raised to everybody who asks
        future.set_exception(error)
    else:
        future.set_result(found)


def _loaded() -> "Matcher":
    from tocsin.names.forms import read_name
    from tocsin.names.matching import Matcher

    found = Matcher.load()
    for name in _EVERY_SCRIPT:  # each has tables of its own to load
        found.compare(read_name("Ilda Norr"), read_name(name))
    return found


def dates_in(births: str) -> str:
    """Dates of birth that are read in some words, and nothing else of them."""
    from tocsin.names.births import written
    from tocsin.names.births_reading import read_births

    return "; ".join(written(one.packed) for one in read_births(births).dates)


def can_be_read(name: str) -> bool:
    """Whether a name has parts that could be compared."""
    from tocsin.names.forms import read_name

    return bool(read_name(name).tokens)


def likelihoods(by: "Matcher", name: str, others: Sequence[str]) -> list[float]:
    """How probably each of the others is the same name; quicker than comparing part by part."""
    import numpy as np

    from tocsin.names.forms import read_name
    from tocsin.names.matching import probability, ready

    count = len(others)
    one, many = ready([read_name(name)]), ready([read_name(other) for other in others])
    odds = by.odds(one, np.zeros(count, np.int32), many, np.arange(count, dtype=np.int32))
    return [probability(float(nats)) for nats in odds]


def compared(by: "Matcher", one: str, other: str, births: str = "", others: str = "") -> Comparison:
    """`births` and `others` are dates of birth of either, as written; several may be given."""
    return _compared(by.threshold, one, other, births, others)


@lru_cache(maxsize=MOST_KEPT)
def _compared(threshold: float, one: str, other: str, births: str, others: str) -> Comparison:
    from tocsin.names import persons
    from tocsin.names.births import compare
    from tocsin.names.births_reading import read_births
    from tocsin.names.forms import read_name
    from tocsin.names.matching import Matcher

    by = Matcher.load()
    names = read_name(one), read_name(other)
    match = by.compare(*names)
    dates = read_births(births), read_births(others)
    evidence = compare(*dates)
    told: tuple[str, ...] = ()
    if evidence.pairs:
        rarity = sum(part.rarity for part in match.parts)
        nats = persons.added(match.probability, evidence, rarity_of_shared_parts=rarity)
        match = by.compare(*names, births=nats)
        told = persons.explained(evidence, rarity_of_shared_parts=rarity)
    pairs = tuple(_pairs(match, one, other))
    return Comparison(
        names=(one, other),
        probability=match.probability,
        threshold=threshold,
        nats_left=_odds(match) - by.odds_from,
        pairs=pairs,
        marked=(_marked(match, 0), _marked(match, 1)),
        reasons=tuple(sorted(_reasons(match, pairs), key=lambda reason: -abs(reason.nats))),
        dates=told,
        unused=tuple(dict.fromkeys(defect for each in (*names, *dates) for defect in each.defects)),
    )


def _odds(match: "Match") -> float:
    addends = (*(part.nats for part in match.parts), *(word.nats for word in match.missing))
    return sum(addends) + match.whole + match.births


def _kind(part: "Part") -> How:
    joined = len(part.one) + len(part.other) > 2
    return How.JOINED if joined else _HOW[part.how]


def _pairs(match: "Match", one: str, other: str) -> Iterator[Pair]:
    """In the order of the first name; what the other has beyond it stands at the end."""
    found = [
        (
            part.one[0].start,
            Pair(
                one=_said(one, part.one),
                other=_said(other, part.other),
                how=_kind(part),
                rarity=_rarity(part.rarity),
                nats=part.nats,
            ),
        )
        for part in match.parts
    ]
    for word in match.missing:
        raw, place = ((one, 0), (other, len(one)))[word.side]
        words = _said(raw, (word.token,))
        sides = {"one": "" if word.side else words, "other": words if word.side else ""}
        missing = Pair(**sides, how=How.MISSING, rarity="", nats=word.nats)
        found.append((place + word.token.start, missing))
    return (pair for _, pair in sorted(found, key=lambda each: each[0]))


def _said(raw: str, tokens: "Sequence[Token]") -> str:
    """Words as they were written, apart where others stand between them."""
    return " ".join(raw[token.start : token.end] for token in tokens)


def _rarity(nats: float) -> str:
    return "rare" if nats > RARE else "common" if nats < COMMON else ""


def _marked(match: "Match", side: int) -> tuple[Marked, ...]:
    parts = ((part.other if side else part.one, _kind(part)) for part in match.parts)
    found = [
        *(
            Marked(start=token.start, end=token.end, how=how)
            for words, how in parts
            for token in words
        ),
        *(
            Marked(start=word.token.start, end=word.token.end, how=How.MISSING)
            for word in match.missing
            if word.side == side
        ),
    ]
    return tuple(sorted(found, key=lambda mark: mark.start))


WORDS = {
    How.SAME: "the same",
    How.ALIKE: "spelled alike",
    How.FORM: "another form of the name",
    How.INITIAL: "an initial of it",
    How.JOINED: "written together or apart",
    How.MISSING: "nothing answers it",
}


def _reasons(match: "Match", pairs: Sequence[Pair]) -> Iterator[Reason]:
    for pair in pairs:
        if pair.how is How.MISSING:
            words = f"“\u2068{pair.one or pair.other}\u2069” stands in one name alone"
        else:
            words = f"“\u2068{pair.one}\u2069” and “\u2068{pair.other}\u2069”: {WORDS[pair.how]}"
            words += f", {pair.rarity}" if pair.rarity else ""
        yield Reason(words=words, nats=pair.nats)
    yield Reason(words="How the parts go together: their order and number", nats=match.whole)
    if match.births:
        yield Reason(words="Dates of birth", nats=match.births)
