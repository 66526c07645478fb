"""Counts without contents: what became of every duty that began in a period."""

from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import BaseModel, ConfigDict

from tocsin.casework import tallying
from tocsin.casework.tallying import CONFIDENCE, MOST_WRONG, Sample, Tallied
from tocsin.web.api.common import closed
from tocsin.web.api.fields import Short
from tocsin.web.api.reports import download
from tocsin.web.doors import House, Officer, officer

router = closed()

Leaf = Annotated[int, Path(ge=0, lt=2**53)]
Part = Annotated[float, Query(gt=0, lt=1)]


class Wanted(BaseModel):
    """`period` is a year or a quarter in UTC: "2025" or "2025Q4"."""

    model_config = ConfigDict(extra="forbid")

    period: Short


@router.get(
    "/record/tallies",
    operation_id="read_tallies",
    tags=["record"],
    dependencies=[officer("read_record")],
)
def tallies(app: House, by: Officer) -> list[Tallied]:
    """Every tally on the record, the newest first"""
    return tallying.tallies(app, by)


@router.post(
    "/record/tallies",
    operation_id="make_tally",
    status_code=201,
    tags=["record"],
    dependencies=[officer("make_tally")],
)
def make(body: Wanted, app: House, by: Officer) -> Tallied:
    """Count a period as it stands now, and put the count on the record"""
    return tallying.make_tally(app, by, body.period).tallied


@router.get(
    "/record/tallies/{index}/file",
    operation_id="export_tally",
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
    tags=["record"],
    dependencies=[officer("read_record")],
)
def file(index: Leaf, app: House, by: Officer) -> Response:
    """The tally with proofs, for somebody who does not trust this house"""
    return download(tallying.file_of(app, by, index), f"tally-{index}.json", "application/json")


@router.get(
    "/record/tallies/{index}/sample",
    operation_id="sample_tally",
    tags=["record"],
    dependencies=[officer("audit_record")],
)
def sample(
    index: Leaf,
    app: House,
    by: Officer,
    most_wrong: Part = MOST_WRONG,
    confidence: Part = CONFIDENCE,
    size: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
) -> Sample:
    """The duties to open, drawn by a cosigned checkpoint after the tally"""
    return tallying.sample(app, by, index, most_wrong=most_wrong, confidence=confidence, size=size)
