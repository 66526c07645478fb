"""SQLite through `apsw`, looking like `sqlite3` to SQLAlchemy: only there can a test be the disk.

`connect` opens every database on the disk that `tests.support.disk` stands in for.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from sqlite3 import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    Warning,  # noqa: A004 - the name that PEP 249 gives it
)
from typing import Any

import apsw

from tests.support.disk import NAME

__all__ = [
    "DataError",
    "DatabaseError",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "Warning",
    "connect",
]

paramstyle = "qmark"
sqlite_version = apsw.sqlite_lib_version()
sqlite_version_info = tuple(map(int, sqlite_version.split(".")))
Binary = memoryview
Parameters = Sequence[Any] | Mapping[str, Any]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except apsw.ConstraintError as error:
        raise IntegrityError(str(error)) from error
    except apsw.Error as error:
        told = OperationalError(str(error))
        told.sqlite_errorcode = error.extendedresult  # type: ignore[attr-defined]
        raise told from error


class Cursor:
    """Rows are fetched at once."""

    arraysize = 1
    lastrowid = None

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        self._rows: Iterator[Any] = iter(())
        self.description: Any = None
        self.rowcount = -1

    def execute(self, sql: str, parameters: Parameters = ()) -> "Cursor":
        return self._run(sql, [parameters])

    def executemany(self, sql: str, rows: Sequence[Parameters]) -> "Cursor":
        return self._run(sql, rows)

    def _run(self, sql: str, rows: Sequence[Parameters]) -> "Cursor":
        raw, reads = self._db.cursor(), True

        def look(cursor: apsw.Cursor, _sql: str, _bindings: object) -> bool:
            nonlocal reads
            reads, self.description = cursor.is_readonly, _described(cursor)
            return True

        raw.exec_trace = look
        with _told():
            self._rows = iter(list(raw.executemany(sql, rows)))
        self.rowcount = -1 if reads else self._db.changes()
        return self

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def fetchmany(self, size: int = 1) -> list[Any]:
        return [row for row, _ in zip(self._rows, range(size), strict=False)]

    def close(self) -> None:
        self._rows = iter(())


def _described(cursor: apsw.Cursor) -> Any:
    return [(name, *[None] * 6) for name, _ in cursor.get_description()] or None


class Connection:
    """As `sqlite3.Connection` without transactions of its own (`isolation_level=None`)."""

    isolation_level = None

    def __init__(self, path: str) -> None:
        with _told():
            self._db = apsw.Connection(path, vfs=NAME)

    def cursor(self) -> Cursor:
        return Cursor(self._db)

    def execute(self, sql: str, parameters: Parameters = ()) -> Cursor:
        return self.cursor().execute(sql, parameters)

    def create_function(self, *_given: object, **_more: object) -> None:
        """What the dialect would register; no statement of ours calls it."""

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, how: str) -> None:
        if self._db.in_transaction:
            self.execute(how)

    def close(self) -> None:
        with _told():
            self._db.close()


def connect(path: str, **_given: object) -> Connection:
    """Open `path` on the disk that is in use."""
    return Connection(path)
