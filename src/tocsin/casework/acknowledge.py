"""The recipient's door: a link nobody can guess, and a code that a machine does not type."""

from dataclasses import dataclass

from tocsin.casework import genuine
from tocsin.casework.handle import handle
from tocsin.casework.house import App
from tocsin.casework.reads import case_of
from tocsin.casework.release import Released, released_for
from tocsin.domain.actor import Actor, ActorKind
from tocsin.domain.case import Case, Delivery, Recipient
from tocsin.domain.commands import Acknowledge, React, Visit
from tocsin.domain.kinds import ReactionKind
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.warning import WarningKind
from tocsin.identity import links
from tocsin.store import deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """What the holder of a link may see: the released words and their own answers.

    `followed_by` is the kind of the newest warning that has replaced these words, so that
    nobody acts on words that no longer stand; None while none has.
    """

    delivery: Delivery
    recipient: Recipient
    released: Released
    followed_by: WarningKind | None


def visit(app: App, token: str) -> Portal:
    """Open the page. It is noted once, and is no acknowledgement."""
    case, delivery = _behind(app, token)
    if delivery.opened_at is None:
        command = Visit(case_id=case.case_id, delivery_id=delivery.delivery_id)
        case = handle(app, command, recipient_of(delivery))
    return _portal(case, delivery.delivery_id)


def acknowledge(app: App, token: str, typed: str, person: str = "") -> Portal:
    """Confirm with the code of the message. Refuses CODE_WRONG and TOO_MANY_TRIES."""
    case, delivery = _checked(app, token, typed)
    command = Acknowledge(case_id=case.case_id, delivery_id=delivery.delivery_id, person=person)
    case = handle(app, command, recipient_of(delivery))
    return _portal(case, delivery.delivery_id)


def answer(
    app: App, token: str, typed: str, kind: ReactionKind, words: str, person: str = ""
) -> Portal:
    """Say what one will do, ask, or reject; with the code, so that it is the recipient's word."""
    case, delivery = _checked(app, token, typed)
    command = React(
        case_id=case.case_id,
        delivery_id=delivery.delivery_id,
        kind=kind,
        words=words,
        person=person,
    )
    case = handle(app, command, recipient_of(delivery))
    return _portal(case, delivery.delivery_id)


def proof(app: App, token: str) -> str:
    """The `.tlog-proof` of the words behind the link. Refuses LINK_UNKNOWN."""
    case, delivery = _behind(app, token)
    return genuine.proof(app, case.case_id, delivery.warning_id)


def words(app: App, token: str) -> str:
    """The exact words behind the link, for a file beside the proof. Refuses LINK_UNKNOWN."""
    return released_for(*_behind(app, token)).text


def _checked(app: App, token: str, typed: str) -> tuple[Case, Delivery]:
    case, delivery = _behind(app, token)
    links.try_code(
        app.store,
        app.keys.links,
        delivery_id=delivery.delivery_id,
        text_sha256=delivery.text_sha256,
        typed=typed,
        now=app.clock(),
    )
    return case, delivery


def _behind(app: App, token: str) -> tuple[Case, Delivery]:
    delivery_id = links.delivery_of(app.keys.links, token)
    row = None
    if delivery_id is not None:
        with app.store.read() as db:
            row = deliveries.delivery(db, delivery_id)
    if row is None:
        refuse(
            Code.LINK_UNKNOWN,
            "This page does not exist.",
            "Use the whole link of the message, or call the number in it.",
        )
    case = case_of(app, row.case_id)
    return case, case.deliveries[row.delivery_id]


def _portal(case: Case, delivery_id: str) -> Portal:
    delivery = case.deliveries[delivery_id]
    newest = genuine.follower(case, delivery.warning_id)
    return Portal(
        delivery=delivery,
        recipient=case.recipients[delivery.recipient_id],
        released=released_for(case, delivery),
        followed_by=newest.kind if newest else None,
    )


def recipient_of(delivery: Delivery) -> Actor:
    """Whoever holds the link and the code of a delivery."""
    return Actor(kind=ActorKind.RECIPIENT, actor_id=delivery.delivery_id)
