"""Warnings to the public: prepared, confirmed by a second officer, cancelled at once by one."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.bases import Command, Event
from tocsin.domain.public import PublicNotice, Reference, Status
from tocsin.domain.warning import WarningKind, WarningWords


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparePublication(Command):
    """Prepare a released warning for the public, with its cancellation ready beforehand.

    `cancellation` says in every language of the warning what cancels it; `follows` is the
    publication that stands already, if there is one, which this one updates.
    """

    warning_id: str
    notice: PublicNotice
    status: Status
    cancellation: tuple[WarningWords, ...]
    lists: tuple[str, ...] = ()
    follows: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPublication(Command):
    """Publish what another officer prepared; for an actual warning `typed` is its phrase."""

    publication_id: str
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPublication(Command):
    """Publish the cancellation that was approved beforehand, at once and alone.

    Source: DHS OIG-19-08: in Hawaii in 2018 it took 38 minutes to correct a false alert.
    """

    publication_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """A message as it was written and signed, for the decision that sends it."""

    message: Reference
    cap_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationPrepared(Event):
    publication_id: str
    warning_id: str
    message: WarningKind
    status: Status
    notice: PublicNotice
    cancellation: tuple[WarningWords, ...]
    lists: tuple[str, ...]
    follows: str
    proposal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Event):
    """`cap_sha256` is that of the signed message, byte for byte; `references` all before it."""

    publication_id: str
    sender: str
    identifier: str
    sent: datetime
    references: tuple[Reference, ...]
    cap_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationCancelled(Event):
    publication_id: str
    sender: str
    identifier: str
    sent: datetime
    references: tuple[Reference, ...]
    cap_sha256: str
    reason: str
