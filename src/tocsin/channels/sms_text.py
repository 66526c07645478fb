"""Words as text messages: their alphabet, and the parts they need. Pure.

Sources: 3GPP TS 23.038, 6.2.1 (GSM 7 bit default alphabet and its extension table), and
3GPP TS 23.040, 9.2.3.24 (concatenation by user data header).
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from tocsin.domain.refusal import Code, refuse

OCTETS = 140
"""The user data of one text message, header included."""

MOST_PARTS = 255
"""A header counts its parts in one octet."""

_HEADER = 7
_DEFAULT = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE = 0x1B
_EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
_SEPTETS = {letter: bytes((code,)) for code, letter in enumerate(_DEFAULT) if code != _ESCAPE} | {
    letter: bytes((_ESCAPE, code)) for code, letter in _EXTENSION.items()
}


class Alphabet(IntEnum):
    """SMPP 3.4's data_coding of what we write."""

    GSM = 0
    UCS2 = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One text message of the `total` that carry the words.

    `payload` is the text alone as SMPP carries it: a septet to an octet, or UTF-16-BE.
    """

    number: int
    total: int
    text: str
    alphabet: Alphabet
    payload: bytes

    def user_data(self, reference: int) -> bytes:
        """Header and text. `reference` (16 bits) tells a phone which parts belong together.

        Raises ValueError beyond `MOST_PARTS`.
        """
        if self.total == 1:
            return self.payload
        if self.total > MOST_PARTS:
            raise ValueError("a text message has at most 255 parts")
        header = bytes((_HEADER - 1, 0x08, 4, *divmod(reference & 0xFFFF, 256)))
        return header + bytes((self.total, self.number)) + self.payload

    @property
    def octets(self) -> int:
        """How many octets it takes on the air, header and fill bits included."""
        header = _HEADER if self.total > 1 else 0
        if self.alphabet is Alphabet.UCS2:
            return header + len(self.payload)
        septets = -(-header * 8 // 7) + len(self.payload)
        return -(-septets * 7 // 8)


def parts(text: str) -> tuple[Part, ...]:
    """The text messages that carry `text` unchanged, as few as there can be but for one thing:
    no letter is cut from its marks, nor half of one from the other.

    Raises ValueError for half a surrogate pair, which no message carries.
    """
    alphabet = Alphabet.GSM if all(letter in _SEPTETS for letter in text) else Alphabet.UCS2
    whole = _encoded(text, alphabet)
    is_one = len(whole) <= (160 if alphabet is Alphabet.GSM else OCTETS)
    pieces = [text] if is_one else list(_pieces(text, alphabet))
    return tuple(
        Part(
            number=number,
            total=len(pieces),
            text=piece,
            alphabet=alphabet,
            payload=_encoded(piece, alphabet),
        )
        for number, piece in enumerate(pieces, 1)
    )


def parts_needed(text: str) -> int:
    """How many text messages `text` takes."""
    return len(parts(text))


def checked_short(text: str, most_parts: int) -> str:
    """`text`, where it fits in `most_parts`. Raises `Refusal` (text-too-long)."""
    if (needed := parts_needed(text)) > most_parts:
        refuse(
            Code.TEXT_TOO_LONG,
            f"The words were not accepted: they need {needed} text messages, "
            f"and {most_parts} is the most.",
            "Shorten them, or plain letters only: one sign of another alphabet halves the room.",
        )
    return text


def read_septets(payload: bytes) -> str:
    """The text of octets in the default alphabet; what stands for nothing becomes U+FFFD."""
    text, octets = [], iter(payload)
    for octet in octets:
        if octet == _ESCAPE:
            # An unknown pair is shown as the second letter of it (TS 23.038, 6.2.1.1).
            second = next(octets, 0x20)
            text.append(_EXTENSION.get(second) or _letter(second))
        else:
            text.append(_letter(octet))
    return "".join(text)


def _letter(octet: int) -> str:
    return _DEFAULT[octet] if octet < len(_DEFAULT) and octet != _ESCAPE else "\ufffd"


def _encoded(text: str, alphabet: Alphabet) -> bytes:
    if alphabet is Alphabet.UCS2:
        return text.encode("utf-16-be")
    return b"".join(map(_SEPTETS.__getitem__, text))


def _pieces(text: str, alphabet: Alphabet) -> Iterator[str]:
    room = 152 if alphabet is Alphabet.GSM else (OCTETS - _HEADER) // 2 * 2
    piece, used = "", 0
    for cluster in _clusters(text):
        units = [cluster] if len(_encoded(cluster, alphabet)) <= room else cluster
        for unit in units:
            size = len(_encoded(unit, alphabet))
            if used + size > room:
                yield piece
                piece, used = "", 0
            piece, used = piece + unit, used + size
    yield piece


def _clusters(text: str) -> Iterator[str]:
    """Letters with what belongs to them: marks, joined signs, pairs of flag letters, CR LF."""
    cluster = ""
    for letter in text:
        if cluster and not _belongs(letter, cluster):
            yield cluster
            cluster = ""
        cluster += letter
    yield cluster


_JOINER = "\u200d"


def _belongs(letter: str, cluster: str) -> bool:
    if letter.isascii():
        return letter == "\n" and cluster == "\r"
    return (
        unicodedata.category(letter) in ("Mn", "Mc", "Me")
        or letter == _JOINER
        or cluster[-1] == _JOINER
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
        or (_is_flag(letter) and len(cluster) == 1 and _is_flag(cluster))
    )


def _is_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"
