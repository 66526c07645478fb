"""Blocks give the map's own root and proofs, and touch no more than they must."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.record.map_builders import House, Shelf, a_house
from tocsin.record.map_blocks import Prover, update
from tocsin.record.merkle import EMPTY_ROOT
from tocsin.record.prefix_map import Pair, root, verify_prefix

# First bytes that part late, early and not at all, so that blocks have gaps of every width.
BYTES = st.sampled_from([0, 1, 2, 127, 128, 200, 255])
KEYS = st.tuples(BYTES, BYTES, BYTES, st.integers(0, 3)).map(lambda four: bytes(four) + bytes(36))
BATCHES = st.lists(st.dictionaries(KEYS, st.binary(min_size=32, max_size=32)), max_size=5)


def shelved(house: House) -> Shelf:
    shelf = Shelf(house.pairs)
    update(shelf, (pair.key for pair in house.pairs))
    return shelf


def a_shelf(seed: int = 3) -> tuple[House, Shelf]:
    house = a_house(random.Random(seed))  # noqa: S311  # the same in every run
    return house, shelved(house)


@given(BATCHES, st.data())
def test_the_root_after_any_updates_is_the_root_of_all_pairs(batches, data):
    shelf = Shelf()
    for batch in batches:
        gone = data.draw(st.sets(st.sampled_from(sorted(shelf.stored)))) if shelf.stored else set()
        shelf.stored = {key: shelf.stored[key] for key in shelf.stored if key not in gone} | batch
        top = update(shelf, [*batch, *gone])
        assert top == Prover(shelf).root() == root(shelf.pairs(b""))


@given(st.dictionaries(KEYS, st.binary(min_size=1, max_size=1)), KEYS, st.integers(2, 40))
def test_a_proof_from_blocks_is_the_one_over_all_pairs(pairs, key, size):
    shelf, prefix = Shelf(pairs), key[:size]
    top = update(shelf, pairs)
    found, proof = Prover(shelf).prove(prefix)
    assert found == shelf.pairs(prefix)
    assert verify_prefix(top, prefix, found, proof)
    if pairs:
        assert proof == House(shelf.pairs(b"")).answer(prefix).proof


def test_random_tags_are_proved_present_and_others_absent():
    house, shelf = a_shelf()
    prover, chance = Prover(shelf), random.Random(5)  # noqa: S311  # the same in every run
    for tag in {pair.key[:32] for pair in house.pairs} | {chance.randbytes(32) for _ in range(50)}:
        found, proof = prover.prove(tag)
        assert (tag, tuple(found), proof) == house.answer(tag)
        assert verify_prefix(prover.root(), tag, found, proof)


def test_an_update_reads_the_touched_buckets_and_writes_the_blocks_above_them():
    house, shelf = a_shelf()
    first, last = house.pairs[0].key, house.pairs[-1].key
    assert first[:1] != last[:1]
    shelf.read.clear()
    shelf.written.clear()
    again = [first, first[:2] + b"gone", last]
    assert update(shelf, again) == house.tree.root
    assert dict(shelf.read) == dict.fromkeys([first[:2], first[:1], last[:2], last[:1], b""], 1)
    assert dict(shelf.written) == dict.fromkeys([first[:1], last[:1], b""], 1)


def test_an_empty_store_proves_that_there_is_nothing():
    shelf = Shelf()
    assert Prover(shelf).root() == update(shelf, []) == EMPTY_ROOT
    assert Prover(shelf).prove(b"tag") == ([], b"")


def test_what_was_read_is_kept_within_bounds():
    house, shelf = a_shelf()
    tags = sorted({pair.key[:32] for pair in house.pairs}, key=lambda tag: tag[:2])
    tags = list({tag[:2]: tag for tag in tags}.values())[:4]
    prover = Prover(shelf, most_cached=2)
    shelf.read.clear()
    for tag in (*tags[:2], *tags[:2]):
        prover.prove(tag)
    assert max(shelf.read.values()) == 1
    for tag in (*tags[2:4], tags[0]):
        prover.prove(tag)
    assert shelf.read[tags[0][:2]] == 2
    assert shelf.read[b""] == 1


def test_a_prover_refuses_what_is_not_of_one_map_until_it_reads_anew():
    house, shelf = a_shelf()
    prover = Prover(shelf, most_cached=0)
    tag = house.pairs[0].key[:32]
    prover.prove(tag)
    added = Pair(tag + b"\xff" * 8, bytes(32))
    shelf.stored[added.key] = added.value
    with pytest.raises(ValueError, match="not of one map"):
        prover.prove(tag)
    top = update(shelf, [added.key])
    prover.forget()
    found, proof = prover.prove(tag)
    assert added in found
    assert verify_prefix(top, tag, found, proof)


@pytest.mark.parametrize("size", [0, 1])
def test_a_damaged_block_proves_nothing(size):
    house, shelf = a_shelf()
    tag = house.pairs[0].key[:32]
    whole = shelf.blocks[tag[:size]]
    shelf.blocks[tag[:size]] = whole[1:]
    with pytest.raises(ValueError, match="wrong size"):
        Prover(shelf).prove(tag)
    at = 32 * tag[size]
    shelf.blocks[tag[:size]] = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    with pytest.raises(ValueError, match="not of one map"):
        Prover(shelf).prove(tag)


def test_a_bucket_that_lost_its_pairs_proves_nothing():
    house, shelf = a_shelf()
    shelf.stored = {}
    with pytest.raises(ValueError, match="no nodes"):
        Prover(shelf).prove(house.pairs[0].key)


def test_what_is_shorter_than_a_bucket_is_refused():
    house, shelf = a_shelf()
    with pytest.raises(ValueError, match="too short"):
        Prover(shelf).prove(house.pairs[0].key[:1])
    with pytest.raises(ValueError, match="too short"):
        update(shelf, [b"a"])
