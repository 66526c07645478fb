"""What comes back, and how long silence is borne: pauses, answers, what was done."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from tocsin.domain import commands as c
from tocsin.domain.deciding.planning import LONGEST_PAUSE
from tocsin.domain.kinds import ReactionKind
from tocsin.web.pages.case_deliver import about
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.case_triage import local, told_in, zones
from tocsin.web.pages.forms import Form


class Taken(StrEnum):
    """Whether protective action was taken."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def _span(at: At) -> Mapping[str, Any]:
    longest = LONGEST_PAUSE[at.case.clock_urgency]
    return {**about(at), **zones(at), "longest": longest, "latest": at.app.clock() + longest}


def _longest(at: At) -> Form:
    return Form.showing(zone=told_in(at), until=local(_span(at)["latest"], told_in(at)))


@step(
    "/deliveries/{delivery_id}/pause",
    c.PauseChasing,
    title="Pause the chasing",
    button="Pause until then",
    show=_longest,
    more=_span,
)
def pause_chasing(form: Form, at: At) -> c.PauseChasing:
    until = form.instant("until", form.zone("zone"), "Enter when it goes on")
    reason = form.text("reason", "Give your reason")
    now = at.app.clock()
    if not now < until <= now + LONGEST_PAUSE[at.case.clock_urgency]:
        form.wrong("until", "Choose an end after now and within the time allowed")
    form.done()
    return c.PauseChasing(
        case_id=at.case_id, delivery_id=at.delivery.delivery_id, until=until, reason=reason
    )


@step(
    "/deliveries/{delivery_id}/resume",
    c.ResumeChasing,
    title="Go on chasing",
    button="Go on now",
    more=about,
)
def resume_chasing(form: Form, at: At) -> c.ResumeChasing:
    reason = form.text("reason", "Give your reason")
    form.done()
    return c.ResumeChasing(case_id=at.case_id, delivery_id=at.delivery.delivery_id, reason=reason)


def _asked_for(at: At) -> Form:
    return Form.showing(kind=at.query.get("kind", ""))


@step(
    "/deliveries/{delivery_id}/reaction",
    c.RecordReaction,
    title="What was said",
    button="Record the words",
    show=_asked_for,
    more=about,
)
def record_reaction(form: Form, at: At) -> c.RecordReaction:
    kind = form.choice("kind", ReactionKind, "Choose what was said")
    words = form.text("words", "Enter the words")
    form.done()
    return c.RecordReaction(
        case_id=at.case_id, delivery_id=at.delivery.delivery_id, kind=kind, words=words
    )


@step(
    "/deliveries/{delivery_id}/action",
    c.RecordAction,
    title="What was done to protect them",
    button="Record it",
    more=about,
)
def record_action(form: Form, at: At) -> c.RecordAction:
    taken = form.choice("taken", Taken, "Choose yes, no or unknown")
    words = form.text("words", "Say what was or was not done")
    form.done()
    return c.RecordAction(
        case_id=at.case_id, delivery_id=at.delivery.delivery_id, taken=taken.value, words=words
    )
