"""What a file brings along is believed only on proofs and on keys from elsewhere."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.record.logbook import (
    COSIGNATURE,
    HOUSE,
    KEYS,
    LOG,
    ORIGIN,
    POLICY,
    START_S,
    WITNESSES,
    Logbook,
    a_signer,
)
from tocsin.record.canonical import canonical, parse
from tocsin.record.checkpoint import read
from tocsin.record.evidence import OpenedLeaf, fields, trusted
from tocsin.record.trust import TrustPolicy, Witness

BOOK = Logbook()
for number in range(7):
    BOOK.write(HOUSE, "Cover", number=number)
NOTE = BOOK.checkpoint(at_s=START_S)
CHECKPOINT = read(NOTE.encode())[0]
OPENED = BOOK.opened(3)


@pytest.mark.parametrize("index", range(7))
def test_an_opened_leaf_says_what_was_written(index: int) -> None:
    opened = BOOK.opened(index)
    assert fields(opened, CHECKPOINT)["number"] == index
    assert OpenedLeaf.from_value(parse(canonical(opened.to_value()))) == opened


def test_the_words_and_their_seed_stay_out_of_messages() -> None:
    assert OPENED.body not in repr(OPENED)
    assert repr(OPENED.seed) not in repr(OPENED)


@pytest.mark.parametrize(
    "change",
    [
        {"index": 2},
        {"index": -1},
        {"index": 7},
        {"leaf": BOOK.entries[2].leaf},
        {"body": OPENED.body.replace("3", "4")},
        {"body": "[]"},
        {"body": OPENED.body + " "},
        {"seed": bytes(32)},
        {"proof": OPENED.proof[:-1]},
        {"proof": (*OPENED.proof, bytes(32))},
    ],
)
def test_an_opened_leaf_with_anything_changed_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"log|leaf|canonical|object"):
        fields(replace(OPENED, **change), CHECKPOINT)


def test_an_opened_leaf_is_refused_beside_another_tree() -> None:
    with pytest.raises(ValueError, match="hold"):
        fields(OPENED, replace(CHECKPOINT, size=3))
    with pytest.raises(ValueError, match="hold"):
        fields(OPENED, replace(CHECKPOINT, root=bytes(32)))


@pytest.mark.parametrize(
    "change",
    [
        {"index": "3"},
        {"index": True},
        {"leaf": "AAAA"},
        {"body": None},
        {"seed": "00" * 31},
        {"proof": ["AAAA"]},
        {"proof": [OPENED.to_value()["leaf"]]},
        {"proof": ["A" * 43 + "="] * 127},
        {"more": 1},
    ],
)
def test_an_opened_leaf_of_another_shape_is_not_read(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        OpenedLeaf.from_value({**OPENED.to_value(), **change})
    assert "Cover" not in str(refused.value)


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_a_value_that_is_no_opened_leaf_is_refused(value) -> None:
    with pytest.raises(ValueError, match="members"):
        OpenedLeaf.from_value(value)


# Checkpoints


def test_a_checkpoint_is_believed_on_the_log_s_keys_and_the_policy_s_quorum() -> None:
    assert trusted(NOTE, KEYS) == CHECKPOINT
    assert trusted(NOTE, KEYS, POLICY) == CHECKPOINT
    assert trusted(NOTE, KEYS, POLICY, by_s=START_S) == CHECKPOINT


@pytest.mark.parametrize("signers", [LOG[:1], LOG[1:], WITNESSES])
def test_a_log_signs_with_each_key_that_is_known_for_it(signers) -> None:
    with pytest.raises(ValueError, match=r"each of its known keys|no known key"):
        trusted(BOOK.checkpoint(signers=signers), KEYS, POLICY)


def test_no_key_is_taken_from_the_file() -> None:
    with pytest.raises(ValueError, match="no known key"):
        trusted(NOTE, [a_signer(ORIGIN, LOG[0].type, 9).verifier_key])
    with pytest.raises(ValueError, match="each of its known keys"):
        trusted(NOTE, [], POLICY)


def test_too_few_witnesses_are_too_few_and_the_log_is_none() -> None:
    note = BOOK.checkpoint(signers=(*LOG, WITNESSES[0]))
    assert trusted(note, KEYS) == CHECKPOINT
    with pytest.raises(ValueError, match="too few"):
        trusted(note, KEYS, POLICY)
    itself = TrustPolicy(
        logs=(), witnesses=(Witness(name="w", key=KEYS[1]),), groups=(), quorum="w"
    )
    with pytest.raises(ValueError, match="too few"):
        trusted(note, KEYS, itself)


def test_a_cosignature_under_the_log_s_name_is_not_the_log_s() -> None:
    posing = a_signer(ORIGIN, COSIGNATURE, 5)
    note = BOOK.checkpoint(signers=(posing,))
    with pytest.raises(ValueError, match="each of its known keys"):
        trusted(note, [posing.verifier_key])


def test_a_checkpoint_is_dated_by_those_who_cosigned_it_and_say_when() -> None:
    with pytest.raises(ValueError, match="too few"):
        trusted(NOTE, KEYS, POLICY, by_s=START_S - 1)
    with pytest.raises(ValueError, match="by then"):
        trusted(NOTE, KEYS, by_s=START_S - 1)
    with pytest.raises(ValueError, match="by then"):
        trusted(BOOK.checkpoint(signers=LOG[:1]), KEYS[:1], by_s=START_S + 99_999)
