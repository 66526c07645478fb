"""A commitment binds name, value and salt, and shows none of them."""

import hmac
from hashlib import sha256
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record.commitments import (
    commit_body,
    commit_field,
    commit_policy,
    join_fields,
    salts_from,
)

SEED = bytes(range(32))
SALT = bytes(16)
FIELDS = {"kind": "waiver", "ground": 3, "by": ["o-1", "o-2"]}


def test_golden_commitments_pin_the_format():
    salts = salts_from(SEED, FIELDS)
    assert salts["kind"].hex() == "252e070f260397c6e9397136c82b29f7"
    assert (
        commit_field("kind", b'"waiver"', salts["kind"]).hex()
        == "2c11aa589aaa6136afe83a7a883a537ab6823cabdffaef7850bdb8237468280e"
    )
    assert (
        commit_body(FIELDS, salts).hex()
        == "064e42b3da36ce340c83d76fd8056797ad83edc864d6aa833b3bb1a342f08142"
    )
    assert (
        commit_policy(sha256(b"pack").digest(), SEED).hex()
        == "d0bcbad6924609fe2f79650ebf930158653f6d8d3daecadd8b498c0943d31105"
    )


def test_a_commitment_is_the_documented_hash():
    stated = b"tocsin/field/1\0" + SALT + b"\0\0\0\x01n" + b"\0\0\0\x02{}"
    assert commit_field("n", b"{}", SALT) == sha256(stated).digest()


@given(
    st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=3), st.binary(max_size=3))
)
def test_moving_a_byte_between_name_and_value_changes_the_commitment(pair):
    name, value = pair
    assert commit_field(name + "a", value, SALT) != commit_field(name, b"a" + value, SALT)


def test_one_field_is_disclosed_without_the_others():
    salts = salts_from(SEED, FIELDS)
    others = [commit_field("by", b'["o-1","o-2"]', salts["by"])]
    others.append(commit_field("kind", b'"waiver"', salts["kind"]))
    shown = commit_field("ground", b"3", salts["ground"])
    for order in permutations([*others, shown]):
        assert join_fields(order) == commit_body(FIELDS, salts)
    forged = commit_field("ground", b"4", salts["ground"])
    assert join_fields([*others, forged]) != commit_body(FIELDS, salts)


def test_every_field_has_its_own_salt_and_equal_fields_of_two_records_differ():
    salts = salts_from(SEED, FIELDS)
    assert len(set(salts.values())) == len(FIELDS)
    other = salts_from(sha256(SEED).digest(), FIELDS)
    assert not set(other.values()) & set(salts.values())
    assert commit_body(FIELDS, salts) != commit_body(FIELDS, other)


@given(
    st.binary(min_size=32, max_size=32),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)
def test_a_salt_is_the_documented_hmac(seed, name):
    stated = hmac.digest(seed, b"tocsin/field-salt/1\0" + name.encode(), "sha256")
    assert salts_from(seed, [name]) == {name: stated[:16]}


def test_a_missing_or_surplus_salt_is_refused():
    salts = salts_from(SEED, FIELDS)
    for wrong in ({**salts, "extra": SALT}, {"kind": salts["kind"]}):
        with pytest.raises(ValueError, match="its own salt"):
            commit_body(FIELDS, wrong)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: commit_field("a", b"1", bytes(15)),
        lambda: salts_from(bytes(31), ["a"]),
        lambda: join_fields([bytes(31)]),
        lambda: commit_policy(bytes(31), SEED),
        lambda: commit_policy(bytes(32), bytes(16)),
    ],
)
def test_a_salt_seed_or_hash_of_the_wrong_length_is_refused(attempt):
    with pytest.raises(ValueError, match="bytes"):
        attempt()
