"""The policy in force: per unit, what is proposed, and the two acts that change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tocsin.casework import force
from tocsin.domain.duty import Ground, Requirement, requirements
from tocsin.domain.force import LONGEST_REASON, PolicyProposal
from tocsin.policy import beside, pack
from tocsin.policy.comparing import Difference, compare
from tocsin.web.api.common import closed
from tocsin.web.api.fields import PRINTABLE
from tocsin.web.doors import House, Officer, officer

router = closed()

READS, PROPOSES, CONFIRMS = [officer()], [officer(force.PROPOSE)], [officer(force.CONFIRM)]
ProposalId = Annotated[str, Path(pattern=r"^P[1-9][0-9]{0,8}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}$")]
Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_REASON, pattern=PRINTABLE)
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=pack.MOST_BYTES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInForce:
    """`pack_hash` is the SHA-256 of the bytes; `packs` names the packs, beside each other.

    `minimum_content` is what every warning says, `recipients` whom the policy says to tell.
    """

    name: str
    pack_hash: str
    packs: Sequence[str]
    grounds: Mapping[str, Ground]
    minimum_content: Sequence[str]
    recipients: Sequence[Requirement]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesInForce:
    """`first` is in force where `by_unit` names no other; `proposals` holds all ever made."""

    first: str
    by_unit: Mapping[str, PolicyProposal]
    proposals: Sequence[PolicyProposal]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GivenPack(_Strict):
    """A pack that comes with Tocsin, by its name; or one of your own, with its text."""

    name: Name
    text: Text | None = None

    def named(self) -> tuple[str, bytes]:
        data = pack.shipped(self.name) if self.text is None else self.text.encode()
        return self.name, data


class Proposed(_Strict):
    """What your unit is to work under; several packs apply beside each other."""

    packs: Annotated[tuple[GivenPack, ...], Field(min_length=1, max_length=beside.MOST_PACKS)]
    reason: Reason


class Rejected(_Strict):
    reason: Reason


@router.get("/policy", operation_id="policy", tags=["policy"], dependencies=READS)
def policy(app: House, by: Officer) -> PolicyInForce:
    """What your unit's next case is opened under"""
    found = force.of_unit(app, by.unit)
    return PolicyInForce(
        name=found.name,
        pack_hash=found.pack_hash,
        packs=[one.name for one in beside.parts(found)],
        grounds=dict(found.grounds),
        minimum_content=found.minimum_content,
        recipients=requirements(found),
    )


@router.get("/policy/units", operation_id="policy_units", tags=["policy"], dependencies=READS)
def units(app: House) -> PoliciesInForce:
    """What every unit works under, and how it came about"""
    found = force.standing(app)
    return PoliciesInForce(
        first=app.policy.pack_hash,
        by_unit=dict(found.standing),
        proposals=list(found.proposals.values()),
    )


@router.post(
    "/policy/proposals",
    operation_id="propose_policy",
    status_code=201,
    tags=["policy"],
    dependencies=PROPOSES,
)
def propose(body: Proposed, app: House, by: Officer) -> PolicyProposal:
    """Propose what your unit is to work under; another officer must confirm"""
    return force.propose(app, [one.named() for one in body.packs], by, body.reason)


@router.get(
    "/policy/proposals/{proposal_id}/difference",
    operation_id="policy_difference",
    tags=["policy"],
    dependencies=READS,
)
def changes(proposal_id: ProposalId, app: House) -> Difference:
    """What a proposal changes, against what was in force when it was made"""
    one = force.proposal(app, proposal_id)
    return compare(force.kept(app, one.instead_of), force.kept(app, one.pack_hash))


@router.post(
    "/policy/proposals/{proposal_id}/confirmation",
    operation_id="confirm_policy",
    tags=["policy"],
    dependencies=CONFIRMS,
)
def confirm(proposal_id: ProposalId, app: House, by: Officer) -> PolicyProposal:
    """Put another officer's proposal in force"""
    return force.confirm(app, proposal_id, by)


@router.post(
    "/policy/proposals/{proposal_id}/rejection",
    operation_id="reject_policy",
    tags=["policy"],
    dependencies=CONFIRMS,
)
def reject(proposal_id: ProposalId, body: Rejected, app: House, by: Officer) -> PolicyProposal:
    """Reject a proposal, or withdraw your own"""
    return force.reject(app, proposal_id, by, body.reason)
