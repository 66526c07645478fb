"""Where the log stands, what it signs, and what it proves of one record."""

from datetime import timedelta

import pytest

from tests.builders import BEN, DAY, HOUR, MINUTE
from tests.support.house import log_keys, one_more_leaf
from tests.support.witnesses import unreached
from tocsin.casework import logbook
from tocsin.domain import commands as c
from tocsin.domain.refusal import Code, Refusal
from tocsin.record.checkpoint import verified
from tocsin.record.verify_proof import verify_proof
from tocsin.store import events, log

NOBODY = "http://127.0.0.1:1"


def note_of(app):
    return verified(logbook.newest_note(app).encode(), log_keys(app))


def test_a_fresh_log_has_a_name_and_nothing_else(app):
    state = logbook.state(app)
    assert state.origin.startswith("tocsin/")
    assert (state.generation, state.size, state.signed_size) == (1, 0, 0)
    assert not state.is_watched
    assert not state.is_alarming


def test_both_keys_sign_the_very_tree_that_the_record_has(road):
    road.receives()
    signed = note_of(road.app)
    with road.app.store.read() as db:
        head = events.read_head(db)
    assert (signed.checkpoint.size, signed.checkpoint.root) == (head.position, head.tree.root)
    assert {one.key for one in signed.verified} == set(log_keys(road.app))


def test_a_log_that_has_not_grown_is_not_signed_again(road, clock):
    road.receives()
    first = logbook.newest_note(road.app)
    clock.advance(DAY)
    assert logbook.newest_note(road.app) == first
    road.does(BEN, c.RecordRemark, words="more")
    assert logbook.newest_note(road.app) != first


def test_nobody_is_alarmed_where_nobody_is_asked(road, clock):
    road.receives()
    clock.advance(30 * DAY)
    assert logbook.alarms(road.app) == ()
    assert logbook.state(road.app).unwitnessed is None


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (HOUR, ""),
        (HOUR + MINUTE, "for 61 minutes: they have seen none of"),
        (5 * HOUR, "for 5 hours"),
        (3 * DAY, "for 3 days"),
    ],
)
def test_records_that_nobody_outside_has_seen_are_alarming_after_a_while(road, clock, age, told):
    road.app.trust = unreached(NOBODY)
    road.receives()
    clock.advance(age)
    state = logbook.state(road.app)
    assert state.unwitnessed == age
    assert state.alarms == logbook.alarms(road.app)
    assert state.is_alarming == bool(told)
    assert told in " ".join(state.alarms)


def test_what_was_witnessed_is_not_alarming_and_what_came_after_ages_by_itself(road, clock):
    road.app.trust = unreached(NOBODY)
    road.receives()
    checkpoint = logbook.sign(road.app)
    with road.app.store.write() as db:
        events.lock_head(db)
        events.set_witnessed(db, size=checkpoint.size, digest=checkpoint.digest)
    clock.advance(30 * DAY)
    assert logbook.state(road.app).unwitnessed is None
    one_more_leaf(road.app)
    clock.advance(MINUTE)
    assert logbook.state(road.app).unwitnessed == timedelta(minutes=1)
    clock.advance(HOUR)
    assert f"the first {checkpoint.size} of" in logbook.alarms(road.app)[0]


def test_a_witness_that_was_never_asked_stands_in_the_list(road):
    road.app.trust = unreached(NOBODY)
    (one,) = logbook.state(road.app).witnesses
    assert (one.url, one.names, one.asked_at, one.trouble) == (NOBODY, ("w",), None, "")


def test_a_witness_that_left_the_policy_alarms_nobody(road):
    with road.app.store.write() as db:
        row = log.WitnessRow(
            url="http://gone.example", size=1, asked_us=1, cosigned_us=None,
            trouble=logbook.REWRITTEN,
        )  # fmt: skip
        log.put_witness(db, row)
    road.app.trust = unreached(NOBODY)
    assert [one.url for one in logbook.state(road.app).witnesses] == [NOBODY]
    assert logbook.alarms(road.app) == ()


def test_a_record_is_proved_without_opening_a_field(road):
    road.found()
    for position in (1, 3):
        data = logbook.proof_at(road.app, position).encode()
        report = verify_proof(data, keys=log_keys(road.app))
        assert (report.faults, report.index, report.shown) == ((), position - 1, {})
        assert report.hidden is None  # the number of fields would tell of what kind it is


@pytest.mark.parametrize("position", [-1, 0, 10_000, 2**63])
def test_what_was_never_recorded_is_not_proved(road, position):
    road.receives()
    with pytest.raises(Refusal) as refused:
        logbook.proof_at(road.app, position)
    assert refused.value.code is Code.RECORD_UNKNOWN
