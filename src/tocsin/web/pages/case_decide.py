"""Determining for one victim: propose, confirm, reject, and alone when it cannot wait."""

from collections.abc import Mapping
from typing import Any

from tocsin.domain import commands as c
from tocsin.domain.duty import Duty, Ground
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import Matter
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.serial import instant_text
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.case_triage import zones
from tocsin.web.pages.forms import Form

READ = "Tick that you have read the findings and the reports"


def _victim(at: At) -> Mapping[str, Any]:
    """The victim, and what else may be determined for them now."""
    victim = at.victim
    return {
        "victim": victim,
        "no_duty": victim.duty is Duty.NOT_OWED and victim.determination is None,
        "waive": victim.findings is not None and victim.determination is None,
        "alone": at.case.clock_urgency is Urgency.IMMINENT and at.may("warn_alone"),
        "grounds": at.policy.grounds,
    }


@step(
    "/victims/{victim_id}/determination",
    c.ProposeDetermination,
    title="What is to be done for this victim",
    button="Propose to warn",
    more=_victim,
)
def propose_to_warn(form: Form, at: At) -> c.ProposeDetermination:
    return _propose(form, at, Matter.WARN)


@step(
    "/victims/{victim_id}/no-duty",
    c.ProposeDetermination,
    title="No duty is owed",
    button="Propose that no duty is owed",
    more=_victim,
    danger=True,
)
def propose_no_duty(form: Form, at: At) -> c.ProposeDetermination:
    return _propose(form, at, Matter.NO_DUTY)


def _propose(form: Form, at: At, matter: Matter) -> c.ProposeDetermination:
    reason = form.text("reason", "Give your reason")
    if matter is not Matter.WARN:
        form.ticked("confirmed", READ)
    form.done()
    return c.ProposeDetermination(
        case_id=at.case_id, victim_id=at.victim.victim_id, matter=matter, reason=reason
    )


def _ground(at: At) -> Mapping[str, Any]:
    return {**_victim(at), "ground": the_ground(at), **zones(at)}


def the_ground(at: At) -> Ground:
    code = at.ids["ground"]
    if code not in at.policy.grounds:
        refuse(
            Code.GROUND_UNKNOWN,
            "Nothing was proposed: the policy pack has no such ground.",
            "Choose one of the grounds on the page of the determination.",
        )
    return at.policy.grounds[code]


@step(
    "/victims/{victim_id}/waive/{ground}",
    c.ProposeDetermination,
    title="Waive the warning",
    button="Propose to waive",
    more=_ground,
    show=lambda _: Form.showing(zone="UTC"),
    danger=True,
)
def propose_to_waive(form: Form, at: At) -> c.ProposeDetermination:
    """Each particular is asked in its own kind; the pack decides what they are worth."""
    ground = the_ground(at)
    particulars: dict[str, str] = {}
    zone = form.zone("zone") if any(need.kind == "instant" for need in ground.needs) else None
    for need in ground.needs:
        if need.kind == "instant" and zone is not None:
            particulars[need.name] = instant_text(form.instant(need.name, zone))
        elif need.kind == "yes_no":
            particulars[need.name] = "yes" if form.yes_no(need.name) else "no"
        else:
            particulars[need.name] = form.text(need.name, "Enter this", longest=4_000)
    reason = form.text("reason", "Give your reason")
    form.ticked("confirmed", READ)
    form.done()
    return c.ProposeDetermination(
        case_id=at.case_id,
        victim_id=at.victim.victim_id,
        matter=Matter.WAIVE,
        reason=reason,
        ground=ground.code,
        particulars=particulars,
    )


@step(
    "/victims/{victim_id}/warn-alone",
    c.WarnAlone,
    title="Break glass: determine alone to warn",
    button="Break the glass: warn now",
    more=_victim,
    danger=True,
)
def warn_alone(form: Form, at: At) -> c.WarnAlone:
    reason = form.text("reason", "Say why it cannot wait for a second officer")
    form.ticked("confirmed", "Tick that you take this on yourself")
    form.done()
    return c.WarnAlone(case_id=at.case_id, victim_id=at.victim.victim_id, reason=reason)


@step(
    "/victims/{victim_id}/review-alone",
    c.ReviewBreakGlass,
    title="Review what was determined alone",
    button="Record the review",
    more=_victim,
)
def review_alone(form: Form, at: At) -> c.ReviewBreakGlass:
    upheld = form.yes_no("upheld", "Choose whether you uphold it")
    words = form.text("words", "Say what you found")
    form.done()
    return c.ReviewBreakGlass(
        case_id=at.case_id, victim_id=at.victim.victim_id, upheld=upheld, words=words
    )


def _proposal(at: At) -> Mapping[str, Any]:
    proposal = at.proposal
    return {
        "proposal": proposal,
        "victim": at.case.victims.get(proposal.victim_id),
        "ground": at.policy.grounds.get(proposal.ground),
    }


Confirming = type[
    c.ConfirmDetermination
    | c.ConfirmStandDown
    | c.ConfirmClosing
    | c.ConfirmUrgency
    | c.ConfirmDestruction
    | c.ConfirmWatchEnd
]
CONFIRMING: Mapping[Matter, Confirming] = {
    Matter.STAND_DOWN: c.ConfirmStandDown,
    Matter.CLOSING: c.ConfirmClosing,
    Matter.DESTRUCTION: c.ConfirmDestruction,
    Matter.LOWER_URGENCY: c.ConfirmUrgency,
    Matter.WATCH_END: c.ConfirmWatchEnd,
}


def _confirming(at: At) -> Confirming:
    return CONFIRMING.get(at.proposal.matter, c.ConfirmDetermination)


@step(
    "/proposals/{proposal_id}/confirm",
    _confirming,
    title="Confirm a proposal",
    button="Confirm",
    more=_proposal,
    danger=True,
)
def confirm(form: Form, at: At) -> c.Command:
    form.ticked("confirmed", READ)
    form.done()
    return _confirming(at)(case_id=at.case_id, proposal_id=at.proposal.proposal_id)


@step(
    "/proposals/{proposal_id}/reject",
    c.RejectDetermination,
    title="Reject a proposal",
    button="Reject",
    more=_proposal,
)
def reject(form: Form, at: At) -> c.RejectDetermination:
    reason = form.text("reason", "Give your reason")
    form.done()
    return c.RejectDetermination(
        case_id=at.case_id, proposal_id=at.proposal.proposal_id, reason=reason
    )
