"""Where a contact lets a browser of theirs ring, by a link from an officer, and its worker."""

import json
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from tocsin.app import App
from tocsin.casework import browsers
from tocsin.domain.kinds import Method
from tocsin.domain.phrases import phrases_for
from tocsin.domain.phrases.ringing import ringing_in
from tocsin.domain.refusal import Code, Refusal
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, public, recipient
from tocsin.web.pages.recipient import UNINDEXED
from tocsin.web.pages.recipient_view import say_to_stranger
from tocsin.web.templating import asset_file

router = doors.router()

MOST_BYTES = 8 * 1024
EVERYBODY = public("a program that shows what is pushed, the same for everybody")
SAID = {Code.LINK_UNKNOWN: "gone", Code.BAD_VALUE: "full", Code.ADDRESS_INVALID: "unfit"}
"""The sentence of the page for a refusal; any other is one to try again."""
BY_HAND = (Method.VOICE, Method.IN_PERSON)


class Keys(BaseModel):
    """Of a browser's subscription, in base64url: a point of 65 bytes and a secret of 16."""

    model_config = ConfigDict(extra="forbid")

    p256dh: str = Field(pattern=r"^[A-Za-z0-9_-]{87}$")
    auth: str = Field(pattern=r"^[A-Za-z0-9_-]{22}$")


class Subscription(BaseModel):
    """Where a browser is pushed to, and how what is pushed is sealed."""

    model_config = ConfigDict(extra="forbid")

    endpoint: str = Field(max_length=1_500)
    keys: Keys


class Sent(BaseModel):
    """What the script of the page posts."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field("", max_length=400)
    subscription: Subscription


async def _posted(request: Request) -> bytes | None:
    """The body, or None where it is longer than any browser's subscription."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


@router.get("/browser/{token}", dependencies=[recipient()])
def show(request: Request, app: House, token: str) -> Response:
    """A question, and nothing done: mail scanners open links."""
    try:
        guest = browsers.invited(app, token)
    except Refusal:
        stranger = say_to_stranger(request.headers.get("accept-language", ""))
        return _dressed(page(request, "recipient/unknown.html", status=404, say=stranger))
    say = ringing_in(guest.kept.contact.languages[0])
    shown = page(
        request,
        "recipient/browser.html",
        say=say,
        around=phrases_for(say.language),
        house=app.settings.house,
        ways=", ".join(
            word for way, word in say.ways.items() if way in app.channels or way in BY_HAND
        ),
        server_key=guest.server_key,
        token=token,
        longest_label=browsers.LONGEST_LABEL,
    )
    return _dressed(shown)


@router.post("/browser/{token}", dependencies=[recipient()])
async def add(app: House, token: str, body: Annotated[bytes | None, Depends(_posted)]) -> Response:
    """Said as `browser.js` shows it. Sends a test, so not on the event loop."""
    return _dressed(await run_in_threadpool(_add, app, token, body))


def _add(app: App, token: str, body: bytes | None) -> JSONResponse:
    try:
        browsers.invited(app, token)  # a wrong link is told nothing of what it posted
        try:
            sent = Sent.model_validate_json(body or b"")
        except ValidationError:
            browsers.unfit()
        given = json.dumps(sent.subscription.model_dump())
        outcome = browsers.add(app, token, given, sent.label)
    except Refusal as refusal:
        said = SAID.get(refusal.code, "unsaved")
        return JSONResponse({"said": said}, status_of(refusal.code))
    return JSONResponse({"said": outcome.value})


@router.get("/push-worker.js", dependencies=[EVERYBODY])
def worker() -> Response:
    """From here and not from /static, so that all of this site is within its reach."""
    fresh = {"Cache-Control": "no-cache"}
    return FileResponse(asset_file("push-worker.js"), media_type="text/javascript", headers=fresh)


def _dressed(response: Response) -> Response:
    response.headers.update(UNINDEXED)
    return response
