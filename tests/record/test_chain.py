"""Each entry of a case carries the hash of the one before, and its body stays sealed."""

from hashlib import sha256
from itertools import pairwise

import pytest

from tests.record.builders import EVENTS, HOUSE_KEY, PACK, a_case
from tocsin.record.canonical import canonical, parse
from tocsin.record.chain import next_entry
from tocsin.record.commitments import commit_body, commit_policy, salts_from
from tocsin.record.leaf import LEAF_BYTES, ZERO, case_pseudonym, decode, leaf_hash

FIRST = {
    "position": 0,
    "case_id": "7F3K",
    "case_pseudonym": case_pseudonym(HOUSE_KEY, "7F3K"),
    "case_seq": 1,
    "previous": ZERO,
    "at_us": 1,
    "fields": {"kind": "Waived", "actor": "officer-12"},
    "seed": bytes(32),
    "policy_pack": PACK,
}


def test_each_leaf_names_the_hash_of_the_one_before():
    leaves = [entry.leaf for entry in a_case()]
    assert decode(leaves[0]).previous == ZERO
    for before, after in pairwise(leaves):
        assert decode(after).previous == leaf_hash(before)
    assert [decode(leaf).case_seq for leaf in leaves] == list(range(1, EVENTS + 1))


def test_the_body_is_canonical_text_and_opens_its_leaf():
    entry = a_case()[2]
    fields = parse(entry.body.encode())
    assert fields["kind"] == entry.kind
    leaf = decode(entry.leaf)
    assert leaf.body == commit_body(fields, salts_from(entry.seed, fields))
    assert leaf.policy == commit_policy(PACK, entry.seed)


def test_a_leaf_does_not_show_that_it_is_a_waiver():
    waived = next_entry(**FIRST).leaf
    assert waived == next_entry(**FIRST).leaf
    warned = next_entry(**FIRST | {"fields": {"kind": "Warned", "why": "x" * 5000}}).leaf
    assert len(waived) == len(warned) == LEAF_BYTES
    differ = [place for place in range(LEAF_BYTES) if waived[place] != warned[place]]
    assert set(differ) <= set(range(88, 120))  # the body commitment


def test_the_same_words_under_a_fresh_seed_cannot_be_recognised():
    other = next_entry(**FIRST | {"seed": sha256(b"fresh").digest()})
    assert decode(other.leaf).body != decode(next_entry(**FIRST).leaf).body
    assert decode(other.leaf).policy != decode(next_entry(**FIRST).leaf).policy


@pytest.mark.parametrize(
    "change",
    [
        *({"fields": {"actor": "o"}}, {"fields": {"kind": 1}}, {"fields": {"kind": ""}}),
        *({"fields": {"kind": "a", "score": 0.5}}, {"fields": {"kind": "x" * 2**24}}),
        *({"position": -1}, {"case_seq": 2}, {"seed": bytes(16)}, {"policy_pack": b""}),
    ],
)
def test_what_could_not_be_verified_later_is_refused_now(change):
    with pytest.raises(ValueError, match=r"."):
        next_entry(**FIRST | change)


def test_nothing_but_the_canonical_body_is_stored():
    entry = next_entry(**FIRST)
    assert entry.body.encode() == canonical(FIRST["fields"])
