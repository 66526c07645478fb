"""Statements that every command runs: spelled once a database, then given to the driver.

SQLAlchemy's own execution costs twenty times what SQLite takes for such a
statement. Whoever prepares one gives up its result processors, so a prepared
query reads numbers, text and bytes only.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.exc import DBAPIError

# Both take named values and have execute() on the connection itself.
_DIALECTS: Mapping[str, Any] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": psycopg.dialect(),  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
}


class Prepared:
    """One statement, or one for each database by dialect name.

    Give it values for the same names each time: the first call fixes the spelling.
    The cursor that comes back is the driver's; the errors are SQLAlchemy's.
    """

    def __init__(self, statement: Executable | Mapping[str, Executable]) -> None:
        self._statement = statement
        self._spelled: dict[str, tuple[str, dict[str, Any]]] = {}

    def run(self, db: Connection, **values: Any) -> Any:
        """Execute with these values."""
        sql, fixed = self._spelling(db, values)
        try:
            return _driver(db).execute(sql, fixed | values)
        except db.dialect.loaded_dbapi.Error as error:
            raise _told(db, error) from error

    def run_all(self, db: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Execute once for each of `rows`."""
        if not rows:
            return
        sql, fixed = self._spelling(db, rows[0])
        try:
            _driver(db).cursor().executemany(sql, [fixed | row for row in rows])
        except db.dialect.loaded_dbapi.Error as error:
            raise _told(db, error) from error

    def _spelling(self, db: Connection, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        name = db.dialect.name
        if name not in self._spelled:
            one = self._statement
            statement: Any = one[name] if isinstance(one, Mapping) else one
            compiled = statement.compile(dialect=_DIALECTS[name], column_keys=list(values))
            fixed = {key: value for key, value in compiled.params.items() if key not in values}
            self._spelled[name] = compiled.string, fixed
        return self._spelled[name]


class PreparedInsert(Prepared):
    """New rows of a table that come many at a time, which PostgreSQL copies in one go.

    Row by row they cost its server three times as much; SQLite has none to wait for.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(insert(table))
        self._names, to = table.c.keys(), _DIALECTS["postgresql"]
        self._types = [column.type.compile(to).split()[0].lower() for column in table.c]
        self._copy = f"COPY {table} ({', '.join(self._names)}) FROM STDIN (FORMAT BINARY)"

    def run_all(self, db: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Add `rows`, each with a value for every column."""
        if len(rows) == 1:
            self.run(db, **rows[0])
        elif not rows or db.dialect.name != "postgresql":
            super().run_all(db, rows)
        else:
            try:
                with _driver(db).cursor().copy(self._copy) as copy:
                    copy.set_types(self._types)
                    for row in rows:
                        copy.write_row([row[name] for name in self._names])
            except db.dialect.loaded_dbapi.Error as error:
                raise _told(db, error) from error


def flat(row: Any) -> dict[str, Any]:
    """A slotted row's fields by name; `asdict` copies deeply, which costs as much as the INSERT."""
    return {name: getattr(row, name) for name in row.__slots__}


def _driver(db: Connection) -> Any:
    return db.connection.dbapi_connection


def _told(db: Connection, error: Exception) -> BaseException:
    kinds = db.dialect.loaded_dbapi.Error
    return DBAPIError.instance(None, None, error, kinds, hide_parameters=True, dialect=db.dialect)
