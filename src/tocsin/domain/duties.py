"""What became of each duty to warn, one word each, so that counts can leave nobody out.

A duty counts from the moment at which the policy pack first did not rule it out, or
somebody determined to warn or to waive. It never stops counting: what it turned out to
be is a class of its own. What nobody knows is never put in the better class.
"""

from collections.abc import Iterable
from datetime import datetime

from tocsin.domain import events as e
from tocsin.domain.case import Case, DeliveryState, Victim, deadline_key
from tocsin.domain.duty import Clock, Duty
from tocsin.domain.evolving import evolve
from tocsin.domain.kinds import Matter, WindowDecision
from tocsin.domain.retention import DutyTold
from tocsin.domain.warning import WarningKind

EXERCISE = "exercise"
UNDECIDED = "undecided"
LAPSED = "lapsed"
NOT_OWED = "not-owed-after-all"
STOOD_DOWN = "stood-down"
UNDELIVERED = "warned/undelivered"
HANDED_OVER = "warned/handed-over"
TOLD = "warned/told"
REJECTED = "warned/rejected"
ACKNOWLEDGED = "warned/acknowledged"
WAIVED = "waived/"
"""What the class of a waived duty begins with; its ground's code follows."""

CLASSES = (
    *(UNDECIDED, LAPSED, UNDELIVERED, HANDED_OVER, TOLD, REJECTED, ACKNOWLEDGED),
    *(STOOD_DOWN, NOT_OWED, EXERCISE),
)
"""Every class but the waivers', which a policy pack's grounds name."""
DELIVERED = frozenset({HANDED_OVER, TOLD, REJECTED, ACKNOWLEDGED})
"""The classes in which words left the house for somebody."""

# The most that is known of any delivery, the surest first.
_ANSWERED = (
    (DeliveryState.ACTED_ON, ACKNOWLEDGED),
    (DeliveryState.UNDERSTOOD, ACKNOWLEDGED),
    (DeliveryState.REFUSED, REJECTED),
    (DeliveryState.READ, TOLD),
)


def duties_of(happened: Iterable[e.Event], *, at: datetime) -> tuple[DutyTold, ...]:
    """The duties of one case, from all its events in their order, as they stand `at`.

    A destroyed case has those that were left of it, whether or not more can be read.
    """
    events = list(happened)
    for event in events:
        if isinstance(event, e.CaseDestroyed):
            return event.duties
    case, since = evolve(None, events), dict[str, datetime]()
    for event in events:
        if victim_id := _triggered(event, case):
            since.setdefault(victim_id, event.at)
    return tuple(
        DutyTold(victim_id=key, owed_at=since[key], told=told(case, victim, at))
        for key, victim in case.victims.items()
        if key in since
    )


def _triggered(event: e.Event, case: Case) -> str:
    """Whose duty begins with this event, if it has not begun before."""
    match event:
        case e.FindingsRecorded() if event.duty is not Duty.NOT_OWED:
            return event.victim_id
        case e.WarnedAlone():
            return event.victim_id
        case e.Confirmed():
            proposal = case.proposals[event.proposal_id]
            return proposal.victim_id if proposal.matter in (Matter.WARN, Matter.WAIVE) else ""
        case _:
            return ""


def told(case: Case, victim: Victim, at: datetime) -> str:
    """The one class of a victim's duty as it stands `at`."""
    standing = victim.determination
    if case.exercise:
        return EXERCISE
    if standing is None:
        return _undetermined(case, victim, at)
    match standing.matter:
        case Matter.WAIVE if case.is_open and standing.expires_at and standing.expires_at <= at:
            return LAPSED
        case Matter.WAIVE:
            return WAIVED + standing.ground
        case Matter.NO_DUTY:
            return NOT_OWED
        case _:
            return _warned(case, victim.victim_id)


def _undetermined(case: Case, victim: Victim, at: datetime) -> str:
    """Undecided only while a clock that has not yet run out says so."""
    running = (
        case.deadlines.get(deadline_key(clock, victim.victim_id))
        for clock in (Clock.DECISION, Clock.TRIAGE)
    )
    in_time = any(one and one.level == 0 and at < one.due_at for one in running)
    return UNDECIDED if in_time else LAPSED


def _warned(case: Case, victim_id: str) -> str:
    released = [
        one for one in case.warnings.values() if one.is_released and victim_id in one.victim_ids
    ]
    warnings = {one.warning_id for one in released if one.kind is not WarningKind.CANCEL}
    # Word that there is no danger any more is not the warning.
    deliveries = [one for one in case.deliveries_for(victim_id) if one.warning_id in warnings]
    for state, answered in _ANSWERED:
        if any(one.state is state for one in deliveries):
            return answered
    if any(one.reached_at for one in deliveries):
        return HANDED_OVER
    stands = any(
        one in case.current_warnings()
        and case.window_decisions.get(one.warning_id) is not WindowDecision.STAND_DOWN
        for one in released
    )
    return UNDELIVERED if stands or not released else STOOD_DOWN
