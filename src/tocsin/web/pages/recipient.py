"""The recipient's page: the exact words, and what the recipient answers.

It is opened on any phone, over a bad line, by somebody who is afraid and whom we
cannot help with it: plain HTML, one small style sheet, no script, nothing of the
house's own pages. Every link that opens nothing gets the same answer.
"""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from tocsin.app import App
from tocsin.casework import acknowledge
from tocsin.domain.kinds import ReactionKind
from tocsin.domain.refusal import Code, Refusal
from tocsin.domain.warning import HEADLINE, WarningKind
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, recipient
from tocsin.web.pages.forms import Form, Typed
from tocsin.web.pages.genuine import PROOF, attached

router = doors.router("/w")

RIGHT_TO_LEFT = frozenset(
    {"ar", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"}
)
LONGEST_CODE, LONGEST_WORDS = 64, 4_000
UNINDEXED = {"X-Robots-Tag": "noindex, nofollow, noarchive"}
ASK_CODE = "Type the code that stands in the message"


@router.get("/{token}", dependencies=[recipient()])
def show(request: Request, app: House, token: str) -> Response:
    """Being opened is noted; it is no acknowledgement."""
    return _page(request, app, token)


@router.post("/{token}/confirm", dependencies=[recipient()])
def confirm(request: Request, app: House, token: str, form: Typed) -> Response:
    try:
        typed = form.text("code", ASK_CODE, longest=LONGEST_CODE)
        form.ticked("understood", "Tick the box when you have read and understood the warning")
        form.done()
        acknowledge.acknowledge(app, token, typed)
    except Refusal as refusal:
        return _page(request, app, token, form, refusal, "confirm")
    return RedirectResponse(f"/w/{token}", 303, UNINDEXED)


@router.post("/{token}/answer", dependencies=[recipient()])
def answer(request: Request, app: House, token: str, form: Typed) -> Response:
    try:
        kind = form.choice("kind", ReactionKind, "Choose what you want to tell us")
        words = form.text("words", "Write your answer", longest=LONGEST_WORDS)
        typed = form.text("code", ASK_CODE, longest=LONGEST_CODE)
        form.done()
        acknowledge.answer(app, token, typed, kind, words)
    except Refusal as refusal:
        return _page(request, app, token, form, refusal, "answer")
    return RedirectResponse(f"/w/{token}#answered", 303, UNINDEXED)


@router.get("/{token}/proof", dependencies=[recipient()])
def proof(request: Request, app: House, token: str) -> Response:
    """That these words came from this house and when, to be kept as a file."""
    return _file(request, lambda: acknowledge.proof(app, token), PROOF)


@router.get("/{token}/words", dependencies=[recipient()])
def words(request: Request, app: House, token: str) -> Response:
    """The exact words, to be kept beside their proof."""
    return _file(request, lambda: acknowledge.words(app, token), "message.txt")


def _file(request: Request, made: Callable[[], str], name: str) -> Response:
    try:
        return _dressed(attached(made(), name))
    except Refusal as unknown:
        return _unknown(request, unknown)


def _unknown(request: Request, refusal: Refusal) -> Response:
    if refusal.code is not Code.LINK_UNKNOWN:
        raise refusal
    return _dressed(page(request, "recipient/unknown.html", status=404))


def _page(
    request: Request,
    app: App,
    token: str,
    form: Form | None = None,
    refusal: Refusal | None = None,
    sent: str = "",
) -> Response:
    try:
        portal = acknowledge.visit(app, token)
    except Refusal as unknown:
        return _unknown(request, unknown)
    status = status_of(refusal.code) if refusal else 200
    return _dressed(
        page(
            request,
            "recipient/page.html",
            status=status,
            token=token,
            house=app.settings.mail.sender_name if app.settings.mail else "",
            delivery=portal.delivery,
            released=portal.released,
            direction="rtl" if _right_to_left(portal.released.language) else "ltr",
            cancels=portal.released.headline == HEADLINE[WarningKind.CANCEL],
            followed_by=portal.followed_by,
            forms={one: form if form and sent == one else Form() for one in ("confirm", "answer")},
            problems=_problems(form, refusal, sent),
        )
    )


def _problems(form: Form | None, refusal: Refusal | None, sent: str) -> list[dict[str, Any]]:
    if form is None or refusal is None:
        return []
    if not form.errors and refusal.code in (Code.CODE_WRONG, Code.TOO_MANY_TRIES):
        form.wrong("code", f"{refusal.what} {refusal.remedy}")
    if not form.errors:
        return [{"text": f"{refusal.what} {refusal.remedy}"}]
    return [{"text": why, "href": f"#{sent}-{name}"} for name, why in form.errors.items()]


def _right_to_left(language: str) -> bool:
    return language.lower().split("-")[0] in RIGHT_TO_LEFT


def _dressed(response: Response) -> Response:
    response.headers.update(UNINDEXED)
    return response
