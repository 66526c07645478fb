"""Internet mail (RFC 5322, MIME) to text: every leaf is read, hashed and listed.

The parser is the standard library's with its older `compat32` policy: the newer
policy's header parser raises on hostile headers and takes quadratic time on long ones.
"""

import base64
import binascii
import hashlib
import quopri
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.errors import CloseBoundaryNotFoundDefect, HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesFeedParser
from email.policy import Compat32, compat32

from tocsin.domain.refusal import Code, refuse
from tocsin.feeds.characters import decode, language_tag, safe_name
from tocsin.feeds.model import DefectCode, Extract, Limits, Part

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_ENCODINGS = frozenset(
    {
        "7bit",
        "8bit",
        "binary",
        "base64",
        "quoted-printable",
        "x-uuencode",
        "uuencode",
        "uue",
        "x-uue",
    }
)
_HEADER_CHARACTERS = 10_000
_LINK = re.compile(r"https?://\S+")
_COMPLEX = "Send its parts as reports of their own."

ReadLeaf = Callable[[bytes, str, str | None, str | None, int], Extract]
"""Bytes, declared type, declared character set, safe name and depth of a leaf to its extract."""


@dataclass(slots=True)
class Budget:
    """What one report has used up, over all mails inside mails."""

    limits: Limits
    entities: int = 0
    expanded_bytes: int = 0

    def enter(self, depth: int) -> None:
        """Refuse nesting beyond the limit."""
        if depth > self.limits.depth:
            refuse(
                Code.REPORT_TOO_COMPLEX,
                "The report was not read: its parts are nested too deeply.",
                _COMPLEX,
            )

    def add_entity(self) -> None:
        """Count one part or container, and refuse the one too many."""
        self.entities += 1
        if self.entities > self.limits.parts:
            refuse(
                Code.REPORT_TOO_COMPLEX, "The report was not read: it has too many parts.", _COMPLEX
            )

    def add_bytes(self, count: int) -> None:
        """Count decoded bytes, and refuse expansion beyond the limit."""
        self.expanded_bytes += count
        if self.expanded_bytes > self.limits.expanded_bytes:
            refuse(
                Code.REPORT_TOO_COMPLEX,
                "The report was not read: its parts expand too much.",
                _COMPLEX,
            )


def read_mail(data: bytes, budget: Budget, read: ReadLeaf, depth: int, into: Extract) -> None:
    """Put the headers people read, all text and all parts of a mail into `into`.

    Raises Refusal REPORT_TOO_COMPLEX beyond the limits on parts, depth or expansion.
    """
    try:
        message = _parse(data, budget)
    except ValueError:  # numbers thousands of digits long in a parameter
        into.flaw(DefectCode.MAIL_MALFORMED, "The mail is malformed; it is shown as received.")
        into.text = decode(data, None, into)
        return
    into.title = _header(message, "Subject", into)[:500] or None
    into.language = language_tag(_header(message, "Content-Language", into))
    into.text = _Walk(budget, read, into).mail(message, depth)


def _parse(data: bytes, budget: Budget) -> Message:
    def counted(policy: Compat32 = compat32) -> Message:
        budget.add_entity()
        return Message(policy=policy)

    budget.entities -= 1  # the parser makes one message only to try the factory
    parser = BytesFeedParser(_factory=counted, policy=compat32)
    parser.feed(data)
    return parser.close()


@dataclass(slots=True)
class _Walk:
    """One pass over a mail's tree, in the order of its bytes."""

    budget: Budget
    read: ReadLeaf
    into: Extract

    def mail(self, message: Message, depth: int) -> str:
        shown = ((name, _header(message, name, self.into)) for name in _SHOWN)
        head = "\n".join(f"{name}: {value}" for name, value in shown if value)
        return f"{head}\n\n{self.entity(message, depth)}".strip()

    def entity(self, message: Message, depth: int) -> str:
        self.budget.enter(depth)
        self._note_defects(message)
        if not message.is_multipart():
            return self._leaf(message, depth)
        payload = [part for part in message.get_payload() if isinstance(part, Message)]
        if message.get_content_maintype() == "message":
            if (inner := _encoded_mail(message)) is not None:
                return self._read(inner, message, depth)
            return "\n\n".join(
                f"--- {self._kind(message)} ---\n{self.mail(m, depth + 1)}" for m in payload
            )
        texts = [self.entity(m, depth + 1) for m in payload]
        if message.get_content_type() == "multipart/alternative":
            texts = self._alternative(payload, texts)
        return "\n\n".join(text for text in texts if text)

    def _alternative(self, parts: list[Message], texts: list[str]) -> list[str]:
        plain = [
            text
            for part, text in zip(parts, texts, strict=True)
            if part.get_content_type() == "text/plain"
        ]
        if not plain or len(texts) == 1:
            return texts
        if all(_say_the_same(plain[0], text) for text in texts):
            return plain[:1]
        self.into.flaw(
            DefectCode.MAIL_ALTERNATIVES_DIFFER,
            "The mail's alternatives say different things; all are shown.",
        )
        return texts

    def _leaf(self, message: Message, depth: int) -> str:
        encoding = str(message.get("Content-Transfer-Encoding", "7bit")).strip().lower() or "7bit"
        if encoding not in _ENCODINGS:
            self.into.flaw(
                DefectCode.TRANSFER_ENCODING_UNKNOWN,
                "A part is in an unknown transfer encoding; it was left as it is.",
            )
        del message["Content-Transfer-Encoding"]  # the parser does not strip it
        message["Content-Transfer-Encoding"] = encoding if encoding in _ENCODINGS else "8bit"
        data = message.get_payload(decode=True)
        return self._read(data if isinstance(data, bytes) else b"", message, depth)

    def _read(self, data: bytes, message: Message, depth: int) -> str:
        self.budget.add_bytes(len(data))
        name = safe_name(_file_name(message, self.into), self.into)
        declared = message.get_content_type()
        found = self.read(data, declared, _charset(message), name, depth + 1)
        self.into.defects += found.defects
        self.into.parts.append(
            Part(
                name=name,
                media_type=found.media_type,
                size_bytes=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                text=found.text if found.is_read else None,
            )
        )
        self.into.parts += found.parts
        is_body = (
            name is None and message.get_content_disposition() != "attachment" and not found.parts
        )
        if is_body and found.is_read:
            return found.text
        return (
            f"--- {name or found.media_type} ---\n{found.text if found.is_read else '(not read)'}"
        )

    def _kind(self, message: Message) -> str:
        return (
            safe_name(_file_name(message, self.into), self.into) or message.get_content_type()[:120]
        )

    def _note_defects(self, message: Message) -> None:
        for defect in message.defects:
            if isinstance(defect, CloseBoundaryNotFoundDefect):
                self.into.flaw(DefectCode.MAIL_TRUNCATED, "The mail ends before its last part.")
            else:
                self.into.flaw(
                    DefectCode.MAIL_MALFORMED,
                    f"The mail departs from its format ({type(defect).__name__}).",
                )
        if any(len((text or "").strip()) > 120 for text in (message.preamble, message.epilogue)):
            self.into.flaw(
                DefectCode.MAIL_OUTSIDE_TEXT,
                "The mail holds text outside its parts, which is not shown.",
            )


def _header(message: Message, name: str, into: Extract) -> str:
    """All values of one header, decoded, on one line."""
    values = [str(raw) for key, raw in message.raw_items() if key.lower() == name.lower()]
    return " | ".join(
        " ".join(_decoded(value[:_HEADER_CHARACTERS], into).split()) for value in values[:10]
    )


def _decoded(value: str, into: Extract) -> str:
    if not value.isascii():
        return decode(value.encode("ascii", "surrogateescape"), None, into)
    try:
        pieces = decode_header(value)
    except HeaderParseError:
        into.flaw(
            DefectCode.MAIL_MALFORMED,
            "A header's encoded words are malformed; they are shown as received.",
        )
        return value
    return "".join(
        piece if isinstance(piece, str) else decode(piece, charset, into)
        for piece, charset in pieces
    )


def _charset(message: Message) -> str | None:
    try:
        return message.get_content_charset()
    except ValueError:
        return None


def _file_name(message: Message, into: Extract) -> str | None:
    try:
        name = message.get_filename()
        return None if name is None else _decoded(name[:_HEADER_CHARACTERS], into)
    except ValueError:
        into.flaw(DefectCode.MAIL_MALFORMED, "A part's file name is malformed; it was left out.")
        return None


def _encoded_mail(message: Message) -> bytes | None:
    """The bytes of a mail attached in base64 or quoted-printable, against RFC 2046 but common."""
    encoding = str(message.get("Content-Transfer-Encoding", "")).strip().lower()
    inner = message.get_payload(0)
    if (
        encoding not in ("base64", "quoted-printable")
        or not isinstance(inner, Message)
        or inner.keys()
    ):
        return None
    body = str(inner.get_payload()).encode("ascii", "surrogateescape")
    try:
        return base64.b64decode(body) if encoding == "base64" else quopri.decodestring(body)
    except binascii.Error:
        return body


def _say_the_same(one: str, other: str) -> bool:
    """Whether two renderings share four fifths of their words, links aside."""
    mine, yours = (set(re.findall(r"\w+", _LINK.sub("", text).casefold())) for text in (one, other))
    return len(mine & yours) >= 0.8 * len(mine | yours)
