"""Proofs from tiles are, byte for byte, those from all the leaves."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.record.frontier import EMPTY
from tocsin.record.merkle import (
    is_consistent,
    is_included,
    prove_consistency,
    prove_inclusion,
    root,
)
from tocsin.record.proofs import TileCache, Tree
from tocsin.record.tiles import WIDTH, Tile, tile_root, tiles_of

SMALL = 600
LARGE = 66_100
# Around one tile, a few tiles, and a full tile of full tiles.
EDGES = [255, 256, 257, 511, 512, 513, 65_279, 65_535, 65_536, 65_537, 65_792, 65_793, LARGE]


@cache
def levels() -> list[list[bytes]]:
    """Every hash that any tile of a log of LARGE leaves holds, by level."""
    found = [[sha256(number.to_bytes(4)).digest() for number in range(LARGE)]]
    while len(found[-1]) >= WIDTH:
        row = found[-1]
        full = range(0, len(row) // WIDTH * WIDTH, WIDTH)
        found.append([tile_root(row[at : at + WIDTH]) for at in full])
    return found


def read(tile):
    at = tile.index * WIDTH
    return b"".join(levels()[tile.level][at : at + tile.width])


def leaves_of(size):
    return levels()[0][:size]


def same_as_from_all_leaves(size, index, old_size):
    tree, leaves = Tree(size, read, SHARED), leaves_of(size)
    assert tree.root() == root(leaves)
    assert tree.root_at(old_size) == root(leaves[:old_size])
    assert tree.inclusion(index) == prove_inclusion(leaves, index)
    assert tree.consistency(old_size) == prove_consistency(leaves, old_size)


SHARED = TileCache()  # by trees of all sizes, as in a log that grows


def test_every_small_tree_proves_what_its_leaves_prove():
    for size in range(1, SMALL + 1):
        index = 7919 % size
        same_as_from_all_leaves(size, index, size - index)


@given(st.integers(1, SMALL), st.data())
def test_any_leaf_and_any_earlier_size_of_a_small_tree_is_proved(size, data):
    index, old_size = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    same_as_from_all_leaves(size, index, old_size)


@settings(max_examples=6)
@given(st.sampled_from(EDGES), st.data())
def test_trees_at_the_edges_of_tiles_prove_what_their_leaves_prove(size, data):
    edges = st.sampled_from([at for at in EDGES if at < size] or [0])
    index = data.draw(edges | st.integers(0, size - 1))
    same_as_from_all_leaves(size, index, data.draw(edges | st.integers(0, size)))


@given(st.integers(1, LARGE), st.data())
def test_what_a_tree_of_any_size_proves_is_verified(size, data):
    index, old_size = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    tree, leaf = Tree(size, read, SHARED), leaves_of(size)[index]
    old_root = tree.root_at(old_size)
    assert is_included(leaf, index, size, tree.inclusion(index), tree.root())
    assert is_consistent(old_size, size, tree.consistency(old_size), old_root, tree.root())
    assert old_root == Tree(old_size, read, SHARED).root()


def test_a_tree_knows_the_frontier_of_every_size_it_had():
    tree = Tree(SMALL, read, SHARED)
    for size in (0, 1, 255, 256, 300, SMALL):
        assert tree.frontier(size) == EMPTY.extended(leaves_of(size))


def test_the_empty_tree_has_a_root_and_proves_no_leaf():
    tree = Tree(0, read, TileCache())
    assert tree.root() == tree.root_at(0) == root([])
    assert tree.consistency(0) == []
    with pytest.raises(ValueError, match="no such leaf"):
        tree.inclusion(0)


def test_no_proof_is_made_for_what_never_was():
    tree = Tree(300, read, TileCache())
    for index in (-1, 300):
        with pytest.raises(ValueError, match="no such leaf"):
            tree.inclusion(index)
    for size in (-1, 301):
        for asked in (tree.consistency, tree.root_at, tree.frontier):
            with pytest.raises(ValueError, match="never had that size"):
                asked(size)
    for size in (-1, 2**63):
        with pytest.raises(ValueError, match="no tree"):
            Tree(size, read, TileCache())


def test_a_tree_asks_only_for_its_own_tiles_and_for_each_full_one_once():
    asked = Counter()

    def counting(tile):
        asked[tile] += 1
        return read(tile)

    tree = Tree(65_800, counting, TileCache())
    for index in range(0, 65_800, 97):
        tree.inclusion(index)
        tree.consistency(index)
    assert set(asked.values()) == {1}
    assert set(asked) <= set(tiles_of(65_800))


def test_a_tile_of_another_width_is_refused():
    for length in (0, 31, 32, 32 * 256):
        tile = bytes(length)
        with pytest.raises(ValueError, match=r"tile|32 bytes"):
            Tree(300, lambda _, tile=tile: tile, TileCache())


def test_a_cache_keeps_no_more_than_it_may_and_proves_the_same():
    narrow, asked = TileCache(most=2), []

    def recording(tile):
        asked.append(tile)
        return read(tile)

    tree = Tree(2048, recording, narrow)
    for _ in range(2):
        for index in range(0, 2048, WIDTH):
            assert tree.inclusion(index) == prove_inclusion(leaves_of(2048), index)
    assert asked.count(Tile(level=0, index=3)) == 2


def test_trees_in_many_threads_share_one_cache():
    shared, size = TileCache(most=3), 5000
    expected = {index: Tree(size, read, SHARED).inclusion(index) for index in range(0, size, 61)}
    tree = Tree(size, read, shared)
    with ThreadPoolExecutor(4) as pool:
        found = dict(zip(expected, pool.map(tree.inclusion, expected), strict=True))
    assert found == expected
