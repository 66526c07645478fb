"""After the warning: the window's end, outcome, reviews, closing; and who may know."""

from collections.abc import Mapping
from typing import Any

from tocsin.domain import commands as c
from tocsin.domain.deciding.follow_up import blanks
from tocsin.domain.kinds import OutcomeKind, WindowDecision
from tocsin.web.pages.case_deliver import officers
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.forms import Form


def _warning(at: At) -> Mapping[str, Any]:
    return {"warning": at.warning}


@step(
    "/warnings/{warning_id}/window",
    c.DecideWindow,
    title="Decide on the window",
    button="Decide",
    more=_warning,
)
def decide_window(form: Form, at: At) -> c.DecideWindow:
    decision = form.choice("decision", WindowDecision, "Choose one of the three")
    reason = form.text("reason", "Give your reason")
    form.done()
    return c.DecideWindow(
        case_id=at.case_id, warning_id=at.warning.warning_id, decision=decision, reason=reason
    )


@step("/outcome", c.RecordOutcome, title="What came of the threat", button="Record the outcome")
def record_outcome(form: Form, at: At) -> c.RecordOutcome:
    outcome = form.choice("outcome", OutcomeKind, "Choose what came of it; unknown is an answer")
    claims = form.text("claims", "Enter what is claimed")
    source = form.text("source", "Enter who claims it")
    form.done()
    return c.RecordOutcome(case_id=at.case_id, outcome=outcome, claims=claims, source=source)


@step("/review", c.RecordReview, title="Review the case", button="Record the review")
def record_review(form: Form, at: At) -> c.RecordReview:
    words = form.text("words", "Say what you looked at and what follows")
    form.done()
    return c.RecordReview(case_id=at.case_id, words=words)


def _blanks(at: At) -> Mapping[str, Any]:
    return {"blanks": blanks(at.case)}


@step(
    "/closing",
    c.ProposeClosing,
    title="Close the case",
    button="Propose to close",
    more=_blanks,
    danger=True,
)
def propose_closing(form: Form, at: At) -> c.ProposeClosing:
    reason = form.text("reason", "Give your reason")
    form.done()
    return c.ProposeClosing(case_id=at.case_id, reason=reason)


@step("/remark", c.RecordRemark, title="A remark or a dissent", button="Put it on the record")
def record_remark(form: Form, at: At) -> c.RecordRemark:
    words = form.text("words", "Enter your words")
    dissent = form.ticked("dissent")
    form.done()
    return c.RecordRemark(case_id=at.case_id, words=words, dissent=dissent)


def _strangers(at: At) -> Mapping[str, Any]:
    return {"officers": [one for one in officers(at) if one.officer_id not in at.case.members]}


@step(
    "/members",
    c.AdmitOfficer,
    title="Admit an officer to the case",
    button="Admit",
    more=_strangers,
)
def admit_officer(form: Form, at: At) -> c.AdmitOfficer:
    officer_id = form.text("officer_id", "Choose an officer", longest=100)
    if officer_id not in {one.officer_id for one in _strangers(at)["officers"]}:
        form.wrong("officer_id", "Choose an officer who is not admitted yet")
    reason = form.text("reason", "Say why they need to know")
    form.done()
    return c.AdmitOfficer(case_id=at.case_id, officer_id=officer_id, reason=reason)


@step("/restriction", c.RestrictCase, title="Who may see this case", button="Change who may see it")
def restrict_case(form: Form, at: At) -> c.RestrictCase:
    restricted = form.yes_no("restricted", "Choose who may see it")
    reason = form.text("reason", "Give your reason")
    form.done()
    return c.RestrictCase(case_id=at.case_id, restricted=restricted, reason=reason)
