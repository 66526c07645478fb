"""People screened as they come, such as travellers: JSON lines in, one line of answer each."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response

from tocsin.casework.list_screening import LONGEST_NAME, RowHit, begin, screen
from tocsin.domain.refusal import Code, refuse
from tocsin.feeds.people import ListRow
from tocsin.feeds.people.jsonlines import row as read_row
from tocsin.web.api.common import ANSWERS, closed
from tocsin.web.api.fields import PRINTABLE
from tocsin.web.doors import House, Officer, officer
from tocsin.web.rates import Rate

MOST_ROWS, MOST_BYTES, LONGEST_LINE = 1_000, 4_000_000, 20_000
LINES: Final = "application/x-ndjson"
_TEXT: dict[str, Any] = {"schema": {"type": "string"}}

router = closed()
Said = Annotated[str, Query(min_length=1, max_length=LONGEST_NAME, pattern=PRINTABLE)]


def _rate(request: Request) -> Rate:
    rate: Rate = request.app.state.screened
    return rate


async def _body(request: Request) -> bytes:
    """The body as it came, whatever it says that it is. Refuses REPORT_TOO_LARGE."""
    came = bytearray()
    async for chunk in request.stream():
        came += chunk
        if len(came) > MOST_BYTES:
            _too_many()
    return bytes(came)


@router.post(
    "/watches/screen",
    operation_id="screen_rows",
    tags=["watch"],
    dependencies=[officer("screen_list")],
    response_class=Response,
    responses={
        200: {"content": {LINES: _TEXT}, "description": "A line for each line, in order"},
        429: {**ANSWERS[413], "description": "More rows than one officer may send in a minute"},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "JSON lines: name (or given_name and family_name), birth_date, "
            "passport; or entities of FollowTheMoney",
            "content": {LINES: _TEXT, "text/plain": _TEXT},
        }
    },
)
def screen_rows(
    name: Said,
    purpose: Said,
    app: House,
    by: Officer,
    body: Annotated[bytes, Depends(_body)],
    rate: Annotated[Rate, Depends(_rate)],
    exercise: bool = False,
) -> Response:
    """Screen up to 1,000 people against everybody on watch

    Hits go on the record of the cases and wait there for an answer. Told are those of watches that
    you may see. The same lines sent again under the same name on the same day (UTC) are the same
    hits; on another day, or under another name, they are new ones.
    """
    if not app.watchlist.at_hand:
        refuse(
            Code.STORE_UNAVAILABLE,
            "Nothing was screened: what compares names is still being loaded.",
            "Send it again in a minute.",
        )
    lines = body.split(b"\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) > MOST_ROWS:
        _too_many()
    rate.take(by.actor_id, max(1, len(lines)), app.clock)
    rows = [_row(number, line) for number, line in enumerate(lines, 1)]
    begun = begin(
        app, by, sha256=sha256(body).hexdigest(), name=name, purpose=purpose, records=True,
        exercise=exercise, occasion=app.clock().date().isoformat(),
    )  # fmt: skip
    hits = screen(app, by, begun, rows)
    return Response("".join(_answers(rows, hits)), media_type=LINES)


def _too_many() -> None:
    refuse(
        Code.REPORT_TOO_LARGE,
        f"Nothing was screened: these are over {MOST_ROWS:,} lines or {MOST_BYTES:,} bytes.",
        "Send fewer lines at a time.",
    )


def _row(number: int, line: bytes) -> ListRow:
    if len(line) > LONGEST_LINE:
        return ListRow(row=number, state="broken", why=f"it has over {LONGEST_LINE:,} bytes")
    return read_row(number, line.decode("utf-8", "replace"))


def _answers(rows: list[ListRow], hits: dict[int, tuple[RowHit, ...]]) -> Iterator[str]:
    for row in rows:
        told: dict[str, Any] = {"row": row.row, "state": row.state}
        if row.why:
            told["why"] = row.why
        if row.notes:
            told["notes"] = row.notes
        told["hits"] = [_told(hit) for hit in hits.get(row.row, ())]
        yield json.dumps(told) + "\n"


def _told(hit: RowHit) -> dict[str, Any]:
    return {
        "case_id": hit.case_id,
        "watch_id": hit.watch_id,
        "urgency": hit.urgency,
        "probability": round(hit.probability, 4),
        "found": [
            {
                "watched": one.watched,
                "found": one.found,
                "probability": round(one.probability, 4),
                "births": one.born,
            }
            for one in hit.found
        ],
        "identifiers": hit.identifiers,
    }
