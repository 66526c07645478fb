"""Bytes to characters, keeping what was received and listing what is odd about it."""

import codecs
import re
import unicodedata

from tocsin.feeds.model import DefectCode, Extract

# Python's own codecs that are no character sets, or take quadratic time on hostile input.
_NOT_CHARSETS = frozenset(
    {"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ODD = (
    (DefectCode.NUL_CHARACTERS, "NUL characters, shown as a symbol", "\0"),
    (DefectCode.CONTROL_CHARACTERS, "control characters", "\x01-\x08\x0b\x0e-\x1f\x7f-\x9f"),
    (DefectCode.BIDI_CHARACTERS, "characters that reorder text", "\u202a-\u202e\u2066-\u2069"),
    (
        DefectCode.INVISIBLE_CHARACTERS,
        "invisible characters",
        "\xad\u034f\u115f\u1160\u180e\u200b-\u200f\u2060-\u2064\u3164\ufeff\uffa0\U000e0000-\U000e007f",
    ),
)
_ANY_ODD = re.compile("[" + "".join(characters for _, _, characters in _ODD) + "]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")


def decode(data: bytes, declared: str | None, into: Extract) -> str:
    """The characters of `data`, by byte order mark, declaration, UTF-8, then by guess.

    Never fails: bytes that cannot be decoded become U+FFFD. Every departure from
    the declared character set is listed in `into`, odd characters by `tidy` later.
    """
    text = _by_mark(data, declared, into)
    if text is None and declared:
        text = _as_declared(data, declared, into)
    return _by_content(data, into) if text is None else text


def tidy(text: str, into: Extract) -> str:
    """LF line ends, no NUL, no lone surrogates; the odd characters that stay are listed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _ANY_ODD.search(text):
        for code, name, characters in _ODD:
            if count := sum(1 for _ in re.finditer(f"[{characters}]", text)):
                into.flaw(code, f"The text holds {count} {name}.")
    return _SURROGATE.sub("\ufffd", text.replace("\0", "\u2400"))


def safe_name(name: str | None, into: Extract) -> str | None:
    """The last step of a file name, without controls or reordering, at most 120 characters."""
    if not name:
        return None
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(c if unicodedata.category(c)[0] != "C" else "_" for c in last)
    shown = re.sub(r'[:*?"<>|]', "_", shown).strip(" .")
    if len(shown) > 120:
        stem, dot, ending = shown.rpartition(".")
        shown = f"{stem[:100]}.{ending}" if dot and len(ending) < 12 else shown[:120]
    if shown != name:
        into.flaw(DefectCode.NAME_CHANGED, "A file name was made safe before it was kept.")
    return shown or None


def language_tag(value: object) -> str | None:
    """`value` if it has the form of a language tag (BCP 47), else None."""
    tag = value.strip() if isinstance(value, str) else ""
    return tag if _LANGUAGE.fullmatch(tag) else None


def charset_name(label: str | None) -> str | None:
    """Python's name for a character set label, or None if there is no such set here."""
    try:
        name = codecs.lookup((label or "").strip(" \"'")).name
        b"a a ".decode(name, "replace")  # refuses codecs that are not of text, such as zlib
    except (LookupError, ValueError):  # ValueError: a NUL in the label, or no lenient decoding
        return None
    return None if name in _NOT_CHARSETS else name


def _by_mark(data: bytes, declared: str | None, into: Extract) -> str | None:
    for mark, charset in _BOMS:
        if not data.startswith(mark):
            continue
        named = charset_name(declared)
        if named and not named.startswith(charset[:6].rstrip("-")):
            into.flaw(DefectCode.CHARSET_WRONG, "The byte order mark contradicts the declaration.")
        into.mark_bytes = len(mark)
        return _replacing(data[len(mark) :], charset, into)
    return None


def _as_declared(data: bytes, declared: str, into: Extract) -> str | None:
    name = charset_name(declared)
    if name is None:
        into.flaw(DefectCode.CHARSET_UNKNOWN, "The declared character set is not known here.")
        return None
    # As browsers do: the Latin-1 label in practice means Windows-1252.
    for charset in ("cp1252", name) if name == "iso8859-1" else (name,):
        try:
            text = data.decode(charset)
        except UnicodeError:
            continue
        into.charset = charset
        return text
    into.flaw(DefectCode.CHARSET_WRONG, "The text is not in the character set it declares.")
    return None


def _by_content(data: bytes, into: Extract) -> str:
    if wide := _wide(data):
        into.flaw(DefectCode.CHARSET_GUESSED, "The character set was guessed to be UTF-16.")
        return _replacing(data, wide, into)
    into.charset = "utf-8"
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        lenient = data.decode("utf-8", "replace")
    bad, high = lenient.count("\ufffd"), sum(1 for _ in re.finditer("[\x80-\U0010ffff]", lenient))
    if high > 2 * bad:
        return _replacing(data, "utf-8", into)
    into.flaw(DefectCode.CHARSET_GUESSED, "The character set was guessed to be Windows-1252.")
    return _replacing(data, "cp1252", into)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark shows as NULs in every second byte of mostly Latin text."""
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) < 4 or len(data) % 2 or max(even, odd) < len(sample) // 5:
        return None
    return "utf-16-le" if even * 10 < odd else "utf-16-be" if odd * 10 < even else None


def _replacing(data: bytes, charset: str, into: Extract) -> str:
    into.charset = charset
    text = data.decode(charset, "replace")
    if "\ufffd" in text:
        into.flaw(
            DefectCode.UNDECODABLE_BYTES, "Bytes that could not be decoded are shown as \ufffd."
        )
    return text
