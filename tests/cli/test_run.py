"""`tocsin run` as a process: it starts, answers, stops when told, and keeps what it has."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any
from urllib.error import URLError

import pytest

from tests.cli.conftest import Tocsin
from tocsin.cli import workers
from tocsin.domain.refusal import Code, Refusal

START_S, STOP_S = 60, 20


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def answer(url: str) -> int:
    """The status of a page, waited for until the process serves."""
    until = time.monotonic() + START_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=START_S) as response:  # noqa: S310
                return int(response.status)
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@contextmanager
def running(folder: Path, database_url: str, *options: str) -> Iterator[tuple[str, Any]]:
    """A started house: its address and what it printed; it must end well when told to."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", "import tocsin.cli; tocsin.cli.main()", "run", "--json",
         "--port", str(port), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TOCSIN_DATA_DIR": str(folder), "TOCSIN_DATABASE_URL": database_url},
    )  # fmt: skip
    try:
        assert process.stdout
        yield f"http://localhost:{port}", json.loads(process.stdout.readline() or "null")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=STOP_S)
        assert (process.returncode, err) == (0, "")
    finally:
        process.kill()
        process.communicate()


@pytest.mark.long
def test_it_starts_with_the_example_stops_when_told_and_keeps_its_data(
    surroundings: Path, database_url: str
) -> None:
    folder = surroundings / "data"
    with running(folder, database_url) as (address, told):
        assert told["open"] == f"{address}/"
        assert answer(f"{address}/sign-in") == 200
        links = {one["officer_id"]: one["link"] for one in told["sign_in"]}
        assert re.fullmatch(rf"{address}/invite/[\w-]{{43}}", links["okafor.example"])
    with running(folder, database_url) as (address, told):
        assert answer(f"{address}/sign-in") == 200
        again = {one["officer_id"]: one["link"] for one in told["sign_in"]}
        assert again.keys() == links.keys()
        assert again["okafor.example"] != links["okafor.example"]


def test_an_empty_house_says_how_to_make_its_first_administrator(
    surroundings: Path, tocsin: Tocsin
) -> None:
    with running(surroundings / "data", "", "--no-example") as (address, told):
        assert told["sign_in"] == []
        assert answer(f"{address}/sign-in") == 200
    assert tocsin("people", "--json").json == {"officers": []}
    assert tocsin("doctor", "--json").json["events"] == 0


def test_a_port_in_use_is_named_and_nothing_is_opened(tocsin: Tocsin, surroundings: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = tocsin("run", "--port", port)
    assert told.status == 2
    assert f"port {port} cannot be used (something listens there already)" in told.err
    assert not (surroundings / "data").exists()


def test_a_worker_outlives_a_bad_job_and_an_absent_database(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, looks = Event(), 0

    def work_once(*_: object) -> bool:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise Refusal(Code.STORE_UNAVAILABLE, "The database is away.")
        if looks == 2:
            raise KeyError("Ann Example")
        if looks == 4:
            stop.set()
        return looks == 3

    monkeypatch.setattr(workers, "work_once", work_once)
    monkeypatch.setattr(workers, "POLL_S", 0.001)
    workers.work(None, "deadline", "w", stop)  # type: ignore[arg-type]  # handed through only
    assert looks == 4
    assert "store-unavailable" in caplog.text
    assert "KeyError" in caplog.text
    assert "Ann Example" not in caplog.text


def test_workers_look_less_often_after_failures_and_never_in_step() -> None:
    waits = {workers.pause_s(0) for _ in range(20)}
    assert len(waits) > 1
    assert all(0.1 <= wait <= 0.2 for wait in waits)
    assert 15 <= workers.pause_s(1_000) <= 30
