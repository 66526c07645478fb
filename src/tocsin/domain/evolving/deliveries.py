"""Steps for deliveries, answers, follow-up and deadlines."""

from dataclasses import replace

from tocsin.domain import events as e
from tocsin.domain.case import (
    Case,
    Chain,
    Deadline,
    Delivery,
    DeliveryState,
    Outcome,
    Reaction,
    Recipient,
    deadline_key,
)
from tocsin.domain.delivering import Receipt
from tocsin.domain.directory import Way
from tocsin.domain.duty import Clock
from tocsin.domain.evolving.heeding import silent
from tocsin.domain.evolving.steps import on, put, with_delivery
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import ReactionKind


@on(e.UrgencySet)
def _(case: Case, event: e.UrgencySet) -> Case:
    """What becomes imminent waits for no morning, and no pause stands."""
    was, case = case.clock_urgency, replace(case, urgency=event.urgency, expected=event.expected)
    if was is Urgency.IMMINENT or case.clock_urgency is not Urgency.IMMINENT:
        return case
    return replace(
        case, deliveries={key: _hastened(one, event) for key, one in case.deliveries.items()}
    )


def _hastened(delivery: Delivery, event: e.UrgencySet) -> Delivery:
    later = delivery.not_before
    return replace(
        delivery,
        not_before=event.at if later and later > event.at else later,
        paused_until=None,
    )


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
        ways=event.ways or (Way(method=event.method, address=event.address),),
        language=event.language,
        contact_id=event.contact_id,
        zone=event.zone,
        quiet=event.quiet,
        inside=event.inside,
        passes_on=event.passes_on,
        answers=event.answers,
    )
    return replace(case, recipients=put(case.recipients, event.recipient_id, recipient))


@on(e.ChainPlanned)
def _(case: Case, event: e.ChainPlanned) -> Case:
    chain = Chain(
        chain_id=event.chain_id,
        warning_id=event.warning_id,
        recipient_ids=event.recipient_ids,
        rule=event.rule,
        fallback_ids=event.fallback_ids,
    )
    return replace(case, chains=put(case.chains, event.chain_id, chain))


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
        way=event.way,
        chain_id=event.chain_id,
        after=event.after,
        not_before=event.not_before,
    )
    return replace(case, deliveries=put(case.deliveries, event.delivery_id, delivery))


_ORDER = tuple(DeliveryState)[: tuple(DeliveryState).index(DeliveryState.REFUSED)]
_CONFIRMED = (DeliveryState.UNDERSTOOD, DeliveryState.ACTED_ON)


def _known(delivery: Delivery, at_least: DeliveryState) -> DeliveryState:
    """What is known now; it never becomes less, and a refusal stays one."""
    state = delivery.state
    if state is DeliveryState.REFUSED:
        return state
    if state not in _ORDER:  # failed or cancelled, and yet it has arrived
        return at_least
    return max(state, at_least, key=_ORDER.index)


@on(e.AttemptStarted)
def _(case: Case, event: e.AttemptStarted) -> Case:
    return with_delivery(
        case,
        event.delivery_id,
        state=_known(case.deliveries[event.delivery_id], DeliveryState.ATTEMPTED),
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
    return with_delivery(
        case,
        event.delivery_id,
        state=_known(delivery, DeliveryState.HANDED_OVER),
        attempt_open=False,
        provider_id=event.provider_id,
        reached_at=delivery.reached_at or event.at,
        detail=event.detail,
    )


@on(e.AttemptFailed)
def _(case: Case, event: e.AttemptFailed) -> Case:
    delivery = case.deliveries[event.delivery_id]
    unopened = delivery.state in (DeliveryState.ATTEMPTED, DeliveryState.OPENED)
    gone = event.retry_at is None and delivery.reached_at is None and unopened
    return with_delivery(
        case,
        event.delivery_id,
        state=DeliveryState.FAILED if gone else delivery.state,
        attempt_open=False,
        settled_at=event.at if gone else None,
        detail=event.detail,
    )


@on(e.ReceiptReported)
def _(case: Case, event: e.ReceiptReported) -> Case:
    delivery = case.deliveries[event.delivery_id]
    if event.receipt is Receipt.UNDELIVERABLE:  # of an earlier copy, if one is under way
        return with_delivery(
            case,
            event.delivery_id,
            state=DeliveryState.FAILED,
            settled_at=event.at,
            detail=event.detail,
        )
    displayed = event.receipt is Receipt.DISPLAYED
    parts = (*delivery.parts_delivered, event.provider_id)
    if not displayed and delivery.awaits_parts and set(delivery.parts) - set(parts):
        return with_delivery(case, event.delivery_id, parts_delivered=parts)
    return with_delivery(
        case,
        event.delivery_id,
        state=_known(delivery, DeliveryState.OPENED if displayed else DeliveryState.DELIVERED),
        delivered_at=delivery.delivered_at or event.at,
        opened_at=delivery.opened_at or (event.at if displayed else None),
        reached_at=delivery.reached_at or event.at,
    )


@on(e.ChasePaused)
def _(case: Case, event: e.ChasePaused) -> Case:
    return with_delivery(case, event.delivery_id, paused_until=event.until)


@on(e.ChaseResumed)
def _(case: Case, event: e.ChaseResumed) -> Case:
    return with_delivery(case, event.delivery_id, paused_until=None)


@on(e.ChaseExhausted)
def _(case: Case, event: e.ChaseExhausted) -> Case:
    return with_delivery(case, event.delivery_id, exhausted=True)


@on(e.DeliveryAttested)
def _(case: Case, event: e.DeliveryAttested) -> Case:
    understood = event.understood
    return with_delivery(
        case,
        event.delivery_id,
        state=DeliveryState.UNDERSTOOD if understood else DeliveryState.READ,
        attempts=case.deliveries[event.delivery_id].attempts + 1,
        reached_at=event.told_at,
        read_at=event.told_at,
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
    delivery = case.deliveries[event.delivery_id]
    # Mail scanners open links: nobody has read anything by that, what waits is still sent, and
    # what has failed stays so. A scanner reads returned messages too.
    moves = delivery.attempts and delivery.state in _ORDER
    state = _known(delivery, DeliveryState.OPENED) if moves else delivery.state
    return with_delivery(case, event.delivery_id, opened_at=event.at, state=state)


@on(e.Acknowledged)
def _(case: Case, event: e.Acknowledged) -> Case:
    delivery = case.deliveries[event.delivery_id]
    person = (event.person,) if event.person else ()
    refused = delivery.state is DeliveryState.REFUSED  # what somebody says last counts
    understood = DeliveryState.UNDERSTOOD
    return with_delivery(
        case,
        event.delivery_id,
        state=understood if refused else _known(delivery, understood),
        acknowledged_at=delivery.acknowledged_at or event.at,
        read_at=delivery.read_at or event.at,
        reached_at=delivery.reached_at or event.at,
        persons=(*delivery.persons, *person),
    )


@on(e.ReactionRecorded)
def _(case: Case, event: e.ReactionRecorded) -> Case:
    delivery, kind = case.deliveries[event.delivery_id], event.reaction
    reaction = Reaction(kind=kind, words=event.words, by=event.by, at=event.at, person=event.person)
    case = with_delivery(case, event.delivery_id, reactions=(*delivery.reactions, reaction))
    if kind.is_ours:
        return case
    if kind is ReactionKind.REPLIED:
        # Perhaps a machine's: it says no more than that it arrived, and not even that of what
        # was returned.
        if delivery.state not in _ORDER:
            return case
        return with_delivery(
            case,
            event.delivery_id,
            state=_known(delivery, DeliveryState.DELIVERED),
            reached_at=delivery.reached_at or event.at,
        )
    changes: dict[str, object] = {
        "read_at": delivery.read_at or event.at,
        "reached_at": delivery.reached_at or event.at,
        "state": _known(delivery, DeliveryState.READ),
    }
    match kind:
        case ReactionKind.REJECTED:
            changes |= _refused(delivery, event)
        case ReactionKind.QUESTION:
            changes["acted_at"] = None
        case ReactionKind.PASSED_ON:
            changes["passed_on_at"] = delivery.passed_on_at or event.at
        case _:
            pass
    return with_delivery(case, event.delivery_id, **changes)


def _refused(delivery: Delivery, event: e.ReactionRecorded) -> dict[str, object]:
    """One person's refusal does not undo what another, who gave a name too, has confirmed."""
    others = tuple(one for one in delivery.persons if one != event.person)
    stands = bool(event.person and others) and delivery.state in _CONFIRMED
    return {
        "state": delivery.state if stands else DeliveryState.REFUSED,
        "persons": others,
        "acknowledged_at": delivery.acknowledged_at or event.at,
    }


@on(e.ActionRecorded)
def _(case: Case, event: e.ActionRecorded) -> Case:
    delivery = case.deliveries[event.delivery_id]
    acted = event.taken == "yes"
    state = _known(delivery, DeliveryState.ACTED_ON) if acted else delivery.state
    return with_delivery(
        case, event.delivery_id, action=event.taken, acted_at=event.at, state=state
    )


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
    if event.clock is Clock.SENDER_REPLY:
        case = silent(case, event.subject)
    return replace(case, lapses=case.lapses + 1)
