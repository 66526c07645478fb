"""Signed notes: a text, a blank line, and lines that each name a key and sign the text.

Nothing here is verified; `tocsin.record.checkpoint` does that. What `parse` accepts
spells to exactly the bytes it was read from. Source: C2SP signed-note.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256

MAX_NOTE_BYTES = 2**20
MAX_SIGNATURES = 64
# An ML-DSA-44 cosignature counts a name's bytes in one. Source: C2SP tlog-cosignature.
MAX_NAME_BYTES = 255

_DASH = "\N{EM DASH} "
_CONTROL = re.compile(r"[\x00-\x1f]")
_CONTROL_IN_TEXT = re.compile(r"[\x00-\x09\x0b-\x1f]")
_PRIME = 2**255 - 19
# The y of an Ed25519 point of order 8; its negative is the other. Anyone can sign for a key of
# small order. Source: RFC 8032, 5.1; the list of such points in curve25519-dalek.
_OF_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset({0, 1, _PRIME - 1, _OF_ORDER_8, _PRIME - _OF_ORDER_8})


class KeyType(IntEnum):
    """How a key signs. Source: C2SP signed-note and tlog-cosignature."""

    ED25519 = 1  # the note's text
    ED25519_COSIGNATURE = 4  # a checkpoint and a time
    ML_DSA_44 = 6  # a checkpoint's origin, size and root, and a time


_KEY_BYTES = {KeyType.ED25519: 32, KeyType.ED25519_COSIGNATURE: 32, KeyType.ML_DSA_44: 1312}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key, its name, and how it signs.

    `id` is four bytes; with the name it identifies, and proves nothing. An Ed25519 key
    that has a second spelling or small order is refused: the first would make one
    signer look like two, and for the second anybody can sign.
    """

    name: str
    type: KeyType
    key: bytes
    id: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        name = _checked_name(self.name)
        if len(name) > MAX_NAME_BYTES:
            raise ValueError("a key's name is at most 255 bytes")
        if len(self.key) != _KEY_BYTES[self.type]:
            raise ValueError("a key of another length than its type has")
        if self.type is not KeyType.ML_DSA_44:
            y = int.from_bytes(self.key, "little") & (2**255 - 1)
            if y >= _PRIME or y in _SMALL_ORDER:
                raise ValueError("a key for which others could sign")
        typed = bytes([self.type]) + self.key
        object.__setattr__(self, "id", sha256(name + b"\n" + typed).digest()[:4])

    @property
    def text(self) -> str:
        """The key as one line that can be printed, mailed and read back."""
        encoded = b64encode(bytes([self.type]) + self.key).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"

    @classmethod
    def from_text(cls, text: str) -> "VerifierKey":
        """The key that is written as exactly `text`. Raises ValueError if there is none."""
        # The base64 may hold a plus sign, so only the first two separate.
        name, _, rest = text.partition("+")
        data = b64decode(rest.partition("+")[2], validate=True)
        if not data or data[0] not in _KEY_BYTES:
            raise ValueError("not a key of a known type")
        key = cls(name=name, type=KeyType(data[0]), key=data[1:])
        if key.text != text:
            raise ValueError("not the one spelling of a key")
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """Who claims to have signed, and what they signed with."""

    name: str
    key_id: bytes  # 4 bytes
    signature: bytes  # what the key's type says; at least one byte

    def __post_init__(self) -> None:
        _checked_name(self.name)
        if len(self.key_id) != 4 or not self.signature:
            raise ValueError("a signature line holds four bytes of key id, and a signature")

    @property
    def text(self) -> str:
        """The line with its newline."""
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.signature).decode()}\n"

    @classmethod
    def from_text(cls, text: str) -> "SignatureLine":
        """The line that is written as exactly `text`. Raises ValueError if there is none."""
        name, _, encoded = text.removeprefix(_DASH).removesuffix("\n").partition(" ")
        data = b64decode(encoded, validate=True)
        line = cls(name=name, key_id=data[:4], signature=data[4:])
        if line.text != text:
            raise ValueError("not the one spelling of a signature line")
        return line


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text that ends in a newline, and 1 to `MAX_SIGNATURES` lines below it."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n") or _CONTROL_IN_TEXT.search(self.text):
            raise ValueError("a note's text ends in a newline, its only control character")
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise ValueError("a note has 1 to 64 signature lines")
        if len(_utf8(self.spelled)) > MAX_NOTE_BYTES:
            raise ValueError("the note is too large")

    @property
    def spelled(self) -> str:
        """The whole note."""
        return self.text + "\n" + "".join(line.text for line in self.signatures)


def parse(data: bytes) -> Note:
    """The note that spells to exactly `data`. Raises ValueError if there is none."""
    if len(data) > MAX_NOTE_BYTES:
        raise ValueError("the note is too large")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise ValueError("a note is UTF-8") from None
    # The last blank line separates; the text may hold others.
    text, blank, block = whole.rpartition("\n\n")
    if not blank or not block.endswith("\n") or block.count("\n") > MAX_SIGNATURES:
        raise ValueError("a note is a text, a blank line, and 1 to 64 signature lines")
    lines = block[:-1].split("\n")
    return Note(
        text=text + "\n",
        signatures=tuple(SignatureLine.from_text(line + "\n") for line in lines),
    )


def line_bytes(text: str) -> bytes:
    """The UTF-8 of one line. Raises ValueError if it is empty or holds a control character."""
    if not text or _CONTROL.search(text):
        raise ValueError("a line is not empty and holds no control characters")
    return _utf8(text)


def _checked_name(name: str) -> bytes:
    if "+" in name or any(character.isspace() for character in name):
        raise ValueError("a key's name holds no spaces and no plus sign")
    return line_bytes(name)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # The original error carries the whole text.
        raise ValueError("a lone surrogate has no place in a note") from None
