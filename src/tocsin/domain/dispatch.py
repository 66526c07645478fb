"""A dispatch as the record says it is: its batches, and how many members stand where."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from tocsin.domain.kinds import Method
from tocsin.domain.numbering import numbers_in, spelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Members that go together. `waiting` are those to hand over still, as ranges."""

    number: int
    first: int
    size: int
    waiting: str
    attempts: int = 0
    is_open: bool = False
    handed_over: int = 0
    failed: int = 0
    gone: int = 0

    @property
    def is_settled(self) -> bool:
        return not self.waiting and not self.is_open

    @property
    def left(self) -> int:
        """How many wait."""
        return self.size - self.handed_over - self.failed - self.gone


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """`delivered`, `displayed` and `undeliverable` count members once each, by later reports.

    `rung_seq` is the event at which it was over and some were not reached: somebody is told.
    """

    dispatch_id: str
    warning_id: str
    list_id: str
    method: Method
    publication_id: str
    text_sha256: str
    planned_at: datetime
    batches: tuple[Batch, ...]
    started_at: datetime | None = None
    finished_at: datetime | None = None
    cancelled: str = ""
    delivered: int = 0
    displayed: int = 0
    undeliverable: int = 0
    rung_seq: int = 0

    def total(self, count: str) -> int:
        """The sum over the batches of `size`, `handed_over`, `failed`, `gone` or `left`."""
        return sum(getattr(one, count) for one in self.batches)

    @property
    def members(self) -> int:
        return self.total("size")

    @cached_property
    def is_over(self) -> bool:
        """Whether nothing is begun any more, nor under way."""
        if self.cancelled:
            return not any(one.is_open for one in self.batches)
        return all(one.is_settled for one in self.batches)

    @cached_property
    def is_attempted(self) -> bool:
        """Whether every batch was tried at least once, or will not be."""
        return bool(self.cancelled) or all(one.attempts and not one.is_open for one in self.batches)

    def batch_of(self, number: int) -> Batch | None:
        """The batch that a member's number falls to."""
        found = [one for one in self.batches if one.first <= number]
        return found[-1] if found else None

    def with_batch(self, batch: Batch) -> "Dispatch":
        before, after = self.batches[: batch.number - 1], self.batches[batch.number :]
        return replace(self, batches=(*before, batch, *after))


def batches_of(members: str, size: int) -> tuple[Batch, ...]:
    """The members in batches of `size`, none of which has begun."""
    numbers = numbers_in(members)
    parts = [numbers[at : at + size] for at in range(0, len(numbers), size)]
    return tuple(
        Batch(number=number, first=part[0], size=len(part), waiting=spelled(part))
        for number, part in enumerate(parts, 1)
    )
