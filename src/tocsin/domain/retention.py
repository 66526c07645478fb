"""Keeping and destroying: legal holds, and the lawful destruction of a closed case."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tocsin.domain.bases import Command, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """While one stands, the case may not be destroyed."""

    hold_id: str
    authority: str
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str = ""
    lifted_at: datetime | None = None
    lifted_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLegalHold(Command):
    """Forbid the destruction of the case, on a named authority."""

    authority: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftLegalHold(Command):
    """Lift a legal hold that another officer placed."""

    hold_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeDestruction(Command):
    """Propose to destroy a closed case, on the authority of a law or an order."""

    authority: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmDestruction(Command):
    """Confirm another officer's proposal to destroy; it cannot be undone."""

    proposal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldPlaced(Event):
    hold_id: str
    authority: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldLifted(Event):
    hold_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyTold:
    """One intended victim, by number alone, to whom a warning was, or may have been, owed."""

    victim_id: str
    owed_at: datetime
    told: str  # its class, one of `duties.CLASSES` or `duties.WAIVED` and a ground

    @property
    def periods(self) -> tuple[str, str]:
        """The year and the quarter, in UTC, in which it is counted: "2026" and "2026Q4"."""
        began = self.owed_at.astimezone(UTC)
        return f"{began.year:04}", f"{began.year:04}Q{(began.month + 2) // 3}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDestroyed(Event):
    """All that is left to read: from here on the case is built from this event alone.

    The contents of events 1 to `last_seq_destroyed` are gone; the proposal and
    its confirmation stay. `case_seq` is this event's own number, `held` the
    holds that stood once and were lifted. Its `duties` stay in every count.
    """

    case_id: str
    case_seq: int
    unit: str
    restricted: bool
    exercise: bool
    members: tuple[str, ...]
    policy: str
    pack_hash: str
    opened_at: datetime
    closed_at: datetime
    authority: str
    reason: str
    proposed_by: str
    proposal_id: str
    last_seq_destroyed: int
    held: tuple[str, ...]
    duties: tuple[DutyTold, ...]
