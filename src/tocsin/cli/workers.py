"""Workers: one thread a lane, that outlive a bad job and a database that goes away."""

import logging
import secrets
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from random import SystemRandom
from threading import Event, Thread

from tocsin.casework import rounds
from tocsin.casework.dispatching import Dispatcher
from tocsin.casework.hearing import hear
from tocsin.casework.hearing_lists import Heard
from tocsin.casework.house import App
from tocsin.casework.sending import Sender
from tocsin.casework.worker import work_once
from tocsin.channels import Passing, Report, Reporting
from tocsin.domain.kinds import Method
from tocsin.domain.plans import DEADLINE, DELIVERY, DISPATCHES, LANES, SCREENING
from tocsin.domain.refusal import Refusal

POLL_S, LONGEST_WAIT_S = 0.2, 30.0
LISTEN_S = 5.0
MOST_TIMES, MOST_EARLY = 12, 1_000
"""How often, and how many, reports are looked at again that name no message known yet."""
STOP_S = 60.0
"""How long a job under way may take to end: longer than a mail server is waited for."""

log = logging.getLogger("tocsin.worker")
_chance = SystemRandom()
_Early = deque[tuple[int, Report]]


@contextmanager
def working(app: App, stop: Event) -> Iterator[None]:
    """Workers for every lane while the block runs; then they finish the job in hand."""
    name = secrets.token_hex(4)
    threads = [
        Thread(target=work, args=(app, lane, f"{name}-{lane}", stop), name=lane)
        for lane in (*LANES, rounds.LANE)
    ] + [
        Thread(target=listen, args=(app, method, channel, stop), name=f"hears:{method}")
        for method, channel in app.channels.items()
        if isinstance(channel, Reporting)
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
    with closing(_Hands(app, lane, worker)) as hands:
        _work(lane, hands, stop)


class _Hands:
    """Whatever works a lane, a round at a time."""

    def __init__(self, app: App, lane: str, worker: str) -> None:
        self._given = (app, lane, worker)
        sends = Dispatcher if lane in DISPATCHES else Sender
        works = lane in (DEADLINE, DELIVERY, SCREENING, rounds.LANE)
        self._sender = None if works else sends(app, lane, worker)

    def work(self) -> bool:
        if self._sender:
            return self._sender.work(POLL_S)
        does = rounds.work_once if self._given[1] == rounds.LANE else work_once
        return does(*self._given)

    def close(self) -> None:
        if self._sender:
            self._sender.close()


def _work(lane: str, hands: _Hands, stop: Event) -> None:
    failures = 0
    while not stop.is_set():
        busy = False
        try:
            busy = hands.work()
            failures = 0
        except Refusal as refusal:
            failures += 1
            log.warning("A job of lane %s waits: %s", lane, refusal)
        except Exception as bug:  # noqa: BLE001 - its lease ends and it is tried again; others go on
            failures += 1
            _tell(lane, bug)
        if not busy:
            stop.wait(pause_s(failures))


def _tell(lane: str, bug: BaseException) -> None:
    """Say where a bug is. Its message may hold threat text; kind and place do not."""
    frame = bug.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    log.error(
        "A job of lane %s failed: %s, line %s of %s [%s]",
        lane,
        type(bug).__name__,
        frame.tb_lineno if frame else 0,
        frame.tb_frame.f_code.co_name if frame else "?",
        secrets.token_hex(4),
    )


def listen(app: App, method: Method, channel: Reporting, stop: Event) -> None:
    """Hear what a channel reports until told to stop."""
    failures, heard = 0, Heard(app)
    early: _Early = deque(maxlen=MOST_EARLY)

    def take(report: Report) -> None:
        if not hear(app, method, report, heard) and report.provider_id:
            early.append((1, report))

    while not stop.is_set():
        try:
            channel.reports(take, LISTEN_S)
            look_again(app, method, heard, early)
            heard.flush()
            failures = 0
        except Passing as away:
            failures += 1
            log.warning("Nothing was heard by %s: %s.", method, away.reason)
        except Refusal as refusal:
            failures += 1
            log.warning("A report by %s waits: %s", method, refusal)
        except Exception as bug:  # noqa: BLE001 - the report is given again; other channels go on
            failures += 1
            _tell(f"hears:{method}", bug)
        if failures:
            stop.wait(pause_s(failures))


def look_again(app: App, method: Method, heard: Heard, early: _Early) -> None:
    """A receipt may overtake the sender who is about to record what it is a receipt of."""
    for times, report in list(early):
        known = hear(app, method, report, heard)
        early.popleft()
        if not known and times < MOST_TIMES:
            early.append((times + 1, report))


def pause_s(failures: int) -> float:
    """Seconds until the next look: a fifth of a second, doubling with each failure, with jitter."""
    longest = min(LONGEST_WAIT_S, POLL_S * 2 ** min(failures, 10))
    return _chance.uniform(longest / 2, longest)
