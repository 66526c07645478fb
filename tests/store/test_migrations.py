from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, inspect, text

from tests.store.rows import an_event, record
from tocsin.store import events, replay, schema
from tocsin.store.engine import Store


def test_starting_twice_keeps_the_data(database_url):
    for start in (1, 2):
        store = Store(database_url)
        store.migrate()
        assert record(store, an_event(case_seq=start)) == start
        store.close()


def test_many_processes_may_start_on_an_empty_database_at_once(database_url):
    stores = [Store(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Store.migrate, stores))
    with stores[0].read() as db:
        assert events.last_position(db) == 0
        assert replay.views_are_current(db)
    for store in stores:
        store.close()


def test_the_migrations_make_exactly_the_tables_of_the_schema(store):
    def ours(_object, name, kind, _reflected, _compared):
        return kind != "table" or name in schema.truth.tables

    with store.read() as db:
        context = MigrationContext.configure(db, opts={"include_object": ours})
        assert compare_metadata(context, schema.truth) == []


def test_the_migrations_make_exactly_the_checks_of_the_schema(store, database_url, tmp_path):
    def checks(db) -> dict[str, list[str]]:
        found = inspect(db)
        return {
            table: sorted(check["name"] for check in found.get_check_constraints(table))
            for table in schema.truth.tables
        }

    with store.write() as db:
        migrated = checks(db)
        for trigger in ("event_append_only_UPDATE", "event_append_only_DELETE"):
            if db.dialect.name == "sqlite":
                db.execute(text(f"DROP TRIGGER {trigger}"))
        everything = MetaData()
        everything.reflect(db)
        everything.drop_all(db)
        schema.truth.create_all(db)
        assert checks(db) == migrated
        assert sum(map(len, migrated.values())) > 20


def test_a_failed_migration_leaves_nothing_behind(database_url, monkeypatch):
    store = Store(database_url)
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):  # noqa: PT012
        broken.setattr(replay, "views_are_current", lambda _db: 1 / 0)
        store.migrate()
    with store.read() as db:
        assert inspect(db).get_table_names() == []
    store.migrate()
    assert record(store, an_event()) == 1
    store.close()


def test_views_of_another_version_are_left_for_a_rebuild(store, monkeypatch):
    record(store, an_event())
    monkeypatch.setattr(replay, "fingerprint", lambda: "another")
    store.migrate()
    with store.read() as db:
        assert not replay.views_are_current(db)
    with store.write() as db:
        assert replay.rebuild(db, lambda _row: None) == 1
        assert replay.views_are_current(db)
