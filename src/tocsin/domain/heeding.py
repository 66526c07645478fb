"""Heeding a warning given to us: receipt, owner, claims, questions, the answer."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.bases import Command, Event
from tocsin.domain.inbound import ClaimResult, Owed
from tocsin.domain.warning import AcceptedLeak


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInbound(Command):
    """Record that a report is a warning somebody gave us; a closed case reopens.

    `claims` are what it says, one by one, as received. `answer_to` says where to answer.
    """

    report_id: str
    sender: str
    received_at: datetime
    path: str
    answer_to: str = ""
    contact_id: str = ""
    claims: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveReceipt(Command):
    """Record the receipt given to whoever warned us: when, by what way, to whom, which words."""

    inbound_id: str
    given_at: datetime
    path: str
    to_whom: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameInboundOwner(Command):
    """Name who owns a warning given to us; another one than before needs a reason."""

    inbound_id: str
    officer_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteClaim(Command):
    """Note one claim of a warning given to us, in its own words and spelling."""

    inbound_id: str
    words: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordClaimTest(Command):
    """Record how a claim was tested and what that showed."""

    claim_id: str
    how: str
    result: ClaimResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveClaimUntested(Command):
    """Say why a claim is not tested."""

    claim_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSender(Command):
    """Ask whoever warned us; the answer is due at a time of its own."""

    inbound_id: str
    question: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSenderAgain(Command):
    """Ask once more what has not been answered, with a new due time."""

    question_id: str
    due_at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSenderReply(Command):
    """Record what the sender answered, however late; a closed case reopens."""

    question_id: str
    words: str
    replied_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOnWithoutReply(Command):
    """Go on without the answer, once the silence is on the record, with the reason."""

    question_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAnswer(Command):
    """Propose the words in which the sender is told what was done."""

    inbound_id: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmAnswer(Command):
    """Release the words another officer proposed as the answer to the sender."""

    proposal_id: str
    accepted: tuple[AcceptedLeak, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAnswer(Command):
    """Return a proposed answer to its author, with the reason."""

    proposal_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveAnswer(Command):
    """Record that the sender was given the released answer: when, by what way, to whom."""

    inbound_id: str
    given_at: datetime
    path: str
    to_whom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveSenderUnanswered(Command):
    """Say why the sender is given no receipt, or no answer."""

    inbound_id: str
    owed: Owed
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundRecorded(Event):
    inbound_id: str
    report_id: str
    sender: str
    contact_id: str
    received_at: datetime
    path: str
    answer_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptGiven(Event):
    inbound_id: str
    given_at: datetime
    path: str
    to_whom: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundOwnerNamed(Event):
    inbound_id: str
    officer_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNoted(Event):
    claim_id: str
    inbound_id: str
    words: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTested(Event):
    claim_id: str
    how: str
    result: ClaimResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLeftUntested(Event):
    claim_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderAsked(Event):
    question_id: str
    inbound_id: str
    question: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderAskedAgain(Event):
    question_id: str
    due_at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderReplied(Event):
    question_id: str
    words: str
    replied_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WentOnWithoutReply(Event):
    question_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReleased(Event):
    """The words the sender may be told; beside it stands the confirmation of who released them."""

    inbound_id: str
    words: str
    accepted: tuple[AcceptedLeak, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderAnswered(Event):
    inbound_id: str
    given_at: datetime
    path: str
    to_whom: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderLeftUnanswered(Event):
    inbound_id: str
    owed: Owed
    reason: str
