import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from tests.builders import ANNA, BEN, CARLA, DAY, NOW, words
from tests.casework.road import everything
from tests.store.rows import at_once
from tests.support.house import JO
from tocsin.casework import handle as handling
from tocsin.casework.house import CaseCache
from tocsin.casework.reads import case_of
from tocsin.casework.records import event_of
from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM
from tocsin.domain.deciding import decide
from tocsin.domain.kinds import Matter
from tocsin.domain.parity import NOBODY_INSIDE
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import events, jobs


def test_a_fault_in_the_views_leaves_neither_event_nor_job_nor_view(road, monkeypatch):
    road.found()
    before = everything(road.app)
    monkeypatch.setattr(handling, "show", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        road.does(BEN, c.RecordRemark, words="lost")
    monkeypatch.undo()
    assert everything(road.app) == before
    assert road.does(BEN, c.RecordRemark, words="kept").seq == len(road.kinds())


def test_a_fault_while_planning_jobs_leaves_nothing_either(road, monkeypatch):
    road.found()
    before = everything(road.app)
    monkeypatch.setattr(handling.jobs, "plan", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        road.does(BEN, c.WarnAlone, victim_id="v1", reason="it is tonight")
    monkeypatch.undo()
    assert everything(road.app) == before


def test_a_lost_lease_undoes_what_the_job_did(road, clock):
    road.receives()
    clock.advance(DAY)
    with road.app.store.write() as db:
        mine = jobs.claim(db, lane="deadline", now=clock(), worker="a", lease=DAY)[0]
        jobs.claim(db, lane="deadline", now=clock() + 2 * DAY, worker="b", lease=DAY, limit=9)
    before = everything(road.app)
    with pytest.raises(Refusal) as refused:
        handling.handle(
            road.app,
            c.RecordRemark(case_id=road.case_id, words="too late"),
            ANNA,
            finishing=mine,
        )
    assert refused.value.code is Code.LEASE_LOST
    assert everything(road.app) == before


@pytest.mark.parametrize("part", ["confirms", "releases", "reviews"])
def test_the_database_too_refuses_one_person_in_two_parts(road, monkeypatch, part):
    """Even where the case did not see that it is the same person."""
    road.found()
    if part == "reviews":
        road.does(JO, c.WarnAlone, victim_id="v1", reason="it is tonight")
        second = c.ReviewBreakGlass, {"victim_id": "v1", "upheld": True, "words": "right"}
    else:
        warn = {"victim_id": "v1", "matter": Matter.WARN, "reason": "as discussed"}
        road.does(JO, c.ProposeDetermination, **warn)
        second = c.ConfirmDetermination, {"proposal_id": "p1"}
    if part == "releases":
        road.does(CARLA, c.ConfirmDetermination, proposal_id="p1")
        road.does(JO, c.DraftWarning, words=words(), victim_ids=("v1",))
        sha256 = road.case.warnings["w1"].draft.text_sha256
        fields = {
            "warning_id": "w1",
            "text_sha256": sha256,
            "residual_risk": "small",
            "parity": NOBODY_INSIDE,
        }
        second = c.ReleaseWarning, fields
    before = everything(road.app)
    monkeypatch.setattr(handling, "decide", _takes_them_for_another)
    with pytest.raises(IntegrityError, match="four_eyes"):
        road.does(JO, second[0], **second[1])
    monkeypatch.undo()
    assert everything(road.app) == before


def _takes_them_for_another(case, command, ctx):
    steps = decide(case, command, replace(ctx, by=CARLA))
    return [(replace(event, by=ctx.by.named), after) for event, after in steps]


def test_of_two_officers_who_decide_at_once_one_is_refused_and_nothing_is_skipped(road):
    road.found()
    road.does(
        BEN, c.ProposeDetermination, victim_id="v1", matter=Matter.WARN, reason="as discussed"
    )

    def decide(number):
        try:
            return road.does(CARLA, c.ConfirmDetermination, proposal_id="p1").seq
        except Refusal as refusal:
            return refusal.code

    outcomes = at_once(4, decide)
    assert outcomes.count(Code.NOTHING_PROPOSED) == 3
    assert road.kinds().count("Confirmed") == 1
    assert [row.case_seq for row in road.rows()] == list(range(1, road.case.seq + 1))


def test_remarks_made_at_once_are_all_kept_one_after_another(road):
    road.receives()
    at_once(8, lambda number: road.does(BEN, c.RecordRemark, words=f"remark {number}"))
    rows = road.rows()
    assert [row.case_seq for row in rows] == list(range(1, len(rows) + 1))
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert sum(row.kind == "RemarkRecorded" for row in rows) == 8


ANOTHER_PROCESS = """
import sys
from pathlib import Path
from tests.builders import CARLA
from tests.support.house import Hands
from tocsin.app import build
from tocsin.casework.handle import handle
from tocsin.domain.commands import RecordRemark
from tocsin.settings import Settings
url, folder, case_id = sys.argv[1:]
app = build(Settings(data_dir=Path(folder), database_url=url), clock=Hands())
for number in range(10):
    handle(app, RecordRemark(case_id=case_id, words=f"there {number}"), CARLA)
"""


def test_two_processes_that_write_to_one_case_leave_no_gap_and_never_a_stale_case(
    road, database_url, tmp_path
):
    road.receives()
    arguments = [database_url, str(tmp_path / "house"), road.case_id]
    other = subprocess.Popen([sys.executable, "-c", ANOTHER_PROCESS, *arguments])
    seen = [road.does(BEN, c.RecordRemark, words=f"here {number}").seq for number in range(10)]
    assert other.wait(60) == 0
    assert len(set(seen)) == 10
    rows = road.rows()
    assert [row.case_seq for row in rows] == list(range(1, len(rows) + 1))
    assert sum(row.kind == "RemarkRecorded" for row in rows) == 20
    assert road.case.seq == len(rows)


def test_a_case_that_another_house_changed_is_never_served_from_the_cache(road, opens):
    road.receives()
    other = opens()
    assert case_of(other, road.case_id).seq == road.case.seq
    road.does(BEN, c.RecordRemark, words="news")
    assert case_of(other, road.case_id) == road.case


def test_a_case_number_taken_already_is_refused_and_another_can_be_tried(road):
    road.receives()
    report = replace(road.case.reports[next(iter(road.case.reports))], report_id="R-2")
    command = c.OpenCase(case_id=road.case_id, report=report, title="another")
    with pytest.raises(Refusal) as refused:
        handling.handle(road.app, command, ANNA)
    assert refused.value.code is Code.CHANGED_MEANWHILE


@pytest.mark.parametrize("officer_id", ["nobody.here", "greta.moss\0", "Greta", "x" * 90])
def test_nobody_is_named_to_follow_up_or_admitted_who_is_no_officer(road, officer_id):
    road.receives()
    for kind, more in ((c.NameFollowUpOwner, {}), (c.AdmitOfficer, {"reason": "knows it"})):
        with pytest.raises(Refusal) as refused:
            road.does(BEN, kind, officer_id=officer_id, **more)
        assert refused.value.code is Code.OFFICER_UNKNOWN


@pytest.mark.parametrize("case_id", ["", "C-NONE", "C\0", "C\ud800", "C" * 200])
def test_what_cannot_be_a_case_is_unknown(road, case_id):
    for by in (ANNA, SYSTEM):
        with pytest.raises(Refusal) as refused:
            handling.handle(road.app, c.RecordRemark(case_id=case_id, words="x"), by)
        assert refused.value.code in (Code.CASE_UNKNOWN, Code.BAD_VALUE)
    with pytest.raises(Refusal) as refused:
        case_of(road.app, case_id)
    assert refused.value.code is Code.CASE_UNKNOWN


@pytest.mark.parametrize(
    "said", ["\0 \x07 \ufffe \u202e", "\N{PILE OF POO} ﷽", "'; DROP TABLE event"]
)
def test_every_character_is_kept_as_it_was_given(road, said):
    road.receives()
    road.does(BEN, c.RecordRemark, words=f"x{said}x")
    road.app.cache = CaseCache()
    assert f"x{said}x" in event_of(road.rows()[-1]).words


def test_half_a_character_is_refused_and_nothing_is_kept(road):
    road.drafted()
    before = everything(road.app)
    with pytest.raises(Refusal) as refused:
        road.does(BEN, c.RecordRemark, words="half \ud800 a character")
    assert refused.value.code is Code.BAD_VALUE
    assert everything(road.app) == before


def test_the_clock_of_the_house_not_the_command_says_when(road, clock):
    road.receives()
    clock.now = NOW + DAY
    road.does(BEN, c.RecordRemark, words="a day later")
    assert event_of(road.rows()[-1]).at == NOW + DAY
    with road.app.store.read() as db:
        assert events.last_position(db) == len(road.rows())
