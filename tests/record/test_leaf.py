"""A leaf is always 384 bytes; its layout is frozen."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record.leaf import (
    LEAF_BYTES,
    ZERO,
    Leaf,
    case_pseudonym,
    decode,
    encode,
    leaf_hash,
)

LEAF = Leaf(
    case_seq=2,
    at_us=1_710_000_000_000_001,
    case_pseudonym=b"\x01" * 32,
    previous=b"\x02" * 32,
    body=b"\x03" * 32,
    tags=b"\x04" * 32,
    policy=b"\x05" * 32,
    checkpoint=b"\x06" * 32,
)
GOLDEN = (
    "746f6373696e" + "0001" + "0000000000000002" + "0006133c6690e001"
    + "01" * 32 + "02" * 32 + "03" * 32 + "04" * 32 + "05" * 32 + "06" * 32 + "00" * 168
)  # fmt: skip
HASHES = st.binary(min_size=32, max_size=32).filter(lambda value: value != ZERO)
LEAVES = st.builds(
    Leaf,
    case_seq=st.integers(2, 2**53 - 1),
    at_us=st.integers(1 - 2**53, 2**53 - 1),
    case_pseudonym=HASHES,
    previous=HASHES,
    body=HASHES,
    policy=HASHES,
    tags=HASHES | st.just(ZERO),
    checkpoint=HASHES | st.just(ZERO),
)


def test_golden_bytes_pin_the_layout():
    assert encode(LEAF).hex() == GOLDEN


@given(LEAVES)
def test_a_leaf_is_constant_in_size_and_reads_back(leaf):
    assert len(encode(leaf)) == LEAF_BYTES
    assert decode(encode(leaf)) == leaf


@given(st.integers(0, LEAF_BYTES * 8 - 1))
def test_a_flipped_bit_is_refused_or_makes_another_leaf_with_another_hash(bit):
    data = bytearray(encode(LEAF))
    data[bit // 8] ^= 1 << bit % 8
    assert leaf_hash(bytes(data)) != leaf_hash(encode(LEAF))
    try:
        assert encode(decode(bytes(data))) == data
    except ValueError:
        assert bit // 8 < 24 or bit // 8 >= 216  # header or padding; hashes are free


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encode(LEAF)[:-1], "384"),
        (encode(LEAF) + b"\0", "384"),
        (encode(LEAF)[:-1] + b"\1", "padding"),
        (encode(LEAF)[:216] + b"\1" + bytes(167), "padding"),
        (b"toxin\0" + encode(LEAF)[6:], "version"),
        (b"tocsin\0\2" + encode(LEAF)[8:], "version"),
    ],
)
def test_another_length_version_or_padding_is_refused(data, reason):
    with pytest.raises(ValueError, match=reason):
        decode(data)


@pytest.mark.parametrize(
    "change",
    [{"case_seq": 0}, {"case_seq": 2**53}, {"case_seq": 1}, {"previous": ZERO}, {"at_us": 2**53}]
    + [{name: b"short"} for name in ("case_pseudonym", "previous", "body", "tags", "policy")]
    + [{"checkpoint": bytes(33)}],
)
def test_an_impossible_leaf_cannot_be_made(change):
    with pytest.raises(ValueError, match=r"counted|first|hash|time"):
        replace(LEAF, **change)


def test_the_leaf_hash_is_that_of_rfc_6962():
    assert leaf_hash(b"").hex() == sha256(b"\0").hexdigest()
    assert leaf_hash(encode(LEAF)) == sha256(b"\0" + encode(LEAF)).digest()


def test_a_pseudonym_depends_on_the_case_and_the_house_and_nothing_else():
    ours = case_pseudonym(bytes(32), "7F3K")
    assert ours == case_pseudonym(bytes(32), "7F3K")
    assert len({ours, case_pseudonym(bytes(32), "7F3L"), case_pseudonym(b"\1" * 32, "7F3K")}) == 3
    with pytest.raises(ValueError, match="house key"):
        case_pseudonym(b"", "7F3K")
