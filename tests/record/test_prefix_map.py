"""The map against published values, against its definition, and against every forgery."""

import os
import random
from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.record.map_builders import Answer, House, a_house
from tests.record.map_vectors import claims, proofs, trees
from tocsin.record.merkle import EMPTY_ROOT
from tocsin.record.prefix_map import (
    MAX_BYTES,
    Pair,
    PrefixTree,
    Step,
    begins_with,
    inner_hash,
    root,
    spell_proof,
    verify_prefix,
)

FORGERIES = int(os.environ.get("TOCSIN_FORGERIES", "1500"))
# Few bytes, and those that padding is made of, so that keys share beginnings and endings.
KEYS = st.lists(st.sampled_from([0, 1, 128, 254, 255]), max_size=4).map(bytes)
MAPS = st.dictionaries(KEYS, st.binary(max_size=3), min_size=1, max_size=12)


def bits(key):
    """The key as it is read, far past its end."""
    return "".join(f"{byte:08b}" for byte in (key + b"\0").ljust(9, b"\xff"))


def in_order(pairs):
    return sorted((Pair(*pair) for pair in pairs.items()), key=lambda pair: bits(pair.key))


def defined_root(pairs):
    """The root by definition, for keys and values of less than 128 bytes."""
    if len(pairs) == 1:
        [(key, value)] = pairs
        leaf = b"\0" + bytes([len(key)]) + key + bytes([len(value)]) + value
        return sha256(leaf).digest()
    bit = next(at for at in range(72) if len({bits(pair.key)[at] for pair in pairs}) == 2)
    left, right = ([p for p in pairs if bits(p.key)[bit] == side] for side in "01")
    return sha256(b"\1" + bytes([bit]) + defined_root(left) + defined_root(right)).digest()


def accepts(house, answer):
    return verify_prefix(house.tree.root, answer.prefix, answer.pairs, answer.proof)


def test_roots_are_the_published_ones():
    for pairs, published in trees():
        assert root(pairs) == published


def test_claims_are_accepted_and_refused_as_published():
    for number, claim in enumerate(claims()):
        accepted = verify_prefix(claim.root, claim.prefix, claim.pairs, claim.proof)
        assert accepted == (claim.verdict == "yes"), number


def test_proofs_are_the_published_ones():
    for pairs, prefix, subtree, proof in proofs():
        under = [pair for pair in pairs if begins_with(pair.key, prefix)]
        found, steps = PrefixTree(pairs).search(prefix)
        assert spell_proof(steps, None if under else found[0]) == proof
        assert root(under) == subtree
        assert verify_prefix(root(pairs), prefix, under, proof)


@given(MAPS)
def test_the_root_is_the_one_by_definition(pairs):
    ordered = in_order(pairs)
    assert root(ordered) == PrefixTree(ordered).root == defined_root(ordered)


@pytest.mark.parametrize(
    "pairs",
    [
        [Pair(b"b", b""), Pair(b"a", b"")],
        [Pair(b"a", b""), Pair(b"a", b"")],
        [Pair(b"a", b""), Pair(b"a\0", b"")],
        [Pair(bytes(MAX_BYTES + 1), b"")],
        [Pair(b"", bytes(MAX_BYTES + 1))],
    ],
)
def test_pairs_out_of_order_or_bounds_have_no_root_and_prove_nothing(pairs):
    with pytest.raises(ValueError, match=r"ascend|too long"):
        root(pairs)
    assert not verify_prefix(EMPTY_ROOT, b"", pairs, b"")


def test_of_the_empty_map_only_absence_is_true_and_only_without_a_proof():
    assert root([]) == EMPTY_ROOT
    assert verify_prefix(EMPTY_ROOT, b"", [], b"")
    assert verify_prefix(EMPTY_ROOT, b"tag", [], b"")
    assert not verify_prefix(EMPTY_ROOT, b"tag", [], bytes(2))
    assert not verify_prefix(EMPTY_ROOT, b"tag", [Pair(b"tag", b"")], b"")
    assert not verify_prefix(root([Pair(b"a", b"")]), b"tag", [], b"")
    with pytest.raises(ValueError, match="no nodes"):
        PrefixTree([])


@given(MAPS, KEYS)
def test_every_prefix_has_one_answer_and_it_is_all_under_it(pairs, prefix):
    ordered = in_order(pairs)
    under = [pair for pair in ordered if bits(pair.key).startswith(bits(prefix)[: 8 * len(prefix)])]
    found, steps = PrefixTree(ordered).search(prefix)
    proof = spell_proof(steps, None if under else found[0])
    top = root(ordered)
    assert under == (list(found) if under else [])
    assert verify_prefix(top, prefix, under, proof)
    for claimed in ([], ordered, under[1:], under[:-1], list(found)):
        if claimed != under:
            assert not verify_prefix(top, prefix, claimed, proof)
            assert not verify_prefix(top, prefix, claimed, spell_proof(steps))


@given(KEYS, st.binary(max_size=200), st.lists(st.tuples(KEYS, KEYS), max_size=3))
def test_whatever_bytes_come_as_a_proof_are_refused_quietly(prefix, proof, pairs):
    claimed = [Pair(*pair) for pair in pairs]
    assert not verify_prefix(bytes(32), prefix, claimed, proof)


@given(st.data())
def test_no_bit_of_a_proof_can_change_and_none_can_be_added(data):
    house = a_house(random.Random(data.draw(st.integers(0, 50))), tags=5)  # noqa: S311  # the same in every run
    start = data.draw(st.sampled_from([*house.pairs, Pair(b"\x80" * 40, b"")])).key
    honest = house.answer(start[: data.draw(st.integers(0, 40))])
    proof = honest.proof
    at = data.draw(st.integers(0, max(0, 8 * len(proof) - 1)))
    flipped = (int.from_bytes(proof) ^ 1 << at).to_bytes(len(proof) + 1)[1:]
    assert accepts(house, honest)
    for other in {flipped, proof[: at // 8], proof + b"\0", proof + proof, b"\0" + proof} - {proof}:
        assert not accepts(house, honest._replace(proof=other))


def test_numbers_in_a_proof_have_one_spelling():
    near = [Pair(b"\xaa" * 20 + bytes([last]), b"value") for last in (0, 1)]
    bit, sibling = Step(167, root(near[1:]))
    assert spell_proof([Step(bit, sibling)])[:2] == b"\xa7\x01"
    for spelled in (b"\xa7\x01", b"\xa7\x81\x00", b"\xa7\x01\x00"):
        accepted = verify_prefix(root(near), near[0].key, near[:1], spelled + sibling)
        assert accepted == (spelled == b"\xa7\x01")
    bit, sibling = Step(0, root([Pair(b"\xff", b"")]))
    both = root([Pair(b"\0", b""), Pair(b"\xff", b"")])
    assert verify_prefix(both, b"\0", [Pair(b"\0", b"")], b"\0" + sibling)
    assert not verify_prefix(both, b"\0", [Pair(b"\0", b"")], b"\x80\0" + sibling)
    assert verify_prefix(both, b"\1", [], b"\1\0\0" + b"\0" + sibling)
    for overlong in (b"\x81\0\0\0\0", b"\1\0\x80\0\0", b"\1\0\0\x80\0"):
        assert not verify_prefix(both, b"\1", [], overlong + sibling)


def test_lengths_in_a_proof_are_those_of_what_follows():
    only = Pair(b"key", b"value")
    for spelled in (b"\3key\5value", b"\3key\6value", b"\3key\4value", b"\3key\5value\0"):
        accepted = verify_prefix(root([only]), b"tag", [], spelled)
        assert accepted == (spelled == b"\3key\5value")
    short = inner_hash(0, root([only]), bytes(31))
    assert not verify_prefix(short, b"key", [only], b"\0" + bytes(31))


def omit(house, honest, chance):
    at = chance.randrange(len(honest.pairs) + 1)
    yield honest._replace(pairs=honest.pairs[:at] + honest.pairs[at + 1 :])
    yield honest._replace(pairs=honest.pairs[:at])
    yield honest._replace(pairs=honest.pairs[at:])


def omit_from_a_twin(house, honest, chance):
    """True of a map that differs in one pair."""
    for gone in honest.pairs[:1]:
        yield House(set(house.pairs) - {gone}).answer(honest.prefix)
    added = Pair(honest.prefix.ljust(40, b"\7")[:40], bytes(32))
    yield House({*house.pairs, added}).answer(honest.prefix)


def add(house, honest, chance):
    invented = Pair(honest.prefix.ljust(40, b"\3")[:40], chance.randbytes(32))
    foreign = chance.choice(house.pairs)
    for pair in (invented, foreign):
        yield honest._replace(pairs=tuple(sorted({*honest.pairs, pair})))


def change(house, honest, chance):
    for at, pair in enumerate(honest.pairs[:2]):
        rest = honest.pairs[:at], honest.pairs[at + 1 :]
        for key, value in (
            (pair.key, chance.randbytes(32)),
            (pair.key, pair.value + b"\0"),
            (pair.key[:-1] + bytes([pair.key[-1] ^ 1]), pair.value),
            (pair.key + b"\0", pair.value),
        ):
            yield honest._replace(pairs=(*rest[0], Pair(key, value), *rest[1]))


def reorder(house, honest, chance):
    yield honest._replace(pairs=honest.pairs[::-1])
    yield honest._replace(pairs=honest.pairs + honest.pairs[-1:])


def deny(house, honest, chance):
    """With the path to a pair under the prefix, to one elsewhere, and with no path."""
    yield honest._replace(pairs=(), proof=b"")
    yield honest._replace(pairs=())
    for other in (*honest.pairs[:1], *chance.sample(house.pairs, 2)):
        _, steps = house.tree.search(other.key)
        yield honest._replace(pairs=(), proof=spell_proof(steps, other))
        yield honest._replace(pairs=(), proof=spell_proof(steps, Pair(honest.prefix, b"")))


def claim_a_neighbour(house, honest, chance):
    neighbour = house.answer(chance.choice(house.pairs).key[:32])
    yield neighbour._replace(prefix=honest.prefix)
    yield honest._replace(pairs=neighbour.pairs)
    yield honest._replace(proof=neighbour.proof)
    yield honest._replace(prefix=neighbour.prefix)


def claim_less_or_more(house, honest, chance):
    """A part of the answer, with the proof of the part; a wider answer, with its own."""
    parts = [house.answer(pair.key[: chance.randint(33, 40)]) for pair in honest.pairs[:2]]
    wider = house.answer(honest.prefix[: chance.randrange(len(honest.prefix))])
    yield from (answer._replace(prefix=honest.prefix) for answer in (*parts, wider))
    yield from (honest._replace(prefix=answer.prefix) for answer in (*parts, wider))


def bend_steps(house, honest, chance):
    found, steps = house.tree.search(honest.prefix)
    other = None if honest.pairs else found[0]
    stray = Step(chance.randrange(320), chance.randbytes(32))
    at = chance.randrange(len(steps) + 1)
    before, after = steps[:at], steps[at:]
    bit, sibling = after[0] if after else stray
    for bent in (
        before,
        after,
        [*before, *after[1:]],
        [*before, *after[:1], *after],
        [*before, stray, *after],
        [*before, Step(bit ^ 1, sibling), *after[1:]],
        [*before, Step(bit, chance.randbytes(32)), *after[1:]],
        [*after, *before],
        steps[::-1],
    ):
        yield honest._replace(proof=spell_proof(bent, other))


def bend_bytes(house, honest, chance):
    proof = honest.proof
    at = chance.randrange(len(proof) + 1)
    yield honest._replace(proof=proof[:at])
    yield honest._replace(proof=proof + chance.randbytes(chance.choice([1, 33])))
    yield honest._replace(proof=proof[:at] + chance.randbytes(1) + proof[at:])
    yield honest._replace(proof=proof[:at] + chance.randbytes(1) + proof[at + 1 :])
    # Where a number begins, spelled longer than it need be.
    for number in {0, len(proof) - 33} if proof else ():
        longer = bytes([proof[number] | 128, 0])
        yield honest._replace(proof=proof[:number] + longer + proof[number + 1 :])


FORGERS = (
    omit,
    omit_from_a_twin,
    add,
    change,
    reorder,
    deny,
    claim_a_neighbour,
    claim_less_or_more,
    bend_steps,
    bend_bytes,
)


def asked(house: House, chance: random.Random) -> list[Answer]:
    tag = chance.choice(house.pairs).key[: chance.choice([2, 32, 32, 32, 36])]
    missing = tag[:-1] + bytes([tag[-1] ^ 1 << chance.randrange(8)])
    return [house.answer(prefix) for prefix in (tag, missing, chance.randbytes(32))]


def test_no_forged_answer_is_accepted():
    chance = random.Random(191)  # noqa: S311  # the same in every run
    refused = Counter()
    while refused.total() < FORGERIES:
        house = a_house(chance, tags=chance.randint(2, 12))
        for honest in asked(house, chance):
            assert accepts(house, honest)
            for forger in FORGERS:
                for forged in forger(house, honest, chance):
                    if forged != house.answer(forged.prefix):
                        assert not accepts(house, forged), (forger.__name__, forged)
                        refused[forger.__name__] += 1
    assert set(refused) == {forger.__name__ for forger in FORGERS}
