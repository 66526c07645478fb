"""Bringing a warning: to whom, how, what was told, what came back."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from tocsin.channels import checked_address
from tocsin.domain import commands as c
from tocsin.domain.actor import Role
from tocsin.domain.case import Recipient
from tocsin.domain.clocks import GONE
from tocsin.domain.kinds import Method, ReactionKind, Relation
from tocsin.domain.refusal import Refusal
from tocsin.domain.warning import ThreatWarning
from tocsin.store import people
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.case_triage import local, told_in, zones
from tocsin.web.pages.forms import Form


class Taken(StrEnum):
    """Whether protective action was taken."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def officers(at: At) -> list[people.Officer]:
    """Everybody who can sign in, by name."""
    with at.app.store.read() as db:
        found = [one for one in people.officers(db) if one.disabled_at_us is None]
    return sorted(found, key=lambda one: one.name.casefold())


def _owners(at: At) -> Mapping[str, Any]:
    owners = [one for one in officers(at) if Role.FOLLOW_UP_OWNER.value in one.roles]
    return {"officers": owners}


@step(
    "/follow-up",
    c.NameFollowUpOwner,
    title="Who follows up",
    button="Name the follow-up owner",
    show=lambda at: Form.showing(officer_id=at.case.follow_up_owner),
    more=_owners,
)
def name_owner(form: Form, at: At) -> c.NameFollowUpOwner:
    officer_id = form.text("officer_id", "Choose who follows up", longest=100)
    if officer_id not in {one.officer_id for one in _owners(at)["officers"]}:
        form.wrong("officer_id", "Choose an officer who may follow up")
    form.done()
    return c.NameFollowUpOwner(case_id=at.case_id, officer_id=officer_id)


def _victims(at: At) -> Mapping[str, Any]:
    return {"victims": list(at.case.victims.values())}


def _for_victim(at: At) -> Form:
    only = next(iter(at.case.victims), "") if len(at.case.victims) == 1 else ""
    return Form.showing(victim=at.query.get("victim", only), language="en")


@step(
    "/recipients/new",
    c.NameRecipient,
    title="Who is to be told, and how",
    button="Name the recipient",
    show=_for_victim,
    more=_victims,
)
def name_recipient(form: Form, at: At) -> c.NameRecipient:
    victim_id = form.text("victim", "Choose for whom", longest=100)
    if victim_id not in at.case.victims:
        form.wrong("victim", "Choose for whom")
    name = form.text("name", "Enter a name", longest=500)
    relation = form.choice("relation", Relation, "Choose who this is")
    method = form.choice("method", Method, "Choose how the warning is brought")
    address = form.text("address", "Enter an address, or where to meet", longest=500)
    if method is Method.EMAIL and address and "method" not in form.errors:
        try:
            address = checked_address(address)
        except Refusal as refusal:
            form.wrong("address", refusal.remedy or refusal.what)
    language = form.text("language", "Enter the language, such as en", longest=35)
    form.done()
    return c.NameRecipient(
        case_id=at.case_id,
        victim_id=victim_id,
        name=name,
        relation=relation,
        method=method,
        address=address,
        language=language,
    )


def to_plan(at: At) -> Iterator[tuple[ThreatWarning, Recipient]]:
    """Warnings in force and cancellations that a recipient has not been sent."""
    under_way = {
        (one.warning_id, one.recipient_id)
        for one in at.case.deliveries.values()
        if one.state not in GONE
    }
    for recipient in at.case.recipients.values():
        newest = at.case.newest_released(recipient.victim_id)
        if newest and (newest.warning_id, recipient.recipient_id) not in under_way:
            yield newest, recipient


def _plans(at: At) -> Mapping[str, Any]:
    return {"plans": list(to_plan(at)), "owner": at.case.follow_up_owner}


def _only_plan(at: At) -> Form:
    plans = [f"{w.warning_id}:{r.recipient_id}" for w, r in to_plan(at)]
    return Form.showing(plan=plans[0] if len(plans) == 1 else "")


@step(
    "/deliveries/new",
    c.PlanDelivery,
    title="Send a released warning on its way",
    button="Plan this delivery",
    show=_only_plan,
    more=_plans,
)
def plan_delivery(form: Form, at: At) -> c.PlanDelivery:
    plan = form.text("plan", "Choose what goes to whom", longest=200)
    warning_id, _, recipient_id = plan.partition(":")
    form.done()
    return c.PlanDelivery(case_id=at.case_id, warning_id=warning_id, recipient_id=recipient_id)


def _delivery(at: At) -> Mapping[str, Any]:
    delivery = at.delivery
    return {
        "delivery": delivery,
        "recipient": at.case.recipients[delivery.recipient_id],
        "warning": at.case.warnings[delivery.warning_id],
        **zones(at),
    }


def _now(at: At) -> Form:
    return Form.showing(told_at=local(at.app.clock(), told_in(at)), zone=told_in(at))


@step(
    "/deliveries/{delivery_id}/attest",
    c.AttestDelivery,
    title="Attest that it was told in person",
    button="Attest",
    show=_now,
    more=_delivery,
)
def attest(form: Form, at: At) -> c.AttestDelivery:
    to_whom = form.text("to_whom", "Enter whom you told", longest=500)
    told_at = form.instant("told_at", form.zone("zone"), "Enter when you told them")
    identity_check = form.text("identity_check", "Say how you knew who it was")
    understood = form.yes_no("understood", "Choose whether they understood")
    read_back = form.text("read_back")
    if understood and not read_back:
        form.wrong("read_back", "Enter what they said back to you")
    text_sha256 = form.text("text_sha256", longest=64)
    form.done()
    return c.AttestDelivery(
        case_id=at.case_id,
        delivery_id=at.delivery.delivery_id,
        to_whom=to_whom,
        told_at=told_at,
        text_sha256=text_sha256,
        identity_check=identity_check,
        understood=understood,
        read_back=read_back,
    )


@step(
    "/deliveries/{delivery_id}/cancel",
    c.CancelDelivery,
    title="Cancel a delivery",
    button="Cancel this delivery",
    more=_delivery,
    danger=True,
)
def cancel_delivery(form: Form, at: At) -> c.CancelDelivery:
    reason = form.text("reason", "Give your reason")
    form.done()
    return c.CancelDelivery(case_id=at.case_id, delivery_id=at.delivery.delivery_id, reason=reason)


@step(
    "/deliveries/{delivery_id}/reaction",
    c.RecordReaction,
    title="What the recipient said",
    button="Record their words",
    more=_delivery,
)
def record_reaction(form: Form, at: At) -> c.RecordReaction:
    kind = form.choice("kind", ReactionKind, "Choose what they said")
    words = form.text("words", "Enter their words")
    form.done()
    return c.RecordReaction(
        case_id=at.case_id, delivery_id=at.delivery.delivery_id, kind=kind, words=words
    )


@step(
    "/deliveries/{delivery_id}/action",
    c.RecordAction,
    title="What was done to protect them",
    button="Record it",
    more=_delivery,
)
def record_action(form: Form, at: At) -> c.RecordAction:
    taken = form.choice("taken", Taken, "Choose yes, no or unknown")
    words = form.text("words", "Say what was or was not done")
    form.done()
    return c.RecordAction(
        case_id=at.case_id, delivery_id=at.delivery.delivery_id, taken=taken.value, words=words
    )
