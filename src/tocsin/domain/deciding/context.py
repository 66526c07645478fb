"""What a decision is given besides the case and the command, and shared refusals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from tocsin.domain.actor import Actor
from tocsin.domain.case import Case, Delivery, Proposal, ProposalState, Victim
from tocsin.domain.commands import Command
from tocsin.domain.dispatch import Dispatch
from tocsin.domain.dispatching import Audience
from tocsin.domain.duty import Policy
from tocsin.domain.events import Confirmed, Event, Proposed
from tocsin.domain.inbound import Claim, Inbound, SenderQuestion, Watch
from tocsin.domain.kinds import Matter
from tocsin.domain.publishing import Minted
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.retention import DutyTold, LegalHold
from tocsin.domain.sighting import Sighting

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who asks, when, and under which pack.

    `duties` are given for a destruction alone: the case does not know since when they are owed;
    `audience` for a dispatch alone: who is on the list.
    """

    by: Actor
    now: datetime
    policy: Policy
    duties: tuple[DutyTold, ...] = ()
    minted: Minted | None = None
    audience: Audience | None = None

    @property
    def stamp(self) -> dict[str, Any]:
        """The two fields every event carries."""
        return {"by": self.by.named, "at": self.now}


Decider = Callable[[Case, Any, Context], list[Event]]

DECIDERS: dict[type[Command], Decider] = {}
ON_CLOSED: set[type[Command]] = set()


def decides(kind: type[Command], *, on_closed: bool = False) -> Callable[[Decider], Decider]:
    """Register the decision on a command; few are open to closed cases."""

    def register(decider: Decider) -> Decider:
        if kind in DECIDERS:
            raise ValueError(f"two decisions on {kind.__name__}")
        DECIDERS[kind] = decider
        if on_closed:
            ON_CLOSED.add(kind)
        return decider

    return register


def _known(mapping: Mapping[str, T], key: str, code: Code, noun: str) -> T:
    if key not in mapping:
        refuse(code, f"Nothing was done: this case has no such {noun}.", "Look at the case again.")
    return mapping[key]


def the_victim(case: Case, victim_id: str) -> Victim:
    return _known(case.victims, victim_id, Code.VICTIM_UNKNOWN, "intended victim")


def the_delivery(case: Case, delivery_id: str) -> Delivery:
    return _known(case.deliveries, delivery_id, Code.DELIVERY_UNKNOWN, "delivery")


def the_dispatch(case: Case, dispatch_id: str) -> Dispatch:
    return _known(case.dispatches, dispatch_id, Code.DISPATCH_UNKNOWN, "dispatch")


def the_inbound(case: Case, inbound_id: str) -> Inbound:
    return _known(case.inbound, inbound_id, Code.INBOUND_UNKNOWN, "warning given to us")


def the_claim(case: Case, claim_id: str) -> Claim:
    return _known(case.claims, claim_id, Code.CLAIM_UNKNOWN, "claim")


def the_question(case: Case, question_id: str) -> SenderQuestion:
    return _known(case.questions, question_id, Code.QUESTION_UNKNOWN, "question")


def the_watch(case: Case, watch_id: str) -> Watch:
    """A watch that nobody has ended."""
    watch = _known(case.watches, watch_id, Code.WATCH_UNKNOWN, "watch")
    if not watch.is_live:
        refuse(
            Code.WATCH_UNKNOWN,
            "Nothing was done: this watch has been ended.",
            "Put the subject on watch again.",
        )
    return watch


def the_sighting(watch: Watch, sighting_id: str) -> Sighting:
    return _known(watch.sightings, sighting_id, Code.SIGHTING_UNKNOWN, "sighting")


def the_open_proposal(case: Case, proposal_id: str) -> Proposal:
    proposal = _known(case.proposals, proposal_id, Code.NOTHING_PROPOSED, "proposal")
    if proposal.state is not ProposalState.OPEN:
        refuse(
            Code.NOTHING_PROPOSED,
            "Nothing was decided: this proposal has been answered.",
            "Look at the case again.",
        )
    return proposal


def the_hold(case: Case, hold_id: str) -> LegalHold:
    """A legal hold that stands."""
    hold = _known(case.holds, hold_id, Code.HOLD_UNKNOWN, "legal hold")
    if hold.lifted_at is not None:
        refuse(
            Code.HOLD_UNKNOWN,
            "Nothing was done: this legal hold has been lifted.",
            "Look at the case again.",
        )
    return hold


def two_people(proposal: Proposal, ctx: Context) -> None:
    """Two people, always."""
    if proposal.by == ctx.by.actor_id:
        refuse(
            Code.SAME_OFFICER,
            "Nothing was decided: you proposed this yourself.",
            "Ask another determining officer to confirm.",
        )


def said(words: str, noun: str, longest: int = 8_000) -> str:
    """Words that a person must give. Refuses blank and boundless ones."""
    if not words.strip() or len(words) > longest:
        refuse(
            Code.PARTICULARS_MISSING,
            f"Nothing was recorded: {noun} must be given, in at most {longest:,} characters.",
            "Add it and send again.",
        )
    return words.strip()


def about(matter: Matter, wanted: Matter) -> None:
    if matter is not wanted:
        refuse(
            Code.NOTHING_PROPOSED,
            "Nothing was decided: that proposal is about something else.",
            "Look at the case again.",
        )


def proposed(
    case: Case, ctx: Context, matter: Matter, reason: str, particulars: dict[str, str]
) -> Proposed:
    return Proposed(
        **ctx.stamp,
        proposal_id=f"p{len(case.proposals) + 1}",
        matter=matter,
        victim_id="",
        unit=ctx.by.unit,
        reason=reason,
        ground="",
        particulars=particulars,
        pack_hash=ctx.policy.pack_hash,
    )


def confirmed(ctx: Context, proposal_id: str) -> Confirmed:
    return Confirmed(
        **ctx.stamp,
        proposal_id=proposal_id,
        unit=ctx.by.unit,
        expires_at=None,
        pack_hash=ctx.policy.pack_hash,
    )
