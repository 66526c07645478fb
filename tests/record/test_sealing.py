"""What is sealed opens beside its own leaf and under its own key, and nowhere else."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record.sealing import Vault

WRAPPING, RANDOMNESS, LEAF = bytes(range(32)), bytes(range(100, 144)), b"\7" * 32
VAULT = Vault(WRAPPING)
SEALED = VAULT.seal(b"the words", bound_to=LEAF, randomness=RANDOMNESS)


def test_golden_bytes_pin_the_layout():
    assert SEALED.sealed.hex() == "280f9eb207fadd19349f5261a3c4ca3ced58cc6f819365ffb1"
    assert SEALED.wrapped.hex() == (
        "8485868788898a8b8c8d8e8f8eb7f3a840b1a39ed929399743ea5159419f3528dadb529de767358e"
        "376d08f9bc46925949ddab50df0121e54f862c80"
    )


@given(st.binary(max_size=99), st.binary(max_size=40), st.binary(min_size=44, max_size=44))
def test_sealing_is_the_documented_encryption(content, bound_to, randomness):
    sealed = VAULT.seal(content, bound_to=bound_to, randomness=randomness)
    key, nonce = randomness[:32], sealed.wrapped[:12]
    label = b"tocsin/record-key/1\0" + bound_to
    assert AESGCM(WRAPPING).decrypt(nonce, sealed.wrapped[12:], label) == key
    assert AESGCM(key).decrypt(bytes(12), sealed.sealed, bound_to) == content
    assert VAULT.open(sealed.sealed, sealed.wrapped, bound_to=bound_to) == content


@given(st.integers(0, 8 * len(SEALED.sealed + SEALED.wrapped + LEAF) - 1))
def test_a_flipped_bit_opens_nothing(bit):
    parts = bytearray(SEALED.sealed + SEALED.wrapped + LEAF)
    parts[bit // 8] ^= 1 << bit % 8
    end = len(SEALED.sealed)
    sealed, wrapped, leaf = bytes(parts[:end]), bytes(parts[end:-32]), bytes(parts[-32:])
    with pytest.raises(ValueError, match="changed"):
        VAULT.open(sealed, wrapped, bound_to=leaf)


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_what_was_never_sealed_does_not_open(sealed, wrapped):
    with pytest.raises(ValueError, match="changed"):
        VAULT.open(sealed, wrapped, bound_to=LEAF)


def test_another_house_opens_nothing():
    with pytest.raises(ValueError, match="changed"):
        Vault(bytes(32)).open(SEALED.sealed, SEALED.wrapped, bound_to=LEAF)


def test_keys_and_randomness_have_their_lengths():
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(bytes(16))
    with pytest.raises(ValueError, match="44 random bytes"):
        VAULT.seal(b"", bound_to=LEAF, randomness=bytes(32))
