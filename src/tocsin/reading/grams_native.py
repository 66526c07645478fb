"""Runs of four and shared passages, compiled: the same numbers as `grams`, sooner.

Loading this loads Numba, and the first time ever compiles for some seconds, so that it is left to
`grams_compiled.warm`. What is kept of it is compiled anew when this file changes, not when another
does: functions that call each other stay in one file, and factors as they are.
"""

from array import array
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.reading.grams import FACTORS
from tocsin.reading.grams_compiled import compiled
from tocsin.reading.grams_native_words import Chunks

__all__ = ["Buckets", "Chunks", "doubled", "halved", "sampled", "shared"]

Narrow = NDArray[np.uint32]
Wide = NDArray[np.uint64]
Places = NDArray[np.int64]

_ROOM = 1024
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND, _THIRD, _FOURTH = map(np.uint64, FACTORS)
_HALF, _ONE = np.uint64(32), np.uint64(1)


@compiled("uint64(uint64[::1], int64)")
def _gram(numbers: Wide, at: int) -> np.uint64:
    gram: np.uint64 = numbers[at] * _FIRST + numbers[at + 1] * _SECOND
    gram += numbers[at + 2] * _THIRD + numbers[at + 3] * _FOURTH
    return gram


@compiled("int64(uint64[::1], int64, int64[::1], uint64[::1])")
def _sampled(numbers: Wide, chosen: int, places: Places, runs: Wide) -> int:
    """Fills in the places and numbers of the runs of four that are sampled; how many."""
    count = 0
    for at in range(len(places)):
        gram = _gram(numbers, at)
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


@compiled("void(uint32[::1], uint64[::1], uint32[::1], int64, int64)")
def _chained(heads: Narrow, runs: Wide, after: Narrow, first: int, end: int) -> None:
    mask = np.uint64(len(heads) - 1)
    for at in range(first, end):
        bucket = np.int64(runs[at] & mask)
        after[at] = heads[bucket]
        heads[bucket] = at


class Buckets:
    """As `sources_memory.Buckets`."""

    def __init__(self, size: int) -> None:
        self._heads, self._end = np.zeros(size, np.uint32), 1
        self._runs = np.zeros(_ROOM, np.uint64)
        self._reports, self._after = np.zeros(_ROOM, np.uint32), np.zeros(_ROOM, np.uint32)

    def found(self, sample: Sequence[int]) -> Iterator[tuple[int, int]]:
        """As there."""
        wanted = np.array(sample, np.uint64)
        places, held = _found(self._heads, self._runs, self._reports, self._after, wanted)
        return zip(map(sample.__getitem__, places.tolist()), held.tolist(), strict=True)

    def put(self, report: int, sample: Sequence[int]) -> None:
        """As there."""
        first, self._end = self._end, self._end + len(sample)
        if self._end > len(self._runs):
            # In place, where a larger copy beside would be the most that is ever needed.
            for one in (self._runs, self._reports, self._after):
                one.resize(self._end + self._end // 8, refcheck=False)
        self._runs[first : self._end] = sample
        self._reports[first : self._end] = report
        _chained(self._heads, self._runs, self._after, first, self._end)
        if 2 * self._end > len(self._heads):
            self._heads = np.zeros(4 * len(self._heads), np.uint32)
            _chained(self._heads, self._runs, self._after, 1, self._end)


def sampled(numbers: "array[int]", chosen: int) -> tuple[list[int], list[int]]:
    """As `grams.Grams.sample`."""
    count = max(len(numbers) - 3, 0)
    places, runs = np.empty(count, np.int64), np.empty(count, np.uint64)
    have = _sampled(_seen(numbers), chosen, places, runs)
    return places[:have].tolist(), runs[:have].tolist()


def shared(mine: "array[int]", theirs: "array[int]", least: int) -> list[tuple[int, int, int]]:
    """As `grams.Passages.shared`."""
    runs: list[tuple[int, int, int]] = _shared(_seen(mine), _seen(theirs), least).tolist()
    return runs


def halved(numbers: "array[int]") -> bytes:
    """Numbers below 2**32, 4 bytes each, the lowest first."""
    return _seen(numbers).astype("<u4").tobytes()


def doubled(narrow: bytes) -> "array[int]":
    """What was halved."""
    return array("Q", np.frombuffer(narrow, "<u4").astype(np.uint64).tobytes())


def _seen(numbers: "array[int]") -> Wide:
    return np.frombuffer(numbers, np.uint64)
