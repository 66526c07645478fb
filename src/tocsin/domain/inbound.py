"""A warning that somebody gave us, and who is on watch since, as the record says it is.

Whether the sender is a friend or an adversary is written nowhere: no rule could weigh it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tocsin.domain.sighting import Sighting

_BORN = re.compile(r"(1[89]|2[01])\d\d(-\d\d(-\d\d)?)?")


class ClaimResult(StrEnum):
    """What a test of a claim showed."""

    BORNE_OUT = "borne_out"
    CONTRADICTED = "contradicted"
    INCONCLUSIVE = "inconclusive"


class ClaimState(StrEnum):
    UNTESTED = "untested"
    TESTED = "tested"
    EXPLAINED = "explained"


class Owed(StrEnum):
    """What whoever warned us has a right to."""

    RECEIPT = "receipt"
    ANSWER = "answer"


class Confidence(StrEnum):
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthDate:
    """One date of birth among several: "1986", "1986-10" or "1986-10-22".

    Raises ValueError for a date that is none, or lies before 1800 or after 2199.
    """

    born: str
    confidence: Confidence

    def __post_init__(self) -> None:
        if not _BORN.fullmatch(self.born):
            raise ValueError("a date of birth is a year, a month or a day, such as 1986-10-22")
        date.fromisoformat((self.born + "-01-01")[:10])


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an officer says was said to the sender: when, by what way, to whom."""

    given_at: datetime
    path: str
    to_whom: str
    words: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A warning given to us. `answer_to` says where to answer; empty means that nobody knows.

    `no_receipt` and `no_answer` are the recorded reasons why the sender gets none.
    """

    inbound_id: str
    report_id: str
    sender: str
    contact_id: str
    received_at: datetime
    recorded_at: datetime
    path: str
    answer_to: str
    owner: str = ""
    receipts: tuple[Told, ...] = ()
    no_receipt: str = ""
    released_answer: str = ""
    answers: tuple[Told, ...] = ()
    no_answer: str = ""

    @property
    def owes_receipt(self) -> bool:
        return not (self.receipts or self.no_receipt)

    @property
    def owes_answer(self) -> bool:
        return not (self.answers or self.no_answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTest:
    how: str
    result: ClaimResult
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that the warning says, in its own words; every test of it stays."""

    claim_id: str
    inbound_id: str
    words: str
    language: str
    tests: tuple[ClaimTest, ...] = ()
    untested_because: str = ""

    @property
    def state(self) -> ClaimState:
        if self.tests:
            return ClaimState.TESTED
        return ClaimState.EXPLAINED if self.untested_because else ClaimState.UNTESTED


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderReply:
    words: str
    replied_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderQuestion:
    """Asked `times`; `silences` counts how often the due time passed with no answer."""

    question_id: str
    inbound_id: str
    question: str
    asked_at: datetime
    due_at: datetime
    times: int = 1
    silences: int = 0
    replies: tuple[SenderReply, ...] = ()
    without: str = ""

    @property
    def waits(self) -> bool:
        """Until there is a reply, or a recorded reason to go on without one."""
        return not (self.replies or self.without)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A subject on watch until two people end it; there is no date on which it ends by itself.

    `review_at` is when somebody wanted to look at it again; None leaves that to the pack.
    `sightings` is where the subject may have been met since, each by its number.
    """

    watch_id: str
    names: tuple[str, ...]
    births: tuple[BirthDate, ...]
    identifiers: tuple[str, ...]
    reason: str
    inbound_id: str
    begun_at: datetime
    reviewed_at: datetime
    review_at: datetime | None = None
    sightings: Mapping[str, Sighting] = field(default_factory=dict)
    ended_at: datetime | None = None
    ended_because: str = ""

    @property
    def is_live(self) -> bool:
        return self.ended_at is None

    @property
    def waiting(self) -> tuple[Sighting, ...]:
        """Sightings that nobody has answered for good, the likeliest first."""
        waits = [one for one in self.sightings.values() if one.waits]
        return tuple(sorted(waits, key=lambda one: -one.probability))

    @property
    def sighted(self) -> tuple[str, ...]:
        """The reports among those that wait."""
        return tuple(dict.fromkeys(one.report_id for one in self.waiting if one.report_id))

    @property
    def sighted_at(self) -> datetime | None:
        """Since when the one that has waited longest waits."""
        return min((one.waits_since for one in self.waiting), default=None)


def untested(claims: Iterable[Claim]) -> list[Claim]:
    """Those neither tested nor explained."""
    return [one for one in claims if one.state is ClaimState.UNTESTED]
