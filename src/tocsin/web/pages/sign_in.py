"""Signing in, by a passkey or by a link that works once, and out again."""

import re
from datetime import timedelta
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from tocsin.app import App
from tocsin.domain.refusal import Refusal
from tocsin.identity import invites, passkeys, sessions
from tocsin.store import people
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Visitor, public
from tocsin.web.pages.passkeys import Answered, party, said

router = doors.router()

HERE = re.compile(r"/(?![/\\])[!-~]*")
COMING_IN = public("whoever signs in is not signed in yet")


def local(wanted: str) -> str:
    """Only a path of this house; the queue instead of anything else."""
    return wanted if HERE.fullmatch(wanted) else "/"


@router.get("/sign-in", dependencies=[COMING_IN])
def show(request: Request, app: House, visitor: Visitor, next: str = "/") -> Response:  # noqa: A002  # its name in the address
    if visitor:
        return RedirectResponse(local(next), 303)
    if request.headers.get("hx-request"):
        # A page that refreshes itself lost its session: the whole page goes, not a part of it.
        there = f"/sign-in?next={quote(local(next), safe='/')}"
        return Response(headers={"HX-Redirect": there})
    usable = party(app).usable
    return page(request, "sign_in/page.html", next=local(next), usable=usable)


@router.post("/sign-in/passkey/options", dependencies=[COMING_IN])
def options(app: House) -> Response:
    try:
        asked = passkeys.sign_in_options(
            app.store, party(app), now=app.clock(), randomness=app.randomness
        )
    except Refusal as refusal:
        return said(refusal)
    return JSONResponse(asked)


@router.post("/sign-in/passkey", dependencies=[COMING_IN])
def by_passkey(request: Request, app: House, answered: Answered) -> Response:
    try:
        token = passkeys.sign_in(
            app.store,
            party(app),
            response=answered.credential,
            now=app.clock(),
            lifetime=lifetime(app),
            randomness=app.randomness,
        )
    except Refusal as refusal:
        return said(refusal)
    return _entered(request, app, token, JSONResponse({"next": local(answered.next)}))


@router.get("/invite/{secret}", dependencies=[COMING_IN])
def invited(request: Request) -> Response:
    """Nothing is used up yet: mail scanners and previews follow links too."""
    return page(request, "sign_in/invited.html", refusal=None)


@router.post("/invite/{secret}", dependencies=[COMING_IN])
def by_invite(request: Request, app: House, secret: str) -> Response:
    try:
        token = invites.redeem(app.store, secret, app.clock(), lifetime(app), app.randomness)
    except Refusal as refusal:
        status = status_of(refusal.code)
        return page(request, "sign_in/invited.html", status=status, refusal=refusal)
    actor = sessions.who(app.store, token, app.clock())
    with app.store.read() as db:
        known = people.passkeys(db, actor.actor_id) if actor else []
    there = "/" if known or not party(app).usable else "/account"
    return _entered(request, app, token, RedirectResponse(there, 303))


@router.post("/sign-out", dependencies=[public("ends only the session of whoever asks")])
def sign_out(request: Request) -> Response:
    response = RedirectResponse("/sign-in", 303)
    doors.sign_out(request, response)
    return response


def lifetime(app: App) -> timedelta:
    return timedelta(hours=app.settings.session_hours)


def _entered(request: Request, app: App, token: str, response: Response) -> Response:
    """The browser's earlier session ends: it may have been somebody else's."""
    if earlier := request.cookies.get(doors.cookie_name(app.settings)):
        sessions.end(app.store, earlier, app.clock())
    doors.sign_in(response, app, token)
    return response
