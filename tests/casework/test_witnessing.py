"""Witnesses elsewhere: they follow the log, contradict it where it lies, and hold up nothing."""

import sqlite3
from contextlib import ExitStack

import pytest

from tests.builders import ADAM, ANNA, DAY, HOUR
from tests.casework.road import received
from tests.support.house import Hands, a_house, one_more_leaf
from tests.support.witnesses import a_witness, keys_of, trusting, unreached
from tocsin.app import build
from tocsin.casework import log_keys, logbook
from tocsin.casework.intake import receive
from tocsin.casework.logbook import REWRITTEN, TWO_HISTORIES, WENT_BACK
from tocsin.casework.witnessing import MOVED_ON, REFUSALS, ask_all
from tocsin.casework.worker import work_all
from tocsin.domain import commands as c
from tocsin.record.checkpoint import read, verified
from tocsin.record.leaf import decode
from tocsin.settings import Settings
from tocsin.store import events, log

YEAR_S = 365 * 86_400


@pytest.fixture
def seats(app, clock, tmp_path):
    """Three witnesses of two organisations, all of which know this house."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(a_witness(tmp_path / name, f"{name}.example/w", app, clock))
            for name in ("court", "north", "south")
        ]


@pytest.fixture
def watched(app, seats):
    """The house, trusting what its court and its auditor, who has two witnesses, cosign."""
    court, north, south = seats
    app.trust = trusting({"court": [court], "audit": [north, south]}, 2)
    return app


def grow(app, by=1):
    for _ in range(by):
        one_more_leaf(app)


def troubles(done):
    return {one.trouble for one in done.asked}


def test_a_quorum_cosigns_and_the_next_leaf_names_what_it_saw(watched, seats):
    grow(watched, 3)
    done = ask_all(watched)
    assert (done.size, done.is_met, troubles(done)) == (3, True, {""})
    state = logbook.state(watched)
    assert (state.witnessed_size, state.unwitnessed, state.is_alarming) == (3, None, False)
    keys = [key for seat in seats for key in seat.witness.keys]
    signed = verified(logbook.newest_note(watched).encode(), keys)
    assert {one.key for one in signed.verified} == set(keys)
    grow(watched)
    with watched.store.read() as db:
        assert decode(events.event_at(db, 4).leaf).checkpoint == signed.checkpoint.digest


def test_an_organisation_counts_once_however_many_witnesses_it_runs(watched, seats):
    _, north, south = seats
    grow(watched)
    watched.trust = trusting({"court": [], "audit": [north, south]} | {"court": seats[:1]}, 2)
    seats[0].knows(())
    done = ask_all(watched)
    assert not done.is_met
    assert troubles(done) == {"", REFUSALS[404]}
    assert logbook.state(watched).witnessed_size == 0


def test_a_house_that_forgot_what_was_cosigned_catches_up(watched):
    grow(watched, 2)
    ask_all(watched)
    with watched.store.write() as db:
        for row in log.witnesses(db):
            log.put_witness(
                db,
                log.WitnessRow(
                    url=row.url, size=1, asked_us=row.asked_us, cosigned_us=None, trouble=""
                ),
            )
    grow(watched)
    assert (ask_all(watched).is_met, logbook.state(watched).witnessed_size) == (True, 3)


def test_two_processes_that_ask_at_once_accuse_nobody(opens, watched, monkeypatch):
    grow(watched, 2)
    other = opens()
    other.trust = watched.trust
    real = logbook.sign

    def overtaken(app):
        checkpoint = real(app)
        monkeypatch.setattr(logbook, "sign", real)
        grow(other)
        assert ask_all(other).is_met
        return checkpoint

    monkeypatch.setattr(logbook, "sign", overtaken)
    assert troubles(ask_all(watched)) == {MOVED_ON}
    assert not logbook.alarms(watched)
    grow(watched)
    assert ask_all(watched).is_met


def test_new_keys_are_refused_until_each_operator_adds_them_and_old_ones_sign_meanwhile(
    watched, seats, clock
):
    old = keys_of(watched)
    log_keys.rotate(watched, ADAM, "a year is over")
    assert ask_all(watched).is_met, "the old keys still sign beside the new"
    clock.advance(log_keys.OVERLAP)
    grow(watched)
    assert troubles(ask_all(watched)) == {REFUSALS[403]}
    assert "does not know this log's keys" in REFUSALS[403]
    for seat in seats:
        seat.knows((*old, *keys_of(watched)))
    assert ask_all(watched).is_met


@pytest.mark.parametrize("late_s", [YEAR_S, -YEAR_S])
def test_a_witness_a_year_off_is_refused_and_the_others_are_enough(
    watched, seats, clock, tmp_path, late_s
):
    court, *_ = seats
    grow(watched)
    with a_witness(tmp_path / "odd", "odd.example/w", watched, clock, late_s=late_s) as odd:
        watched.trust = trusting({"court": [court], "odd": [odd]}, 1)
        done = ask_all(watched)
        assert done.is_met
        assert troubles(done) == {"", "its answer was refused: a witness's clock is not ours"}
        watched.trust = trusting({"court": [court], "odd": [odd]}, 2)
        assert not ask_all(watched).is_met


@pytest.mark.parametrize("late_s", [YEAR_S, -YEAR_S])
def test_a_house_a_year_off_is_cosigned_by_nobody_and_still_warns(road, seats, clock, post, late_s):
    app = road.app
    for seat in seats:
        seat.late_s = late_s
        seat.knows(keys_of(app))
    app.trust = trusting({"court": seats[:1], "audit": seats[1:]}, 1)
    road.planned()
    assert not ask_all(app).is_met
    work_all(app, "w")
    assert len(post.warnings) == 1
    clock.advance(2 * HOUR)
    (alarm,) = logbook.alarms(app)
    assert "they have seen none of" in alarm


def test_a_clock_set_back_is_alarming_though_nothing_looks_old(watched, clock):
    grow(watched)
    clock.advance(-365 * DAY)
    assert "since the clock was set back" in logbook.alarms(watched)[0]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense"])
def test_a_witness_out_of_reach_holds_up_no_warning(road, post, url):
    road.app.trust = unreached(url)
    road.planned()
    assert not ask_all(road.app).is_met
    work_all(road.app, "w")
    assert len(post.warnings) == 1
    assert road.does(ANNA, c.RecordRemark, words="on it goes").is_open


def test_a_record_restored_from_an_old_backup_is_told_on_at_once(tmp_path):
    clock = Hands()
    path, backup = tmp_path / "tocsin.db", tmp_path / "backup.db"
    house = a_house(f"sqlite:///{path}", tmp_path, clock=clock)
    with a_witness(tmp_path / "w", "court.example/w", house, clock) as court:
        policy = trusting({"court": [court]}, 1)
        house.trust = policy
        grow(house, 3)
        assert ask_all(house).is_met
        with sqlite3.connect(path) as db:
            db.execute("VACUUM INTO ?", (str(backup),))
        db.close()
        grow(house, 4)
        assert ask_all(house).is_met
        house.close()

        settings = Settings(data_dir=tmp_path / "house", database_url=f"sqlite:///{backup}")
        restored = build(settings, clock=clock)
        restored.trust = policy
        for said in (WENT_BACK, WENT_BACK):
            grow(restored)
            assert troubles(ask_all(restored)) == {said}
        # Another history, by a house that knows nothing of what it had recorded.
        grow(restored, 2)
        assert troubles(ask_all(restored)) == {TWO_HISTORIES}
        receive(restored, received(), ANNA)
        assert troubles(ask_all(restored)) == {REWRITTEN}
        assert court.witness.keep.evidence() == 2
        (alarm,) = logbook.alarms(restored)
        assert alarm.startswith("Witness court.example/w/0, court.example/w/1 contradicts it: ")
        state = logbook.state(restored)
        assert state.is_alarming
        assert state.witnesses[0].contradicts
    assert troubles(ask_all(restored)) == {"it was not reached: unreachable"}
    assert logbook.alarms(restored) == (alarm,), "an outage does not end a contradiction"
    restored.close()


def test_the_checkpoint_handed_out_carries_every_cosignature_once(watched, seats):
    grow(watched)
    ask_all(watched)
    ask_all(watched)
    _, note = read(logbook.newest_note(watched).encode())
    assert len(note.signatures) == 2 + 2 * len(seats)
