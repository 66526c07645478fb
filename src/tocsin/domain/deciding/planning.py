"""Decisions on whom to warn, by which ways, in which order, and on when not to chase."""

from datetime import timedelta

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case, Delivery, Recipient, deadline_key
from tocsin.domain.chasing import planned
from tocsin.domain.deciding.context import Context, decides, said, the_delivery, the_victim
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.deciding.requiring import known_requirements
from tocsin.domain.directory import Way, is_zone
from tocsin.domain.duty import Clock
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import AnswerRule, Matter
from tocsin.domain.parity import Parity
from tocsin.domain.phrases import checked_language
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.telling import GONE
from tocsin.domain.warning import ThreatWarning, WarningKind

MOST_WAYS, MOST_AT_ONCE = 12, 1_000
LONGEST_PAUSE = {
    Urgency.IMMINENT: timedelta(hours=2),
    Urgency.NEAR: timedelta(days=1),
    Urgency.LATER: timedelta(days=7),
}
"""How long nobody need chase; ours, an eighth to a half of the window the urgency stands for."""


@decides(c.NameFollowUpOwner)
def name_follow_up_owner(case: Case, command: c.NameFollowUpOwner, ctx: Context) -> list[e.Event]:
    officer_id = said(command.officer_id, "an officer", 100)
    return [e.FollowUpOwnerNamed(**ctx.stamp, officer_id=officer_id)]


@decides(c.NameRecipient)
def name_recipient(case: Case, command: c.NameRecipient, ctx: Context) -> list[e.Event]:
    the_victim(case, command.victim_id)
    address = said(command.address, "an address or a place to meet", 2_000)
    ways = command.ways or (Way(method=command.method, address=address),)
    if len(ways) > MOST_WAYS or (ways[0].method, ways[0].address) != (command.method, address):
        refuse(
            Code.BAD_VALUE,
            "No recipient was named: the ways do not begin with the method and address given.",
            f"Give at most {MOST_WAYS} ways, the first one first.",
        )
    if not is_zone(command.zone):
        refuse(
            Code.BAD_VALUE,
            "No recipient was named: there is no such time zone.",
            "Use the name of a zone such as Europe/Paris, or UTC.",
        )
    return [
        e.RecipientNamed(
            **ctx.stamp,
            recipient_id=f"r{len(case.recipients) + 1}",
            victim_id=command.victim_id,
            name=said(command.name, "a name", 500),
            relation=command.relation,
            method=command.method,
            address=address,
            language=checked_language(command.language),
            ways=ways,
            contact_id=command.contact_id,
            zone=command.zone,
            quiet=command.quiet,
            inside=command.inside,
            passes_on=command.passes_on,
            answers=known_requirements(case, command.answers),
        )
    ]


@decides(c.PlanDelivery)
def plan_delivery(case: Case, command: c.PlanDelivery, ctx: Context) -> list[e.Event]:
    """Only released words, only to a recipient for their victim, only with an owner named."""
    warning = to_bring(case, command.warning_id)
    recipient = _to_tell(case, warning, command.recipient_id, _under_way(case, warning))
    _by_way(recipient, command.way, ctx)
    _in_parity(case, warning, [recipient])
    number = len(case.deliveries) + 1
    return [_planned(case, warning, recipient, ctx, number, way=command.way)]


@decides(c.PlanDeliveries)
def plan_deliveries(case: Case, command: c.PlanDeliveries, ctx: Context) -> list[e.Event]:
    """Everybody at one instant; where any one is enough and there is time, one after another.

    A key that has expired holds up nobody else: that attempt fails at once, and loudly.
    """
    warning = to_bring(case, command.warning_id)
    everybody = (*command.recipient_ids, *command.fallback_ids)
    if not command.recipient_ids or len(set(everybody)) < len(everybody):
        refuse(
            Code.RECIPIENT_UNKNOWN,
            "No delivery was planned: nobody is named, or somebody twice.",
            "Choose each recipient once.",
        )
    if len(everybody) > MOST_AT_ONCE:
        refuse(
            Code.RECIPIENT_UNKNOWN,
            f"No delivery was planned: one plan holds at most {MOST_AT_ONCE:,} recipients.",
            "Plan the rest separately, or publish to a list.",
        )
    under_way = _under_way(case, warning)
    told = [_to_tell(case, warning, one, under_way) for one in everybody]
    told = told[: len(command.recipient_ids)]
    if command.rule is AnswerRule.ANY and not _is_together(warning):
        told = _first_ones(case, told)
    _in_parity(case, warning, told)
    chain_id = f"c{len(case.chains) + 1}"
    chain = e.ChainPlanned(
        **ctx.stamp,
        chain_id=chain_id,
        warning_id=warning.warning_id,
        recipient_ids=command.recipient_ids,
        rule=command.rule,
        fallback_ids=command.fallback_ids,
    )
    first = len(case.deliveries) + 1
    return [
        chain,
        *(
            _planned(case, warning, one, ctx, number, chain_id=chain_id)
            for number, one in enumerate(told, first)
        ),
    ]


def _first_ones(case: Case, told: list[Recipient]) -> list[Recipient]:
    """The first for each victim, where there is time to ask one after another."""
    if case.clock_urgency is Urgency.IMMINENT:
        return told
    return list({one.victim_id: one for one in reversed(told)}.values())[::-1]


def _planned(
    case: Case,
    warning: ThreatWarning,
    recipient: Recipient,
    ctx: Context,
    number: int,
    *,
    way: int = 0,
    chain_id: str = "",
) -> e.DeliveryPlanned:
    return planned(
        case,
        recipient,
        warning_id=warning.warning_id,
        number=number,
        at=ctx.now,
        by=ctx.by.named,
        way=way,
        chain_id=chain_id,
    )


def to_bring(case: Case, warning_id: str) -> ThreatWarning:
    warning = the_warning(case, warning_id)
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
    return warning


def _under_way(case: Case, warning: ThreatWarning) -> set[str]:
    return {
        one.recipient_id
        for one in case.deliveries.values()
        if one.warning_id == warning.warning_id and one.state not in GONE
    }


def _to_tell(
    case: Case, warning: ThreatWarning, recipient_id: str, under_way: set[str]
) -> Recipient:
    recipient = case.recipients.get(recipient_id)
    if recipient is None or recipient.victim_id not in warning.victim_ids:
        refuse(
            Code.RECIPIENT_UNKNOWN,
            "No delivery was planned: the warning is not for this recipient.",
            "Choose a recipient named for one of its victims.",
        )
    still_to_be_warned(case, warning, recipient.victim_id)
    if recipient_id in under_way:
        refuse(
            Code.DELIVERY_SETTLED,
            "No delivery was planned: this recipient's delivery is under way.",
            "Look at the deliveries.",
        )
    return recipient


def _by_way(recipient: Recipient, way: int, ctx: Context) -> None:
    if not 0 <= way < len(recipient.ways):
        refuse(
            Code.NO_SUCH_WAY,
            "No delivery was planned: the recipient cannot be reached in this way.",
            "Choose one of the ways that are named for them.",
        )
    key = recipient.ways[way].key
    if key and key.is_expired(ctx.now):
        refuse(
            Code.KEY_EXPIRED,
            "No delivery was planned: the key for encrypting to this recipient has expired.",
            "Ask them for a new key and put it in the directory, or choose another way.",
        )


def still_to_be_warned(case: Case, warning: ThreatWarning, victim_id: str) -> None:
    """What was waived after its release does not go out; a cancellation always may."""
    standing = case.victims[victim_id].determination
    if warning.kind is WarningKind.CANCEL or (standing and standing.matter is Matter.WARN):
        return
    refuse(
        Code.NOT_DETERMINED_TO_WARN,
        "No delivery was planned: no determination to warn stands for this victim.",
        "Propose to warn and have it confirmed.",
    )


def _in_parity(case: Case, warning: ThreatWarning, told: list[Recipient]) -> None:
    """Where those outside are to be told together with the house's own, none of these goes first.

    Nor where nobody inside was to be told at all; but then it is no reason to tell nobody.
    """
    answer = warning.release.parity if warning.release else None
    nobody = answer is not None and answer.parity is Parity.NOBODY_INSIDE
    if not any(one.inside for one in told) or not (nobody or _is_together(warning)):
        return
    under_way = _under_way(case, warning) | {one.recipient_id for one in told}
    outside = [
        one
        for one in case.recipients.values()
        if not one.inside and one.victim_id in warning.victim_ids
    ]
    listed = any(
        one.warning_id == warning.warning_id and not one.cancelled
        for one in case.dispatches.values()
    )
    if not (outside or listed or nobody) or any(
        one.recipient_id not in under_way for one in outside
    ):
        refuse(
            Code.PARITY_BROKEN,
            "No delivery was planned: this warning goes to those outside at the same time.",
            "Plan them together: choose every recipient outside, or name them first.",
        )


def _is_together(warning: ThreatWarning) -> bool:
    answer = warning.release.parity if warning.release else None
    return answer is not None and answer.parity is Parity.TOLD_TOGETHER


def kept_together(case: Case, delivery: Delivery) -> None:
    """Nobody outside is left out once those inside are being told. Refuses PARITY_BROKEN."""
    warning, theirs = case.warnings[delivery.warning_id], case.recipients[delivery.recipient_id]
    inside = any(case.recipients[one].inside for one in _under_way(case, warning))
    if _is_together(warning) and inside and not theirs.inside:
        refuse(
            Code.PARITY_BROKEN,
            "Nothing was cancelled: this warning goes to those outside at the same time.",
            "Cancel the deliveries to your own first.",
        )


@decides(c.PauseChasing)
def pause_chasing(case: Case, command: c.PauseChasing, ctx: Context) -> list[e.Event]:
    """Only with a reason and an end, and never beyond what the urgency allows."""
    delivery = the_delivery(case, command.delivery_id)
    if deadline_key(Clock.RECEIPT, delivery.delivery_id) not in case.deadlines:
        refuse(
            Code.NOT_CHASED,
            "Nothing was paused: this delivery is answered, over or followed by another.",
            "Look at the deliveries.",
        )
    latest = ctx.now + LONGEST_PAUSE[case.clock_urgency]
    if not ctx.now < command.until <= latest:
        refuse(
            Code.BAD_VALUE,
            "Nothing was paused: a pause ends later than now and soon enough to warn in time.",
            f"Choose an end within {LONGEST_PAUSE[case.clock_urgency]} from now.",
        )
    reason = said(command.reason, "a reason")
    paused = e.ChasePaused(
        **ctx.stamp, delivery_id=delivery.delivery_id, until=command.until, reason=reason
    )
    return [paused]


@decides(c.ResumeChasing)
def resume_chasing(case: Case, command: c.ResumeChasing, ctx: Context) -> list[e.Event]:
    delivery = the_delivery(case, command.delivery_id)
    if delivery.paused_until is None:
        refuse(
            Code.NOT_CHASED,
            "Nothing was resumed: chasing this delivery is not paused.",
            "Look at the deliveries.",
        )
    reason = said(command.reason, "a reason")
    return [e.ChaseResumed(**ctx.stamp, delivery_id=delivery.delivery_id, reason=reason)]
