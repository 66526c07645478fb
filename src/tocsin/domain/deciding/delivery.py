"""Decisions on attempts to bring a warning: by a channel, or by hand."""

from datetime import timedelta

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case, Delivery, DeliveryState
from tocsin.domain.chasing import called_off, chase
from tocsin.domain.deciding.context import Context, decides, said, the_delivery
from tocsin.domain.deciding.intake import not_in_future
from tocsin.domain.deciding.planning import kept_together
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.delivering import Answered, Receipt
from tocsin.domain.evolving import evolve
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.telling import ANSWERED

MOST_ATTEMPTS = 12
_S = DeliveryState
_TRYING = frozenset({_S.PLANNED, _S.ATTEMPTED, _S.OPENED})
_MAY_FAIL_YET = frozenset({_S.ATTEMPTED, _S.HANDED_OVER, _S.OPENED})


def retry_delay(attempt: int) -> timedelta:
    """How long to wait after attempt `attempt` failed in passing; the first is 1.

    Doubles from 30 s and stops at 900 s, so that a channel that was down for an
    hour is retried within 15 minutes of recovering.
    """
    return timedelta(seconds=min(900, 30 * 2 ** (attempt - 1)))


@decides(c.StartAttempt, on_closed=True)
def start_attempt(case: Case, command: c.StartAttempt, ctx: Context) -> list[e.Event]:
    """Intent before act. An attempt found open means its worker died: outcome unknown."""
    delivery = the_delivery(case, command.delivery_id)
    if not _may_send(delivery):
        refuse(
            Code.DELIVERY_SETTLED,
            "Nothing was sent: this delivery is settled.",
            "Nothing needs to be done.",
        )
    return _started(case, delivery, ctx)


@decides(c.StartAttempts, on_closed=True)
def start_attempts(case: Case, command: c.StartAttempts, ctx: Context) -> list[e.Event]:
    happened: list[e.Event] = []
    for delivery_id in command.delivery_ids:
        delivery = the_delivery(case, delivery_id)
        sends = _may_send(delivery)
        began = _started(case, delivery, ctx) if sends else _left_open(delivery, ctx)
        case = evolve(case, began)
        happened += began
    return happened


def _left_open(delivery: Delivery, ctx: Context) -> list[e.Event]:
    """What a sender that died left behind; it may have arrived, and may be answered by now."""
    if not delivery.attempt_open:
        return []
    detail = "the sender stopped before the channel's answer was recorded"
    named = {"delivery_id": delivery.delivery_id, "attempt": delivery.attempts, **ctx.stamp}
    return [e.AttemptOutcomeUnknown(**named, detail=detail)]


def _started(case: Case, delivery: Delivery, ctx: Context) -> list[e.Event]:
    happened = _left_open(delivery, ctx)
    if delivery.attempts >= MOST_ATTEMPTS:
        # Its senders died again and again; somebody must look before a thirteenth does.
        failed = e.AttemptFailed(
            **ctx.stamp,
            delivery_id=delivery.delivery_id,
            attempt=delivery.attempts,
            reason="given-up",
            detail="the sender stopped each time before the channel's answer was recorded",
            retry_at=None,
        )
        return [*happened, *_chased(case, [*happened, failed], delivery, ctx)]
    if why := called_off(case, case.warnings[delivery.warning_id]):
        named = {"delivery_id": delivery.delivery_id, **ctx.stamp}
        return [*happened, e.DeliveryCancelled(**named, reason=why)]
    started = e.AttemptStarted(
        **ctx.stamp,
        delivery_id=delivery.delivery_id,
        attempt=delivery.attempts + 1,
        key=delivery.key,
    )
    return [*happened, started]


def _chased(case: Case, happened: list[e.Event], delivery: Delivery, ctx: Context) -> list[e.Event]:
    """The last of `happened`, and what follows when it has ended the delivery for good."""
    after = evolve(case, happened)
    ended = after.deliveries[delivery.delivery_id]
    follows: list[e.Event] = []
    if ended.state is DeliveryState.FAILED and delivery.state is not DeliveryState.FAILED:
        follows = chase(after, ended, at=ctx.now, by=ctx.by.named)
    return [happened[-1], *follows]


def _may_try(delivery: Delivery) -> bool:
    """Whether nothing is known to have arrived. A scanner on the way may open the link of a
    message that its server then turns away, so that alone ends no trying."""
    return delivery.reached_at is None and delivery.state in _TRYING


def _may_send(delivery: Delivery) -> bool:
    return not delivery.method.by_hand and _may_try(delivery)


@decides(c.RecordAttempt, on_closed=True)
def record_attempt(case: Case, command: c.RecordAttempt, ctx: Context) -> list[e.Event]:
    """What the channel answered; a failure in passing is retried, at most twelve times."""
    delivery = the_delivery(case, command.delivery_id)
    if not delivery.attempt_open or command.attempt != delivery.attempts:
        refuse(
            Code.DELIVERY_SETTLED,
            "Nothing was recorded: this attempt is not the open one.",
            "Nothing needs to be done.",
        )
    return _chased(case, [_outcome(command, ctx)], delivery, ctx)


@decides(c.RecordAttempts, on_closed=True)
def record_attempts(case: Case, command: c.RecordAttempts, ctx: Context) -> list[e.Event]:
    happened: list[e.Event] = []
    for answer in command.answers:
        delivery = the_delivery(case, answer.delivery_id)
        if delivery.attempt_open and answer.attempt == delivery.attempts:
            ended = _chased(case, [_outcome(answer, ctx)], delivery, ctx)
            case = evolve(case, ended)
            happened += ended
    return happened


def _outcome(answer: c.RecordAttempt | Answered, ctx: Context) -> e.Event:
    named = {"delivery_id": answer.delivery_id, "attempt": answer.attempt, **ctx.stamp}
    if answer.result == "handed_over":
        return e.AttemptHandedOver(**named, provider_id=answer.provider_id, detail=answer.detail)
    last = answer.attempt >= MOST_ATTEMPTS
    retry_at = None if last else ctx.now + retry_delay(answer.attempt)
    if answer.result == "unknown" and not last:
        return e.AttemptOutcomeUnknown(**named, detail=answer.detail, retry_at=retry_at)
    if answer.result not in ("passing", "permanent", "unknown"):
        raise ValueError(f"no such result of an attempt: {answer.result}")
    return e.AttemptFailed(
        **named,
        reason=answer.reason,
        detail=answer.detail,
        retry_at=None if answer.result == "permanent" else retry_at,
    )


@decides(c.RecordHandAttempt)
def record_hand_attempt(case: Case, command: c.RecordHandAttempt, ctx: Context) -> list[e.Event]:
    """Nobody was there. Without `again`, the next way is tried at once."""
    delivery = the_delivery(case, command.delivery_id)
    if not delivery.method.by_hand or not _may_try(delivery):
        refuse(
            Code.DELIVERY_SETTLED,
            "Nothing was recorded: this delivery does not wait to be brought by hand.",
            "Look at the deliveries.",
        )
    not_in_future(command.tried_at, ctx, "the time of the attempt")
    attempt = delivery.attempts + 1
    named = {"delivery_id": delivery.delivery_id, "attempt": attempt, **ctx.stamp}
    again = command.again and attempt < MOST_ATTEMPTS
    started = e.AttemptStarted(**named, key=delivery.key)
    failed = e.AttemptFailed(
        **named,
        reason="not-met",
        detail=said(command.words, "what happened"),
        retry_at=ctx.now + retry_delay(attempt) if again else None,
    )
    return [started, *_chased(case, [started, failed], delivery, ctx)]


@decides(c.RecordReceipt, on_closed=True)
def record_receipt(case: Case, command: c.RecordReceipt, ctx: Context) -> list[e.Event]:
    """News of a message handed over, each kind once; what is known already is no news."""
    delivery = the_delivery(case, command.delivery_id)
    if not delivery.attempts or _is_known(delivery, command):
        return []
    reported = e.ReceiptReported(
        **ctx.stamp,
        delivery_id=delivery.delivery_id,
        receipt=command.receipt,
        provider_id=command.provider_id,
        detail=command.detail,
    )
    return _chased(case, [reported], delivery, ctx)


def _is_known(delivery: Delivery, command: c.RecordReceipt) -> bool:
    match command.receipt:
        case Receipt.UNDELIVERABLE:
            # That it was opened says nothing here: a scanner before the mailbox does so too.
            arrived = delivery.delivered_at is not None
            return arrived or delivery.state not in _MAY_FAIL_YET
        case Receipt.DISPLAYED:
            return delivery.opened_at is not None and delivery.delivered_at is not None
        case _:
            counted = command.provider_id in delivery.parts_delivered
            strange = delivery.awaits_parts and command.provider_id not in delivery.parts
            return delivery.delivered_at is not None or counted or strange


@decides(c.AttestDelivery)
def attest(case: Case, command: c.AttestDelivery, ctx: Context) -> list[e.Event]:
    """A named officer says when, to whom, which words, and how they knew whom they met.

    Given up or cancelled, a meeting that took place all the same is attested.
    """
    delivery = the_delivery(case, command.delivery_id)
    if not delivery.method.by_hand or delivery.state in ANSWERED:
        refuse(
            Code.DELIVERY_SETTLED,
            "Nothing was attested: this delivery does not wait to be made in person.",
            "Look at the deliveries.",
        )
    if command.text_sha256 != delivery.text_sha256:
        refuse(
            Code.WORDS_CHANGED,
            "Nothing was attested: these are not the words that were released.",
            "Read the released words to the recipient.",
        )
    not_in_future(command.told_at, ctx, "the time of the meeting")
    release = the_warning(case, delivery.warning_id).release
    if release is None or command.told_at < release.released_at:
        refuse(
            Code.BAD_VALUE,
            "Nothing was attested: the meeting was before these words were released.",
            "Check the date, the time and the zone; what was said earlier belongs in a remark.",
        )
    return [
        e.DeliveryAttested(
            **ctx.stamp,
            delivery_id=delivery.delivery_id,
            to_whom=said(command.to_whom, "to whom it was told", 500),
            told_at=command.told_at,
            text_sha256=command.text_sha256,
            identity_check=said(command.identity_check, "how identity was checked"),
            understood=command.understood,
            read_back=said(command.read_back, "what was read back") if command.understood else "",
        )
    ]


@decides(c.CancelDelivery)
def cancel_delivery(case: Case, command: c.CancelDelivery, ctx: Context) -> list[e.Event]:
    delivery = the_delivery(case, command.delivery_id)
    opened = delivery.state is DeliveryState.OPENED
    if delivery.attempt_open or opened or not _may_try(delivery):
        refuse(
            Code.DELIVERY_SETTLED,
            "Nothing was cancelled: this delivery may have reached somebody, or is over.",
            "Send an update or a cancellation of the warning instead.",
        )
    kept_together(case, delivery)
    reason = said(command.reason, "a reason")
    return [e.DeliveryCancelled(**ctx.stamp, delivery_id=delivery.delivery_id, reason=reason)]
