"""The index of sources in memory: for files given at once, tests and measurements."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from tocsin.reading.grams import little
from tocsin.reading.grams_compiled import at_hand
from tocsin.reading.sources import Holder

if TYPE_CHECKING:
    from tocsin.reading.grams_native import Buckets as NativeBuckets

_AT_ONCE, _BUCKETS = 64, 100


class MemoryIndex:
    """Holders by run, and 4 bytes a word."""

    def __init__(self, reports: int = 100) -> None:
        """With room for so many; more make it grow, at some cost."""
        native, size = at_hand(), 1 << (_BUCKETS * reports).bit_length()
        self._buckets: Buckets | NativeBuckets = (native.Buckets if native else Buckets)(size)
        self._holders: list[Holder] = []
        self._words: dict[str, bytes] = {}

    def holders(self, sample: Sequence[int]) -> Mapping[int, Sequence[Holder]]:
        holders, held = self._holders, dict[int, list[Holder]]()
        for run, report in self._buckets.found(sample):
            held.setdefault(run, []).append(holders[report])
        return held

    def put(self, holder: Holder, sample: Sequence[int], numbers: "array[int]") -> None:
        """Keep it, for as long as this index lives."""
        self._words[holder.report_id] = _halved(numbers)
        self._buckets.put(len(self._holders), sample)
        self._holders.append(holder)

    def words(self, report_id: str) -> "array[int]":
        """As `put`."""
        return _doubled(self._words[report_id])


class Buckets:
    """Runs in chained buckets of plain arrays: 24 to 48 bytes an entry.

    A dictionary of the same runs takes several times as much.
    """

    def __init__(self, size: int) -> None:
        self._heads = array("I", bytes(4 * size))
        self._runs, self._reports, self._after = array("Q", [0]), array("I", [0]), array("I", [0])

    def found(self, sample: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Each entry whose run is in `sample`: run and report, the newest of a run first."""
        heads, runs, reports, after = self._heads, self._runs, self._reports, self._after
        mask = len(heads) - 1
        for run, first in [(run, at) for run in sample if (at := heads[run & mask])]:
            at = first
            while at:
                if runs[at] == run:
                    yield run, reports[at]
                at = after[at]

    def put(self, report: int, sample: Sequence[int]) -> None:
        """An entry for each run of `sample`."""
        first = len(self._runs)
        self._runs.extend(sample)
        self._reports.extend([report] * len(sample))
        self._chain(first, sample)
        if 2 * len(self._runs) > len(self._heads):
            self._spread()

    def _chain(self, first: int, runs: Sequence[int]) -> None:
        """Put the newest entries, from `first` on, before what is in their buckets."""
        heads, after, mask = self._heads, self._after, len(self._heads) - 1
        buckets = [run & mask for run in runs]
        if len(set(buckets)) == len(buckets):
            after.extend([heads[bucket] for bucket in buckets])
            for at, bucket in enumerate(buckets, first):
                heads[bucket] = at
            return
        for at, bucket in enumerate(buckets, first):
            after.append(heads[bucket])
            heads[bucket] = at

    def _spread(self) -> None:
        """Four times as many buckets."""
        self._heads, self._after = array("I", bytes(16 * len(self._heads))), array("I", [0])
        for first in range(1, len(self._runs), _AT_ONCE):
            self._chain(first, self._runs[first : first + _AT_ONCE])


def _halved(numbers: "array[int]") -> bytes:
    """Numbers below 2**32 in half the space: the four low bytes of each."""
    if native := at_hand():
        halved: bytes = native.halved(numbers)
        return halved
    wide, narrow = little(numbers).tobytes(), bytearray(4 * len(numbers))
    for byte in range(4):
        narrow[byte::4] = wide[byte::8]
    return bytes(narrow)


def _doubled(narrow: bytes) -> "array[int]":
    if native := at_hand():
        doubled: array[int] = native.doubled(narrow)
        return doubled
    wide = bytearray(2 * len(narrow))
    for byte in range(4):
        wide[byte::8] = narrow[byte::4]
    return little(array("Q", bytes(wide)))
