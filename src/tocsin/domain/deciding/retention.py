"""Decisions on legal holds and on the lawful destruction of a closed case."""

from datetime import datetime

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.deciding.context import (
    Context,
    about,
    confirmed,
    decides,
    proposed,
    said,
    the_hold,
    the_open_proposal,
    two_people,
)
from tocsin.domain.kinds import Matter
from tocsin.domain.refusal import Code, refuse

MOST_HOLDS = 100
LONGEST_AUTHORITY = 500


@decides(c.PlaceLegalHold, on_closed=True)
def place_hold(case: Case, command: c.PlaceLegalHold, ctx: Context) -> list[e.Event]:
    """Several holds may stand at once; each is lifted by itself."""
    if len(case.holds) >= MOST_HOLDS:
        refuse(
            Code.BAD_VALUE,
            f"No hold was placed: a case keeps at most {MOST_HOLDS}.",
            "Those that stand keep it as well.",
        )
    return [
        e.LegalHoldPlaced(
            **ctx.stamp,
            hold_id=f"H{len(case.holds) + 1}",
            authority=_authority(command.authority),
            reason=said(command.reason, "a reason"),
        )
    ]


@decides(c.LiftLegalHold, on_closed=True)
def lift_hold(case: Case, command: c.LiftLegalHold, ctx: Context) -> list[e.Event]:
    """Never by the officer who placed it."""
    hold = the_hold(case, command.hold_id)
    if hold.placed_by == ctx.by.actor_id:
        refuse(
            Code.SAME_OFFICER,
            "The hold was not lifted: you placed it yourself.",
            "Ask another determining officer to lift it.",
        )
    reason = said(command.reason, "a reason")
    return [e.LegalHoldLifted(**ctx.stamp, hold_id=hold.hold_id, reason=reason)]


@decides(c.ProposeDestruction, on_closed=True)
def propose_destruction(case: Case, command: c.ProposeDestruction, ctx: Context) -> list[e.Event]:
    _since_when_it_may_be(case)
    if case.open_proposal("", Matter.DESTRUCTION):
        refuse(
            Code.ALREADY_PROPOSED,
            "Nothing was proposed: the destruction waits for an answer already.",
            "Confirm or reject that proposal.",
        )
    particulars = {"authority": _authority(command.authority)}
    reason = said(command.reason, "a reason")
    return [proposed(case, ctx, Matter.DESTRUCTION, reason, particulars)]


@decides(c.ConfirmDestruction, on_closed=True)
def confirm_destruction(case: Case, command: c.ConfirmDestruction, ctx: Context) -> list[e.Event]:
    """Two people, over exactly what stood when it was proposed; checked again as of now."""
    proposal = the_open_proposal(case, command.proposal_id)
    about(proposal.matter, Matter.DESTRUCTION)
    two_people(proposal, ctx)
    closed_at = _since_when_it_may_be(case)
    # What came after the proposal would stay readable, and nobody has agreed to lose it.
    if case.seq != proposal.seq:
        refuse(
            Code.CHANGED_MEANWHILE,
            "Nothing was destroyed: more has been put on the record since this was proposed.",
            "Look at it, reject the proposal, and propose anew if it still should be.",
        )
    return [
        confirmed(ctx, proposal.proposal_id),
        e.CaseDestroyed(
            **ctx.stamp,
            case_id=case.case_id,
            case_seq=case.seq + 2,
            unit=case.unit,
            restricted=case.restricted,
            exercise=case.exercise,
            members=tuple(sorted(case.members)),
            policy=case.policy,
            pack_hash=case.pack_hash,
            opened_at=case.opened_at,
            closed_at=closed_at,
            authority=proposal.particulars["authority"],
            reason=proposal.reason,
            proposed_by=proposal.by,
            proposal_id=proposal.proposal_id,
            last_seq_destroyed=proposal.seq - 1,
            held=tuple(case.holds),
            duties=ctx.duties,
        ),
    ]


def _authority(words: str) -> str:
    return said(words, "the authority (the law, court or order)", LONGEST_AUTHORITY)


def _since_when_it_may_be(case: Case) -> datetime:
    """When the case was closed. Refuses while it is open, held, or watching."""
    if case.closed_at is None:
        refuse(
            Code.CASE_OPEN,
            "Nothing was destroyed: the case is open.",
            "Close it first.",
        )
    if standing := case.standing_holds:
        refuse(
            Code.LEGAL_HOLD,
            f"Nothing was destroyed: the case is under legal hold ({', '.join(standing)}).",
            "A hold is lifted by another officer than the one who placed it, with the reason.",
        )
    if live := case.live_watches:
        refuse(
            Code.WATCH_LIVE,
            f"Nothing was destroyed: subjects of the case are on watch ({', '.join(live)}).",
            "A watch is ended by two officers, with the reason.",
        )
    return case.closed_at
