"""What the measurements stand on: this machine, and houses with nobody in them."""

import os
import platform
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.house import EVERYONE
from tests.support.postgres import PostgresServer, running_postgres
from tocsin.app import App, build
from tocsin.channels import Channel
from tocsin.domain.kinds import Method
from tocsin.identity import officers
from tocsin.settings import Settings


def machine() -> str:
    """The conditions under which the numbers hold."""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; "
        f"load before the run {os.getloadavg()[0]:.1f}"
    )


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on the disk that temporary files use (TMPDIR chooses another)."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as place:
        yield Path(place)


@contextmanager
def a_house(
    place: Path, database_url: str = "", channels: Mapping[Method, Channel] | None = None
) -> Iterator[App]:
    """A new house with everyone enrolled; on SQLite unless another database is named."""
    app = build(
        Settings(data_dir=place, database_url=database_url, public_url="http://127.0.0.1:8000"),
        channels=channels or {},
    )
    try:
        for one in EVERYONE:
            officers.enrol(
                app.store,
                officer_id=one.actor_id,
                name=one.actor_id,
                unit=one.unit,
                roles=one.roles,
                email=None,
            )
        yield app
    finally:
        app.close()


@contextmanager
def durable_postgres() -> Iterator[PostgresServer]:
    """PostgreSQL that waits for the disk at every commit."""
    with running_postgres(durable=True) as server:
        yield server
