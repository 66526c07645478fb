"""Guards around every request: headers, size, site of origin, a log without secrets.

Plain ASGI, so that streams stay streams.
"""

import logging
import re
import traceback
from collections.abc import Mapping
from time import perf_counter
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tocsin.domain.refusal import Code, Refusal
from tocsin.settings import Settings
from tocsin.web.answers import broken, refused, too_large
from tocsin.web.doors import house, is_secure

ACCESS = logging.getLogger("tocsin.access")
BUGS = logging.getLogger("tocsin.bugs")

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "clipboard-write=(self), publickey-credentials-create=(self), "
        "publickey-credentials-get=(self)"
    ),
}
HASHED = re.compile(r"/static/[\w.-]+\.[0-9a-f]{12}\.\w+")
FOREVER, NEVER = "public, max-age=31536000, immutable", "no-store"


class Watch:
    """Outermost: headers on every answer, one log line, a reference for every bug."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.headers = dict(HEADERS)
        if is_secure(settings):
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(scope, message)
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as bug:  # noqa: BLE001  # the last hand: whatever it is, it gets a number
            reference = house(Request(scope)).randomness(4).hex().upper()
            BUGS.error("reference %s: %s", reference, told(bug))
            if status:
                # Too late for another answer: the connection must break, without the bug's words.
                raise RuntimeError(f"reference {reference}") from None
            await broken(Request(scope), reference)(scope, receive, watched)
        finally:
            # The route's pattern, not the address: addresses hold links, names and searches.
            pattern = getattr(scope.get("route"), "path", "-")
            spent_ms = (perf_counter() - began) * 1_000
            ACCESS.info("%s %s %d %.0f ms", scope["method"], pattern, status, spent_ms)

    def _dress(self, scope: Scope, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        headers.update(self.headers)
        found = message["status"] in {200, 304}
        kept = FOREVER if HASHED.fullmatch(scope["path"]) else headers.get("Cache-Control", NEVER)
        headers["Cache-Control"] = kept if found else NEVER


def told(bug: BaseException) -> str:
    """What happened where, without the bug's own words: they may quote a report."""
    told_of = []
    cause: BaseException | None = bug
    while cause is not None:
        frames = "".join(traceback.format_tb(cause.__traceback__))
        told_of.append(f"{type(cause).__name__}\n{frames}")
        cause = cause.__cause__ or cause.__context__
    return "caused by ".join(told_of)


class BodyLimit:
    """No more bytes than the limit, whatever the length that was declared."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app, self.most_bytes = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self.most_bytes:
            await refused(Request(scope), too_large())(scope, receive, send)
            return
        came = 0

        async def bounded() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self.most_bytes:
                # Not a Refusal: the framework lets only its own exceptions through body parsing.
                raise HTTPException(413)
            return message

        await self.app(scope, bounded, send)


class SameSite:
    """What changes anything comes from our own pages, or with a key that no browser adds."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.origin = origin(settings.base_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and not self._ours(scope):
            refusal = Refusal(
                Code.CROSS_SITE,
                "Nothing was done: the request did not come from a page of this house.",
                "Open Tocsin itself and do it there; programs send an API token.",
            )
            await refused(Request(scope), refusal)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _ours(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if headers.get("authorization", "").lower().startswith("bearer "):
            return True
        if "webhook-signature" in headers:  # no page elsewhere can make a browser add it
            return True
        if (site := headers.get("sec-fetch-site")) is not None:
            return site in {"same-origin", "none"}
        # The host was checked before; a proxy may have taken the s of https away.
        here = {self.origin, f"{scope['scheme']}://{headers.get('host', '')}"}
        return headers.get("origin", "") in here


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
