"""Partners who hang, dawdle, talk nonsense or forget: nobody else waits for them, and it shows."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from http.client import parse_headers
from io import BytesIO
from pathlib import Path
from typing import Self

from tests.torture.conftest import Tell
from tests.torture.delivering import enrolled, lateness, planned, until, with_deadlines
from tocsin.app import App, build
from tocsin.casework.doctor import examine
from tocsin.casework.reads import case_of
from tocsin.channels.webhook import WebhookChannel, WebhookSettings
from tocsin.cli.workers import working
from tocsin.domain.case import DeliveryState, deadline_key
from tocsin.domain.directory import Way
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import Method
from tocsin.settings import Settings
from tocsin.store import deliveries

OTHERS, OF_EACH = 50, 2
TIMEOUT_S = 7.0
"""Longer than anybody else may wait."""
WITHIN_S, LATE_S = 5.0, 1.0
DEADLINES, SPREAD_S = 20, 5.0
CASE = "C-1"

Answers = Callable[[asyncio.StreamWriter], Awaitable[None]]


async def _takes(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    await writer.drain()


async def _hangs(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _dawdles(writer: asyncio.StreamWriter) -> None:
    for letter in b"HTTP/1.1 200 OK\r\n" + b"X-Wait: a while\r\n" * 100:
        writer.write(bytes((letter,)))
        await writer.drain()
        await asyncio.sleep(0.2)


async def _babbles(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xffNONSENSE\r\n" * 20)
    await writer.drain()


BAD: dict[str, Answers] = {"hangs": _hangs, "dawdles": _dawdles, "babbles": _babbles}


class Partners:
    """Servers on this machine, each with a port of its own: to the house, each is a partner."""

    def __init__(self) -> None:
        self.came: dict[str, float] = {}
        self._loop, self._servers = asyncio.new_event_loop(), list[asyncio.Server]()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def open(self, answers: Answers = _takes) -> str:
        """The address of a new partner."""

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                head = parse_headers(
                    BytesIO((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n", 1)[1])
                )
                await reader.readexactly(int(head["Content-Length"]))
                self.came.setdefault(head["webhook-id"], time.monotonic())
                await answers(writer)
            except (OSError, EOFError, asyncio.CancelledError):
                pass
            finally:
                writer.transport.abort()

        opening = asyncio.start_server(talk, "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(opening, self._loop).result(10)
        self._servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/warnings"

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        await asyncio.sleep(0.02)  # a talk cancelled before it began would leave its end open
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def at_work(folder: Path, database_url: str) -> Iterator[App]:
    settings = Settings(data_dir=folder / "house", database_url=database_url, cover_every_s=86_400)
    given = WebhookSettings(
        secret=b"a secret of no house", timeout_s=TIMEOUT_S, allow_private=("127.0.0.1",)
    )
    with closing(build(settings, channels={Method.WEBHOOK: WebhookChannel(given)})) as app:
        enrolled(app)
        yield app


def states(app: App) -> list[str]:
    """What the table of the case shows, in the order in which deliveries were planned."""
    with app.store.read() as db:
        shown = {row.delivery_id: row.state for row in deliveries.deliveries(db, CASE)}
    return [shown[one] for one in case_of(app, CASE).deliveries]


def test_partners_who_fail_delay_nobody_else_and_it_shows(
    database_url: str, tmp_path: Path, tell: Tell
) -> None:
    with Partners() as partners, at_work(tmp_path, database_url) as app:
        named = [partners.open(one) for one in (*BAD.values(), _takes)]
        theirs = [url for url in named for _ in range(OF_EACH)]
        overdue = with_deadlines(app, DEADLINES, SPREAD_S)
        everybody = theirs + [partners.open() for _ in range(OTHERS)]
        planned(app, CASE, [(Way(method=Method.WEBHOOK, address=url),) for url in everybody])
        began, stop = time.monotonic(), threading.Event()
        others = list(case_of(app, CASE).deliveries)[len(theirs) :]
        with working(app, stop):
            until(lambda: partners.came.keys() >= set(others), TIMEOUT_S, "others still wait")
            took = max(partners.came[one] for one in others) - began
            until(lambda: set(states(app)[len(theirs) :]) == {"handed_over"}, 5, "not recorded")
            meanwhile = states(app)[: len(theirs)]
            is_over = time.monotonic() - began > TIMEOUT_S
            until(lambda: len(lateness(app, overdue)) >= DEADLINES, 15, "deadlines still run")
            until(lambda: ended(app) >= len(theirs) - OF_EACH, 30, "attempts still open")
        late = max(lateness(app, overdue))
        assert (took < WITHIN_S, is_over) == (True, False), f"{took:.1f} s"
        assert meanwhile == ["attempted"] * (3 * OF_EACH) + ["handed_over"] * OF_EACH
        shows(app)
        assert late < LATE_S, f"{late:.2f} s late"
        backend = app.store.url.get_backend_name()
    tell(f"{backend}: the last of {OTHERS} others after {took:.1f} s, deadlines {late:.2f} s late")


def ended(app: App) -> int:
    """Attempts on bad partners that are no longer open."""
    deliveries = list(case_of(app, CASE).deliveries.values())[: 3 * OF_EACH]
    return sum(one.attempts > 0 and not one.attempt_open for one in deliveries)


def shows(app: App) -> None:
    """Nobody is said to have taken what they did not; who forgot it is waited for by a clock."""
    case = case_of(app, CASE)
    deliveries = list(case.deliveries.values())
    failing, forgetful = deliveries[: 3 * OF_EACH], deliveries[3 * OF_EACH : 4 * OF_EACH]
    assert {one.state for one in failing} == {DeliveryState.ATTEMPTED}
    assert [one.detail for one in failing] == ["timed-out"] * 4 + ["bad-answer"] * OF_EACH
    for one in forgetful:
        assert one.reached_at
        assert deadline_key(Clock.RECEIPT, one.delivery_id) in case.deadlines
        assert case.deadlines[deadline_key(Clock.RECEIPT, one.delivery_id)].due_at > one.reached_at
    assert examine(app).complaints == ()
