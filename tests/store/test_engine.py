import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.store.rows import an_event, at_once, record
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import engine, events
from tocsin.store.engine import Store


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://h/d", "postgresql+asyncpg://h/d"],
)
def test_an_address_of_another_kind_is_refused(url):
    with pytest.raises(Refusal) as refused:
        Store(url)
    assert refused.value.code is Code.SETTINGS_INVALID


def test_a_refused_address_is_not_repeated_for_it_may_hold_a_password():
    with pytest.raises(Refusal) as refused:
        Store("mysql://tocsin:hunter2@h/d")
    assert "hunter2" not in str(refused.value)


def test_plain_postgresql_addresses_are_spoken_to_with_psycopg():
    for url in ("postgres://h/d", "postgresql://h/d"):
        assert Store(url).url.drivername == "postgresql+psycopg"


def test_a_reader_cannot_write(store):
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), store.read() as db:
        db.execute(text("UPDATE head SET position = 99"))
    with store.read() as db:
        assert events.last_position(db) == 0


def test_a_reader_sees_one_unchanging_state(store):
    with store.read() as db:
        assert events.last_position(db) == 0
        record(store, an_event())
        assert events.last_position(db) == 0
    with store.read() as db:
        assert events.last_position(db) == 1


def test_an_error_in_the_block_rolls_everything_back_and_surfaces(store):
    with pytest.raises(ZeroDivisionError), store.write() as db:  # noqa: PT012
        events.append(db, events.lock_head(db), [an_event()])
        _ = 1 / 0
    with store.read() as db:
        assert events.last_position(db) == 0
        assert events.all_events(db, 0, 10) == []


def test_other_database_errors_are_bugs_and_surface(store):
    record(store, an_event())
    with pytest.raises(IntegrityError):
        record(store, an_event())


def test_decisions_are_durable_and_keys_hold_on_sqlite(sqlite_store):
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with sqlite_store.write() as db:
        found = {name: db.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    assert found == wanted


def test_the_sqlite_file_is_for_its_owner_only(sqlite_store):
    record(sqlite_store, an_event())
    database = Path(sqlite_store.url.database)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in database.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert database.name in modes


def test_a_full_disk_is_refused_and_leaves_nothing_half_written(sqlite_store):
    record(sqlite_store, an_event())
    with sqlite_store.write() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar_one()
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(Refusal) as refused:
        record(sqlite_store, *(an_event("c2", seq, sealed=b"x" * 4_000) for seq in range(1, 20)))
    assert refused.value.code is Code.STORE_FULL
    with sqlite_store.read() as db:
        assert (events.last_position(db), events.case_tail(db, "c2")) == (1, None)
    with sqlite_store.write() as db:
        db.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert record(sqlite_store, an_event("c2")) == 2


def test_a_database_locked_by_another_process_is_unavailable(sqlite_store):
    with sqlite_store.write() as db:
        db.exec_driver_sql("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(sqlite_store.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refusal) as refused:
        record(sqlite_store, an_event())
    assert refused.value.code is Code.STORE_UNAVAILABLE
    other.close()
    assert record(sqlite_store, an_event()) == 1


def test_a_writer_waits_its_turn_and_no_longer(sqlite_store, monkeypatch):
    monkeypatch.setattr(engine, "LOCK_TIMEOUT_S", 0.02)
    with sqlite_store.write(), ThreadPoolExecutor(1) as other:
        waited = other.submit(record, sqlite_store, an_event()).exception()
    assert isinstance(waited, Refusal)
    assert waited.code is Code.STORE_UNAVAILABLE


def test_a_folder_that_is_not_there_is_unavailable(tmp_path):
    with pytest.raises(Refusal) as refused:
        Store(f"sqlite:///{tmp_path / 'gone' / 'tocsin.db'}").migrate()
    assert refused.value.code is Code.STORE_UNAVAILABLE


def test_a_file_that_may_not_be_opened_is_unavailable(tmp_path):
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(Refusal) as refused, Store(f"sqlite:///{tmp_path / 'folder.db'}").read():
        pass
    assert refused.value.code is Code.STORE_UNAVAILABLE


def test_a_server_that_is_not_there_is_unavailable(tmp_path):
    store = Store(f"postgresql://nobody@/tocsin?host={tmp_path}")
    with pytest.raises(Refusal) as refused, store.write():
        pass
    assert refused.value.code is Code.STORE_UNAVAILABLE


def test_a_server_that_goes_away_in_mid_transaction_is_unavailable_and_comes_back(postgres_store):
    with pytest.raises(Refusal) as refused, postgres_store.write() as db:  # noqa: PT012
        head = events.lock_head(db)
        session = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with postgres_store.write() as other:
            other.execute(text("SELECT pg_terminate_backend(:session)"), {"session": session})
        events.append(db, head, [an_event()])
    assert refused.value.code is Code.STORE_UNAVAILABLE
    assert record(postgres_store, an_event()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SET LOCAL lock_timeout = '20ms'; LOCK TABLE event",
        "SET LOCAL statement_timeout = '20ms'; SELECT pg_sleep(9)",
    ],
)
def test_a_server_that_keeps_us_waiting_is_unavailable(postgres_store, statement):
    with postgres_store.write() as db:
        db.execute(text("LOCK TABLE event"))
        with pytest.raises(Refusal) as refused, postgres_store.write() as waiting:
            waiting.exec_driver_sql(statement)
    assert refused.value.code is Code.STORE_UNAVAILABLE


def setting(db, name):
    return db.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one()


def test_every_wait_on_postgresql_ends(postgres_store):
    with postgres_store.read() as db:
        waits = [
            setting(db, name)
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        ]
    assert waits == ["10s", "30s", "30s"]


def test_whoever_holds_up_every_other_writer_and_falls_silent_is_cut_off_sooner(postgres_store):
    idle = "idle_in_transaction_session_timeout"
    with postgres_store.write() as db:
        events.lock_head(db)
        assert setting(db, idle) == "10s"
    with postgres_store.write() as db:
        assert setting(db, idle) == "30s"


def test_many_readers_and_writers_at_once_all_get_through(store):
    def work(number: int) -> int:
        record(store, an_event(f"c{number}"))
        with store.read() as db:
            return events.last_position(db)

    assert max(at_once(12, work)) == 12


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", Code.STORE_FULL),
        ("40P01", Code.STORE_UNAVAILABLE),
        ("57P03", Code.STORE_UNAVAILABLE),
        ("25006", Code.STORE_UNAVAILABLE),
    ],
)
def test_what_postgresql_says_of_its_own_state_becomes_a_refusal(postgres_store, state, code):
    with pytest.raises(Refusal) as refused, postgres_store.write() as db:
        db.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$")
    assert refused.value.code is code
