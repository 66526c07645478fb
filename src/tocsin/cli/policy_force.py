"""The policy in force, from the command line: who works under what, proposed and confirmed."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tocsin.cli.output import SIGNED, Signed, table, when

if TYPE_CHECKING:
    from tocsin.casework.house import App
    from tocsin.domain.force import PolicyProposal

ProposalId = Annotated[str, Parameter(name="ID", help="The proposal's number, as P3.")]
Reason = Annotated[str, Parameter(help="Why, on whose word; it goes on the record.")]


def in_force(*, signed: Signed = SIGNED) -> None:
    """What every unit works under, what is proposed, and how it came about."""
    from tocsin.casework import force
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, _):
        found = force.standing(house)
        first = house.policy
    told = {
        "first": {"name": first.name, "sha256": first.pack_hash},
        "by_unit": dict(found.standing),
        "proposals": list(found.proposals.values()),
    }
    lines = [f"{unit}: {one.name}, {one.pack_hash[:12]}" for unit, one in found.standing.items()]
    signed.show(told, *lines, f"Every other unit: {first.name}, {first.pack_hash[:12]}")
    if found.proposals and not signed.json:
        rows = [
            (
                one.proposal_id,
                one.unit,
                one.name,
                one.answer.value,
                f"{one.by}, {when(one.at)}",
                f"{one.answered_by}, {when(one.answered_at)}" if one.answered_at else "",
            )
            for one in found.proposals.values()
        ]
        table(("Id", "Unit", "Policy", "Answer", "Proposed", "Answered"), rows)


def propose(
    packs: Annotated[
        tuple[str, ...],
        Parameter(
            name="PACK", negative="", help="A pack's name or file; several apply side by side."
        ),
    ],
    /,
    *,
    reason: Reason,
    signed: Signed = SIGNED,
) -> None:
    """Propose what your unit is to work under; another officer must confirm."""
    from tocsin.casework import force
    from tocsin.cli.session import signed_in
    from tocsin.policy import beside

    named = [beside.found(one) for one in packs]
    with signed_in(signed) as (house, by):
        made = force.propose(house, named, by, reason)
        words = f"{made.proposal_id}: unit {made.unit} is to work under {made.name}."
        confirmed = f"Another officer confirms it: tocsin policy confirm {made.proposal_id}"
        _show(signed, house, made, words, confirmed)


def confirm(proposal_id: ProposalId, /, *, signed: Signed = SIGNED) -> None:
    """Put another officer's proposal in force, for the unit's new cases."""
    from tocsin.casework import force
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, by):
        done = force.confirm(house, proposal_id, by)
        words = f"Unit {done.unit} works under {done.name} from now on."
        _show(signed, house, done, words)


def reject(proposal_id: ProposalId, /, *, reason: Reason, signed: Signed = SIGNED) -> None:
    """Reject a proposal, or withdraw your own."""
    from tocsin.casework import force
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, by):
        done = force.reject(house, proposal_id, by, reason)
    signed.show({"proposal": done}, f"{done.proposal_id} was rejected; nothing has changed.")


def _show(signed: Signed, house: "App", one: "PolicyProposal", *words: str) -> None:
    """A proposal, and what it changes against what was in force when it was made."""
    from tocsin.casework import force
    from tocsin.cli.policy_packs import tell_changes
    from tocsin.policy.comparing import compare

    signed.show({"proposal": one}, *words)
    if not signed.json:
        tell_changes(compare(force.kept(house, one.instead_of), force.kept(house, one.pack_hash)))
