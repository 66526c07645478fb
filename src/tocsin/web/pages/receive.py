"""Receiving a report: pasted or uploaded, with what is known of it beside its bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from tocsin.app import App
from tocsin.casework.access import allows
from tocsin.casework.intake import Receipt, Received, receive, same_story_in
from tocsin.casework.reads import read_case
from tocsin.domain.actor import Actor
from tocsin.domain.findings import Urgency
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.report import Credibility, Reliability
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Officer, house, officer
from tocsin.web.pages.case_triage import ZONES
from tocsin.web.pages.forms import MOST_FIELDS, Form, Upload

router = doors.router("/reports")

MOST_FILES, MOST_MET, APART = 20, 5, "apart"
RELIABILITY = {
    Reliability.A: "Completely reliable",
    Reliability.B: "Usually reliable",
    Reliability.C: "Fairly reliable",
    Reliability.D: "Not usually reliable",
    Reliability.E: "Unreliable",
    Reliability.F: "Cannot be judged",
}
CREDIBILITY = {
    Credibility.ONE: "Confirmed by other sources",
    Credibility.TWO: "Probably true",
    Credibility.THREE: "Possibly true",
    Credibility.FOUR: "Doubtful",
    Credibility.FIVE: "Improbable",
    Credibility.SIX: "Cannot be judged",
}
FIELD = {
    Code.TIME_IN_FUTURE: "acquired_at",
    Code.CASE_UNKNOWN: "case",
    Code.CASE_CLOSED: "case",
    Code.REPORT_EMPTY: "files",
    Code.REPORT_TOO_LARGE: "files",
    Code.REPORT_UNREADABLE: "files",
    Code.REPORT_TOO_COMPLEX: "files",
}
"""The field to look at again after a refusal."""


class Nearness(StrEnum):
    """How near the harm is, as asked here: nobody has to know."""

    IMMINENT = "imminent"
    NEAR = "near"
    LATER = "later"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The form with every file chosen."""

    form: Form
    files: Sequence[Upload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one report."""

    name: str
    receipt: Receipt | None = None
    refusal: Refusal | None = None


async def sent(request: Request) -> Sent:
    """Fields and files; what is beyond the limits is answered with 400."""
    most = house(request).settings.report_bytes
    fields: dict[str, list[str]] = {}
    files: list[Upload] = []
    async with request.form(
        max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=most
    ) as given:
        for name, value in given.multi_items():
            if not isinstance(value, UploadFile):
                fields.setdefault(name, []).append(value)
            elif name != "files":
                fields.setdefault(name, []).append("")
            elif value.filename:
                content = await value.read()
                media_type = value.content_type or ""
                files.append(Upload(name=value.filename, media_type=media_type, content=content))
    return Sent(form=Form(fields), files=files)


@router.get("/new", dependencies=[officer()])
def show(
    request: Request, app: House, me: Officer, case: Annotated[str, Query(max_length=128)] = ""
) -> Response:
    _must_be_able(app, me, case)
    form = Form.showing(
        zone="UTC",
        case=case,
        reliability=Reliability.F,
        credibility=Credibility.SIX,
        urgency=Nearness.NOT_STATED,
    )
    return _shown(request, app, me, form)


@router.post("/new", dependencies=[officer()])
def take(
    request: Request, app: House, me: Officer, given: Annotated[Sent, Depends(sent)]
) -> Response:
    form = given.form
    try:
        contents, about = _read(form, given.files, app.settings.report_bytes)
        form.done()
    except Refusal as refusal:
        return _shown(request, app, me, form, refusal)
    join = form.value("join")
    about = replace(about, case_id="" if join == APART else join) if join else about
    if not join and not about.case_id and (met := _met(app, me, contents[0], about)):
        form.wrong("join", "Say whether it belongs to the case that has this story already")
        return _shown(request, app, me, form, met=met)
    outcomes = _take_all(app, me, contents, about)
    kept = [one.receipt for one in outcomes if one.receipt]
    if not kept:
        return _shown(request, app, me, form, outcomes[0].refusal)
    receipt = kept[0]
    plain = not (receipt.again or receipt.defects or receipt.sighted_in)
    if len(outcomes) == 1 and receipt.case_id and plain:
        return RedirectResponse(f"/cases/{receipt.case_id}", 303)
    return page(request, "receive/receipt.html", nav="receive", outcomes=outcomes)


def _read(form: Form, files: Sequence[Upload], most: int) -> tuple[list[Upload], Received]:
    """What was given, pasted words first, and what is said of all of it."""
    pasted = form.text("text", longest=most, strip=False)
    if not pasted.strip() and not files:
        form.wrong("text", "Paste the report or choose its file")
    zone = form.zone("zone")
    nearness = form.choice("urgency", Nearness, "Choose how near the harm is")
    about = Received(
        content=b"",
        acquired_at=form.instant("acquired_at", zone, "Enter when it was acquired"),
        acquired_by=form.text("acquired_by", "Enter who acquired it", longest=200),
        received_from=form.text("received_from", "Enter from whom it comes", longest=200),
        reliability=form.choice("reliability", Reliability, "Choose how reliable the source is"),
        credibility=form.choice("credibility", Credibility, "Choose how credible this is"),
        marking=form.text("marking", longest=200),
        originator=form.text("originator", longest=200),
        originator_controls=form.lines("originator_controls", most=20, longest=200),
        language=form.text("language", longest=35),
        title=form.text("title", longest=200),
        tearline=form.text("tearline"),
        urgency=None if nearness is Nearness.NOT_STATED else Urgency(nearness),
        case_id=form.text("case", longest=128).upper(),
        restricted=form.ticked("restricted"),
        exercise=form.ticked("exercise"),
        warned_by=form.text("warned_by", longest=500),
        warned_path=form.text("warned_path", longest=500),
        answer_to=form.text("answer_to", longest=500),
        claims=form.lines("claims", most=100, longest=4_000),
    )
    form.text("join", longest=128)
    if about.warned_by and not about.warned_path:
        form.wrong("warned_path", "Enter the path by which the warning came")
    if not about.warned_by and (about.warned_path or about.answer_to or about.claims):
        form.wrong("warned_by", "Enter who warned us")
    words = [Upload(name="", media_type="text/plain", content=pasted.encode("utf-8", "replace"))]
    return [*(words if pasted.strip() else ()), *files], about


def _take_all(
    app: App, me: Actor, contents: Sequence[Upload], about: Received
) -> Sequence[Outcome]:
    """The first new report opens a case where none was named; the others join it."""
    outcomes: list[Outcome] = []
    for one in contents:
        given = _given(about, one)
        name = one.name or "The words pasted"
        try:
            receipt = receive(app, given, me)
        except Refusal as refusal:
            outcomes.append(Outcome(name=name, refusal=refusal))
            continue
        outcomes.append(Outcome(name=name, receipt=receipt))
        if not about.case_id and not receipt.again:
            about = replace(about, case_id=receipt.case_id)
    return outcomes


def _given(about: Received, one: Upload) -> Received:
    return replace(
        about,
        content=one.content,
        filename=one.name or None,
        media_type=one.media_type or None if one.name else None,
    )


def _met(app: App, me: Actor, first: Upload, about: Received) -> list[tuple[str, str]]:
    """Open cases, to which one may add, that hold the very story: number and what to choose."""
    try:
        found = same_story_in(app, _given(about, first), me)
    except Refusal:
        return []  # receiving it says why
    cases = [read_case(app, one, me) for one in found[:MOST_MET]]
    return [
        (case.case_id, f"Add it to case {case.case_id}: {case.title}")
        for case in cases
        if allows(app, me, "add_report", case)
    ]


def _must_be_able(app: App, me: Actor, case_id: str) -> None:
    able = any(allows(app, me, action) for action in ("open_case", "receive_report"))
    if not able and case_id:
        able = allows(app, me, "add_report", read_case(app, case_id, me))
    if not able:
        refuse(
            Code.NOT_ALLOWED,
            "No report can be received here: none of your roles allows it.",
            "Ask an analyst. To add one to a case that you follow up, begin at its page.",
        )


def _shown(
    request: Request,
    app: App,
    me: Actor,
    form: Form,
    refusal: Refusal | None = None,
    met: Sequence[tuple[str, str]] = (),
) -> Response:
    problems = form.problems(refusal)
    if refusal and not form.errors and refusal.code in FIELD:
        form.wrong(FIELD[refusal.code], f"{refusal.what} {refusal.remedy}")
        problems = form.problems()
    return page(
        request,
        "receive/page.html",
        status=status_of(refusal.code) if refusal else 422 if met else 200,
        nav="receive",
        form=form,
        problems=problems,
        met=[*met, (APART, "Open a case of its own")] if met else [],
        zones=ZONES,
        reliability=_words(RELIABILITY),
        credibility=_words(CREDIBILITY),
        opens_cases=allows(app, me, "open_case"),
        most_bytes=app.settings.report_bytes,
    )


def _words(names: Mapping[Reliability, str] | Mapping[Credibility, str]) -> list[tuple[str, str]]:
    return [(code.value, f"{code.value} – {words}") for code, words in names.items()]
