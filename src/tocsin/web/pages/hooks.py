"""Where partners' systems post signed receipts for warnings they were sent."""

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from tocsin.casework.partners import hear_partner
from tocsin.domain.refusal import Code, refuse
from tocsin.web import doors
from tocsin.web.doors import House, public

router = doors.router("/hooks")
MOST_BYTES = 64 * 1024


@router.post("/receipt", dependencies=[public("signed with the partner's secret")])
async def receipt(request: Request, app: House) -> Response:
    """Taken (204), or refused without saying whether there is such a message."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            refuse(Code.BAD_VALUE, "The receipt was not taken: it is too large.", "Send less.")
    await run_in_threadpool(hear_partner, app, dict(request.headers), bytes(body))
    return Response(status_code=204)
