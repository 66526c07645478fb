"""Decisions on bringing a warning, and on what comes back."""

from datetime import timedelta

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case, Delivery, DeliveryState
from tocsin.domain.clocks import GONE
from tocsin.domain.deciding.context import Context, decides, said, the_delivery, the_victim
from tocsin.domain.deciding.intake import not_in_future
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.kinds import Matter, Method, ReactionKind
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.warning import ThreatWarning, WarningKind

MOST_ATTEMPTS = 12
MOST_REACTIONS = 100


def retry_delay(attempt: int) -> timedelta:
    """How long to wait after attempt `attempt` failed in passing; the first is 1.

    Doubles from 30 s and stops at 900 s, so that a channel that was down for an
    hour is retried within 15 minutes of recovering.
    """
    return timedelta(seconds=min(900, 30 * 2 ** (attempt - 1)))


@decides(c.NameFollowUpOwner)
def name_follow_up_owner(case: Case, command: c.NameFollowUpOwner, ctx: Context) -> list[e.Event]:
    officer_id = said(command.officer_id, "an officer", 100)
    return [e.FollowUpOwnerNamed(**ctx.stamp, officer_id=officer_id)]


@decides(c.NameRecipient)
def name_recipient(case: Case, command: c.NameRecipient, ctx: Context) -> list[e.Event]:
    the_victim(case, command.victim_id)
    return [
        e.RecipientNamed(
            **ctx.stamp,
            recipient_id=f"r{len(case.recipients) + 1}",
            victim_id=command.victim_id,
            name=said(command.name, "a name", 500),
            relation=command.relation,
            method=command.method,
            address=said(command.address, "an address or a place to meet", 500),
            language=command.language,
        )
    ]


@decides(c.PlanDelivery)
def plan_delivery(case: Case, command: c.PlanDelivery, ctx: Context) -> list[e.Event]:
    """Only released words, only to a recipient for their victim, only with an owner named."""
    warning = the_warning(case, command.warning_id)
    if warning.release is None:
        refuse(
            Code.WARNING_NOT_RELEASED,
            "No delivery was planned: the warning has not been released.",
            "Have its words released first.",
        )
    if case.is_replaced(warning):
        refuse(
            Code.WORDS_CHANGED,
            "No delivery was planned: another warning has replaced these words.",
            "Bring the newest released warning.",
        )
    if not case.follow_up_owner:
        refuse(
            Code.FOLLOW_UP_OWNER_MISSING,
            "No delivery was planned: nobody is named to follow up.",
            "Name the follow-up owner first.",
        )
    recipient = case.recipients.get(command.recipient_id)
    if recipient is None or recipient.victim_id not in warning.victim_ids:
        refuse(
            Code.RECIPIENT_UNKNOWN,
            "No delivery was planned: the warning is not for this recipient.",
            "Choose a recipient named for one of its victims.",
        )
    _still_to_be_warned(case, warning, recipient.victim_id)
    for delivery in case.deliveries.values():
        same = (delivery.warning_id, delivery.recipient_id)
        if same == (command.warning_id, command.recipient_id) and delivery.state not in GONE:
            refuse(
                Code.DELIVERY_SETTLED,
                "No delivery was planned: this recipient's delivery is under way.",
                "Look at the deliveries.",
            )
    delivery_id = f"{case.case_id}-d{len(case.deliveries) + 1}"
    return [
        e.DeliveryPlanned(
            **ctx.stamp,
            delivery_id=delivery_id,
            warning_id=warning.warning_id,
            recipient_id=recipient.recipient_id,
            method=recipient.method,
            key=delivery_id,
            text_sha256=warning.release.text_sha256,
        )
    ]


def _still_to_be_warned(case: Case, warning: ThreatWarning, victim_id: str) -> None:
    """What was waived after its release does not go out; a cancellation always may."""
    standing = case.victims[victim_id].determination
    if warning.kind is WarningKind.CANCEL or (standing and standing.matter is Matter.WARN):
        return
    refuse(
        Code.NOT_DETERMINED_TO_WARN,
        "No delivery was planned: no determination to warn stands for this victim.",
        "Propose to warn and have it confirmed.",
    )


@decides(c.StartAttempt, on_closed=True)
def start_attempt(case: Case, command: c.StartAttempt, ctx: Context) -> list[e.Event]:
    """Intent before act. An attempt found open means its worker died: outcome unknown."""
    delivery = the_delivery(case, command.delivery_id)
    if delivery.method is not Method.EMAIL or not _may_try(delivery):
        refuse(
            Code.DELIVERY_SETTLED,
            "Nothing was sent: this delivery is settled.",
            "Nothing needs to be done.",
        )
    happened: list[e.Event] = []
    if delivery.attempt_open:
        happened.append(
            e.AttemptOutcomeUnknown(
                **ctx.stamp,
                delivery_id=delivery.delivery_id,
                attempt=delivery.attempts,
                detail="the sender stopped before the channel's answer was recorded",
            )
        )
    if delivery.attempts >= MOST_ATTEMPTS:
        # Its senders died again and again; somebody must look before a thirteenth does.
        return [
            *happened,
            e.AttemptFailed(
                **ctx.stamp,
                delivery_id=delivery.delivery_id,
                attempt=delivery.attempts,
                reason="given-up",
                detail="the sender stopped each time before the channel's answer was recorded",
                retry_at=None,
            ),
        ]
    if _is_replaced(case, delivery):
        reason = "newer words have replaced these; nothing more was sent"
        return [
            *happened,
            e.DeliveryCancelled(**ctx.stamp, delivery_id=delivery.delivery_id, reason=reason),
        ]
    started = e.AttemptStarted(
        **ctx.stamp,
        delivery_id=delivery.delivery_id,
        attempt=delivery.attempts + 1,
        key=delivery.key,
    )
    return [*happened, started]


def _is_replaced(case: Case, delivery: Delivery) -> bool:
    newest = case.newest_released(delivery.victim_id)
    return newest is not None and newest.warning_id != delivery.warning_id


def _may_try(delivery: Delivery) -> bool:
    return delivery.state in (DeliveryState.PLANNED, DeliveryState.ATTEMPTED)


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
    named = {"delivery_id": delivery.delivery_id, "attempt": command.attempt, **ctx.stamp}
    if command.result == "handed_over":
        return [
            e.AttemptHandedOver(**named, provider_id=command.provider_id, detail=command.detail)
        ]
    last = command.attempt >= MOST_ATTEMPTS
    retry_at = None if last else ctx.now + retry_delay(command.attempt)
    if command.result == "unknown" and not last:
        return [e.AttemptOutcomeUnknown(**named, detail=command.detail, retry_at=retry_at)]
    if command.result not in ("passing", "permanent", "unknown"):
        raise ValueError(f"no such result of an attempt: {command.result}")
    return [
        e.AttemptFailed(
            **named,
            reason=command.reason,
            detail=command.detail,
            retry_at=None if command.result == "permanent" else retry_at,
        )
    ]


@decides(c.AttestDelivery)
def attest(case: Case, command: c.AttestDelivery, ctx: Context) -> list[e.Event]:
    """A named officer says when, to whom, which words, and how they knew whom they met."""
    delivery = the_delivery(case, command.delivery_id)
    if delivery.method is not Method.IN_PERSON or delivery.state not in (
        DeliveryState.PLANNED,
        DeliveryState.TOLD,
    ):
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
    if delivery.attempt_open or not _may_try(delivery):
        refuse(
            Code.DELIVERY_SETTLED,
            "Nothing was cancelled: this delivery may have reached somebody, or is over.",
            "Send an update or a cancellation of the warning instead.",
        )
    reason = said(command.reason, "a reason")
    return [e.DeliveryCancelled(**ctx.stamp, delivery_id=delivery.delivery_id, reason=reason)]


@decides(c.Visit, on_closed=True)
def visit(case: Case, command: c.Visit, ctx: Context) -> list[e.Event]:
    """Only the first visit is an event: a link fetched a million times is no news."""
    delivery = the_delivery(case, command.delivery_id)
    if delivery.opened_at:
        return []
    return [e.LinkOpened(**ctx.stamp, delivery_id=delivery.delivery_id)]


@decides(c.Acknowledge, on_closed=True)
def acknowledge(case: Case, command: c.Acknowledge, ctx: Context) -> list[e.Event]:
    """Late answers count; a second one changes nothing."""
    delivery = the_delivery(case, command.delivery_id)
    if delivery.acknowledged_at:
        return []
    window = the_warning(case, delivery.warning_id).draft.words.window
    return [
        e.Acknowledged(
            **ctx.stamp,
            delivery_id=delivery.delivery_id,
            text_sha256=delivery.text_sha256,
            late=ctx.now > window.closes,
        )
    ]


@decides(c.React, on_closed=True)
def react(case: Case, command: c.React, ctx: Context) -> list[e.Event]:
    return _reaction(case, command, ctx)


@decides(c.RecordReaction, on_closed=True)
def record_reaction(case: Case, command: c.RecordReaction, ctx: Context) -> list[e.Event]:
    if not the_delivery(case, command.delivery_id).attempts:
        refuse(
            Code.DELIVERY_NOT_MADE,
            "Nothing was recorded: this delivery has not been attempted.",
            "Attest the meeting first, or record the answer where the warning was brought.",
        )
    return _reaction(case, command, ctx)


def _reaction(case: Case, command: c.React | c.RecordReaction, ctx: Context) -> list[e.Event]:
    """Kept word for word. A question to a closed case opens it: somebody asks for help."""
    delivery = the_delivery(case, command.delivery_id)
    if len(delivery.reactions) >= MOST_REACTIONS:
        refuse(
            Code.TOO_MANY_TRIES,
            f"Nothing was recorded: {MOST_REACTIONS} answers are kept for this delivery.",
            "Call the number in the warning.",
        )
    words = said(command.words, "your words")
    happened: list[e.Event] = [
        e.ReactionRecorded(
            **ctx.stamp, delivery_id=delivery.delivery_id, reaction=command.kind, words=words
        )
    ]
    if not case.is_open and command.kind is ReactionKind.QUESTION:
        happened.append(e.CaseReopened(**ctx.stamp, reason="the recipient asks a question"))
    return happened
