"""Decisions by two people: warn, waive, no duty; and break-glass, to warn only."""

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case, Proposal, Victim
from tocsin.domain.clocks import is_under_way
from tocsin.domain.deciding.context import (
    Context,
    decides,
    said,
    the_open_proposal,
    the_victim,
    two_people,
)
from tocsin.domain.deciding.intake import not_in_future
from tocsin.domain.duty import Clock, Duty
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import Matter
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.serial import instant

PER_VICTIM = frozenset({Matter.WARN, Matter.WAIVE, Matter.NO_DUTY})


@decides(c.ProposeDetermination)
def propose(case: Case, command: c.ProposeDetermination, ctx: Context) -> list[e.Event]:
    victim = the_victim(case, command.victim_id)
    if command.matter not in PER_VICTIM:
        refuse(
            Code.BAD_VALUE,
            "Nothing was proposed: a determination is to warn, to waive or that no duty is owed.",
            "Choose one of the three.",
        )
    if case.open_proposal(victim.victim_id):
        refuse(
            Code.ALREADY_PROPOSED,
            "Nothing was proposed: a proposal for this victim waits for an answer.",
            "Confirm or reject it first.",
        )
    _not_settled_otherwise(case, victim, command.matter)
    if command.matter is Matter.WAIVE:
        _may_waive(case, victim, ctx.by.actor_id)
        _ground_is_met(command, ctx)
    if command.matter is Matter.NO_DUTY:
        _no_duty_is_owed(victim)
    return [
        e.Proposed(
            **ctx.stamp,
            proposal_id=f"p{len(case.proposals) + 1}",
            matter=command.matter,
            victim_id=victim.victim_id,
            unit=ctx.by.unit,
            reason=said(command.reason, "a reason"),
            ground=command.ground if command.matter is Matter.WAIVE else "",
            particulars=command.particulars if command.matter is Matter.WAIVE else {},
            pack_hash=ctx.policy.pack_hash,
        )
    ]


@decides(c.ConfirmDetermination)
def confirm(case: Case, command: c.ConfirmDetermination, ctx: Context) -> list[e.Event]:
    """Confirm the proposed determination. Two people, always; checked again as of now."""
    proposal = the_open_proposal(case, command.proposal_id)
    if proposal.matter not in PER_VICTIM:
        refuse(
            Code.BAD_VALUE,
            "Nothing was decided: this proposal is about the case, not about a victim.",
            "Confirm it where it was made.",
        )
    two_people(proposal, ctx)
    victim = the_victim(case, proposal.victim_id)
    _not_settled_otherwise(case, victim, proposal.matter)
    expires_at = None
    if proposal.matter is Matter.WAIVE:
        for officer_id in (proposal.by, ctx.by.actor_id):
            _may_waive(case, victim, officer_id)
        _two_units(proposal, ctx)
        expires_at = ctx.now + ctx.policy.interval(Clock.WAIVER_EXPIRY, case.clock_urgency)
    if proposal.matter is Matter.NO_DUTY:
        _no_duty_is_owed(victim)
    return [
        e.Confirmed(
            **ctx.stamp,
            proposal_id=proposal.proposal_id,
            unit=ctx.by.unit,
            expires_at=expires_at,
            pack_hash=ctx.policy.pack_hash,
        )
    ]


@decides(c.RejectDetermination, on_closed=True)
def reject(case: Case, command: c.RejectDetermination, ctx: Context) -> list[e.Event]:
    """Reject a proposal about a victim or about the case; its author may withdraw it so."""
    proposal = the_open_proposal(case, command.proposal_id)
    reason = said(command.reason, "a reason")
    return [e.Rejected(**ctx.stamp, proposal_id=proposal.proposal_id, reason=reason)]


@decides(c.WarnAlone)
def warn_alone(case: Case, command: c.WarnAlone, ctx: Context) -> list[e.Event]:
    """Break-glass. There is none to waive."""
    victim = the_victim(case, command.victim_id)
    _not_settled_otherwise(case, victim, Matter.WARN)
    if case.clock_urgency is not Urgency.IMMINENT:
        refuse(
            Code.NOT_IMMINENT,
            "Nothing was determined: one officer alone may warn only of an imminent threat.",
            "Propose to warn, or set the urgency to imminent with your reason.",
        )
    return [
        e.WarnedAlone(
            **ctx.stamp,
            victim_id=victim.victim_id,
            unit=ctx.by.unit,
            reason=said(command.reason, "a reason"),
            pack_hash=ctx.policy.pack_hash,
        )
    ]


@decides(c.ReviewBreakGlass)
def review_break_glass(case: Case, command: c.ReviewBreakGlass, ctx: Context) -> list[e.Event]:
    determination = the_victim(case, command.victim_id).determination
    if determination is None or not determination.alone or determination.reviewed_by:
        refuse(
            Code.NOTHING_TO_REVIEW,
            "Nothing was reviewed: nobody's lone determination waits here.",
            "Look at the case again.",
        )
    if determination.by == ctx.by.actor_id:
        refuse(
            Code.SAME_OFFICER,
            "Nothing was reviewed: you made this determination yourself.",
            "Ask another determining officer to review it.",
        )
    happened: list[e.Event] = [
        e.BreakGlassReviewed(
            **ctx.stamp,
            victim_id=command.victim_id,
            acted_by=determination.by,
            upheld=command.upheld,
            words=said(command.words, "the review's words"),
        )
    ]
    if not command.upheld and case.newest_released(command.victim_id) is None:
        happened.append(
            e.DeterminationSetAside(
                **ctx.stamp, victim_id=command.victim_id, reason="the review did not uphold it"
            )
        )
    return happened


def _not_settled_otherwise(case: Case, victim: Victim, matter: Matter) -> None:
    """Toward warning the way is open; away from it only while no warning is under way."""
    standing = victim.determination
    if standing is None or (matter is Matter.WARN and standing.matter is not Matter.WARN):
        return
    away = standing.matter is Matter.WARN and matter is not Matter.WARN
    if away and not is_under_way(case, victim.victim_id):
        return
    refuse(
        Code.ALREADY_DETERMINED,
        "Nothing was determined: a determination stands for this victim.",
        "A waiver may be replaced by a proposal to warn, a determination to warn by a waiver "
        "only while no delivery is planned or made; after that the warning is cancelled.",
    )


def _may_waive(case: Case, victim: Victim, officer_id: str) -> None:
    """Asked of both: the proposer may have analysed or acquired something since."""
    if victim.findings is None:
        refuse(
            Code.FINDINGS_MISSING,
            "No waiver: this victim's findings have not been recorded.",
            "Record the five findings first.",
        )
    if officer_id in case.analysts:
        refuse(
            Code.ANALYST_MAY_NOT_WAIVE,
            "No waiver: one of its two officers analysed this case.",
            "Officers who did not may propose and confirm it.",
        )
    if officer_id in case.source_owners:
        refuse(
            Code.SOURCE_OWNER_MAY_NOT_WAIVE,
            "No waiver: one of its two officers acquired a report of this case, and may object, "
            "not waive.",
            "Put an objection on the record as a dissent.",
        )


def _ground_is_met(command: c.ProposeDetermination, ctx: Context) -> None:
    if command.ground not in ctx.policy.grounds:
        refuse(
            Code.GROUND_UNKNOWN,
            "No waiver: the policy pack has no such ground.",
            f"Its grounds: {', '.join(ctx.policy.grounds) or 'none'}.",
        )
    needed = {need.name for need in ctx.policy.grounds[command.ground].needs}
    if unknown := command.particulars.keys() - needed:
        refuse(
            Code.UNKNOWN_FIELD,
            "No waiver: the ground has no such particular.",
            f"Not known: {len(unknown)}; needed: {', '.join(sorted(needed))}.",
        )
    ruling = ctx.policy.waive(command.ground, command.particulars)
    if not ruling.allowed:
        refuse(Code.GROUND_NOT_MET, f"No waiver: {ruling.why}", "Warn, or give what is missing.")
    for need in ctx.policy.grounds[command.ground].needs:
        if need.kind == "instant":
            not_in_future(instant(command.particulars[need.name].strip()), ctx, "a particular")


def _two_units(proposal: Proposal, ctx: Context) -> None:
    ground = ctx.policy.grounds.get(proposal.ground)
    if (ground is None or ground.two_units) and proposal.unit == ctx.by.unit:
        refuse(
            Code.SAME_UNIT,
            "No waiver: this ground needs two people from different units.",
            "Admit a determining officer of another unit to the case and ask them.",
        )


def _no_duty_is_owed(victim: Victim) -> None:
    if victim.duty is not Duty.NOT_OWED:
        refuse(
            Code.DUTY_OWED,
            "Not recorded as no duty: the policy pack does not say that none is owed.",
            "Warn, or waive on a ground; what is unknown does not end a duty.",
        )
