"""Proofs made from tiles alone, whatever the size of the log.

What a proof needs beyond its tiles is the tree's right edge, computed once for each tree.
The tiles are taken as they are: a proof from tiles that do not fit together proves
nothing, and merkle.is_included and merkle.is_consistent say so. Source: RFC 6962, 2.1.
"""

from collections.abc import Callable

from tocsin.record.frontier import Frontier
from tocsin.record.merkle import EMPTY_ROOT, node_hash
from tocsin.record.tiles import WIDTH, Tile, tile_hashes

TileReader = Callable[[Tile], bytes]  # gives the tile's hashes joined: 32 bytes for each
_HEIGHT = WIDTH.bit_length() - 1  # of the subtree that one tile holds
_LEVELS = 8  # of tiles in the largest tree


class TileCache:
    """Full tiles of one log with the nodes inside them, 16 KiB each, the latest read kept.

    Full tiles never change, so the trees of all sizes share one cache, in any thread: each
    step on the dictionary is one that threads cannot come between.
    """

    __slots__ = ("_most", "_tiles")

    def __init__(self, most: int = 4096) -> None:
        """Keep at most `most` tiles; 4,096 hold every tile of a million leaves."""
        self._most = most
        self._tiles: dict[tuple[int, int], bytes] = {}

    def nodes(self, level: int, index: int, read: TileReader) -> bytes:
        """The nodes of that full tile, read now unless they are still here."""
        if found := self._tiles.get((level, index)):
            return found
        nodes = _nodes(Tile(level=level, index=index), read)
        self._tiles[level, index] = nodes
        if (excess := len(self._tiles) - self._most) > 0:
            for oldest in list(self._tiles)[:excess]:
                self._tiles.pop(oldest, None)
        return nodes


class Tree:
    """The tree of the log's first `size` leaves, as its tiles give it.

    Every method raises ValueError for a tile that is not as wide as it must be.
    """

    __slots__ = ("_cache", "_edge", "_partial", "_read", "size")

    def __init__(self, size: int, read: TileReader, cache: TileCache) -> None:
        """`read` must give the partial tiles of exactly this size."""
        if not 0 <= size < 2**63:
            raise ValueError("no tree has that size")
        self.size, self._read, self._cache = size, read, cache
        self._partial: dict[int, bytes] = {}  # the nodes of each level's last tile
        self._edge = self._edges()

    def root(self) -> bytes:
        """The tree's root hash."""
        return self._edge[-1] if self._edge else EMPTY_ROOT

    def root_at(self, size: int) -> bytes:
        """The root hash the tree had at `size` leaves. Raises ValueError if it never had."""
        return self.frontier(size).root

    def frontier(self, size: int) -> Frontier:
        """The tree's frontier at `size` leaves. Raises ValueError if it never had as many."""
        self._had(size)
        heights = [height for height in range(size.bit_length()) if size >> height & 1]
        nodes = [self._node(height, (size >> height) - 1) for height in reversed(heights)]
        return Frontier(size=size, nodes=tuple(nodes))

    def inclusion(self, index: int) -> list[bytes]:
        """The audit path of leaf `index`. Raises ValueError for a leaf outside the tree."""
        if not 0 <= index < self.size:
            raise ValueError("no such leaf")
        return self._path(index, 0)

    def consistency(self, old_size: int) -> list[bytes]:
        """The proof that the tree of `old_size` leaves is a prefix of this one.

        Raises ValueError for a size that this tree never had.
        """
        self._had(old_size)
        if old_size in {0, self.size}:
            return []
        # The last perfect subtree of the old tree, and the way from it to the new root.
        height = (old_size & -old_size).bit_length() - 1
        index = (old_size >> height) - 1
        known = [self._node(height, index)] if index else []
        return known + self._path(old_size - 1, height)

    def _path(self, index: int, height: int) -> list[bytes]:
        """The siblings of the nodes over leaf `index`, from `height` up."""
        # The way to the last leaf joins at `meeting`; above, only what is left of it is a sibling.
        meeting = (index ^ (self.size - 1)).bit_length()
        path = [self._node(low, index >> low ^ 1) for low in range(height, meeting - 1)]
        if meeting:
            path.append(self._edge[meeting - 1])
        tops = range(meeting, index.bit_length())
        return path + [self._node(top, (index >> top) - 1) for top in tops if index >> top & 1]

    def _node(self, height: int, index: int) -> bytes:
        """The root of the perfect subtree over leaves index * 2**height and following."""
        level, inside = divmod(height, _HEIGHT)
        tile = index >> (_HEIGHT - inside)
        if tile == self.size >> _HEIGHT * (level + 1):
            nodes = self._partial[level]
        else:
            nodes = self._cache.nodes(level, tile, self._read)
        at = 32 * (2 * WIDTH - (2 * WIDTH >> inside) + (index & (WIDTH - 1 >> inside)))
        return nodes[at : at + 32]

    def _edges(self) -> list[bytes]:
        """For each height the root over the last leaves from a multiple of 2**height on."""
        if not self.size:
            return []
        self._partial = {
            level: _nodes(Tile(level=level, index=count // WIDTH, width=count % WIDTH), self._read)
            for level in range(_LEVELS)
            if (count := self.size >> _HEIGHT * level) % WIDTH
        }
        last = self.size - 1
        edge = [self._node(0, last)]
        for height in range(last.bit_length()):
            left = (last >> height) - 1
            joined = last >> height & 1
            edge.append(node_hash(self._node(height, left), edge[-1]) if joined else edge[-1])
        return edge

    def _had(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise ValueError("the tree never had that size")


def _nodes(tile: Tile, read: TileReader) -> bytes:
    """The nodes inside a tile, row upon row, each row at the place it has in a full tile."""
    row, rows = tile_hashes(read(tile), tile.width), []
    for inside in range(_HEIGHT):
        rows.append(b"".join(row).ljust(32 * (WIDTH >> inside), b"\0"))
        row = list(map(node_hash, row[0::2], row[1::2]))
    return b"".join(rows)
