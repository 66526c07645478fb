"""Decisions on what comes back from a recipient: late answers count, and none is overwritten."""

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case, Delivery, DeliveryState
from tocsin.domain.chasing import chain_of, chase
from tocsin.domain.deciding.context import Context, decides, said, the_delivery
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.evolving import evolve
from tocsin.domain.kinds import AnswerRule, ReactionKind
from tocsin.domain.refusal import Code, refuse

MOST_REACTIONS = MOST_PERSONS = 100
MOST_REPLIES = 50
"""Of the reactions; machines that answer machines leave room for people."""


@decides(c.Visit, on_closed=True)
def visit(case: Case, command: c.Visit, ctx: Context) -> list[e.Event]:
    """Only the first visit is an event: a link fetched a million times is no news."""
    delivery = the_delivery(case, command.delivery_id)
    if delivery.opened_at:
        return []
    return [e.LinkOpened(**ctx.stamp, delivery_id=delivery.delivery_id)]


@decides(c.Acknowledge, on_closed=True)
def acknowledge(case: Case, command: c.Acknowledge, ctx: Context) -> list[e.Event]:
    """A second confirmation by the same person changes nothing; by another one it counts too,
    and so does one by whoever refused before.
    """
    delivery = the_delivery(case, command.delivery_id)
    person = command.person.strip()[:200]
    another = person and person not in delivery.persons and len(delivery.persons) < MOST_PERSONS
    after_all = delivery.state is DeliveryState.REFUSED
    if delivery.acknowledged_at and not another and not after_all:
        return []
    window = the_warning(case, delivery.warning_id).draft.words.window
    return [
        e.Acknowledged(
            **ctx.stamp,
            delivery_id=delivery.delivery_id,
            text_sha256=delivery.text_sha256,
            late=ctx.now > window.closes,
            person=person,
        )
    ]


@decides(c.React, on_closed=True)
def react(case: Case, command: c.React, ctx: Context) -> list[e.Event]:
    if command.kind.is_ours:
        refuse(
            Code.BAD_VALUE,
            "Nothing was recorded: this is what an officer says.",
            "Choose what you want to tell us.",
        )
    return _reaction(case, command.delivery_id, command.kind, command.words, ctx, command.person)


@decides(c.RecordReaction, on_closed=True)
def record_reaction(case: Case, command: c.RecordReaction, ctx: Context) -> list[e.Event]:
    delivery = the_delivery(case, command.delivery_id)
    if not delivery.attempts and delivery.reached_at is None:
        refuse(
            Code.DELIVERY_NOT_MADE,
            "Nothing was recorded: this delivery has not been attempted.",
            "Attest the meeting first, or record the answer where the warning was brought.",
        )
    return _reaction(case, command.delivery_id, command.kind, command.words, ctx)


@decides(c.RecordReply, on_closed=True)
def record_reply(case: Case, command: c.RecordReply, ctx: Context) -> list[e.Event]:
    """Words that came back by the channel. A copy of the last ones is the same reply."""
    delivery = the_delivery(case, command.delivery_id)
    replies = [one for one in delivery.reactions if one.kind is ReactionKind.REPLIED]
    full = max(len(replies) / MOST_REPLIES, len(delivery.reactions) / MOST_REACTIONS) >= 1
    if full or (replies and replies[-1].words == command.words.strip()):
        return []
    return _reaction(case, command.delivery_id, ReactionKind.REPLIED, command.words, ctx)


def _turned_to_another(
    case: Case, happened: list[e.Event], delivery: Delivery, ctx: Context
) -> list[e.Event]:
    """Where any one is enough, a refusal is not it: the next is told at once."""
    after = evolve(case, happened).deliveries[delivery.delivery_id]
    refuses = after.state is DeliveryState.REFUSED and delivery.state is not after.state
    if not refuses or chain_of(case, after).rule is not AnswerRule.ANY:
        return []
    return chase(evolve(case, happened), after, at=ctx.now, by=ctx.by.named)


def _reaction(
    case: Case, delivery_id: str, kind: ReactionKind, words: str, ctx: Context, person: str = ""
) -> list[e.Event]:
    """Kept word for word. A question to a closed case opens it: somebody asks for help."""
    delivery = the_delivery(case, delivery_id)
    if len(delivery.reactions) >= MOST_REACTIONS:
        refuse(
            Code.TOO_MANY_TRIES,
            f"Nothing was recorded: {MOST_REACTIONS} answers are kept for this delivery.",
            "Call the number in the warning.",
        )
    happened: list[e.Event] = [
        e.ReactionRecorded(
            **ctx.stamp,
            delivery_id=delivery.delivery_id,
            reaction=kind,
            words=said(words, "your words"),
            person=person.strip()[:200],
        )
    ]
    happened += _turned_to_another(case, happened, delivery, ctx)
    if not case.is_open and kind in (ReactionKind.QUESTION, ReactionKind.REPLIED):
        asks = "asks a question" if kind is ReactionKind.QUESTION else "has written back"
        happened.append(e.CaseReopened(**ctx.stamp, reason=f"the recipient {asks}"))
    return happened
