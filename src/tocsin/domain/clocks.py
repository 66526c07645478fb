"""Which clocks must run for a case, and the deadlines that follow.

The clocks are read off the case's state, so that no order of commands can
leave an open case without one: REVIEW always runs while a case is open.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.domain.case import (
    Case,
    Chain,
    Deadline,
    Delivery,
    DeliveryState,
    Victim,
    deadline_key,
)
from tocsin.domain.duty import Clock, Policy
from tocsin.domain.events import DeadlineLapsed, DeadlineMet, DeadlineSet, Event
from tocsin.domain.kinds import AnswerRule, Matter, WindowDecision
from tocsin.domain.telling import ANSWERED, GONE, REACHING, UNANSWERED, required_for, untold_key
from tocsin.domain.warning import ThreatWarning

_WAITING = UNANSWERED | {DeliveryState.PLANNED}


class Running(NamedTuple):
    """A clock that must run: since when, and, where it is fixed, when it is due."""

    clock: Clock
    subject: str
    since: datetime
    due: datetime | None = None


def is_under_way(case: Case, victim_id: str) -> bool:
    """Whether a warning is on its way, or may have reached somebody, for this victim."""
    return any(delivery.state not in GONE for delivery in case.deliveries_for(victim_id))


def running(case: Case) -> Iterator[Running]:
    """Every clock that must run for an open case; for a closed one, those of its watches."""
    yield from _for_watches(case)
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
    yield from _for_inbound(case)
    yield from _for_deliveries(case)
    for dispatch in case.dispatches.values():
        if not dispatch.is_attempted:
            subject, since = dispatch.dispatch_id, dispatch.planned_at
            yield Running(clock=Clock.FIRST_ATTEMPT, subject=subject, since=since)
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


def _for_inbound(case: Case) -> Iterator[Running]:
    """Receipt and owner of each warning given to us; each question by its own due time."""
    for one in case.inbound.values():
        if one.owes_receipt:
            clock = Clock.INBOUND_RECEIPT
            yield Running(clock=clock, subject=one.inbound_id, since=one.received_at)
        if not one.owner:
            clock = Clock.INBOUND_OWNER
            yield Running(clock=clock, subject=one.inbound_id, since=one.recorded_at)
    for asked in case.questions.values():
        if asked.waits:
            yield Running(
                clock=Clock.SENDER_REPLY,
                subject=asked.question_id,
                since=asked.asked_at,
                due=asked.due_at,
            )


def _for_watches(case: Case) -> Iterator[Running]:
    """Until two people end it, whether or not the case is open."""
    for watch_id in case.live_watches:
        watch = case.watches[watch_id]
        since, due = watch.reviewed_at, watch.review_at
        yield Running(clock=Clock.WATCH_REVIEW, subject=watch_id, since=since, due=due)
        if watch.sighted_at:
            yield Running(clock=Clock.SIGHTING, subject=watch_id, since=watch.sighted_at)


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
    released; words that follow them, and a second alert beside them, from their own release.
    """
    deliveries, due = case.deliveries_for(victim_id), []
    if not any(one.state in REACHING for one in deliveries):
        due = [_since(deliveries, determined_at)]
    else:
        for warning in _to_be_brought(case, victim_id):
            theirs = [one for one in deliveries if one.warning_id == warning.warning_id]
            if warning.release and not any(one.state in REACHING for one in theirs):
                due.append(_since(theirs, max(determined_at, warning.release.released_at)))
    if due:
        yield Running(clock=Clock.FIRST_ATTEMPT, subject=victim_id, since=min(due))
    else:
        yield from _until_required(case, victim_id, determined_at)


def _until_required(case: Case, victim_id: str, determined_at: datetime) -> Iterator[Running]:
    """One told is not all told: whom the duty itself requires has a clock until told or excused."""
    for one in required_for(case, case.victims[victim_id]):
        if not one.is_settled and not one.reaching:
            subject = untold_key(victim_id, one.requirement.name)
            since = _since(list(one.deliveries), determined_at)
            yield Running(clock=Clock.FIRST_ATTEMPT, subject=subject, since=since)


def _to_be_brought(case: Case, victim_id: str) -> list[ThreatWarning]:
    """The newest words released for a victim, and all others that nobody replaced or ended."""
    newest = case.newest_released(victim_id)
    return [
        one
        for one in (*case.current_warnings(), *((newest,) if newest else ()))
        if one is newest
        or (
            victim_id in one.victim_ids
            and case.window_decisions.get(one.warning_id) is not WindowDecision.STAND_DOWN
        )
    ]


def _since(deliveries: list[Delivery], otherwise: datetime) -> datetime:
    """A failure starts the clock anew; cancelling must not, or it could do so for ever."""
    failed = [
        one.settled_at for one in deliveries if one.settled_at and one.state is DeliveryState.FAILED
    ]
    return max(failed, default=otherwise)


def _for_deliveries(case: Case) -> Iterator[Running]:
    # Newer words end the wait for an answer to those they follow, and to no others.
    first = {one: _first_of(case, one) for one in case.warnings}
    newest = {
        (one.recipient_id, first[one.warning_id]): one.delivery_id
        for one in case.deliveries.values()
        if one.state not in GONE
    }
    understood = _understood(case)
    enough = {
        (one.chain_id, victim_id)
        for one in case.chains.values()
        for victim_id in _served(case, one, understood)
    }
    for delivery in case.deliveries.values():
        last = newest.get((delivery.recipient_id, first[delivery.warning_id]))
        if delivery.state in _WAITING:
            served = (delivery.chain_id, delivery.victim_id) in enough
            if last == delivery.delivery_id and not served:
                yield _receipt(delivery)
        elif delivery.state in ANSWERED:
            yield from _after_answer(case, delivery)


def _first_of(case: Case, warning_id: str) -> str:
    """The alert that a warning goes back to."""
    while followed := case.warnings[warning_id].references:
        warning_id = followed
    return warning_id


def _receipt(delivery: Delivery) -> Running:
    """A pause puts the clock off to its own end, which somebody named."""
    since, subject = delivery.reached_at or delivery.due_from, delivery.delivery_id
    return Running(clock=Clock.RECEIPT, subject=subject, since=since, due=delivery.paused_until)


def _after_answer(case: Case, delivery: Delivery) -> Iterator[Running]:
    since, subject = delivery.acknowledged_at or delivery.planned_at, delivery.delivery_id
    if delivery.acted_at is None:
        yield Running(clock=Clock.ACTION_CHECK, subject=subject, since=since)
    if case.recipients[delivery.recipient_id].passes_on and delivery.passed_on_at is None:
        yield Running(clock=Clock.ONWARD_PASSAGE, subject=subject, since=since)


def is_satisfied(case: Case, chain: Chain, victim_id: str = "") -> bool:
    """Whether nobody of a chain needs to be chased any more: any one was enough, and one is.

    For each of its victims, or for the one named: who answers for one answers for no other.
    """
    everybody = {case.recipients[one].victim_id for one in chain.recipient_ids}
    return ({victim_id} if victim_id else everybody) <= _served(case, chain, _understood(case))


def _understood(case: Case) -> set[tuple[str, str]]:
    """Which words, by their number, which recipients have understood; however these came."""
    return {
        (one.warning_id, one.recipient_id)
        for one in case.deliveries.values()
        if one.state in (DeliveryState.UNDERSTOOD, DeliveryState.ACTED_ON)
    }


def _served(case: Case, chain: Chain, understood: set[tuple[str, str]]) -> set[str]:
    """The victims for whom somebody of a chain has understood, where any one is enough."""
    if chain.rule is AnswerRule.EACH:
        return set()
    everybody = (*chain.recipient_ids, *chain.fallback_ids)
    return {
        case.recipients[one].victim_id for one in everybody if (chain.warning_id, one) in understood
    }


def settle(case: Case, policy: Policy, at: datetime, by: str) -> list[Event]:
    """The deadlines to set and to meet so that just the clocks that must run do."""
    wanted = {deadline_key(one.clock, one.subject): one for one in running(case)}
    settled: list[Event] = [
        DeadlineMet(by=by, at=at, number=old.number, clock=old.clock, subject=old.subject)
        for key, old in case.deadlines.items()
        if key not in wanted
    ]
    number, urgency = case.deadline_count, case.clock_urgency
    intervals = {clock: policy.interval(clock, urgency) for clock in Clock}
    lengths = {clock: round(interval.total_seconds()) for clock, interval in intervals.items()}
    for key, one in wanted.items():
        if one.due is None:
            due, runs_s = one.since + intervals[one.clock], lengths[one.clock]
        else:
            due, runs_s = one.due, round((one.due - one.since).total_seconds())
        old = case.deadlines.get(key)
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
