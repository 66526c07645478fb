"""Whom the duty itself requires to be told: which of those named that is, or why nobody."""

from collections.abc import Mapping
from typing import Any

from tocsin.domain import commands as c
from tocsin.domain.deciding.requiring import known_requirements
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.forms import Form

NOBODY = "nobody"


def _named(at: At) -> Mapping[str, Any]:
    (name,) = known_requirements(at.case, (at.ids["requirement"],))
    return {
        "victim": at.victim,
        "requirement": next(one for one in at.case.must_tell if one.name == name),
        "recipients": [
            one for one in at.case.recipients.values() if one.victim_id == at.victim.victim_id
        ],
    }


@step(
    "/victims/{victim_id}/required/{requirement}",
    c.AnswerRequirement,
    title="Somebody whom the duty requires to be told",
    button="Put it on the record",
    more=_named,
)
def answer_requirement(form: Form, at: At) -> c.AnswerRequirement:
    who = form.text("recipient", "Choose who it is, or that nobody is told", longest=100)
    reason = form.text("reason", "Say why nobody is told" if who == NOBODY else "")
    if who and who != NOBODY and reason:
        form.wrong("reason", "Leave the reason empty, or choose that nobody is told")
    form.done()
    return c.AnswerRequirement(
        case_id=at.case_id,
        victim_id=at.victim.victim_id,
        requirement=at.ids["requirement"],
        recipient_id="" if who == NOBODY else who,
        reason=reason,
    )
