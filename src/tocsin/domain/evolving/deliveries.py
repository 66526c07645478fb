"""Steps for deliveries, answers, follow-up and deadlines."""

from dataclasses import replace

from tocsin.domain import events as e
from tocsin.domain.case import (
    Case,
    Deadline,
    Delivery,
    DeliveryState,
    Outcome,
    Reaction,
    Recipient,
    deadline_key,
)
from tocsin.domain.duty import Clock
from tocsin.domain.evolving.steps import on, put, with_delivery
from tocsin.domain.kinds import ReactionKind


@on(e.FollowUpOwnerNamed)
def _(case: Case, event: e.FollowUpOwnerNamed) -> Case:
    return replace(
        case, follow_up_owner=event.officer_id, members=case.members | {event.officer_id}
    )


@on(e.RecipientNamed)
def _(case: Case, event: e.RecipientNamed) -> Case:
    recipient = Recipient(
        recipient_id=event.recipient_id,
        victim_id=event.victim_id,
        name=event.name,
        relation=event.relation,
        method=event.method,
        address=event.address,
        language=event.language,
    )
    return replace(case, recipients=put(case.recipients, event.recipient_id, recipient))


@on(e.DeliveryPlanned)
def _(case: Case, event: e.DeliveryPlanned) -> Case:
    delivery = Delivery(
        delivery_id=event.delivery_id,
        warning_id=event.warning_id,
        recipient_id=event.recipient_id,
        victim_id=case.recipients[event.recipient_id].victim_id,
        method=event.method,
        key=event.key,
        text_sha256=event.text_sha256,
        planned_at=event.at,
    )
    return replace(case, deliveries=put(case.deliveries, event.delivery_id, delivery))


@on(e.AttemptStarted)
def _(case: Case, event: e.AttemptStarted) -> Case:
    return with_delivery(
        case,
        event.delivery_id,
        state=DeliveryState.ATTEMPTED,
        attempts=event.attempt,
        attempt_open=True,
    )


@on(e.AttemptOutcomeUnknown)
def _(case: Case, event: e.AttemptOutcomeUnknown) -> Case:
    return with_delivery(case, event.delivery_id, attempt_open=False, detail=event.detail)


@on(e.AttemptHandedOver)
def _(case: Case, event: e.AttemptHandedOver) -> Case:
    delivery = case.deliveries[event.delivery_id]
    # An answer may overtake the channel's own report; it is not taken back.
    answered = delivery.state in (DeliveryState.ACKNOWLEDGED, DeliveryState.REJECTED)
    return with_delivery(
        case,
        event.delivery_id,
        state=delivery.state if answered else DeliveryState.HANDED_OVER,
        attempt_open=False,
        reached_at=delivery.reached_at or event.at,
        detail=event.detail,
    )


@on(e.AttemptFailed)
def _(case: Case, event: e.AttemptFailed) -> Case:
    delivery = case.deliveries[event.delivery_id]
    gone = event.retry_at is None and delivery.state is DeliveryState.ATTEMPTED
    return with_delivery(
        case,
        event.delivery_id,
        state=DeliveryState.FAILED if gone else delivery.state,
        attempt_open=False,
        settled_at=event.at if gone else None,
        detail=event.detail,
    )


@on(e.DeliveryAttested)
def _(case: Case, event: e.DeliveryAttested) -> Case:
    understood = event.understood
    return with_delivery(
        case,
        event.delivery_id,
        state=DeliveryState.ACKNOWLEDGED if understood else DeliveryState.TOLD,
        attempts=1,
        reached_at=event.told_at,
        acknowledged_at=event.told_at if understood else None,
        detail=event.to_whom,
    )


@on(e.DeliveryCancelled)
def _(case: Case, event: e.DeliveryCancelled) -> Case:
    return with_delivery(
        case,
        event.delivery_id,
        state=DeliveryState.CANCELLED,
        settled_at=event.at,
        detail=event.reason,
    )


@on(e.LinkOpened)
def _(case: Case, event: e.LinkOpened) -> Case:
    return with_delivery(case, event.delivery_id, opened_at=event.at)


@on(e.Acknowledged)
def _(case: Case, event: e.Acknowledged) -> Case:
    delivery = case.deliveries[event.delivery_id]
    rejected = delivery.state is DeliveryState.REJECTED
    return with_delivery(
        case,
        event.delivery_id,
        state=delivery.state if rejected else DeliveryState.ACKNOWLEDGED,
        acknowledged_at=delivery.acknowledged_at or event.at,
        reached_at=delivery.reached_at or event.at,
    )


@on(e.ReactionRecorded)
def _(case: Case, event: e.ReactionRecorded) -> Case:
    delivery = case.deliveries[event.delivery_id]
    reaction = Reaction(kind=event.reaction, words=event.words, by=event.by, at=event.at)
    rejected = event.reaction is ReactionKind.REJECTED
    return with_delivery(
        case,
        event.delivery_id,
        reactions=(*delivery.reactions, reaction),
        state=DeliveryState.REJECTED if rejected else delivery.state,
        reached_at=delivery.reached_at or event.at,
        acknowledged_at=delivery.acknowledged_at or (event.at if rejected else None),
        acted_at=None if event.reaction is ReactionKind.QUESTION else delivery.acted_at,
    )


@on(e.ActionRecorded)
def _(case: Case, event: e.ActionRecorded) -> Case:
    return with_delivery(case, event.delivery_id, action=event.taken, acted_at=event.at)


@on(e.ReviewRecorded)
def _(case: Case, event: e.ReviewRecorded) -> Case:
    return replace(case, reviewed_at=event.at)


@on(e.RemarkRecorded)
def _(case: Case, event: e.RemarkRecorded) -> Case:
    return case


@on(e.WindowDecided)
def _(case: Case, event: e.WindowDecided) -> Case:
    decisions = put(case.window_decisions, event.warning_id, event.decision)
    return replace(case, window_decisions=decisions)


@on(e.OutcomeRecorded)
def _(case: Case, event: e.OutcomeRecorded) -> Case:
    outcome = Outcome(
        outcome=event.outcome, claims=event.claims, source=event.source, by=event.by, at=event.at
    )
    return replace(case, outcomes=(*case.outcomes, outcome))


@on(e.DeadlineSet)
def _(case: Case, event: e.DeadlineSet) -> Case:
    deadline = Deadline(
        number=event.number,
        clock=event.clock,
        subject=event.subject,
        starts_at=event.starts_at,
        runs_s=event.runs_s,
        due_at=event.due_at,
        level=event.level,
    )
    key = deadline_key(event.clock, event.subject)
    return replace(case, deadlines=put(case.deadlines, key, deadline), deadline_count=event.number)


@on(e.DeadlineMet)
def _(case: Case, event: e.DeadlineMet) -> Case:
    gone = deadline_key(event.clock, event.subject)
    return replace(case, deadlines={k: d for k, d in case.deadlines.items() if k != gone})


@on(e.DeadlineLapsed)
def _(case: Case, event: e.DeadlineLapsed) -> Case:
    if event.clock is Clock.ORIGINATOR_REPLY and event.subject in case.queries:
        query = replace(case.queries[event.subject], lapsed=True)
        case = replace(case, queries=put(case.queries, event.subject, query))
    return replace(case, lapses=case.lapses + 1)
