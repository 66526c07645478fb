"""INSERT ... ON CONFLICT (primary key) DO UPDATE, once for both databases."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert


def upsert(
    table: Table, *columns: str, only: ColumnElement[bool] | None = None, **fixed: Any
) -> Mapping[str, Insert]:
    """The statement by dialect name: on conflict take `columns` from the new row, and `fixed`.

    A row for which `only` does not hold is left as it is.
    """

    def of(insert: Any) -> Insert:
        fresh = insert(table)
        changes = {name: fresh.excluded[name] for name in columns} | fixed
        keys = list(table.primary_key)
        done: Insert = fresh.on_conflict_do_update(index_elements=keys, set_=changes, where=only)
        return done

    return {"postgresql": of(postgresql.insert), "sqlite": of(sqlite.insert)}


def insert_or_keep(table: Table) -> Mapping[str, Insert]:
    """The statement by dialect name: a row whose primary key exists already is kept as it is."""
    keys = list(table.primary_key)
    return {
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(index_elements=keys),
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(index_elements=keys),
    }
