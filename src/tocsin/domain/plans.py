"""What an event asks to be done later, and whom it calls. Pure.

Calls and rings carry a case number and what is waited for, never threat text
or names: they travel by paths that are not the warning's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tocsin.domain import events as e
from tocsin.domain.actor import Role
from tocsin.domain.case import Case, ProposalState, deadline_key
from tocsin.domain.duty import Clock, Duty
from tocsin.domain.kinds import Method, ReactionKind

DEADLINE, DELIVERY = "deadline", "delivery"

WAITED_FOR = {
    Clock.TRIAGE: "the findings",
    Clock.DECISION: "a determination",
    Clock.ORIGINATOR_REPLY: "the originator's answer",
    Clock.FIRST_ATTEMPT: "a first attempt to bring the warning",
    Clock.RECEIPT: "the recipient's confirmation",
    Clock.ACTION_CHECK: "word of what was done",
    Clock.REVIEW: "the regular review",
    Clock.WAIVER_EXPIRY: "a new determination: the waiver has expired",
    Clock.BREAK_GLASS_REVIEW: "the review of a lone determination",
    Clock.WINDOW_END: "a decision: the window has ended",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanJob:
    """Work to be done at `due`; the same key is never worked twice."""

    key: str
    lane: str
    kind: str
    subject: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelJob:
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A notice on the desk of everybody with `role` in the case's unit, or of one officer."""

    topic: str
    role: Role
    text: str
    officer_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Calls on `topic` need nobody any more."""

    topic: str


Plan = PlanJob | CancelJob | Call | Answered


def deadline_job(case_id: str, number: int) -> str:
    return f"{case_id}!{number}"


def attempt_job(delivery_id: str, attempt: int) -> str:
    return f"{delivery_id}#{attempt}"


def react(event: e.Event, case: Case) -> Iterator[Plan]:
    """What follows from an event; `case` is the case after it."""
    match event:
        case e.DeadlineSet():
            key = deadline_job(case.case_id, event.number)
            yield PlanJob(
                key=key, lane=DEADLINE, kind="lapse", subject=event.clock.value, due=event.due_at
            )
        case e.DeadlineMet():
            yield CancelJob(key=deadline_job(case.case_id, event.number))
            yield Answered(topic=deadline_key(event.clock, event.subject))
        case e.DeadlineLapsed():
            yield from _lapsed(event, case)
        case e.DeliveryPlanned() if event.method is Method.EMAIL:
            yield _attempt(event.delivery_id, 1, event.at)
        case e.AttemptFailed() | e.AttemptOutcomeUnknown():
            yield from _tried(event, case)
        case e.DeliveryCancelled():
            waiting = case.deliveries[event.delivery_id].attempts + 1
            yield CancelJob(key=attempt_job(event.delivery_id, waiting))
        case _:
            yield from _calls(event, case)


def _attempt(delivery_id: str, attempt: int, due: datetime) -> PlanJob:
    key = attempt_job(delivery_id, attempt)
    return PlanJob(key=key, lane=DELIVERY, kind="attempt", subject=delivery_id, due=due)


def _tried(event: e.AttemptFailed | e.AttemptOutcomeUnknown, case: Case) -> Iterator[Plan]:
    if event.retry_at:
        yield _attempt(event.delivery_id, event.attempt + 1, event.retry_at)
    elif isinstance(event, e.AttemptFailed):
        text = "A delivery has failed for good; the warning has not arrived that way."
        yield from _ring(case, f"failed:{event.delivery_id}", Role.FOLLOW_UP_OWNER, text, event)
        yield from _ring(case, f"failed:{event.delivery_id}", Role.DETERMINING_OFFICER, text, event)


def _lapsed(event: e.DeadlineLapsed, case: Case) -> Iterator[Plan]:
    topic = deadline_key(event.clock, event.subject)
    yield Answered(topic=topic)
    times = f" Lapsed {event.level} times." if event.level > 1 else ""
    text = f"Overdue, undecided: {WAITED_FOR[event.clock]}.{times}"
    yield from _ring(case, topic, Role.DETERMINING_OFFICER, text, event)
    if event.level >= 2:
        yield Call(topic=topic, role=Role.INSPECTOR, text=text)


def _calls(event: e.Event, case: Case) -> Iterator[Plan]:
    match event:
        case e.FindingsRecorded() if event.duty is not Duty.NOT_OWED:
            topic, said = deadline_key(Clock.DECISION, event.victim_id), event.duty.value
            yield Answered(topic=topic)
            text = f"The duty is {said}; a determination is waited for."
            yield from _ring(case, topic, Role.DETERMINING_OFFICER, text, event)
            yield from _overtaken(case)
        case e.WarnedAlone():
            topic = deadline_key(Clock.BREAK_GLASS_REVIEW, event.victim_id)
            text = "One officer has determined alone to warn; review it now."
            yield from _ring(case, topic, Role.DETERMINING_OFFICER, text, event)
            yield from _overtaken(case)
        case e.ReportReceived() | e.CaseReopened():
            yield from _overtaken(case)
        case e.Proposed():
            topic, text = f"proposal:{event.proposal_id}", "A proposal waits for a second officer."
            yield Call(topic=topic, role=Role.DETERMINING_OFFICER, text=text)
        case e.Confirmed() | e.Rejected():
            yield Answered(topic=f"proposal:{event.proposal_id}")
        case e.WarningDrafted():
            text = "A draft waits for release."
            yield Answered(topic=f"draft:{event.warning_id}")
            yield Call(topic=f"draft:{event.warning_id}", role=Role.RELEASE_AUTHORITY, text=text)
        case e.WarningReleased() | e.WarningReturned():
            yield Answered(topic=f"draft:{event.warning_id}")
        case e.ReactionRecorded() if event.reaction is not ReactionKind.WILL_ACT:
            said = "asks a question" if event.reaction is ReactionKind.QUESTION else "rejects it"
            topic, text = f"answer:{event.delivery_id}", f"A recipient {said}."
            yield Answered(topic=topic)
            yield from _ring(case, topic, Role.FOLLOW_UP_OWNER, text, event)
        case e.ActionRecorded():
            yield Answered(topic=f"answer:{event.delivery_id}")
        case _:
            return


def _overtaken(case: Case) -> Iterator[Plan]:
    for proposal in case.proposals.values():
        if proposal.state is ProposalState.OVERTAKEN:
            yield Answered(topic=f"proposal:{proposal.proposal_id}")


def _ring(case: Case, topic: str, role: Role, text: str, event: e.Event) -> Iterator[Plan]:
    """A notice on the desk, and a bell by mail for those who are not at it."""
    owner = case.follow_up_owner if role is Role.FOLLOW_UP_OWNER else ""
    yield Call(topic=topic, role=role, text=text, officer_id=owner)
    yield PlanJob(
        key=f"{case.case_id}~{case.seq}:{role.value}",
        lane=DELIVERY,
        kind="ring",
        subject=owner or role.value,
        due=event.at,
    )
