"""An imminent warning to many on three channels: from the plan until they are attempted.

One case, its recipients by e-mail, text message and webhook in equal parts, workers of every lane
as under `tocsin run`. The clock runs from before `PlanDeliveries`, so that its commit counts too,
until the mail server, the message centre or the partner, in processes of their own, has the words;
by then the attempt is on the record. Meanwhile deadlines of other cases lapse, and how late they
do is measured. Beside it stand the bare channels: the same messages, through as many threads to
each channel.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from threading import Event

from benchmarks.ground import a_house, durable_postgres, folder
from benchmarks.scale import Scale
from benchmarks.table import Row, percentile
from tests.torture.delivering import lateness, named, plan, with_deadlines
from tests.torture.processes import Sink
from tocsin.app import App
from tocsin.casework.reads import case_of
from tocsin.casework.release import message_for
from tocsin.casework.sending import AT_ONCE
from tocsin.channels import Channel, Message, SmtpChannel, SmtpSettings
from tocsin.channels.sms import SmsChannel, SmsSettings
from tocsin.channels.webhook import WebhookChannel, WebhookSettings
from tocsin.cli.workers import working
from tocsin.domain.directory import Way
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import Method

PERCENTS = (50, 95, 100)
WITHIN_S, LATE_S = 10, 1
LONGEST_S = 300
PARTNERS = 100
DEADLINES, SPREAD_S = 40, 10.0
CASE = "B-1"


@dataclass(kw_only=True)
class Receivers:
    """Where everything arrives, and when."""

    sink: Sink
    file: Path
    centre: int
    partners: list[int]

    def when(self, since_ns: int) -> dict[str, float]:
        """Seconds from `since_ns` to the first time each key or number was reached after it."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        found = [(int(at), whom) for at, whom in map(str.split, lines)]
        if self.sink.file.exists():
            found += [(round(one.at.timestamp() * 1e9), one.key) for one in self.sink.came()]
        reached: dict[str, float] = {}
        for at, whom in sorted(found):
            if at >= since_ns:
                reached.setdefault(whom, (at - since_ns) / 1e9)
        return reached

    def channels(self) -> dict[Method, Channel]:
        mail = SmtpSettings(
            host="127.0.0.1",
            port=self.sink.port,
            security="none",
            sender="duty@tocsin.example",
            connections=AT_ONCE,
        )
        text = SmsSettings(
            host="127.0.0.1",
            port=self.centre,
            security="none",
            system_id="tocsin",
            password="",
            sender="+15550100",
        )
        return {
            Method.EMAIL: SmtpChannel(mail),
            Method.SMS: SmsChannel(text),
            Method.WEBHOOK: WebhookChannel(
                WebhookSettings(secret=b"of the benchmark's house", allow_private=("127.0.0.1",))
            ),
        }

    def ways(self, count: int) -> list[tuple[Way, ...]]:
        """By the three channels in turn; numbers of the United Kingdom's range for drama."""
        hooks, found = cycle(self.partners), list[Way]()
        for number, method in enumerate(islice(cycle(METHODS), count)):
            address = {
                Method.EMAIL: f"r{number}@hall.example",
                Method.SMS: f"+447700900{number % 1_000:03}",
                Method.WEBHOOK: f"http://127.0.0.1:{next(hooks)}/warnings",
            }[method]
            found.append(Way(method=method, address=address))
        return [(way,) for way in found]


METHODS = (Method.EMAIL, Method.SMS, Method.WEBHOOK)


def measure(scale: Scale) -> Iterator[Row]:
    """Seconds, on both databases."""
    with folder() as place, ExitStack() as stack:
        server = stack.enter_context(durable_postgres())
        for database, url in (("SQLite", ""), ("PostgreSQL", server.url(server.create()))):
            yield from _measured(place / database, database, url, scale.warned)


def _measured(place: Path, database: str, url: str, count: int) -> Iterator[Row]:
    place.mkdir()
    with receivers(place) as there, closing_all(there.channels()) as channels:
        with a_house(place / "house", url, channels) as app:
            whole, late = _whole(app, there, count)
            case = case_of(app, CASE)
            messages = [message_for(app, case, one) for one in case.deliveries.values()]
        bare = _bare(there, channels, messages)
    for percent in PERCENTS:
        value = percentile(whole, percent)
        yield Row(
            benchmark="deliveries",
            what=f"{database}: {count:,} on three channels attempted, p{percent}",
            value=value,
            unit="s",
            beside="the bare channels",
            baseline=percentile(bare, percent),
            aim=f"within {WITHIN_S} s" if percent == 95 else "",
            met=value <= WITHIN_S if percent == 95 else None,
        )
    yield Row(
        benchmark="deliveries",
        what=f"{database}: the latest of {DEADLINES} deadlines meanwhile",
        value=max(late),
        unit="s",
        aim=f"at most {LATE_S} s late",
        met=max(late) <= LATE_S,
    )


def _whole(app: App, there: Receivers, count: int) -> tuple[list[float], list[float]]:
    named(app, CASE, there.ways(count), Urgency.IMMINENT)
    spread_s = min(SPREAD_S, count / 10)
    overdue, stop = with_deadlines(app, DEADLINES, spread_s), Event()
    with working(app, stop):
        began = time.time_ns()
        plan(app, CASE, count)
        took = _reached(there, began, _names(app))
        ends_at = time.monotonic() + spread_s + LONGEST_S
        while len(late := lateness(app, overdue)) < DEADLINES and time.monotonic() < ends_at:
            time.sleep(0.2)
    return took, late


def _bare(
    there: Receivers, channels: Mapping[Method, Channel], messages: list[Message]
) -> list[float]:
    began = time.time_ns()
    with ExitStack() as stack:
        for method, channel in channels.items():
            pool = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
            for message in messages:
                if message.method is method:
                    pool.submit(channel.send, message)
    return _reached(there, began, {_name(one) for one in messages})


def _names(app: App) -> set[str]:
    case = case_of(app, CASE)
    return {_name(message_for(app, case, one)) for one in case.deliveries.values()}


def _name(message: Message) -> str:
    """What a receiver knows a message by; a text message, by its number."""
    return message.to_address[1:] if message.method is Method.SMS else message.key


def _reached(there: Receivers, since_ns: int, names: set[str]) -> list[float]:
    """Raises TimeoutError when some are not reached in time."""
    ends_at = time.monotonic() + LONGEST_S
    while names - (when := there.when(since_ns)).keys():
        if time.monotonic() > ends_at:
            raise TimeoutError(f"{len(names - when.keys())} were not reached")
        time.sleep(0.5)  # reading what came must not slow down what comes
    return [when[name] for name in names]


@contextmanager
def receivers(place: Path) -> Iterator[Receivers]:
    file = place / "reached"
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.receivers", str(file), str(PARTNERS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process, Sink(file=place / "came", database="", every=0) as sink:
        assert process.stdin  # noqa: S101 - asked for above
        assert process.stdout  # noqa: S101
        try:
            centre, *partners = map(int, process.stdout.readline().split())
            yield Receivers(sink=sink, file=file, centre=centre, partners=partners)
        finally:
            process.stdin.close()


@contextmanager
def closing_all(channels: Mapping[Method, Channel]) -> Iterator[Mapping[Method, Channel]]:
    with ExitStack() as stack:
        for channel in channels.values():
            if close := getattr(channel, "close", None):
                stack.callback(close)
        yield channels
