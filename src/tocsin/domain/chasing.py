"""What silence or failure leads to: the next way, the next person, whoever is responsible.

A person decided the order when they planned; nothing here adds anybody to it. It ends: one
warning goes to one recipient by one way at most once of itself, and of each there are few.
"""

from collections.abc import Sequence
from datetime import datetime

from tocsin.domain.case import Case, Chain, Delivery, DeliveryState, Recipient
from tocsin.domain.clocks import is_satisfied
from tocsin.domain.delivering import REPLACED, STOOD_DOWN
from tocsin.domain.events import ChaseExhausted, DeliveryPlanned, Event
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import AnswerRule, Matter, WindowDecision
from tocsin.domain.parity import Parity
from tocsin.domain.telling import ANSWERED, GONE
from tocsin.domain.warning import ThreatWarning, WarningKind


def planned(
    case: Case,
    recipient: Recipient,
    *,
    warning_id: str,
    number: int,
    at: datetime,
    by: str,
    way: int = 0,
    chain_id: str = "",
    after: str = "",
) -> DeliveryPlanned:
    """Plan delivery `number` of the case: quiet where it is night, unless it is imminent.

    Nor is it quiet where nobody may be told before the others, nor until it is too late.
    """
    warning = case.warnings[warning_id]
    release, window = warning.release, warning.draft.words.window
    if release is None:
        raise ValueError("only released words are brought")
    delivery_id = f"{case.case_id}-d{number}"
    together = release.parity is not None and release.parity.parity is Parity.TOLD_TOGETHER
    hurry = together or case.clock_urgency is Urgency.IMMINENT
    quiet = None if hurry else recipient.quiet
    morning = quiet.until(at, recipient.zone) if quiet else None
    too_late = window.opens if window.opens > at else window.closes
    method = recipient.ways[way].method
    return DeliveryPlanned(
        by=by,
        at=at,
        delivery_id=delivery_id,
        warning_id=warning_id,
        recipient_id=recipient.recipient_id,
        method=method,
        key=delivery_id,
        text_sha256=release.text_sha256,
        way=way,
        chain_id=chain_id,
        after=after,
        not_before=morning if morning and morning < too_late else None,
    )


def chase(case: Case, delivery: Delivery, *, at: datetime, by: str) -> list[Event]:
    """What follows when `delivery` has failed for good, is refused where another may answer,
    or nobody has answered it in time."""
    chain = chain_of(case, delivery)
    sent = [one for one in case.deliveries.values() if one.warning_id == delivery.warning_id]
    if _is_over(case, chain, delivery, sent, at):
        return []
    step = _next_way(case, delivery, sent, at) or _next_person(case, chain, delivery, sent, at)
    if step is not None:
        whom, way = step
        return [
            planned(
                case,
                whom,
                warning_id=delivery.warning_id,
                number=len(case.deliveries) + 1,
                at=at,
                by=by,
                way=way,
                chain_id=delivery.chain_id,
                after=delivery.delivery_id,
            )
        ]
    if delivery.exhausted:
        return []
    return [
        ChaseExhausted(
            by=by, at=at, delivery_id=delivery.delivery_id, recipient_id=delivery.recipient_id
        )
    ]


def chain_of(case: Case, delivery: Delivery) -> Chain:
    """The chain a delivery belongs to; one planned by itself is a chain of its recipient."""
    alone = Chain(
        chain_id="",
        warning_id=delivery.warning_id,
        recipient_ids=(delivery.recipient_id,),
        rule=AnswerRule.EACH,
    )
    return case.chains.get(delivery.chain_id, alone)


def _is_over(
    case: Case, chain: Chain, delivery: Delivery, sent: Sequence[Delivery], at: datetime
) -> bool:
    """Paused, answered by this recipient or enough others, followed up already, or at an end.

    A pause bears with silence; it does not hold up what has failed. A follow-up that somebody
    cancelled is none.
    """
    silent = delivery.state is not DeliveryState.FAILED
    if silent and delivery.paused_until and delivery.paused_until > at:
        return True
    if any(
        one.after == delivery.delivery_id and one.state is not DeliveryState.CANCELLED
        for one in sent
    ):
        return True
    if chain.rule is AnswerRule.EACH and any(
        one.state in ANSWERED for one in sent if one.recipient_id == delivery.recipient_id
    ):
        return True
    return _is_ended(case, delivery, at) or is_satisfied(case, chain, delivery.victim_id)


def called_off(case: Case, warning: ThreatWarning) -> str:
    """Why words that wait do not go out any more; "" while they do. A cancellation always goes."""
    if case.is_replaced(warning):
        return REPLACED
    stood_down = case.window_decisions.get(warning.warning_id) is WindowDecision.STAND_DOWN
    return STOOD_DOWN if stood_down and warning.kind is not WarningKind.CANCEL else ""


def _is_ended(case: Case, delivery: Delivery, at: datetime) -> bool:
    """Closed, replaced, waived, stood down, or of a time that is past: nothing more is sent."""
    warning = case.warnings[delivery.warning_id]
    if not case.is_open or called_off(case, warning):
        return True
    if warning.kind is WarningKind.CANCEL:
        return False
    standing = case.victims[delivery.victim_id].determination
    past = warning.draft.words.window.closes <= at
    return standing is None or standing.matter is not Matter.WARN or past


def _next_way(
    case: Case, delivery: Delivery, sent: Sequence[Delivery], at: datetime
) -> tuple[Recipient, int] | None:
    """The best of the ways not tried yet; none to somebody who has refused."""
    theirs = [one for one in sent if one.recipient_id == delivery.recipient_id]
    if any(one.state in ANSWERED for one in theirs):
        return None
    return _best_left(case.recipients[delivery.recipient_id], delivery, theirs, at)


def _next_person(
    case: Case, chain: Chain, delivery: Delivery, sent: Sequence[Delivery], at: datetime
) -> tuple[Recipient, int] | None:
    """The next of the chain to whom nothing of this warning goes yet; of one victim alone."""
    told = {
        one.recipient_id
        for one in sent
        if one.state not in GONE or one.attempts or one.chain_id == chain.chain_id
    }
    first = chain.recipient_ids if chain.rule is AnswerRule.ANY else ()
    for recipient_id in (*first, *chain.fallback_ids):
        recipient = case.recipients[recipient_id]
        if recipient_id in told or recipient.victim_id != delivery.victim_id:
            continue
        theirs = [one for one in sent if one.recipient_id == recipient_id]
        if step := _best_left(recipient, delivery, theirs, at):
            return step
    return None


def _best_left(
    recipient: Recipient, silent: Delivery, theirs: Sequence[Delivery], at: datetime
) -> tuple[Recipient, int] | None:
    """The first way left, by another method than the silent one and with a key that holds
    where there is such a one."""
    tried = {one.way for one in theirs}

    def drawbacks(way: int) -> tuple[bool, bool]:
        key, method = recipient.ways[way].key, recipient.ways[way].method
        return key is not None and key.is_expired(at), method is silent.method

    left = [way for way in range(len(recipient.ways)) if way not in tried]
    return (recipient, min(left, key=drawbacks)) if left else None
