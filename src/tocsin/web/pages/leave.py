"""Leaving a list: one page, one button, for whoever has a message of it."""

from fastapi import Request, Response

from tocsin.casework import lists
from tocsin.domain.refusal import Code, Refusal
from tocsin.web import doors
from tocsin.web.answers import page
from tocsin.web.doors import House, recipient
from tocsin.web.pages.recipient import UNINDEXED

router = doors.router("/leave")


@router.get("/{token}", dependencies=[recipient()])
def show(request: Request, token: str) -> Response:
    """A question, and nothing done: mail scanners open links."""
    return _page(request, token=token, left=False)


@router.post("/{token}", dependencies=[recipient()])
def leave(request: Request, app: House, token: str) -> Response:
    try:
        lists.unsubscribe(app, token)
    except Refusal as refusal:
        if refusal.code is not Code.LINK_UNKNOWN:
            raise
        return _page(request, token="", left=False, status=404)
    return _page(request, token=token, left=True)


def _page(request: Request, *, token: str, left: bool, status: int = 200) -> Response:
    shown = page(request, "recipient/leave.html", status=status, token=token, left=left)
    shown.headers.update(UNINDEXED)
    return shown
