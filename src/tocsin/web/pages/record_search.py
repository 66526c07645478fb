"""Searching the record with proof: the question, what was found, and the file to take away."""

from base64 import b64encode
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response

from tocsin.casework.searching import MOST_TEXTS, Answer, search
from tocsin.domain.refusal import Code, Refusal
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.forms import Form, Typed

router = doors.router("/record/search")

SEARCHES = officer("search_record")
MOST_IN_PAGE = 4_000_000  # bytes of a file that a page carries along
FIELD = {
    Code.BAD_VALUE: "texts",
    Code.TIME_IN_FUTURE: "before",
    Code.TIME_WITHOUT_ZONE: "before",
}
"""The field to look at again after a refusal."""


class Kind(StrEnum):
    """What is searched for."""

    SUBJECT = "subject"
    PLACE = "place"
    CASE = "case"


@router.get("", dependencies=[SEARCHES])
def show(request: Request) -> Response:
    return _asked(request, Form.showing(kind=Kind.SUBJECT))


@router.post("", dependencies=[SEARCHES])
def ask(request: Request, app: House, me: Officer, form: Typed) -> Response:
    """Search once for each time this is sent: the answer's file is kept nowhere here."""
    try:
        kind = form.choice("kind", Kind)
        texts = form.lines("texts", most=MOST_TEXTS)
        if kind is Kind.CASE:
            texts = tuple(map(str.upper, texts))
        if not texts and "texts" not in form.errors:
            form.wrong("texts", "Enter a name, a place or a case's number")
        before = form.instant("before", ZoneInfo("UTC"), "") if form.value("before") else None
        form.known.add("before")
        reason = form.text("reason", "Enter why, and on whose request", longest=500)
        form.done()
        answer = search(app, me, kind=kind.value, texts=texts, before=before, reason=reason)
    except Refusal as refusal:
        return _asked(request, form, refusal)
    name = f"answer-{answer.index}.json"
    if len(answer.file) > MOST_IN_PAGE:
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(answer.file, media_type="application/json", headers=headers)
    return page(request, "record/search_found.html", nav="record", **_found(answer, name))


def _found(answer: Answer, name: str) -> dict[str, Any]:
    return {
        "answer": answer,
        "name": name,
        "file": f"data:application/json;base64,{b64encode(answer.file).decode()}",
    }


def _asked(request: Request, form: Form, refusal: Refusal | None = None) -> Response:
    problems = form.problems(refusal)
    if refusal and not form.errors and refusal.code in FIELD:
        form.wrong(FIELD[refusal.code], f"{refusal.what} {refusal.remedy}")
        problems = form.problems()
    return page(
        request,
        "record/search.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="record",
        form=form,
        problems=problems,
    )
