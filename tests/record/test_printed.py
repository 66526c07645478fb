"""A checkpoint survives paper and mail: short, and found again whatever was done to its lines."""

from textwrap import fill, indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record.logs import KEYS, ORIGIN, a_log, a_signer
from tocsin.record.checkpoint import issue, read, verified, with_lines
from tocsin.record.note import KeyType
from tocsin.record.printed import (
    MOST_SHORT_BYTES,
    fingerprints,
    narrow,
    note_in,
    short,
    spoken,
)

CHECKPOINT, NOTE = read(a_log(60, rotated=False).published().files["checkpoint"])
SHORT = short(NOTE)
ED25519 = [key for key in KEYS if key.type is KeyType.ED25519]


def test_the_short_form_has_the_logs_ed25519_line_and_cosignatures_but_nothing_larger():
    kinds = [len(line.signature) for line in read(SHORT.encode())[1].signatures]
    assert kinds == [64, 72]
    assert len(NOTE.signatures) == 4
    assert [one.key for one in verified(SHORT.encode(), KEYS).verified] == ED25519


def test_the_short_form_stays_small_however_many_cosign():
    witnesses = [a_signer(f"w{n}.example", KeyType.ED25519_COSIGNATURE) for n in range(40)]
    lines = [one.sign(CHECKPOINT, 1) for one in witnesses]
    many = read(with_lines(NOTE.spelled, lines).encode())[1]
    assert len(SHORT) < len(short(many).encode()) <= MOST_SHORT_BYTES


def test_without_an_ed25519_line_of_the_log_there_is_no_short_form():
    note = issue(CHECKPOINT, [a_signer("other.example", KeyType.ED25519)], at_s=0)
    with pytest.raises(ValueError, match="no Ed25519 key of the log"):
        short(read(note.encode())[1])


@pytest.mark.parametrize("note", [SHORT, NOTE.spelled], ids=["short", "whole"])
@pytest.mark.parametrize(
    "dress",
    [
        str,
        narrow,
        lambda note: f"Dear overseer,\n\nthe root is:\n\n{narrow(note)}\nKeep it.\n-- \nJo = 1\n",
        lambda note: indent(narrow(note), "> > "),
        lambda note: narrow(note).replace("\n", " \r\n"),
        lambda note: "\n".join(fill(line, 40, break_on_hyphens=False) for line in note.split("\n")),
        lambda note: narrow(note).replace("\N{EM DASH}", "--"),
        lambda note: note.rstrip("\n"),
    ],
    ids=["file", "narrow", "in a mail", "quoted", "crlf", "folded", "ascii", "scanned"],
)
def test_a_note_is_found_again_whole(note, dress):
    assert note_in(dress(note).encode()) == note.encode()


def test_no_mail_program_needs_to_fold_the_narrow_form():
    assert max(map(len, narrow(NOTE.spelled).splitlines())) <= 64


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", SHORT.encode()[:90], ORIGIN.encode()])
def test_what_holds_no_note_is_none(data):
    assert note_in(data) is None


@settings(max_examples=100)
@given(st.binary(max_size=300), st.text("\n-AB= 7+\N{EM DASH}", max_size=300))
def test_no_words_around_or_instead_break_it(data, text):
    found = note_in(data)
    assert found is None or read(found)
    assert note_in(f"{text}\n\n{SHORT}".encode()) is not None


@pytest.mark.parametrize(
    "piece", ["\N{EM DASH} a A\n", "A", "1\n", "\n", "\N{EM DASH} a " + "A" * 4000]
)
def test_however_long_it_is_it_is_read_at_once(piece):
    head = SHORT.partition("\n\n")[0] + "\n\n"
    assert note_in((head + piece * (2**19 // len(piece))).encode()) is None


def test_hashes_are_read_aloud_in_groups_of_four():
    assert spoken(bytes(range(16))) == ["0001 0203 0405 0607", "0809 0a0b 0c0d 0e0f"]
    assert [(kind, len(lines)) for kind, lines in fingerprints(KEYS)] == [
        ("Ed25519", 4),
        ("ML-DSA-44", 4),
    ]
