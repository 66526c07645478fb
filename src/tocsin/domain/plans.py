"""What an event asks to be done later, and whom it calls. Pure.

Calls and rings carry a case number and what is waited for, never threat text
or names: they travel by paths that are not the warning's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tocsin.domain import events as e
from tocsin.domain.actor import Role
from tocsin.domain.case import Case, DeliveryState, ProposalState, deadline_key
from tocsin.domain.delivering import REPLACED
from tocsin.domain.dispatch import Dispatch
from tocsin.domain.duty import Clock, Duty
from tocsin.domain.findings import Urgency
from tocsin.domain.inbound import Owed
from tocsin.domain.kinds import Matter, Method, ReactionKind

DEADLINE, DELIVERY = "deadline", "delivery"

WAITED_FOR = {
    Clock.TRIAGE: "the findings",
    Clock.DECISION: "a determination",
    Clock.ORIGINATOR_REPLY: "the originator's answer",
    Clock.FIRST_ATTEMPT: "a first attempt to bring the warning",
    Clock.RECEIPT: "the recipient's confirmation",
    Clock.ACTION_CHECK: "word of what was done",
    Clock.ONWARD_PASSAGE: "word that it was passed on",
    Clock.REVIEW: "the regular review",
    Clock.WAIVER_EXPIRY: "a new determination: the waiver has expired",
    Clock.BREAK_GLASS_REVIEW: "the review of a lone determination",
    Clock.WINDOW_END: "a decision: the window has ended",
    Clock.INBOUND_RECEIPT: "the receipt owed to whoever warned us",
    Clock.INBOUND_OWNER: "an owner for a warning given to us",
    Clock.SENDER_REPLY: "the answer of whoever warned us",
    Clock.WATCH_REVIEW: "the review of a watch",
    Clock.SIGHTING: "a look at somebody who may be a subject on watch",
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

_DECIDES = Role.DETERMINING_OFFICER
_SECOND = {Matter.ANSWER: Role.RELEASE_AUTHORITY}
"""Who confirms, where it is not a determining officer."""

_SAID = {
    ReactionKind.QUESTION: "asks a question",
    ReactionKind.REJECTED: "rejects it",
    ReactionKind.DISBELIEVED: "does not believe it",
    ReactionKind.TOO_GENERAL: "finds it too general",
    ReactionKind.PROPAGANDA: "makes it public against us",
    ReactionKind.REPLIED: "has written back",
}
"""The reactions that somebody must look at."""


def lane_of(method: Method) -> str:
    """The lane in which attempts by a method wait."""
    return f"{DELIVERY}:{method.value}"


SCREENING = "screening"
DISPATCHES = tuple(f"dispatch:{method.value}" for method in (Method.EMAIL, Method.SMS))
LANES = (
    DEADLINE,
    DELIVERY,
    *(lane_of(method) for method in Method if not method.by_hand),
    *DISPATCHES,
    SCREENING,
)
"""Each is worked by itself, deadlines first, names last; DELIVERY rings the house's officers."""


def deadline_job(case_id: str, number: int) -> str:
    return f"{case_id}!{number}"


def attempt_job(delivery_id: str, attempt: int) -> str:
    return f"{delivery_id}#{attempt}"


def batch_job(dispatch_id: str, batch: int, attempt: int) -> str:
    return f"{dispatch_id}/{batch}#{attempt}"


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
        case e.DeliveryPlanned() if event.method.by_hand:
            yield from _brought_after(event, case)
            topic, text = f"bring:{event.delivery_id}", "A warning waits to be brought by hand."
            yield from _ring(case, topic, Role.DELIVERER, text, event)
        case e.DeliveryPlanned():
            yield from _brought_after(event, case)
            yield _attempt(case, event.delivery_id, 1, event.not_before or event.at)
        case e.UrgencySet():
            yield from _hastened(event, case)
        case e.AttemptFailed() | e.AttemptOutcomeUnknown() | e.ReceiptReported():
            yield from _tried(event, case)
        case e.DeliveryCancelled():
            waiting = case.deliveries[event.delivery_id].attempts + 1
            yield CancelJob(key=attempt_job(event.delivery_id, waiting))
            yield Answered(topic=f"bring:{event.delivery_id}")
            yield from _left_out(event, case)
        case e.DispatchPlanned() | e.BatchEnded() | e.BatchReceipts() | e.DispatchCancelled():
            yield from _dispatched(event, case)
        case e.BatchOutcomeUnknown():
            yield from _unreached(event, case)
        case _:
            yield from _calls(event, case)


def _attempt(case: Case, delivery_id: str, attempt: int, due: datetime) -> PlanJob:
    """In the lane of its method: a channel that hangs delays no other."""
    key, method = attempt_job(delivery_id, attempt), case.deliveries[delivery_id].method
    return PlanJob(key=key, lane=lane_of(method), kind="attempt", subject=delivery_id, due=due)


def _brought_after(event: e.DeliveryPlanned, case: Case) -> Iterator[Plan]:
    if followed := case.warnings[event.warning_id].references:
        yield Answered(topic=f"replaced:{followed}")


def _left_out(event: e.DeliveryCancelled, case: Case) -> Iterator[Plan]:
    """Once a warning: that some were still to be told when newer words took the old ones' place.

    Nobody but people decides that these go to the same recipients.
    """
    warning_id = case.deliveries[event.delivery_id].warning_id
    so_far = sum(
        (one.warning_id, one.state, one.detail) == (warning_id, DeliveryState.CANCELLED, REPLACED)
        for one in case.deliveries.values()
    )
    if event.reason == REPLACED and so_far == 1:
        text = "Newer words came before all were told the old ones; bring them the newer ones."
        yield from _ring(case, f"replaced:{warning_id}", Role.FOLLOW_UP_OWNER, text, event)


def _hastened(event: e.UrgencySet, case: Case) -> Iterator[Plan]:
    """What waited for the morning goes at once when it becomes imminent."""
    for delivery in case.deliveries.values():
        waits = delivery.state is DeliveryState.PLANNED and not delivery.method.by_hand
        if waits and delivery.not_before == event.at and case.clock_urgency is Urgency.IMMINENT:
            yield _attempt(case, delivery.delivery_id, 1, event.at)


def _dispatched(
    event: e.DispatchPlanned | e.BatchEnded | e.BatchReceipts | e.DispatchCancelled, case: Case
) -> Iterator[Plan]:
    dispatch = case.dispatches[event.dispatch_id]
    match event:
        case e.DispatchPlanned():
            for batch in dispatch.batches:
                yield _batch(dispatch, batch.number, 1, event.at)
        case e.BatchEnded() if event.retry_at:
            yield _batch(dispatch, event.batch, event.attempt + 1, event.retry_at)
        case e.DispatchCancelled():
            for batch in dispatch.batches:
                if not batch.is_settled and not batch.is_open:
                    key = batch_job(dispatch.dispatch_id, batch.number, batch.attempts + 1)
                    yield CancelJob(key=key)
        case _:
            pass
    yield from _unreached(event, case)


def _batch(dispatch: Dispatch, batch: int, attempt: int, due: datetime) -> PlanJob:
    """In a lane of lists alone: a warning to a person never waits behind a hundred thousand."""
    return PlanJob(
        key=batch_job(dispatch.dispatch_id, batch, attempt),
        lane=f"dispatch:{dispatch.method.value}",
        kind="batch",
        subject=f"{dispatch.dispatch_id}/{batch}",
        due=due,
    )


def _unreached(event: e.Event, case: Case) -> Iterator[Plan]:
    """Once, when it is over and some of the list were not reached."""
    for dispatch in case.dispatches.values():
        if dispatch.rung_seq == case.seq:
            text = "A dispatch to a list is over, and some on the list were not reached."
            topic = f"dispatch:{dispatch.dispatch_id}"
            yield from _ring(case, topic, Role.FOLLOW_UP_OWNER, text, event)


def _tried(
    event: e.AttemptFailed | e.AttemptOutcomeUnknown | e.ReceiptReported, case: Case
) -> Iterator[Plan]:
    delivery = case.deliveries[event.delivery_id]
    if not isinstance(event, e.ReceiptReported) and event.retry_at:
        if not delivery.method.by_hand:
            yield _attempt(case, event.delivery_id, event.attempt + 1, event.retry_at)
    elif delivery.state is DeliveryState.FAILED:
        topic = f"failed:{event.delivery_id}"
        text = "A delivery has failed for good; the warning has not arrived that way."
        yield Answered(topic=f"bring:{event.delivery_id}")
        yield from _ring(case, topic, Role.FOLLOW_UP_OWNER, text, event)
        yield from _ring(case, topic, Role.DETERMINING_OFFICER, text, event)


def _lapsed(event: e.DeadlineLapsed, case: Case) -> Iterator[Plan]:
    topic = deadline_key(event.clock, event.subject)
    yield Answered(topic=topic)
    times = f" Lapsed {event.level} times." if event.level > 1 else ""
    text = f"Overdue, undecided: {WAITED_FOR[event.clock]}.{times}"
    yield from _ring(case, topic, Role.DETERMINING_OFFICER, text, event)
    if owner := _owner_of(case, event.clock, event.subject):
        yield Call(topic=topic, role=Role.ANALYST, text=text, officer_id=owner)
    if event.level >= 2:
        yield Call(topic=topic, role=Role.INSPECTOR, text=text)


def _owner_of(case: Case, clock: Clock, subject: str) -> str:
    """Whoever owns the warning given to us that a clock runs for; "" where nobody does."""
    match clock:
        case Clock.INBOUND_RECEIPT:
            inbound_id = subject
        case Clock.SENDER_REPLY:
            inbound_id = case.questions[subject].inbound_id
        case Clock.WATCH_REVIEW | Clock.SIGHTING:
            inbound_id = case.watches[subject].inbound_id
        case _:
            return ""
    inbound = case.inbound.get(inbound_id)
    return inbound.owner if inbound else ""


def _heeded(event: e.Event, case: Case) -> Iterator[Plan]:
    """Whom a warning given to us calls, and a subject on watch who may have been met."""
    match event:
        case e.InboundRecorded():
            topic = deadline_key(Clock.INBOUND_OWNER, event.inbound_id)
            text = "Somebody has warned us: name an owner, and give a receipt."
            yield from _ring(case, topic, Role.DETERMINING_OFFICER, text, event)
        case e.InboundOwnerNamed():
            topic = f"heed:{event.inbound_id}"
            text = "You own a warning given to us: have its claims tested and its sender answered."
            yield Answered(topic=topic)
            yield Call(topic=topic, role=Role.ANALYST, text=text, officer_id=event.officer_id)
        case e.SenderAnswered() | e.SenderLeftUnanswered(owed=Owed.ANSWER):
            yield Answered(topic=f"heed:{event.inbound_id}")
        case e.SubjectSighted():
            topic = deadline_key(Clock.SIGHTING, event.watch_id)
            waiting = len(case.watches[event.watch_id].waiting)
            text = "A subject on watch may have been met: say whether it is the same person."
            yield Answered(topic=topic)
            if waiting > 1:  # a list may name somebody a hundred times; one bell is enough
                text = f"{text} {waiting} sightings wait."
                yield Call(topic=topic, role=Role.DETERMINING_OFFICER, text=text)
            else:
                yield from _ring(case, topic, Role.DETERMINING_OFFICER, text, event)
            if owner := _owner_of(case, Clock.SIGHTING, event.watch_id):
                yield Call(topic=topic, role=Role.ANALYST, text=text, officer_id=owner)
        case _:
            return


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
            yield Call(topic=topic, role=_SECOND.get(event.matter, _DECIDES), text=text)
        case e.Confirmed() | e.Rejected():
            yield Answered(topic=f"proposal:{event.proposal_id}")
        case e.WarningDrafted():
            text = "A draft waits for release."
            yield Answered(topic=f"draft:{event.warning_id}")
            yield Call(topic=f"draft:{event.warning_id}", role=Role.RELEASE_AUTHORITY, text=text)
        case e.WarningReleased() | e.WarningReturned():
            yield Answered(topic=f"draft:{event.warning_id}")
        case e.DeliveryAttested(understood=True):
            yield from _found(event.delivery_id, case)
        case e.DeliveryAttested():
            yield Answered(topic=f"bring:{event.delivery_id}")
        case e.ChaseExhausted():
            topic = f"exhausted:{event.delivery_id}"
            text = "A recipient has not answered, and no way or person is left to try."
            yield from _ring(case, topic, Role.FOLLOW_UP_OWNER, text, event)
            yield from _ring(case, topic, Role.DETERMINING_OFFICER, text, event)
        case e.Acknowledged():
            yield from _found(event.delivery_id, case)
        case e.ReactionRecorded() if event.reaction in _SAID:
            topic, text = f"answer:{event.delivery_id}", f"A recipient {_SAID[event.reaction]}."
            yield Answered(topic=topic)
            yield from _ring(case, topic, Role.FOLLOW_UP_OWNER, text, event)
        case e.ActionRecorded():
            yield Answered(topic=f"answer:{event.delivery_id}")
        case e.PublicationCancelled() | e.ReviewRecorded():
            yield from _recalled(event, case)
        case _:
            yield from _heeded(event, case)


def _found(delivery_id: str, case: Case) -> Iterator[Plan]:
    """Whoever has confirmed by one way is looked for by no other."""
    answered = case.deliveries[delivery_id]
    theirs = (answered.warning_id, answered.recipient_id)
    for one in case.deliveries.values():
        if (one.warning_id, one.recipient_id) == theirs:
            for why in ("failed", "exhausted", "bring"):
                yield Answered(topic=f"{why}:{one.delivery_id}")


def _recalled(event: e.PublicationCancelled | e.ReviewRecorded, case: Case) -> Iterator[Plan]:
    """Who may determine hears of what one officer took back alone, until it was reviewed."""
    if isinstance(event, e.ReviewRecorded):
        for publication_id in case.publications:
            yield Answered(topic=f"recalled:{publication_id}")
            yield Answered(topic=f"believed:{publication_id}")
        return
    topic = f"recalled:{event.publication_id}"
    text = "One officer has cancelled a warning to the public; review the case."
    yield from _ring(case, topic, Role.DETERMINING_OFFICER, text, event)
    lists = [one for one in case.dispatches.values() if one.publication_id == event.publication_id]
    if any(batch.attempts for one in lists for batch in one.batches):
        topic = f"believed:{event.publication_id}"
        text = "Subscribers still believe a warning that was cancelled: release a cancellation."
        yield from _ring(case, topic, Role.FOLLOW_UP_OWNER, text, event)


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
