"""The policy in force, from the command line: who works under what, proposed and confirmed."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tocsin.cli.output import SIGNED, Signed, table, when

if TYPE_CHECKING:
    from tocsin.policy.beside import InForce

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
        before = force.of_unit(house, by.unit)
        made = force.propose(house, named, by, reason)
        after = force.kept(house, made.pack_hash)
    signed.show(
        {"proposal": made},
        f"{made.proposal_id}: unit {made.unit} is to work under {made.name}.",
        *_changes(before, after),
        f"Another officer confirms it: tocsin policy confirm {made.proposal_id}",
    )


def confirm(proposal_id: ProposalId, /, *, signed: Signed = SIGNED) -> None:
    """Put another officer's proposal in force, for the unit's new cases."""
    from tocsin.casework import force
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, by):
        done = force.confirm(house, proposal_id, by)
        changed = _changes(*(force.kept(house, one) for one in (done.instead_of, done.pack_hash)))
    signed.show(
        {"proposal": done}, f"Unit {done.unit} works under {done.name} from now on.", *changed
    )


def reject(proposal_id: ProposalId, /, *, reason: Reason, signed: Signed = SIGNED) -> None:
    """Reject a proposal, or withdraw your own."""
    from tocsin.casework import force
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, by):
        done = force.reject(house, proposal_id, by, reason)
    signed.show({"proposal": done}, f"{done.proposal_id} was rejected; nothing has changed.")


def _changes(before: "InForce", after: "InForce") -> list[str]:
    """What is otherwise, a line each."""
    from tocsin.policy.difference import difference

    found = difference(before, after)
    ruled = [
        f"  {one.count:,} of {found.combinations:,} combinations of findings: {_plain(one.before)} "
        f"becomes {_plain(one.after)}, as when {one.example}"
        for one in found.decided
    ]
    said = [
        f"  {one.what}: {one.before or 'nothing'} becomes {one.after or 'nothing'}"
        for one in found.changes
    ]
    return [*ruled, *said] or ["  Nothing that decides changes."]


def _plain(duty: str) -> str:
    return duty.replace("_", " ")
