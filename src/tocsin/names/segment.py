"""What an index learnt after it was built: names added and removed, and the log they are kept in.

The log stands behind the built part in the same file: records of a length, a checksum and a line of
JSON. Nothing here is the record of truth; whatever is wrong with it, the index is built anew.
"""

import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tocsin.names.forms import Name
from tocsin.names.keys import packed, sorted_keys
from tocsin.names.lists import Lists, listed
from tocsin.names.native_keys import Ints

HEAD: Final = struct.Struct("<II")
LONGEST_RECORD: Final = 1 << 20  # bytes


class IndexUnusable(Exception):
    """The file of an index cannot be used; it says why. Build the index anew from the record."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The index of names was not used: {why}. Build it anew.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An entry and all its names now (none: it is removed). `mark`: how far the record was read."""

    entry: str
    names: tuple[str, ...]
    mark: int

    def record(self) -> bytes:
        """Raises ValueError for a change too long to keep."""
        told = json.dumps([self.entry, self.names, self.mark]).encode("ascii")
        if len(told) > LONGEST_RECORD:
            raise ValueError("too many names for one entry")
        return HEAD.pack(len(told), zlib.crc32(told)) + told


def changes(log: bytes) -> Iterator[Change]:
    """The changes in a whole log. Raises IndexUnusable where it is torn or altered."""
    place = 0
    while place < len(log):
        if place + HEAD.size > len(log):
            raise IndexUnusable("its last record is torn")
        length, checksum = HEAD.unpack_from(log, place)
        place += HEAD.size
        told = log[place : place + length]
        if len(told) < length:
            raise IndexUnusable("its last record is torn")
        if zlib.crc32(told) != checksum:
            raise IndexUnusable("a record is not as it was written")
        place += length
        yield _change(told)


def _change(told: bytes) -> Change:
    try:
        entry, names, mark = json.loads(told)
    except ValueError as wrong:
        raise IndexUnusable("a record cannot be read") from wrong
    if not (isinstance(entry, str) and isinstance(names, list) and isinstance(mark, int)):
        raise IndexUnusable("a record cannot be read")
    return Change(entry=entry, names=tuple(map(str, names)), mark=mark)


@dataclass(frozen=True, slots=True)
class Run:
    """Some names and their lists; the first of them is number `first` of the stack."""

    first: int
    count: int
    keys: Ints
    lists: Lists


class Stack:
    """Names in runs, each more than twice as long as the next, so that adding one stays cheap."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.size = 0

    def add(self, names: Sequence[Name]) -> None:
        """More names, numbered on from `size`."""
        if not names:
            return
        first, count, keys = self.size, len(names), sorted_keys(packed(names))
        self.size += count
        while self.runs and self.runs[-1].count <= 2 * count:
            before = self.runs.pop()
            keys = np.concatenate([before.keys, keys + before.count])
            first, count = before.first, count + before.count
        keys.sort()
        self.runs.append(Run(first, count, keys, listed(keys)))
