"""Names: why two count as one person's or do not, and whether one was met before.

What is asked here is written nowhere, and travels in no address.
"""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from tocsin.casework import comparing
from tocsin.casework import met as meeting
from tocsin.domain.refusal import Refusal
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.forms import Form, Typed

router = doors.router("/names")

READS = officer("read_queue")
LONGEST_NAME, LONGEST_DATES = 400, 200
NOT_READY = 503


@router.get("", dependencies=[READS])
def show(request: Request) -> Response:
    return _page(request)


@router.post("/why", dependencies=[READS])
def why(request: Request, form: Typed) -> Response:
    """Two names, compared; nothing is kept."""
    try:
        one, other = _name(form, "one"), _name(form, "other")
        born = form.text("one_born", longest=LONGEST_DATES)
        other_born = form.text("other_born", longest=LONGEST_DATES)
        form.done()
    except Refusal as refusal:
        return _page(request, why=form, refusal=refusal)
    matcher = comparing.matcher()
    if matcher is None:
        return _page(request, why=form, status=NOT_READY, waits="why")
    seen = comparing.compared(matcher, one, other, born, other_born)
    return _page(request, why=form, seen=seen, born=(born, other_born))


@router.post("/met", dependencies=[READS])
def met(request: Request, app: House, by: Officer, form: Typed) -> Response:
    """Everybody of such a name in the cases that this officer may see."""
    try:
        name, born = _name(form, "name"), form.text("born", longest=LONGEST_DATES)
        form.done()
    except Refusal as refusal:
        return _page(request, met=form, refusal=refusal)
    matcher = comparing.matcher()
    if matcher is None:
        return _page(request, met=form, status=NOT_READY, waits="met")
    return _page(request, met=form, found=meeting.met(app, by, matcher, name, born))


def _name(form: Form, field: str) -> str:
    name = form.text(field, "Enter a name", longest=LONGEST_NAME)
    if name and field not in form.errors and not comparing.can_be_read(name):
        form.wrong(field, "Enter a name that has letters")
    return name


def _page(
    request: Request,
    *,
    why: Form | None = None,
    met: Form | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
    **shown: Any,
) -> Response:
    form = why or met or Form()
    blank: dict[str, Any] = {"seen": None, "found": None, "waits": "", "born": ("", "")}
    answer = page(
        request,
        "names/page.html",
        status=status_of(refusal.code) if refusal else status,
        nav="names",
        why=why or Form(),
        met=met or Form(),
        problems=form.problems(refusal),
        **blank | shown,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
