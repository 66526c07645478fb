"""The log's right edge: enough of a tree to grow it and to know its root.

A tree of any size is a row of perfect subtrees, one for each bit set in its size; their
roots take a few hundred bytes where the tree takes gigabytes. Source: RFC 6962, 2.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from tocsin.record.merkle import EMPTY_ROOT, node_hash

HASH_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """A tree of `size` leaves as the roots of its perfect subtrees, the largest first."""

    size: int
    nodes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.size < 2**63:
            raise ValueError("no tree has that size")
        if len(self.nodes) != self.size.bit_count():
            raise ValueError("a tree has one perfect subtree for each bit of its size")
        if any(len(node) != HASH_BYTES for node in self.nodes):
            raise ValueError("a hash is 32 bytes")

    @property
    def root(self) -> bytes:
        """The tree's root hash, 32 bytes."""
        if not self.nodes:
            return EMPTY_ROOT
        *left, node = self.nodes
        for sibling in reversed(left):
            node = node_hash(sibling, node)
        return node

    def extended(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """This tree with these leaf hashes added at its right, in their order.

        Raises ValueError for a leaf hash that is not 32 bytes.
        """
        size, nodes = self.size, list(self.nodes)
        for leaf in leaf_hashes:
            if len(leaf) != HASH_BYTES:
                raise ValueError("a hash is 32 bytes")
            node, full = leaf, size
            while full & 1:  # each low bit that is set is a subtree this leaf completes
                node = sha256(b"\x01" + nodes.pop() + node).digest()
                full >>= 1
            nodes.append(node)
            size += 1
        return Frontier(size=size, nodes=tuple(nodes))

    def to_bytes(self) -> bytes:
        """The nodes joined, the largest subtree's first: 32 bytes each."""
        return b"".join(self.nodes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Self:
        """The frontier of a tree of `size` leaves from its joined nodes, or ValueError."""
        return cls(size=size, nodes=hashes(data))


def hashes(data: bytes) -> tuple[bytes, ...]:
    """The 32-byte hashes joined in `data`. Raises ValueError for a broken one."""
    if len(data) % HASH_BYTES:
        raise ValueError("a hash is 32 bytes")
    return tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))


EMPTY = Frontier(size=0, nodes=())
