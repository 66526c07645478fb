"""What can have happened in a case. Kinds and fields are frozen; they only grow.

No field is named `kind`, and only an event with which a case may begin has `case_id`:
beside the fields, the record keeps these two.
Every event says who (`by`: an officer's id, "system" or "recipient") and when.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tocsin.domain import (
    bases,
    correcting,
    delivering,
    dispatching,
    heeding,
    publishing,
    requiring,
    retention,
    watching,
)
from tocsin.domain.duty import Clause, Clock, Duty, PackRuling, Requirement
from tocsin.domain.findings import Findings, Urgency
from tocsin.domain.kinds import (
    Matter,
    OriginatorReply,
    OutcomeKind,
    VictimKind,
    WindowDecision,
)
from tocsin.domain.parity import ParityAnswer
from tocsin.domain.report import Report
from tocsin.domain.warning import AcceptedLeak, WarningKind, WarningWords
from tocsin.domain.window import Window

Event = bases.Event
LegalHoldPlaced = retention.LegalHoldPlaced
LegalHoldLifted = retention.LegalHoldLifted
CaseDestroyed = retention.CaseDestroyed
RecipientNamed = delivering.RecipientNamed
DeliveryPlanned = delivering.DeliveryPlanned
AttemptStarted = delivering.AttemptStarted
AttemptOutcomeUnknown = delivering.AttemptOutcomeUnknown
AttemptHandedOver = delivering.AttemptHandedOver
AttemptFailed = delivering.AttemptFailed
DeliveryAttested = delivering.DeliveryAttested
DeliveryCancelled = delivering.DeliveryCancelled
LinkOpened = delivering.LinkOpened
Acknowledged = delivering.Acknowledged
ReactionRecorded = delivering.ReactionRecorded
ActionRecorded = delivering.ActionRecorded
ChainPlanned = delivering.ChainPlanned
ReceiptReported = delivering.ReceiptReported
ChasePaused = delivering.ChasePaused
ChaseResumed = delivering.ChaseResumed
ChaseExhausted = delivering.ChaseExhausted
PublicationPrepared = publishing.PublicationPrepared
Published = publishing.Published
PublicationCancelled = publishing.PublicationCancelled
DispatchPlanned = dispatching.DispatchPlanned
BatchStarted = dispatching.BatchStarted
BatchOutcomeUnknown = dispatching.BatchOutcomeUnknown
BatchEnded = dispatching.BatchEnded
BatchReceipts = dispatching.BatchReceipts
DispatchCancelled = dispatching.DispatchCancelled
InboundRecorded = heeding.InboundRecorded
ReceiptGiven = heeding.ReceiptGiven
InboundOwnerNamed = heeding.InboundOwnerNamed
ClaimNoted = heeding.ClaimNoted
ClaimTested = heeding.ClaimTested
ClaimLeftUntested = heeding.ClaimLeftUntested
SenderAsked = heeding.SenderAsked
SenderAskedAgain = heeding.SenderAskedAgain
SenderReplied = heeding.SenderReplied
WentOnWithoutReply = heeding.WentOnWithoutReply
AnswerReleased = heeding.AnswerReleased
SenderAnswered = heeding.SenderAnswered
SenderLeftUnanswered = heeding.SenderLeftUnanswered
WatchBegun = watching.WatchBegun
WatchWidened = watching.WatchWidened
WatchRenewed = watching.WatchRenewed
WatchEnded = watching.WatchEnded
SubjectSighted = watching.SubjectSighted
SightingAnswered = watching.SightingAnswered
RequirementAnswered = requiring.RequirementAnswered
ReadingCorrected = correcting.ReadingCorrected


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """`must_tell`: whom the policy requires to be told, whoever else is."""

    case_id: str
    unit: str
    title: str
    policy: str
    pack_hash: str
    restricted: bool
    urgency: Urgency | None
    exercise: bool = False
    must_tell: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceived(Event):
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceivedAgain(Event):
    """The same bytes once more; an earlier acquisition moves the clock back."""

    report_id: str
    acquired_at: datetime
    acquired_by: str
    received_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TearlineWritten(Event):
    report_id: str
    tearline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VictimNamed(Event):
    victim_id: str
    name: str
    victim_kind: VictimKind
    known_as: tuple[str, ...]
    place: str
    protector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsRecorded(Event):
    """The analyst's findings and, beside them, what the pack made of them.

    `each`: what each of several packs made of them, where they apply beside each other.
    """

    victim_id: str
    findings: Findings
    duty: Duty
    clauses: tuple[Clause, ...]
    pack_hash: str
    policy_error: str = ""
    each: tuple[PackRuling, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencySet(Event):
    urgency: Urgency
    expected: Window | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginatorAsked(Event):
    report_id: str
    originator: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginatorReplied(Event):
    report_id: str
    reply: OriginatorReply
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerAdmitted(Event):
    officer_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRestricted(Event):
    restricted: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkRecorded(Event):
    words: str
    dissent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(Event):
    """One officer proposes; nothing is decided yet."""

    proposal_id: str
    matter: Matter
    victim_id: str
    unit: str
    reason: str
    ground: str
    particulars: Mapping[str, str]
    pack_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(Event):
    """Another officer confirms; a waiver carries its expiry."""

    proposal_id: str
    unit: str
    expires_at: datetime | None
    pack_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Event):
    proposal_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnedAlone(Event):
    """Break-glass: one officer determined to warn; a second must review."""

    victim_id: str
    unit: str
    reason: str
    pack_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlassReviewed(Event):
    victim_id: str
    acted_by: str
    upheld: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeterminationSetAside(Event):
    """It no longer stands (expired, new report); the victim is undetermined again."""

    victim_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningDrafted(Event):
    warning_id: str
    warning_kind: WarningKind
    references: str
    victim_ids: tuple[str, ...]
    version: int
    words: WarningWords
    text: str
    text_sha256: str
    translations: tuple[WarningWords, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningReleased(Event):
    warning_id: str
    version: int
    author: str
    text_sha256: str
    residual_risk: str
    accepted: tuple[AcceptedLeak, ...]
    originator_overridden: str
    exercise: bool = False
    parity: ParityAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningReturned(Event):
    warning_id: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpOwnerNamed(Event):
    officer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecorded(Event):
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowDecided(Event):
    warning_id: str
    decision: WindowDecision
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRecorded(Event):
    outcome: OutcomeKind
    claims: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(Event):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(Event):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSet(Event):
    """Computed once, from the pack named, and never recomputed on reading."""

    number: int
    clock: Clock
    subject: str
    starts_at: datetime
    due_at: datetime
    runs_s: int
    level: int
    pack_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMet(Event):
    number: int
    clock: Clock
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineLapsed(Event):
    """Silence, on the record: due, undecided, escalated."""

    number: int
    clock: Clock
    subject: str
    due_at: datetime
    level: int


# dataclass(slots=True) makes each class anew; the slotted one comes last and wins its name.
EVENTS: Mapping[str, type[Event]] = {kind.__name__: kind for kind in Event.__subclasses__()}
