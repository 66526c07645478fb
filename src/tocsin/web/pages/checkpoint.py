"""The newest checkpoint on one sheet of paper, and as text to be mailed."""

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response

from tocsin.casework import printing
from tocsin.web import doors
from tocsin.web.answers import page
from tocsin.web.doors import House, officer

router = doors.router("/record/checkpoint")

PUBLISHES = officer("publish_log")


@router.get("", dependencies=[PUBLISHES])
def show(request: Request, app: House) -> Response:
    return page(request, "record/sheet.html", sheet=printing.page(app), style="", back="/")


@router.get("/mail", dependencies=[PUBLISHES])
def mail(app: House) -> Response:
    return PlainTextResponse(printing.mail(printing.page(app)))
