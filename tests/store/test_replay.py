import json

import pytest
from sqlalchemy import text

from tests.store.rows import a_case, an_event, record
from tocsin.store import replay, views


def project(db):
    def one(row):
        views.upsert_case(db, a_case(row.case_id, case_seq=row.case_seq, position=row.position))
        views.add_member(db, row.case_id, f"o{row.case_seq}")

    return one


def dumped(store):
    with store.read() as db:
        return b"".join(replay.dump(db))


def test_views_rebuilt_from_the_record_are_the_same_bytes(store, monkeypatch):
    monkeypatch.setattr(replay, "_BATCH", 3)
    rows = [
        an_event(f"c{n}", seq, sealed="\u00e9".encode() * 24) for seq in (1, 2) for n in range(4)
    ]
    record(store, *rows)
    with store.write() as db:
        assert replay.rebuild(db, project(db)) == 8
    before = dumped(store)
    with store.write() as db:
        views.upsert_case(db, a_case("stray"))
        replay.rebuild(db, project(db))
    assert dumped(store) == before
    assert len(before.splitlines()) == 12


def test_a_dump_is_ordered_canonical_json(store):
    with store.write() as db:
        for case_id in ("b", "B", "\u00e9", "a"):
            views.upsert_case(db, a_case(case_id, title="EXAMPLE caf\u00e9"))
    lines = dumped(store).decode().splitlines()
    assert [json.loads(line)["case_id"] for line in lines] == ["B", "a", "b", "\u00e9"]
    assert lines[0].startswith('{"":"case_view","case_id":"B",')
    assert "caf\u00e9" in lines[0]


def test_a_projection_that_fails_leaves_the_views_as_they_were(store):
    record(store, an_event())
    with store.write() as db:
        replay.rebuild(db, project(db))
    before = dumped(store)
    with pytest.raises(ZeroDivisionError), store.write() as db:
        replay.rebuild(db, lambda _row: 1 / 0)
    assert dumped(store) == before != b""


def test_a_record_that_lost_its_end_is_not_replayed_in_silence(store):
    record(store, an_event())
    with pytest.raises(RuntimeError, match="head"), store.write() as db:  # noqa: PT012
        db.execute(text("UPDATE head SET position = 2"))
        replay.rebuild(db, project(db))


def test_a_change_of_a_view_changes_its_fingerprint():
    assert len(replay.fingerprint()) == 64
    assert replay.fingerprint() == replay.fingerprint.__wrapped__()


def test_views_dropped_are_not_current(store):
    with store.write() as db:
        replay.drop_views(db)
        assert not replay.views_are_current(db)
        replay.drop_views(db)
        replay.drop_and_create_views(db)
        assert replay.views_are_current(db)
