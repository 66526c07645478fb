"""The log, for programs: where it stands, its newest checkpoint, one record's proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query

from tocsin.casework import logbook
from tocsin.casework.logbook import WitnessState
from tocsin.web.api.common import closed
from tocsin.web.doors import House, officer

router = closed()
READS = officer("read_record")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStanding:
    """Where the log stands. `unwitnessed_s` is the age in seconds of the oldest record that no
    quorum has seen; `alarms` say in plain words what is wrong."""

    origin: str
    generation: int
    size: int
    root: str
    signed_size: int
    signed_at: datetime | None
    is_watched: bool
    witnessed_size: int
    unwitnessed_s: int | None
    is_alarming: bool
    alarms: Sequence[str]
    witnesses: Sequence[WitnessState]
    anchored_size: int
    anchored_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A text file, to be kept exactly as it is."""

    name: str
    text: str


@router.get("/record/log", operation_id="log", tags=["record"], dependencies=[READS])
def standing(app: House) -> LogStanding:
    """Where the log stands, and how each witness follows"""
    state = logbook.state(app)
    age = state.unwitnessed
    return LogStanding(
        origin=state.origin,
        generation=state.generation,
        size=state.size,
        root=state.root.hex(),
        signed_size=state.signed_size,
        signed_at=state.signed_at,
        is_watched=state.is_watched,
        witnessed_size=state.witnessed_size,
        unwitnessed_s=None if age is None else int(age.total_seconds()),
        is_alarming=state.is_alarming,
        alarms=state.alarms,
        witnesses=state.witnesses,
        anchored_size=state.anchored_size,
        anchored_at=state.anchored_at,
    )


@router.get("/record/checkpoint", operation_id="checkpoint", tags=["record"], dependencies=[READS])
def checkpoint(app: House) -> File:
    """The newest checkpoint, signed now where the log has grown"""
    return File(name="checkpoint", text=logbook.newest_note(app))


@router.get("/record/proof", operation_id="proof", tags=["record"], dependencies=[READS])
def proof(app: House, position: Annotated[int, Query(ge=1, lt=2**53)]) -> File:
    """That a record stands in the log; it opens no field of it"""
    text = logbook.proof_at(app, position)
    return File(name=f"record-{position}.tlog-proof", text=text)
