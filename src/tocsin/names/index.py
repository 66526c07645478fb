"""The index of names: whom a name could be, out of a million, within a millisecond.

One file, mapped read-only by as many processes as like. What changes after it was built is logged
behind it, so that every process finds a name as soon as it is received; `compact` writes both as
one. The record of truth lies elsewhere: the index can be built anew at any time, and says when it
must be (`IndexUnusable`). Two answers of one score come in the order of their entries.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Self

import numpy as np

from tocsin.names.forms import Name, read_name
from tocsin.names.index_building import Builder, Texts, compacted, entry_hash
from tocsin.names.index_file import map_file, write_file
from tocsin.names.keys import keys_of, packed
from tocsin.names.lists import Lists
from tocsin.names.native_keys import MAX_KEYS, Ints
from tocsin.names.native_lists import (
    BUDGET,
    MAX_SEEN,
    TABLE,
    add_up,
    find_lists,
    take_best,
    weigh,
)
from tocsin.names.segment import Change, IndexUnusable, Stack, changes

SPARE: Final = 32  # names taken beyond those asked for, as an entry may have several


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry that may be meant, its nearest name, and how near by keys: no probability."""

    entry: str
    name: str
    score: int


def build(path: Path, entries: Iterable[tuple[str, Iterable[Name]]], *, mark: int = 0) -> None:
    """Build the index of all entries anew; each has one identifier and all its names.

    `mark` says how far the record had been read. Raises ValueError for an entry given twice and
    beyond 16 million names.
    """
    builder = Builder()
    for entry, names in entries:
        builder.add(entry, names)
    write_file(path, builder.arrays(), mark)


class Index:
    """An index opened for asking and changing; safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        """Raises IndexUnusable for a file that cannot be used, OSError for none."""
        self._path = path
        self._lock = Lock()
        self._weights = np.zeros(MAX_KEYS, np.int64)
        self._table = np.zeros((TABLE, 4), np.int32)
        self._seen = np.zeros(MAX_SEEN, np.int32)
        self._open()
        try:
            self._refresh()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def __len__(self) -> int:
        """How many names can be found."""
        with self._lock:
            self._refresh()
            return self._living

    @property
    def mark(self) -> int:
        """How far the record had been read when this was last built or changed."""
        with self._lock:
            self._refresh()
            return self._mark

    def search(self, name: Name, count: int = 50) -> tuple[Candidate, ...]:
        """The entries nearest by keys, at most `count`, the nearest first."""
        with self._lock:
            self._refresh()
            best = self._best(name, count + 2 * SPARE)
            best = best[np.lexsort((best[:, 0], -best[:, 1]))]
            found: dict[int | str, tuple[int, int]] = {}
            least = 0
            numbers, scores = best.T.tolist()
            owners = self._owner.take(best[:, 0], mode="clip").tolist()
            for owner, number, score in zip(owners, numbers, scores, strict=True):
                if len(found) >= count and (score < least or len(found) >= count + SPARE):
                    break
                later = number - self._base
                found.setdefault(owner if later < 0 else self._later[later][0], (number, score))
                least = score
            told = [(-score, self._entry(owner), n) for owner, (n, score) in found.items()]
            told.sort()
            return tuple(
                Candidate(entry=e, name=self._name(n), score=-s) for s, e, n in told[:count]
            )

    def put(self, entry: str, names: Sequence[str], *, mark: int = 0) -> None:
        """Add an entry, or give it other names. Raises ValueError for none or far too many."""
        if not names:
            raise ValueError("an entry has a name")
        self.apply((Change(entry=entry, names=tuple(names), mark=mark),))

    def remove(self, entry: str, *, mark: int = 0) -> None:
        """Remove an entry; it may be gone already."""
        self.apply((Change(entry=entry, names=(), mark=mark),))

    def apply(self, made: Sequence[Change]) -> None:
        """Many changes, in their order; they are on the disk when this returns."""
        record = b"".join(change.record() for change in made)
        with self._lock, self._alone():
            os.pwrite(self._file.fileno(), record, self._read)
            os.fsync(self._file.fileno())
            self._learn(made)
            self._read += len(record)

    def compact(self) -> None:
        """Write what was built and what was logged as one file. Others wait, and then use it."""
        with self._lock, self._alone():
            living = self._dead[: self._size] == 0
            arrays = compacted(self._arrays, self._added, self._told, living)
            write_file(self._path, arrays, self._mark)
        with self._lock:
            self._refresh()

    def _open(self) -> None:
        file = self._path.open("r+b")
        try:
            mapped = map_file(file)
        except BaseException:
            file.close()
            raise
        self._file, self._read = file, mapped.log
        self._arrays, self._mark = mapped.arrays, mapped.mark
        self._lists = Lists(*(mapped.arrays[name] for name in Lists._fields))
        self._entries = Texts(mapped.arrays["entry_at"], mapped.arrays["entry_text"])
        self._texts = Texts(mapped.arrays["name_at"], mapped.arrays["name_text"])
        self._base = self._living = self._size = len(self._texts)
        # Of each name its entry: one place to look, where a search in `firsts` has twenty. The
        # last place stands for all names that were added later.
        counts = np.append(np.diff(mapped.arrays["firsts"]), 1)
        self._owner = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        self._dead = np.zeros(self._base + 64, np.int8)
        self._added, self._gone = Stack(), Stack()
        self._later: list[tuple[str, str]] = []  # entry and name of each name added
        self._numbers: dict[str, list[int]] = {}
        self._spans = [np.zeros((MAX_KEYS, 2), np.int64)]

    def _refresh(self) -> None:
        """Take in what other processes wrote."""
        here = os.fstat(self._file.fileno())
        if not self._is_there(here):
            replaced = self._file
            self._open()
            replaced.close()
            self._refresh()
        elif here.st_size != self._read:
            fcntl.flock(self._file, fcntl.LOCK_SH)  # never half of what is being written
            try:
                self._take_in()
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _is_there(self, file: os.stat_result) -> bool:
        there = self._path.stat()
        return (there.st_dev, there.st_ino) == (file.st_dev, file.st_ino)

    def _take_in(self) -> None:
        size = os.fstat(self._file.fileno()).st_size
        if size < self._read:
            raise IndexUnusable("it is cut short")
        log = os.pread(self._file.fileno(), size - self._read, self._read)
        self._learn(list(changes(log)))  # all of it or nothing
        self._read = size

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the file that is there now against other writers, all of it taken in."""
        while True:
            self._refresh()
            fcntl.flock(self._file, fcntl.LOCK_EX)
            if self._is_there(os.fstat(self._file.fileno())):
                break
            fcntl.flock(self._file, fcntl.LOCK_UN)
        try:
            self._take_in()
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _learn(self, made: Iterable[Change]) -> None:
        added: list[Name] = []
        gone: list[Name] = []
        for change in made:
            for number in self._numbers_of(change.entry):
                self._dead[number] = 1
                gone.append(read_name(self._told(number)[1]))
            first = self._base + len(self._later)
            self._later += ((change.entry, name) for name in change.names)
            self._numbers[change.entry] = list(range(first, self._base + len(self._later)))
            added += map(read_name, change.names)
            self._mark = change.mark
            self._size = self._base + len(self._later)
            if self._size > len(self._dead):
                self._dead = np.append(self._dead, np.zeros(self._size, np.int8))
        self._added.add(added)
        self._gone.add(gone)
        self._living += len(added) - len(gone)

    def _numbers_of(self, entry: str) -> Sequence[int]:
        """The names that an entry has now."""
        if (known := self._numbers.get(entry)) is not None:
            return known
        hashes, wanted = self._arrays["hashes"], entry_hash(entry)
        place = int(np.searchsorted(hashes, wanted))
        while place < len(hashes) and int(hashes[place]) == wanted:
            number = int(self._arrays["order"][place])
            if self._entries[number] == entry:
                firsts = self._arrays["firsts"]
                return range(int(firsts[number]), int(firsts[number + 1]))
            place += 1
        return ()

    def _told(self, number: int) -> tuple[str, str]:
        """Entry and name under a number."""
        if number >= self._base:
            return self._later[number - self._base]
        return self._entries[int(self._owner[number])], self._texts[number]

    def _entry(self, owner: int | str) -> str:
        return owner if isinstance(owner, str) else self._entries[owner]

    def _name(self, number: int) -> str:
        later = number - self._base
        return self._texts[number] if later < 0 else self._later[later][1]

    def _best(self, name: Name, count: int) -> Ints:
        """Numbers of the nearest names and how near each is."""
        made = keys_of(packed((name,)))
        lengths = np.zeros(len(made), np.int64)
        runs = [(self._lists, 0)]
        runs += [(run.lists, self._base + run.first) for run in self._added.runs]
        while len(self._spans) <= len(runs):
            self._spans.append(np.zeros((MAX_KEYS, 2), np.int64))
        for run in self._gone.runs:
            find_lists(made, *run.lists[:3], -1, self._spans[-1], lengths)
        for (lists, _), spans in zip(runs, self._spans, strict=False):
            find_lists(made, *lists[:3], 1, spans, lengths)
        weigh(made, lengths, self._living, BUDGET, self._weights)
        found = 0
        for (lists, first), spans in zip(runs, self._spans, strict=False):
            found = add_up(
                made, self._weights, spans, lists.rows, first, self._dead, self._table,
                self._seen, found,
            )  # fmt: skip
        best = np.zeros((count, 2), np.int64)
        return best[: take_best(self._table, self._seen, found, best)]
