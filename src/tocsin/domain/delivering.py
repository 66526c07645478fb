"""Bringing a warning: plans, attempts, what came back, and how long silence is borne.

Commands that `commands` does not hold, and every event of a delivery.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tocsin.domain.bases import Command, Event
from tocsin.domain.directory import QuietHours, Way
from tocsin.domain.kinds import AnswerRule, Method, ReactionKind, Relation

REPLACED = "newer words have replaced these; nothing more was sent"
STOOD_DOWN = "it was stood down; nothing more was sent"
"""Why a delivery that still waited was cancelled by the house itself."""


class Receipt(StrEnum):
    """What a provider or a device says of a message; never that somebody understood it."""

    DELIVERED = "delivered"
    DISPLAYED = "displayed"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRecipient(Command):
    """Name who is to be warned for a victim, and how.

    `ways` are in the order in which they are tried; without any, `method` and `address` are the
    only one. `inside`: one of the house's own, or under its care. `passes_on`: asked to say to
    whom they passed it. `answers` names whom of those they are whom the duty requires to be told.
    """

    victim_id: str
    name: str
    relation: Relation
    method: Method
    address: str
    language: str = "en"
    ways: tuple[Way, ...] = ()
    contact_id: str = ""
    zone: str = "UTC"
    quiet: QuietHours | None = None
    inside: bool = False
    passes_on: bool = False
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDelivery(Command):
    """Bring a released warning to a recipient, by the way that `way` counts from 0."""

    warning_id: str
    recipient_id: str
    way: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestDelivery(Command):
    """Attest a delivery in person: when, to whom, which words, how identified."""

    delivery_id: str
    to_whom: str
    told_at: datetime
    text_sha256: str
    identity_check: str
    understood: bool
    read_back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDelivery(Command):
    """Cancel a delivery that has not reached anybody, with the reason."""

    delivery_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAttempt(Command):
    """Put the intent to send on the record. The worker's alone."""

    delivery_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAttempt(Command):
    """Record what the channel answered. The worker's alone.

    `result` is handed_over, passing, permanent or unknown.
    """

    delivery_id: str
    attempt: int
    result: str
    provider_id: str = ""
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAttempts(Command):
    """Put the intent to send several on the record at once. The worker's alone.

    One that is settled meanwhile is left out; which attempts are open, the case says.
    """

    delivery_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the channel answered to one attempt, as in `RecordAttempt`."""

    delivery_id: str
    attempt: int
    result: str
    provider_id: str = ""
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAttempts(Command):
    """Record several answers of a channel at once. The worker's alone."""

    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Command):
    """A warning's page was opened."""

    delivery_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(Command):
    """The recipient confirms with the code; the code was checked at the door.

    `person`: who they say they are, where several share an address.
    """

    delivery_id: str
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class React(Command):
    """The recipient says what they will do, asks, or rejects the warning."""

    delivery_id: str
    kind: ReactionKind
    words: str
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReaction(Command):
    """Put on the record what a recipient said by other means."""

    delivery_id: str
    kind: ReactionKind
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDeliveries(Command):
    """Bring a released warning to several at once, and say who is tried when they are silent.

    Each of `recipient_ids` must answer, or any one; `fallback_ids` are turned to in their order
    when a recipient has no way left.
    """

    warning_id: str
    recipient_ids: tuple[str, ...]
    rule: AnswerRule = AnswerRule.EACH
    fallback_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseChasing(Command):
    """Stop chasing a recipient's answer for a time, with the reason; it goes on by itself."""

    delivery_id: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeChasing(Command):
    """Go on chasing before the pause is over."""

    delivery_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHandAttempt(Command):
    """Record that an officer tried to bring it by hand and nobody was there to be told."""

    delivery_id: str
    tried_at: datetime
    words: str
    again: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReceipt(Command):
    """Record what a provider reports of a message handed over. The worker's alone."""

    delivery_id: str
    receipt: Receipt
    provider_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReply(Command):
    """Record words a recipient sent back by the channel, without the code. The worker's alone."""

    delivery_id: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientNamed(Event):
    recipient_id: str
    victim_id: str
    name: str
    relation: Relation
    method: Method
    address: str
    language: str
    ways: tuple[Way, ...] = ()
    contact_id: str = ""
    zone: str = "UTC"
    quiet: QuietHours | None = None
    inside: bool = False
    passes_on: bool = False
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPlanned(Event):
    """`key` is the idempotency key; every attempt repeats it.

    `way` counts the recipient's ways from 0. `after` is the delivery whose silence or failure
    this one answers. Before `not_before` it is quiet where the recipient is.
    """

    delivery_id: str
    warning_id: str
    recipient_id: str
    method: Method
    key: str
    text_sha256: str
    way: int = 0
    chain_id: str = ""
    after: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted(Event):
    """On the record before the channel is touched."""

    delivery_id: str
    attempt: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptOutcomeUnknown(Event):
    """The attempt began and nothing says how it ended; it may have arrived."""

    delivery_id: str
    attempt: int
    detail: str
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptHandedOver(Event):
    """The channel took it. Nobody has read anything yet."""

    delivery_id: str
    attempt: int
    provider_id: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFailed(Event):
    """`retry_at` is empty when the failure is for good."""

    delivery_id: str
    attempt: int
    reason: str
    detail: str
    retry_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttested(Event):
    """A named officer brought the warning in person."""

    delivery_id: str
    to_whom: str
    told_at: datetime
    text_sha256: str
    identity_check: str
    understood: bool
    read_back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCancelled(Event):
    delivery_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOpened(Event):
    """Somebody, or a machine, opened the page. Not an acknowledgement."""

    delivery_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(Event):
    """Confirmed with the code that stands in the message, for exactly these words."""

    delivery_id: str
    text_sha256: str
    late: bool
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionRecorded(Event):
    """The recipient's own words; never a reason to warn less next time. `person`: who said
    them, where several may answer."""

    delivery_id: str
    reaction: ReactionKind
    words: str
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRecorded(Event):
    """Whether protective action was taken, and by whom."""

    delivery_id: str
    taken: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPlanned(Event):
    """Who must answer, and who is tried next. A person decided it; silence only carries it out."""

    chain_id: str
    warning_id: str
    recipient_ids: tuple[str, ...]
    rule: AnswerRule
    fallback_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptReported(Event):
    delivery_id: str
    receipt: Receipt
    provider_id: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChasePaused(Event):
    delivery_id: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseResumed(Event):
    delivery_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseExhausted(Event):
    """No way and nobody is left to try; whoever is responsible must find one."""

    delivery_id: str
    recipient_id: str
