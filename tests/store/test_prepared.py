"""Prepared statements: the driver's speed, SQLAlchemy's errors, the same on both databases."""

import pytest
from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.exc import IntegrityError

from tests.store.rows import an_event
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import events, packs, schema, tagged
from tocsin.store.prepared import Prepared, PreparedInsert, flat


def test_a_statement_takes_its_own_constants_and_the_values_of_each_call(store):
    told = Prepared(select(literal("constant"), func.length(bindparam("words"))))
    with store.read() as db:
        assert tuple(told.run(db, words="four").fetchone()) == ("constant", 4)
        assert tuple(told.run(db, words="%s :words").fetchone()) == ("constant", 9)


def test_what_the_database_refuses_is_refused_as_by_any_other_statement(store):
    row = flat(an_event()) | {"position": 1}
    with store.write() as db:
        events._INSERT.run_all(db, [row])
    for attempt in (
        lambda db: events._INSERT.run(db, **row),
        lambda db: events._INSERT.run_all(db, [row | {"position": 2}]),
    ):
        with pytest.raises(IntegrityError), store.write() as db:
            attempt(db)


@pytest.mark.parametrize("count", [0, 1, 2, 300])
def test_rows_that_come_together_come_back_as_the_very_values(store, count):
    words = {"case_id": "C\\N\t%s ü", "sealed": bytes(range(256)) * 9}
    rows = [events._placed(an_event(case_seq=at, **words), at) for at in range(1, count + 1)]
    with store.write() as db:
        PreparedInsert(schema.event).run_all(db, rows)
    with store.read() as db:
        found = db.execute(select(schema.event).order_by(schema.event.c.position)).mappings()
        assert [dict(row) for row in found] == rows


def test_of_rows_that_come_together_the_database_refuses_all_or_none(store):
    row = {"key": bytes(40), "value": bytes(32), "position": 1}
    for wrong in (row, row | {"key": b"short"}):
        with pytest.raises(IntegrityError), store.write() as db:
            PreparedInsert(schema.map_pair).run_all(db, [row, wrong])
    with store.read() as db:
        assert tagged.fresh_keys(db, 0, 1) == []


def test_a_transaction_goes_on_after_rows_that_were_there_already(store):
    for _ in range(2):
        with store.write() as db:
            packs.put_pack(db, pack_hash="h", name="n", text="t")
    with store.read() as db:
        assert packs.pack_text(db, "h") == "t"


def test_a_lost_connection_is_told_as_such_and_the_next_transaction_has_another(postgres_store):
    end = Prepared(select(func.pg_terminate_backend(func.pg_backend_pid())))
    with pytest.raises(Refusal) as refused, postgres_store.write() as db:
        end.run(db)
    assert refused.value.code is Code.STORE_UNAVAILABLE
    with postgres_store.write() as db:
        assert events.last_position(db) == 0
