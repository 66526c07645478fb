"""Prepared statements: the driver's speed, SQLAlchemy's errors, the same on both databases."""

import pytest
from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.exc import IntegrityError

from tests.store.rows import an_event
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import events, packs
from tocsin.store.prepared import Prepared, flat


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
