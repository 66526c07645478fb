"""What every channel takes and answers; what may be handed to one at all."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from email_validator import EmailNotValidError, validate_email

from tocsin.domain.folding import words
from tocsin.domain.refusal import Code, refuse


class FailureReason(StrEnum):
    """Why a message was not handed over; a closed list, safe to show and to record."""

    HOST_NOT_FOUND = "host-not-found"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"
    DISCONNECTED = "disconnected"
    TLS_FAILED = "tls-failed"
    TLS_MISSING = "tls-missing"
    SIGN_IN_REFUSED = "sign-in-refused"
    SERVER_BUSY = "server-busy"
    SERVER_REFUSED = "server-refused"
    BAD_ANSWER = "bad-answer"
    SENDER_REFUSED = "sender-refused"
    RECIPIENT_REFUSED = "recipient-refused"
    CONTENT_REFUSED = "content-refused"
    ADDRESS_UNSUPPORTED = "address-unsupported"
    NO_ANSWER = "no-answer"


class NotHandedOver(Exception):
    """Base of the three outcomes that are not success. `detail` holds no address and no content."""

    def __init__(self, reason: FailureReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


class Passing(NotHandedOver):
    """It was not handed over; the same try may succeed later, or once an operator has mended."""


class Permanent(NotHandedOver):
    """It was not handed over, and trying again with the same address will not help."""


class OutcomeUnknown(NotHandedOver):
    """It may have been handed over: retry with the same key, and record that nobody knows."""


# Line breaks would start a new header; direction overrides can show one name and mean another.
_UNFIT_IN_HEADERS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_UNFIT_IN_TEXT = re.compile("[\x00\ud800-\udfff]")
_KEY = re.compile("[!-~]{1,200}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
LONGEST_LINE = 300
LONGEST_TEXT = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Words for one recipient. `key` stays the same on every retry, so that copies are known.

    Raises ValueError for what no caller should hand over (control characters,
    overlong fields) and `Refusal` for an address that is none.
    """

    key: str
    to_name: str
    to_address: str
    subject: str
    body: str
    language: str = "en"
    exercise: bool = False

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError("a key is 1 to 200 visible ASCII characters")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError("a language is a tag such as en or pt-BR")
        for line in (self.to_name, self.subject):
            if len(line) > LONGEST_LINE or _UNFIT_IN_HEADERS.search(line):
                raise ValueError("names and subjects are one line without control characters")
        if len(self.body) > LONGEST_TEXT or _UNFIT_IN_TEXT.search(self.body):
            raise ValueError("a body is text that UTF-8 can carry, without NUL")
        if checked_address(self.to_address) != self.to_address:
            raise ValueError("an address is checked before it is used")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The provider took it. That is not yet a receipt."""

    provider_id: str
    detail: str


class Channel(Protocol):
    """A way out. `send` blocks, within the channel's own deadline."""

    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> HandedOver:
        """Hand the message over. Raises `Passing`, `Permanent` or `OutcomeUnknown`."""
        ...


def checked_address(address: str) -> str:
    """An e-mail address in the form to use: the domain in small ASCII letters. Idempotent.

    Only its form is checked: nothing is looked up. Raises `Refusal` (address-invalid), also
    for a domain whose letters pass for those of another (a Cyrillic "a" in a Latin name).
    """
    what, remedy = "The address was not accepted: it is not", "Check it with the recipient."
    try:
        checked = validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError:
        refuse(Code.ADDRESS_INVALID, f"{what} a valid e-mail address.", remedy)
    if any(map(_is_deceptive, checked.domain.split("."))):
        refuse(Code.ADDRESS_INVALID, f"{what} safe: its domain imitates another.", remedy)
    return f"{checked.local_part}@{checked.ascii_domain}"


# Scripts that are written together; all others stand alone in a label (UTS 39, highly restrictive).
_TOGETHER = (
    {"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    {"LATIN", "CJK", "HANGUL"},
    {"LATIN", "CJK", "BOPOMOFO"},
)


def _is_deceptive(label: str) -> bool:
    """Whether a label mixes scripts, or is all letters that pass for Latin ones."""
    letters = [letter for letter in label if letter.isalpha()]
    scripts = {unicodedata.name(letter, "UNNAMED").split()[0] for letter in letters}
    if len(scripts) > 1:
        return not any(scripts <= together for together in _TOGETHER)
    return scripts <= {"CYRILLIC", "GREEK"} and bool(letters) and "".join(words(label)).isascii()
