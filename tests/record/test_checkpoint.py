"""A checkpoint is believed only as its log signed it, and as often as witnesses did."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record.checkpoint import (
    Checkpoint,
    Verified,
    by_log,
    issue,
    parse_text,
    read,
    verified,
    with_lines,
)
from tocsin.record.merkle import EMPTY_ROOT
from tocsin.record.note import MAX_SIGNATURES, KeyType, SignatureLine, VerifierKey
from tocsin.record.signing import Signer

VECTORS = json.loads((Path(__file__).parent / "vectors/signed-notes.json").read_text())
ORIGIN = "tocsin/3f2a"
AT_S = 1_710_000_000
CHECKPOINT = Checkpoint(origin=ORIGIN, size=1234, root=bytes(range(32, 64)))
LOG = tuple(
    Signer(name=ORIGIN, type=kind, secret=bytes([7]) * 32)
    for kind in (KeyType.ED25519, KeyType.ML_DSA_44)
)
WITNESS = Signer(
    name="witness.example/w1", type=KeyType.ED25519_COSIGNATURE, secret=bytes([8]) * 32
)
KEYS = tuple(signer.verifier_key for signer in (*LOG, WITNESS))
NOTE = issue(CHECKPOINT, (*LOG, WITNESS), at_s=AT_S)
ED25519_NOTE = issue(CHECKPOINT, LOG[:1], at_s=AT_S).encode()

LINES = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1)
CHECKPOINTS = st.builds(
    Checkpoint,
    origin=LINES.filter(lambda line: len(line.encode()) <= 255),
    size=st.integers(1, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
    extensions=st.lists(LINES, max_size=2).map(tuple),
)


@pytest.mark.parametrize("vector", VECTORS["checkpoints"], ids=lambda vector: vector["source"])
def test_published_checkpoints_verify_with_their_published_keys(vector):
    keys = {VerifierKey.from_text(text): at_s for text, at_s in vector["keys"]}
    signed = verified(vector["note"].encode(), keys)
    assert {each.key: each.at_s for each in signed.verified} == keys
    assert signed.note.spelled == vector["note"]
    origin, size, _ = vector["note"].split("\n", 2)
    other = f"{int(size) + 1}"
    for key in keys:
        with pytest.raises(ValueError, match="did not make"):
            verified(vector["note"].replace(f"\n{size}\n", f"\n{other}\n", 1).encode(), [key])
        with pytest.raises(ValueError, match=r"did not make|no known key"):
            verified(vector["note"].replace(f"{origin}\n", "example.org\n", 1).encode(), [key])


def test_the_text_and_its_digest_are_frozen():
    text = "tocsin/3f2a\n1234\nICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\n"
    assert CHECKPOINT.text == text
    assert CHECKPOINT.digest == sha256(text.encode()).digest()
    assert replace(CHECKPOINT, extensions=("a", "b")).text == f"{text}a\nb\n"


@given(CHECKPOINTS)
def test_a_checkpoint_reads_back_from_its_text(checkpoint):
    assert parse_text(checkpoint.text) == checkpoint


@given(st.text() | st.text().map(lambda text: CHECKPOINT.text + text))
def test_any_text_is_a_checkpoint_in_one_spelling_or_none(text):
    try:
        checkpoint = parse_text(text)
    except ValueError:
        return
    assert checkpoint.text == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tocsin/3f2a\n", "\n"),
        ("tocsin/3f2a\n", ""),
        ("tocsin/3f2a", "x" * 256),
        ("tocsin/3f2a", "\xe9" * 128),
        ("tocsin/3f2a", "tocsin\r"),
        ("tocsin/3f2a", "tocsin\ud800"),
        ("1234", "01234"),
        ("1234", "+1234"),
        ("1234", "-1"),
        ("1234", " 1234"),
        ("1234", "12_34"),
        ("1234", "\u0661\u0662\u0663\u0664"),
        ("1234", str(2**63)),
        ("1234", "9" * 5000),
        ("1234", "0"),  # with a root of something
        ("1234", ""),
        ("Pj8=", "Pj9="),  # another spelling of the same bytes
        ("Pj8=", "Pj8"),
        ("Pj8=", "Pg=="),  # 31 bytes
        ("Pj8=", "Pj8/"),  # 33 bytes
        ("Pj8=", "P-8="),
        ("Pj8=\n", "Pj8="),
        ("Pj8=\n", "Pj8=\n\n"),
        ("Pj8=\n", "Pj8=\n\nextension\n"),
        ("Pj8=\n", "Pj8=\nextension"),
        ("Pj8=\n", "Pj8=\nexten\tsion\n"),
    ],
)
def test_what_is_not_quite_a_checkpoint_is_refused(old, new):
    assert CHECKPOINT.text.count(old) == 1
    with pytest.raises(ValueError, match=r"."):
        parse_text(CHECKPOINT.text.replace(old, new))


@pytest.mark.parametrize(
    "change",
    [
        {"size": -1},
        {"size": 2**63},
        {"size": 0},
        {"root": bytes(31)},
        {"origin": ""},
        {"origin": "a\nb"},
        {"extensions": ("",)},
        {"extensions": ("a\nb",)},
    ],
)
def test_an_impossible_checkpoint_cannot_be_made(change):
    with pytest.raises(ValueError, match=r"size|root|line|origin"):
        replace(CHECKPOINT, **change)


def test_limits_are_inside():
    assert parse_text(replace(CHECKPOINT, size=0, root=EMPTY_ROOT).text).size == 0
    assert parse_text(replace(CHECKPOINT, size=2**63 - 1, origin="x" * 255).text).origin
    # An origin need not be a name that a key could have.
    assert parse_text(replace(CHECKPOINT, origin="go.sum + database\u2028tree").text).origin


def test_what_is_issued_is_verified_key_by_key():
    signed = verified(NOTE.encode(), KEYS)
    assert signed.checkpoint == CHECKPOINT
    assert read(NOTE.encode()) == (CHECKPOINT, signed.note)
    assert signed.verified == (
        Verified(key=KEYS[0], at_s=None),
        Verified(key=KEYS[1], at_s=AT_S),
        Verified(key=KEYS[2], at_s=AT_S),
    )
    with pytest.raises(ValueError, match="1 to 64"):
        issue(CHECKPOINT, (), at_s=AT_S)


def test_the_log_is_known_by_its_origin_and_is_never_its_own_witness():
    own = Signer(name=ORIGIN, type=KeyType.ED25519_COSIGNATURE, secret=bytes([9]) * 32)
    note = issue(CHECKPOINT, (*LOG, own, WITNESS), at_s=AT_S)
    signed = verified(note.encode(), (*KEYS, own.verifier_key))
    assert len(signed.verified) == 4
    assert [each.key for each in by_log(signed)] == list(KEYS[:2])
    elsewhere = issue(replace(CHECKPOINT, origin="other"), LOG, at_s=AT_S)
    assert by_log(verified(elsewhere.encode(), KEYS)) == ()


def test_lines_of_unknown_keys_are_ignored_even_under_a_known_name():
    stranger = replace(LOG[0], secret=bytes([3]) * 32)
    assert stranger.name == LOG[0].name
    note = with_lines(NOTE, [stranger.sign(CHECKPOINT, AT_S)])
    noise = SignatureLine(name=ORIGIN, key_id=b"none", signature=b"of any kind")
    assert verified(with_lines(note, [noise]).encode(), KEYS).verified == (
        verified(NOTE.encode(), KEYS).verified
    )


@pytest.mark.parametrize(
    "keys", [(), (WITNESS.verifier_key,), (replace(LOG[0], name="x").verifier_key,)]
)
def test_a_note_that_no_known_key_signed_is_refused(keys):
    with pytest.raises(ValueError, match="no known key signed"):
        verified(ED25519_NOTE, keys)


@pytest.mark.parametrize("place", range(3))
def test_one_wrong_line_of_a_known_key_spoils_the_whole_note(place):
    signer = (*LOG, WITNESS)[place]
    wrong = signer.sign(replace(CHECKPOINT, size=1235), AT_S)
    lines = list(read(NOTE.encode())[1].signatures)
    lines[place] = wrong
    note = f"{CHECKPOINT.text}\n" + "".join(line.text for line in lines)
    with pytest.raises(ValueError, match="did not make"):
        verified(note.encode(), KEYS)
    others = [key for key in KEYS if key != signer.verifier_key]
    assert len(verified(note.encode(), others).verified) == 2


def test_the_same_line_again_counts_once_and_a_second_time_by_one_key_is_refused():
    line, later = WITNESS.sign(CHECKPOINT, AT_S), WITNESS.sign(CHECKPOINT, AT_S + 1)
    assert len(verified((NOTE + line.text * 3).encode(), KEYS).verified) == 3
    for more in (later, replace(line, signature=line.signature[::-1])):
        with pytest.raises(ValueError, match="one key signed twice"):
            verified((NOTE + more.text).encode(), KEYS)
        assert len(verified((NOTE + more.text).encode(), KEYS[:2]).verified) == 2


def test_two_keys_that_a_line_cannot_tell_apart_are_refused():
    twin = replace(LOG[0], secret=bytes([4]) * 32).verifier_key
    object.__setattr__(twin, "id", KEYS[0].id)  # 2**32 keys would have to be tried for one
    for keys in ((KEYS[0], twin), (twin, KEYS[0])):
        with pytest.raises(ValueError, match="tell apart"):
            verified(NOTE.encode(), keys)
    assert (
        verified(NOTE.encode(), [*KEYS, *KEYS]).verified == verified(NOTE.encode(), KEYS).verified
    )


def test_cosignatures_are_added_once_a_key():
    note = issue(CHECKPOINT, LOG, at_s=AT_S)
    line = WITNESS.sign(CHECKPOINT, AT_S)
    later = WITNESS.sign(CHECKPOINT, AT_S + 1)
    assert with_lines(note, [line, line, later]) == note + line.text
    assert with_lines(note + line.text, [later]) == note + line.text
    assert with_lines(note, []) == note
    many = [replace(line, key_id=number.to_bytes(4)) for number in range(MAX_SIGNATURES)]
    with pytest.raises(ValueError, match="1 to 64"):
        with_lines(note, many)
    with pytest.raises(ValueError, match="a note is"):
        with_lines(CHECKPOINT.text, [line])


@pytest.mark.parametrize("bit", range(8))
def test_no_flipped_bit_of_a_signed_checkpoint_is_believed(bit):
    for place in range(len(ED25519_NOTE)):
        data = bytearray(ED25519_NOTE)
        data[place] ^= 1 << bit
        with pytest.raises(ValueError, match=r"."):
            verified(bytes(data), KEYS)


@given(st.integers(0, len(NOTE.encode()) * 8 - 1))
def test_no_flipped_bit_among_several_lines_leaves_the_same_statement(bit):
    data = bytearray(NOTE.encode())
    data[bit // 8] ^= 1 << bit % 8
    try:
        signed = verified(bytes(data), KEYS)
    except ValueError:
        return
    # A changed name makes a line a stranger's, and its key one that did not sign.
    assert signed.checkpoint == CHECKPOINT
    assert len(signed.verified) == len(KEYS) - 1


@given(st.binary() | st.text().map(lambda text: f"{CHECKPOINT.text}\n{text}\n".encode()))
def test_arbitrary_bytes_are_never_believed(data):
    with pytest.raises(ValueError, match=r"."):
        verified(data, KEYS)


@given(CHECKPOINTS, st.integers(0, 2**63 - 1))
def test_every_issued_note_is_read_as_it_was_meant(checkpoint, at_s):
    signers = (LOG[0], WITNESS) if checkpoint.extensions else (*LOG, WITNESS)
    signed = verified(issue(checkpoint, signers, at_s=at_s).encode(), KEYS)
    assert signed.checkpoint == checkpoint
    assert [each.key for each in signed.verified] == [signer.verifier_key for signer in signers]
