"""A list of people sent to the desk: screened behind the page, which tells how far it is."""

from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from tocsin.app import App
from tocsin.casework import waiting
from tocsin.casework.list_screening import LONGEST_NAME
from tocsin.casework.list_underway import MOST_ROWS, Lists
from tocsin.casework.searching import LONGEST_TEXT
from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Refusal
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.forms import Form, Typed, Upload
from tocsin.web.pages.sightings import PAGE, shown

router = doors.router("/lists/screen")

SCREENS = officer("screen_list")
OF_THE_FILE = "The list was not screened: "


def _lists(request: Request) -> Lists:
    lists: Lists = request.app.state.lists
    return lists


@router.get("", dependencies=[SCREENS])
def show(request: Request, app: House, me: Officer) -> Response:
    return _asked(request, app, me, Form())


@router.post("", dependencies=[SCREENS])
def take(request: Request, app: House, me: Officer, form: Typed) -> Response:
    try:
        file, about = _read(form)
        form.done()
        sent = _lists(request).send(app, me, file.content, **about)
    except Refusal as refusal:
        if refusal.what.startswith(OF_THE_FILE) and not form.errors:
            form.wrong("file", f"{refusal.what} {refusal.remedy}")
        return _asked(request, app, me, form, refusal)
    return RedirectResponse(f"/lists/screen/{sent.number}", 303)


def _read(form: Form) -> tuple[Upload, dict[str, Any]]:
    file = form.file("file")
    if file is None:
        form.many("file")
        form.wrong("file", "Choose the list")
    about = {
        "name": form.text("name", "Say what the list is", longest=LONGEST_NAME),
        "purpose": form.text("purpose", "Say what it is screened for", longest=LONGEST_TEXT),
        "exercise": form.ticked("exercise"),
    }
    return file or Upload(name="", media_type="", content=b""), about


@router.get("/{number}", dependencies=[SCREENS])
def told(request: Request, app: House, me: Officer, number: str) -> Response:
    """How far it is, whom it may name, and what was not screened and why."""
    sent = _lists(request).of(me, number)
    ended = sent.done.done()
    if ended:
        sent.done.result()  # raises what went wrong
    found = waiting.people(app, me, lambda one: one.list_id == sent.list_id)
    met = [each for one in found for each in one.sightings]
    waits = waiting.people(app, me, lambda one: one.waits and one.list_id == sent.list_id)
    return page(
        request,
        "sightings/screened.html",
        nav="sightings",
        sent=sent,
        ended=ended,
        found=len(met),
        answered=sum(not each.waits for each in met),
        people=shown(app, me, waits[:PAGE]) if ended else [],
        of=len(waits),
    )


def _asked(
    request: Request, app: App, me: Actor, form: Form, refusal: Refusal | None = None
) -> Response:
    return page(
        request,
        "sightings/upload.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="sightings",
        form=form,
        problems=form.problems(refusal),
        sent=_lists(request).sent_by(me),
        most_bytes=app.settings.report_bytes,
        most_rows=MOST_ROWS,
    )
