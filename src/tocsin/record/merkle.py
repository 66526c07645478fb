"""The log's tree: roots and proofs over leaf hashes. Source: RFC 6962, 2.1; RFC 9162, 2.1.

Everything here takes the leaf hashes of the tree it speaks of, so a proof costs as
much as the tree. Nodes are 32-byte SHA-256 hashes.

Size 0: the empty tree's root is the hash of nothing. It is consistent with every
tree by the empty proof, if the caller's old root is that root; it includes no leaf.
"""

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256().digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root hash of the tree over these leaf hashes."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        # A node without a sibling rises unchanged, which is RFC 6962's split at a power of two.
        odd = level[-1:] if len(level) % 2 else []
        level = [*map(node_hash, level[0::2], level[1::2]), *odd]
    return level[0]


def prove_inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index`. Raises ValueError for a leaf outside the tree."""
    if not 0 <= index < len(leaves):
        raise ValueError("no such leaf")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return [*prove_inclusion(left, index), root(right)]
    return [*prove_inclusion(right, index - split), root(left)]


def is_included(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes
) -> bool:
    """Whether `proof` shows leaf hash `leaf` at `index` of the tree of `size` leaves."""
    if not 0 <= index < size or not _are_hashes(leaf, tree_root, *proof):
        return False
    # Below where the ways to this leaf and to the last one meet, every node has a sibling;
    # above, on the right edge, only one that is a right child has.
    meeting = (index ^ (size - 1)).bit_length()
    if len(proof) != meeting + (index >> meeting).bit_count():
        return False
    node, is_right = leaf, index | -1 << meeting
    for sibling in proof:
        pair = sibling + node if is_right & 1 else node + sibling
        node = sha256(b"\x01" + pair).digest()  # not node_hash: a call a node is felt here
        is_right >>= 1
    return node == tree_root


def prove_consistency(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """The proof that the tree of the first `old_size` leaves is a prefix of this tree.

    Raises ValueError for a size that this tree never had.
    """
    if not 0 <= old_size <= len(leaves):
        raise ValueError("the tree never had that size")
    return _consistency(leaves, old_size, known=True) if old_size else []


def is_consistent(
    old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether `proof` shows that the tree of `size` leaves only added to the older one."""
    if not 0 <= old_size <= size or not _are_hashes(old_root, new_root, *proof):
        return False
    if old_size == size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    # From the last perfect subtree of the old tree up. Below where its way and the way to the new
    # tree's last leaf meet, what is left of it is in both trees, and what is right in the new one
    # alone; above, where it is on the right edge, it only has siblings on the left.
    low = (old_size & -old_size).bit_length() - 1
    old, new = (old_size - 1) >> low, (size - 1) >> low
    meeting = (old ^ new).bit_length()
    if len(proof) != bool(old) + meeting + (old >> meeting).bit_count():
        return False
    # Where the old tree is that subtree, its root is not repeated.
    first, *path = proof if old else (old_root, *proof)
    old_node = new_node = first
    is_right = old | -1 << meeting
    for sibling in path:
        if is_right & 1:
            left = b"\x01" + sibling  # not node_hash: a call a node is felt here
            old_node, new_node = sha256(left + old_node).digest(), sha256(left + new_node).digest()
        else:
            new_node = sha256(b"\x01" + new_node + sibling).digest()
        is_right >>= 1
    return old_node == old_root and new_node == new_root


def _consistency(leaves: Sequence[bytes], old_size: int, *, known: bool) -> list[bytes]:
    # `known`: this subtree's old root is the whole old tree's, which the verifier holds.
    if old_size == len(leaves):
        return [] if known else [root(leaves)]
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if old_size <= split:
        return [*_consistency(left, old_size, known=known), root(right)]
    return [*_consistency(right, old_size - split, known=False), root(left)]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _are_hashes(*values: bytes) -> bool:
    return {*map(len, values)} == {32}
