"""A released warning to everybody on a list, in batches: commands and events.

A case says how each batch went, by ranges of its members' numbers ("1-97 99"): a member's
number is theirs on the list, and nothing here holds an address. What is sent to a member
carries the key "<dispatch_id>.<number>" on every attempt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.domain.bases import Command, Event
from tocsin.domain.kinds import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is on a list by one method now, given to the decision: numbers as ranges, and the
    SHA-256 over each number and its address's keyed hash. `batch` is how many go together."""

    unit: str
    members: str
    sha256: str
    batch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDispatch(Command):
    """Bring a released warning to everybody on a list by e-mail or text message."""

    warning_id: str
    list_id: str
    method: Method
    publication_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDispatch(Command):
    """Stop a dispatch where it is; what has been handed over stays so."""

    dispatch_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How one attempt at a batch went: each member that waited stands in one of the ranges.

    `failed` is by reason; `gone` had left the list; `provider_ids` are those of `handed_over`
    in its order, "" where the provider gave none.
    """

    batch: int
    attempt: int
    handed_over: str = ""
    passing: str = ""
    unknown: str = ""
    gone: str = ""
    failed: Mapping[str, str] = field(default_factory=dict)
    provider_ids: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkBatches(Command):
    """Record what the channel answered for batches, and the intent to send others. The worker's
    alone."""

    dispatch_id: str
    ended: tuple[Ended, ...] = ()
    begins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBatchReceipts(Command):
    """Record what a provider reports of members, as ranges; only news. The worker's alone."""

    dispatch_id: str
    delivered: str = ""
    displayed: str = ""
    undeliverable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchPlanned(Event):
    """`members` are all numbers, in the batches' order, `batch_size` to a batch."""

    dispatch_id: str
    warning_id: str
    list_id: str
    method: Method
    publication_id: str
    text_sha256: str
    members: str
    members_sha256: str
    batch_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStarted(Event):
    """On the record before the channel is touched for any of its members."""

    dispatch_id: str
    batch: int
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOutcomeUnknown(Event):
    """The attempt began and nothing says how it ended; any member may have been reached."""

    dispatch_id: str
    batch: int
    attempt: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEnded(Event):
    """As in `Ended`; those in `passing` and `unknown` are tried again at `retry_at`."""

    dispatch_id: str
    batch: int
    attempt: int
    handed_over: str
    passing: str
    unknown: str
    gone: str
    failed: Mapping[str, str]
    provider_ids: tuple[str, ...]
    detail: str
    retry_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReceipts(Event):
    dispatch_id: str
    delivered: str
    displayed: str
    undeliverable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchCancelled(Event):
    """No batch is begun any more; one under way still ends."""

    dispatch_id: str
    reason: str
