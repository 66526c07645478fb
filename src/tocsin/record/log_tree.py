"""A published log's tree, rebuilt from its leaves and held against every tile that it shows.

Where the two differ, the signed root decides which was changed: whichever leads to it
through the tiles above is right.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tocsin.record.checkpoint import Checkpoint
from tocsin.record.frontier import HASH_BYTES, Frontier
from tocsin.record.frontier import hashes as split
from tocsin.record.log_faults import Faults, LogFaultCode, Names, Read
from tocsin.record.log_keys import numbers
from tocsin.record.log_notes import Due
from tocsin.record.merkle import root
from tocsin.record.tiles import WIDTH, Tile


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The hashes to go on with, and which of the two sides was wrong: None if neither shows."""

    hashes: bytes
    computed: bool  # whether what was computed leads to the signed root
    shown: bool


class LogTree:
    """Takes leaf hashes, a tile at a time, and checks the tiles and roots they complete."""

    def __init__(
        self, read: Read, names: Names, signed: Checkpoint, due: Iterable[Due], faults: Faults
    ) -> None:
        self._read, self._names, self._signed, self._faults = read, names, signed, faults
        self._due = sorted(due, key=lambda one: one.size, reverse=True)  # the next is the last
        self._rows: dict[int, list[bytes]] = {}  # by level, what will be the next tile
        self._size = 0
        self._edge: dict[int, bytes] = {}  # by level, the last and partial tile
        self.agreed: list[Due] = []  # whose root is the tree's, ascending
        self._apart: list[Due] = []
        self._doubtful = False  # whether leaves are known to be wrong, and not what they were

    def tile(self, level: int, index: int) -> Tile:
        """That tile of the signed tree, as wide as it must be."""
        full, width = divmod(self._signed.size >> 8 * level, WIDTH)
        return Tile(level=level, index=index, width=WIDTH if index < full else width)

    def shown(self, tile: Tile) -> bytes | None:
        """What the log shows as `tile`; a fault if it shows nothing."""
        data = self._read(tile.path)
        if data is None:
            self.missing(tile.path, tile)
        return data

    def missing(self, path: str, tile: Tile) -> None:
        first, _ = self._span(tile, 0)
        self._faults.add(LogFaultCode.MISSING, f"{path} is missing.", first)

    def settle(self, tile: Tile, computed: bytes, shown: bytes) -> Settled:
        """Decide between what the leaves hash to and another tile that the log shows."""
        right = self._leads_to_root(tile, computed)
        other = not right and len(shown) == len(computed) and self._leads_to_root(tile, shown)
        # A shown tile of hashes of leaves mends the tree; one further up comes too late for that.
        self._doubtful = self._doubtful or not (right or (other and tile.level == 0))
        return Settled(hashes=shown if other else computed, computed=right, shown=other)

    def add(self, hashes: bytes) -> None:
        """Add the leaf hashes of the next tile, joined: settled already, and right if any are."""
        tile = self.tile(0, self._size // WIDTH)
        self._roots_within(hashes)
        self.older(tile, hashes, HASH_BYTES, lambda one: one.path)
        self._size += tile.width
        self._complete(tile, hashes)

    def older(self, tile: Tile, data: bytes, unit: int, path_of: Callable[[Tile], str]) -> None:
        """Hold narrower copies of a tile or bundle, from when the log was smaller, against it."""
        whole = path_of(Tile(level=tile.level, index=tile.index))
        for width in numbers(self._names(f"{whole}.p")):
            if not 1 <= width < tile.width:
                continue  # of a larger tree than the one signed: nobody vouches for it yet
            path = f"{whole}.p/{width}"
            older = self._read(path) or b""
            if older != data[: width * unit]:
                first, _ = self._span(tile, min(differs(older, data, unit), width - 1))
                sentence = f"{path} was changed: it differs from the tile that followed it."
                self._faults.add(LogFaultCode.TILE_CHANGED, sentence, first)

    def finish(self) -> None:
        """Check the tiles that the last leaves left partial, and the root."""
        for level in range(1, 8):
            if row := self._rows.pop(level, None):
                index = self._signed.size >> 8 * (level + 1)
                self._above(self.tile(level, index), b"".join(row))
        if self._doubtful:
            return  # the leaves that are to blame are named, and what follows from them is not
        if _root(self._edge) != self._signed.root:
            self._wrong_root()
            return
        for due in self._apart:
            self._rewritten(due)

    def _complete(self, tile: Tile, hashes: bytes) -> None:
        if tile.width < WIDTH:
            self._edge[tile.level] = hashes
            return
        row = self._rows.setdefault(tile.level + 1, [])
        row.append(full_root(hashes))
        if len(row) == WIDTH:
            del self._rows[tile.level + 1]
            self._above(self.tile(tile.level + 1, tile.index // WIDTH), b"".join(row))

    def _above(self, tile: Tile, computed: bytes) -> None:
        """Check a tile of a higher level against what those below it hash to."""
        shown = self.shown(tile)
        if shown is not None and shown != computed:
            settled = self.settle(tile, computed, shown)
            first, until = self._span(tile, min(differs(computed, shown), tile.width - 1))
            if not settled.shown:
                sentence = (
                    f"{tile.path} was changed: its hash over {_leaves(first, until)} is wrong."
                )
                self._faults.add(LogFaultCode.TILE_CHANGED, sentence, first)
            elif not self._faults.within(first, until):
                sentence = (
                    f"Of {_leaves(first, until)} at least one was changed, and the tiles with it."
                )
                self._faults.add(LogFaultCode.LEAF_CHANGED, sentence, first)
            computed = settled.hashes
        self.older(tile, computed, HASH_BYTES, lambda one: one.path)
        self._complete(tile, computed)

    def _leads_to_root(self, tile: Tile, hashes: bytes) -> bool:
        """Whether these hashes in place of `tile` give the signed root, by the tiles above."""
        while tile.width == WIDTH:
            above = self.tile(tile.level + 1, tile.index // WIDTH)
            around = self._read(above.path)
            if around is None or len(around) != above.width * HASH_BYTES:
                return False
            at = tile.index % WIDTH * HASH_BYTES
            hashes = around[:at] + full_root(hashes) + around[at + HASH_BYTES :]
            tile = above
        edge = {tile.level: hashes}
        for level in range(8):
            width = (self._signed.size >> 8 * level) % WIDTH
            if width and level not in edge:
                last = self.tile(level, self._signed.size >> 8 * (level + 1))
                edge[level] = self._read(last.path) or b""
            if len(edge.get(level, b"")) != width * HASH_BYTES:
                return False
        return _root(edge) == self._signed.root

    def _roots_within(self, hashes: bytes) -> None:
        """Compare the roots that somebody signed for sizes within the next tile."""
        if not self._due or self._due[-1].size > self._size + len(hashes) // HASH_BYTES:
            return
        rows = sorted(self._rows.items(), reverse=True)
        nodes = [node for _, row in rows for node in _peaks(row)]
        tree, leaves = Frontier(size=self._size, nodes=tuple(nodes)), split(hashes)
        until = self._size + len(leaves)
        while self._due and self._due[-1].size <= until:
            due = self._due.pop()
            tree = tree.extended(leaves[tree.size - self._size : due.size - self._size])
            if tree.root == due.root:
                self.agreed.append(due)
            else:
                self._apart.append(due)

    def _rewritten(self, due: Due) -> None:
        sentence = (
            f"History was rewritten before leaf {due.size}: {due.path} has another root for "
            f"the first {due.size} leaves."
        )
        self._faults.add(LogFaultCode.REWRITTEN, sentence, self._vouched_before(due.size))

    def _wrong_root(self) -> None:
        wrong = min([due.size for due in self._apart], default=self._signed.size)
        first = self._vouched_before(wrong)
        sentence = (
            f"Of {_leaves(first, wrong)} at least one was changed: the leaves and tiles agree, "
            "and do not have the root that was signed."
        )
        self._faults.add(LogFaultCode.ROOT_WRONG, sentence, first)

    def _vouched_before(self, size: int) -> int:
        at = bisect_left(self.agreed, size, key=lambda due: due.size)
        return self.agreed[at - 1].size if at else 0

    def _span(self, tile: Tile, slot: int) -> tuple[int, int]:
        """The leaves under one hash of a tile: the first, and the one after the last."""
        first = tile.index * WIDTH + slot << 8 * tile.level
        return first, first + (1 << 8 * tile.level)


def full_root(hashes: bytes) -> bytes:
    """The hash over a full tile's joined hashes."""
    for _ in range(8):
        hashes = b"".join(
            [sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, len(hashes), 64)]
        )
    return hashes


def differs(one: bytes, other: bytes, unit: int = HASH_BYTES) -> int:
    """The first place, counted in units, where the two differ or one ends."""
    shared = min(len(one), len(other)) // unit
    places = (at for at in range(shared) if one[at * unit :][:unit] != other[at * unit :][:unit])
    return next(places, shared)


def _root(edge: dict[int, bytes]) -> bytes:
    nodes = [node for _, row in sorted(edge.items(), reverse=True) for node in _peaks(split(row))]
    size = sum(len(row) // HASH_BYTES << 8 * level for level, row in edge.items())
    return Frontier(size=size, nodes=tuple(nodes)).root


def _peaks(hashes: Sequence[bytes]) -> Iterator[bytes]:
    """The roots of the perfect subtrees over some hashes, the largest first."""
    at = 0
    for height in reversed(range(len(hashes).bit_length())):
        if len(hashes) >> height & 1:
            yield root(hashes[at : at + (1 << height)])
            at += 1 << height


def _leaves(first: int, until: int) -> str:
    return f"leaf {first}" if until == first + 1 else f"leaves {first} to {until - 1}"
