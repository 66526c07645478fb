import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.store.rows import an_event, at_once, record
from tocsin.record.frontier import EMPTY
from tocsin.store import events
from tocsin.store.events import Head


def test_an_event_comes_back_as_the_very_bytes(store):
    row = an_event(sealed=bytes(range(256)), wrapped=bytes(range(60)))
    record(store, row)
    with store.read() as db:
        (found,) = events.case_events(db, "c1")
    assert (found.position, found.sealed, found.wrapped) == (1, row.sealed, row.wrapped)
    assert (found.leaf, found.leaf_hash) == (row.leaf, row.leaf_hash)


def test_appends_from_many_threads_leave_no_gap(store):
    def write(thread: int) -> None:
        for seq in range(1, 11):
            record(store, an_event(f"c{thread}", seq), an_event(f"d{thread}", seq))

    at_once(4, write)
    with store.read() as db:
        found = events.all_events(db, 0, 1_000)
        assert events.last_position(db) == 80
    assert [row.position for row in found] == list(range(1, 81))
    assert all(a.case_id[1:] == b.case_id[1:] for a, b in zip(found[::2], found[1::2], strict=True))


def test_the_record_is_read_on_from_any_place(store):
    record(store, *(an_event(case_seq=seq) for seq in range(1, 6)), an_event("c2"))
    with store.read() as db:
        assert [row.position for row in events.all_events(db, 2, 3)] == [3, 4, 5]
        assert [row.case_seq for row in events.case_events(db, "c1", after_seq=3)] == [4, 5]
        assert events.case_tail(db, "c1") == (5, bytes([5]) * 32)
        assert events.case_tail(db, "c3") is None


def test_appending_nothing_changes_nothing(store):
    assert record(store) == 0


def test_two_events_cannot_have_one_place_in_a_case(store):
    record(store, an_event())
    with pytest.raises(IntegrityError):
        record(store, an_event())
    assert record(store, an_event(case_seq=2)) == 2


def test_an_event_built_for_another_position_is_a_bug(store):
    assert record(store, an_event(position=1)) == 1
    with pytest.raises(ValueError, match="another position"):
        record(store, an_event(case_seq=2, position=3))


def test_appending_after_a_head_that_moved_is_a_bug(store):
    record(store, an_event())
    five = EMPTY.extended([bytes(32)] * 5)
    with pytest.raises((RuntimeError, IntegrityError)), store.write() as db:
        events.append(db, Head(position=0, tree=EMPTY), [an_event("c2")])
    with pytest.raises(RuntimeError, match="head's lock"), store.write() as db:
        events.append(db, Head(position=5, tree=five), [an_event("c2")])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET case_seq = 2",
        "DELETE FROM event WHERE position = 1",
        "DELETE FROM event",
        "UPDATE event SET position = 7 WHERE position = 1",
    ],
)
def test_the_database_refuses_to_change_an_event(store, change):
    record(store, an_event())
    with pytest.raises(DBAPIError, match="append-only"), store.write() as db:
        db.execute(text(change))


def test_replace_cannot_slip_past_the_trigger_on_sqlite(sqlite_store):
    record(sqlite_store, an_event())
    with pytest.raises(DBAPIError, match="append-only"), sqlite_store.write() as db:
        db.execute(text("REPLACE INTO event SELECT * FROM event"))


def test_truncate_cannot_slip_past_the_trigger_on_postgresql(postgres_store):
    record(postgres_store, an_event())
    with pytest.raises(DBAPIError, match="append-only"), postgres_store.write() as db:
        db.execute(text("TRUNCATE event"))


@pytest.mark.parametrize(
    "short",
    [{"sealed": b"s"}, {"wrapped": b"w"}, {"leaf": b"l"}, {"leaf_hash": b"h"}, {"case_seq": 0}],
)
def test_the_database_refuses_an_event_without_its_commitment(store, short):
    with pytest.raises(IntegrityError):
        record(store, an_event(**short))
