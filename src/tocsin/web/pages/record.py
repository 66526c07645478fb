"""The house's record, for inspectors: where it stands, what lapsed, and each case to take away."""

import re
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from tocsin.casework import reads
from tocsin.casework.export import export_case, house_key_text
from tocsin.store import events
from tocsin.store.instants import from_us
from tocsin.web import doors
from tocsin.web.answers import page
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.queue import lines

router = doors.router("/record")

READS = officer("read_record")
NEWEST, LOOKED_AT = 30, 200
WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


@router.get("", dependencies=[READS])
def show(request: Request, app: House, me: Officer) -> Response:
    with app.store.read() as db:
        last = events.last_position(db)
        newest = events.all_events(db, max(0, last - NEWEST), NEWEST)
    looked_at = lines(app, reads.queue(app, me, limit=LOOKED_AT), app.clock())
    lapsed = sorted((line for line in looked_at if line.lapses), key=lambda line: -line.lapses)
    return page(
        request,
        "record/page.html",
        nav="record",
        last=last,
        key=house_key_text(app),
        lapsed=lapsed,
        looked_at=LOOKED_AT,
        newest=[
            {
                "position": row.position,
                "case_id": row.case_id,
                "what": WORD.sub(" ", row.kind).capitalize(),
                "at": from_us(row.at_us),
            }
            for row in reversed(newest)
        ],
    )


@router.get("/export", dependencies=[READS])
def export(
    app: House, me: Officer, case: Annotated[str, Query(min_length=1, max_length=128)]
) -> Response:
    """One case's whole record as a file, for `tocsin verify`."""
    case_id = case.strip().upper()
    content = export_case(app, case_id, me)
    named = {"Content-Disposition": f'attachment; filename="{case_id}.json"'}
    return Response(content, media_type="application/json", headers=named)
