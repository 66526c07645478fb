"""`tocsin witness`: founded once, started by anybody with its folder, and nothing else loaded."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Tocsin
from tests.support.small_log import SmallLog, policy
from tocsin.channels.witness import add_checkpoint
from tocsin.record.note import VerifierKey

NAME = "witness.example/overseer"
LOG = SmallLog()
STOP_S = 20
UNWANTED = {
    "alembic", "cedarpy", "cel_expr_python", "fastapi", "httpx2", "jinja2", "lxml", "psycopg",
    "pydantic", "sqlalchemy", "sqlite3",
}  # fmt: skip


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Any]:
    """A started witness and what it told; it must end well when told to."""
    port = str(free_port())
    process = subprocess.Popen(
        [sys.executable, "-c", "import tocsin.cli; tocsin.cli.main()", "witness", str(folder),
         "--json", "--port", port, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TOCSIN_DATA_DIR": str(folder / "never")},
    )  # fmt: skip
    try:
        assert process.stdout
        yield json.loads(process.stdout.readline() or "null")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=STOP_S)
        assert (process.returncode, err) == (0, "")
    finally:
        process.kill()
        process.communicate()


def test_it_is_founded_told_of_a_log_and_cosigns(tmp_path: Path) -> None:
    folder = tmp_path / "witness"
    with running(folder, "--name", NAME) as first:
        assert first["logs"] == []
        with urllib.request.urlopen(first["open"] + "keys") as answer:  # noqa: S310
            assert answer.read().decode().splitlines() == first["keys"]
    (folder / "logs").write_text(policy(LOG))
    with running(folder) as again:
        assert again["keys"] == first["keys"]
        assert again["logs"] == [LOG.origin]
        assert add_checkpoint(again["open"], LOG.body(0, 5), timeout_s=STOP_S).status == 200
    with running(folder) as later:
        assert add_checkpoint(later["open"], LOG.body(0, 9), timeout_s=STOP_S).body == b"5\n"
    assert not (folder / "never").exists()


def test_init_makes_it_and_prints_its_keys(tocsin: Tocsin, tmp_path: Path) -> None:
    made = tocsin("witness", str(tmp_path / "w"), "--name", NAME, "--init", "--json")
    assert made.status == 0
    assert {VerifierKey.from_text(key).name for key in made.json["keys"]} == {NAME}
    told = tocsin("witness", str(tmp_path / "w"), "--init")
    assert all(key in told.out for key in made.json["keys"])
    assert "It knows no log yet" in told.out


def test_a_first_start_without_a_name_is_refused(tocsin: Tocsin, tmp_path: Path) -> None:
    told = tocsin("witness", str(tmp_path / "w"))
    assert told.status == 2
    assert "make one there with --name" in told.err
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("name", ["two words", "a+b"])
def test_a_name_that_no_key_can_have_is_refused(tocsin: Tocsin, tmp_path: Path, name: str) -> None:
    told = tocsin("witness", str(tmp_path / "w"), "--name", name, "--init")
    assert told.status == 2
    assert "Give a name such as" in told.err


def test_it_keeps_its_name(tocsin: Tocsin, tmp_path: Path) -> None:
    tocsin("witness", str(tmp_path), "--name", NAME, "--init")
    told = tocsin("witness", str(tmp_path), "--name", "another.example", "--init")
    assert told.status == 2
    assert "has another name" in told.err


def test_a_folder_that_cannot_be_written_is_refused(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = tocsin("witness", str(tmp_path / "file" / "w"), "--name", NAME, "--init")
    assert told.status == 2
    assert "Name a folder where you may write" in told.err


def test_a_port_in_use_is_named_and_nothing_is_made(tocsin: Tocsin, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = tocsin("witness", str(tmp_path / "w"), "--name", NAME, "--port", port)
    assert told.status == 2
    assert f"port {port} cannot be used (something listens there already)" in told.err
    assert not (tmp_path / "w").exists()


def test_it_needs_no_database_and_no_policy_package(tmp_path: Path) -> None:
    script = (
        "import sys, tocsin.cli, tocsin.witness.server\n"
        f"try: tocsin.cli.main(['witness', {str(tmp_path)!r}, '--name', 'w.example', '--init'])\n"
        "except SystemExit: pass\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert "w.example" in ran.stdout
    assert not UNWANTED & set(ran.stderr.split())
