"""What can be asked of a case. A command is a wish; `decide` answers with events or a refusal.

None carries who asks or when: the actor comes from the session, the time from
the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from tocsin.domain.duty import Clock
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

Command = bases.Command
PlaceLegalHold = retention.PlaceLegalHold
LiftLegalHold = retention.LiftLegalHold
ProposeDestruction = retention.ProposeDestruction
ConfirmDestruction = retention.ConfirmDestruction
PlanDeliveries = delivering.PlanDeliveries
PauseChasing = delivering.PauseChasing
ResumeChasing = delivering.ResumeChasing
RecordHandAttempt = delivering.RecordHandAttempt
RecordReceipt = delivering.RecordReceipt
RecordReply = delivering.RecordReply
StartAttempts = delivering.StartAttempts
RecordAttempts = delivering.RecordAttempts
NameRecipient = delivering.NameRecipient
PlanDelivery = delivering.PlanDelivery
AttestDelivery = delivering.AttestDelivery
CancelDelivery = delivering.CancelDelivery
StartAttempt = delivering.StartAttempt
RecordAttempt = delivering.RecordAttempt
Visit = delivering.Visit
Acknowledge = delivering.Acknowledge
React = delivering.React
RecordReaction = delivering.RecordReaction
PreparePublication = publishing.PreparePublication
ConfirmPublication = publishing.ConfirmPublication
CancelPublication = publishing.CancelPublication
PlanDispatch = dispatching.PlanDispatch
CancelDispatch = dispatching.CancelDispatch
WorkBatches = dispatching.WorkBatches
RecordBatchReceipts = dispatching.RecordBatchReceipts
RecordInbound = heeding.RecordInbound
GiveReceipt = heeding.GiveReceipt
NameInboundOwner = heeding.NameInboundOwner
NoteClaim = heeding.NoteClaim
RecordClaimTest = heeding.RecordClaimTest
LeaveClaimUntested = heeding.LeaveClaimUntested
AskSender = heeding.AskSender
AskSenderAgain = heeding.AskSenderAgain
RecordSenderReply = heeding.RecordSenderReply
GoOnWithoutReply = heeding.GoOnWithoutReply
ProposeAnswer = heeding.ProposeAnswer
ConfirmAnswer = heeding.ConfirmAnswer
ReturnAnswer = heeding.ReturnAnswer
GiveAnswer = heeding.GiveAnswer
LeaveSenderUnanswered = heeding.LeaveSenderUnanswered
PutOnWatch = watching.PutOnWatch
WidenWatch = watching.WidenWatch
RenewWatch = watching.RenewWatch
ProposeWatchEnd = watching.ProposeWatchEnd
ConfirmWatchEnd = watching.ConfirmWatchEnd
RecordSighting = watching.RecordSighting
AnswerSighting = watching.AnswerSighting
AnswerRequirement = requiring.AnswerRequirement
CorrectReading = correcting.CorrectReading


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Command):
    """Open a case on a report."""

    report: Report
    title: str
    urgency: Urgency | None = None
    restricted: bool = False
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport(Command):
    """Add a report to a case; a closed case reopens, waivers are reviewed again."""

    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveAgain(Command):
    """Note that bytes already received came once more."""

    report_id: str
    acquired_at: datetime
    acquired_by: str
    received_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTearline(Command):
    """Write what of a report may leave."""

    report_id: str
    tearline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameVictim(Command):
    """Name an intended victim: a person, group, place or event."""

    name: str
    kind: VictimKind
    known_as: tuple[str, ...] = ()
    place: str = ""
    protector: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFindings(Command):
    """Record the five findings for one intended victim."""

    victim_id: str
    findings: Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUrgency(Command):
    """Say how near the harm is; to lower what was said takes a second officer."""

    urgency: Urgency
    reason: str
    expected: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmUrgency(Command):
    """Confirm another officer's proposal to lower the urgency."""

    proposal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOriginator(Command):
    """Ask a report's originator for consent; the answer has a clock."""

    report_id: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOriginatorReply(Command):
    """Record what the originator answered."""

    report_id: str
    reply: OriginatorReply
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitOfficer(Command):
    """Admit an officer to the case: need to know, with the reason."""

    officer_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictCase(Command):
    """Restrict the case to admitted officers, or lift that."""

    restricted: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRemark(Command):
    """Put a remark or a dissent on the record."""

    words: str
    dissent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeDetermination(Command):
    """Propose to warn, to waive on a ground, or that no duty is owed."""

    victim_id: str
    matter: Matter
    reason: str
    ground: str = ""
    particulars: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmDetermination(Command):
    """Confirm another officer's proposal."""

    proposal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectDetermination(Command):
    """Reject a proposal, with the reason."""

    proposal_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnAlone(Command):
    """Break-glass: determine alone to warn of an imminent threat."""

    victim_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBreakGlass(Command):
    """Review what another officer determined alone."""

    victim_id: str
    upheld: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWarning(Command):
    """Write a warning, or a new version of one not yet released.

    `translations` say the same in other languages; all are released together.
    """

    words: WarningWords
    victim_ids: tuple[str, ...]
    warning_id: str = ""
    kind: WarningKind = WarningKind.ALERT
    references: str = ""
    translations: tuple[WarningWords, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseWarning(Command):
    """Release exact words, named by their hash."""

    warning_id: str
    text_sha256: str
    residual_risk: str
    accepted: tuple[AcceptedLeak, ...] = ()
    override_originator: str = ""
    parity: ParityAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnWarning(Command):
    """Return a draft to its author, with the reason."""

    warning_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFollowUpOwner(Command):
    """Name who follows up; needed before anything is delivered."""

    officer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAction(Command):
    """Record whether protective action was taken: yes, no or unknown."""

    delivery_id: str
    taken: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReview(Command):
    """Record a review of the case."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideWindow(Command):
    """At a window's end: renew or widen by an update, or propose to stand down."""

    warning_id: str
    decision: WindowDecision
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmStandDown(Command):
    """Confirm another officer's proposal to stand down."""

    proposal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOutcome(Command):
    """Record what came of the threat, as claimed and by whom."""

    outcome: OutcomeKind
    claims: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeClosing(Command):
    """Propose to close a case in which nothing is left blank."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmClosing(Command):
    """Confirm another officer's proposal to close."""

    proposal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse(Command):
    """A deadline has passed. The worker's alone."""

    number: int
    clock: Clock


COMMANDS: Mapping[str, type[Command]] = {kind.__name__: kind for kind in Command.__subclasses__()}
