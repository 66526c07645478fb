"""The house's record: where its log stands, who follows it, and what may be taken away."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response

from tocsin.app import App
from tocsin.casework import log_keys, logbook, reads, records
from tocsin.casework.access import may_read
from tocsin.casework.export import export_case
from tocsin.casework.records import Record
from tocsin.domain.actor import Actor
from tocsin.record.printed import fingerprints
from tocsin.store.instants import from_us
from tocsin.web import doors
from tocsin.web.answers import page
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.queue import lines

router = doors.router("/record")

READS = officer("read_record")
NEWEST, SEEN, LOOKED_AT = 30, 3_000, 200
WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
OF_THE_HOUSE: Mapping[str, str] = {
    "KeyRotated": "New keys of the log",
    "MapRooted": "A root of the map",
    "SearchMade": "A search",
    "TallyMade": "A tally",
    "AuditMade": "An audit",
    "ContactRecorded": "A contact of the directory",
    "ListChanged": "A list of subscribers",
    "PolicyProposed": "A policy proposed for a unit",
    "PolicyConfirmed": "A policy put in force",
    "PolicyRejected": "A policy rejected",
    "ExamplesExported": "An export of labelled reports",
    "ListScreened": "A list of people screened",
}


@router.get("", dependencies=[READS])
def show(request: Request, app: House, me: Officer) -> Response:
    state = logbook.state(app)
    with app.store.read() as db:
        newest = records.newest(app, db, since=state.size - SEEN, limit=NEWEST)
        keys = log_keys.verifier_keys(db)
    looked_at = lines(app, me, reads.queue(app, me, limit=LOOKED_AT), app.clock())
    lapsed = sorted((line for line in looked_at if line.lapses), key=lambda line: -line.lapses)
    return page(
        request,
        "record/page.html",
        nav="record",
        state=state,
        keys=[(kind, " ".join(lines)) for kind, lines in fingerprints(keys)],
        key="\n".join(one.text for one in keys),
        lapsed=lapsed,
        looked_at=LOOKED_AT,
        newest=list(_lines(app, me, newest)),
    )


def _lines(app: App, me: Actor, newest: list[Record]) -> Iterator[dict[str, Any]]:
    """Position and time; of the house's own records the kind, of a case's its number to readers."""
    told = {one.case_id for one in newest if one.is_of_a_case}
    read = {one for one in told if may_read(app, me, reads.case_of(app, one))}
    for one in reversed(newest):
        kind = OF_THE_HOUSE.get(one.kind) or WORD.sub(" ", one.kind).capitalize()
        yield {
            "position": one.position,
            "at": from_us(one.at_us),
            "what": "In a case" if one.is_of_a_case else kind,
            "case_id": one.case_id if one.case_id in read else "",
        }


@router.get("/export", dependencies=[READS])
def export(
    app: House, me: Officer, case: Annotated[str, Query(min_length=1, max_length=128)]
) -> Response:
    """One case's whole record as a file, for `tocsin verify`."""
    case_id = case.strip().upper()
    content = export_case(app, case_id, me)
    named = {"Content-Disposition": f'attachment; filename="{case_id}.json"'}
    return Response(content, media_type="application/json", headers=named)


@router.get("/proof", dependencies=[READS])
def proof(app: House, position: Annotated[int, Query(ge=1, lt=2**53)]) -> Response:
    """That one record stands in the log, as a file for `tocsin verify`; it opens no field."""
    content = logbook.proof_at(app, position)
    named = {"Content-Disposition": f'attachment; filename="record-{position}.tlog-proof"'}
    return Response(content, media_type="application/octet-stream", headers=named)
