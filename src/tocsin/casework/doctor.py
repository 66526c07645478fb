"""The doctor: is every open case on a live clock, is no job lost, are the views true?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tocsin.casework.handle import event_of
from tocsin.casework.house import App, CaseCache
from tocsin.casework.project import project, show
from tocsin.domain.case import Case, DeliveryState
from tocsin.domain.evolving import evolve
from tocsin.domain.kinds import Method
from tocsin.domain.plans import DEADLINE, DELIVERY, attempt_job, deadline_job
from tocsin.record.leaf import ZERO, decode, leaf_hash
from tocsin.store import events, jobs, replay
from tocsin.store.engine import Connection

BATCH = 1_000
Progress = Callable[[int], None]


def unwatched(_done: int) -> None:
    """The progress of those who do not watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was found. `complaints` is empty for a healthy house."""

    events: int
    cases: int
    open_cases: int
    complaints: tuple[str, ...]
    rebuilt: bool = False


def examine(app: App, progress: Progress = unwatched) -> Examined:
    """Read the whole record and compare jobs and views with what it says."""
    cases: dict[str, Case] = {}
    complaints: list[str] = []
    with app.store.read() as db:
        seen = _read_record(db, cases, complaints, progress)
        live = jobs.live_keys(db, DEADLINE) | jobs.live_keys(db, DELIVERY)
        if not replay.views_are_current(db):
            complaints.append("The views are missing or of another version; run --rebuild.")
    for case in cases.values():
        complaints += _complaints(case, live)
    return Examined(
        events=seen,
        cases=len(cases),
        open_cases=sum(case.is_open for case in cases.values()),
        complaints=tuple(complaints),
    )


def _read_record(
    db: Connection, cases: dict[str, Case], complaints: list[str], progress: Progress
) -> int:
    position, tails = 0, dict[str, bytes]()
    while rows := events.all_events(db, position, BATCH):
        for row in rows:
            complaints += _misfits(row, position, tails)
            position = row.position
            cases[row.case_id] = evolve(cases.get(row.case_id), [event_of(row)])
        progress(position)
    if position != events.last_position(db):
        complaints.append("The head of the record is not at its last event.")
    return position


def _misfits(row: events.EventRow, before: int, tails: dict[str, bytes]) -> Iterator[str]:
    if row.position != before + 1:
        yield f"Positions {before + 1} to {row.position - 1} are missing from the record."
    leaf = decode(row.leaf)
    if leaf.previous != tails.get(row.case_id, ZERO) or leaf.case_seq != row.case_seq:
        yield f"Event {row.position} does not follow the one before it in case {row.case_id}."
    if leaf_hash(row.leaf) != row.leaf_hash:
        yield f"The leaf of event {row.position} was changed."
    tails[row.case_id] = row.leaf_hash


def _complaints(case: Case, keys: dict[str, str]) -> Iterator[str]:
    if case.is_open and not case.deadlines:
        yield f"Case {case.case_id} is open without a deadline."
    for deadline in case.deadlines.values():
        if deadline_job(case.case_id, deadline.number) not in keys:
            yield f"Case {case.case_id}: the job for its {deadline.clock} deadline is lost."
    for delivery in case.deliveries.values():
        waiting = delivery.state in (DeliveryState.PLANNED, DeliveryState.ATTEMPTED)
        if delivery.method is not Method.EMAIL or not waiting:
            continue
        attempts = (delivery.attempts, delivery.attempts + 1)
        if not any(attempt_job(delivery.delivery_id, number) in keys for number in attempts):
            yield f"Case {case.case_id}: the job for delivery {delivery.delivery_id} is lost."


def rebuild(app: App, progress: Progress = unwatched) -> int:
    """Drop the views and build them again from the record. How many events there were."""
    cases = CaseCache()
    with app.store.write() as db:

        def replayed(row: events.EventRow) -> None:
            before = cases.get(row.case_id)
            if before is None and row.case_seq > 1:
                earlier = events.case_events(db, row.case_id)[: row.case_seq - 1]
                before = evolve(None, map(event_of, earlier))
            event = event_of(row)
            case = evolve(before, [event])
            project(db, case, event, row.at_us)
            show(db, case, row.position, row.at_us)
            cases.put(case)
            if row.position % BATCH == 0:
                progress(row.position)

        return replay.rebuild(db, replayed)
