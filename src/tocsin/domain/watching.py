"""Watching: a subject goes on watch, and stays there until two people end it."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.bases import Command, Event
from tocsin.domain.inbound import BirthDate
from tocsin.domain.sighting import Alike, SightingAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOnWatch(Command):
    """Put a subject on watch, under every name and spelling; it has a review, and no expiry.

    `review_at` is when to look at it again; left out, the pack says when.
    """

    names: tuple[str, ...]
    reason: str
    births: tuple[BirthDate, ...] = ()
    identifiers: tuple[str, ...] = ()
    inbound_id: str = ""
    review_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WidenWatch(Command):
    """Add names, dates of birth or identifiers to a watch; none is ever taken away."""

    watch_id: str
    reason: str
    names: tuple[str, ...] = ()
    births: tuple[BirthDate, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewWatch(Command):
    """Renew a watch after a look at it. Each sighting is answered by itself."""

    watch_id: str
    reason: str
    review_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeWatchEnd(Command):
    """Propose to end a watch, with the reason."""

    watch_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmWatchEnd(Command):
    """Confirm another officer's proposal to end a watch."""

    proposal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSighting(Command):
    """A subject on watch may be met in a report, or in a row of a list. The house's alone."""

    watch_id: str
    report_id: str = ""
    list_id: str = ""
    row: int = 0
    found: tuple[Alike, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSighting(Command):
    """Say whether it is the subject on watch, and why; an answer may be put right later.

    "cannot_tell" says what would settle it, and the clock starts anew. "same" opens a closed case.
    """

    watch_id: str
    sighting_id: str
    answer: SightingAnswer
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchBegun(Event):
    watch_id: str
    names: tuple[str, ...]
    births: tuple[BirthDate, ...]
    identifiers: tuple[str, ...]
    reason: str
    inbound_id: str
    review_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchWidened(Event):
    watch_id: str
    names: tuple[str, ...]
    births: tuple[BirthDate, ...]
    identifiers: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRenewed(Event):
    watch_id: str
    reason: str
    review_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchEnded(Event):
    watch_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectSighted(Event):
    """Whether it is the same person, somebody must say. See `sighting.Sighting`."""

    watch_id: str
    report_id: str = ""
    sighting_id: str = ""
    list_id: str = ""
    row: int = 0
    found: tuple[Alike, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingAnswered(Event):
    watch_id: str
    sighting_id: str
    answer: SightingAnswer
    reason: str
