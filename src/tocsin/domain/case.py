"""A case as its record says it is. Built by `evolve` from events, by nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tocsin.domain.correcting import Corrected
from tocsin.domain.directory import QuietHours, Way
from tocsin.domain.dispatch import Dispatch
from tocsin.domain.duty import Clause, Clock, Duty, PackRuling, Requirement
from tocsin.domain.findings import Findings, Urgency
from tocsin.domain.inbound import Claim, Inbound, SenderQuestion, Watch
from tocsin.domain.kinds import (
    AnswerRule,
    Matter,
    Method,
    OriginatorReply,
    OutcomeKind,
    ReactionKind,
    Relation,
    VictimKind,
    WindowDecision,
)
from tocsin.domain.public import PublicationState, PublishedNotice, Reference
from tocsin.domain.report import Report
from tocsin.domain.requiring import Untold
from tocsin.domain.retention import CaseDestroyed, LegalHold
from tocsin.domain.warning import ThreatWarning, WarningKind
from tocsin.domain.window import Window


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class ProposalState(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    OVERTAKEN = "overtaken"


class DeliveryState(StrEnum):
    """What is known, never more: handed over is not received, opened is not read."""

    PLANNED = "planned"
    ATTEMPTED = "attempted"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    OPENED = "opened"
    READ = "read"
    UNDERSTOOD = "understood"
    ACTED_ON = "acted_on"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A live clock. `starts_at` and `runs_s` say from what it was computed."""

    number: int
    clock: Clock
    subject: str
    starts_at: datetime
    runs_s: int
    due_at: datetime
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`seq` is the number of the event that made it."""

    proposal_id: str
    seq: int
    matter: Matter
    victim_id: str
    by: str
    unit: str
    at: datetime
    reason: str
    ground: str
    particulars: Mapping[str, str]
    state: ProposalState = ProposalState.OPEN
    answered_by: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """What stands for one victim. `alone` marks break-glass, until `reviewed_by`."""

    matter: Matter
    by: str
    confirmed_by: str
    at: datetime
    reason: str
    ground: str = ""
    particulars: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None
    alone: bool = False
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    victim_id: str
    name: str
    kind: VictimKind
    known_as: tuple[str, ...]
    place: str
    protector: str
    clock_from: datetime
    findings: Findings | None = None
    duty: Duty | None = None
    clauses: tuple[Clause, ...] = ()
    policy_error: str = ""
    rulings: tuple[PackRuling, ...] = ()
    analysts: frozenset[str] = frozenset()
    determination: Determination | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginatorQuery:
    report_id: str
    originator: str
    question: str
    asked_at: datetime
    reply: OriginatorReply | None = None
    words: str = ""
    lapsed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is to be told; `ways` are tried in their order, the first first.

    `answers` names whom of those they are whom the duty requires to be told.
    """

    recipient_id: str
    victim_id: str
    name: str
    relation: Relation
    ways: tuple[Way, ...]
    language: str
    contact_id: str = ""
    zone: str = "UTC"
    quiet: QuietHours | None = None
    inside: bool = False
    passes_on: bool = False
    answers: tuple[str, ...] = ()

    @property
    def method(self) -> Method:
        return self.ways[0].method

    @property
    def address(self) -> str:
        return self.ways[0].address


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    kind: ReactionKind
    words: str
    by: str
    at: datetime
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One warning on one way to one recipient, and the most that is known of it.

    `provider_id` names each part of a long text message, with commas between.
    `persons` are those who confirmed where several share an address.
    """

    delivery_id: str
    warning_id: str
    recipient_id: str
    victim_id: str
    method: Method
    key: str
    text_sha256: str
    planned_at: datetime
    way: int = 0
    chain_id: str = ""
    after: str = ""
    not_before: datetime | None = None
    state: DeliveryState = DeliveryState.PLANNED
    attempts: int = 0
    attempt_open: bool = False
    provider_id: str = ""
    parts_delivered: tuple[str, ...] = ()
    reached_at: datetime | None = None
    settled_at: datetime | None = None
    delivered_at: datetime | None = None
    opened_at: datetime | None = None
    read_at: datetime | None = None
    acknowledged_at: datetime | None = None
    persons: tuple[str, ...] = ()
    detail: str = ""
    reactions: tuple[Reaction, ...] = ()
    action: str = ""
    acted_at: datetime | None = None
    passed_on_at: datetime | None = None
    paused_until: datetime | None = None
    exhausted: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """What the provider calls each part."""
        return tuple(filter(None, self.provider_id.split(",")))

    @property
    def awaits_parts(self) -> bool:
        """Whether receipts come for each of several parts."""
        return len(self.parts) > 1

    @property
    def due_from(self) -> datetime:
        """When it was to begin: planned, or quiet until later."""
        return max(self.planned_at, self.not_before or self.planned_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Who must answer one warning, and who is turned to next."""

    chain_id: str
    warning_id: str
    recipient_ids: tuple[str, ...]
    rule: AnswerRule
    fallback_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    outcome: OutcomeKind
    claims: str
    source: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything known of one case after `seq` events; of a destroyed one, its `tombstone`."""

    case_id: str
    unit: str
    title: str
    policy: str
    pack_hash: str
    opened_at: datetime
    seq: int
    state: CaseState = CaseState.OPEN
    restricted: bool = False
    exercise: bool = False
    urgency: Urgency | None = None
    expected: Window | None = None
    members: frozenset[str] = frozenset()
    must_tell: tuple[Requirement, ...] = ()
    untold: Mapping[str, Untold] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    acquired_at: datetime | None = None
    source_owners: frozenset[str] = frozenset()
    victims: Mapping[str, Victim] = field(default_factory=dict)
    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    queries: Mapping[str, OriginatorQuery] = field(default_factory=dict)
    warnings: Mapping[str, ThreatWarning] = field(default_factory=dict)
    window_decisions: Mapping[str, WindowDecision] = field(default_factory=dict)
    follow_up_owner: str = ""
    recipients: Mapping[str, Recipient] = field(default_factory=dict)
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)
    chains: Mapping[str, Chain] = field(default_factory=dict)
    dispatches: Mapping[str, Dispatch] = field(default_factory=dict)
    publications: Mapping[str, PublishedNotice] = field(default_factory=dict)
    inbound: Mapping[str, Inbound] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    questions: Mapping[str, SenderQuestion] = field(default_factory=dict)
    watches: Mapping[str, Watch] = field(default_factory=dict)
    corrected: Mapping[str, tuple[Corrected, ...]] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    reviewed_at: datetime | None = None
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    deadline_count: int = 0
    lapses: int = 0
    closed_at: datetime | None = None
    holds: Mapping[str, LegalHold] = field(default_factory=dict)
    tombstone: CaseDestroyed | None = None

    @property
    def is_open(self) -> bool:
        return self.state is CaseState.OPEN

    @property
    def destroyed(self) -> bool:
        return self.tombstone is not None

    @property
    def standing_holds(self) -> tuple[str, ...]:
        """Numbers of the legal holds that nobody has lifted."""
        return tuple(one.hold_id for one in self.holds.values() if one.lifted_at is None)

    @property
    def live_watches(self) -> tuple[str, ...]:
        """Numbers of the watches that nobody has ended; they outlive the closing of the case."""
        return tuple(one.watch_id for one in self.watches.values() if one.is_live)

    @property
    def clock_urgency(self) -> Urgency:
        """Unstated counts as imminent."""
        return self.urgency or Urgency.IMMINENT

    @property
    def analysts(self) -> frozenset[str]:
        """Whoever analysed any victim of the case."""
        return frozenset().union(*(victim.analysts for victim in self.victims.values()))

    @property
    def next_deadline(self) -> Deadline | None:
        return min(self.deadlines.values(), key=lambda d: (d.due_at, d.number), default=None)

    def open_proposal(self, matter_of: str = "", *matters: Matter) -> Proposal | None:
        """The open proposal about victim `matter_of`, or about the case when it is empty."""
        for proposal in self.proposals.values():
            about = proposal.victim_id == matter_of and (not matters or proposal.matter in matters)
            if about and proposal.state is ProposalState.OPEN:
                return proposal
        return None

    def open_about(self, matter: Matter, name: str, value: str) -> Proposal | None:
        """The open proposal of a matter whose particular `name` is `value`."""
        for one in self.proposals.values():
            about = one.matter == matter and one.particulars.get(name) == value
            if about and one.state is ProposalState.OPEN:
                return one
        return None

    def newest_released(self, victim_id: str) -> ThreatWarning | None:
        """The last warning released for a victim, a cancellation included."""
        released = [
            (warning.release.released_at, number, warning)
            for number, warning in enumerate(self.warnings.values())
            if warning.release is not None and victim_id in warning.victim_ids
        ]
        return max(released)[-1] if released else None

    def is_replaced(self, warning: ThreatWarning) -> bool:
        """Whether an update or a cancellation that follows it has been released."""
        return any(
            one.is_released and one.references == warning.warning_id
            for one in self.warnings.values()
        )

    def current_warnings(self) -> list[ThreatWarning]:
        """Released warnings that no later released one replaces."""
        return [
            warning
            for warning in self.warnings.values()
            if warning.is_released
            and warning.kind is not WarningKind.CANCEL
            and not self.is_replaced(warning)
        ]

    def is_waiting(self, publication: PublishedNotice) -> bool:
        """Whether a publication was prepared and waits for a second officer."""
        if publication.state is not PublicationState.PREPARED:
            return False
        return self.proposals[publication.proposal_id].state is ProposalState.OPEN

    def messages_of(self, publication: PublishedNotice) -> tuple[Reference, ...]:
        """Every message of its chain that went out up to it, the oldest first."""
        before = self.publications.get(publication.follows)
        earlier = self.messages_of(before) if before else ()
        return (*earlier, publication.sent_as) if publication.sent_as else earlier

    def deliveries_for(self, victim_id: str) -> list[Delivery]:
        return [one for one in self.deliveries.values() if one.victim_id == victim_id]


def deadline_key(clock: Clock, subject: str) -> str:
    """One clock runs at most once for one subject."""
    return f"{clock}:{subject}"
