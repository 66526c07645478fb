"""A note is read in one spelling only, and believed by nobody until it is verified."""

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record.note import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    KeyType,
    Note,
    SignatureLine,
    VerifierKey,
    parse,
)

VECTORS = json.loads((Path(__file__).parent / "vectors/signed-notes.json").read_text())
TEXT, LINES = VECTORS["notes"][0]["note"].split("\n\n")
PETER, ENOCH = LINES.splitlines(keepends=True)
KEY = VECTORS["notes"][0]["keys"][0]
# Unicode's White_Space, with which Go's unicode.IsSpace agrees.
SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
PRIME = 2**255 - 19
ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
ORDER_8_MINUS = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
WEAK = [
    *(y.to_bytes(32, "little") for y in (0, 1, PRIME - 1)),
    *((y | 1 << 255).to_bytes(32, "little") for y in (0, 1, PRIME - 1)),
    *(key[:31] + bytes([key[31] | sign]) for key in (ORDER_8, ORDER_8_MINUS) for sign in (0, 128)),
]

CHARACTERS = st.characters(min_codepoint=32, exclude_categories=["Cs"])
NAMES = st.text(CHARACTERS.filter(lambda c: not c.isspace() and c != "+"), min_size=1, max_size=60)
TEXTS = st.text(CHARACTERS | st.just("\n")).map(lambda text: text + "\n")
SIGNATURE_LINES = st.builds(
    SignatureLine,
    name=NAMES,
    key_id=st.binary(min_size=4, max_size=4),
    signature=st.binary(min_size=1, max_size=90),
)
NOTES = st.builds(
    Note, text=TEXTS, signatures=st.lists(SIGNATURE_LINES, min_size=1, max_size=4).map(tuple)
)


@pytest.mark.parametrize("vector", VECTORS["notes"], ids=lambda vector: vector["source"])
def test_published_notes_are_signed_by_their_published_keys(vector):
    note = parse(vector["note"].encode())
    for text, line in zip(vector["keys"], note.signatures, strict=True):
        key = VerifierKey.from_text(text)
        assert (key.name, key.id, key.text) == (line.name, line.key_id, text)
        Ed25519PublicKey.from_public_bytes(key.key).verify(line.signature, note.text.encode())


@given(NOTES)
def test_a_note_reads_back_in_its_own_spelling(note):
    assert parse(note.spelled.encode()) == note


@given(
    st.binary()
    | st.builds(lambda head, line: f"{head}{line.text}".encode(), TEXTS, SIGNATURE_LINES)
)
def test_whatever_is_read_was_spelled_that_way_and_the_rest_is_refused(data):
    try:
        note = parse(data)
    except ValueError:
        return
    assert note.spelled.encode() == data


@given(st.integers(0), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_read_as_another_note(place, difference):
    data = bytearray(VECTORS["notes"][0]["note"].encode())
    original = parse(bytes(data))
    data[place % len(data)] ^= difference
    try:
        changed = parse(bytes(data))
    except ValueError:
        return
    assert changed != original
    assert changed.spelled.encode() == data


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n\n",
        f"{TEXT}\n\n{PETER}"[:-1],
        f"\x01{TEXT}\n\n{PETER}",
        f"{TEXT}\r\n\n{PETER}",
        f"{TEXT}\n\n{PETER}Unexpected line.\n",
        f"{TEXT}\n\n\n{PETER}\n",
        f"{TEXT}\n\n{PETER.replace('PeterNeumann', 'Bad Name')}",
        f"{TEXT}\n\n{PETER.replace('PeterNeumann ', ' ')}",
        f"{TEXT}\n\n{PETER.replace('PeterNeumann ', 'PeterNeumann  ')}",
        f"{TEXT}\n\n{PETER.replace('PeterNeumann', 'Peter+Neumann')}",
        f"{TEXT}\n\n{PETER[1:]}",
        f"{TEXT}\n\n{PETER.replace('JnAM=', 'JnAN=')}",  # another spelling of the same bytes
        f"{TEXT}\n\n{PETER.replace('JnAM=', 'JnAM')}",
        f"{TEXT}\n\n{PETER.replace('JnAM=', 'JnAM==')}",
        f"{TEXT}\n\n{PETER.replace('JnAM=', 'Jn AM=')}",
        f"{TEXT}\n\n\N{EM DASH} PeterNeumann x08gow==\n",  # a key id, and no signature
        "\n",
        "",
    ],
)
def test_what_is_not_quite_a_note_is_refused(data):
    assert parse(f"{TEXT}\n\n{PETER}".encode()).signatures[0].name == "PeterNeumann"
    with pytest.raises(ValueError, match=r"note|line|base64|name|spelling|padding|Base64|four"):
        parse(data.encode())


def test_a_note_is_utf_8_and_its_errors_do_not_repeat_it():
    with pytest.raises(ValueError, match=r"^a note is UTF-8$") as caught:
        parse(f"secret {TEXT}\n\n{PETER}".encode() + b"\xff")
    assert caught.value.__cause__ is None
    for text in ("secret \ud800\n", "secret \x00\n", "secret"):
        with pytest.raises(ValueError, match="note") as caught:
            Note(text=text, signatures=(SignatureLine.from_text(PETER),))
        assert "secret" not in str(caught.value)


def test_the_last_blank_line_separates():
    note = parse(f"\n\n{ENOCH}\n\n{PETER}".encode())
    assert note.text == f"\n\n{ENOCH}\n"
    assert [line.text for line in note.signatures] == [PETER]


def test_a_note_holds_a_bounded_number_of_lines_and_bytes():
    assert len(parse(f"x\n\n{PETER * MAX_SIGNATURES}".encode()).signatures) == MAX_SIGNATURES
    filled = "x" * (MAX_NOTE_BYTES - len(f"\n\n{PETER}".encode()))
    assert parse(f"{filled}\n\n{PETER}".encode()).text == f"{filled}\n"
    for data in (f"x\n\n{PETER * (MAX_SIGNATURES + 1)}", f"x{filled}\n\n{PETER}"):
        with pytest.raises(ValueError, match=r"64|large"):
            parse(data.encode())
    for text, lines in ((f"x{filled}\n", 1), ("x\n", MAX_SIGNATURES + 1), ("x\n", 0)):
        with pytest.raises(ValueError, match=r"64|large"):
            Note(text=text, signatures=(SignatureLine.from_text(PETER),) * lines)


@pytest.mark.parametrize("character", [*SPACES, "+", "\x00", "\x1f"])
def test_no_name_holds_a_space_a_plus_or_a_control_character(character):
    for name in (character, f"a{character}b"):
        with pytest.raises(ValueError, match=r"name|line"):
            SignatureLine(name=name, key_id=b"1234", signature=b"s")
        with pytest.raises(ValueError, match=r"name|line"):
            VerifierKey(name=name, type=KeyType.ED25519, key=ORDER_8[::-1])


def test_a_key_name_is_1_to_255_bytes():
    key = VerifierKey.from_text(KEY).key
    assert VerifierKey(name="\xe9" * 127 + "e", type=KeyType.ED25519, key=key).name
    for name in ("", "\xe9" * 128, "a\ud800"):
        with pytest.raises(ValueError, match=r"name|line|surrogate"):
            VerifierKey(name=name, type=KeyType.ED25519, key=key)


@given(NAMES, st.sampled_from(KeyType), st.integers(2))
def test_every_key_reads_back_from_its_text_and_its_id_is_a_hash_of_both(name, kind, number):
    length = 1312 if kind is KeyType.ML_DSA_44 else 32
    body = sha256(str(number).encode()).digest()[:31].ljust(length, b"\x07")
    key = VerifierKey(name=name, type=kind, key=body)
    assert VerifierKey.from_text(key.text) == key
    assert key.id == sha256(name.encode() + b"\n" + bytes([kind]) + body).digest()[:4]
    assert key.text == f"{name}+{key.id.hex()}+{b64encode(bytes([kind]) + body).decode()}"


def test_no_mangled_key_is_read():
    cut = {KEY[a:b] for a in range(len(KEY)) for b in range(a, len(KEY) + 1)} - {KEY}
    shifted = {KEY[:at] + chr(ord(KEY[at]) + 1) + KEY[at + 1 :] for at in range(len(KEY))}
    others = {
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # unknown type
        KEY.replace("c74f20a3", "C74F20A3"),
        f"{KEY}\n",
        f" {KEY}",
    }
    for text in cut | shifted | others:
        with pytest.raises(ValueError, match=r"key|base64|Base64|padding|ASCII|line"):
            VerifierKey.from_text(text)


@given(st.text())
def test_any_text_is_a_key_in_one_spelling_or_none(text):
    for candidate in (text, f"{text}+{KEY.partition('+')[2]}", KEY + text):
        try:
            assert VerifierKey.from_text(candidate).text == candidate
        except ValueError:
            continue


@pytest.mark.parametrize("weak", WEAK, ids=bytes.hex)
def test_a_key_for_which_anybody_can_sign_is_refused(weak):
    assert any(_accepts_a_forgery(weak, bytes([number])) for number in range(256))
    for kind in (KeyType.ED25519, KeyType.ED25519_COSIGNATURE):
        with pytest.raises(ValueError, match="others could sign"):
            VerifierKey(name="w", type=kind, key=weak)


@pytest.mark.parametrize("number", range(19))
def test_a_key_has_one_spelling(number):
    for sign in (0, 1 << 255):
        key = (number + PRIME | sign).to_bytes(32, "little")
        with pytest.raises(ValueError, match="others could sign"):
            VerifierKey(name="w", type=KeyType.ED25519, key=key)


@pytest.mark.parametrize(("kind", "length"), [(1, 31), (1, 33), (4, 0), (6, 32), (6, 1313)])
def test_a_key_has_the_length_of_its_type(kind, length):
    with pytest.raises(ValueError, match="length"):
        VerifierKey(name="w", type=KeyType(kind), key=b"\x07" * length)


def _accepts_a_forgery(key: bytes, message: bytes) -> bool:
    # R is the neutral point and S is 0: no private key is needed.
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(b"\x01" + bytes(63), message)
    except InvalidSignature:
        return False
    return True
