"""The log's rounds: each done once, by whoever is there, on its cadence, and in nobody's way."""

import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Event, Thread

import pytest

from tests.builders import DAY, FINN, HOUR, MINUTE, NOW
from tests.support.timestamp_authority import TimestampAuthority
from tests.support.witnesses import unreached
from tocsin.casework import completeness, directory, rounds
from tocsin.casework.doctor import examine
from tocsin.casework.records import everything
from tocsin.casework.worker import work_all
from tocsin.cli.workers import working
from tocsin.domain.directory import Contact, ContactKind, EncryptionKey, KeyKind, Way
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import events, jobs, log
from tocsin.store.instants import to_us

YEAR = timedelta(days=365)
NOBODY = "http://127.0.0.1:1"
AGE_KEY = "age1dj3v47zpzlrv4trmjplccr276shp96julcqpmf2h399z59umhvjsc47um8"
SECOND = timedelta(seconds=1)


def work(app, worker="w"):
    """Everything of the lane that is due now; how many rounds that was."""
    done = 0
    while rounds.work_once(app, rounds.LANE, worker):
        done += 1
    return done


def kinds(app):
    with app.store.read() as db:
        return [record.kind for record in everything(app, db, 0, 1_000)]


def dues(app):
    with app.store.read() as db:
        return jobs.live_dues(db, rounds.LANE)


def taken(app, key):
    """The round `key`, claimed by a worker that is never heard of again."""
    with app.store.write() as db:
        found = jobs.claim(
            db, lane=rounds.LANE, now=app.clock(), worker="dead", lease=rounds.LEASE, limit=9
        )
    return next(one for one in found if one.key == key)


def test_only_what_the_settings_ask_for_is_planned(opens):
    plain = opens(cover_every_s=0)
    rounds.begin(plain)
    assert dues(plain) == dict.fromkeys(["log:checkpoint", "log:keys", "log:map"], to_us(NOW))
    more = opens(cover_leaves=1, cover_every_s=60, timestamp_url=NOBODY)
    more.trust = unreached(NOBODY)
    rounds.begin(more)
    assert {"log:map", "log:witness", "log:cover", "log:anchor"} <= dues(more).keys()


def test_a_round_no_longer_asked_for_ends_and_begins_again_when_it_is(opens):
    asking, other = opens(cover_leaves=1, cover_every_s=60), opens(cover_every_s=0)
    rounds.begin(asking)
    asking.clock.advance(MINUTE)
    work(other)
    assert "log:cover" not in dues(other)
    assert "Cover" not in kinds(other)
    work(asking)
    assert dues(asking)["log:cover"] == to_us(NOW + 2 * MINUTE)


def test_cover_keeps_its_cadence_and_is_not_made_up_for_after_a_standstill(opens, clock):
    app = opens(cover_leaves=1, cover_every_s=60)
    work(app)
    assert "Cover" not in kinds(app), "a house that starts has nothing to hide yet"
    for late in (0, 20, 0):
        clock.now = NOW + len(kinds(app)) * MINUTE + MINUTE + late * SECOND
        work(app)
    assert kinds(app) == ["Cover"] * 3
    assert dues(app)["log:cover"] == to_us(NOW + 4 * MINUTE)
    clock.now = NOW + 3 * HOUR + 30 * SECOND
    work(app)
    assert kinds(app) == ["Cover"] * 4
    assert dues(app)["log:cover"] == to_us(NOW + 3 * HOUR + MINUTE)


def test_whoever_sees_checkpoints_sees_a_log_that_grows_by_one_block(opens, road, clock):
    road.app = app = opens(cover_leaves=8, cover_every_s=60)
    work(app)
    sizes = []
    for turn in range(5):
        if turn in (1, 3):  # something happens in two of five minutes
            road.case_id = ""
            road.receives(content=f"EXAMPLE report {turn}".encode())
        clock.advance(MINUTE)
        work(app)
        with app.store.read() as db:
            sizes.append(log.newest_checkpoint(db).size)
    assert sizes == [8, 16, 24, 32, 40]


def test_processes_that_share_a_database_never_do_a_round_twice(opens, clock):
    apps = [opens(cover_leaves=1, cover_every_s=60) for _ in range(4)]
    with ThreadPoolExecutor(len(apps)) as pool:
        for _ in range(5):
            clock.advance(MINUTE)
            list(pool.map(work, apps))
    # The first of five only planned them.
    assert kinds(apps[0]) == ["Cover"] * 4


def test_the_round_of_a_killed_worker_is_taken_over_when_its_lease_ends(opens, clock):
    app = opens(cover_leaves=1, cover_every_s=60)
    rounds.begin(app)
    clock.advance(MINUTE)
    taken(app, "log:cover")
    assert work(app) == 0, "the lease still holds"
    clock.advance(rounds.LEASE)
    assert work(app) == len(["map", "keys", "cover"])
    assert kinds(app) == ["Cover"]


def test_keys_that_end_soon_are_told_of_each_day_to_those_who_keep_the_directory(
    opens, clock, post, caplog
):
    app = opens()
    app.channels = {Method.EMAIL: post}
    key = EncryptionKey(key_kind=KeyKind.AGE, text=AGE_KEY, expires_at=clock() + 20 * DAY)
    way = Way(method=Method.EMAIL, address="ana@hall.example", key=key)
    ana = Contact(
        contact_id="", contact_kind=ContactKind.PERSON, name="Ana Pop", unit="", ways=(way,)
    )
    directory.put(app, ana, FINN, "new")
    for _ in range(2):
        work(app)
        work(app)
        clock.advance(DAY)
    told = [one for one in post.sent if one.key.startswith("keys:")]
    assert sorted(one.key for one in told) == [
        f"keys:2024-03-0{day}:{who}" for day in (7, 8) for who in ("finn.hale", "jo.marsh")
    ]
    assert "Ana" not in "".join(one.subject + one.body for one in told)
    assert "1 keys of recipients" in caplog.text


def test_whoever_lost_the_lease_writes_nothing_and_puts_nothing_off(opens, clock):
    app = opens(cover_leaves=1, cover_every_s=60)
    rounds.begin(app)
    clock.advance(MINUTE)
    slow = taken(app, "log:cover")
    clock.advance(rounds.LEASE)
    work(app)
    before = kinds(app), dues(app)
    with pytest.raises(Refusal) as refused:
        rounds.do(app, slow)
    assert refused.value.code is Code.LEASE_LOST
    assert (kinds(app), dues(app)) == before


def test_a_clock_set_back_or_a_shorter_period_stops_no_round(opens, clock):
    app = opens(cover_leaves=1, cover_every_s=3_600)
    clock.now = NOW + YEAR
    work(app)
    clock.now = NOW
    work(app)
    assert dues(app)["log:map"] == to_us(NOW + MINUTE)
    assert dues(app)["log:cover"] == to_us(NOW + HOUR)
    rounds.begin(opens(cover_leaves=1, cover_every_s=60))
    assert dues(app)["log:cover"] == to_us(NOW + MINUTE)


def test_a_checkpoint_is_signed_each_minute_only_if_there_is_something_new(opens, road, clock):
    app = road.app = opens(cover_every_s=0)
    road.receives()
    size, signed = len(kinds(app)), []
    for _ in range(3):
        work(app)
        with app.store.read() as db:
            signed.append({row.size for row in log.checkpoints_before(db, to_us(clock() + HOUR))})
        clock.advance(MINUTE)
    with_its_map_root = {size, size + 1}
    assert signed == [{size}, with_its_map_root, with_its_map_root]


def test_an_empty_record_is_not_signed(opens):
    app = opens(cover_every_s=0)
    work(app)
    with app.store.read() as db:
        assert log.newest_checkpoint(db) is None


def test_the_map_gets_a_root_where_there_are_new_tags_and_none_otherwise(opens, road, clock):
    road.app = opens(cover_every_s=0)
    road.receives()
    work(road.app)
    assert kinds(road.app).count("MapRooted") == 1
    with road.app.store.read() as db:
        assert completeness.newest_root(road.app, db)
    clock.advance(MINUTE)
    work(road.app)
    assert kinds(road.app).count("MapRooted") == 1


def test_the_doctor_has_nothing_to_say_about_rounds(opens, clock):
    app = opens(timestamp_url=NOBODY)
    app.trust = unreached(NOBODY)
    rounds.begin(app)
    assert examine(app).complaints == ()
    clock.advance(DAY)
    assert examine(app).complaints == ()


def test_a_witness_or_an_authority_that_fails_is_told_of_and_stops_nothing(
    opens, road, clock, caplog
):
    app = road.app = opens(timestamp_url=NOBODY, cover_every_s=0)
    app.trust = unreached(NOBODY)
    road.receives()
    assert work(app) == len(["checkpoint", "map", "keys", "witness", "anchor"])
    assert "it was not reached: unreachable" in caplog.text
    assert "The timestamp authority was not reached" in caplog.text
    assert all(due > to_us(clock()) for due in dues(app).values())


def test_what_an_authority_refuses_is_not_kept_as_its_word(opens, road, caplog):
    with TimestampAuthority(refuses=True) as authority:
        road.app = opens(timestamp_url=authority.url)
        road.receives()
        work(road.app)
    with road.app.store.read() as db:
        assert log.newest_anchor(db) is None
    assert "not a timestamp" in caplog.text


def test_the_newest_checkpoint_is_timestamped_each_hour(opens, road, clock):
    with TimestampAuthority() as authority:
        app = road.app = opens(timestamp_url=authority.url, cover_leaves=1, cover_every_s=60)
        road.receives()
        for _ in range(5):
            work(app)
            clock.advance(HOUR / 2)
    with app.store.read() as db:
        anchors = log.anchors(db)
    assert len(anchors) == len(authority.requests) == 3
    assert [b.size > a.size for a, b in pairwise(anchors)] == [True, True]


def test_the_alarm_is_logged_once_a_round(opens, road, clock, caplog):
    app = road.app = opens(witness_alarm_s=3_600, witness_every_s=600)
    app.trust = unreached(NOBODY)
    road.receives()
    work(app)
    assert "No quorum" not in caplog.text
    clock.advance(2 * HOUR)
    work(app)
    alarms = [one for one in caplog.records if "No quorum" in one.message]
    assert [one.levelno for one in alarms] == [logging.WARNING]
    assert "for 2 hours" in alarms[0].message
    clock.advance(10 * MINUTE)
    work(app)
    assert len([one for one in caplog.records if "No quorum" in one.message]) == 2


def test_a_warning_goes_out_while_a_witness_keeps_the_round_waiting(opens, road, post):
    """The witness takes the connection and never answers."""
    app = road.app = opens(cover_every_s=0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        app.trust = unreached(f"http://127.0.0.1:{silent.getsockname()[1]}")
        road.receives()
        hangs = Thread(target=work, args=(app,))
        hangs.start()
        connection, _ = silent.accept()
        road.planned()
        work_all(app, "w")
        assert len(post.warnings) == 1
        assert hangs.is_alive(), "the round is still waiting"
        connection.close()
    hangs.join(30)
    assert not hangs.is_alive()


def test_workers_do_the_rounds_beside_their_other_lanes(opens, road):
    app = road.app = opens(cover_every_s=0)
    road.receives()
    stop = Event()
    with working(app, stop):
        for _ in range(200):
            with app.store.read() as db:
                if log.newest_checkpoint(db) and events.read_head(db).mapped:
                    break
            stop.wait(0.05)
    with app.store.read() as db:
        assert log.newest_checkpoint(db)
        assert events.read_head(db).mapped
