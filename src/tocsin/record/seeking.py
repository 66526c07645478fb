"""Looking for names in texts, all of them, quickly: whatever `folded` makes equal is found.

A text holds what is sought where its words stand side by side there, in any order and with
whatever case, accents and punctuation; at either end they may be part of a longer word.
Folding costs a thousand times what looking costs, so only a text that may hold it is folded.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from tocsin.record.tags import folded

_MOST_IN_ANY_ORDER = 4  # words: 24 orders
_UNWRITTEN = frozenset({"Cn", "Co", "Cs"})
_WITHIN = 0x10000
# Classes of characters within the first plane are tables, twenty times as fast.
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
Test = Callable[[str], bool]


class Seeker:
    """Looks for any of `texts`. Raises ValueError for a blank one."""

    def __init__(self, texts: Iterable[str]) -> None:
        needles = frozenset(map(folded, texts))
        if "" in needles:
            raise ValueError("a text to look for is blank")
        self._orders = frozenset(order for one in needles for order in _orders(one))
        self._ascii, self._any = tuple(map(_in_ascii, needles)), tuple(map(_in_any, needles))

    def may_hold(self, text: str) -> bool:
        """Whether it is worth folding: never False for a text that holds what is sought.

        Of JSON it may be given the very spelling: no word is broken by it.
        """
        tests = self._ascii if (is_ascii := text.isascii()) else self._any
        if is_ascii:
            text = text.lower()
        elif _BEYOND.search(text) or _spelling().longer.search(text):
            return True
        for test in tests:  # noqa: SIM110  # a generator costs as much as the tests
            if test(text):
                return True
        return False

    def holds(self, text: str) -> bool:
        """Whether a text holds any of what is sought."""
        if not self.may_hold(text):
            return False
        # What is no letter or digit is folded away, but a sign may be just what is sought.
        hay = f"{folded(text)}\n{' '.join(text.split())}"
        return any(order in hay for order in self._orders)

    def holds_in(self, body: str) -> bool:
        """Whether any text in a record's body, canonical JSON, holds it."""
        return self.may_hold(body) and any(map(self.holds, _texts(json.loads(body))))


def _orders(needle: str) -> Iterable[str]:
    words = needle.split()
    if len(words) > _MOST_IN_ANY_ORDER:
        return {needle, " ".join(sorted(words))}
    return map(" ".join, permutations(words))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _in_ascii(needle: str) -> Test:
    """A test of texts in lower-case ASCII; each folds to itself and blanks."""
    if not needle.isascii():
        return lambda _: False
    words = sorted(_words(needle), key=len, reverse=True)
    longest, others = words[0] if words else "", words[1:]
    return lambda lower: longest in lower and all(word in lower for word in others)


def _in_any(needle: str) -> Test:
    """A test of texts as they were written, each character for itself."""
    longest = max(_words(needle), key=len, default="")
    if not longest:
        return lambda _: True
    spelling = _spelling()
    unseen = spelling.unseen
    pattern = re.compile(
        f"{unseen}*".join(_class({one, *spelling.of.get(one, ())}) for one in longest)
    )
    return lambda text: pattern.search(text) is not None


def _words(needle: str) -> list[str]:
    """The words that must be there; none where signs are sought, as folding drops signs."""
    return needle.split() if folded(f"a {needle}") != "a" else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spelling:
    """How a folded text can have been written in characters of the first plane."""

    of: Mapping[str, frozenset[str]]  # characters that fold to just this other one
    unseen: str  # the class of those that fold to nothing
    longer: re.Pattern[str]  # those that fold to several


@lru_cache(1)
def _spelling() -> _Spelling:
    """From every such character; takes a tenth of a second, once."""
    of, unseen, longer = dict[str, set[str]](), set[str](), set[str]()
    for character in map(chr, range(_WITHIN)):
        if unicodedata.category(character) in _UNWRITTEN or _is_plain(character):
            continue
        between = folded(f"a{character}a")[1:-1]
        if not between:
            unseen.add(character)
        elif len(between) == 1:
            of.setdefault(between, set()).add(character)
        else:
            longer.add(character)
    return _Spelling(
        of={one: frozenset(others) for one, others in of.items()},
        unseen=_class(unseen),
        longer=re.compile(_class(longer)),
    )


def _is_plain(character: str) -> bool:
    """Whether it surely folds to itself."""
    return (
        character.isalnum()
        and unicodedata.is_normalized("NFKD", character)
        and character.casefold() == character
    )


def _class(characters: Iterable[str]) -> str:
    """A regular expression for any of these, as ranges."""
    ranges: list[list[int]] = []
    for point in sorted(map(ord, characters)):
        if ranges and point == ranges[-1][1] + 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "[{}]".format("".join(rf"\u{low:04x}-\u{high:04x}" for low, high in ranges))
