"""Sending a released warning on its way: to whom, by which rule, and who is turned to next."""

from collections.abc import Mapping
from typing import Any

from tocsin.domain import commands as c
from tocsin.domain.actor import Role
from tocsin.domain.kinds import AnswerRule
from tocsin.store import people
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.case_told import goes_together, is_listed, to_plan
from tocsin.web.pages.forms import Form

FALLBACKS = (1, 2, 3)
MOST_LISTED = 100
"""Recipients beyond these are sent to all together, or named in the address."""


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


def _plans(at: At) -> Mapping[str, Any]:
    plans = list(to_plan(at.case))[:MOST_LISTED]
    return {"plans": plans, "owner": at.case.follow_up_owner, "now": at.app.clock()}


def _only_plan(at: At) -> Form:
    plans = [f"{w.warning_id}:{r.recipient_id}" for w, r in to_plan(at.case)]
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
    """`plan` is the warning, the recipient and, but for the first, the number of the way."""
    plan = form.text("plan", "Choose what goes to whom", longest=200)
    warning_id, _, rest = plan.partition(":")
    recipient_id, _, way = rest.partition(":")
    form.done()
    return c.PlanDelivery(
        case_id=at.case_id,
        warning_id=warning_id,
        recipient_id=recipient_id,
        way=int(way) if way.isdecimal() and len(way) < 3 else 0,
    )


def _warning_id(at: At) -> str:
    """The warning to send: the one that the address names, or the first that anybody waits for."""
    waiting = list(dict.fromkeys(warning.warning_id for warning, _ in to_plan(at.case)))
    asked = at.query.get("warning", "")
    return asked if asked in waiting else next(iter(waiting), "")


def _together(at: At) -> Mapping[str, Any]:
    everybody = list(to_plan(at.case))
    warning_id = _warning_id(at)
    theirs = [one for warning, one in everybody if warning.warning_id == warning_id]
    warning = at.case.warnings.get(warning_id)
    others = {one.warning_id for one, _ in everybody} - {warning_id}
    outside = [
        one
        for one in at.case.recipients.values()
        if warning and not one.inside and one.victim_id in warning.victim_ids
    ]
    return {
        "warning": warning,
        "warning_id": warning_id,
        "others": sorted(others),
        "recipients": theirs[:MOST_LISTED],
        "count": len(theirs),
        "owner": at.case.follow_up_owner,
        "together": warning is not None and goes_together(at.case, warning),
        "listed": warning is not None and is_listed(at.case, warning),
        "outside": outside,
        "fallbacks": FALLBACKS,
        "now": at.app.clock(),
    }


def _outside_first(at: At) -> Form:
    """Those outside are chosen where they are told together; else everybody who is named."""
    more = _together(at)
    chosen = [one for one in more["recipients"] if not (more["together"] and one.inside)]
    return Form.showing(
        warning=more["warning_id"],
        to=tuple(one.recipient_id for one in chosen),
        rule=AnswerRule.EACH.value,
    )


@step(
    "/deliveries/together",
    c.PlanDeliveries,
    title="Send a released warning to several",
    button="Send it on its way",
    show=_outside_first,
    more=_together,
)
def plan_deliveries(form: Form, at: At) -> c.PlanDeliveries:
    warning_id = form.text("warning", "Choose the warning", longest=100)
    waiting = [one for warning, one in to_plan(at.case) if warning.warning_id == warning_id]
    chosen = form.many("to")
    if form.ticked("everybody"):
        chosen = tuple(one.recipient_id for one in waiting)
    if not chosen:
        form.wrong("to", "Choose to whom it goes")
    rule = form.choice("rule", AnswerRule, "Choose who must answer")
    fallbacks = tuple(filter(None, (form.text(f"next_{n}", longest=100) for n in FALLBACKS)))
    for number in FALLBACKS:
        if form.value(f"next_{number}") in (*chosen, *_before(form, number)):
            form.wrong(f"next_{number}", "Choose somebody to whom it does not go already")
    form.done()
    return c.PlanDeliveries(
        case_id=at.case_id,
        warning_id=warning_id,
        recipient_ids=tuple(dict.fromkeys(chosen)),
        rule=rule,
        fallback_ids=fallbacks,
    )


def _before(form: Form, number: int) -> list[str]:
    return [found for n in FALLBACKS if n < number and (found := form.value(f"next_{n}"))]


def about(at: At) -> Mapping[str, Any]:
    """The delivery that a step is about, its recipient and its warning."""
    delivery = at.delivery
    return {
        "delivery": delivery,
        "recipient": at.case.recipients[delivery.recipient_id],
        "warning": at.case.warnings[delivery.warning_id],
    }


@step(
    "/deliveries/{delivery_id}/cancel",
    c.CancelDelivery,
    title="Cancel a delivery",
    button="Cancel this delivery",
    more=about,
    danger=True,
)
def cancel_delivery(form: Form, at: At) -> c.CancelDelivery:
    reason = form.text("reason", "Give your reason")
    form.done()
    return c.CancelDelivery(case_id=at.case_id, delivery_id=at.delivery.delivery_id, reason=reason)
