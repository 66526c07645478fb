"""A witness over HTTP: add-checkpoint for logs, and what it knows for everybody."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from tocsin.record.witnessing import MAX_REQUEST_BYTES
from tocsin.witness.cosigning import Answer, Witness, add_checkpoint
from tocsin.witness.keep import Damaged, Kept, log_id

BODY_TIMEOUT_S = 30
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create(witness: Witness, clock: Callable[[], int]) -> Starlette:
    """The web application of one witness. `clock` tells the seconds since 1970 UTC."""
    origins = {log_id(origin): origin for origin in witness.logs}

    async def add(request: Request) -> Response:
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                body = await _body(request)
        except TimeoutError:
            return _response(Answer(status=408, body="Not cosigned: the request never ended.\n"))
        except ClientDisconnect:
            return _response(Answer(status=400, body="Not cosigned: the request broke off.\n"))
        if body is None:
            return _response(Answer(status=413, body="Not cosigned: the request is too large.\n"))
        return _response(await run_in_threadpool(add_checkpoint, witness, body, clock))

    def page(_: Request) -> Response:
        try:
            told = _page(witness)
        except Damaged as damaged:
            return _response(Answer(status=503, body=f"{damaged}. The operator must look.\n"))
        return HTMLResponse(told, headers=HEADERS)

    def checkpoint(request: Request) -> Response:
        origin = origins.get(request.path_params["log"])
        try:
            kept = witness.keep.latest(origin) if origin else None
        except Damaged as damaged:
            return _response(Answer(status=503, body=f"{damaged}. The operator must look.\n"))
        if kept is None:
            return _response(Answer(status=404, body="No checkpoint of that log was cosigned.\n"))
        return _response(Answer(status=200, body=kept.note))

    def keys(_: Request) -> Response:
        return _response(Answer(status=200, body="".join(f"{key.text}\n" for key in witness.keys)))

    return Starlette(
        routes=[
            Route("/add-checkpoint", add, methods=["POST"]),
            Route("/", page),
            Route("/checkpoint/{log}", checkpoint),
            Route("/keys", keys),
        ]
    )


def _response(answer: Answer) -> Response:
    response = PlainTextResponse(answer.body, answer.status, headers=HEADERS)
    # C2SP names this type alone; Starlette would add a charset to it.
    response.headers["Content-Type"] = answer.media_type
    return response


async def _body(request: Request) -> bytes | None:
    """The whole body, or None as soon as there is too much of it."""
    came = bytearray()
    async for piece in request.stream():
        came += piece
        if len(came) > MAX_REQUEST_BYTES:
            return None
    return bytes(came)


def _page(witness: Witness) -> str:
    logs = (
        "".join(_log(origin, witness.keep.latest(origin)) for origin in sorted(witness.logs))
        or "<p>None yet.</p>"
    )
    keys = "".join(f"<li><code>{escape(key.text)}</code></li>" for key in witness.keys)
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Witness {escape(witness.name)}</title></head>
<body>
<main>
<h1>Witness {escape(witness.name)}</h1>
<p>It cosigns a log's newest checkpoint only if that log has added to what was there before,
and changed nothing. Logs send theirs to <code>/add-checkpoint</code> (C2SP tlog-witness).</p>
<h2>Logs it witnesses</h2>
{logs}
<h2>Contradictions kept as evidence</h2>
<p>{witness.keep.evidence()}</p>
<h2>Its keys</h2>
<ul>{keys}</ul>
<p>Take them from its operator by another path before you trust them.</p>
</main>
</body>
</html>
"""


def _log(origin: str, kept: Kept | None) -> str:
    told = "<p>Nothing cosigned yet.</p>"
    if kept:
        at = datetime.fromtimestamp(kept.at_s, UTC)
        told = (
            f"<p>{kept.checkpoint.size:,} records, cosigned {at:%Y-%m-%d %H:%M:%S} UTC: "
            f'<a href="/checkpoint/{log_id(origin)}">the checkpoint</a>.</p>'
        )
    return f"<h3>{escape(origin)}</h3>\n{told}\n"
