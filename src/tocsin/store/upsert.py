"""INSERT ... ON CONFLICT (primary key) DO UPDATE, once for both databases."""

from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from tocsin.store.prepared import Prepared


def upsert(
    table: Table, *columns: str, only: ColumnElement[bool] | None = None, **fixed: Any
) -> Prepared:
    """On conflict take `columns` from the new row, and `fixed`.

    A row for which `only` does not hold is left as it is.
    """

    def of(insert: Any) -> Insert:
        fresh = insert(table)
        changes = {name: fresh.excluded[name] for name in columns} | fixed
        keys = list(table.primary_key)
        done: Insert = fresh.on_conflict_do_update(index_elements=keys, set_=changes, where=only)
        return done

    return Prepared({"postgresql": of(postgresql.insert), "sqlite": of(sqlite.insert)})


def insert_or_keep(table: Table) -> Prepared:
    """A row whose primary key exists already is kept as it is."""
    keys = list(table.primary_key)
    return Prepared(
        {
            "postgresql": postgresql.insert(table).on_conflict_do_nothing(index_elements=keys),
            "sqlite": sqlite.insert(table).on_conflict_do_nothing(index_elements=keys),
        }
    )
