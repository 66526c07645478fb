"""Workers: one thread a lane, that outlive a bad job and a database that goes away."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from random import SystemRandom
from threading import Event, Thread

from tocsin.casework import rounds
from tocsin.casework.house import App
from tocsin.casework.worker import LANES, work_once
from tocsin.domain.refusal import Refusal

POLL_S, LONGEST_WAIT_S = 0.5, 30.0
STOP_S = 60.0
"""How long a job under way may take to end: longer than a mail server is waited for."""

log = logging.getLogger("tocsin.worker")
_chance = SystemRandom()


@contextmanager
def working(app: App, stop: Event) -> Iterator[None]:
    """Workers for every lane while the block runs; then they finish the job in hand."""
    name = secrets.token_hex(4)
    threads = [
        Thread(target=work, args=(app, lane, f"{name}-{lane}", stop), name=lane)
        for lane in (*LANES, rounds.LANE)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(STOP_S)


def work(app: App, lane: str, worker: str, stop: Event) -> None:
    """Do the due jobs of a lane until told to stop, never in the middle of one."""
    failures = 0
    while not stop.is_set():
        busy = False
        try:
            does = rounds.work_once if lane == rounds.LANE else work_once
            busy = does(app, lane, worker)
            failures = 0
        except Refusal as refusal:
            failures += 1
            log.warning("A job of lane %s waits: %s", lane, refusal)
        except Exception as bug:  # noqa: BLE001 - its lease ends and it is tried again; others go on
            failures += 1
            frame = bug.__traceback__
            while frame and frame.tb_next:
                frame = frame.tb_next
            # Its message may hold threat text; kind and place do not.
            log.error(  # noqa: TRY400 - a traceback would print the message
                "A job of lane %s failed: %s, line %s of %s [%s]",
                lane,
                type(bug).__name__,
                frame.tb_lineno if frame else 0,
                frame.tb_frame.f_code.co_name if frame else "?",
                secrets.token_hex(4),
            )
        if not busy:
            stop.wait(pause_s(failures))


def pause_s(failures: int) -> float:
    """Seconds until the next look: half a second, doubling with each failure, with jitter."""
    longest = min(LONGEST_WAIT_S, POLL_S * 2 ** min(failures, 10))
    return _chance.uniform(longest / 2, longest)
