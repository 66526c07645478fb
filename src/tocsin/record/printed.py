"""A checkpoint on paper, in a code of squares or in a mail: short, and found again afterwards.

ML-DSA-44 lines do not fit into a code, so the short form has the Ed25519 lines alone; the
whole note stays with the log. Nothing here is verified. Source of the note: C2SP signed-note.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from tocsin.record.checkpoint import parse_text, read
from tocsin.record.note import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    KeyType,
    Note,
    SignatureLine,
    VerifierKey,
)

KINDS = {
    KeyType.ED25519: "Ed25519",
    KeyType.ED25519_COSIGNATURE: "Ed25519, cosigning",
    KeyType.ML_DSA_44: "ML-DSA-44",
}

MOST_SHORT_BYTES = 1_000
"""What a code of 9 cm holds so that a telephone still reads it from paper."""
LINE_CHARACTERS = 64

_ED25519_BYTES, _COSIGNATURE_BYTES = 64, 72
_MARKS = ">| \t\N{NO-BREAK SPACE}"
_BASE64 = "[A-Za-z0-9+/]"
_HEAD = re.compile(rf"^(\S.*)\n{{1,2}}([0-9]{{1,19}})\n{{1,2}}((?:{_BASE64}\n?){{43}}=)$", re.M)
# Repetitions are bounded, so that no text makes the search slow.
_SIGNED = re.compile(
    r"^(?:[\N{EM DASH}\N{EN DASH}]|--?)\s{1,3}(\S{1,300})"
    rf"\s{{1,3}}({_BASE64}(?:\s{{,3}}{_BASE64}){{,4000}}(?:\s{{,3}}=){{1,2}})",
    re.M,
)
_SPACE = re.compile(r"\s+")


def fingerprints(keys: Iterable[VerifierKey]) -> list[tuple[str, list[str]]]:
    """Of each key how it signs, and the SHA-256 of its text in lines to be read aloud."""
    return [(KINDS[key.type], spoken(sha256(key.text.encode()).digest())) for key in keys]


def spoken(digest: bytes) -> list[str]:
    """Hexadecimal in lines of four groups of four, to be read aloud and compared."""
    groups = [digest[at : at + 2].hex() for at in range(0, len(digest), 2)]
    return [" ".join(groups[at : at + 4]) for at in range(0, len(groups), 4)]


def short(note: Note) -> str:
    """The note with the log's Ed25519 lines, and as many Ed25519 cosignatures as fit.

    Raises ValueError where no Ed25519 key of the log signed.
    """
    origin = parse_text(note.text).origin
    own = [
        line
        for line in note.signatures
        if line.name == origin and len(line.signature) == _ED25519_BYTES
    ]
    if not own:
        raise ValueError("no Ed25519 key of the log signed")
    spelled = Note(text=note.text, signatures=tuple(own)).spelled
    for line in note.signatures:
        if line.name != origin and len(line.signature) == _COSIGNATURE_BYTES:
            longer = spelled + line.text
            spelled = longer if len(longer.encode()) <= MOST_SHORT_BYTES else spelled
    return spelled


def narrow(note: str) -> str:
    """The note with its signatures cut into lines that no mail program folds."""
    text, _, signed = note.rpartition("\n\n")
    return "\n".join([text, "", *_cut(signed)]) + "\n"


def note_in(data: bytes) -> bytes | None:
    """The signed checkpoint in a mail, in what was read from paper, or in its own file.

    Lines may be folded, quoted and ended in any way, and other words may stand around.
    None where there is no such thing.
    """
    try:
        read(data)
    except ValueError:
        return _found(data[:MAX_NOTE_BYTES].decode("utf-8", "replace"))
    return data


def _cut(signed: str) -> Iterator[str]:
    for line in signed.splitlines():
        name, _, encoded = line.rpartition(" ")
        yield name
        for at in range(0, len(encoded), LINE_CHARACTERS):
            yield encoded[at : at + LINE_CHARACTERS]


def _found(whole: str) -> bytes | None:
    text = "\n".join(line.strip().lstrip(_MARKS) for line in whole.splitlines())
    head = _HEAD.search(text)
    if head is None:
        return None
    origin, size, root = head.groups()
    lines = "".join(_lines(text[head.end() :]))
    note = f"{origin}\n{size}\n{_SPACE.sub('', root)}\n\n{lines}".encode()
    try:
        read(note)
    except ValueError:
        return None
    return note


def _lines(rest: str) -> Iterator[str]:
    """What can be a signature line; other words that look like one are passed over."""
    for number, found in enumerate(_SIGNED.finditer(rest)):
        if number == MAX_SIGNATURES:
            return
        try:
            spelled = f"\N{EM DASH} {found[1]} {_SPACE.sub('', found[2])}\n"
            yield SignatureLine.from_text(spelled).text
        except ValueError:
            continue
