"""The policy in force: per unit, how it came about, and a change proposed by one, confirmed by two.

What a proposal would change is worked out and shown before anybody confirms it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import RedirectResponse, Response

from tocsin.app import App
from tocsin.casework import force
from tocsin.casework.access import allows
from tocsin.domain.actor import Actor
from tocsin.domain.force import Force, PolicyProposal
from tocsin.domain.refusal import Refusal
from tocsin.policy import beside, pack
from tocsin.policy.beside import InForce
from tocsin.policy.comparing import compare
from tocsin.store import people
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.forms import Form, Typed

router = doors.router("/policy")

READS, PROPOSES, CONFIRMS = officer(), officer(force.PROPOSE), officer(force.CONFIRM)
ProposalId = Annotated[str, Path(pattern=r"^P[1-9][0-9]{0,8}$")]
Hash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What a unit works under; `adopted` is None while it is the house's first policy."""

    name: str
    policy: InForce
    adopted: PolicyProposal | None


@router.get("", dependencies=[READS])
def show(request: Request, app: House, me: Officer) -> Response:
    found = force.standing(app)
    names = _names(app)
    return page(
        request,
        "policy/page.html",
        nav="policy",
        units=_units(app, found),
        waiting=[one for one in found.proposals.values() if one.is_open],
        history=list(found.proposals.values())[::-1],
        name=lambda officer_id: names.get(officer_id, officer_id),
        first=app.policy,
        parts=beside.parts,
        proposes=allows(app, me, force.PROPOSE),
        mine=found.waiting(me.unit),
    )


@router.get("/new", dependencies=[PROPOSES])
def show_new(request: Request, app: House, me: Officer) -> Response:
    standing = [one.name for one in beside.parts(force.of_unit(app, me.unit))]
    return _new(request, app, me, Form.showing(packs=standing))


@router.post("/new", dependencies=[PROPOSES])
def propose(request: Request, app: House, me: Officer, form: Typed) -> Response:
    try:
        named = _chosen(form)
        reason = form.text("reason", "Give your reason", longest=4_000)
        form.done()
        made = force.propose(app, named, me, reason)
    except Refusal as refusal:
        return _new(request, app, me, form, refusal)
    return RedirectResponse(f"/policy/proposals/{made.proposal_id}", 303)


@router.get("/proposals/{proposal_id}", dependencies=[READS])
def show_proposal(request: Request, app: House, me: Officer, proposal_id: ProposalId) -> Response:
    return _proposal(request, app, me, proposal_id, Form())


@router.post("/proposals/{proposal_id}/confirmation", dependencies=[CONFIRMS])
def confirm(
    request: Request, app: House, me: Officer, proposal_id: ProposalId, form: Typed
) -> Response:
    try:
        form.ticked("confirmed", "Tick that you have read what changes")
        form.done()
        force.confirm(app, proposal_id, me)
    except Refusal as refusal:
        return _proposal(request, app, me, proposal_id, form, refusal)
    return RedirectResponse("/policy", 303)


@router.post("/proposals/{proposal_id}/rejection", dependencies=[CONFIRMS])
def reject(
    request: Request, app: House, me: Officer, proposal_id: ProposalId, form: Typed
) -> Response:
    try:
        reason = form.text("reason", "Give your reason", longest=4_000)
        form.done()
        force.reject(app, proposal_id, me, reason)
    except Refusal as refusal:
        return _proposal(request, app, me, proposal_id, form, refusal)
    return RedirectResponse("/policy", 303)


@router.get("/packs/{pack_hash}", dependencies=[READS])
def text(app: House, pack_hash: Hash) -> Response:
    """The bytes that the hash names, for saving: one pack, or several beside each other."""
    kept = force.kept(app, pack_hash)
    named = {"Content-Disposition": f'attachment; filename="{kept.name}.toml"'}
    return Response(kept.text.encode(), media_type="application/toml", headers=named)


def _chosen(form: Form) -> Sequence[tuple[str, bytes]]:
    """Packs that come with Tocsin, in the list's order, then the one in the file."""
    names, file = form.many("packs"), form.file("file")
    if set(names) - set(beside.known()) or len(names) > beside.MOST_PACKS:
        form.wrong("packs", f"Choose at most {beside.MOST_PACKS} of the packs listed")
        return []
    if not (names or file):
        form.wrong("packs", "Choose a pack or its file")
    named = [(name, pack.shipped(name)) for name in names]
    return [*named, (file.name.removesuffix(".toml"), file.content)] if file else named


def _units(app: App, found: Force) -> list[Unit]:
    with app.store.read() as db:
        names = {one.unit for one in people.officers(db)} | found.standing.keys()
    return [
        Unit(name=name, policy=force.of_unit(app, name), adopted=found.standing.get(name))
        for name in sorted(names)
    ]


def _names(app: App) -> dict[str, str]:
    with app.store.read() as db:
        return {one.officer_id: one.name for one in people.officers(db)}


def _new(
    request: Request, app: App, me: Actor, form: Form, refusal: Refusal | None = None
) -> Response:
    return page(
        request,
        "policy/new.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="policy",
        form=form,
        problems=form.problems(refusal),
        known=beside.known(),
        most=beside.MOST_PACKS,
        unit=me.unit,
        standing=force.of_unit(app, me.unit),
    )


def _proposal(
    request: Request,
    app: App,
    me: Actor,
    proposal_id: str,
    form: Form,
    refusal: Refusal | None = None,
) -> Response:
    """What it would change: against what stands now while it is open, else what stood then."""
    one = force.proposal(app, proposal_id)
    before = force.of_unit(app, one.unit) if one.is_open else force.kept(app, one.instead_of)
    proposed = force.kept(app, one.pack_hash)
    names = _names(app)
    return page(
        request,
        "policy/proposal.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="policy",
        one=one,
        before=before,
        proposed=proposed,
        parts=beside.parts,
        changed=compare(before, proposed),
        name=lambda officer_id: names.get(officer_id, officer_id),
        confirms=allows(app, me, force.CONFIRM) and one.is_open and one.by != me.named,
        rejects=allows(app, me, force.CONFIRM) and one.is_open,
        form=form,
        problems=form.problems(refusal),
    )
