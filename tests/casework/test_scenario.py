"""Scenarios: read strictly, played in the real house, true to the last expectation."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.casework.story import SMALL
from tests.support.house import with_house_key
from tocsin.app import build
from tocsin.casework.act import ACTIONS
from tocsin.casework.export import export_case
from tocsin.casework.house import App
from tocsin.casework.player import Happened, play
from tocsin.casework.player_acts import ACTS
from tocsin.casework.reads import case_of
from tocsin.casework.scenario import load, parse
from tocsin.casework.scenario_check import OWN
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


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[App]:
    its = Settings(data_dir=with_house_key(tmp_path), database_url=database_url)
    house = build(its, channels={}, clock=lambda: NOW)
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
    assert told[-1].do == "lesson"
    assert told[-1].found[0] == "verified"
    assert not verify(export_case(app, case.case_id, INSPECTOR), keys=()).faults


def test_silence_is_on_the_record_at_its_own_instant(app: App) -> None:
    told = played(app, "crocus")
    at_window_end = datetime(2024, 3, 8, 21, tzinfo=UTC)
    (lapse,) = [one for one in told if one.step is None and one.at == at_window_end]
    assert "the window has ended" in lapse.words[0]


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
        ('\nby = "ana"', '\nby = "eve"', "small.toml:20: step 1: there is no actor 'eve'"),
        ('do = "receive"', 'do = "dance"', "small.toml:21: step 1: there is no act 'dance'"),
        ('say = "', 'says = "', "small.toml:18: step.1.say"),
        ("09:44:00Z", "09:44:00", "small.toml:19: step.1.at"),
        ("09:44:00Z", "09:39:00Z", "was acquired only later"),
        ("2024-03-06T09:44", "1024-03-06T09:44", "small.toml:19: step 1"),
        ("acquired_at = ", 'acquired_at = "soon" # ', "small.toml:13: document.one"),
        ("EXAMPLE. Somebody", "Somebody", "small.toml:9: the text does not say EXAMPLE"),
        ('document = "one"', 'document = "two"', "there is no such document"),
        ('document = "one"', 'document = "one", colour = "red"', "there is no field 'colour'"),
        ('{ document = "one" }', "{ }", "small.toml:22: step 1: document is missing"),
        ('roles = ["analyst"]', 'roles = ["king"]', "small.toml:8: officer.ana.roles"),
        ('by = "ana"\ndo', 'by = "recipient"\ndo', "a recipient does not receive"),
        ("sources = [", 'policy = "../x"\nsources = [', "there is no policy pack '../x'"),
        ("[[step]]", "[[step", "small.toml:18: it is not TOML"),
        ("[[step]]", "x = [\n[[step]]", "it is not TOML"),
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
    with pytest.raises(Refusal, match=r"small\.toml:25: step 2: it is earlier"):
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
        ("{ lapses = 1 }", "only 0 deadlines have lapsed"),
        ('{ says = "wolf" }', "the record does not say 'wolf'"),
        ('{ never_says = "received" }', "the record says 'received'"),
        ('{ quiet = "review" }', "a review clock runs"),
        ("{ reports = 2 }", "reports should be 2 and is 1"),
        ('{ reactions = ["rejected"] }', "no reaction rejected is kept"),
        ('{ runs = { triage = "2h" } }', "the triage clock should run for 2h and runs for"),
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


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('do = "name_victim"\nfields = { name = "Mara", kind = "cat" }', "not a valid VictimKind"),
        (
            'do = "name_victim"\nfields = { name = "Mara", kind = "person", hat = 1 }',
            "unknown field",
        ),
        ('do = "record_remark"\nfields = { words = "x" }\nafter = "later"', "it follows from"),
        ('do = "wait"\nexpect = { delivery = { 1 = "read" } }', "no delivery has been planned"),
        (
            'do = "wait"\nexpect = { determination = { v1 = "warn" } }',
            "there is no victim v1 by then",
        ),
        ('do = "wait"\nexpect = { duties = { v1 = "fine" } }', "there is no victim v1 by then"),
        ('do = "wait"\nexpect = { inbound = { i1 = [] } }', "no warning given to us i1 by then"),
        ('do = "wait"\nexpect = { claims = { c1 = "tested" } }', "there is no claim c1 by then"),
        ('do = "wait"\nexpect = { questions = { q1 = "left" } }', "no question to a sender q1"),
        ('do = "wait"\nexpect = { watches = { s1 = "on" } }', "there is no watch s1 by then"),
        ('do = "wait"\nexpect = { refused = "same-officer" }', "waiting is never refused"),
        ('do = "wait"\nexpect = { leaks = [] }', "found by a check alone"),
        ('do = "wait"\nexpect = { found = "gold" }', "wait finds nothing"),
        ('do = "wait"\nexpect = { state = "closed", deadline = "review" }', "no clock runs"),
        ('do = "wait"\nexpect = { state = "closed", stage = "triage" }', "is not at stage triage"),
        ('do = "wait"\nexpect = { deadline = "review", quiet = "review" }', "cannot run and not"),
        (
            'do = "wait"\nexpect = { lapsed = "review", never_lapsed = "review" }',
            "has lapsed by then",
        ),
        ('do = "acknowledge"\nfields = { mail = "a@b.example" }', "only a recipient can"),
        (
            (
                'do = "set_urgency"\nfields = { urgency = "near", reason = "x", expected = { '
                'opens = 2024-03-09T00:00:00Z, closes = 2024-03-08T00:00:00Z, zone = "UTC" } }'
            ),
            "a window closes after it opens",
        ),
        (
            (
                'do = "attest_delivery"\nfields = { delivery_id = "d1", to_whom = "x", told_at = '
                '2024-03-07T00:00:00Z, text_sha256 = "x", identity_check = "x", understood = true }'
            ),
            "told_at is later than the step",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_before_anything_is_played(more: str, told: str) -> None:
    step = f'[[step]]\nat = 2024-03-06T09:50:00Z\nby = "ana"\nsay = "More."\n{more}\n'
    with pytest.raises(Refusal) as refused:
        parse((SMALL + step).encode(), "small", NOW)
    assert refused.value.code is Code.SCENARIO_INVALID
    assert told in refused.value.what
    assert re.search(r"small\.toml:(2|3)\d: step 2", refused.value.what)


def test_an_act_before_any_report_is_refused() -> None:
    step = '[[step]]\nat = 2024-03-06T09:00:00Z\nby = "ana"\nsay = "?"\ndo = "record_remark"\n'
    text = SMALL.replace("[[step]]", f'{step}fields = {{ words = "x" }}\n[[step]]')
    with pytest.raises(Refusal, match="no report has come in before it"):
        parse(text.encode(), "small", NOW)


TWO = (
    SMALL.partition("[[step]]")[0]
    + """
[[arrives]]
at = 2024-03-06T09:44:00Z
by = "ana"
document = "one"
say = "A report comes in."
[telling.a]
title = "A"
[[telling.a.step]]
at = 2024-03-06T09:50:00Z
by = "ana"
do = "record_remark"
fields = { words = "First." }
say = "First."
name = "first"
[[telling.a.step]]
at = 2024-03-06T09:52:00Z
by = "ana"
do = "record_remark"
fields = { words = "Second." }
say = "Second."
again = { every = "1m", times = 2 }
[telling.a.lesson]
says = "A."
expect = { says = "Second." }
[telling.b]
title = "B"
starts_as = "a"
up_to = "first"
looks = "1d"
[[telling.b.step]]
at = 2024-03-08T09:50:00Z
by = "system"
do = "wait"
say = "Nothing."
[telling.b.lesson]
says = "B."
expect = { says = "First.", never_says = "Second.", lapsed = "triage", lapses = 3 }
"""
)


def test_every_step_that_is_no_command_is_both_checked_and_played() -> None:
    assert OWN.keys() == ACTS.keys()
    assert not OWN.keys() & ACTIONS.keys()


def test_tellings_share_documents_and_one_may_begin_like_another(app: App) -> None:
    script = parse(TWO.encode(), "two", NOW)
    assert [one.step for one in play(app, script, telling="b") if one.step] == [1, 2, 3]
    assert len(script.telling("a").steps) == 5
    with pytest.raises(Refusal, match="there is no telling 'c'"):
        script.telling("c")


def test_a_long_silence_is_seen_now_and_then_and_dated_when_it_was_due(app: App) -> None:
    told = list(play(app, parse(TWO.encode(), "two", NOW), telling="b"))
    silences = [one.at for one in told if one.step is None and one.do == "wait"]
    assert len(silences) < 20  # it would be some two hundred
    assert silences[0] == datetime(2024, 3, 6, 9, 55, tzinfo=UTC)


@pytest.mark.parametrize(
    ("was", "is_now", "told"),
    [
        ('up_to = "first"', 'up_to = "last"', "has no step 'last'"),
        ('starts_as = "a"', 'starts_as = "b"', "no telling 'b' stands by itself"),
        ('up_to = "first"\n', "", "given together"),
        (
            'says = "B."\nexpect = {',
            'says = "B."\nexpect = { refused = "same-officer",',
            "at the end",
        ),
        ('document = "one"', 'document = "one"\nonly = ["z"]', "there is no telling 'z'"),
        ('document = "one"', 'document = "one"\nonly = ["b"]', "no report has come in"),
        ("[telling.a]", "[[step]]\n[telling.a]", "two.toml:24: step.1.at: it is missing"),
    ],
)
def test_tellings_that_do_not_fit_are_refused(was: str, is_now: str, told: str) -> None:
    assert was in TWO
    with pytest.raises(Refusal) as refused:
        parse(TWO.replace(was, is_now, 1).encode(), "two", NOW)
    assert told in refused.value.what


def test_a_telling_may_be_left_at_a_step_a_name_a_time_or_after_a_while() -> None:
    script = parse(TWO.encode(), "two", NOW)
    telling = script.telling("a")
    assert script.stop("2", telling) == script.stop("first", telling) == 2
    assert script.stop("+1h", telling) == datetime(2024, 3, 6, 10, 44, tzinfo=UTC)
    assert script.stop("2024-03-06T09:51:00Z", telling) == datetime(2024, 3, 6, 9, 51, tzinfo=UTC)
    for wrong in ("0", "9", "last", "2024-03-06T09:51:00", "+1y"):
        with pytest.raises(Refusal, match="no such step or time"):
            script.stop(wrong, telling)


def test_a_drill_is_an_exercise_throughout_and_ends_now(app: App) -> None:
    script = parse(TWO.encode(), "two", NOW).ending_at(NOW, "a", 2)
    told = list(play(app, script, 2, telling="a", exercise=True))
    assert told[-1].at == NOW
    case = case_of(app, only_case(app, "open"))
    assert case.exercise
    assert case.opened_at == NOW - timedelta(minutes=6)


@settings(max_examples=15, deadline=None)
@given(at=st.integers(0, len(TWO)), cut=st.integers(0, 40), put=st.text(max_size=12))
def test_no_text_is_anything_but_a_scenario_or_refused(at: int, cut: int, put: str) -> None:
    with suppress(Refusal):
        parse((TWO[:at] + put + TWO[at + cut :]).encode("utf-8", "replace"), "two", NOW)
