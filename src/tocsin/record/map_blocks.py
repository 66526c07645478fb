"""The prefix map, kept beside the pairs in blocks, so that a change rehashes little of it.

A bucket is all pairs whose keys share the first two bytes. A block holds the hashes of 256
subtrees, one for each next byte after its prefix, which is empty or one byte long; 32 zero bytes
stand where there are no pairs. Hashing a block passes over its empty places, as the map does, and
bits are counted from the front of the key, so the top of all blocks is `prefix_map.root`.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Protocol

from tocsin.record.merkle import EMPTY_ROOT
from tocsin.record.prefix_map import (
    HASH_BYTES,
    Pair,
    PrefixTree,
    Step,
    begins_with,
    inner_hash,
    root,
    spell_proof,
)

WIDTH = 256
BUCKET_BYTES = 2
_NOTHING = bytes(HASH_BYTES)


class Blocks(Protocol):
    """Where pairs and blocks are stored; every key has at least `BUCKET_BYTES`."""

    def pairs(self, prefix: bytes) -> Sequence[Pair]:
        """All stored pairs under `prefix`, ascending."""

    def block(self, prefix: bytes) -> bytes | None:
        """The block after `prefix`, `WIDTH` hashes, if it was ever put."""

    def put_block(self, prefix: bytes, data: bytes) -> None:
        """Keep `data` as the block after `prefix`."""


def update(blocks: Blocks, keys: Iterable[bytes]) -> bytes:
    """The root after the pairs of these keys were stored, changed or removed.

    Rehashes the buckets of `keys`, all they hold, and the blocks above them: keys that come
    together share that work. Raises ValueError for a key that is too short.
    """
    buckets = {key[:BUCKET_BYTES] for key in keys}
    if any(len(bucket) < BUCKET_BYTES for bucket in buckets):
        raise ValueError("a key is too short")
    tops = {}
    for first, group in groupby(sorted(buckets), key=lambda bucket: bucket[0]):
        hashes = {bucket[1]: _hash(blocks.pairs(bucket)) for bucket in group}
        tops[first] = _replace(blocks, bytes([first]), hashes)
    return _replace(blocks, b"", tops) or EMPTY_ROOT


class Prover:
    """Proofs from what is stored, of which all blocks and the buckets used last are kept.

    Blocks take at most 10 MB, a bucket about 300 bytes a pair; `most_cached` is in buckets.
    """

    def __init__(self, blocks: Blocks, most_cached: int = 4096) -> None:
        self._blocks = blocks
        self._nodes = lru_cache(WIDTH + 1)(self._read_nodes)
        self._bucket = lru_cache(most_cached)(self._read_bucket)

    def forget(self) -> None:
        """Read everything anew; to be called after every update."""
        self._nodes.cache_clear()
        self._bucket.cache_clear()

    def root(self) -> bytes:
        """The map's root."""
        return self._nodes(b"")[1] or EMPTY_ROOT

    def prove(self, prefix: bytes) -> tuple[list[Pair], bytes]:
        """All pairs under `prefix`, and the proof that these are all, or that there are none.

        Raises ValueError for a prefix shorter than a bucket's, and where what was read is not of
        one map: some of it from before an update, or damaged.
        """
        if len(prefix) < BUCKET_BYTES:
            raise ValueError("the prefix is too short")
        at, expected, steps = b"", self._nodes(b"")[1], list[Step]()
        if not expected:
            return [], b""
        for wanted in prefix[:BUCKET_BYTES]:
            nodes = self._nodes(at)
            _same(nodes[1], expected)
            child, further = _descend(nodes, wanted, 8 * len(at))
            at, expected, steps = at + bytes([child]), nodes[WIDTH + child], further + steps
        bucket = self._bucket(at)
        _same(bucket.root, expected)
        found, within = bucket.search(prefix)
        if begins_with(found[0].key, prefix):
            return list(found), spell_proof(within + steps)
        return [], spell_proof(within + steps, other=found[0])

    def _read_nodes(self, prefix: bytes) -> list[bytes]:
        return _expanded(_read(self._blocks, prefix), 8 * len(prefix))

    def _read_bucket(self, prefix: bytes) -> PrefixTree:
        return PrefixTree(self._blocks.pairs(prefix))


def _hash(pairs: Sequence[Pair]) -> bytes:
    return root(pairs) if pairs else b""


def _replace(blocks: Blocks, prefix: bytes, hashes: Mapping[int, bytes]) -> bytes:
    """Put these hashes into the block after `prefix`; its top, or nothing if it is empty."""
    data = bytearray(_read(blocks, prefix))
    for place, node in hashes.items():
        data[place * HASH_BYTES : (place + 1) * HASH_BYTES] = node or _NOTHING
    blocks.put_block(prefix, bytes(data))
    return _expanded(bytes(data), 8 * len(prefix))[1]


def _read(blocks: Blocks, prefix: bytes) -> bytes:
    data = blocks.block(prefix) or bytes(WIDTH * HASH_BYTES)
    if len(data) != WIDTH * HASH_BYTES:
        raise ValueError("a stored block has the wrong size")
    return data


def _expanded(data: bytes, bit: int) -> list[bytes]:
    """All nodes of a block whose top parts at `bit`, as a heap from 1; nothing where none is."""
    hashes = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
    level = nodes = [b"" if node == _NOTHING else node for node in hashes]
    for depth in reversed(range(8)):
        level = [
            inner_hash(bit + depth, left, right) if left and right else left or right
            for left, right in zip(level[::2], level[1::2], strict=True)
        ]
        nodes = level + nodes
    return [b"", *nodes]


def _descend(nodes: list[bytes], wanted: int, bit: int) -> tuple[int, list[Step]]:
    """Where looking for the child `wanted` ends, and the steps from there out of the block."""
    at, steps = 1, []
    for depth in range(8):
        at = 2 * at + (wanted >> (7 - depth) & 1)
        if not nodes[at]:
            at ^= 1
        elif nodes[at ^ 1]:
            steps.append(Step(bit + depth, nodes[at ^ 1]))
    return at - WIDTH, steps[::-1]


def _same(node: bytes, expected: bytes) -> None:
    if node != expected:
        raise ValueError("the stored pairs and blocks are not of one map")
