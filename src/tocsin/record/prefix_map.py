"""The record's index as a Merkle Patricia map, and proofs that an answer from it is complete.

A map holds pairs of bytes, one value a key. Its tree has one leaf a pair and one inner node
for each bit, counted from the front of the key, at which the keys below it part:

    leaf    SHA-256(0 || length || key || length || value)
    inner   SHA-256(1 || bit || left || right)
    empty   SHA-256(nothing)

Lengths and bits are unsigned LEB128 of the least length. A shorter key is read as if 00 and then
FF without end followed; keys of one length, as ours are, sort and compare as bytes do.

A proof about a prefix is the steps from the subtree of all pairs under it out to the root, each
`bit || sibling`, bits falling. Where no pair is under the prefix, the steps start at the one pair
where looking for the prefix ends, which stands before them as in a leaf. Of a well-built map
each claim has exactly one proof; that a root is of a well-built map only rebuilding it can show.

Source: the package documentation of torchwood's mpt (filippo.io/torchwood/mpt).
"""

from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain
from typing import NamedTuple

from tocsin.record.merkle import EMPTY_ROOT

MAX_BYTES = 1024  # of a key or a value
HASH_BYTES = 32
# A key of the full length and one that lacks its last byte can part one bit after both.
_MAX_BIT = 8 * MAX_BYTES
_VARINTS = tuple(
    bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
    for number in range(_MAX_BIT + 1)
)
_INNER = tuple(b"\x01" + bit for bit in _VARINTS)


class Pair(NamedTuple):
    """A key and its value, each at most `MAX_BYTES`."""

    key: bytes
    value: bytes


class Step(NamedTuple):
    """One inner node on the way out: the bit it parts at, and its other child's hash."""

    bit: int
    sibling: bytes


def inner_hash(bit: int, left: bytes, right: bytes) -> bytes:
    """The hash of the node whose children part at `bit`."""
    return sha256(_INNER[bit] + left + right).digest()


def root(pairs: Iterable[Pair]) -> bytes:
    """The map's root. Raises ValueError unless the keys strictly ascend and all is in bounds."""
    last = deque(_nodes(pairs), maxlen=1)
    return last[0][2] if last else EMPTY_ROOT


class PrefixTree:
    """A map that is not empty, with all its nodes. Raises ValueError as `root` does."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        if not pairs:
            raise ValueError("an empty map has no nodes")
        hashes = [b""] * (2 * len(pairs) - 1)
        # Neighbours part at the node that splits the map between them: one node a gap.
        self._partings = array("H", bytes(2 * len(pairs) - 2))
        for place, bit, node in _nodes(pairs):
            hashes[place] = node
            if place % 2:
                self._partings[place // 2] = bit
        self._pairs, self._hashes = pairs, b"".join(hashes)
        self.root = self._hash(0, len(pairs))

    def search(self, prefix: bytes) -> tuple[Sequence[Pair], list[Step]]:
        """All pairs under `prefix`, or else the one where looking for it ends; the steps out."""
        low, high, steps = 0, len(self._pairs), list[Step]()
        while high - low > 1:
            split, bit = self._split(low, high)
            if bit >= 8 * len(prefix) and begins_with(self._pairs[low].key, prefix):
                break
            if _bit(prefix, bit):
                steps.append(Step(bit, self._hash(low, split)))
                low = split
            else:
                steps.append(Step(bit, self._hash(split, high)))
                high = split
        return self._pairs[low:high], steps[::-1]

    def _split(self, low: int, high: int) -> tuple[int, int]:
        bit = min(self._partings[low : high - 1])
        return self._partings.index(bit, low) + 1, bit

    def _hash(self, low: int, high: int) -> bytes:
        place = 2 * low if high - low == 1 else 2 * self._split(low, high)[0] - 1
        return self._hashes[place * HASH_BYTES : (place + 1) * HASH_BYTES]


def spell_proof(steps: Iterable[Step], other: Pair | None = None) -> bytes:
    """The proof's bytes; `other` is the pair where the search ended, if none was found."""
    start = _spelled(other.key) + _spelled(other.value) if other else b""
    return start + b"".join(chain.from_iterable((_VARINTS[bit], node) for bit, node in steps))


def verify_prefix(root: bytes, prefix: bytes, pairs: Sequence[Pair], proof: bytes) -> bool:
    """Whether `pairs`, strictly ascending, are all pairs under `prefix` in the map of that root.

    No pairs claims that there are none. A claim that is malformed in any way is refused.
    """
    if not pairs and not proof:
        return root == EMPTY_ROOT
    if not all(begins_with(pair.key, prefix) for pair in pairs):
        return False
    try:
        if pairs:
            # A step at or past the prefix's end would leave out pairs that belong under it.
            key, steps = prefix, _read_steps(proof, 0, below=8 * len(prefix))
        else:
            key, start = _read_bytes(proof, 0)
            value, start = _read_bytes(proof, start)
            steps = _read_steps(proof, start, below=_MAX_BIT + 1)
            if begins_with(key, prefix) or any(
                _bit(key, at) != _bit(prefix, at) for at, _ in steps
            ):
                return False
            pairs = [Pair(key, value)]
        return climb(_root(pairs), key, steps) == root
    except (IndexError, ValueError):  # cut short, not of the least length, out of order or bounds
        return False


def climb(node: bytes, key: bytes, steps: Iterable[Step]) -> bytes:
    """The root over the subtree whose hash is `node`, which stands where `key` leads."""
    for bit, sibling in steps:
        left, right = (sibling, node) if _bit(key, bit) else (node, sibling)
        node = inner_hash(bit, left, right)
    return node


def begins_with(key: bytes, prefix: bytes) -> bool:
    """Whether `key`, with what is read after its end, begins with `prefix`."""
    return key.startswith(prefix) or (
        len(key) < len(prefix) and _padded(key, len(prefix)) == prefix
    )


_root = root  # where a root is given by that name


def _nodes(pairs: Iterable[Pair]) -> Iterator[tuple[int, int, bytes]]:
    """Every node, children before parents: its place from the left, its bit, its hash.

    Leaves have the even places and no bit; inner nodes stand where their children meet.
    """
    waiting: list[tuple[int, int, bytes]] = []  # the parents to come, with their left children
    previous: bytes | None = None
    place, node = 0, EMPTY_ROOT
    for key, value in pairs:
        if previous is not None:
            bit = _parting(previous, key)
            while waiting and waiting[-1][0] > bit:
                above, between, left = waiting.pop()
                node = sha256(_INNER[above] + left + node).digest()
                yield between, above, node
            waiting.append((bit, place - 1, node))
        if len(key) > MAX_BYTES or len(value) > MAX_BYTES:
            raise ValueError("a key or value is too long")
        node = sha256(b"\0" + _VARINTS[len(key)] + key + _VARINTS[len(value)] + value).digest()
        yield place, -1, node
        place, previous = place + 2, key
    for bit, between, left in reversed(waiting):
        node = inner_hash(bit, left, node)
        yield between, bit, node


def _parting(left: bytes, right: bytes) -> int:
    """The first bit at which the keys differ. Raises ValueError unless `left` comes first."""
    if len(left) != len(right):
        size = max(len(left), len(right)) + 1
        left, right = _padded(left, size), _padded(right, size)
    if left >= right:
        raise ValueError("keys must strictly ascend")
    differing = int.from_bytes(left) ^ int.from_bytes(right)
    return 8 * len(left) - differing.bit_length()


def _padded(key: bytes, size: int) -> bytes:
    """`key` and what is read after its end, `size` bytes, more than the key has."""
    return key + b"\x00" + b"\xff" * (size - len(key) - 1)


def _bit(key: bytes, bit: int) -> int:
    at = bit >> 3
    if at < len(key):
        return key[at] >> (7 - bit % 8) & 1
    return int(at > len(key))


def _spelled(data: bytes) -> bytes:
    return _VARINTS[len(data)] + data


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, of the least length and no more than `_MAX_BIT`, and where it ends."""
    number = data[at]
    if number < 128:
        return number, at + 1
    number += (data[at + 1] << 7) - 128
    if not 128 <= number <= _MAX_BIT:
        raise ValueError("not a number of the least length, or too large")
    return number, at + 2


def _read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = _read_varint(data, at)
    if len(data) - at < size:
        raise ValueError("cut short")
    return data[at : at + size], at + size


def _read_steps(data: bytes, at: int, *, below: int) -> list[Step]:
    """The steps from `at` to the end, whose bits fall from under `below`."""
    steps = []
    while at < len(data):
        bit, at = _read_varint(data, at)
        sibling = data[at : at + HASH_BYTES]
        if bit >= below or len(sibling) != HASH_BYTES:
            raise ValueError("bits must fall, each with a whole hash")
        steps.append(Step(bit, sibling))
        below, at = bit, at + HASH_BYTES
    return steps
