"""The disk fills up, the database goes away: what was acknowledged stays, the rest is refused."""

import logging

import pytest
from sqlalchemy import text

from tests.builders import ANNA, BEN, CARLA, GRETA
from tests.casework.road import THREAT, Died, everything, received
from tests.casework.test_export_and_doctor import dumped
from tocsin.casework import handle as handling
from tocsin.casework.acknowledge import acknowledge, answer, visit
from tocsin.casework.doctor import examine
from tocsin.casework.intake import receive
from tocsin.casework.worker import work_all, work_once
from tocsin.channels import Passing
from tocsin.channels.base import FailureReason
from tocsin.domain import commands as c
from tocsin.domain.kinds import ReactionKind
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import events

LONG = "EXAMPLE " + "x" * 60_000


def fill_the_disk(app, spare_pages=2):
    """Leave room for so many more pages of 4 KiB."""
    with app.store.write() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar_one()
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages + spare_pages}")


def until_refused(act):
    """What little room is left takes some small changes; there is an end to it."""
    for _ in range(99):
        act()


def free_the_disk(app):
    with app.store.write() as db:
        db.exec_driver_sql("PRAGMA max_page_count = 1000000")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_refuses_reports_and_decisions_and_forgets_nothing(road):
    road.found()
    fill_the_disk(road.app)
    before = everything(road.app)
    for act in (
        lambda: receive(road.app, received(content=LONG.encode()), ANNA),
        lambda: until_refused(lambda: road.does(BEN, c.RecordRemark, words=LONG[:8_000])),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code is Code.STORE_FULL
        assert "disk" in str(refused.value)
    acknowledged = everything(road.app)
    assert acknowledged[2] >= before[2]
    assert road.case.seq == len(road.kinds()), "the cache knows no more than the record"
    free_the_disk(road.app)
    assert receive(road.app, received(content=LONG.encode()), ANNA).again is False
    assert road.does(BEN, c.RecordRemark, words="works again")
    assert examine(road.app).complaints == ()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_disk_that_fills_up_around_the_sending_loses_no_message_and_no_attempt(road, post, clock):
    road.planned()

    def fills(_):
        post.does = None
        fill_the_disk(road.app, 0)
        with pytest.raises(Refusal):
            until_refused(lambda: road.does(BEN, c.RecordRemark, words="x"))

    post.does = fills
    with pytest.raises(Refusal) as refused:
        work_once(road.app, "delivery:email", "w")
    assert refused.value.code is Code.STORE_FULL
    assert road.delivery.attempt_open
    free_the_disk(road.app)
    clock.now = clock.now.replace(hour=10)
    work_all(road.app, "w")
    assert {message.key for message in post.warnings} == {road.delivery_id}
    assert road.delivery.reached_at
    assert examine(road.app).complaints == ()


def cut_off(app):
    """Every connection of this house to its PostgreSQL server, this one too, is ended."""
    with app.store.read() as db:
        mine = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        db.execute(mine)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_cut_in_mid_transaction_is_told_and_the_next_command_works(
    road, opens, monkeypatch
):
    road.found()
    before, other, real = everything(road.app), opens(), handling.show

    def cut(*given):
        cut_off(other)
        return real(*given)

    monkeypatch.setattr(handling, "show", cut)
    with pytest.raises(Refusal) as refused:
        road.does(BEN, c.RecordRemark, words="cut off")
    assert refused.value.code is Code.STORE_UNAVAILABLE
    monkeypatch.undo()
    assert everything(road.app) == before
    assert road.does(BEN, c.RecordRemark, words="works again").seq == len(road.kinds())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_idle_connections_that_were_cut_are_replaced_unseen(road, opens):
    road.found()
    cut_off(opens())
    assert road.does(BEN, c.RecordRemark, words="as if nothing had been")
    cut_off(opens())
    assert road.case.seq == len(road.kinds())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_goes_away_while_sending_loses_nothing(road, post, opens, clock):
    road.planned()
    other = opens()

    def cut(_):
        post.does = None
        cut_off(other)

    post.does = cut
    work_all(road.app, "w")
    assert road.delivery.reached_at
    assert examine(road.app).complaints == ()


CANARIES = ("Quuxville", "Krall", "hugo.berg", "desk south", "Plover", "Xyzzy", "hall.example")


def test_names_and_threat_text_are_in_no_log_refusal_bell_job_or_file_name(
    road, post, clock, caplog, tmp_path
):
    caplog.set_level(logging.DEBUG)
    refusals = []

    def tried(act, *given, **fields):
        with pytest.raises(Refusal) as refused:
            act(*given, **fields)
        refusals.append(str(refused.value))

    tried(receive, road.app, received(content=b'{"tocsin_report": 1, "Plover": 1}'), ANNA)
    tried(receive, road.app, received(title="Plover \ud800"), ANNA)
    road.planned(name="Mr Plover", address="plover@hall.example")
    tried(road.does, ANNA, c.NameVictim, name="Plover " * 999, kind="person")
    tried(road.does, CARLA, c.ConfirmDetermination, proposal_id="Plover")
    tried(road.does, BEN, c.AdmitOfficer, officer_id="Plover", reason="Xyzzy")
    tried(road.does, BEN, c.RecordRemark, words="Plover \ud800")
    tried(visit, road.app, "Plover")
    tried(acknowledge, road.app, road.token, "Plover")
    tried(answer, road.app, road.token, road.code, ReactionKind.QUESTION, "Xyzzy " * 9_999)
    post.fails(Passing(FailureReason.TIMED_OUT))
    work_all(road.app, "w")
    post.dies_once(arrives=False)
    clock.now = clock.now.replace(hour=12)
    with pytest.raises(Died):
        work_all(road.app, "w")
    clock.now = clock.now.replace(day=9)
    work_all(road.app, "w")
    bells = [m for m in post.sent if m.to_address.endswith("example.org")]
    assert bells
    with road.app.store.read() as db:
        planned = [tuple(row) for row in db.execute(text("SELECT * FROM job"))]
        calls = [row.text for row in db.execute(text("SELECT text FROM notice_view"))]
        assert events.last_position(db)
    assert road.does(GRETA, c.RecordRemark, words=THREAT)
    names = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")]
    seen = repr((refusals, [record.getMessage() for record in caplog.records], bells))
    seen += repr((planned, calls, names)) + caplog.text
    assert [canary for canary in CANARIES if canary.lower() in seen.lower()] == []


def test_a_fault_is_not_hidden_and_the_views_stay_whole(road, monkeypatch):
    road.handed_over()
    before = dumped(road.app)
    monkeypatch.setattr(handling, "project", lambda *_: {}["no such view"])
    with pytest.raises(KeyError):
        acknowledge(road.app, road.token, road.code)
    assert dumped(road.app) == before
    monkeypatch.undo()
    assert acknowledge(road.app, road.token, road.code).delivery.acknowledged_at
