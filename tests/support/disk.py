"""A disk that can lose its power or run full, for SQLite to stand on.

It lives in memory. What is written can be read at once and is safe once it was synced; what a
power loss finds unsynced is kept, dropped, put in another order or torn at sectors of 512 bytes,
as `chance` has it. Names in the folder are kept or lost in the same way. Locks and the WAL-index
are the operating system's own: neither is meant to outlive a power loss.

Source: sqlite.org/atomiccommit.html, and os_unix.c for when a folder is synced.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import apsw
from typing_extensions import override

NAME = "disk"
SECTOR = 512
GARBLED = 0.05
"""How often a sector that was not written in time holds neither what it was to hold nor before."""

_CREATES = apsw.SQLITE_OPEN_CREATE
_JOURNALS = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL
_KEPT = apsw.SQLITE_OPEN_MAIN_DB | _JOURNALS


class PowerLost(Exception):
    """There is no power any more."""


@dataclass(frozen=True, slots=True)
class _Write:
    offset: int
    data: bytes

    def on(self, content: bytearray) -> None:
        content.extend(bytes(max(0, self.offset - len(content))))
        content[self.offset : self.offset + len(self.data)] = self.data

    def torn(self) -> "list[_Write | _Cut]":
        """The parts of it that lie in one sector each."""
        first = self.offset - self.offset % SECTOR
        edges = [*range(first, self.offset + len(self.data), SECTOR), self.offset + len(self.data)]
        edges[0] = self.offset
        return [
            _Write(at, self.data[at - self.offset : until - self.offset])
            for at, until in pairwise(edges)
        ]


@dataclass(frozen=True, slots=True)
class _Cut:
    size: int

    def on(self, content: bytearray) -> None:
        del content[self.size :]

    def torn(self) -> "list[_Write | _Cut]":
        return [self]


@dataclass(slots=True)
class _Content:
    seen: bytearray
    safe: bytearray
    unsynced: list[_Write | _Cut] = field(default_factory=list)

    def change(self, change: _Write | _Cut) -> None:
        change.on(self.seen)
        self.unsynced.append(change)

    def sync(self) -> None:
        for change in self.unsynced:
            change.on(self.safe)
        self.unsynced.clear()

    def after_loss(self, chance: Random) -> bytes:
        parts = [part for change in self.unsynced for part in change.torn()]
        if chance.random() < 0.5:
            chance.shuffle(parts)
        kept, content = chance.random(), bytearray(self.safe)
        for part in parts:
            if chance.random() < kept:
                part.on(content)
            elif isinstance(part, _Write) and chance.random() < GARBLED:
                _Write(part.offset, chance.randbytes(len(part.data))).on(content)
        return bytes(content)


class Disk:
    """One folder's files, by their names.

    `changes` is how many writes, cuts, syncs and removals it lives to see, `room` how many
    more bytes its files may take. A drive that `caches` takes only a full sync for one.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        *,
        changes: int | None = None,
        room: int | None = None,
        caches: bool = True,
    ) -> None:
        self._names = {name: _Content(bytearray(c), bytearray(c)) for name, c in files.items()}
        self._safe_names = dict(self._names)
        self._changes, self.room, self._caches = changes, room, caches
        self.has_power, self.refused = True, 0

    def after_loss(self, chance: Random) -> dict[str, bytes]:
        """What is on it when the power is back."""
        self.has_power = False
        left = {}
        for name in sorted(self._names | self._safe_names):
            either = [names.get(name) for names in (self._names, self._safe_names)]
            if content := chance.choice(either):
                left[name] = content.after_loss(chance)
        return left

    @property
    def files(self) -> dict[str, bytes]:
        """What whoever reads sees in it."""
        return {name: bytes(content.seen) for name, content in self._names.items()}

    def exists(self, name: str) -> bool:
        return name in self._names

    def open(self, name: str, *, creates: bool) -> _Content:
        if name not in self._names:
            if not creates:
                raise apsw.exception_for(apsw.SQLITE_CANTOPEN)
            self._names[name] = _Content(bytearray(), bytearray())
        return self._names[name]

    def change(self, content: _Content, change: _Write | _Cut) -> None:
        if not self._lives():
            return
        before = len(content.seen)
        if isinstance(change, _Write) and self.room is not None:
            more = change.offset + len(change.data) - before
            if more > self.room:
                self.refused += 1
                raise apsw.exception_for(apsw.SQLITE_FULL)
            self.room -= max(0, more)
        content.change(change)

    def sync(self, content: _Content, flags: int) -> None:
        full = flags & apsw.SQLITE_SYNC_FULL == apsw.SQLITE_SYNC_FULL
        if self._lives() and (full or not self._caches):
            content.sync()

    def sync_names(self) -> None:
        if self.has_power:
            self._safe_names = dict(self._names)

    def remove(self, name: str) -> None:
        if self._lives():
            del self._names[name]

    def _lives(self) -> bool:
        """Once without power nothing changes any more, whoever still tries."""
        if self.has_power and self._changes is not None:
            if not self._changes:
                self.has_power = False
                raise PowerLost
            self._changes -= 1
        return self.has_power


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)  # for locks and the WAL-index
        file = _path(name).name
        creates = bool(flags[0] & _CREATES)
        self._disk, self._content = disk, disk.open(file, creates=creates)
        # As os_unix.c: whoever may have made a journal syncs the folder with its first sync.
        self._names_too = creates and bool(flags[0] & _JOURNALS)

    @override
    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._content.seen[offset : offset + amount])

    @override
    def xWrite(self, data: Any, offset: int) -> None:
        self._disk.change(self._content, _Write(offset, bytes(data)))

    @override
    def xTruncate(self, newsize: int) -> None:
        self._disk.change(self._content, _Cut(newsize))

    @override
    def xSync(self, flags: int) -> None:
        self._disk.sync(self._content, flags)
        if self._names_too:
            self._disk.sync_names()
            self._names_too = False

    @override
    def xFileSize(self) -> int:
        return len(self._content.seen)


class _Vfs(apsw.VFS):
    def __init__(self) -> None:
        super().__init__(NAME, "")
        self.disks = dict[Path, Disk]()

    @override
    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        if name is None or not flags[0] & _KEPT:
            return apsw.VFSFile("", name, flags)
        return _File(self.disks[_path(name).parent], name, flags)

    @override
    def xAccess(self, pathname: str, flags: int) -> bool:
        path = Path(pathname)
        return self.disks[path.parent].exists(path.name)

    @override
    def xDelete(self, filename: str, syncdir: bool) -> None:
        path = Path(filename)
        self.disks[path.parent].remove(path.name)
        if syncdir:
            self.disks[path.parent].sync_names()


def _path(name: Any) -> Path:
    return Path(name if isinstance(name, str) else name.filename())


_VFS = _Vfs()


@contextmanager
def standing_in(disk: Disk) -> Iterator[Path]:
    """A folder whose files are on `disk` for whoever opens them by `NAME`, while the block runs."""
    with TemporaryDirectory(prefix="tocsin-disk-") as name:
        folder = Path(name).resolve()
        _VFS.disks[folder] = disk
        try:
            yield folder
        finally:
            del _VFS.disks[folder]
