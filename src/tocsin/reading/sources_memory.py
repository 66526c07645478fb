"""The index of sources in memory: for files given at once, tests and measurements."""

from array import array
from collections.abc import Mapping, Sequence

from tocsin.reading.grams import little
from tocsin.reading.grams_compiled import at_hand
from tocsin.reading.sources import Holder

_AT_ONCE, _BUCKETS = 64, 100


class MemoryIndex:
    """Runs in chained buckets of plain arrays: 24 to 48 bytes an entry; 4 bytes a word.

    A dictionary of the same runs takes several times as much.
    """

    def __init__(self, reports: int = 100) -> None:
        """With room for so many; more make it grow, at some cost."""
        self._heads = array("I", bytes(4 << (_BUCKETS * reports).bit_length()))
        self._runs, self._reports, self._after = array("Q", [0]), array("I", [0]), array("I", [0])
        self._holders: list[Holder] = []
        self._words: dict[str, bytes] = {}

    def holders(self, sample: Sequence[int]) -> Mapping[int, Sequence[Holder]]:
        if native := at_hand():
            found: dict[int, list[Holder]] = {}
            entries = native.found(self._heads, self._runs, self._reports, self._after, sample)
            for run, report in entries:
                found.setdefault(run, []).append(self._holders[report])
            return found
        heads, runs, reports, after = self._heads, self._runs, self._reports, self._after
        mask = len(heads) - 1
        found = {}
        for run, first in [(run, at) for run in sample if (at := heads[run & mask])]:
            at = first
            while at:  # the newest first
                if runs[at] == run:
                    found.setdefault(run, []).append(self._holders[reports[at]])
                at = after[at]
        return found

    def put(self, holder: Holder, sample: Sequence[int], numbers: "array[int]") -> None:
        """Keep it, for as long as this index lives."""
        self._words[holder.report_id] = _halved(numbers)
        number = len(self._holders)
        self._holders.append(holder)
        first = len(self._runs)
        self._runs.extend(sample)
        self._reports.extend([number] * len(sample))
        self._chain(first, len(self._runs))
        if 2 * len(self._runs) > len(self._heads):
            self._spread()

    def words(self, report_id: str) -> "array[int]":
        """As `put`."""
        return _doubled(self._words[report_id])

    def _chain(self, first: int, end: int) -> None:
        """Put these entries, the newest, before what is in their buckets."""
        heads, after = self._heads, self._after
        if native := at_hand():
            after.frombytes(bytes(4 * (end - first)))
            native.chain(heads, self._runs, after, first)
            return
        mask = len(heads) - 1
        buckets = [run & mask for run in self._runs[first:end]]
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
            self._chain(first, min(first + _AT_ONCE, len(self._runs)))


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
