"""Words, runs of four and shared passages, compiled: the same numbers as `grams`, sooner.

Loading this loads Numba, and the first time ever compiles for some seconds, so that it is left to
`grams_compiled.warm`. All here is arithmetic on numbers without sign: one with a sign among them
would make Numba go on in floating point.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.reading.grams import FACTORS
from tocsin.reading.grams_compiled import compiled

Bytes = NDArray[np.uint8]
Narrow = NDArray[np.uint32]
Wide = NDArray[np.uint64]
Places = NDArray[np.int64]

# A chunk between blanks has a line of its own in a table: eight numbers, which is what a processor
# fetches at once. Five are its bytes, then its size, what is to be known of it, and its words.
_LINE, _KEY, _TOLD, _WORDS = 8, 5, 5, 6
LONGEST, MOST_WORDS = 8 * _KEY, 4
_LINES, _TRIED = 1 << 17, 16
_AT_ONCE = 4096
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND, _THIRD, _FOURTH = map(np.uint64, FACTORS)
_BYTE, _HALF, _LOW, _ONE = np.uint64(8), np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(1)


@compiled("boolean(uint8)")
def _blank(byte: int) -> bool:
    return byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31


@compiled("uint64(Array(uint8, 1, 'C', readonly=True), int64, int64, uint64[::1])")
def _mixed(text: Bytes, start: int, end: int, key: Wide) -> np.uint64:
    """Fills `key` with the bytes of a chunk and gives a number that depends on all of them."""
    mixed = np.uint64(end - start)
    for place in range((end - start + 7) >> 3):
        part = np.uint64(0)
        first = start + 8 * place
        for at in range(min(end, first + 8) - 1, first - 1, -1):
            part = (part << _BYTE) | np.uint64(text[at])
        key[place] = part
        mixed = (mixed ^ part) * _MIXER
        mixed ^= mixed >> _HALF
    return mixed


@compiled("int64(uint64[::1], uint64[::1], uint64, int64)")
def _line(table: Wide, key: Wide, mixed: np.uint64, size: int) -> int:
    """Where the chunk's line begins; -1 where it has none."""
    mask = np.uint64(len(table) // _LINE - 1)
    for tried in range(_TRIED):
        line = int(np.int64((mixed + np.uint64(tried)) & mask)) * _LINE
        told = np.int64(table[line + _TOLD])
        if told & 0xFF == size:
            same = True
            for place in range((size + 7) >> 3):
                same &= table[line + place] == key[place]
            if same:
                return line
        elif told == 0:
            return -1
    return -1


@compiled(
    "Tuple((int64, int64, int64, boolean))"
    "(Array(uint8, 1, 'C', readonly=True), int64, uint64[::1], uint64[::1])",
    # Who comes between would find a line half written.
    nogil=False,
)
def _scan(text: Bytes, at: int, table: Wide, out: Wide) -> tuple[int, int, int, bool]:
    """The words of known chunks from `at` on into `out`, until it is full or one is not known.

    How far it came, how many words, where the chunk that is not known begins (as far as it came
    where all are), and whether any is a telling one.
    """
    key, size, have, telling = np.empty(_KEY, np.uint64), len(text), 0, False
    while have + MOST_WORDS <= len(out):
        while at < size and _blank(text[at]):
            at += 1
        start = at
        while at < size and not _blank(text[at]):
            at += 1
        if at == start:
            break
        if at - start > LONGEST:
            return at, have, start, telling
        line = _line(table, key, _mixed(text, start, at, key), at - start)
        if line < 0:
            return at, have, start, telling
        told = np.int64(table[line + _TOLD])
        telling |= told >> 16 != 0
        for place in range((told >> 8) & 0xFF):
            pair = table[line + _WORDS + (place >> 1)]
            out[have] = pair >> _HALF if place & 1 else pair & _LOW
            have += 1
    return at, have, at, telling


@compiled(
    "void(Array(uint8, 1, 'C', readonly=True), int64, int64, uint64[::1],"
    " Array(uint64, 1, 'C', readonly=True), boolean)",
    nogil=False,
)
def _keep(text: Bytes, start: int, end: int, table: Wide, words: Wide, telling: bool) -> None:
    """Give a chunk a line: a free one where there is one, else the first it may have."""
    key = np.zeros(_KEY, np.uint64)
    mixed = _mixed(text, start, end, key)
    mask = np.uint64(len(table) // _LINE - 1)
    line = np.int64(mixed & mask) * _LINE
    for tried in range(_TRIED):
        other = np.int64((mixed + np.uint64(tried)) & mask) * _LINE
        if table[other + _TOLD] == 0:
            line = other
            break
    for place in range(_KEY):
        table[line + place] = key[place]
    told = end - start + (len(words) << 8) + (np.int64(telling) << 16)
    table[line + _TOLD] = np.uint64(told)
    table[line + _WORDS] = table[line + _WORDS + 1] = np.uint64(0)
    for place in range(len(words)):
        shift = _HALF if place & 1 else np.uint64(0)
        table[line + _WORDS + (place >> 1)] |= words[place] << shift


@compiled("uint64(uint64[::1], int64)")
def _gram(numbers: Wide, at: int) -> np.uint64:
    gram: np.uint64 = numbers[at] * _FIRST + numbers[at + 1] * _SECOND
    gram += numbers[at + 2] * _THIRD + numbers[at + 3] * _FOURTH
    return gram


@compiled("int64(uint64[::1], int64, uint64[::1], int64[::1], uint64[::1])")
def _sampled(numbers: Wide, chosen: int, every: Wide, places: Places, runs: Wide) -> int:
    """Fills in all runs of four, and the places and numbers of those sampled; how many."""
    count = 0
    for at in range(len(every)):
        every[at] = gram = _gram(numbers, at)
        if np.int64((gram >> _HALF) & np.uint64(0xFF)) < chosen:
            places[count], runs[count] = at, gram >> _ONE
            count += 1
    return count


@compiled("int64[:, ::1](uint64[::1], uint64[::1], int64)")
def _shared(mine: Wide, theirs: Wide, least: int) -> Places:
    """As `Passages.shared`: a line of place, other place and size for each run."""
    ours, others = max(len(mine) - 3, 0), max(len(theirs) - 3, 0)
    bits = 4
    while 1 << bits < 2 * ours:
        bits += 1
    # Of equal runs the first stands for all; `first` is where the other report has it.
    slots, first = np.full(1 << bits, -1, np.int32), np.full(ours, -1, np.int32)
    grams, stands = np.empty(ours, np.uint64), np.empty(ours, np.int32)
    mask, shift = (1 << bits) - 1, np.uint64(64 - bits)
    for at in range(ours):
        grams[at] = gram = _gram(mine, at)
        slot = np.int64((gram * _MIXER) >> shift)
        while slots[slot] >= 0 and grams[slots[slot]] != gram:
            slot = (slot + 1) & mask
        if slots[slot] < 0:
            slots[slot] = at
        stands[at] = slots[slot]
    common = 0
    for place in range(others):
        gram = _gram(theirs, place)
        slot = np.int64((gram * _MIXER) >> shift)
        while slots[slot] >= 0 and grams[slots[slot]] != gram:
            slot = (slot + 1) & mask
        if slots[slot] >= 0 and first[slots[slot]] < 0:
            first[slots[slot]] = place
            common += 1
    found, count, free = np.empty((ours // 4 + 1, 3), np.int64), 0, 0
    if common < least:
        return found[:0]
    for at in range(ours):
        place = int(first[stands[at]])
        if at >= free and place >= 0:
            size, limit = 4, min(len(mine) - at, len(theirs) - place)
            while size < limit and mine[at + size] == theirs[place + size]:
                size += 1
            found[count, 0], found[count, 1], found[count, 2] = at, place, size
            free = at + size
            count += 1
    return found[:count]


@compiled(
    "Tuple((int64[::1], int64[::1]))"
    "(uint32[::1], uint64[::1], uint32[::1], uint32[::1], uint64[::1])"
)
def _found(
    heads: Narrow, runs: Wide, reports: Narrow, after: Narrow, sample: Wide
) -> tuple[Places, Places]:
    """Each entry of the chained buckets that is in `sample`: its place there, and its report."""
    mask, count = np.uint64(len(heads) - 1), 0
    for run in sample:
        at = heads[np.int64(run & mask)]
        while at:
            count += runs[at] == run
            at = after[at]
    places, held = np.empty(count, np.int64), np.empty(count, np.int64)
    count = 0
    for place in range(len(sample)):
        run = sample[place]
        at = heads[np.int64(run & mask)]
        while at:
            if runs[at] == run:
                places[count], held[count] = place, reports[at]
                count += 1
            at = after[at]
    return places, held


@compiled("void(uint32[::1], uint64[::1], uint32[::1], int64)")
def _chain(heads: Narrow, runs: Wide, after: Narrow, first: int) -> None:
    """Put the entries from `first` on before what is in their buckets."""
    mask = np.uint64(len(heads) - 1)
    for at in range(first, len(after)):
        bucket = np.int64(runs[at] & mask)
        after[at] = heads[bucket]
        heads[bucket] = at


class Chunks:
    """The words of a text by the chunks between its blanks, most of which were met before.

    `packed` gives the word numbers of one that was not, 8 bytes each; `telling` are those that
    boilerplate and links have. May be shared by threads.
    """

    def __init__(self, packed: Callable[[str], bytes], telling: frozenset[str]) -> None:
        self._packed, self._telling = packed, telling
        room = np.zeros((_LINES + 1) * _LINE, np.uint64)
        begin = -room.ctypes.data // 8 % _LINE
        self._table = room[begin : begin + _LINES * _LINE]

    def read(self, text: str) -> tuple["array[int]", bool]:
        """The word numbers, and whether a telling chunk is among those of `text`."""
        blank = text if text.isascii() else " ".join(text.split())
        data = blank.encode("utf-8", "surrogatepass")
        view = np.frombuffer(data, np.uint8)
        out = np.empty(min(len(data) // 2, _AT_ONCE) + MOST_WORDS, np.uint64)
        numbers, at, telling = array("Q"), 0, False
        while at < len(data):
            at, have, start, told = _scan(view, at, self._table, out)
            numbers.frombytes(out[:have].tobytes())
            telling |= told
            if start < at:
                chunk = data[start:at].decode("utf-8", "surrogatepass")
                packed, told = self._packed(chunk), chunk in self._telling
                numbers.frombytes(packed)
                telling |= told
                if at - start <= LONGEST and len(packed) <= 8 * MOST_WORDS:
                    words = np.frombuffer(packed, np.uint64)
                    _keep(view, start, at, self._table, words, told)
        return numbers, telling


def sampled(numbers: "array[int]", chosen: int) -> tuple["array[int]", list[int], list[int]]:
    """Every run of four, and the places and numbers of those in the table."""
    count = max(len(numbers) - 3, 0)
    every = array("Q", bytes(8 * count))
    places, runs = np.empty(count, np.int64), np.empty(count, np.uint64)
    have = _sampled(_seen(numbers), chosen, _seen(every), places, runs)
    return every, places[:have].tolist(), runs[:have].tolist()


def shared(mine: "array[int]", theirs: "array[int]", least: int) -> list[tuple[int, int, int]]:
    """As `grams.Passages.shared`."""
    runs: list[tuple[int, int, int]] = _shared(_seen(mine), _seen(theirs), least).tolist()
    return runs


def found(
    heads: "array[int]",
    runs: "array[int]",
    reports: "array[int]",
    after: "array[int]",
    sample: Sequence[int],
) -> Iterator[tuple[int, int]]:
    """Each entry of the chained buckets whose run is in `sample`: run and report."""
    wanted = np.array(sample, np.uint64)
    places, held = _found(_narrow(heads), _seen(runs), _narrow(reports), _narrow(after), wanted)
    return zip(map(sample.__getitem__, places.tolist()), held.tolist(), strict=True)


def chain(heads: "array[int]", runs: "array[int]", after: "array[int]", first: int) -> None:
    """Put the entries from `first` on before what is in their buckets."""
    _chain(_narrow(heads), _seen(runs), _narrow(after), first)


def halved(numbers: "array[int]") -> bytes:
    """Numbers below 2**32, 4 bytes each, the lowest first."""
    return _seen(numbers).astype("<u4").tobytes()


def doubled(narrow: bytes) -> "array[int]":
    """What was halved."""
    return array("Q", np.frombuffer(narrow, "<u4").astype(np.uint64).tobytes())


def _seen(numbers: "array[int]") -> Wide:
    return np.frombuffer(numbers, np.uint64)


def _narrow(numbers: "array[int]") -> Narrow:
    return np.frombuffer(numbers, np.uint32)
