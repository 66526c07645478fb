"""Keys come as arguments and are written in one way only."""

from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record import keys

# RFC 8032, 7.1, test 1.
SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
SIGNED_NOTHING = bytes.fromhex(
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)


def test_keys_and_signatures_are_those_of_rfc_8032():
    assert keys.public_key(keys.generate(SECRET)) == PUBLIC
    assert keys.sign(SECRET, b"") == SIGNED_NOTHING
    assert keys.is_signed(PUBLIC, b"", SIGNED_NOTHING)
    assert not keys.is_signed(PUBLIC, b"x", SIGNED_NOTHING)


def test_the_text_is_a_signed_note_verifier_key():
    number = sha256(b"tocsin-log-key\n\x01" + PUBLIC).hexdigest()[:8]
    text = f"tocsin-log-key+{number}+" + b64encode(b"\x01" + PUBLIC).decode()
    assert keys.to_text(PUBLIC) == text
    assert keys.from_text(text) == PUBLIC


@given(st.binary(min_size=32, max_size=32))
def test_every_key_reads_back(key):
    assert keys.from_text(keys.to_text(key)) == key


@given(st.data())
def test_every_changed_text_is_refused(data):
    text = keys.to_text(PUBLIC)
    place = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.characters().filter(lambda value: value != text[place]))
    for wrong in (text[:place] + character + text[place + 1 :], text[:place], f"{text}\n"):
        with pytest.raises(ValueError, match=r"^not a Tocsin log key$"):
            keys.from_text(wrong)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_needs_exactly_32_random_bytes(size):
    with pytest.raises(ValueError, match="32 bytes"):
        keys.generate(bytes(size))
