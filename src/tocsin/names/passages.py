"""Where in running text a known name may stand, in any script; what is found, the matcher judges.

Names are known by the keys of their parts (`sounds`). A window is a run of words, or of signs where
words are not parted, over which two parts of a name stand, or the one part that it has.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.names.forms import PARTICLES, TITLES, Name, read_name
from tocsin.names.han import read_han
from tocsin.names.scripts import read_letters
from tocsin.names.sounds import ALONE, BARE, COARSE, ENOUGH, EXACT, heard, is_sound

Ints = NDArray[np.int64]
Keys = tuple[tuple[int, tuple[str, ...]], ...]

WIDEST, LONGEST_RUN = 6, 8
"""Words, or signs, from one end of a window to the other."""
MOST_APART, SURE_PAIR = 2, 8  # words between two parts, and from which weight on; else one
MOST_OF_ONE: Final = 12  # windows for one name that the matcher is asked about, the best
CHUNK: Final = 4_000  # places looked at together
MOST_PARTS: Final = 12
_FEW, _MANY = 0.005, 0.5  # capitals among letters: fewer or more, and they tell nothing
_SAMPLE, _WIDEST_GAP, _LONGEST_PART = 20_000, 12, 5
_MARKS: Final = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903"
    "\u093a-\u094f\u200b-\u200f\u2060-\u2069'’‘ʼʻʹʾʿ`´\u0640"
)
_SIGNS: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD: Final = re.compile(
    rf"[{_SIGNS}]+|[^\W\d_{_SIGNS}][^\W_{_SIGNS}{_MARKS}]*(?:[{_MARKS}]+[^\W_{_SIGNS}]+)*"
)
_ENDS: Final = re.compile(r"[!?;:()\[\]\"«»“”„|•،؛؟。！？；：，、\d]|\n\s*\n")
_SMALL: Final = PARTICLES | TITLES
_CASED: Final = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
_IN_NO_NAME: Final = frozenset("的了是在这那们个就也说被把吗呢與這們個說嗎")
_PROCLITIC: Final = "وفبل"
USED, NONE, SIGNS = range(3)
"""Capitals: the script has them, it has none, or it does not even part words."""


class Unit(NamedTuple):
    """What may be a part of a name: text[start:end], at places first to last of the text; names
    stay within a run, which ends with a sentence."""

    first: int
    last: int
    start: int
    end: int
    run: int
    keys: Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """text[start:end] may be a known name; `weight` says how much speaks for asking."""

    known: int
    start: int
    end: int
    weight: int


class Known:
    """Names that are looked for. Names are added while others look; none is taken away but by
    whoever asks, who knows which are dead."""

    def __init__(self) -> None:
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        self._owner: list[int] = []
        self._mask: list[int] = []
        self._single: list[bool] = []
        self._full: list[int] = []

    def add(self, name: Name) -> int:
        """The number of the name; -1 where nothing of it could be found."""
        told = [one for one in name.tokens if one.kind in ("word", "patronymic", "initial")]
        told = (told or list(name.tokens))[:MOST_PARTS]
        if not told:
            return -1
        number = len(self._single)
        self._single.append(len(told) == 1)
        self._full.append((1 << len(told)) - 1)
        for place, one in enumerate(told):
            first = one.forms[0][:1]
            if one.kind == "initial":
                self._add(number, 1 << place, ["?" + first])
                continue
            keys = [key for _, some in heard(one.forms) for key in some]
            self._add(number, 1 << place, [*keys, "!" + first])
        for place, (one, other) in enumerate(pairwise(told)):
            if "initial" not in (one.kind, other.kind):
                keys = [
                    key
                    for _, some in heard(_joined(one.forms, other.forms), loose=False)
                    for key in some
                ]
                self._add(number, 3 << place, keys)
        return number

    def _add(self, number: int, mask: int, keys: Sequence[str]) -> None:
        part = len(self._owner)
        self._owner.append(number)
        self._mask.append(mask)
        for key in keys:
            self._places[key].append(part)

    def windows(self, text: str, most_signs: int = 100_000) -> list[Window]:
        """Where each name may stand, at most MOST_OF_ONE of each, the likeliest first.

        Of scripts that part no words only the first `most_signs` signs are looked at.
        """
        found: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
        laid = _laid(text, most_signs)
        known: dict[int, dict[int, int]] = {}
        spans = [one for one in laid.units if self._like(one.keys, known)]
        for at in range(0, len(spans), CHUNK):
            some = spans[max(0, at - 8 * LONGEST_RUN) : at + CHUNK]
            for number, start, end, weight in self._look(some, laid, known):
                held = found[number]
                held[start, end] = max(weight, held.get((start, end), 0))
        return [
            Window(known=known, start=start, end=end, weight=weight)
            for known, held in found.items()
            for (start, end), weight in sorted(held.items(), key=_best)[:MOST_OF_ONE]
        ]

    def like(self, name: Name, most: int) -> list[int]:
        """The names that share most with a name by itself, as it stands in a list."""
        scores: defaultdict[int, dict[int, int]] = defaultdict(dict)
        tokens = [one for one in name.tokens if one.kind not in ("particle", "title")]
        tokens = tokens or list(name.tokens)
        spoken = [one.forms for one in tokens]
        spoken += [_joined(one.forms, other.forms) for one, other in pairwise(tokens)]
        for forms in spoken:
            for strength, keys in heard(forms):
                for key in keys:
                    for part in self._places.get(key, ()):
                        held = scores[self._owner[part]]
                        held[part] = max(strength, held.get(part, 0))
        whole = {number: sum(held.values()) for number, held in scores.items()}
        ranked = sorted(whole, key=lambda number: (-whole[number], number))
        return [number for number in ranked if whole[number] >= COARSE][:most]

    def _like(self, keys: Keys, known: dict[int, dict[int, int]]) -> dict[int, int]:
        """The parts that share a key, and how much that says; each keys are looked up once."""
        found = known.get(id(keys))  # units hold their keys as long as this lasts
        if found is None:
            found = known[id(keys)] = {}
            for strength, some in keys:
                for key in some:
                    for part in self._places.get(key, ()):
                        found.setdefault(part, strength)
        return found

    def _look(
        self, units: Sequence[Unit], laid: "Laid", known: dict[int, dict[int, int]]
    ) -> Iterator[tuple[int, int, int, int]]:
        rows = self._rows(units, known)
        if not len(rows):
            return
        owner, first, mask, weight, unit = rows.T
        last = np.array([one.last for one in units])[unit]
        run = np.array([one.run for one in units])[unit]
        single, full = np.array(self._single)[owner], np.array(self._full)[owner]
        joined = (mask & (mask - 1)) > 0
        alone = (weight >= ALONE) | (single & (weight >= COARSE)) | (joined & (weight >= EXACT))
        for row in np.flatnonzero(alone).tolist():
            one = units[unit[row]]
            if not (single[row] or joined[row] or laid.stands_alone(one)):
                continue
            span = (one.start, one.end)
            if joined[row] and mask[row] != full[row]:
                span = laid.widened(one, one)
            yield int(owner[row]), *span, int(weight[row]) + ENOUGH * int(joined[row])
        for step in range(1, 5):
            a, b = slice(None, -step), slice(step, None)
            near = (owner[a] == owner[b]) & (first[b] > last[a]) & (run[a] == run[b])
            near &= (mask[a] & mask[b]) == 0
            near &= weight[a] + weight[b] >= ENOUGH
            for row in np.flatnonzero(near).tolist():
                one, other = units[unit[row]], units[unit[row + step]]
                both = int(weight[row] + weight[row + step])
                if laid.holds_together(one, other, both):
                    is_full = full[row] == mask[row] | mask[row + step]
                    span = (one.start, other.end) if is_full else laid.widened(one, other)
                    yield int(owner[row]), *span, both

    def _rows(self, units: Sequence[Unit], known: dict[int, dict[int, int]]) -> Ints:
        """For each unit and each part that it is like: name, place, which part, weight, unit;
        by name, then as they stand in the text."""
        parts: list[int] = []
        weights: list[int] = []
        whose: list[int] = []
        for number, unit in enumerate(units):
            seen = known[id(unit.keys)]
            parts += seen
            weights += seen.values()
            whose += [number] * len(seen)
        if not parts:
            return np.zeros((0, 5), np.int64)
        liked, unit_of = np.array(parts), np.array(whose)
        first = np.array([one.first for one in units])[unit_of]
        owners, masks = np.array(self._owner)[liked], np.array(self._mask)[liked]
        rows = np.stack([owners, first, masks, np.array(weights), unit_of], axis=1)
        return rows[np.lexsort((unit_of, first, owners))]


@dataclass(slots=True)
class Laid:
    """A text as units; of each place (a word, or a sign) how it is written, how many before it are
    words that stand in no name, its run (below 0 where it is no part of a name by itself) and its
    characters."""

    units: list[Unit]
    other: list[int]
    written: bytearray
    run: list[int]
    spans: list[tuple[int, int]]
    signs_left: int
    before: Unit | None = None

    def widened(self, one: Unit, other: Unit) -> tuple[int, int]:
        """The characters from one to the other, with the words beside that may be of the same
        name: where a part is missing, another may stand in its place."""
        first, last = one.first, other.last
        if self.written[first] != USED or self.written[last] != USED:
            return one.start, other.end
        while first and last - first + 1 < WIDEST and self.run[first - 1] == one.run:
            first -= 1
        while (
            last + 1 < len(self.run) and last - first + 1 < WIDEST and self.run[last + 1] == one.run
        ):
            last += 1
        start = one.start if first == one.first else self.spans[first][0]
        return start, other.end if last == other.last else self.spans[last][1]

    def stands_alone(self, unit: Unit) -> bool:
        """Whether no other word that may be of a name, being written with a capital, is beside."""
        if self.written[unit.first] != USED:
            return False
        for beside in (unit.first - 1, unit.last + 1):
            if 0 <= beside < len(self.run) and self.run[beside] == unit.run:
                return False
        return True

    def holds_together(self, one: Unit, other: Unit, weight: int) -> bool:
        """Whether nothing between the two keeps them from being of one name."""
        between, wide = other.first - one.last - 1, other.last - one.first + 1
        kinds = self.written[one.last], self.written[other.first]
        if SIGNS in kinds:  # they stand side by side
            return between == 0 and wide <= 2 * LONGEST_RUN
        if wide > WIDEST:
            return False
        if between > (MOST_APART if weight >= SURE_PAIR else 1):
            return False
        if NONE in kinds:
            return True
        return self.other[other.first] == self.other[one.last + 1]

    def add(self, word: "re.Match[str]", run: int, *, capitals: bool) -> None:
        spelled, start, end = word[0], *word.span()
        script, keys = _spoken(spelled)
        place = len(self.written)
        if script in ("Hani", "Hang"):
            self._signs(spelled, start, run, script)
            return
        cased = script in _CASED
        small = spelled.lower() in _SMALL
        capital = not (cased and capitals) or spelled[0].isupper()
        of = run if capital and not small else -run
        self._place(USED if cased else NONE, of, (start, end), bad=not (capital or small))
        if keys and capital:
            keys = keys[:1] if small else keys
            unit = Unit(place, place, start, end, run, keys)
            self.units.append(unit)
            self._join(self.before, unit)
            self.before = unit
        if script == "Arab" and len(spelled) > 4 and spelled[0] in _PROCLITIC:
            bare = _spoken(spelled[1:])[1]
            self.units.append(Unit(place, place, start + 1, end, run, bare))

    def _join(self, one: Unit | None, other: Unit) -> None:
        """Two words with capitals that stand side by side, as one."""
        if one is None or one.run != other.run or other.first != one.last + 1:
            return
        if min(len(one.keys), len(other.keys)) < 2 or self.written[one.last] == SIGNS:
            return
        keys = _together(one.keys[0][1], other.keys[0][1])
        self.units.append(Unit(one.first, other.last, one.start, other.end, one.run, keys))

    def _place(self, written: int, run: int, span: tuple[int, int], *, bad: bool) -> None:
        self.written.append(written)
        self.run.append(run)
        self.spans.append(span)
        self.other.append(self.other[-1] + bad)

    def _signs(self, spelled: str, start: int, run: int, script: str) -> None:
        base = len(self.written)
        for at in range(start, start + len(spelled)):
            self._place(SIGNS, run, (at, at + 1), bad=False)
        size = len(spelled)
        whole = script == "Hang"
        self.signs_left -= size
        if self.signs_left < 0:
            return
        for at in range(min(size, 2) if whole else size):
            for end in range(at + 1, min(at + _LONGEST_PART, size) + 1):
                if spelled[end - 1] in _IN_NO_NAME:
                    break
                if not whole or at + 1 == end or end >= size - 2:
                    keys = _spoken(spelled[at:end])[1]
                    unit = Unit(base + at, base + end - 1, start + at, start + end, run, keys)
                    self.units.append(unit)


def _laid(text: str, most_signs: int) -> Laid:
    laid = Laid([], [0], bytearray(), [], [], most_signs)
    capitals = _uses_capitals(text)
    run, before, size = 1, 0, 0
    for word in _WORD.finditer(text):
        start = word.start()
        gap = text[before:start]
        if len(gap) > 1 and (
            len(gap) > _WIDEST_GAP or _ENDS.search(gap) or (size > 2 and gap[0] == ".")
        ):
            run += 1
        laid.add(word, run, capitals=capitals)
        before, size = word.end(), word.end() - start
    return laid


def sounds_in(text: str, most_signs: int) -> frozenset[str]:
    """How everything sounds that may be a part of a name."""
    kinds = (keys for one in _laid(text, most_signs).units for _, keys in one.keys)
    return frozenset(key for keys in kinds for key in keys if is_sound(key))


def _uses_capitals(text: str) -> bool:
    """Whether names can be told by their capitals."""
    letters = [one for one in text[:_SAMPLE] if one.isalpha()]
    upper = sum(one.isupper() for one in letters)
    return len(letters) < 40 or _FEW < upper / len(letters) < _MANY


@lru_cache(maxsize=100_000)
def _spoken(word: str) -> tuple[str, Keys]:
    """The script of a word, and the keys it is looked up by; those of one spelled alike first."""
    tokens = read_name(word).tokens
    if not tokens:
        return "", ()
    script = tokens[0].script
    if script == "Hani":
        forms = read_han(word, surname=len(word) == 1)
    elif script == "Hang":
        forms = read_letters(word, script)
    else:
        forms = tokens[0].forms
    if not forms:
        return script, ()
    first = forms[0][:1]
    if len(word) == 1 and script not in ("Hani", "Hang"):
        return script, ((BARE, ("!" + first, "?" + first)),)
    return script, _with_initial(heard(forms), first)


def _with_initial(kinds: Keys, first: str) -> Keys:
    return (*kinds, (BARE, ("?" + first,)))


@lru_cache(maxsize=50_000)
def _together(one: tuple[str, ...], other: tuple[str, ...]) -> Keys:
    forms = _joined(tuple(key[1:] for key in one), tuple(key[1:] for key in other))
    return heard(forms, loose=False)


def _joined(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(a + b for a in one[:2] for b in other[:2])


def _best(one: tuple[tuple[int, int], int]) -> tuple[int, int]:
    (start, end), weight = one
    return -weight, end - start
