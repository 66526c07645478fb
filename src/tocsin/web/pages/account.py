"""Your own account: who you are here, your passkeys, your tokens, your sessions."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from tocsin.app import App
from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Refusal
from tocsin.identity import passkeys, sessions, tokens
from tocsin.store import people
from tocsin.store.instants import from_us
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.forms import Form, Typed
from tocsin.web.pages.passkeys import Answered, party, said

router = doors.router("/account")

SIGNED_IN = officer()


class Lasts(StrEnum):
    """For how many days a token works."""

    WEEK = "7"
    QUARTER = "90"
    YEAR = "365"


@router.get("", dependencies=[SIGNED_IN])
def show(request: Request, app: House, me: Officer) -> Response:
    return _account(request, app, me)


@router.post("/passkeys/options", dependencies=[SIGNED_IN])
def options(app: House, me: Officer) -> Response:
    try:
        asked = passkeys.registration_options(
            app.store,
            party(app),
            officer_id=me.actor_id,
            now=app.clock(),
            randomness=app.randomness,
        )
    except Refusal as refusal:
        return said(refusal)
    return JSONResponse(asked)


@router.post("/passkeys", dependencies=[SIGNED_IN])
def add_passkey(app: House, me: Officer, answered: Answered) -> Response:
    try:
        passkeys.register(
            app.store,
            party(app),
            officer_id=me.actor_id,
            response=answered.credential,
            name=answered.name,
            now=app.clock(),
        )
    except Refusal as refusal:
        return said(refusal)
    return JSONResponse({"next": "/account"})


@router.post("/passkeys/remove", dependencies=[SIGNED_IN])
def remove_passkey(request: Request, app: House, me: Officer, form: Typed) -> Response:
    try:
        wanted = form.text("passkey", "Choose a passkey", longest=2_046)
        form.done()
        passkeys.remove(app.store, me.actor_id, _bytes(wanted))
    except Refusal as refusal:
        return _account(request, app, me, refusal=refusal)
    return RedirectResponse("/account", 303)


@router.post("/tokens", dependencies=[SIGNED_IN])
def make_token(request: Request, app: House, me: Officer, form: Typed) -> Response:
    """Answered at once instead of elsewhere: the token is shown here and never again."""
    try:
        name = form.text("token", "Say what the token is for", longest=tokens.MOST_NAME)
        days = form.choice("days", Lasts, "Choose how long it lasts")
        form.done()
        token = tokens.issue(
            app.store,
            me.actor_id,
            name=name,
            now=app.clock(),
            randomness=app.randomness,
            lifetime=timedelta(days=int(days)),
        )
    except Refusal as refusal:
        return _account(request, app, me, form=form, refusal=refusal)
    return _account(request, app, me, token=token)


@router.post("/tokens/revoke", dependencies=[SIGNED_IN])
def revoke_token(request: Request, app: House, me: Officer, form: Typed) -> Response:
    try:
        wanted = form.text("token", "Choose a token", longest=64)
        form.done()
        tokens.revoke(app.store, me.actor_id, wanted, app.clock())
    except Refusal as refusal:
        return _account(request, app, me, refusal=refusal)
    return RedirectResponse("/account", 303)


@router.post("/sign-out-everywhere", dependencies=[SIGNED_IN])
def sign_out_everywhere(request: Request, app: House, me: Officer) -> Response:
    sessions.end_all(app.store, me.actor_id, app.clock())
    response = RedirectResponse("/sign-in", 303)
    doors.sign_out(request, response)
    return response


def _bytes(given: str) -> bytes:
    try:
        return bytes.fromhex(given)
    except ValueError:
        return b""


def _account(
    request: Request,
    app: App,
    me: Actor,
    *,
    form: Form | None = None,
    refusal: Refusal | None = None,
    token: str = "",
) -> Response:
    with app.store.read() as db:
        keys = people.passkeys(db, me.actor_id)
        known = people.api_tokens(db, me.actor_id)
    form = form or Form.showing(days=Lasts.QUARTER)
    shown: dict[str, Any] = {
        "passkeys": keys,
        "tokens": [one for one in known if one.revoked_us is None],
        "token": token,
        "at": from_us,
        "usable": party(app).usable,
        "form": form,
        "problems": form.problems(refusal),
    }
    status = status_of(refusal.code) if refusal else 200
    return page(request, "account/page.html", status=status, **shown)
