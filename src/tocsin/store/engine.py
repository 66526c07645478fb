"""Connections. On SQLite writers take turns; readers cannot write, on either database."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from tocsin.domain.refusal import Code, refuse
from tocsin.record.sealing import Vault
from tocsin.store import events, replay, schema, tiles

# Callers name the type of what `write` and `read` give without speaking SQL themselves.
__all__ = ["Connection", "Store"]

CONNECT_TIMEOUT_S = 5
LOCK_TIMEOUT_S = 10
STATEMENT_TIMEOUT_S = 30
MIGRATION_TIMEOUT_S = 600
POOL_SIZE, POOL_OVERFLOW = 8, 8

_MIGRATION_LOCK = 0x746F6373696E  # "tocsin"

# recursive_triggers: without it REPLACE deletes an event past the append-only trigger.
# secure_delete: a destroyed key's bytes must not linger in the file.
_PRAGMAS = (
    f"busy_timeout = {LOCK_TIMEOUT_S * 1000}",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "trusted_schema = OFF",
)
_WRITER_PRAGMAS = (
    *_PRAGMAS,
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = ON",
    "secure_delete = ON",
)
_READER_PRAGMAS = (*_PRAGMAS, "query_only = ON")

_SCRUBBED = (
    *("record_key", "report_key", "report_body", "source_report", "source_run", "source_link"),
    *sorted(schema.views.tables),
)

_SQLITE_GONE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
}
_PG_FULL, _PG_READ_ONLY = "53100", "25006"
_PG_UNREACHED = ("OperationalError", "ConnectionTimeout")  # these carry no SQLSTATE
# No connection; server stopping; too many connections; lock, statement, idle timeout; deadlock.
_PG_GONE = ("08", "57P0", "53300", "55P03", "57014", "25P03", "40P01")


class Store:
    """One database: "sqlite:///PATH" or "postgresql://...".

    Refuses SETTINGS_INVALID for any other address, STORE_FULL when the disk is
    full and STORE_UNAVAILABLE when the database is gone or stays locked; what
    the transaction did is then rolled back. Every other error surfaces.
    """

    def __init__(self, url: str) -> None:
        self.url = _normalised(url)
        self._turn = Lock()
        if self.url.get_backend_name() == "sqlite":
            self._writer = _sqlite(self.url, "BEGIN IMMEDIATE", _WRITER_PRAGMAS, pool_size=1)
            self._reader = _sqlite(self.url, "BEGIN", _READER_PRAGMAS, pool_size=POOL_SIZE)
        else:
            self._writer = _postgresql(self.url)
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    def migrate(self, sealer: tuple[Vault, Callable[[int], bytes]] | None = None) -> None:
        """Bring the tables up to date; several processes may start at once.

        `sealer` (vault and randomness) seals what an older version kept in the clear; a
        record without such rows needs none.

        The views of an empty record are created too; those of another version of Tocsin
        stay as they are until `replay.rebuild` (see `replay.views_are_current`).
        """
        if self.url.get_backend_name() == "sqlite":
            self._create_file()
        with self.write() as db:
            if db.dialect.name == "postgresql":
                for setting in ("lock_timeout", "statement_timeout"):
                    db.execute(text(f"SET LOCAL {setting} = '{MIGRATION_TIMEOUT_S}s'"))
                db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            if MigrationContext.configure(db).get_current_heads() != _newest_version():
                config = _migrations()
                config.attributes.update(connection=db, sealer=sealer)
                command.upgrade(config, "head")
            tiles.build(db)
            if not replay.views_are_current(db) and not events.last_position(db):
                replay.drop_and_create_views(db)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write; it commits when the block ends without an error."""
        with _refusals(writing=True), self._one_at_a_time(), self._writer.begin() as db:
            yield db

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One unchanging view of the database; a write through it is an error."""
        with _refusals(writing=False), self._reader.begin() as db:
            yield db

    def scrub(self) -> bool:
        """Take what was deleted out of the database's files too; whether that was done.

        SQLite's write-ahead log keeps old pages until it is emptied, which somebody reading
        just now can prevent. PostgreSQL frees the rows; its own log keeps them until recycled.
        """
        with self._one_at_a_time(), self._writer.connect() as db:
            driver: Any = db.connection.dbapi_connection
            if db.dialect.name == "sqlite":
                (busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                return not busy
            driver.autocommit = True
            try:
                driver.execute(f"VACUUM {', '.join(_SCRUBBED)}")
            finally:
                driver.autocommit = False
            return True

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Queue SQLite's writers of this process fairly; its own wait is a poll."""
        if self.url.get_backend_name() != "sqlite":
            yield
            return
        if not self._turn.acquire(timeout=LOCK_TIMEOUT_S):
            _unavailable("another writer kept it locked")
        try:
            yield
        finally:
            self._turn.release()

    def _create_file(self) -> None:
        """The record is for its owner's eyes only; SQLite gives -wal and -shm the same mode."""
        try:
            Path(self.url.database or "").touch(mode=0o600)
        except OSError as error:
            _unavailable(f"its file cannot be created ({type(error).__name__})")


def _migrations() -> Config:
    config, folder = Config(), Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


@cache
def _newest_version() -> tuple[str, ...]:
    return tuple(ScriptDirectory.from_config(_migrations()).get_heads())


def _normalised(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    match parsed:
        case URL(drivername="sqlite" | "sqlite+pysqlite", database=str(path)) if path != ":memory:":
            return parsed
        case URL(drivername="postgres" | "postgresql" | "postgresql+psycopg"):
            return parsed.set(drivername="postgresql+psycopg")
    return refuse(
        Code.SETTINGS_INVALID,
        "The database was not opened: its address is not one that Tocsin knows.",
        "Use sqlite:///PATH or postgresql://USER@HOST/NAME.",
    )


def _sqlite(url: URL, begin: str, pragmas: tuple[str, ...], *, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=LOCK_TIMEOUT_S,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    def begins(dbapi_connection: Any) -> None:
        dbapi_connection.execute(begin)

    # Not a listener for "begin": where there is one, every statement looks for listeners.
    engine.dialect.do_begin = begins  # type: ignore[method-assign]
    return engine


def _postgresql(url: URL) -> Engine:
    timeouts = {
        "lock_timeout": LOCK_TIMEOUT_S,
        "statement_timeout": STATEMENT_TIMEOUT_S,
        "idle_in_transaction_session_timeout": STATEMENT_TIMEOUT_S,
    }
    given = url.query.get("options", "")
    options = [given] if isinstance(given, str) else list(given)
    options += [f"-c {name}={seconds}s" for name, seconds in timeouts.items()]
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=LOCK_TIMEOUT_S,
        pool_pre_ping=True,
        use_native_hstore=False,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "tcp_user_timeout": STATEMENT_TIMEOUT_S * 1000,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "application_name": "tocsin",
            "options": " ".join(options),
        },
    )

    @event.listens_for(engine, "connect")
    def _(connection: psycopg.Connection[Any], _record: object) -> None:
        """A server told to answer before it has written would lose what we acknowledged."""
        (how,) = connection.execute("SHOW synchronous_commit").fetchone() or ("off",)
        if how == "off":
            connection.execute("SET synchronous_commit = on")
        connection.commit()

    return engine


@contextmanager
def _refusals(*, writing: bool) -> Iterator[None]:
    try:
        yield
    except NoConnectionFree:
        _unavailable("every connection to it is in use")
    except (DBAPIError, sqlite3.OperationalError) as error:
        cause: Any = error.orig if isinstance(error, DBAPIError) else error
        full, gone, read_only = _meaning(cause)
        if full:
            refuse(
                Code.STORE_FULL,
                "Nothing was saved: the disk of the database is full.",
                "Free space there, then do it again.",
            )
        if gone or getattr(error, "connection_invalidated", False):
            _unavailable("it cannot be reached, or stays locked")
        if read_only and writing:
            _unavailable("it takes no changes at present")
        raise


def _meaning(error: Any) -> tuple[bool, bool, bool]:
    """Whether the error says that the database is (full, gone, read-only)."""
    if isinstance(error, sqlite3.OperationalError):
        code = error.sqlite_errorcode & 0xFF
        # On a disk already full there is no room even for the WAL's index.
        full = code == sqlite3.SQLITE_FULL or error.sqlite_errorcode == sqlite3.SQLITE_IOERR_SHMSIZE
        return full, not full and code in _SQLITE_GONE, code == sqlite3.SQLITE_READONLY
    if (state := getattr(error, "sqlstate", "")) is None:
        return False, type(error).__name__ in _PG_UNREACHED, False
    return state == _PG_FULL, state.startswith(_PG_GONE), state == _PG_READ_ONLY


def _unavailable(why: str) -> NoReturn:
    refuse(
        Code.STORE_UNAVAILABLE,
        f"This is not known to be saved, for the database did not answer: {why}.",
        "See that it runs, then look whether it was saved before doing it again.",
    )
