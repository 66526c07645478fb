"""A warning to a list by e-mail, beside eight bare `smtplib` connections that send prebuilt bytes.

Both send to the same sink, a process of its own that answers as fast as it can. The bare loop
goes first and last, so that drift of the machine meets both. While the list is warned, deadlines
of other cases fall due, four a second, and a worker of the same process carries them out.
"""

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread

from benchmarks import road
from benchmarks.ground import a_house, folder
from benchmarks.scale import Scale
from benchmarks.table import Row, median
from tests.builders import FINN
from tocsin.app import App
from tocsin.casework import lists
from tocsin.casework.handle import handle
from tocsin.casework.intake import new_id
from tocsin.casework.list_file import Entry
from tocsin.casework.reads import case_of
from tocsin.casework.sending import claim
from tocsin.casework.worker import WORK
from tocsin.channels import Message, SmtpChannel, SmtpSettings
from tocsin.channels.mail_message import compose
from tocsin.cli.workers import pause_s, work
from tocsin.domain import commands as c
from tocsin.domain.kinds import Method
from tocsin.domain.plans import DEADLINE, deadline_job
from tocsin.store import jobs

CONNECTIONS = 8
MOST_BARE = 10_000
DUE_EVERY_S, LOOK_S = 0.25, 0.2
LATEST_S, AIM = 1.0, 0.7
SENDER = "warnings@house.example"


class Sink:
    """The sink's process, seen from here."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.port = self._number()

    def _number(self) -> int:
        assert self._process.stdout  # noqa: S101 - it was asked for
        return int(self._process.stdout.readline())

    def taken(self) -> int:
        """How many mails it has taken since it began."""
        assert self._process.stdin  # noqa: S101 - it was asked for
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._number()


@contextmanager
def sink() -> Iterator[Sink]:
    command = [sys.executable, "-m", "benchmarks.sink"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Sink(process)
        finally:
            process.kill()


def measure(scale: Scale) -> Iterator[Row]:
    """Mails a second, and how late a deadline was at worst."""
    with sink() as there, folder() as place:
        channel = SmtpChannel(settings(there.port))
        mails = prebuilt(min(scale.recipients, MOST_BARE))
        before = bare(there, mails)
        with a_house(place, channels={Method.EMAIL: channel}) as app:
            rate, late = warned(app, there, scale.recipients)
        channel.close()
        beside = median([before, bare(there, mails)])
    yield Row(
        benchmark="dispatch",
        what=f"a list of {scale.recipients:,} by e-mail",
        value=rate,
        unit="mails/s",
        beside=f"{CONNECTIONS} bare smtplib connections",
        baseline=beside,
        aim=f"ratio >= {AIM}",
        met=rate / beside >= AIM,
    )
    yield Row(
        benchmark="dispatch",
        what="the latest deadline meanwhile",
        value=late,
        unit="s late",
        aim=f"<= {LATEST_S:.0f} s",
        met=late <= LATEST_S,
    )


def settings(port: int) -> SmtpSettings:
    return SmtpSettings(
        host="127.0.0.1",
        port=port,
        security="none",
        sender=SENDER,
        connections=CONNECTIONS,
    )


def prebuilt(count: int) -> list[tuple[str, bytes]]:
    """Mails as long as those of the house, one for each address."""
    body = "EXAMPLE. " + "Stay away from the large hall until you hear from us.\n" * 12
    found = []
    for number in range(count):
        address = f"person{number}@list.example"
        message = Message(
            key=f"C-0000-0000-l1.{number}", to_name="", to_address=address, subject="Warning",
            body=body,
        )  # fmt: skip
        found.append((address, bytes(compose(message, settings(25), datetime.now(UTC)))))
    return found


def bare(there: Sink, mails: list[tuple[str, bytes]]) -> float:
    """Mails a second of eight connections, each with a thread of its own."""

    def send(mine: list[tuple[str, bytes]]) -> None:
        with smtplib.SMTP("127.0.0.1", there.port, local_hostname="bare.example") as server:
            for address, mail in mine:
                server.sendmail(SENDER, [address], mail)

    threads = [Thread(target=send, args=(mails[at::CONNECTIONS],)) for at in range(CONNECTIONS)]
    count, began = there.taken(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    _all_there(there.taken() - count, len(mails))
    return len(mails) / took


def warned(app: App, there: Sink, count: int) -> tuple[float, float]:
    """Mails a second from the plan to the last batch on the record, and the worst lateness."""
    case_id, list_id, other = _ready(app), _a_list(app, count), _opened(app)
    stop, lates = Event(), list[float]()
    plan = c.PlanDispatch(case_id=case_id, warning_id="w1", list_id=list_id, method=Method.EMAIL)
    threads = [
        Thread(target=work, args=(app, f"dispatch:{Method.EMAIL.value}", "bench", stop)),
        Thread(target=_watch, args=(app, other, stop, lates)),
    ]
    taken, began = there.taken(), time.perf_counter()
    for thread in threads:
        thread.start()
    handle(app, plan, FINN)
    while not all(one.is_over for one in case_of(app, case_id).dispatches.values()):
        time.sleep(LOOK_S)
    took = time.perf_counter() - began
    stop.set()
    for thread in threads:
        thread.join()
    _all_there(there.taken() - taken, count)
    return count / took, max(lates, default=0.0)


def _watch(app: App, case_id: str, stop: Event, lates: list[float]) -> None:
    """Seconds from when a deadline's job was due until it was done, polled as `tocsin run` does."""
    deadline = next(iter(case_of(app, case_id).deadlines.values()))
    while not stop.wait(DUE_EVERY_S):
        due = app.clock()
        job = jobs.NewJob(
            key=deadline_job(case_id, deadline.number),
            lane=DEADLINE,
            kind="lapse",
            case_id=case_id,
            subject=deadline.clock.value,
            due=due,
        )
        with app.store.write() as db:
            jobs.plan(db, [job])
        while not (found := claim(app, DEADLINE, "bench-deadlines")):
            stop.wait(pause_s(0))
        WORK["lapse"](app, found[0])
        lates.append((app.clock() - due).total_seconds())


def _opened(app: App) -> str:
    case_id = new_id(app, "C")
    handle(app, *road.opening(app, case_id))
    return case_id


def _ready(app: App) -> str:
    """A case with released words and somebody to follow up."""
    case_id = _opened(app)
    for command, by in road.to_determined(case_id):
        handle(app, command, by)
    road.to_released(lambda command, by: handle(app, command, by), app, case_id)
    return case_id


def _a_list(app: App, count: int) -> str:
    made = lists.create(app, "Visitors of the hall", FINN, "they asked for it")
    people = [Entry(line=n, address=f"person{n}@list.example") for n in range(1, count + 1)]
    lists.add_many(app, made.list_id, people, FINN, "as they signed at the door")
    return made.list_id


def _all_there(taken: int, sent: int) -> None:
    if taken != sent:
        raise RuntimeError(f"the sink has taken {taken:,} mails of {sent:,}")
