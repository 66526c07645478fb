"""Scenarios: read strictly, played in the real house, true to the last expectation."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.house import with_house_key
from tocsin.app import build
from tocsin.casework.export import export_case
from tocsin.casework.house import App
from tocsin.casework.player import Happened, play
from tocsin.casework.reads import case_of
from tocsin.casework.scenario import load, names, parse
from tocsin.domain.actor import Actor, ActorKind, Role
from tocsin.domain.case import CaseState
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import OutcomeKind
from tocsin.domain.refusal import Code, Refusal
from tocsin.record.verify import verify
from tocsin.settings import Settings
from tocsin.store import views
from tocsin.store.jobs import NewJob, plan

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
INSPECTOR = Actor(
    kind=ActorKind.OFFICER, actor_id="eye", unit="Elsewhere", roles=frozenset({Role.INSPECTOR})
)

SMALL = """
title = "EXAMPLE"
about = "EXAMPLE"
sources = ["invented"]
[officer.ana]
name = "Ana"
unit = "Watch"
roles = ["analyst"]
[document.one]
text = "EXAMPLE. Somebody will be shot."
source = "invented"
title = "EXAMPLE"
acquired_at = 2024-03-06T09:40:00Z
acquired_by = "ana"
received_from = "nobody"
reliability = "F"
credibility = "6"
[[step]]
at = 2024-03-06T09:44:00Z
by = "ana"
do = "receive"
fields = { document = "one" }
say = "A report comes in."
"""


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[App]:
    settings = Settings(data_dir=with_house_key(tmp_path), database_url=database_url)
    house = build(settings, channels={}, clock=lambda: NOW)
    yield house
    house.close()


def played(app: App, name: str, until: int | None = None) -> list[Happened]:
    return list(play(app, load(name, NOW), until))


def only_case(app: App, state: str) -> str:
    with app.store.read() as db:
        (row,) = views.queue(db, officer_id="eye", unit="", sees_all=True, state=state)
    return row.case_id


def test_crocus_is_played_to_its_end_and_its_record_verifies(app: App) -> None:
    told = played(app, "crocus")
    case = case_of(app, only_case(app, "closed"))
    assert case.state is CaseState.CLOSED
    assert {outcome.outcome for outcome in case.outcomes} == {OutcomeKind.OCCURRED}
    assert told[-1].found[0] == "verified"
    assert not verify(export_case(app, case.case_id, INSPECTOR), keys=()).faults


def test_silence_is_on_the_record_at_its_own_instant(app: App) -> None:
    told = played(app, "crocus")
    at_window_end = datetime(2024, 3, 8, 21, tzinfo=UTC)
    (lapse,) = [one for one in told if one.step is None and one.at == at_window_end]
    assert "the window has ended" in lapse.words[0]


def test_every_document_of_every_scenario_says_what_it_is() -> None:
    for name in names():
        scenario = load(name, NOW).scenario
        assert scenario.document
        assert all(
            "EXAMPLE" in one.text or "EXERCISE" in one.text for one in scenario.document.values()
        )
        assert all("fictitious" in one.name for one in scenario.officer.values())


def test_the_exercise_leaves_a_case_whose_clock_runs_now(app: App) -> None:
    played(app, "exercise")
    case = case_of(app, only_case(app, "open"))
    assert case.exercise
    triage = next(one for one in case.deadlines.values() if one.clock is Clock.TRIAGE)
    assert timedelta(minutes=30) < triage.due_at - NOW < timedelta(hours=1)


def test_a_scenario_stops_after_the_step_asked_for(app: App) -> None:
    assert [one.step for one in played(app, "crocus", until=3) if one.step] == [1, 2, 3]
    assert case_of(app, only_case(app, "open")).victims == {}


def test_nothing_is_played_where_a_delivery_of_the_house_is_under_way(app: App) -> None:
    job = NewJob(key="d1#1", lane="delivery", kind="attempt", case_id="C-1", subject="d1", due=NOW)
    with app.store.write() as db:
        plan(db, [job])
    with pytest.raises(Refusal) as refused:
        played(app, "exercise")
    assert refused.value.code is Code.SCENARIO_INVALID


@pytest.mark.parametrize(
    ("was", "is_now", "told"),
    [
        ('\nby = "ana"', '\nby = "eve"', "line 18, step 1: there is no actor 'eve'"),
        ('do = "receive"', 'do = "dance"', "line 18, step 1: there is no act 'dance'"),
        ('say = "', 'says = "', "line 18, step.1.say"),
        ("at = 2024-03-06T09:44:00Z", "at = 2024-03-06T09:44:00", "line 19, step.1.at"),
        ("acquired_at = 2024-03-06T09:40:00Z", 'acquired_at = "soon"', "line 13, document.one"),
        ("EXAMPLE. Somebody", "Somebody", "line 9, the text does not say EXAMPLE"),
        ('document = "one"', 'document = "two"', "there is no such document"),
        ('roles = ["analyst"]', 'roles = ["king"]', "line 8, officer.ana.roles"),
        ("[[step]]", "[[step", "it is not TOML"),
    ],
)
def test_a_faulty_scenario_is_refused_with_its_line(was: str, is_now: str, told: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(SMALL.replace(was, is_now, 1).encode(), "small", NOW)
    assert refused.value.code is Code.SCENARIO_INVALID
    assert told in refused.value.what
    assert refused.value.remedy


def test_steps_out_of_time_order_are_refused() -> None:
    earlier = '[[step]]\nat = 2024-03-06T09:00:00Z\nby = "ana"\ndo = "wait"\nsay = "Back."\n'
    with pytest.raises(Refusal, match="step 2: it is earlier"):
        parse((SMALL + earlier).encode(), "small", NOW)


@pytest.mark.parametrize("data", [b"\xff", b"", b"x" * 300_000, b"a=" + b"[" * 50_000])
def test_bytes_that_are_no_scenario_are_refused(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        parse(data, "noise", NOW)
    assert refused.value.code is Code.SCENARIO_INVALID


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ('{ stage = "deliver" }', "stage should be deliver and is triage"),
        ('{ lapsed = "triage" }', "no triage deadline has lapsed"),
        ('{ refused = "same-officer" }', "it should have been refused with same-officer"),
        ('{ deadline = "window_end" }', "no window_end clock runs"),
        ('{ delivery = { 1 = "read" } }', "delivery 1 should be read"),
    ],
)
def test_an_expectation_that_is_not_met_ends_the_play(app: App, expect: str, told: str) -> None:
    script = parse(f"{SMALL}expect = {expect}\n".encode(), "small", NOW)
    with pytest.raises(Refusal, match=told):
        list(play(app, script))


def test_a_step_that_is_refused_unexpectedly_ends_the_play(app: App) -> None:
    step = '[[step]]\nat = 2024-03-06T09:45:00Z\nby = "ana"\ndo = "warn_alone"\nsay = "Alone."\n'
    step += 'fields = { victim_id = "v1", reason = "x" }\n'
    with pytest.raises(Refusal, match="step 2: it was refused"):
        list(play(app, parse((SMALL + step).encode(), "small", NOW)))
