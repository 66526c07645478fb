"""What is kept and what is destroyed: legal holds, and the proposal to destroy a closed case."""

from collections.abc import Mapping
from typing import Any

from tocsin.domain import commands as c
from tocsin.domain.deciding.context import the_hold
from tocsin.domain.deciding.retention import LONGEST_AUTHORITY
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.forms import Form


def _authority(form: Form) -> str:
    ask = "Enter the law, the court or the order, with its number"
    return form.text("authority", ask, longest=LONGEST_AUTHORITY)


@step(
    "/holds/new",
    c.PlaceLegalHold,
    title="Place a legal hold",
    button="Place the hold",
)
def place_hold(form: Form, at: At) -> c.PlaceLegalHold:
    authority = _authority(form)
    reason = form.text("reason", "Give your reason")
    form.done()
    return c.PlaceLegalHold(case_id=at.case_id, authority=authority, reason=reason)


def _hold(at: At) -> Mapping[str, Any]:
    return {"hold": the_hold(at.case, at.ids["hold_id"])}


@step(
    "/holds/{hold_id}/lift",
    c.LiftLegalHold,
    title="Lift a legal hold",
    button="Lift the hold",
    more=_hold,
    danger=True,
)
def lift_hold(form: Form, at: At) -> c.LiftLegalHold:
    reason = form.text("reason", "Give your reason")
    form.done()
    return c.LiftLegalHold(case_id=at.case_id, hold_id=at.ids["hold_id"], reason=reason)


@step(
    "/destruction",
    c.ProposeDestruction,
    title="Destroy the case",
    button="Propose to destroy",
    danger=True,
)
def propose_destruction(form: Form, at: At) -> c.ProposeDestruction:
    authority = _authority(form)
    reason = form.text("reason", "Give your reason")
    form.done()
    return c.ProposeDestruction(case_id=at.case_id, authority=authority, reason=reason)
