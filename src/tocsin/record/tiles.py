"""The log's tree cut into static files. Source: C2SP tlog-tiles.

A tile is up to 256 hashes of one level, joined, 32 bytes each. Level 0 holds leaf hashes;
a hash at level n stands for a full tile at level n - 1. Beside each tile of level 0 lies
a bundle with the entries themselves.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tocsin.record.frontier import hashes
from tocsin.record.merkle import root

WIDTH = 256
ENTRIES = -1  # the level that names a bundle of entries instead of hashes

_PATH = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII
)
_LENGTH = struct.Struct(">H")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """The `width` hashes from `index * 256` on at `level`, which spans 256**level leaves each."""

    level: int  # 0 to 63, or ENTRIES
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (ENTRIES <= self.level < 64 and 0 <= self.index < 2**63):
            raise ValueError("no tree has such a tile")
        if not 1 <= self.width <= WIDTH:
            raise ValueError("a tile is 1 to 256 hashes wide")

    @property
    def path(self) -> str:
        """Where the tile is published, under the log's prefix: `tile/0/x001/067.p/3`."""
        return self._under("entries" if self.level == ENTRIES else str(self.level))

    @property
    def entries_path(self) -> str:
        """Where the entries under this tile of level 0 are published.

        Raises ValueError for a tile of a higher level.
        """
        if self.level > 0:
            raise ValueError("only the lowest tiles have entries")
        return self._under("entries")

    def _under(self, level: str) -> str:
        *first, last = (group.zfill(3) for group in f"{self.index:,}".split(","))
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return "/".join(("tile", level, *(f"x{group}" for group in first), last)) + partial


def parse_path(path: str) -> Tile:
    """The tile or, at level ENTRIES, the bundle published at `path`; ValueError if none is."""
    found = _PATH.fullmatch(path)
    if not found:
        raise ValueError("not a tile's path")
    level, index, width = found.groups()
    tile = Tile(
        level=ENTRIES if level == "entries" else int(level),
        index=int(re.sub("[x/]", "", index)),
        width=int(width or WIDTH),
    )
    if tile.path != path:
        raise ValueError("not a tile's path")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of the tree of `size` leaves, the lowest level first."""
    return new_tiles(0, size)


def new_tiles(old_size: int, size: int) -> Iterator[Tile]:
    """The tiles that a tree has and had not, or had narrower, at `old_size` leaves.

    Raises ValueError unless the tree grew, or stayed.
    """
    if not 0 <= old_size <= size < 2**63:
        raise ValueError("a log only grows")
    return _grown(old_size, size)


def _grown(old_size: int, size: int) -> Iterator[Tile]:
    level = 0
    while old_size < size:
        full, width = divmod(size, WIDTH)
        for index in range(old_size // WIDTH, full):
            yield Tile(level=level, index=index)
        if width:
            yield Tile(level=level, index=full, width=width)
        old_size, size, level = old_size // WIDTH, full, level + 1


def spell_entries(leaves: Sequence[bytes]) -> bytes:
    """The bundle of 1 to 256 entries of at most 65,535 bytes each; otherwise ValueError."""
    if not 1 <= len(leaves) <= WIDTH or any(len(leaf) >= 2**16 for leaf in leaves):
        raise ValueError("entries that no bundle holds")
    return b"".join(_LENGTH.pack(len(leaf)) + leaf for leaf in leaves)


def read_entries(data: bytes, count: int) -> list[bytes]:
    """The `count` entries, 1 to 256, that make up exactly the bundle `data`, or ValueError."""
    if not 1 <= count <= WIDTH:
        raise ValueError("a bundle has 1 to 256 entries")
    leaves, at = [], 0
    for _ in range(count):
        if len(data) < at + _LENGTH.size:
            raise ValueError("the bundle is cut short")
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        leaves.append(data[at : at + length])
        at += length
    if at != len(data):
        raise ValueError("the bundle is cut short, or goes on after its last entry")
    return leaves


def tile_hashes(data: bytes, width: int) -> list[bytes]:
    """The `width` hashes that make up exactly the tile `data`, or ValueError."""
    found = list(hashes(data))
    if not 1 <= width <= WIDTH or len(found) != width:
        raise ValueError("a tile of another width")
    return found


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a tile's hashes: of a full tile, the hash that stands for it above."""
    return root(hashes)
