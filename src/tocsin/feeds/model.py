"""What reading a report yields: its text, its parts, and everything wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on one report. Sizes are bytes unless the name says otherwise.

    `parts` counts every entity of a mail, containers included; `depth` how far
    one may lie inside another; `expanded_bytes` the sum of all decoded parts.
    `read_seconds` bounds the processor and wall time of reading mail, HTML and PDF.
    """

    report_bytes: int = 10_000_000
    text_characters: int = 2_000_000
    parts: int = 200
    depth: int = 20
    expanded_bytes: int = 50_000_000
    pages: int = 500
    read_seconds: float = 10.0

    def __post_init__(self) -> None:
        if min(getattr(self, name) for name in self.__slots__) <= 0:
            raise ValueError("every limit is above zero")


class DefectCode(StrEnum):
    """What can be wrong with a report that is kept all the same."""

    TYPE_MISMATCH = "type-mismatch"
    TYPE_NOT_READ = "type-not-read"
    NAME_CHANGED = "name-changed"
    ARCHIVE_NOT_OPENED = "archive-not-opened"
    READING_STOPPED = "reading-stopped"
    TEXT_CUT = "text-cut"
    NO_TEXT = "no-text"
    CHARSET_WRONG = "charset-wrong"
    CHARSET_UNKNOWN = "charset-unknown"
    CHARSET_GUESSED = "charset-guessed"
    UNDECODABLE_BYTES = "undecodable-bytes"
    NUL_CHARACTERS = "nul-characters"
    CONTROL_CHARACTERS = "control-characters"
    BIDI_CHARACTERS = "bidi-characters"
    INVISIBLE_CHARACTERS = "invisible-characters"
    MAIL_TRUNCATED = "mail-truncated"
    MAIL_MALFORMED = "mail-malformed"
    MAIL_OUTSIDE_TEXT = "mail-outside-text"
    MAIL_ALTERNATIVES_DIFFER = "mail-alternatives-differ"
    TRANSFER_ENCODING_UNKNOWN = "transfer-encoding-unknown"
    HTML_SCRIPT = "html-script"
    HTML_EVENT_HANDLER = "html-event-handler"
    HTML_ACTIVE_LINK = "html-active-link"
    HTML_EMBEDDED = "html-embedded"
    HTML_FORM = "html-form"
    HTML_REDIRECT = "html-redirect"
    HTML_EXTERNAL = "html-external"
    HTML_HIDDEN_TEXT = "html-hidden-text"
    PDF_BROKEN = "pdf-broken"
    PDF_ENCRYPTED = "pdf-encrypted"
    PDF_ACTIVE = "pdf-active"
    PDF_ATTACHMENT = "pdf-attachment"
    PDF_PAGES_CUT = "pdf-pages-cut"
    JSON_BROKEN = "json-broken"
    JSON_TOO_DEEP = "json-too-deep"
    JSON_DUPLICATE_KEYS = "json-duplicate-keys"
    JSON_ODD_NUMBERS = "json-odd-numbers"
    CAP_UNREADABLE = "cap-unreadable"
    CAP_FAULT = "cap-fault"
    CAP_SIGNATURE_NOT_VERIFIED = "cap-signature-not-verified"


@dataclass(frozen=True, slots=True, order=True)
class Defect:
    """One thing wrong: a code for machines, a sentence for people, no content of the report."""

    code: DefectCode
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One leaf of a mail. `name` is safe to show; `text` is None when it was not read."""

    name: str | None
    media_type: str
    size_bytes: int
    sha256: str
    text: str | None


Hints = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """A report as read. `sha256` and `size_bytes` are those of the bytes received.

    `text` has LF line ends and no NUL and no lone surrogates, so that every
    database and encoder takes it. Where it is plain text, it is the bytes received in `charset`,
    after `mark_bytes` of a byte order mark. `language` is what the document declares.
    `hints` are the fields of our own JSON report format, checked: `acquired_at`
    carries a zone, `reliability` is A to F, `credibility` 1 to 6.
    """

    media_type: str
    sha256: str
    size_bytes: int
    title: str | None = None
    language: str | None = None
    text: str
    charset: str = ""
    mark_bytes: int = 0
    parts: tuple[Part, ...] = ()
    defects: tuple[Defect, ...] = ()
    hints: Hints = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True, kw_only=True)
class Extract:
    """What one format's reader makes of some bytes; defects are added as they are met."""

    media_type: str = "text/plain"
    title: str | None = None
    language: str | None = None
    text: str = ""
    charset: str = ""
    mark_bytes: int = 0
    is_read: bool = True
    parts: list[Part] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    hints: dict[str, str | tuple[str, ...]] = field(default_factory=dict)

    def flaw(self, code: DefectCode, what: str) -> None:
        """Note one defect."""
        self.defects.append(Defect(code, what))
