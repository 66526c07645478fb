"""Who knows how much of the newest words, who does not, and what is done about it. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from tocsin.domain.case import Case, Delivery, DeliveryState, Recipient, Victim, deadline_key
from tocsin.domain.chasing import chain_of, chase
from tocsin.domain.clocks import is_satisfied
from tocsin.domain.delivering import DeliveryPlanned
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import Method
from tocsin.domain.parity import Parity
from tocsin.domain.telling import ANSWERED, GONE, UNANSWERED
from tocsin.domain.warning import ThreatWarning

MOST_MARKS = 60
"""Beyond these a picture of one mark a recipient shows nothing; the states are counted."""
PAGE = 50


class Known(StrEnum):
    """How much somebody is known to know of the newest words; the least first."""

    FAILED = "failed"
    UNSENT = "unsent"
    BY_HAND = "by_hand"
    PLANNED = "planned"
    ATTEMPTED = "attempted"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    OPENED = "opened"
    READ = "read"
    REFUSED = "refused"
    UNDERSTOOD = "understood"
    ACTED_ON = "acted_on"


LEAST_FIRST = {one: number for number, one in enumerate(Known)}
DO_KNOW = frozenset({Known.UNDERSTOOD, Known.ACTED_ON})
SAID: Mapping[Known, tuple[str, str]] = {
    Known.ACTED_ON: ("has acted on it", "have acted on it"),
    Known.REFUSED: ("refuses it", "refuse it"),
    Known.READ: ("has read it and not confirmed", "have read it and not confirmed"),
    Known.OPENED: (
        "was opened, by whom or what is not known",
        "were opened, by whom or what is not known",
    ),
    Known.DELIVERED: ("has it on their device", "have it on their device"),
    Known.HANDED_OVER: (
        "was handed over and not heard of since",
        "were handed over and not heard of since",
    ),
    Known.ATTEMPTED: ("was attempted, outcome unknown", "were attempted, outcome unknown"),
    Known.PLANNED: ("is about to be sent", "are about to be sent"),
    Known.BY_HAND: ("waits to be called or visited", "wait to be called or visited"),
    Known.UNSENT: ("has not been sent anything", "have not been sent anything"),
    Known.FAILED: ("has failed for good", "have failed for good"),
}
"""What a summary says of one and of several, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What follows for a delivery: `step` says which of the page's sentences, `at` when."""

    step: str
    at: datetime | None = None
    name: str = ""
    method: Method | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A recipient; `deliveries` the newest first, of which the last `older` bore older words."""

    recipient: Recipient
    victim: Victim
    known: Known
    deliveries: tuple[Delivery, ...]
    older: int
    warning_id: str
    waits: bool
    stuck: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The recipients for one victim, whoever knows least first."""

    victim: Victim
    rows: tuple[Row, ...]
    counts: Mapping[Known, int]
    summary: str


@dataclass(kw_only=True)
class Told:
    """The recipients of a case as they stand; those of one `known` alone, where it is asked."""

    case: Case
    known: Known | None = None
    page: int = 1
    _turns: dict[tuple[str, str, str], Next] = field(default_factory=dict)

    @cached_property
    def rows(self) -> list[Row]:
        """Everybody, whoever knows least first."""
        theirs: dict[str, list[Delivery]] = defaultdict(list)
        for one in self.case.deliveries.values():
            theirs[one.recipient_id].append(one)
        made = [
            self._row(one, theirs[one.recipient_id][::-1], self._newest[one.victim_id])
            for one in self.case.recipients.values()
        ]
        return sorted(made, key=lambda row: (LEAST_FIRST[row.known], not row.stuck))

    def _row(
        self, recipient: Recipient, theirs: Sequence[Delivery], newest: ThreatWarning | None
    ) -> Row:
        warning_id = newest.warning_id if newest else ""
        current = [one for one in theirs if one.warning_id == warning_id]
        before = [one for one in theirs if one.warning_id != warning_id]
        known = known_of(current)
        by_hand = any(one.method.by_hand and one.state in _TO_BRING for one in current)
        return Row(
            recipient=recipient,
            victim=self.case.victims[recipient.victim_id],
            known=known,
            deliveries=(*current, *before),
            older=len(before),
            warning_id=warning_id,
            waits=by_hand,
            stuck=known not in (*DO_KNOW, Known.REFUSED) and any(one.exhausted for one in current),
        )

    @cached_property
    def groups(self) -> list[Group]:
        """By victim, in the order in which the victims were named."""
        return [
            Group(
                victim=victim,
                rows=rows,
                counts=Counter(row.known for row in rows),
                summary=summary(rows),
            )
            for victim in self.case.victims.values()
            if (rows := tuple(row for row in self.rows if row.victim is victim))
        ]

    @property
    def summary(self) -> str:
        return summary(self.rows)

    @property
    def counts(self) -> Mapping[Known, int]:
        return Counter(row.known for row in self.rows)

    @property
    def in_marks(self) -> bool:
        return len(self.rows) <= MOST_MARKS

    @property
    def wanted(self) -> list[Row]:
        return [row for row in self.rows if self.known in (None, row.known)]

    @property
    def shown(self) -> list[Row]:
        """One page of those that are asked for."""
        return self.wanted[(self.page - 1) * PAGE : self.page * PAGE]

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.wanted) // PAGE))

    def due(self, clock: Clock, delivery: Delivery) -> datetime | None:
        found = self.case.deadlines.get(deadline_key(clock, delivery.delivery_id))
        return found.due_at if found else None

    def follows(self, row: Row, now: datetime) -> Next | None:
        """What comes next for a recipient, and when, if nobody does anything meanwhile."""
        current = row.deliveries[: len(row.deliveries) - row.older]
        if row.stuck:
            return Next(step="stuck")
        live = next((one for one in current if one.state not in GONE), None)
        answered = next((one for one in current if one.state in ANSWERED), None)
        if answered is not None:
            return self._after_answer(answered)
        if live is None:
            return Next(step="unsent") if not current else Next(step="over")
        due = self.due(Clock.RECEIPT, live)
        if live.method.by_hand and live.state in _TO_BRING:
            return Next(step="bring", at=due, method=live.method)
        if live.state is DeliveryState.PLANNED:
            return Next(step="send", at=live.not_before or live.planned_at, method=live.method)
        if due is None or live.state not in UNANSWERED:
            return Next(
                step="enough"
                if is_satisfied(self.case, chain_of(self.case, live), live.victim_id)
                else ""
            )
        if live.paused_until and live.paused_until > now:
            return Next(step="paused", at=live.paused_until)
        return self.after_silence(live, due)

    def _after_answer(self, delivery: Delivery) -> Next | None:
        for clock, step in ((Clock.ONWARD_PASSAGE, "passed"), (Clock.ACTION_CHECK, "acted")):
            if at := self.due(clock, delivery):
                return Next(step=step, at=at)
        return None

    def is_chased(self, delivery: Delivery) -> bool:
        """Whether its silence has a clock."""
        return self.due(Clock.RECEIPT, delivery) is not None

    def goes_on(self, delivery: Delivery, due: datetime) -> bool:
        """Whether silence until `due` leads to another way or person by itself."""
        return self._has_way(delivery) or self.after_silence(delivery, due).step != "nobody"

    def is_given_up(self, delivery: Delivery) -> bool:
        """Failed for good, these words or newer ones on no other way to the same recipient."""
        newest = self._newest[delivery.victim_id]
        return (
            delivery.state is DeliveryState.FAILED
            and (newest is None or newest.warning_id == delivery.warning_id)
            and (delivery.warning_id, delivery.recipient_id) not in self._live
        )

    def after_silence(self, delivery: Delivery, due: datetime) -> Next:
        """Whom or what silence until `due` leads to, as `chase` will decide it then."""
        whom = self.case.recipients[delivery.recipient_id]
        # The next person is the same for everybody of a chain, and dear to find in a long one.
        turn = (delivery.warning_id, delivery.chain_id, delivery.victim_id)
        shared = not self._has_way(delivery)
        if shared and turn in self._turns:
            found = self._turns[turn]
            return Next(step=found.step, at=due, name=found.name, method=found.method)
        planned = [
            one
            for one in chase(self.case, delivery, at=due, by="system")
            if isinstance(one, DeliveryPlanned)
        ]
        step = Next(step="nobody", at=due)
        for one in planned:
            other = self.case.recipients[one.recipient_id]
            kind = "way" if other is whom else "person"
            step = Next(step=kind, at=due, name=other.name, method=one.method)
        if shared:
            self._turns[turn] = step
        return step

    def _has_way(self, delivery: Delivery) -> bool:
        tried = self._tried[delivery.warning_id, delivery.recipient_id]
        return len(tried) < len(self.case.recipients[delivery.recipient_id].ways)

    @cached_property
    def _newest(self) -> Mapping[str, ThreatWarning | None]:
        return {one: self.case.newest_released(one) for one in self.case.victims}

    @cached_property
    def _live(self) -> set[tuple[str, str]]:
        return {
            (one.warning_id, one.recipient_id)
            for one in self.case.deliveries.values()
            if one.state not in GONE
        }

    @cached_property
    def _tried(self) -> Mapping[tuple[str, str], set[int]]:
        tried: dict[tuple[str, str], set[int]] = defaultdict(set)
        for one in self.case.deliveries.values():
            tried[one.warning_id, one.recipient_id].add(one.way)
        return tried


_TO_BRING = frozenset({DeliveryState.PLANNED, DeliveryState.ATTEMPTED})


def to_plan(case: Case) -> Iterator[tuple[ThreatWarning, Recipient]]:
    """Warnings in force and cancellations that a recipient has not been sent."""
    under_way = {
        (one.warning_id, one.recipient_id)
        for one in case.deliveries.values()
        if one.state not in GONE
    }
    newest = {one: case.newest_released(one) for one in case.victims}
    for recipient in case.recipients.values():
        warning = newest[recipient.victim_id]
        if warning and (warning.warning_id, recipient.recipient_id) not in under_way:
            yield warning, recipient


def goes_together(case: Case, warning: ThreatWarning) -> bool:
    """Whether those outside are told at the same time as the house's own.

    So it was said at the release, or that nobody inside is told, and now somebody is named.
    """
    answer = warning.release.parity if warning.release else None
    if answer is None or answer.parity is not Parity.NOBODY_INSIDE:
        return answer is not None and answer.parity is Parity.TOLD_TOGETHER
    return any(
        one.inside and one.victim_id in warning.victim_ids for one in case.recipients.values()
    )


def is_listed(case: Case, warning: ThreatWarning) -> bool:
    """Whether a list of people outside is told of it, of whom none is named here."""
    return any(
        one.warning_id == warning.warning_id and not one.cancelled
        for one in case.dispatches.values()
    )


def known_of(deliveries: Iterable[Delivery]) -> Known:
    """What is known of somebody to whom the same words went by these deliveries."""
    found = [_known(one) for one in deliveries if one.state is not DeliveryState.CANCELLED]
    return max(found, key=LEAST_FIRST.__getitem__, default=Known.UNSENT)


def _known(delivery: Delivery) -> Known:
    if delivery.state is DeliveryState.PLANNED and delivery.method.by_hand:
        return Known.BY_HAND
    return Known(delivery.state.value)


def summary(rows: Sequence[Row]) -> str:
    """One sentence: "3 of 7 have understood; 1 has failed for good." """
    counts = Counter(row.known for row in rows)
    know = counts[Known.UNDERSTOOD] + counts[Known.ACTED_ON]
    said = [f"{know} of {len(rows)} {'has' if know == 1 else 'have'} understood"]
    for known, (one, several) in SAID.items():
        if number := counts[known]:
            among = " of them" if known is Known.ACTED_ON else ""
            said.append(f"{number}{among} {one if number == 1 else several}")
    if stuck := sum(row.stuck for row in rows):
        said.append(f"for {stuck} nobody is left to try")
    return "; ".join(said) + "."


def evidence(delivery: Delivery) -> list[tuple[str, datetime]]:
    """What is known of a delivery and since when, the oldest first; nothing that is supposed."""
    heard = (delivery.acknowledged_at, delivery.read_at, delivery.delivered_at)
    sent = delivery.reached_at if delivery.reached_at not in heard else None
    refused = delivery.state is DeliveryState.REFUSED
    by_hand = delivery.method.by_hand and not delivery.opened_at
    said = "read back" if by_hand else "confirmed with the code"
    ended = "Failed for good" if delivery.state is DeliveryState.FAILED else "Cancelled"
    told = "Told by an officer" if by_hand else "Read by a person"
    quiet = delivery.not_before if delivery.not_before != delivery.planned_at else None
    found = [
        ("Planned", delivery.planned_at),
        ("Quiet there until", quiet),
        ("Handed over to the channel", sent),
        ("On their device", delivery.delivered_at),
        ("Opened by somebody or something; that confirms nothing", delivery.opened_at),
        (told, delivery.read_at),
        ("Refused" if refused else f"Understood: {said}", delivery.acknowledged_at),
        (_ACTED.get(delivery.action, "Asked what was done"), delivery.acted_at),
        ("Passed on, they say", delivery.passed_on_at),
        (ended, delivery.settled_at),
    ]
    return sorted([(words, at) for words, at in found if at], key=lambda one: one[1])


_ACTED = {
    "yes": "Acted on",
    "no": "Asked: they did not act",
    "unknown": "Asked: whether they acted is not known",
}
