"""What a policy pack must answer. The packs themselves live in `tocsin.policy`.

Nothing here carries a nationality, a state or an alliance: they cannot reach
the threshold because no rule is ever given them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from tocsin.domain.findings import Findings, Urgency


class Duty(StrEnum):
    """Undecided leans toward warning: it escalates and never closes a case."""

    OWED = "owed"
    NOT_OWED = "not_owed"
    UNDECIDED = "undecided"


class Clock(StrEnum):
    """Every kind of deadline a case can have."""

    TRIAGE = "triage"
    DECISION = "decision"
    ORIGINATOR_REPLY = "originator_reply"
    FIRST_ATTEMPT = "first_attempt"
    RECEIPT = "receipt"
    ACTION_CHECK = "action_check"
    ONWARD_PASSAGE = "onward_passage"
    REVIEW = "review"
    WAIVER_EXPIRY = "waiver_expiry"
    BREAK_GLASS_REVIEW = "break_glass_review"
    WINDOW_END = "window_end"
    INBOUND_RECEIPT = "inbound_receipt"
    INBOUND_OWNER = "inbound_owner"
    SENDER_REPLY = "sender_reply"
    WATCH_REVIEW = "watch_review"
    SIGHTING = "sighting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """The rule that made an outcome so, with where it comes from.

    `pack` names its pack where several apply beside each other.
    """

    rule: str
    clause: str
    status: str
    source: str
    pack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRuling:
    """What one of several packs beside each other says."""

    pack: str
    duty: Duty
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A pack's answer. `error` names a rule that failed; the duty is then undecided.

    `each` tells the packs apart where several apply beside each other.
    """

    duty: Duty
    clauses: tuple[Clause, ...]
    error: str = ""
    each: tuple[PackRuling, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Particular:
    """One thing a waiver on a ground must state."""

    name: str
    label: str
    kind: str  # text, yes_no or instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A closed, coded ground to waive."""

    code: str
    title: str
    clause: Clause
    needs: tuple[Particular, ...]
    two_units: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundRuling:
    """Whether the particulars meet a ground; `error` counts as not allowed."""

    allowed: bool
    why: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Somebody whom a pack says to tell, by the pack's own `name` for them.

    `discharges`: telling them discharges the duty. `required`: they are told whoever else is.
    """

    name: str
    who: str
    discharges: bool
    required: bool
    clause: Clause


class Policy(Protocol):
    """A loaded pack. Every method is pure."""

    @property
    def name(self) -> str: ...

    @property
    def pack_hash(self) -> str:
        """SHA-256 of the pack's bytes, hex."""
        ...

    @property
    def grounds(self) -> Mapping[str, Ground]:
        """The grounds to waive, by code."""
        ...

    def assess(self, findings: Findings) -> Ruling:
        """Is a warning owed? A rule that fails gives undecided, never not owed."""
        ...

    def waive(self, code: str, particulars: Mapping[str, str]) -> GroundRuling:
        """Do these particulars meet the ground `code`?"""
        ...

    def interval(self, clock: Clock, urgency: Urgency) -> timedelta:
        """How long a clock runs."""
        ...

    def urgency(self, until_harm: timedelta | None) -> Urgency:
        """The class of a threat expected in `until_harm`; unknown counts as imminent."""
        ...


@runtime_checkable
class NamesRecipients(Protocol):
    """A pack that says whom to tell."""

    @property
    def recipients(self) -> tuple[Requirement, ...]: ...


def requirements(policy: Policy) -> tuple[Requirement, ...]:
    """Whom a pack says to tell; nobody in particular where it does not say."""
    return policy.recipients if isinstance(policy, NamesRecipients) else ()
