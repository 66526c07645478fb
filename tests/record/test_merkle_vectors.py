"""The verifiers accept and reject what others publish, and tiles hash as others hash."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tocsin.record.frontier import EMPTY
from tocsin.record.leaf import leaf_hash
from tocsin.record.merkle import EMPTY_ROOT, is_consistent, is_included, node_hash
from tocsin.record.proofs import TileCache, Tree

VECTORS = json.loads((Path(__file__).parent / "vectors/merkle.json").read_text())
VALUES = [bytes.fromhex(value) for value in VECTORS["values"]]

# Accepted as published, because equal sizes with equal roots are not looked at further. Their
# roots are 12 bytes of text, and here a root is a hash or nothing.
NOT_HASHES = {
    "consistency/additional/sizes-are-equal-zero-and-proof-is-empty",
    "consistency/additional/sizes-are-equal-one-and-proof-is-empty",
}
# Rejected as published, whatever the new root, because the empty tree proves nothing of it.
# Here, as merkle.py documents, the empty tree is consistent with every tree, so the case is
# rejected only for its new root, which is no hash.
FROM_NOTHING = "consistency/additional/size1-is-zero-and-size2-is-not-zero"

SUBTREES = 130
LEAVES = [leaf_hash(bytes([number])) for number in range(SUBTREES)]


def named(vectors):
    return [pytest.param(*vector[1:], id=vector[0]) for vector in vectors]


@pytest.mark.parametrize(
    ("index", "size", "root", "leaf", "proof", "accepted"), named(VECTORS["inclusion"])
)
def test_inclusion_is_judged_as_published(index, size, root, leaf, proof, accepted):
    path = [VALUES[at] for at in proof]
    assert is_included(VALUES[leaf], index, size, path, VALUES[root]) == accepted


@pytest.mark.parametrize(
    ("old_size", "size", "old_root", "root", "proof", "accepted"),
    named(vector for vector in VECTORS["consistency"] if vector[0] not in NOT_HASHES),
)
def test_consistency_is_judged_as_published(old_size, size, old_root, root, proof, accepted):
    path = [VALUES[at] for at in proof]
    assert is_consistent(old_size, size, path, VALUES[old_root], VALUES[root]) == accepted


def test_where_we_differ_from_what_is_published():
    vectors = {name: vector for name, *vector in VECTORS["consistency"]}
    for name in NOT_HASHES:
        old_size, size, old_root, root, proof, accepted = vectors[name]
        assert accepted
        assert not is_consistent(old_size, size, proof, VALUES[old_root], VALUES[root])
    old_size, size, old_root, _, proof, accepted = vectors[FROM_NOTHING]
    assert not accepted
    assert VALUES[old_root] == EMPTY_ROOT
    assert is_consistent(old_size, size, proof, EMPTY_ROOT, leaf_hash(b""))


def test_leaves_and_nodes_hash_as_published():
    # transparency-dev/merkle, rfc6962/rfc6962_test.go
    hashed = leaf_hash(b"L123456").hex()
    assert hashed == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    joined = node_hash(b"N123", b"N456").hex()
    assert joined == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


def test_compact_trees_are_the_published_ones():
    # transparency-dev/merkle, testonly/constants.go: the eight Certificate Transparency leaves
    inputs = "|00|10|2021|3031|40414243|5051525354555657|606162636465666768696a6b6c6d6e6f"
    leaves = [leaf_hash(bytes.fromhex(text)) for text in inputs.split("|")]
    six = ["d37ee418", "0ebc5d34"]
    seven = [*six, "b08693ec"]
    for size, nodes in ((3, ["fac54203", "0298d122"]), (6, six), (7, seven), (8, ["5dc9da79"])):
        assert [node.hex()[:8] for node in EMPTY.extended(leaves[:size]).nodes] == nodes


def subtrees():
    """Every range of leaves that is a subtree of some tree, with the tree over it alone."""
    for end in range(1, SUBTREES + 1):
        for start in range(end):
            leaves = LEAVES[start:end]
            if start % (1 << (end - start - 1).bit_length()) == 0:
                yield start, end, Tree(end - start, lambda _, own=leaves: b"".join(own), CACHE)


CACHE = TileCache()  # stays empty: none of these trees fills a tile

# Source of the two digests: draft-ietf-plants-merkle-tree-certs, Subtree Test Vectors.


def test_every_subtree_of_130_leaves_has_the_published_root():
    lines = "".join(f"[{start}, {end}) {tree.root().hex()}\n" for start, end, tree in subtrees())
    digest = sha256(lines.encode()).hexdigest()
    assert digest == "94a95384a8c69acea9b50d035a58285b3a777cb7a724005faa5e1f1e1190007f"


def test_every_leaf_of_every_subtree_of_130_leaves_has_the_published_proof():
    digest = sha256()
    for start, end, tree in subtrees():
        for index in range(start, end):
            proof = "".join(f" {node.hex()}" for node in tree.inclusion(index - start))
            digest.update(f"{index} [{start}, {end}){proof}\n".encode())
    published = "ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f"
    assert digest.hexdigest() == published
