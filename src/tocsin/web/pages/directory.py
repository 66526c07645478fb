"""The directory: whom one may have to warn, what of it may fail, and every change of it."""

import re
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import available_timezones

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from tocsin.app import App
from tocsin.casework import browsers, directory, directory_ways
from tocsin.casework.access import allows
from tocsin.domain.actor import Actor
from tocsin.domain.directory import LONGEST_LINE, Contact, KeyKind, troubles
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.directory_form import ROWS, filled, moved, read
from tocsin.web.pages.forms import Form, Typed

router = doors.router("/directory")

READS, MANAGES = officer(directory.READ), officer(directory.MANAGE)
PAGE, MOST_TROUBLED = 50, 20
Sought = Annotated[str, Query(max_length=200)]
After = Annotated[str, Query(max_length=32, pattern=r"^[A-Z0-9-]*$")]
FIELD = {Code.RECIPIENT_UNKNOWN: "responsible", Code.LANGUAGE_UNKNOWN: "languages"}
"""The field to look at again after a refusal."""


@router.get("", dependencies=[READS])
def show(
    request: Request,
    app: House,
    me: Officer,
    q: Sought = "",
    protecting: Sought = "",
    after: After = "",
) -> Response:
    found = directory.contacts(app, me, q, protecting, after=after, limit=PAGE + 1)
    shown, more = found[:PAGE], found[PAGE:]
    asked = {"q": q, "protecting": protecting}
    plain = not (q.strip() or protecting.strip() or after)
    # Not while searching: whoever looks for somebody now wants the answer on top.
    troubled = directory.expiring(app, me, app.clock(), limit=MOST_TROUBLED + 1) if plain else []
    return page(
        request,
        "directory/list.html",
        nav="directory",
        contacts=shown,
        count=directory.count(app, me) if plain else None,
        q=q,
        protecting=protecting,
        following=f"/directory?{urlencode({**asked, 'after': shown[-1].contact_id})}"
        if more
        else "",
        first=f"/directory?{urlencode(asked)}" if after else "",
        troubled=[(one, way, troubles(way, app.clock())) for one, way in troubled],
        most_troubled=MOST_TROUBLED,
        troubles=troubles,
        manages=allows(app, me, directory.MANAGE),
    )


@router.get("/new", dependencies=[MANAGES])
def show_new(request: Request) -> Response:
    return _edit(request, Form.showing(languages="en", zone="UTC"))


@router.post("/new", dependencies=[MANAGES])
def add(request: Request, app: House, me: Officer, form: Typed) -> Response:
    return _save(request, app, me, form, None)


@router.get("/{contact_id}", dependencies=[READS])
def show_one(request: Request, app: House, me: Officer, contact_id: str) -> Response:
    return _one(request, app, me, contact_id, Form())


@router.get("/{contact_id}/edit", dependencies=[MANAGES])
def show_edit(request: Request, app: House, me: Officer, contact_id: str) -> Response:
    kept = directory.open_one(app, contact_id, me)
    return _edit(request, filled(kept.contact, kept.version), kept.contact)


@router.post("/{contact_id}/edit", dependencies=[MANAGES])
def edit(request: Request, app: House, me: Officer, contact_id: str, form: Typed) -> Response:
    return _save(request, app, me, form, directory.open_one(app, contact_id, me).contact)


@router.post("/{contact_id}/remove", dependencies=[MANAGES])
def remove(request: Request, app: House, me: Officer, contact_id: str, form: Typed) -> Response:
    try:
        reason = form.text("reason", "Enter why", longest=LONGEST_LINE)
        form.ticked("confirmed", "Tick the box to confirm")
        form.done()
        directory.remove(app, contact_id, me, reason)
    except Refusal as refusal:
        if refusal.code is Code.RECIPIENT_UNKNOWN:
            raise
        return _one(request, app, me, contact_id, form, refusal)
    return RedirectResponse(f"/directory/{contact_id}", 303)


@router.post("/{contact_id}/browser-link", dependencies=[MANAGES])
def browser_link(request: Request, app: House, me: Officer, contact_id: str) -> Response:
    """Answered at once instead of elsewhere: the link is shown here alone."""
    link = browsers.link(app, contact_id, me)
    return _one(request, app, me, contact_id, Form(), link=link)


@router.get("/{contact_id}/ways/{number}", dependencies=[MANAGES])
def show_way(request: Request, app: House, me: Officer, contact_id: str, number: int) -> Response:
    return _way(request, app, me, contact_id, number, Form())


@router.post("/{contact_id}/ways/{number}/check", dependencies=[MANAGES])
def send_check(request: Request, app: House, me: Officer, contact_id: str, number: int) -> Response:
    """Answered at once instead of elsewhere: whether it surely left is said here alone."""
    try:
        sent = directory_ways.begin_verifying(app, contact_id, number, me)
    except Refusal as refusal:
        return _way(request, app, me, contact_id, number, Form(), refusal)
    return _way(request, app, me, contact_id, number, Form(), sent=sent)


@router.post("/{contact_id}/ways/{number}/code", dependencies=[MANAGES])
def give_code(
    request: Request, app: House, me: Officer, contact_id: str, number: int, form: Typed
) -> Response:
    def give() -> None:
        code = form.text("code", "Enter the code that came back", longest=64)
        form.done()
        directory_ways.finish_verifying(app, contact_id, number, code, me)

    return _tried(request, app, me, contact_id, number, form, give)


@router.post("/{contact_id}/ways/{number}/attest", dependencies=[MANAGES])
def attest(
    request: Request, app: House, me: Officer, contact_id: str, number: int, form: Typed
) -> Response:
    def say() -> None:
        how = form.text("how", "Enter how it was tried", longest=LONGEST_LINE)
        zone = form.zone("zone")
        at = form.instant("at", zone, "Enter when it was tried")
        form.done()
        directory_ways.attest_way(app, contact_id, number, how, me, at=at)

    return _tried(request, app, me, contact_id, number, form, say)


def _tried(
    request: Request,
    app: App,
    me: Actor,
    contact_id: str,
    number: int,
    form: Form,
    act: Callable[[], None],
) -> Response:
    try:
        act()
    except Refusal as refusal:
        return _way(request, app, me, contact_id, number, form, refusal)
    return RedirectResponse(f"/directory/{contact_id}", 303)


def _save(request: Request, app: App, me: Actor, form: Form, before: Contact | None) -> Response:
    if changed := moved(form):
        return _edit(request, changed, before)
    contact_id = before.contact_id if before else ""
    try:
        fresh = read(form, contact_id=contact_id, before=before)
        reason = form.text("reason", "Enter why, and on whose word", longest=LONGEST_LINE)
        seen = form.text("version", longest=12) if before else "0"
        form.done()
        version = int(seen) if seen.isdecimal() else 0
        kept = directory.put(app, fresh, me, reason, version=version if before else None)
    except Refusal as refusal:
        if field := FIELD.get(refusal.code):
            form.wrong(field, refusal.remedy)
        return _edit(request, form, before, refusal)
    return RedirectResponse(f"/directory/{kept.contact.contact_id}", 303)


def _edit(
    request: Request, form: Form, before: Contact | None = None, refusal: Refusal | None = None
) -> Response:
    return page(
        request,
        "directory/edit.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="directory",
        one=before,
        form=form,
        problems=form.problems(refusal),
        rows=ROWS,
        methods=list(Method),
        key_kinds=list(KeyKind),
        zones=_zones(),
    )


def _one(
    request: Request,
    app: App,
    me: Actor,
    contact_id: str,
    form: Form,
    refusal: Refusal | None = None,
    *,
    link: str = "",
) -> Response:
    kept = directory.standing(app, contact_id, me)
    one = kept.contact
    responsible = directory.known(app, one.responsible) if one.responsible else None
    return page(
        request,
        "directory/one.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="directory",
        one=one,
        responsible=responsible,
        history=directory.history(app, contact_id, me),
        troubles=troubles,
        manages=allows(app, me, directory.MANAGE) and not one.removed,
        rings=browsers.rings(app),
        has_room=browsers.has_room(one),
        link=link,
        link_days=browsers.GOOD_FOR.days,
        form=form,
        problems=form.problems(refusal),
    )


def _way(
    request: Request,
    app: App,
    me: Actor,
    contact_id: str,
    number: int,
    form: Form,
    refusal: Refusal | None = None,
    *,
    sent: directory_ways.CheckSent | None = None,
) -> Response:
    kept, way = directory_ways.open_way(app, contact_id, number, me)
    shown: dict[str, Any] = {
        "one": kept.contact,
        "way": way,
        "number": number,
        "sent": sent,
        "has_channel": way.method in app.channels and not way.method.by_hand,
        "pending": directory_ways.is_pending(app, contact_id, number),
    }
    return page(
        request,
        "directory/way.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="directory",
        form=form if form.typed else Form.showing(zone="UTC"),
        problems=form.problems(refusal),
        zones=_zones(),
        **shown,
    )


@cache
def _zones() -> tuple[str, ...]:
    named = (one for one in available_timezones() if re.match(r"[A-Z][a-z]+/[A-Z]", one))
    return ("UTC", *sorted(named))
