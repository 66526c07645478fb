"""The page of a case and what it leads to: reports, a warning's words, the export."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Query, Request, Response

from tocsin.casework.cap_answers import CAP, answer
from tocsin.casework.export import export_case
from tocsin.casework.reads import case_of, report_bytes, report_text
from tocsin.casework.sources import beside
from tocsin.casework.understanding import understood
from tocsin.web.answers import page
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages import (
    case_chase,
    case_decide,
    case_deliver,
    case_follow,
    case_hand,
    case_inbound,
    case_names,
    case_publish,
    case_reading,
    case_recipients,
    case_required,
    case_retain,
    case_sighting,
    case_triage,
    case_understood,
    case_warning,
    case_watch,
)
from tocsin.web.pages.case_steps import cases as router
from tocsin.web.pages.case_steps import standing
from tocsin.web.pages.case_told import Known
from tocsin.web.pages.case_view import View
from tocsin.web.pages.forms import Typed

__all__ = ["router"]

_STEPS = (
    *(case_triage, case_decide, case_warning, case_recipients, case_deliver, case_hand),
    *(case_chase, case_publish, case_follow, case_retain, case_required),
    *(case_inbound, case_watch, case_reading, case_names, case_sighting),
)
"""Imported for the routes they add; the literal addresses stand before those with a number."""

SUFFIXES = {
    "text/plain": "txt",
    "text/html": "html",
    "message/rfc822": "eml",
    "application/pdf": "pdf",
    "application/cap+xml": "xml",
    "application/json": "json",
}


@router.get("", name="case", dependencies=[officer()])
def case(
    request: Request,
    app: House,
    by: Officer,
    since: Annotated[int | None, Query(ge=0)] = None,
    clocks: bool = False,
    known: Known | None = None,
    shown: Annotated[int, Query(ge=1, le=1_000)] = 1,
) -> Response:
    """`since` is the case's last event before this officer's own step; what followed is told.

    `known` and `shown` choose the recipients: those of whom so much is known, and the page.
    """
    at = standing(request, app, by)
    view = View(at=at, known=known, page=shown)
    return page(
        request,
        "case/case.html",
        nav="queue",
        at=at,
        case=at.case,
        view=view,
        done=view.since(since) if since is not None else [],
        clocks=clocks,
    )


@router.get("/news", name="case:news", dependencies=[officer()])
def news(
    request: Request, app: House, by: Officer, seen: Annotated[int, Query(ge=0)] = 0
) -> Response:
    """Whether anything has happened since the page was drawn; asked by a page that stays open."""
    at = standing(request, app, by)
    return page(request, "case/news.html", at=at, changed=at.case.seq > seen)


@router.get("/reports/{report_id}", name="case:report", dependencies=[officer()])
def report(request: Request, app: House, by: Officer) -> Response:
    at = standing(request, app, by)
    text = report_text(app, at.case_id, at.report.report_id, by)
    shown = text[: case_triage.MOST_SHOWN]
    reading = understood(at.report, text)
    return page(
        request,
        "case/report.html",
        nav="queue",
        at=at,
        report=at.report,
        text=shown,
        cut=len(text) > len(shown),
        cues=case_understood.marked(reading, text, len(shown)),
        reading=reading,
        whole=text,
        view=View(at=at),
    )


@router.get("/reports/{report_id}/beside/{other_id}", name="case:beside", dependencies=[officer()])
def two(request: Request, app: House, by: Officer, other_id: str) -> Response:
    """Two reports of one source, what they share marked in both."""
    at = standing(request, app, by)
    both = beside(app, at.case_id, at.report.report_id, other_id, by)
    there = at.case if both.likeness.case_id == at.case_id else case_of(app, both.likeness.case_id)
    return page(
        request,
        "case/beside.html",
        nav="queue",
        at=at,
        there=there,
        both=both,
        mine=[Marked(n, one.start, one.end) for n, one in enumerate(both.passages, 1)],
        others=[
            Marked(n, one.other_start, one.other_end) for n, one in enumerate(both.passages, 1)
        ],
    )


@dataclass(frozen=True, slots=True)
class Marked:
    """A shared passage in one of two texts."""

    number: int
    start: int
    end: int


class CapAnswer(StrEnum):
    ACK = "ack"
    ERROR = "error"


@router.get("/reports/{report_id}/original", name="case:original", dependencies=[officer()])
def original(request: Request, app: House, by: Officer) -> Response:
    """The bytes as received, for saving; no browser is to show them."""
    at = standing(request, app, by)
    suffix = SUFFIXES.get(at.report.media_type, "bin")
    content = report_bytes(app, at.case_id, at.report.report_id, by)
    return _saved(content, "application/octet-stream", f"{at.report.report_id}.{suffix}")


@router.post("/reports/{report_id}/cap", name="case:cap", dependencies=[officer()])
def cap_answer(request: Request, app: House, by: Officer, form: Typed) -> Response:
    """The Ack or Error that the sender of a CAP alert waits for, as a file."""
    at = standing(request, app, by)
    kind = form.choice("kind", CapAnswer, "Choose what to answer")
    note = form.text("note", longest=1_000)
    if kind is CapAnswer.ERROR and not note:
        form.wrong("note", "Say why it is not accepted")
    form.done()
    accepted = kind is CapAnswer.ACK
    content = answer(app, at.case_id, at.report.report_id, by, accepted=accepted, note=note)
    return _saved(content, CAP, f"{at.report.report_id}.{kind.value}.xml")


@router.get("/warnings/{warning_id}", name="case:warning", dependencies=[officer()])
def warning(request: Request, app: House, by: Officer) -> Response:
    at = standing(request, app, by)
    found = case_warning.checked(at)
    return page(request, "case/warning.html", nav="queue", at=at, view=View(at=at), **found)


@router.get("/export", name="case:export", dependencies=[officer()])
def export(request: Request, app: House, by: Officer) -> Response:
    at = standing(request, app, by)
    content = export_case(app, at.case_id, by)
    return _saved(content, "application/json", f"{at.case_id}.tocsin.json")


def _saved(content: bytes, media_type: str, name: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
