"""Where in running text a known name may stand, in any script; what is found, the matcher judges.

Names are known by the keys of their parts (`sounds`). A window is a run of words, or of signs where
words are not parted, over which two parts of a name stand, or the one part that it has.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.names.forms import Name
from tocsin.names.sounds import ALONE, COARSE, ENOUGH, EXACT, Keys, heard, is_sound
from tocsin.names.units import LONGEST_RUN, Laid, Unit, joined, laid

Ints = NDArray[np.int64]

MOST_OF_ONE: Final = 12
"""Different windows for one name that the matcher is asked about, the best."""
MOST_REPEATED: Final = 4  # places where the same words are told of
BESIDE: Final = 80  # characters before and behind a part by which a place is told from another
CHUNK: Final = 4_000  # units looked at together
MOST_PARTS: Final = 12
MOST_HELD: Final = 2_000_000  # parts in answers that are kept for the next text
_BASE: Final = 0x9E3779B97F4A7C15  # odd, so that its powers can be divided by
_NOTHING: Final = np.zeros((0, 4), np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """text[start:end] may be a known name; `weight` says how much speaks for asking."""

    known: int
    start: int
    end: int
    weight: int


class Like(NamedTuple):
    """Parts that share a key with what was asked, and how much that says of each."""

    parts: Ints
    weights: Ints


@dataclass(slots=True)
class Held:
    """What is known as arrays: of each of `count` parts its name and which part of it; of each name
    whether it has one part, and all its parts. `liked`: what was found by keys."""

    count: int
    owner: Ints
    mask: Ints
    single: NDArray[np.bool_]
    full: Ints
    liked: dict[Keys, Like] = field(default_factory=dict)
    room: int = MOST_HELD


class Known:
    """Names that are looked for. Names are added while others look; none is taken away but by
    whoever asks, who knows which are dead."""

    def __init__(self) -> None:
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        self._owner: list[int] = []
        self._mask: list[int] = []
        self._single: list[bool] = []
        self._full: list[int] = []
        self._begins: set[str] = set()
        self._held: Held | None = None

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
                kinds = heard(joined(one.forms, other.forms), loose=False)
                self._add(number, 3 << place, [key for _, some in kinds for key in some])
        return number

    def _add(self, number: int, mask: int, keys: Sequence[str]) -> None:
        part = len(self._owner)
        self._mask.append(mask)
        self._owner.append(number)
        for key in keys:
            self._places[key].append(part)
            if key[0] == "=":
                self._begins.update(key[1:end] for end in range(3, len(key)))

    def windows(self, text: str, most_signs: int = 100_000) -> list[Window]:
        """`spans`, told one by one."""
        return [
            Window(known=known, start=start, end=end, weight=weight)
            for known, start, end, weight in self.spans(text, most_signs).tolist()
        ]

    def spans(self, text: str, most_signs: int = 100_000) -> Ints:
        """Where each name may stand (rows of name, start, end, weight), the likeliest first: at
        most MOST_OF_ONE different wordings of each, and MOST_REPEATED places of each wording.

        Of scripts that part no words only the first `most_signs` signs are looked at.
        """
        held = self._now()
        if not held.count:
            return _NOTHING
        made = laid(text, most_signs, lambda forms: any(one in self._begins for one in forms))
        known: dict[int, Like] = {}
        units = [one for one in made.units if len(self._like(one.keys, known, held).parts)]
        if len(units) > CHUNK:
            units = _fresh(units, text)
        found = []
        for at in range(0, len(units), CHUNK):
            some = units[max(0, at - 8 * LONGEST_RUN) : at + CHUNK]
            found += list(_look(some, made, [known[id(one.keys)] for one in some], held))
            if sum(map(len, found)) > 50 * CHUNK:
                found = [_fewest(np.concatenate(found), text)]
        return _fewest(np.concatenate(found), text) if found else _NOTHING

    def like(self, name: Name, most: int) -> list[int]:
        """The names that share most with a name by itself, as it stands in a list."""
        held = self._now()
        tokens = [one for one in name.tokens if one.kind not in ("particle", "title")]
        tokens = tokens or list(name.tokens)
        spoken = [one.forms for one in tokens]
        spoken += [joined(one.forms, other.forms) for one, other in pairwise(tokens)]
        liked = [self._liked(heard(forms), held) for forms in spoken]
        if not any(len(one.parts) for one in liked):
            return []
        best = np.zeros(held.count, np.int8)
        for one in liked:
            best[one.parts] = np.maximum(best[one.parts], one.weights)
        parts = np.flatnonzero(best)
        whole = np.bincount(held.owner[parts], best[parts])
        enough = np.flatnonzero(whole >= COARSE)
        ranked = enough[np.argsort(-whole[enough], kind="stable")]
        return [int(one) for one in ranked[:most]]

    def _now(self) -> Held:
        """What was known a moment ago: whoever adds goes on adding behind it."""
        held, count = self._held, len(self._owner)
        if held is None or held.count != count:
            held = self._held = Held(
                count,
                np.array(self._owner[:count], np.int64),
                np.array(self._mask[:count], np.int64),
                np.array(self._single, np.bool_),
                np.array(self._full, np.int64),
            )
        return held

    def _like(self, keys: Keys, known: dict[int, Like], held: Held) -> Like:
        """As `_liked`, for one text, which holds its keys as long as it is looked through."""
        found = known.get(id(keys))
        if found is None:
            found = known[id(keys)] = self._liked(keys, held)
        return found

    def _liked(self, keys: Keys, held: Held) -> Like:
        """The parts that share a key, and how much that says."""
        liked = held.liked.get(keys)
        if liked is None:
            found: dict[int, int] = {}
            for strength, some in reversed(keys):
                for key in some:
                    if here := self._places.get(key):
                        found.update(dict.fromkeys(here, strength))
            parts = np.fromiter(found, np.int64, len(found))
            weights = np.fromiter(found.values(), np.int64, len(found))
            there = parts < held.count  # others may have been added since
            liked = Like(parts[there], weights[there])
            held.room -= len(found) + 10
            if held.room < 0:
                held.liked, held.room = {}, MOST_HELD
            held.liked[keys] = liked
        return liked


def _look(units: Sequence[Unit], made: Laid, liked: Sequence[Like], held: Held) -> Iterator[Ints]:
    """Where names may stand in these units: rows of name, start, end, weight."""
    bounds = np.array([one[:5] for one in units], np.int64)
    rank = np.argsort(bounds[:, 0], kind="stable")
    place = np.empty_like(rank)
    place[rank] = np.arange(len(rank))
    parts = np.concatenate([one.parts for one in liked])
    weight = np.concatenate([one.weights for one in liked])
    unit = np.repeat(np.arange(len(units)), [len(one.parts) for one in liked])
    order = np.argsort(held.owner[parts] * len(units) + place[unit], kind="stable")
    parts, weight, unit = parts[order], weight[order], unit[order]
    owner, mask = held.owner[parts], held.mask[parts]
    first, last, _, _, run = bounds[unit].T
    single, full = held.single[owner], held.full[owner]
    both = (mask & (mask - 1)) > 0
    rows = np.flatnonzero(
        (weight >= ALONE) | (single & (weight >= COARSE)) | (both & (weight >= EXACT))
    )
    alone = np.array([made.stands_alone(one) for one in units])
    rows = rows[single[rows] | both[rows] | alone[unit[rows]]]
    wide = both[rows] & (mask[rows] != full[rows])
    said = weight[rows] + ENOUGH * both[rows]
    yield _spanned(made, units, owner[rows], unit[rows], unit[rows], wide, said)
    for step in range(1, 5):
        a, b = slice(None, -step), slice(step, None)
        near = (owner[a] == owner[b]) & (first[b] > last[a]) & (run[a] == run[b])
        near &= ((mask[a] & mask[b]) == 0) & (weight[a] + weight[b] >= ENOUGH)
        rows = np.flatnonzero(near)
        said = weight[rows] + weight[rows + step]
        held_together = made.hold_together(bounds, unit[rows], unit[rows + step], said)
        rows, said = rows[held_together], said[held_together]
        wide = full[rows] != mask[rows] | mask[rows + step]
        yield _spanned(made, units, owner[rows], unit[rows], unit[rows + step], wide, said)


def _spanned(
    made: Laid,
    units: Sequence[Unit],
    owner: Ints,
    one: Ints,
    other: Ints,
    wide: NDArray[np.bool_],
    weight: Ints,
) -> Ints:
    """Rows of name, start, end, weight, from one unit to the other, widened where it is `wide`."""
    if not len(owner):
        return _NOTHING
    pairs, which = np.unique((one * len(units) + other) * 2 + wide, return_inverse=True)
    spans = []
    for pair in pairs.tolist():
        a, b = (units[at] for at in divmod(pair // 2, len(units)))
        spans.append(made.widened(a, b) if pair % 2 else (a.start, b.end))
    told = np.array(spans, np.int64)[which.reshape(-1)]
    return np.stack([owner, told[:, 0], told[:, 1], weight], axis=1)


def _fresh(units: Sequence[Unit], text: str) -> list[Unit]:
    """All but those of which as much stands before that is the same, with all that is beside it."""
    bounds = np.array([one[2:4] for one in units], np.int64)
    start, end = np.maximum(bounds[:, 0] - BESIDE, 0), np.minimum(bounds[:, 1] + BESIDE, len(text))
    _, which = np.unique(
        _mixed(bounds[:, 1] - bounds[:, 0], _worded(text, start, end)), return_inverse=True
    )
    order = np.argsort(which, kind="stable")
    before = np.empty(len(units), np.int64)
    before[order] = _counted(which[order])
    return [units[at] for at in np.flatnonzero(before < 2 * MOST_REPEATED).tolist()]


def _fewest(found: Ints, text: str) -> Ints:
    """Of each name the best windows that are worded differently, and of each the first places."""
    owner, start, end, weight = found.T
    found = found[np.lexsort((start, end - start, -weight, owner))]
    found = found[_firsts(_mixed(*found.T[:3]))]
    owner, start, end, weight = found.T
    said = _mixed(owner, _worded(text, start, end))
    _, first, which = np.unique(said, return_index=True, return_inverse=True)
    fresh = np.sort(first)  # the best window of each wording
    of_one, repeated = np.zeros((2, len(found)), np.int64)
    of_one[fresh] = _counted(owner[fresh])
    order = np.argsort(which, kind="stable")
    repeated[order] = _counted(which[order])
    return found[(of_one[first][which] < MOST_OF_ONE) & (repeated < MOST_REPEATED)]


def _mixed(*columns: Ints) -> Ints:
    """One number for the numbers of each row."""
    made = np.zeros(len(columns[0]), np.uint64)
    for one in columns:
        made = (made ^ one.astype(np.uint64)) * np.uint64(_BASE)
        made ^= made >> np.uint64(29)
    return made.view(np.int64)


def _firsts(rows: Ints) -> Ints:
    """Where each different one stands first, in their order."""
    return np.sort(np.unique(rows, return_index=True)[1])


def _counted(grouped: Ints) -> Ints:
    """Of each how many of the same stand before it; the same stand together."""
    begins = np.flatnonzero(np.append(True, grouped[1:] != grouped[:-1]))
    sizes = np.diff(np.append(begins, len(grouped)))
    return np.arange(len(grouped)) - np.repeat(begins, sizes)


def _worded(text: str, start: Ints, end: Ints) -> Ints:
    """A number for the words of each span: the same for the same words."""
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    powers = np.full(len(letters) + 1, _BASE, np.uint64)
    powers[0] = 1
    powers = np.cumprod(powers)
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.cumsum(letters * powers[:-1], out=sums[1:])
    undone = np.full(len(letters) + 1, pow(_BASE, -1, 1 << 64), np.uint64)
    undone[0] = 1
    return ((sums[end] - sums[start]) * np.cumprod(undone)[start]).view(np.int64)


def sounds_in(text: str, most_signs: int) -> frozenset[str]:
    """How everything sounds that may be a part of a name."""
    kinds = (keys for one in laid(text, most_signs).units for _, keys in one.keys)
    return frozenset(key for keys in kinds for key in keys if is_sound(key))
