"""The built part of an index: arrays in one file, written whole, mapped read-only.

A magic word, the version, length and checksum of a header in JSON, the header, the arrays at
multiples of 64 bytes, and then whatever is logged. The header names the way keys and readings were
made; where they are made otherwise today, the file is of no use.
"""

import json
import mmap
import os
import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from tocsin.names.forms import read_name
from tocsin.names.keys import packed, sorted_keys
from tocsin.names.segment import IndexUnusable

FORMAT: Final = 1
_HEAD: Final = struct.Struct("<8sIII")
_MAGIC: Final = b"TOCSINNX"
_ALIGNED: Final = 64
_LONGEST_HEADER: Final = 1 << 16
TYPES: Final = {
    "directory": np.int32,
    "lows": np.int32,
    "starts": np.int32,
    "rows": np.int32,
    "firsts": np.int32,  # (entries + 1,): the first name of each entry
    "hashes": np.int64,  # (entries,), sorted: of the entries' identifiers
    "order": np.int32,  # (entries,): whose they are
    "entry_at": np.int64,  # (entries + 1,): where each identifier begins in
    "entry_text": np.uint8,
    "name_at": np.int64,  # (names + 1,): where each name begins in
    "name_text": np.uint8,
}
Arrays = Mapping[str, NDArray[Any]]
# Whatever way of reading or keying changes is likely to change one of these.
_PROBES: Final = (
    "Тамерлан Царнаев", "Dzhokhar A. Tsarnaev", "Dr. José-María O'Brien", "عبد الرحمن القحطاني",
    "محسن رضایی", "毛泽东", "張敏峯", "Γιώργος Παπαδόπουλος", "შოთა რუსთაველი", "Արամ Խաչատրյան",
    "בנימין כהן", "김정은", "Schtscherbakow Wjatscheslaw", "Xi Jinping", "van der Waals",
)  # fmt: skip


@cache
def fingerprint() -> int:
    """Of the way names are read and keyed today."""
    return zlib.crc32(sorted_keys(packed(map(read_name, _PROBES))).tobytes())


def write_file(path: Path, arrays: Arrays, mark: int) -> None:
    """Puts a whole file in the place of `path` at once; readers of the old one keep it."""
    kept = [(name, np.ascontiguousarray(arrays[name], kind)) for name, kind in TYPES.items()]
    told = {
        "reading": fingerprint(),
        "mark": mark,
        "arrays": [[name, array.size, zlib.crc32(array.data)] for name, array in kept],
    }
    header = json.dumps(told).encode()
    with _replacing(path) as file:
        file.write(_HEAD.pack(_MAGIC, FORMAT, len(header), zlib.crc32(header)) + header)
        for _, array in kept:
            file.write(b"\0" * (-file.tell() % _ALIGNED))
            file.write(array.data)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    descriptor, made = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(made).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(made).unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """The arrays of a file, and where its log begins."""

    arrays: Arrays
    mark: int
    log: int


def map_file(file: IO[bytes]) -> Mapped:
    """Raises IndexUnusable where the file is not one that `write_file` made today's way."""
    size = os.fstat(file.fileno()).st_size
    head = os.pread(file.fileno(), _HEAD.size, 0)
    if len(head) < _HEAD.size or not head.startswith(_MAGIC):
        raise IndexUnusable("it is no such file")
    _, version, length, checksum = _HEAD.unpack(head)
    if version != FORMAT:
        raise IndexUnusable("it is of another version")
    header = os.pread(file.fileno(), min(length, _LONGEST_HEADER), _HEAD.size)
    if len(header) != length or zlib.crc32(header) != checksum:
        raise IndexUnusable("its header is not as it was written")
    told = json.loads(header)
    if told["reading"] != fingerprint():
        raise IndexUnusable("names were read another way when it was built")
    held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays: dict[str, NDArray[Any]] = {}
    place = _HEAD.size + length
    for name, count, check in told["arrays"]:
        place += -place % _ALIGNED
        kind = np.dtype(TYPES[name])
        if place + count * kind.itemsize > size:
            raise IndexUnusable("it is cut short")
        arrays[name] = np.frombuffer(held, kind, count, place)
        place += count * kind.itemsize
        if zlib.crc32(arrays[name].data) != check:
            raise IndexUnusable("it is not as it was written")
    return Mapped(arrays=arrays, mark=told["mark"], log=place)
