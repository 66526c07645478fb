"""The views as a whole: create, drop, rebuild from events, dump."""

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cache

from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from tocsin.store import events, schema

_BATCH = 1_000
_PG = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
_VERSION = schema.view_version


def create_views(db: Connection) -> None:
    """Create the view tables, empty, marked as this version's."""
    schema.views.create_all(db, checkfirst=False)
    db.execute(insert(_VERSION), {"fingerprint": fingerprint()})


def drop_views(db: Connection) -> None:
    """Drop every view table of this version that exists."""
    schema.views.drop_all(db)


def drop_and_create_views(db: Connection) -> None:
    """Empty views of this version."""
    drop_views(db)
    create_views(db)


def views_are_current(db: Connection) -> bool:
    """Whether all views exist and have this version's shape; else `rebuild` before serving."""
    if not set(schema.views.tables) <= set(inspect(db).get_table_names()):
        return False
    return db.execute(select(_VERSION.c.fingerprint)).scalar_one_or_none() == fingerprint()


def sources_are_missing(db: Connection) -> bool:
    """Whether reports are kept and none is in the index of sources: they came before there was one.

    `rebuild` alone does not mend that; the use case around it does.
    """
    kept, indexed = (
        db.execute(select(table).limit(1)).first() is not None
        for table in (schema.report_body, schema.source_report)
    )
    return kept and not indexed


def rebuild(db: Connection, project: Callable[[events.EventRow], object]) -> int:
    """Drop the views and give every event, in the record's order, to `project`.

    Holds the head's lock, so no event is missed. Returns how many events there were.
    """
    last = events.lock_head(db).position
    drop_and_create_views(db)
    position = 0
    while batch := events.all_events(db, position, _BATCH):
        for row in batch:
            project(row)
        position = batch[-1].position
    if position != last:
        raise RuntimeError("the head of the record is not at its last event")
    return position


def dump(db: Connection) -> Iterator[bytes]:
    """Every row of every view as one line of canonical JSON, tables by name, rows by key."""
    tables = [table for table in schema.views.tables.values() if table is not _VERSION]
    for table in sorted(tables, key=lambda table: table.name):
        ordered = select(table).order_by(*table.primary_key)
        for row in db.execute(ordered, execution_options={"yield_per": _BATCH}).mappings():
            named = {"": table.name, **row}
            line = json.dumps(named, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            yield line.encode() + b"\n"


@cache
def fingerprint() -> str:
    """Changes whenever a view's columns, constraints or indexes do."""
    statements: list[DDLElement] = []
    for table in schema.views.sorted_tables:
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements += [CreateTable(table), *map(CreateIndex, indexes)]
    ddl = [str(statement.compile(dialect=_PG)) for statement in statements]
    return hashlib.sha256("\n".join(ddl).encode()).hexdigest()
