import pytest
from sqlalchemy import text

from tests.builders import ANNA, BEN, DAY, DMITRI, GRETA, INES
from tests.casework.road import received
from tests.support.house import log_keys
from tocsin.casework import doctor
from tocsin.casework.doctor import examine, rebuild
from tocsin.casework.export import export_case
from tocsin.casework.handle import handle
from tocsin.casework.intake import receive
from tocsin.casework.worker import work_all
from tocsin.domain import commands as c
from tocsin.domain.refusal import Code, Refusal
from tocsin.record.verify import FaultCode, SignatureState, verify
from tocsin.store import events, replay


def checked(road):
    export = export_case(road.app, road.case_id, BEN)
    return verify(export, keys=log_keys(road.app))


def tamper(app, *statements, **values):
    """As somebody would who holds the database and switches its triggers off."""
    with app.store.write() as db:
        if db.dialect.name == "postgresql":
            db.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            names = db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in names.scalars().all():
                db.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            assert db.execute(text(statement), values).rowcount


def dumped(app):
    with app.store.read() as db:
        return b"".join(replay.dump(db))


def test_an_export_of_the_whole_road_verifies_offline(road):
    road.handed_over()
    report = checked(road)
    assert report.faults == ()
    assert report.events == len(road.kinds())
    assert report.signature is SignatureState.CHECKED
    assert report.case_id == road.case_id


def test_only_those_who_may_export_do(road):
    road.found()
    for by in (BEN, INES, GRETA):
        assert export_case(road.app, road.case_id, by)
    for by, code in ((ANNA, Code.NOT_ALLOWED), (DMITRI, Code.CASE_UNKNOWN)):
        with pytest.raises(Refusal) as refused:
            export_case(road.app, road.case_id, by)
        assert refused.value.code is code


def test_a_leaf_changed_in_the_database_is_named_by_verify_and_by_the_doctor(road):
    road.found()
    tamper(road.app, "UPDATE event SET leaf = :leaf WHERE case_seq = 2", leaf=bytes(384))
    named = {(found.case_seq, found.code) for found in checked(road).faults}
    assert (2, FaultCode.LEAF_CHANGED) in named
    assert any("2" in complaint for complaint in examine(road.app).complaints)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET sealed = leaf WHERE case_seq = 2",
        "UPDATE event SET leaf_hash = substr(leaf, 1, 32) WHERE case_seq = 2",
        "UPDATE record_key SET wrapped = (SELECT wrapped FROM record_key WHERE position = 1)",
        "DELETE FROM event WHERE case_seq = 2",
    ],
)
def test_contents_changed_in_the_database_are_not_given_out_and_the_doctor_names_them(
    road, statement
):
    road.found()
    cached = road.case
    tamper(road.app, statement)
    road.app.cache.put(cached)  # this process has not noticed; the export reads the rows
    with pytest.raises(Refusal) as refused:
        checked(road)
    assert refused.value.code is Code.RECORD_DAMAGED
    assert any("2" in complaint for complaint in examine(road.app).complaints)


def test_a_healthy_house_has_no_complaints(road, clock):
    assert examine(road.app) == doctor.Examined(events=0, cases=0, open_cases=0, complaints=())
    road.handed_over()
    receive(road.app, received(content=b"EXAMPLE other"), ANNA)
    clock.advance(3 * DAY)
    work_all(road.app, "w")
    seen = []
    found = examine(road.app, seen.append)
    assert (found.cases, found.open_cases, found.complaints) == (2, 2, ())
    assert seen == [found.events]


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("DELETE FROM job WHERE lane = 'deadline' AND state = 'waiting'", "deadline is lost"),
        (
            "UPDATE job SET state = 'done' WHERE lane = 'delivery:email' AND kind = 'attempt'",
            "-d1 is lost",
        ),
        ("DELETE FROM event WHERE case_seq = 3", "Positions 3 to 3 are missing"),
        ("DELETE FROM event WHERE case_seq = 1", "does not follow"),
        ("DELETE FROM event WHERE position = (SELECT max(position) FROM event)", "not at its last"),
        ("UPDATE event SET leaf_hash = substr(leaf, 1, 32) WHERE case_seq = 4", "event 4 sealed"),
        ("UPDATE event SET sealed = leaf WHERE case_seq = 5", "event 5 sealed was changed"),
        (
            "UPDATE head SET frontier = substr(leaf, 1, length(frontier)) FROM event",
            "not the one over its leaves",
        ),
        ("UPDATE case_view SET next_due_us = 9 WHERE state = 'open'", "not shown as its record"),
        ("DELETE FROM case_view WHERE state = 'open'", "not shown as its record"),
        ("UPDATE view_version SET fingerprint = 'old'", "run --rebuild"),
    ],
)
def test_what_is_lost_or_changed_is_found(road, statement, complaint):
    road.planned()
    tamper(road.app, statement)
    assert any(complaint in found for found in examine(road.app).complaints)


@pytest.mark.parametrize("table", ["case_view", "notice_view", "view_version", "report_view"])
def test_a_view_that_was_dropped_is_found_and_built_again_to_the_same_bytes(road, table):
    road.handed_over()
    before = dumped(road.app)
    with road.app.store.write() as db:
        db.execute(text(f"DROP TABLE {table}"))
    assert any("run --rebuild" in found for found in examine(road.app).complaints)
    rebuild(road.app)
    assert examine(road.app).complaints == ()
    assert dumped(road.app) == before


def test_views_built_again_are_the_same_to_the_byte_and_go_on_from_there(road, clock, monkeypatch):
    road.handed_over()
    receive(road.app, received(content=b"EXAMPLE other", restricted=True), ANNA)
    road.receives()
    clock.advance(3 * DAY)
    work_all(road.app, "w")
    before, seen = dumped(road.app), []
    monkeypatch.setattr(doctor, "BATCH", 10)
    with road.app.store.read() as db:
        last = events.last_position(db)
    assert rebuild(road.app, seen.append) == last
    assert seen == list(range(10, last + 1, 10))
    assert dumped(road.app) == before
    assert handle(road.app, c.RecordRemark(case_id=road.case_id, words="on"), BEN)
    assert examine(road.app).complaints == ()


def test_a_rebuild_that_fails_leaves_the_views_as_they_were(road, monkeypatch):
    road.handed_over()
    before = dumped(road.app)
    monkeypatch.setattr(doctor, "show", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rebuild(road.app)
    assert dumped(road.app) == before


def test_a_rebuild_remembers_only_so_many_cases_at_once(road, monkeypatch):
    from tocsin.casework import house

    monkeypatch.setattr(house, "MOST_CACHED_CASES", 1)
    road.receives()
    other = receive(road.app, received(content=b"EXAMPLE other"), ANNA).case_id
    for case_id in (road.case_id, other, road.case_id):
        handle(road.app, c.RecordRemark(case_id=case_id, words="interleaved"), BEN)
    before = dumped(road.app)
    rebuild(road.app)
    assert dumped(road.app) == before
