"""One key, one statement, one time: what is signed is exactly what the formats say."""

import struct
from dataclasses import replace
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record.checkpoint import Checkpoint
from tocsin.record.note import KeyType, SignatureLine
from tocsin.record.signing import MAX_TIME_S, Signer, signed_at, signs, verify_bytes

SECRET = bytes(range(32))
AT_S = 1_679_315_147
CHECKPOINT = Checkpoint(origin="tocsin/3f2a", size=1234, root=bytes(range(32, 64)))
SIGNERS = {kind: Signer(name="witness.example/w1", type=kind, secret=SECRET) for kind in KeyType}
TIMED = (KeyType.ED25519_COSIGNATURE, KeyType.ML_DSA_44)
ORDER = 2**252 + 27742317777372353535851937790883648493  # of the Ed25519 group: RFC 8032, 5.1

each_type = pytest.mark.parametrize("kind", KeyType, ids=lambda kind: kind.name)


def test_the_go_key_signs_the_go_note():
    # golang.org/x/mod sumdb/note, note_test.go: its private key's 32 bytes, and its note.
    secret = "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173"
    signer = Signer(name="PeterNeumann", type=KeyType.ED25519, secret=bytes.fromhex(secret))
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    assert signer.verifier_key.text == (
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    )
    note = SimpleNamespace(text=text)  # the text of a note is all that this type signs
    line = signer.sign(note, 0)
    assert line.text == (
        "\N{EM DASH} PeterNeumann "
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJ"
        "nAM=\n"
    )
    assert signs(signer.verifier_key, line, note)


def test_the_three_signed_messages_are_those_of_the_formats():
    text = b"tocsin/3f2a\n1234\nICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\n"
    timed = b"cosignature/v1\ntime 1679315147\n" + text
    stamp = struct.pack(">Q", AT_S)
    subtree = b"".join(
        (
            b"subtree/v1\n\0\x12witness.example/w1",
            stamp,
            b"\x0btocsin/3f2a",
            struct.pack(">QQ", 0, 1234),
            CHECKPOINT.root,
        )
    )
    key = Ed25519PrivateKey.from_private_bytes(SECRET)
    lines = {kind: signer.sign(CHECKPOINT, AT_S) for kind, signer in SIGNERS.items()}
    assert lines[KeyType.ED25519].signature == key.sign(text)
    assert lines[KeyType.ED25519_COSIGNATURE].signature == stamp + key.sign(timed)
    by_ml_dsa = lines[KeyType.ML_DSA_44].signature
    public = MLDSA44PublicKey.from_public_bytes(SIGNERS[KeyType.ML_DSA_44].verifier_key.key)
    public.verify(by_ml_dsa[8:], subtree)
    assert by_ml_dsa[:8] == stamp
    # And the other way round: what the library signs by itself is taken.
    made = stamp + MLDSA44PrivateKey.from_seed_bytes(SECRET).sign(subtree)
    assert signs(
        SIGNERS[KeyType.ML_DSA_44].verifier_key,
        replace(lines[KeyType.ML_DSA_44], signature=made),
        CHECKPOINT,
    )


@each_type
@given(
    at_s=st.integers(0, MAX_TIME_S),
    origin=st.text("abc/. é", min_size=1, max_size=80),
    size=st.integers(1, 2**63 - 1),
)
def test_every_line_that_a_signer_makes_is_its_own(kind, at_s, origin, size):
    signer, checkpoint = SIGNERS[kind], replace(CHECKPOINT, origin=origin, size=size)
    line = signer.sign(checkpoint, at_s)
    assert signs(signer.verifier_key, line, checkpoint)
    untimed = kind is KeyType.ED25519 or (kind is KeyType.ML_DSA_44 and at_s == 0)
    assert signed_at(signer.verifier_key, line) == (None if untimed else at_s)


@each_type
def test_a_line_signs_nothing_else_and_is_nobody_elses(kind):
    signer = SIGNERS[kind]
    key, line = signer.verifier_key, signer.sign(CHECKPOINT, AT_S)
    for change in ({"origin": "tocsin/3f2b"}, {"size": 1235}, {"root": bytes(32)}):
        assert not signs(key, line, replace(CHECKPOINT, **change))
    others = [SIGNERS[other] for other in KeyType if other is not kind]
    for other in (replace(signer, secret=bytes(32)), *others):
        assert not signs(other.verifier_key, line, CHECKPOINT)
        # Even under the other's name and key id.
        stolen = replace(line, name=other.name, key_id=other.verifier_key.id)
        assert not signs(other.verifier_key, stolen, CHECKPOINT)


def test_only_ml_dsa_44_commits_to_the_name_of_the_cosigner():
    for kind, named in ((KeyType.ED25519_COSIGNATURE, False), (KeyType.ML_DSA_44, True)):
        other = replace(SIGNERS[kind], name="witness.example/w2")
        line = other.sign(CHECKPOINT, AT_S)
        key = SIGNERS[kind].verifier_key
        assert not signs(key, line, CHECKPOINT)
        renamed = replace(line, name=key.name, key_id=key.id)
        assert signs(key, renamed, CHECKPOINT) is not named


@each_type
@given(st.data())
def test_a_changed_bit_of_a_line_signs_nothing(kind, data):
    signer = SIGNERS[kind]
    line = signer.sign(CHECKPOINT, AT_S)
    blob = bytearray(line.key_id + line.signature)
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    changed = replace(line, key_id=bytes(blob[:4]), signature=bytes(blob[4:]))
    assert not signs(signer.verifier_key, changed, CHECKPOINT)


@each_type
def test_a_signature_of_another_length_signs_nothing_and_states_no_time(kind):
    signer = SIGNERS[kind]
    line = signer.sign(CHECKPOINT, AT_S)
    for signature in (line.signature[:-1], line.signature + b"\0", line.signature[8:], b"x"):
        changed = replace(line, signature=signature)
        assert not signs(signer.verifier_key, changed, CHECKPOINT)
        assert signed_at(signer.verifier_key, changed) is None
    elsewhere = replace(line, key_id=b"none")
    assert signed_at(signer.verifier_key, elsewhere) is None


def test_an_ed25519_signature_has_one_spelling():
    signer = SIGNERS[KeyType.ED25519]
    line = signer.sign(CHECKPOINT, AT_S)
    scalar = int.from_bytes(line.signature[32:], "little") + ORDER
    again = replace(line, signature=line.signature[:32] + scalar.to_bytes(32, "little"))
    assert not signs(signer.verifier_key, again, CHECKPOINT)


@each_type
@pytest.mark.parametrize("at_s", [-1, 2**63, 2**64])
def test_no_signer_states_a_time_that_the_format_lacks(kind, at_s):
    with pytest.raises(ValueError, match="time"):
        SIGNERS[kind].sign(CHECKPOINT, at_s)


def test_a_time_beyond_2_63_is_refused_even_if_it_was_signed():
    key = SIGNERS[KeyType.ED25519_COSIGNATURE].verifier_key
    for at_s, taken in ((2**63 - 1, True), (2**63, False)):
        message = f"cosignature/v1\ntime {at_s}\n{CHECKPOINT.text}".encode()
        signature = Ed25519PrivateKey.from_private_bytes(SECRET).sign(message)
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, message)
        line = SignatureLine(
            name=key.name, key_id=key.id, signature=struct.pack(">Q", at_s) + signature
        )
        assert signs(key, line, CHECKPOINT) is taken
        assert signed_at(key, line) == (at_s if taken else None)


def test_ml_dsa_44_signs_no_extension_lines_and_ed25519_signs_each():
    extended = replace(CHECKPOINT, extensions=("first", "second"))
    for kind in (KeyType.ED25519, KeyType.ED25519_COSIGNATURE):
        key, line = SIGNERS[kind].verifier_key, SIGNERS[kind].sign(extended, AT_S)
        assert signs(key, line, extended)
        for extensions in ((), ("first",), ("first", "third")):
            assert not signs(key, line, replace(CHECKPOINT, extensions=extensions))
    signer = SIGNERS[KeyType.ML_DSA_44]
    assert not signs(signer.verifier_key, signer.sign(CHECKPOINT, AT_S), extended)
    with pytest.raises(ValueError, match="extension"):
        signer.sign(extended, AT_S)


@each_type
def test_other_statements_are_signed_under_their_own_label(kind):
    signer = SIGNERS[kind]
    key, message = signer.verifier_key, b"tocsin/key-rotation/1\0{}"
    signature = signer.sign_bytes(message)
    assert verify_bytes(key, message, signature)
    assert not verify_bytes(key, message + b" ", signature)
    assert not verify_bytes(key, message, signature[:-1])
    assert not verify_bytes(replace(signer, secret=bytes(32)).verifier_key, message, signature)


@each_type
@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\0",
        b"no label",
        b"x" * 65 + b"\0",
        CHECKPOINT.text.encode(),
        b"cosignature/v1\ntime 1\n" + CHECKPOINT.text.encode(),
        b"subtree/v1\n\0\x01w",
    ],
)
def test_no_other_statement_can_pass_for_a_checkpoint(kind, message):
    with pytest.raises(ValueError, match="label"):
        SIGNERS[kind].sign_bytes(message)
    private = (
        MLDSA44PrivateKey.from_seed_bytes(SECRET)
        if kind is KeyType.ML_DSA_44
        else Ed25519PrivateKey.from_private_bytes(SECRET)
    )
    assert not verify_bytes(SIGNERS[kind].verifier_key, message, private.sign(message))


@given(st.sampled_from(KeyType), st.binary(max_size=80), st.binary(max_size=80))
def test_a_made_up_signature_is_never_taken(kind, message, signature):
    assert not verify_bytes(SIGNERS[kind].verifier_key, b"label\0" + message, signature)


@each_type
def test_a_secret_is_32_bytes_and_is_not_shown(kind):
    assert "secret" not in repr(SIGNERS[kind])
    assert repr(SECRET) not in repr(SIGNERS[kind])
    for secret in (b"", bytes(31), bytes(33)):
        with pytest.raises(ValueError, match="32 bytes"):
            Signer(name="w", type=kind, secret=secret)
