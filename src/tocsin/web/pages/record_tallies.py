"""Tallies: how many duties came to what in a period; to make, take away and look into."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any

from fastapi import Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from tocsin.app import App
from tocsin.casework import tallying
from tocsin.casework.tallying import Tallied
from tocsin.domain import duties
from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Refusal
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.forms import Form, Typed

router = doors.router("/record/tallies")

READS = officer("read_record")
Leaf = Annotated[int, Path(ge=0, lt=2**53)]

SAID: Mapping[str, str] = {
    duties.UNDECIDED: "Undecided, and still in time",
    duties.LAPSED: "Lapsed, undecided",
    duties.UNDELIVERED: "To be warned, nobody reached",
    duties.HANDED_OVER: "Handed over, not confirmed",
    duties.TOLD: "Told, not confirmed",
    duties.REJECTED: "Reached, and rejected",
    duties.ACKNOWLEDGED: "Confirmed by a recipient",
    duties.STOOD_DOWN: "Stood down before anybody was reached",
    duties.NOT_OWED: "Found not to be owed after all",
}


@router.get("", dependencies=[READS])
def show(request: Request, app: House, me: Officer) -> Response:
    return _page(request, app, me, Form())


@router.post("", dependencies=[officer("make_tally")])
def make(request: Request, app: House, me: Officer, form: Typed) -> Response:
    try:
        period = form.text("period", "Enter a year or a quarter, such as 2025Q4", longest=20)
        form.done()
        made = tallying.make_tally(app, me, period.upper())
    except Refusal as refusal:
        return _page(request, app, me, form, refusal)
    return RedirectResponse(f"/record/tallies#leaf-{made.tallied.index}", 303)


@router.get("/{index}/file", dependencies=[READS])
def file(app: House, me: Officer, index: Leaf) -> Response:
    """The file that shows a tally, for `tocsin verify`."""
    named = {"Content-Disposition": f'attachment; filename="tally-{index}.json"'}
    content = tallying.file_of(app, me, index)
    return Response(content, media_type="application/json", headers=named)


@router.get("/{index}/sample", dependencies=[officer("audit_record")])
def sample(
    request: Request,
    app: House,
    me: Officer,
    index: Leaf,
    size: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
) -> Response:
    """Which duties to open, as a checkpoint after the tally has drawn them."""
    drawn = tallying.sample(app, me, index, size=size)
    return page(
        request,
        "record/tally_sample.html",
        nav="record",
        sample=drawn,
        rows=[(one.case_id, one.victim_id, said(app, one.told)) for one in drawn.drawn],
    )


def said(app: App, name: str) -> str:
    """A class in plain words."""
    if name.startswith(duties.WAIVED):
        ground = app.policy.grounds.get(name.removeprefix(duties.WAIVED))
        return f"Waived: {ground.title if ground else name.removeprefix(duties.WAIVED)}"
    return "An exercise" if name == duties.EXERCISE else SAID[name]


def _page(
    request: Request, app: App, me: Actor, form: Form, refusal: Refusal | None = None
) -> Response:
    return page(
        request,
        "record/tallies.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="record",
        periods=list(_periods(app, tallying.tallies(app, me))),
        form=form,
        problems=form.problems(refusal),
    )


def _periods(app: App, made: Sequence[Tallied]) -> Iterable[dict[str, Any]]:
    """Each period with its newest count in words, and all its counts; the newest period first."""
    # Sorting is stable: within a period the newest count stays first.
    ordered = sorted(made, key=lambda one: one.period, reverse=True)
    for period, some in groupby(ordered, key=lambda one: one.period):
        counts = list(some)
        classes = [
            (said(app, name), number)
            for name, number in counts[0].classes.items()
            if name != duties.EXERCISE
        ]
        yield {"period": period, "counts": counts, "classes": classes}
