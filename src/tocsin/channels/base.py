"""What every channel takes and answers; what may be handed to one at all."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from tocsin.channels.addresses import address_for
from tocsin.domain.directory import EncryptionKey
from tocsin.domain.kinds import Method


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
    KEY_UNUSABLE = "key-unusable"
    KEY_EXPIRED = "key-expired"
    TOO_LONG = "too-long"
    RATE_LIMITED = "rate-limited"
    EXPIRED = "expired"


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
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
LONGEST_LINE = 300
LONGEST_TEXT = 200_000
LONGEST_ATTACHMENT = 2_000_000
LONGEST_REPLY = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file beside the words."""

    name: str
    media_type: str
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _FILE_NAME.fullmatch(self.name) or not _MEDIA_TYPE.fullmatch(self.media_type):
            raise ValueError("an attachment has a plain file name and a media type")
        if len(self.content) > LONGEST_ATTACHMENT:
            raise ValueError("an attachment holds at most 2 MB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Words for one recipient. `key` stays the same on every retry, so that copies are known.

    `body` is the whole of it, link and code included; `short` the same for where every letter
    costs (a text message, a push), or "" where the body serves. `expires_at` is when the words
    are no use any more. `encrypt_to` is the recipient's key; a channel that cannot use it
    raises `Permanent(KEY_UNUSABLE)` and never sends in clear.

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
    method: Method = Method.EMAIL
    short: str = ""
    link: str = ""
    imminent: bool = False
    expires_at: datetime | None = None
    encrypt_to: EncryptionKey | None = None
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError("a key is 1 to 200 visible ASCII characters")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError("a language is a tag such as en or pt-BR")
        for line in (self.to_name, self.subject, self.link):
            if len(line) > LONGEST_LINE or _UNFIT_IN_HEADERS.search(line):
                raise ValueError("names and subjects are one line without control characters")
        for text in (self.body, self.short):
            if len(text) > LONGEST_TEXT or _UNFIT_IN_TEXT.search(text):
                raise ValueError("a body is text that UTF-8 can carry, without NUL")
        if address_for(self.method, self.to_address) != self.to_address:
            raise ValueError("an address is checked before it is used")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The provider took it. That is not yet a receipt. `provider_id` is the provider's name for
    it, by which a later `Report` may call it; "" where it gives none."""

    provider_id: str
    detail: str


class Channel(Protocol):
    """A way out. `send` blocks, within the channel's own deadline; threads may share it."""

    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> HandedOver:
        """Hand the message over. Raises `Passing`, `Permanent` or `OutcomeUnknown`."""
        ...


class Reported(StrEnum):
    """What a provider, a device or a person says after the hand-over."""

    DELIVERED = "delivered"
    DISPLAYED = "displayed"
    UNDELIVERABLE = "undeliverable"
    REPLIED = "replied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """News of a message already handed over. Named by our `key`, or else by `provider_id`, or
    (a reply) by `address`, whichever the provider repeats; the others are "".

    `words` are those of a reply, at most `LONGEST_REPLY` characters; `detail` holds no address
    and no content, as in `NotHandedOver`.
    """

    kind: Reported
    key: str = ""
    provider_id: str = ""
    address: str = ""
    words: str = ""
    detail: str = ""


@runtime_checkable
class Reporting(Protocol):
    """A channel that hears of what became of its messages."""

    def reports(self, take: Callable[[Report], None], wait_s: float) -> None:
        """Give every report that is there, or comes within `wait_s`, to `take`.

        A report counts as taken when `take` returns; what it raises leaves the report to be
        given again. The same may be given twice. Raises `Passing` where the provider is away.
        """
        ...
