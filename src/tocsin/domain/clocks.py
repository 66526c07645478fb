"""Which clocks must run for a case, and the deadlines that follow.

The clocks are read off the case's state, so that no order of commands can
leave an open case without one: REVIEW always runs while a case is open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.domain.case import Case, Deadline, DeliveryState, Victim, deadline_key
from tocsin.domain.duty import Clock, Policy
from tocsin.domain.events import DeadlineLapsed, DeadlineMet, DeadlineSet, Event
from tocsin.domain.kinds import Matter, WindowDecision

REACHING = frozenset(
    {
        DeliveryState.ATTEMPTED,
        DeliveryState.HANDED_OVER,
        DeliveryState.TOLD,
        DeliveryState.ACKNOWLEDGED,
        DeliveryState.REJECTED,
    }
)
UNANSWERED = frozenset({DeliveryState.ATTEMPTED, DeliveryState.HANDED_OVER, DeliveryState.TOLD})
ANSWERED = frozenset({DeliveryState.ACKNOWLEDGED, DeliveryState.REJECTED})
GONE = frozenset({DeliveryState.FAILED, DeliveryState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A clock that must run: since when, and, where it is fixed, when it is due."""

    clock: Clock
    subject: str
    since: datetime
    due: datetime | None = None


def is_under_way(case: Case, victim_id: str) -> bool:
    """Whether a warning is on its way, or may have reached somebody, for this victim."""
    return any(delivery.state not in GONE for delivery in case.deliveries_for(victim_id))


def running(case: Case) -> Iterator[Running]:
    """Every clock that must run for an open case; none for a closed one."""
    if not case.is_open:
        return
    if not case.victims:
        yield Running(clock=Clock.TRIAGE, subject="case", since=case.acquired_at or case.opened_at)
    for victim in case.victims.values():
        yield from _for_victim(case, victim)
    for query in case.queries.values():
        if query.reply is None:
            yield Running(
                clock=Clock.ORIGINATOR_REPLY, subject=query.report_id, since=query.asked_at
            )
    yield from _for_deliveries(case)
    for warning in case.current_warnings():
        # Renewing or widening is done when the update is released, not when it is decided.
        if case.window_decisions.get(warning.warning_id) is not WindowDecision.STAND_DOWN:
            window = warning.draft.words.window
            yield Running(
                clock=Clock.WINDOW_END,
                subject=warning.warning_id,
                since=window.opens,
                due=window.closes,
            )
    yield Running(clock=Clock.REVIEW, subject="case", since=case.reviewed_at or case.opened_at)


def _for_victim(case: Case, victim: Victim) -> Iterator[Running]:
    subject, determination = victim.victim_id, victim.determination
    if determination is None:
        clock = Clock.DECISION if victim.findings else Clock.TRIAGE
        yield Running(clock=clock, subject=subject, since=victim.clock_from)
        return
    if determination.alone and not determination.reviewed_by:
        yield Running(clock=Clock.BREAK_GLASS_REVIEW, subject=subject, since=determination.at)
    if determination.matter is Matter.WAIVE and determination.expires_at:
        yield Running(
            clock=Clock.WAIVER_EXPIRY,
            subject=subject,
            since=determination.at,
            due=determination.expires_at,
        )
    if determination.matter is Matter.WARN:
        yield from _until_reached(case, victim.victim_id, determination.at)


def _until_reached(case: Case, victim_id: str, determined_at: datetime) -> Iterator[Running]:
    """Until the newest words for a victim are on their way to somebody.

    The first words are due from the determination, however late they are
    released; words that follow them, from their own release.
    """
    since, deliveries = determined_at, case.deliveries_for(victim_id)
    newest = case.newest_released(victim_id)
    reached = any(one.state in REACHING for one in deliveries)
    if reached and newest is not None and newest.release is not None:
        since = max(since, newest.release.released_at)
        deliveries = [one for one in deliveries if one.warning_id == newest.warning_id]
    if not any(delivery.state in REACHING for delivery in deliveries):
        # A failure starts the clock anew; cancelling must not, or it could do so for ever.
        failed = [
            one.settled_at
            for one in deliveries
            if one.settled_at and one.state is DeliveryState.FAILED
        ]
        yield Running(
            clock=Clock.FIRST_ATTEMPT, subject=victim_id, since=max(failed, default=since)
        )


def _for_deliveries(case: Case) -> Iterator[Running]:
    newest = {
        one.recipient_id: one.delivery_id
        for one in case.deliveries.values()
        if one.state not in GONE
    }
    for delivery in case.deliveries.values():
        followed = newest.get(delivery.recipient_id) != delivery.delivery_id
        if delivery.state in UNANSWERED and delivery.acknowledged_at is None and not followed:
            since = delivery.reached_at or delivery.planned_at
            yield Running(clock=Clock.RECEIPT, subject=delivery.delivery_id, since=since)
        elif delivery.state in ANSWERED and delivery.acted_at is None:
            since = delivery.acknowledged_at or delivery.planned_at
            yield Running(clock=Clock.ACTION_CHECK, subject=delivery.delivery_id, since=since)


def settle(case: Case, policy: Policy, at: datetime, by: str) -> list[Event]:
    """The deadlines to set and to meet so that just the clocks that must run do."""
    wanted = {deadline_key(one.clock, one.subject): one for one in running(case)}
    settled: list[Event] = [
        DeadlineMet(by=by, at=at, number=old.number, clock=old.clock, subject=old.subject)
        for key, old in case.deadlines.items()
        if key not in wanted
    ]
    number = case.deadline_count
    for key, one in wanted.items():
        runs = policy.interval(one.clock, case.clock_urgency)
        due = one.due or one.since + runs
        runs_s, old = round((due - one.since).total_seconds()), case.deadlines.get(key)
        if old and (old.starts_at, old.runs_s) == (one.since, runs_s):
            continue
        number += 1
        settled.append(
            DeadlineSet(
                by=by,
                at=at,
                number=number,
                clock=one.clock,
                subject=one.subject,
                starts_at=one.since,
                due_at=due,
                runs_s=runs_s,
                level=old.level if old else 0,
                pack_hash=policy.pack_hash,
            )
        )
    return settled


def lapse(case: Case, deadline: Deadline, policy: Policy, at: datetime, by: str) -> list[Event]:
    """Write the silence down and set the same clock again, one level higher.

    It is due again after the pack's interval, and never sooner than a minute,
    so that a pack cannot make a case ring without pause.
    """
    again = max(policy.interval(deadline.clock, case.clock_urgency), timedelta(minutes=1))
    return [
        DeadlineLapsed(
            by=by,
            at=at,
            number=deadline.number,
            clock=deadline.clock,
            subject=deadline.subject,
            due_at=deadline.due_at,
            level=deadline.level + 1,
        ),
        DeadlineSet(
            by=by,
            at=at,
            number=case.deadline_count + 1,
            clock=deadline.clock,
            subject=deadline.subject,
            starts_at=deadline.starts_at,
            due_at=at + again,
            runs_s=deadline.runs_s,
            level=deadline.level + 1,
            pack_hash=policy.pack_hash,
        ),
    ]
