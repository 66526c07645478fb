"""A tree grows, and gives its root, from its right edge alone."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record.frontier import EMPTY, Frontier
from tocsin.record.merkle import root

LEAVES = [sha256(number.to_bytes(2)).digest() for number in range(600)]
SIZES = st.integers(0, len(LEAVES))


def test_the_root_at_every_size_is_the_whole_tree_s():
    frontier = EMPTY
    for size, leaf in enumerate(LEAVES):
        assert frontier.root == root(LEAVES[:size])
        frontier = frontier.extended([leaf])


@given(SIZES, SIZES)
def test_a_tree_grown_in_parts_is_the_tree_grown_at_once(first, second):
    first, second = sorted((first, second))
    grown = EMPTY.extended(LEAVES[:first]).extended(LEAVES[first:second])
    assert grown == EMPTY.extended(LEAVES[:second])
    assert grown.size == second
    assert grown.extended([]) == grown


@given(SIZES)
def test_a_frontier_comes_back_from_its_bytes(size):
    frontier = EMPTY.extended(LEAVES[:size])
    data = frontier.to_bytes()
    assert len(data) == 32 * size.bit_count()
    assert Frontier.from_bytes(size, data) == frontier


def test_nodes_are_kept_the_largest_subtree_first():
    assert EMPTY.extended(LEAVES[:7]).nodes == (root(LEAVES[:4]), root(LEAVES[4:6]), LEAVES[6])


@given(st.integers(-2, 2**64), st.binary(max_size=200))
def test_bytes_that_are_no_frontier_are_refused(size, data):
    fits = 0 <= size < 2**63 and len(data) == 32 * size.bit_count()
    if fits:
        assert Frontier.from_bytes(size, data).to_bytes() == data
    else:
        with pytest.raises(ValueError, match=r"size|hash|subtree"):
            Frontier.from_bytes(size, data)


def test_a_leaf_hash_of_another_length_is_refused():
    for length in (0, 31, 33):
        with pytest.raises(ValueError, match="32 bytes"):
            EMPTY.extended([bytes(length)])
