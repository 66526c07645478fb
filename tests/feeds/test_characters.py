"""Bytes to characters, with every guess on the table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.feeds import DefectCode, read_report
from tocsin.feeds.characters import decode, language_tag, safe_name, tidy
from tocsin.feeds.model import Extract

RUSSIAN = "Нападение на концерт сегодня вечером"


def codes(data: bytes, charset: str | None = None) -> tuple[str, set[DefectCode]]:
    into = Extract()
    text = tidy(decode(data, charset, into), into)
    return text, {defect.code for defect in into.defects}


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_marked_or_plain_unicode_text_is_read_without_a_defect(charset):
    assert codes(RUSSIAN.encode(charset)) == (RUSSIAN, set())


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "utf-7", "utf-16-le"])
def test_a_declared_character_set_is_honoured(charset):
    assert codes(RUSSIAN.encode(charset), charset) == (RUSSIAN, set())


@pytest.mark.parametrize(
    ("data", "charset", "text", "expected"),
    [
        (b"caf\xe9", "utf-8", "café", {DefectCode.CHARSET_WRONG, DefectCode.CHARSET_GUESSED}),
        (b"caf\xe9", None, "café", {DefectCode.CHARSET_GUESSED}),
        (b"x", "x-none", "x", {DefectCode.CHARSET_UNKNOWN}),
        (b"x", "punycode", "x", {DefectCode.CHARSET_UNKNOWN}),
        (b"x", "zlib", "x", {DefectCode.CHARSET_UNKNOWN}),
        (b"\x93x\x94", "iso-8859-1", "“x”", set()),
        (b"\xef\xbb\xbfx", "koi8-r", "x", {DefectCode.CHARSET_WRONG}),
        ("Words here".encode("utf-16-be"), None, "Words here", {DefectCode.CHARSET_GUESSED}),
        (
            RUSSIAN.encode() + b"\xff",
            None,
            RUSSIAN + "\ufffd",
            {DefectCode.UNDECODABLE_BYTES},
        ),
    ],
)
def test_a_wrong_or_missing_declaration_is_a_defect(data, charset, text, expected):
    assert codes(data, charset) == (text, expected)


@pytest.mark.parametrize(
    ("odd", "kept", "code"),
    [
        ("\0", "\u2400", DefectCode.NUL_CHARACTERS),
        ("\x1b", "\x1b", DefectCode.CONTROL_CHARACTERS),
        ("\u202e", "\u202e", DefectCode.BIDI_CHARACTERS),
        ("\u200b", "\u200b", DefectCode.INVISIBLE_CHARACTERS),
        ("\U000e0041", "\U000e0041", DefectCode.INVISIBLE_CHARACTERS),
    ],
)
def test_odd_characters_are_kept_and_listed(odd, kept, code):
    report = read_report(f"a quiet word{odd}b".encode())
    assert report.text == f"a quiet word{kept}b"
    assert [defect.code for defect in report.defects] == [code]


@given(st.binary(max_size=200), st.one_of(st.none(), st.text(max_size=10), st.just("utf-7")))
def test_any_bytes_become_text_that_every_database_takes(data, charset):
    text, _ = codes(data, charset)
    assert "\0" not in text
    assert text.encode().decode() == text


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil\u202egpj.exe", "evil_gpj.exe"),
        ("a\r\nb.txt", "a__b.txt"),
        ("..", None),
        ("report.pdf", "report.pdf"),
    ],
)
def test_a_file_name_is_only_a_name(name, kept):
    into = Extract()
    assert safe_name(name, into) == kept
    assert bool(into.defects) == (name != kept)


@given(st.text())
def test_no_file_name_escapes_its_folder(name):
    kept = safe_name(name, Extract()) or "x"
    assert not set(kept) & set('/\\:\0\n"')
    assert kept not in (".", "..")
    assert len(kept) <= 120


def test_a_language_is_only_ever_a_declared_tag():
    assert language_tag("uk-UA") == "uk-UA"
    assert language_tag("<script>") is None
    assert language_tag(None) is None
