"""The arrays of an index, from entries or from an index and what was added to it."""

from array import array
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tocsin.names.forms import Name
from tocsin.names.index_file import Arrays
from tocsin.names.keys import Packer, sorted_keys
from tocsin.names.lists import Lists, listed
from tocsin.names.native_keys import ROW_BITS, Ints
from tocsin.names.native_lists import expand_lists
from tocsin.names.segment import Stack

MOST_NAMES: Final = 1 << ROW_BITS


class Texts:
    """Many strings: the bytes of number n from at[n] to before at[n + 1]."""

    def __init__(self, at: NDArray[np.int64], text: NDArray[np.uint8]) -> None:
        self.at, self.text = at, text
        # Views of the buffers answer for one number much sooner than arrays do.
        self._at, self._held = memoryview(at.data), memoryview(text.data)

    def __len__(self) -> int:
        return len(self.at) - 1

    def __getitem__(self, number: int) -> str:
        return str(self._held[self._at[number] : self._at[number + 1]], "utf-8", "surrogatepass")


class TextsMaking:
    """Strings gathered one after the other."""

    def __init__(self) -> None:
        self._at, self._text = array("q", [0]), bytearray()

    def add(self, text: str) -> None:
        self._text += text.encode("utf-8", "surrogatepass")
        self._at.append(len(self._text))

    def made(self) -> Texts:
        return Texts(np.array(self._at, np.int64), np.frombuffer(bytes(self._text), np.uint8))


def entry_hash(entry: str) -> int:
    """63 bits by which an entry is found by its identifier."""
    told = blake2b(entry.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(told) >> 1


class Register:
    """Entries and their names as written, and which entry every name is of."""

    def __init__(self) -> None:
        self._entries, self._names = TextsMaking(), TextsMaking()
        self._firsts, self._hashes = array("i", [0]), array("q")

    def add(self, entry: str, names: Iterable[str]) -> None:
        count = self._firsts[-1]
        for name in names:
            self._names.add(name)
            count += 1
        if count > MOST_NAMES:
            raise ValueError("too many names for one index")
        self._entries.add(entry)
        self._hashes.append(entry_hash(entry))
        self._firsts.append(count)

    def arrays(self, lists: Lists) -> Arrays:
        """Raises ValueError where an entry was given twice."""
        entries, names = self._entries.made(), self._names.made()
        hashes = np.array(self._hashes, np.int64)
        order = np.argsort(hashes, kind="stable").astype(np.int32)
        hashes = hashes[order]
        for place in np.flatnonzero(hashes[1:] == hashes[:-1]):
            if entries[int(order[place])] == entries[int(order[place + 1])]:
                raise ValueError("an entry was given twice")
        made: dict[str, NDArray[Any]] = lists._asdict()
        return made | {
            "firsts": np.array(self._firsts, np.int32),
            "hashes": hashes,
            "order": order,
            "entry_at": entries.at,
            "entry_text": entries.text,
            "name_at": names.at,
            "name_text": names.text,
        }


class Builder:
    """The arrays of an index out of entries."""

    def __init__(self) -> None:
        self._packer, self._register = Packer(), Register()

    def add(self, entry: str, names: Iterable[Name]) -> None:
        written = []
        for name in names:
            self._packer.add(name)
            written.append(name.raw)
        self._register.add(entry, written)

    def arrays(self) -> Arrays:
        packed, self._packer = self._packer.packed(), Packer()
        keys = sorted_keys(packed)
        del packed  # the lists take its room
        return self._register.arrays(listed(keys, spent=True))


def compacted(
    arrays: Arrays, added: Stack, told: Callable[[int], tuple[str, str]], living: NDArray[np.bool_]
) -> Arrays:
    """The arrays of an index and of what was added to it, as far as names are `living`."""
    numbers = np.where(living, np.cumsum(living) - 1, -1).astype(np.int32)
    base = len(living) - added.size
    lists = Lists(*(arrays[name] for name in Lists._fields))
    register = Register()
    entry: str | None = None
    names: list[str] = []
    for number in np.flatnonzero(living):
        owner, name = told(int(number))
        if owner != entry and entry is not None:
            register.add(entry, names)
            names = []
        entry = owner
        names.append(name)
    if entry is not None:
        register.add(entry, names)
    runs = [(lists, 0, base)]
    runs += [(run.lists, base + run.first, base + run.first + run.count) for run in added.runs]
    keys = np.concatenate([_living(lists, numbers[first:last]) for lists, first, last in runs])
    keys.sort()
    return register.arrays(listed(keys, spent=True))


def _living(lists: Lists, numbers: NDArray[np.int32]) -> Ints:
    keys = np.empty(len(lists.rows), np.int64)
    return keys[: expand_lists(*lists, numbers, keys)]
