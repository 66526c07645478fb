"""From `receive` to the first attempt, where no human step is needed.

A case whose victim is determined, whose words are released and whose recipient
is named gets a further report; a script plans its delivery at once. The clock
runs from before `receive` until the worker, polling as under `tocsin run`, has
`AttemptStarted` on the record and calls the channel. Beside it stands the job
table alone: a job planned, and claimed by a thread that polls alike.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from random import Random
from threading import Event, Thread

from benchmarks import road
from benchmarks.ground import a_house, folder
from benchmarks.scale import Scale
from benchmarks.table import Row, percentile
from tests.builders import ANNA
from tocsin.app import App
from tocsin.casework.handle import handle
from tocsin.casework.intake import Received, new_id, receive
from tocsin.casework.reads import case_of
from tocsin.casework.sending import claim
from tocsin.casework.worker import work_all
from tocsin.channels import HandedOver, Message
from tocsin.cli.workers import POLL_S, pause_s, work
from tocsin.domain.kinds import Method
from tocsin.domain.plans import lane_of
from tocsin.store import jobs

LONGEST_S = 60
WARNINGS = "manager@hall.example"

Reached = SimpleQueue[float]
"""When each job was reached, by `time.perf_counter`."""


class Noting:
    """A channel that notes when a warning passes and sends nothing."""

    name = "noting"

    def __init__(self, reached: Reached) -> None:
        self._reached = reached

    def send(self, message: Message) -> HandedOver:
        now = time.perf_counter()
        if message.to_address == WARNINGS:
            self._reached.put(now)
        return HandedOver(provider_id="noted", detail="")


EMAIL = lane_of(Method.EMAIL)


def measure(scale: Scale) -> Iterator[Row]:
    """Milliseconds at the middle and at the slow end, of `scale.runs` each."""
    with folder() as place:
        alone, whole = _alone(place / "alone", scale.runs), _whole(place / "whole", scale.runs)
    for percent in (50, 99):
        yield Row(
            benchmark="latency",
            what=f"receive to first attempt, p{percent}",
            value=percentile(whole, percent) * 1_000,
            unit="ms",
            beside="job table alone, polled alike",
            baseline=percentile(alone, percent) * 1_000,
        )


def _whole(place: Path, runs: int) -> list[float]:
    reached: Reached = SimpleQueue()
    with a_house(place, channels={Method.EMAIL: Noting(reached)}) as app:
        cases = iter([_ready(app) for _ in range(runs)])
        work_all(app, "bench")  # bells of the preparation

        def start() -> None:
            _report_and_plan(app, next(cases))

        return _timed(runs, start, reached, lambda stop: work(app, EMAIL, "bench", stop))


def _alone(place: Path, runs: int) -> list[float]:
    reached: Reached = SimpleQueue()
    with a_house(place) as app:

        def start() -> None:
            with app.store.write() as db:
                jobs.plan(db, [_a_job(app)])

        def poll(stop: Event) -> None:
            while not stop.is_set():
                claimed = claim(app, EMAIL, "bench")
                if not claimed:
                    stop.wait(pause_s(0))
                    continue
                reached.put(time.perf_counter())
                with app.store.write() as db:
                    jobs.finish(db, claimed[0], app.clock())

        return _timed(runs, start, reached, poll)


def _timed(
    runs: int, start: Callable[[], None], reached: Reached, poll: Callable[[Event], None]
) -> list[float]:
    """Seconds from each start until its job was reached; one is under way at a time."""
    stop, took, chance = Event(), list[float](), Random(7)  # noqa: S311  # the same in every run
    thread = Thread(target=poll, args=(stop,))
    thread.start()
    try:
        for _ in range(runs):
            # The worker must be asleep again, at any point of its pause, when a report comes.
            time.sleep(chance.uniform(0.05, POLL_S))
            began = time.perf_counter()
            start()
            took.append(reached.get(timeout=LONGEST_S) - began)
    finally:
        stop.set()
        thread.join()
    return took


def _a_job(app: App) -> jobs.NewJob:
    key = new_id(app, "J")
    return jobs.NewJob(key=key, lane=EMAIL, kind="bare", case_id=key, subject=key, due=app.clock())


def _ready(app: App) -> str:
    """A case that waits for nobody: only its delivery has not been planned."""
    case_id = new_id(app, "C")
    for command, by in (road.opening(app, case_id), *road.to_determined(case_id)):
        handle(app, command, by)
    road.to_released(lambda command, by: handle(app, command, by), app, case_id)
    return case_id


def _report_and_plan(app: App, case_id: str) -> None:
    now = app.clock()
    given = Received(
        content=f"EXAMPLE. They will come tonight. {new_id(app, 'R')}".encode(),
        acquired_at=now,
        acquired_by="hugo.berg",
        received_from="desk south",
        case_id=case_id,
    )
    receive(app, given, ANNA)
    handle(app, *road.planning(case_of(app, case_id)))
