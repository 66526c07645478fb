"""Which policy each unit works under, as the record says: proposed by one, confirmed by another.

Pure. `Force` is built by `after` from the events of one stream, by nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from tocsin.domain.actor import Actor
from tocsin.domain.ledger import PolicyConfirmed, PolicyProposed, PolicyRejected
from tocsin.domain.refusal import Code, refuse

LONGEST_REASON = 4_000

Step = PolicyProposed | PolicyConfirmed | PolicyRejected


class Answer(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyProposal:
    """That a unit work under a policy, and what was answered, by whom and when."""

    proposal_id: str
    unit: str
    name: str
    pack_hash: str
    instead_of: str
    reason: str
    by: str
    at: datetime
    answer: Answer = Answer.OPEN
    answered_by: str = ""
    answered_at: datetime | None = None
    words: str = ""

    @property
    def is_open(self) -> bool:
        return self.answer is Answer.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """Every proposal by its number, in order, after `seq` events; what each unit works under."""

    seq: int = 0
    proposals: Mapping[str, PolicyProposal] = field(default_factory=dict)
    standing: Mapping[str, PolicyProposal] = field(default_factory=dict)

    def waiting(self, unit: str) -> PolicyProposal | None:
        """The unit's open proposal; there is at most one."""
        mine = (one for one in self.proposals.values() if one.unit == unit and one.is_open)
        return next(mine, None)


def after(force: Force, happened: Iterable[Step]) -> Force:
    """What is in force after these events."""
    for event in happened:
        force = replace(_after(force, event), seq=force.seq + 1)
    return force


def _after(force: Force, event: Step) -> Force:
    match event:
        case PolicyProposed():
            made = PolicyProposal(
                proposal_id=event.proposal_id,
                unit=event.unit,
                name=event.name,
                pack_hash=event.pack_hash,
                instead_of=event.instead_of,
                reason=event.reason,
                by=event.by,
                at=event.at,
            )
            return _with(force, made)
        case PolicyConfirmed():
            force, one = _answered(force, event, Answer.CONFIRMED)
            return replace(force, standing={**force.standing, event.unit: one})
        case PolicyRejected():
            return _answered(force, event, Answer.REJECTED, event.reason)[0]
        case _:
            assert_never(event)


def _answered(
    force: Force, event: PolicyConfirmed | PolicyRejected, answer: Answer, words: str = ""
) -> tuple[Force, PolicyProposal]:
    one = replace(
        force.proposals[event.proposal_id],
        answer=answer,
        answered_by=event.by,
        answered_at=event.at,
        words=words,
    )
    return _with(force, one), one


def _with(force: Force, one: PolicyProposal) -> Force:
    return replace(force, proposals={**force.proposals, one.proposal_id: one})


def propose(
    force: Force,
    by: Actor,
    now: datetime,
    *,
    name: str,
    pack_hash: str,
    instead_of: str,
    reason: str,
) -> PolicyProposed:
    """That the officer's unit work under another policy. Refuses ALREADY_PROPOSED and BAD_VALUE."""
    if force.waiting(by.unit):
        refuse(
            Code.ALREADY_PROPOSED,
            "Nothing was proposed: a proposal for this unit waits for an answer.",
            "Confirm or reject it first.",
        )
    if pack_hash == instead_of:
        refuse(
            Code.BAD_VALUE,
            "Nothing was proposed: this policy is in force already.",
            "Choose another, or another version of it.",
        )
    return PolicyProposed(
        by=by.named,
        at=now,
        proposal_id=f"P{len(force.proposals) + 1}",
        unit=by.unit,
        name=name,
        pack_hash=pack_hash,
        instead_of=instead_of,
        reason=_said(reason),
    )


def confirm(force: Force, proposal_id: str, by: Actor, now: datetime) -> PolicyConfirmed:
    """Two people, always. Refuses SAME_OFFICER and NOTHING_PROPOSED."""
    one = the_proposal(force, proposal_id)
    if one.by == by.named:
        refuse(
            Code.SAME_OFFICER,
            "Nothing was decided: you proposed this yourself.",
            "Ask another determining officer, of this unit or of another, to confirm.",
        )
    return PolicyConfirmed(
        by=by.named,
        at=now,
        proposal_id=proposal_id,
        unit=one.unit,
        name=one.name,
        pack_hash=one.pack_hash,
        proposed_by=one.by,
    )


def reject(force: Force, proposal_id: str, by: Actor, now: datetime, reason: str) -> PolicyRejected:
    """Reject a proposal; its author may withdraw it so. Refuses NOTHING_PROPOSED."""
    one = the_proposal(force, proposal_id)
    return PolicyRejected(by=by.named, at=now, proposal_id=one.proposal_id, reason=_said(reason))


def the_proposal(force: Force, proposal_id: str) -> PolicyProposal:
    """An open proposal. Refuses NOTHING_PROPOSED."""
    one = force.proposals.get(proposal_id)
    if one is None or not one.is_open:
        refuse(
            Code.NOTHING_PROPOSED,
            "Nothing was decided: there is no such proposal, or it has been answered.",
            "Look at the policies in force again.",
        )
    return one


def _said(reason: str) -> str:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        refuse(
            Code.PARTICULARS_MISSING,
            f"Nothing was recorded: a reason must be given, in at most {LONGEST_REASON:,} "
            "characters.",
            "Add it and send again.",
        )
    return reason.strip()
