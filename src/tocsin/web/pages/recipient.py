"""The recipient's page: the exact words, and what the recipient answers.

It is opened on any phone, over a bad line, by somebody who is afraid and whom we
cannot help with it: plain HTML, one small style sheet, no script, no cookie, nothing of
the house's own pages, and every sentence in the reader's language where there is a
catalogue. Every link that opens nothing gets the same answer.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from tocsin.app import App
from tocsin.casework import acknowledge
from tocsin.casework.sheet import sheet
from tocsin.domain.kinds import ReactionKind
from tocsin.domain.phrases import ENGLISH
from tocsin.domain.refusal import Code, Refusal
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, recipient
from tocsin.web.pages.forms import Form, Typed
from tocsin.web.pages.genuine import PROOF, attached
from tocsin.web.pages.recipient_view import CHOICES, Reading, reading, say_to_stranger

router = doors.router("/w")

LONGEST_CODE, LONGEST_WORDS, LONGEST_NAME, LONGEST_TAG = 64, 4_000, 200, 35
FORMS = ("confirm", "passed", "answer")
UNINDEXED = {"X-Robots-Tag": "noindex, nofollow, noarchive"}


@router.get("/{token}", dependencies=[recipient()])
def show(request: Request, app: House, token: str) -> Response:
    """Being opened is noted; it is no acknowledgement."""
    return _page(request, app, token)


@router.post("/{token}/confirm", dependencies=[recipient()])
def confirm(request: Request, app: House, token: str, form: Typed) -> Response:
    try:
        typed = form.text("code", ENGLISH.ask_code, longest=LONGEST_CODE)
        person = form.text("person", longest=LONGEST_NAME)
        form.ticked("understood", ENGLISH.ask_tick)
        form.done()
        acknowledge.acknowledge(app, token, typed, person)
    except Refusal as refusal:
        return _page(request, app, token, form, refusal, "confirm")
    return RedirectResponse(f"/w/{token}{_query(request)}", 303, UNINDEXED)


@router.post("/{token}/answer", dependencies=[recipient()])
def answer(request: Request, app: House, token: str, form: Typed) -> Response:
    try:
        kind = form.choice("kind", ReactionKind, ENGLISH.ask_kind)
        if kind not in (*CHOICES, ReactionKind.PASSED_ON):
            form.wrong("kind", ENGLISH.ask_kind)
        words = form.text("words", ENGLISH.ask_words, longest=LONGEST_WORDS)
        typed = form.text("code", ENGLISH.ask_code, longest=LONGEST_CODE)
        person = form.text("person", longest=LONGEST_NAME)
        form.done()
        acknowledge.answer(app, token, typed, kind, words, person)
    except Refusal as refusal:
        passed = form.value("kind") == ReactionKind.PASSED_ON
        return _page(request, app, token, form, refusal, "passed" if passed else "answer")
    return RedirectResponse(f"/w/{token}{_query(request)}#answered", 303, UNINDEXED)


@router.get("/{token}/sheet", dependencies=[recipient()])
def printed(request: Request, app: House, token: str) -> Response:
    """One page of paper with the words in the reader's language, as a PDF."""
    try:
        read = reading(acknowledge.visit(app, token), _wanted(request))
    except Refusal as unknown:
        return _unknown(request, unknown)
    pdf = sheet(
        read.block,
        exercise=read.portal.released.exercise,
        house=_house(app),
        reference="",
        link=f"{app.settings.base_url}/w/{token}",
        fingerprint=read.portal.released.text_sha256,
        at=app.clock(),
    )
    named = {"Content-Disposition": 'inline; filename="warning.pdf"'}
    return _dressed(Response(pdf, media_type="application/pdf", headers=named))


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
    say = say_to_stranger(request.headers.get("accept-language", ""))
    return _dressed(page(request, "recipient/unknown.html", status=404, say=say))


def _page(
    request: Request,
    app: App,
    token: str,
    form: Form | None = None,
    refusal: Refusal | None = None,
    sent: str = "",
) -> Response:
    try:
        read = reading(acknowledge.visit(app, token), _wanted(request))
    except Refusal as unknown:
        return _unknown(request, unknown)
    problems = _problems(read, form, refusal, sent)
    forms = {one: form if form and sent == one else Form() for one in FORMS}
    return _dressed(
        page(
            request,
            "recipient/page.html",
            status=status_of(refusal.code) if refusal else 200,
            token=token,
            query=_query(request),
            released=read.portal.released,
            followed_by=read.portal.followed_by,
            forms=forms,
            problems=problems,
            **read.context(_house(app)),
        )
    )


def _problems(
    read: Reading, form: Form | None, refusal: Refusal | None, sent: str
) -> list[dict[str, Any]]:
    if form is None or refusal is None:
        return []
    if not form.errors and refusal.code in (Code.CODE_WRONG, Code.TOO_MANY_TRIES):
        form.wrong("code", f"{refusal.what} {refusal.remedy}")
    if not form.errors:
        return [{"text": f"{refusal.what} {refusal.remedy}"}]
    form.errors.update({name: read.own(why) for name, why in form.errors.items()})
    return [{"text": why, "href": f"#{sent}-{name}"} for name, why in form.errors.items()]


def _house(app: App) -> str:
    return app.settings.house


def _wanted(request: Request) -> str:
    return request.query_params.get("lang", "")[:LONGEST_TAG]


def _query(request: Request) -> str:
    """The chosen language, for the next page: there is no cookie to keep it."""
    wanted = _wanted(request)
    return f"?lang={quote(wanted, safe='')}" if wanted else ""


def _dressed(response: Response) -> Response:
    response.headers.update(UNINDEXED)
    return response
