"""The officers of the house, for its administrators: no case is seen from here."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from tocsin.app import App
from tocsin.casework.people import disable, enrol, everyone, sign_in_link
from tocsin.domain.actor import Actor, Role
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.identity import officers
from tocsin.store import people
from tocsin.store.instants import from_us
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.forms import Form, Typed

router = doors.router("/people")

MANAGES = officer("manage_people")


@router.get("", dependencies=[officer("read_people")])
def show(request: Request, app: House) -> Response:
    return _list(request, app, Form())


@router.post("", dependencies=[MANAGES])
def add(request: Request, app: House, form: Typed) -> Response:
    try:
        wanted: dict[str, Any] = {
            "officer_id": form.text("officer_id", "Enter an id", longest=64),
            "name": form.text("name", "Enter the officer's name", longest=200),
            "unit": form.text("unit", "Enter the officer's unit", longest=100),
            "email": form.text("email", longest=320),
            "roles": _roles(form),
        }
        form.done()
        added = enrol(app, **wanted)
    except Refusal as refusal:
        return _list(request, app, form, refusal)
    return RedirectResponse(f"/people/{added.actor_id}", 303)


@router.get("/{officer_id}", dependencies=[officer("read_people")])
def show_one(request: Request, app: House, officer_id: str) -> Response:
    return _one(request, app, officer_id)


@router.post("/{officer_id}/roles", dependencies=[MANAGES])
def change_roles(
    request: Request, app: House, me: Officer, officer_id: str, form: Typed
) -> Response:
    def change() -> None:
        roles = _roles(form)
        form.done()
        if Role.ADMINISTRATOR not in roles:
            _not_oneself(me, officer_id)
        officers.change_roles(app.store, officer_id, roles)

    return _done(request, app, officer_id, change, form)


@router.post("/{officer_id}/invite", dependencies=[MANAGES])
def invite(request: Request, app: House, officer_id: str) -> Response:
    """Answered at once instead of elsewhere: the link is shown here and never again."""
    try:
        link = sign_in_link(app, officer_id)
    except Refusal as refusal:
        return _one(request, app, officer_id, refusal=refusal)
    return _one(request, app, officer_id, link=link)


@router.post("/{officer_id}/disable", dependencies=[MANAGES])
def shut_out(request: Request, app: House, me: Officer, officer_id: str, form: Typed) -> Response:
    def shut() -> None:
        form.ticked("confirmed", "Tick the box to confirm")
        form.done()
        _not_oneself(me, officer_id)
        disable(app, officer_id)

    return _done(request, app, officer_id, shut, form)


def _done(
    request: Request, app: App, officer_id: str, change: Callable[[], None], form: Form
) -> Response:
    try:
        change()
    except Refusal as refusal:
        return _one(request, app, officer_id, form=form, refusal=refusal)
    return RedirectResponse(f"/people/{officer_id}", 303)


def _roles(form: Form) -> tuple[str, ...]:
    roles = form.many("roles")
    if not set(roles) <= set(Role):
        form.wrong("roles", "Choose from the roles listed")
    return roles


def _not_oneself(me: Actor, officer_id: str) -> None:
    if me.actor_id == officer_id:
        refuse(
            Code.SAME_OFFICER,
            "Nothing was changed: nobody shuts themselves out of looking after people.",
            "Ask another administrator.",
        )


def _list(request: Request, app: App, form: Form, refusal: Refusal | None = None) -> Response:
    return page(
        request,
        "people/list.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="people",
        officers=everyone(app),
        form=form,
        problems=form.problems(refusal),
    )


def _one(
    request: Request,
    app: App,
    officer_id: str,
    *,
    form: Form | None = None,
    refusal: Refusal | None = None,
    link: str = "",
) -> Response:
    with app.store.read() as db:
        known = people.officer(db, officer_id)
    if known is None:
        refuse(Code.OFFICER_UNKNOWN, "Nothing was shown: there is no such officer.", "List them.")
    form = form or Form.showing(roles=known.roles)
    return page(
        request,
        "people/one.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="people",
        one=known,
        form=form,
        problems=form.problems(refusal),
        link=link,
        invite_hours=app.settings.invite_hours,
        at=from_us,
    )
