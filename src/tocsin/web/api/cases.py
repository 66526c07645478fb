"""What stands in a case, and the queue of them."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query, Response
from fastapi.responses import JSONResponse

from tocsin.casework import reads, sources
from tocsin.casework.export import export_case
from tocsin.casework.release import leaks_of
from tocsin.domain.case import Case
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.leak import Leak
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.serial import to_plain
from tocsin.store.instants import from_us
from tocsin.store.views import CaseRow, Cursor, NoticeRow
from tocsin.web.api.common import closed
from tocsin.web.api.fields import InPath, Short
from tocsin.web.api.reports import download
from tocsin.web.doors import House, Officer, officer

MOST_CASES, MOST_CURSOR = 200, 400
router = closed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case in the queue."""

    case_id: str
    seq: int
    unit: str
    restricted: bool
    state: str
    stage: str
    title: str
    urgency: str
    duty: str
    next_clock: str | None
    next_due_at: datetime | None
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The least time left first; give `next` as `after` for what follows, if anything."""

    cases: Sequence[Waiting]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A call that nobody has answered yet."""

    notice_id: str
    case_id: str
    role: str
    officer_id: str | None
    words: str
    at: datetime


@router.get("/queue", operation_id="queue", tags=["case"], dependencies=[officer("read_queue")])
def queue(
    app: House,
    by: Officer,
    state: Literal["open", "closed"] = "open",
    after: Annotated[str | None, Query(max_length=MOST_CURSOR)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_CASES)] = 50,
    text: Short = "",
) -> Page:
    """Cases you may see, the least time left first"""
    place = _place(after) if after is not None else None
    rows = reads.queue(app, by, state=state, after=place, limit=limit, text=text)
    following = _cursor(rows[-1].cursor) if len(rows) == limit else None
    return Page(cases=[_waiting(row) for row in rows], next=following)


@router.get("/notices", operation_id="notices", tags=["case"], dependencies=[officer("read_queue")])
def notices(app: House, by: Officer) -> list[Notice]:
    """Calls on you that nobody has answered yet"""
    return [_notice(row) for row in reads.notices(app, by)]


@router.get(
    "/cases/{case_id}",
    operation_id="read_case",
    response_model=Case,
    tags=["case"],
    dependencies=[officer()],
)
def case(case_id: InPath, app: House, by: Officer) -> Response:
    """The case as its record says it is"""
    return JSONResponse(to_plain(reads.read_case(app, case_id, by)))


@router.get(
    "/cases/{case_id}/history",
    operation_id="read_history",
    tags=["case"],
    dependencies=[officer()],
)
def history(case_id: InPath, app: House, by: Officer) -> list[reads.Told]:
    """Everything that happened in the case, in plain words"""
    return reads.history(app, case_id, by)


@router.get(
    "/cases/{case_id}/sources",
    operation_id="read_sources",
    tags=["case"],
    dependencies=[officer()],
)
def voices(case_id: InPath, app: House, by: Officer) -> sources.CaseSources:
    """How many independent sources the case's reports are, and which say the same"""
    return sources.sources_of(app, case_id, by)


@router.get(
    "/cases/{case_id}/reports/{report_id}/beside/{other_id}",
    operation_id="read_beside",
    tags=["case"],
    dependencies=[officer()],
)
def beside(
    case_id: InPath, report_id: InPath, other_id: InPath, app: House, by: Officer
) -> sources.Beside:
    """Two reports of one source, and the passages they share"""
    return sources.beside(app, case_id, report_id, other_id, by)


@router.get(
    "/cases/{case_id}/export",
    operation_id="export_case",
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
    tags=["case"],
    dependencies=[officer()],
)
def export(case_id: InPath, app: House, by: Officer) -> Response:
    """The case's record with proofs, for somebody who does not trust this house"""
    return download(export_case(app, case_id, by), f"{case_id}.json", "application/json")


@router.get(
    "/cases/{case_id}/warnings/{warning_id}/leaks",
    operation_id="leaks",
    tags=["case"],
    dependencies=[officer()],
)
def leaks(case_id: InPath, warning_id: InPath, app: House, by: Officer) -> list[Leak]:
    """What of a draft stands only in what may not leave"""
    found = reads.read_case(app, case_id, by)
    return list(leaks_of(app, found, the_warning(found, warning_id)))


def _waiting(row: CaseRow) -> Waiting:
    return Waiting(
        case_id=row.case_id,
        seq=row.case_seq,
        unit=row.unit,
        restricted=row.restricted,
        state=row.state,
        stage=row.stage,
        title=row.title,
        urgency=row.urgency,
        duty=row.duty,
        next_clock=row.next_clock,
        next_due_at=None if row.next_due_us is None else from_us(row.next_due_us),
        opened_at=from_us(row.opened_us),
    )


def _notice(row: NoticeRow) -> Notice:
    return Notice(
        notice_id=row.notice_id,
        case_id=row.case_id,
        role=row.role,
        officer_id=row.officer_id,
        words=row.text,
        at=from_us(row.at_us),
    )


def _cursor(place: Cursor) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(text: str) -> Cursor:
    try:
        due, case_id = json.loads(base64.b64decode(text.encode("ascii"), b"-_", validate=True))
        if (due is None or (type(due) is int and abs(due) < 2**62)) and _is_plain(case_id):
            return due, case_id
    except (ValueError, TypeError, RecursionError, binascii.Error):
        pass
    return refuse(
        Code.BAD_VALUE, "Nothing was shown: `after` is none of ours.", "Begin without it."
    )


def _is_plain(case_id: object) -> bool:
    return isinstance(case_id, str) and case_id.isascii() and case_id.isprintable()
