"""Roots and proofs, against published values and against every forgery we can think of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record.leaf import leaf_hash
from tocsin.record.merkle import (
    EMPTY_ROOT,
    is_consistent,
    is_included,
    prove_consistency,
    prove_inclusion,
    root,
)

# The eight leaves and roots of the Certificate Transparency reference tests.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
INPUTS.append("606162636465666768696a6b6c6d6e6f")
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.integers(1, 70)


def leaves_of(size):
    return [leaf_hash(number.to_bytes(2)) for number in range(size)]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size):
    assert root(LEAVES[:size]).hex() == ROOTS[size]


def test_proofs_are_the_published_ones():
    shared = ["ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", ROOTS[4]]
    path = [node.hex() for node in prove_inclusion(LEAVES, 5)]
    assert path == ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", *shared]
    old = [node.hex() for node in prove_consistency(LEAVES, 6)]
    assert old == ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", *shared]


@given(SIZES, st.data())
def test_every_leaf_is_proved_at_its_own_place_and_at_no_other(size, data):
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof, top = prove_inclusion(leaves, index), root(leaves)
    assert is_included(leaves[index], index, size, proof, top)
    for other in {*range(-1, size + 1)} - {index}:
        assert not is_included(leaves[index], other, size, proof, top)
    assert not is_included(leaf_hash(b"forged"), index, size, proof, top)
    assert not is_included(leaves[index], index, size, [*proof, top], top)
    assert not is_included(leaves[index], index, size, proof[:-1], leaf_hash(top))


@given(SIZES, st.data())
def test_every_earlier_tree_is_proved_a_prefix_and_no_rewritten_one_is(size, data):
    leaves = leaves_of(size)
    old = data.draw(st.integers(1, size))
    proof, old_root, top = prove_consistency(leaves, old), root(leaves[:old]), root(leaves)
    assert is_consistent(old, size, proof, old_root, top)
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves[:changed], leaf_hash(b"forged"), *leaves[changed + 1 :]]
    assert not is_consistent(old, size, proof, root(rewritten[:old]), top)
    assert not is_consistent(old, size, proof, old_root, root(rewritten))
    forged = prove_consistency(rewritten, old)
    assert not is_consistent(old, size, forged, old_root, root(rewritten))
    assert not is_consistent(old, size, [*proof, top], old_root, top)


@given(SIZES, st.integers(0, 8), st.binary(min_size=32, max_size=32), st.data())
def test_a_changed_or_shortened_proof_proves_nothing(size, place, noise, data):
    leaves = leaves_of(size + 1)
    old = data.draw(st.integers(1, size))
    proof, top = prove_consistency(leaves, old), root(leaves)
    place %= len(proof)
    for wrong in (proof[:place], [*proof[:place], noise, *proof[place + 1 :]]):
        assert not is_consistent(old, size + 1, wrong, root(leaves[:old]), top)
    assert not is_consistent(old, size + 1, [b"short"] * len(proof), root(leaves[:old]), top)


def test_size_zero_means_what_is_written():
    top = root(LEAVES)
    assert prove_consistency(LEAVES, 0) == []
    assert is_consistent(0, 8, [], EMPTY_ROOT, top)
    assert is_consistent(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    assert not is_consistent(0, 8, [], top, top)
    assert not is_consistent(0, 8, [top], EMPTY_ROOT, top)
    assert not is_included(LEAVES[0], 0, 0, [], EMPTY_ROOT)


def test_no_proof_is_made_for_what_never_was():
    for index in (-1, 8):
        with pytest.raises(ValueError, match="no such leaf"):
            prove_inclusion(LEAVES, index)
    for size in (-1, 9):
        with pytest.raises(ValueError, match="never had that size"):
            prove_consistency(LEAVES, size)
        assert not is_consistent(size, 8, [], root(LEAVES), root(LEAVES))
