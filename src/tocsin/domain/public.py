"""A warning to the public, in the terms of CAP 1.2 (OASIS, 1 July 2010), and its publication."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tocsin.domain.areas import Area
from tocsin.domain.warning import WarningKind, WarningWords


class Status(StrEnum):
    """Kept unmistakably apart, from the first draft to the last reader."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"


class Category(StrEnum):
    SECURITY = "Security"
    SAFETY = "Safety"
    RESCUE = "Rescue"
    HEALTH = "Health"
    TRANSPORT = "Transport"
    INFRASTRUCTURE = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class Nearness(StrEnum):
    """CAP's urgency: how soon people must act."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class Response(StrEnum):
    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ALL_CLEAR = "AllClear"
    NONE = "None"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicNotice:
    """What the public is told beside the released words. Raises ValueError where it says too
    little: at least one area, an event of 1 to 100 characters, a web address that is https."""

    event: str
    category: Category
    nearness: Nearness
    severity: Severity
    certainty: Certainty
    response: Response
    areas: tuple[Area, ...]
    web: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.event.strip()) <= 100 or not self.event.isprintable():
            raise ValueError("an event is one line of at most 100 characters")
        if not 0 < len(self.areas) <= 50:
            raise ValueError("a public warning has 1 to 50 areas")
        if self.web and not self.web.startswith("https://"):
            raise ValueError("a web address begins with https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An earlier message, as CAP refers to one."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One message to the public: `words` in every language, the first one first.

    `references` are all earlier messages that it updates or cancels; none for an alert.
    """

    sender: str
    identifier: str
    sent: datetime
    status: Status
    message: WarningKind
    words: tuple[WarningWords, ...]
    notice: PublicNotice
    references: tuple[Reference, ...] = ()
    sender_name: str = ""


class PublicationState(StrEnum):
    """How far one went; what was never confirmed is rejected with its proposal."""

    PREPARED = "prepared"
    LIVE = "live"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedNotice:
    """A publication of a case: the released words of `warning_id` with `notice`, and what cancels
    them. `sent_as` and `cancelled_as` are the messages that went out, each with the SHA-256 of
    its signed bytes."""

    publication_id: str
    warning_id: str
    message: WarningKind
    status: Status
    notice: PublicNotice
    cancellation: tuple[WarningWords, ...]
    lists: tuple[str, ...]
    follows: str
    proposal_id: str
    prepared_by: str
    prepared_at: datetime
    state: PublicationState = PublicationState.PREPARED
    confirmed_by: str = ""
    sent_as: Reference | None = None
    sent_sha256: str = ""
    cancelled_by: str = ""
    cancelled_as: Reference | None = None
    cancelled_sha256: str = ""
    reason: str = ""
