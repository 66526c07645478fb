"""Decisions after delivery: action, reviews, the window's end, outcome, closing, lapses."""

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case, DeliveryState, ProposalState
from tocsin.domain.chasing import chase
from tocsin.domain.clocks import lapse
from tocsin.domain.deciding.context import (
    Context,
    about,
    confirmed,
    decides,
    proposed,
    said,
    the_delivery,
    the_open_proposal,
    two_people,
)
from tocsin.domain.deciding.heeding import unheeded
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import Matter, ReactionKind, WindowDecision
from tocsin.domain.public import PublicationState
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.telling import ANSWERED, required


@decides(c.RecordAction)
def record_action(case: Case, command: c.RecordAction, ctx: Context) -> list[e.Event]:
    delivery = the_delivery(case, command.delivery_id)
    if delivery.state is DeliveryState.PLANNED:
        refuse(
            Code.DELIVERY_NOT_MADE,
            "Nothing was recorded: this warning is still to be brought.",
            "Record what was done once it has been; a remark holds what is known before.",
        )
    if command.taken not in ("yes", "no", "unknown"):
        refuse(
            Code.BAD_VALUE,
            "Nothing was recorded: action was taken, was not, or it is unknown.",
            "Say yes, no or unknown.",
        )
    return [
        e.ActionRecorded(
            **ctx.stamp,
            delivery_id=delivery.delivery_id,
            taken=command.taken,
            words=said(command.words, "what was or was not done"),
        )
    ]


@decides(c.RecordReview)
def record_review(case: Case, command: c.RecordReview, ctx: Context) -> list[e.Event]:
    return [e.ReviewRecorded(**ctx.stamp, words=said(command.words, "the review's words"))]


@decides(c.DecideWindow)
def decide_window(case: Case, command: c.DecideWindow, ctx: Context) -> list[e.Event]:
    """To renew or widen, an update must be released; to stand down, a second person confirm."""
    warning = the_warning(case, command.warning_id)
    reason = said(command.reason, "a reason")
    if warning not in case.current_warnings():
        refuse(
            Code.NO_WINDOW,
            "Nothing was decided: this warning is not in force.",
            "Decide on the newest released warning.",
        )
    if command.decision is not WindowDecision.STAND_DOWN:
        return [
            e.WindowDecided(
                **ctx.stamp,
                warning_id=command.warning_id,
                decision=command.decision,
                reason=reason,
            )
        ]
    if case.open_proposal("", Matter.STAND_DOWN):
        refuse(
            Code.ALREADY_PROPOSED,
            "Nothing was proposed: standing down waits for an answer already.",
            "Confirm or reject that proposal.",
        )
    return [proposed(case, ctx, Matter.STAND_DOWN, reason, {"warning_id": command.warning_id})]


@decides(c.ConfirmStandDown)
def confirm_stand_down(case: Case, command: c.ConfirmStandDown, ctx: Context) -> list[e.Event]:
    proposal = the_open_proposal(case, command.proposal_id)
    about(proposal.matter, Matter.STAND_DOWN)
    two_people(proposal, ctx)
    if the_warning(case, proposal.particulars["warning_id"]) not in case.current_warnings():
        refuse(
            Code.NO_WINDOW,
            "Nothing was decided: the warning has been replaced since this was proposed.",
            "Reject the proposal, and decide on the newest released warning.",
        )
    return [
        confirmed(ctx, proposal.proposal_id),
        e.WindowDecided(
            **ctx.stamp,
            warning_id=proposal.particulars["warning_id"],
            decision=WindowDecision.STAND_DOWN,
            reason=proposal.reason,
        ),
    ]


@decides(c.RecordOutcome, on_closed=True)
def record_outcome(case: Case, command: c.RecordOutcome, ctx: Context) -> list[e.Event]:
    return [
        e.OutcomeRecorded(
            **ctx.stamp,
            outcome=command.outcome,
            claims=said(command.claims, "what is claimed"),
            source=said(command.source, "who claims it"),
        )
    ]


@decides(c.ProposeClosing)
def propose_closing(case: Case, command: c.ProposeClosing, ctx: Context) -> list[e.Event]:
    _nothing_blank(case)
    if case.open_proposal("", Matter.CLOSING):
        refuse(
            Code.ALREADY_PROPOSED,
            "Nothing was proposed: closing waits for an answer already.",
            "Confirm or reject that proposal.",
        )
    return [proposed(case, ctx, Matter.CLOSING, said(command.reason, "a reason"), {})]


@decides(c.ConfirmClosing)
def confirm_closing(case: Case, command: c.ConfirmClosing, ctx: Context) -> list[e.Event]:
    proposal = the_open_proposal(case, command.proposal_id)
    about(proposal.matter, Matter.CLOSING)
    two_people(proposal, ctx)
    _nothing_blank(case)
    return [
        confirmed(ctx, proposal.proposal_id),
        e.CaseClosed(**ctx.stamp, reason=proposal.reason),
    ]


@decides(c.Lapse, on_closed=True)
def lapse_deadline(case: Case, command: c.Lapse, ctx: Context) -> list[e.Event]:
    """Write the silence down. A deadline met or moved meanwhile is no longer this one."""
    for deadline in case.deadlines.values():
        if deadline.number == command.number and deadline.due_at <= ctx.now:
            happened: list[e.Event] = []
            if deadline.clock is Clock.WAIVER_EXPIRY:
                happened.append(
                    e.DeterminationSetAside(
                        **ctx.stamp, victim_id=deadline.subject, reason="the waiver expired"
                    )
                )
            happened += lapse(case, deadline, ctx.policy, ctx.now, ctx.by.named)
            if deadline.clock is Clock.RECEIPT:
                silent = case.deliveries[deadline.subject]
                happened += chase(case, silent, at=ctx.now, by=ctx.by.named)
            return happened
    return []


def blanks(case: Case) -> list[str]:
    """What keeps a case from closing, in plain words; empty when nothing does."""
    missing = [] if case.victims else ["no intended victim is named"]
    missing += [
        f"proposal {proposal.proposal_id}: it is not answered"
        for proposal in case.proposals.values()
        if proposal.victim_id and proposal.state is ProposalState.OPEN
    ]
    for victim in case.victims.values():
        label, standing = f"victim {victim.victim_id}", victim.determination
        if victim.findings is None:
            missing.append(f"{label}: the findings are missing")
        if standing is None:
            missing.append(f"{label}: nothing is determined")
            continue
        if standing.alone and not standing.reviewed_by:
            missing.append(f"{label}: the lone determination is not reviewed")
        if standing.matter is Matter.WARN:
            missing += _warning_blanks(case, victim.victim_id, label)
    missing += [
        f"victim {one.victim.victim_id}: {one.requirement.name} must be told, and neither was nor "
        "is there a reason why not"
        for one in required(case)
        if not one.is_settled
    ]
    missing += [
        f"dispatch {one.dispatch_id}: it is not over"
        for one in case.dispatches.values()
        if not one.is_over
    ]
    missing += [
        f"warning {warning.warning_id}: it is in force, neither stood down nor cancelled"
        for warning in case.current_warnings()
        if case.window_decisions.get(warning.warning_id) is not WindowDecision.STAND_DOWN
    ]
    current = {one.warning_id for one in case.current_warnings()}
    missing += [
        f"publication {one.publication_id}: it is live, though its warning was replaced"
        for one in case.publications.values()
        if one.state is PublicationState.LIVE and one.warning_id not in current
    ]
    # A waiver stops expiring when its case closes, so what came of the threat must be known.
    threatened = any(
        victim.determination and victim.determination.matter is not Matter.NO_DUTY
        for victim in case.victims.values()
    )
    if threatened and not case.outcomes:
        missing.append("no outcome is recorded; unknown is one")
    return missing + unheeded(case)


def _warning_blanks(case: Case, victim_id: str, label: str) -> list[str]:
    newest = case.newest_released(victim_id)
    if newest is None:
        return [f"{label}: no warning is released"]
    deliveries = case.deliveries_for(victim_id)
    missing = []
    if not any(one.reached_at for one in deliveries if one.warning_id == newest.warning_id):
        missing.append(f"{label}: warning {newest.warning_id} has not been brought to anybody")
    for delivery in deliveries:
        if delivery.state in (DeliveryState.PLANNED, DeliveryState.ATTEMPTED):
            missing.append(f"delivery {delivery.delivery_id}: it is not settled")
        asked = any(one.kind is ReactionKind.QUESTION for one in delivery.reactions)
        if (asked or delivery.state in ANSWERED) and delivery.acted_at is None:
            missing.append(f"delivery {delivery.delivery_id}: whether action was taken is missing")
    return missing


def _nothing_blank(case: Case) -> None:
    if missing := blanks(case):
        refuse(
            Code.CASE_HAS_BLANKS,
            "The case was not closed: something is blank.",
            f"Missing: {'; '.join(missing[:10])}.",
        )
