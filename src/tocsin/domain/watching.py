"""Watching: a subject goes on watch, and stays there until two people end it."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.bases import Command, Event
from tocsin.domain.inbound import BirthDate


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
    """Renew a watch after a look at it and at every report that named its subject."""

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
    """A report received in the house names a subject on watch. The house's alone."""

    watch_id: str
    report_id: str


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
    """By name alone: whether it is the same person, somebody must look."""

    watch_id: str
    report_id: str
