"""Every duty is counted in exactly one class, whatever became of it and of its case."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import text

from tests.builders import ANNA, BEN, CARLA, DAY, INES, NOW, Desk, a_report, not_owed
from tests.casework.counted import LATER, cosigned, destroyed, found, of_every_class, put
from tests.record.logbook import POLICY
from tests.support.house import EVERYONE, log_keys
from tocsin.casework import ledger, tallying
from tocsin.casework.tallying import file_of, make_tally, sample, tallies
from tocsin.domain import commands as c
from tocsin.domain.duties import (
    ACKNOWLEDGED,
    EXERCISE,
    LAPSED,
    NOT_OWED,
    UNDECIDED,
    UNDELIVERED,
)
from tocsin.domain.kinds import Matter
from tocsin.domain.ledger import TallyMade
from tocsin.domain.refusal import Code, Refusal
from tocsin.record import tally as pure
from tocsin.record.canonical import canonical, parse
from tocsin.record.tally import Tally, class_of, verify_tally
from tocsin.store import events

PERIOD = "2024Q1"


@pytest.fixture
def cases(app, clock):
    """A house with a case of every class."""
    clock.now = LATER
    every = of_every_class()
    put(app, {case_id: desk for case_id, (desk, _) in every.items()})
    return {case_id: told for case_id, (_, told) in every.items()}


def checked(app, data, **how):
    return verify_tally(data, keys=log_keys(app), **how)


def counts(made):
    return {name: number for name, number in made.tallied.classes.items() if number}


def refused(code, does, *args, **fields):
    with pytest.raises(Refusal) as refusal:
        does(*args, **fields)
    assert refusal.value.code is code


# Counting


def test_every_duty_stands_in_the_class_of_what_became_of_it(app, cases, monkeypatch):
    monkeypatch.setattr(tallying, "BATCH", 7)
    seen = []
    made = make_tally(app, INES, PERIOD, seen.append)
    wanted = Counter(told for told in cases.values() if told)
    assert counts(made) == wanted
    report = checked(app, made.file)
    assert (report.faults, report.parted, report.owed) == ((), True, wanted.total())
    key = app.keys.tags
    for case_id, told in cases.items():
        found = class_of(report, tag_key=key, case_id=case_id, victim_id="v1")
        assert found == (told or None)
    assert seen[-1] == made.tallied.covered > 100


def test_exercises_are_shown_and_are_no_duties(app, cases):
    made = make_tally(app, INES, PERIOD).tallied
    assert (made.exercises, made.classes[EXERCISE]) == (1, 1)
    assert made.owed == sum(made.classes.values()) - 1


def test_a_year_counts_its_quarters_and_an_empty_period_nothing(app, cases):
    assert make_tally(app, INES, "2024").tallied.owed == make_tally(app, INES, PERIOD).tallied.owed
    assert counts(make_tally(app, INES, "2023Q1")) == {LAPSED: 1}
    empty = make_tally(app, INES, "2022")
    assert (counts(empty), checked(app, empty.file).faults) == ({}, ())


def test_the_file_names_no_case_and_nobody_in_it(app, cases):
    data = make_tally(app, INES, PERIOD).file
    assert not any(case_id.encode() in data for case_id in cases)
    assert not any(word in data for word in (b"victim", b"Visitors", b"report"))


def test_counted_again_it_is_the_same_unless_something_happened(app, cases, clock):
    first, again = make_tally(app, INES, PERIOD), make_tally(app, INES, PERIOD)
    assert first.tallied.root == again.tallied.root
    clock.advance(30 * DAY)
    later = make_tally(app, INES, PERIOD)
    assert (counts(first)[UNDECIDED], UNDECIDED in counts(later)) == (1, False)
    assert counts(later)[LAPSED] == counts(first)[LAPSED] + 1
    assert [one.index for one in tallies(app, INES)] == [
        one.tallied.index for one in (later, again, first)
    ]


def test_what_happens_in_a_closed_case_counts_too(app, clock):
    desk = Desk().closed()
    desk.does(ANNA, c.AddReport, report=a_report("R2"))
    desk.found()
    put(app, {"C-AGAIN": desk})
    assert sum(counts(make_tally(app, INES, PERIOD)).values()) == 1


# Whose it is to count, and what


@pytest.mark.parametrize("by", [one for one in EVERYONE if one is not INES])
def test_nobody_else_counts_or_looks(app, by):
    refused(Code.NOT_ALLOWED, make_tally, app, by, PERIOD)
    refused(Code.NOT_ALLOWED, tallies, app, by)
    refused(Code.NOT_ALLOWED, file_of, app, by, 0)
    refused(Code.NOT_ALLOWED, sample, app, by, 0)
    assert tallies(app, INES) == []


@pytest.mark.parametrize(
    "period", ["", "24", "2024Q5", "2024Q0", "0000", "2024Q2", "2025", "２０２３"]
)
def test_what_is_no_period_or_has_not_begun_is_not_counted(app, period):
    refused(Code.PERIOD_UNKNOWN, make_tally, app, INES, period)
    assert tallies(app, INES) == []


# A file that was changed


def altered(data, change):
    value = parse(data)
    change(value["classes"])
    return canonical(value)


def moved(classes):
    one = classes[LAPSED]["members"].pop()
    classes[ACKNOWLEDGED]["members"] = sorted([*classes[ACKNOWLEDGED]["members"], one])


def dropped(classes):
    one = classes[LAPSED]["members"].pop()
    classes["owed"]["members"].remove(one)


def doubled(classes):
    classes[ACKNOWLEDGED]["members"] = sorted(
        [*classes[ACKNOWLEDGED]["members"], *classes[LAPSED]["members"]]
    )


@pytest.mark.parametrize("change", [moved, dropped, doubled])
def test_no_duty_can_be_dropped_moved_or_counted_twice(app, cases, change):
    data = make_tally(app, INES, PERIOD).file
    report = checked(app, altered(data, change))
    assert report.faults
    assert not report.parted


# The file of an earlier tally


def test_the_file_can_be_made_again_whatever_happened_since(app, cases, clock):
    made = make_tally(app, INES, PERIOD)
    clock.advance(30 * DAY)
    put(app, {"C-NEW": found(clock.now), "C-MORE": Desk(now=NOW).found()})
    again = file_of(app, INES, made.tallied.index)
    assert parse(again)["classes"] == parse(made.file)["classes"]
    assert checked(app, again).faults == ()


def test_the_file_is_given_under_what_witnesses_have_seen(app, cases):
    made = make_tally(app, INES, PERIOD)
    assert checked(app, made.file, policy=POLICY).faults
    cosigned(app)
    put(app, {"C-MORE": found(LATER)})
    report = checked(app, file_of(app, INES, made.tallied.index), policy=POLICY)
    assert (report.faults, report.parted, report.witnessed) == ((), True, True)


def test_only_a_tally_has_a_tally_s_file(app, cases):
    index = make_tally(app, INES, PERIOD).tallied.index
    for other in (0, index + 1, 2**40, -1):
        refused(Code.RECORD_UNKNOWN, file_of, app, INES, other)


def test_a_tally_that_the_record_does_not_bear_out_is_not_shown(app, cases, clock):
    said = make_tally(app, INES, PERIOD).tallied
    false = TallyMade(
        by=INES.named, at=clock.now, period=PERIOD, covered=said.covered, owed=0, classes={},
        root=Tally(period=PERIOD, classes={}).root.hex(),
    )  # fmt: skip
    with app.store.write() as db:
        index = ledger.record(app, db, false).position - 1
    refused(Code.RECORD_DAMAGED, file_of, app, INES, index)


# Destruction


def on_record(app, desk):
    """Put the desk's newest events on the record, after those that are there."""
    with app.store.read() as db:
        seq, _ = events.case_tail(db, "C-KEPT")
    put(app, {"C-KEPT": replace(desk, happened=desk.happened[seq:])})


def test_destroying_a_case_takes_nothing_from_any_count(app, clock):
    clock.now, desk = LATER, Desk().closed()
    put(app, {"C-KEPT": desk})
    before = make_tally(app, INES, PERIOD)
    on_record(app, destroyed(desk))
    after = make_tally(app, INES, PERIOD)
    assert counts(before) == counts(after) == {ACKNOWLEDGED: 1}
    assert before.tallied.root == after.tallied.root
    again = file_of(app, INES, before.tallied.index)
    assert parse(again)["classes"] == parse(before.file)["classes"]


def test_two_officers_who_destroy_a_case_leave_its_duties_to_the_count(road):
    road.found()
    road.does(ANNA, c.RecordFindings, victim_id="v1", findings=not_owed())
    matter = Matter.NO_DUTY
    road.does(BEN, c.ProposeDetermination, victim_id="v1", matter=matter, reason="a joke")
    road.does(CARLA, c.ConfirmDetermination, proposal_id="p1")
    road.does(BEN, c.ProposeClosing, reason="done")
    road.does(CARLA, c.ConfirmClosing, proposal_id="p2")
    before = make_tally(road.app, INES, PERIOD)
    road.does(BEN, c.ProposeDestruction, authority="Archive law", reason="ten years")
    road.does(CARLA, c.ConfirmDestruction, proposal_id="p3")
    assert [one.told for one in road.case.tombstone.duties] == [NOT_OWED]
    after = make_tally(road.app, INES, PERIOD)
    assert counts(after) == {NOT_OWED: 1}
    assert after.tallied.root == before.tallied.root


def test_an_earlier_tally_says_where_destruction_took_what_it_was_made_of(app, clock):
    clock.now, desk = LATER, Desk().released()
    put(app, {"C-KEPT": desk})
    before = make_tally(app, INES, PERIOD)
    assert counts(before) == {UNDELIVERED: 1}
    desk.acted(desk.acknowledged())
    on_record(app, destroyed(desk.stood_down().closed()))
    refused(Code.CASE_DESTROYED, file_of, app, INES, before.tallied.index)
    assert counts(make_tally(app, INES, PERIOD)) == {ACKNOWLEDGED: 1}
    assert checked(app, before.file).faults == ()


def test_what_cannot_be_opened_without_a_destruction_is_not_counted_around(app):
    put(app, {"C-KEPT": Desk().released()})
    with app.store.write() as db:
        db.execute(text("DELETE FROM record_key WHERE position = 3"))
    refused(Code.RECORD_DAMAGED, make_tally, app, INES, PERIOD)
    assert tallies(app, INES) == []


@pytest.mark.parametrize(
    "is_there", [lambda position: position != 3, lambda position: position < 3]
)
def test_events_that_are_missing_are_not_counted_around(app, monkeypatch, is_there):
    put(app, {"C-KEPT": Desk().released()})
    every = events.all_events

    def some(*given):
        return [row for row in every(*given) if is_there(row.position)]

    monkeypatch.setattr(events, "all_events", some)
    refused(Code.RECORD_DAMAGED, make_tally, app, INES, PERIOD)
    assert tallies(app, INES) == []


def test_a_key_lost_after_the_destruction_is_not_excused_by_it(app, clock):
    put(app, {"C-KEPT": destroyed(Desk().closed())})
    with app.store.write() as db:
        last = db.execute(text("SELECT max(position) FROM event")).scalar_one()
        db.execute(text(f"DELETE FROM record_key WHERE position = {last - 1}"))
    refused(Code.RECORD_DAMAGED, make_tally, app, INES, PERIOD)


# Samples


def test_a_later_checkpoint_draws_what_an_auditor_opens(app, cases):
    made = make_tally(app, INES, PERIOD)
    size = cosigned(app)
    drawn = sample(app, INES, made.tallied.index, most_wrong=0.2, confidence=0.5)
    assert (drawn.size, len(drawn.drawn)) == (size, 4)
    assert {one.case_id: one.told for one in drawn.drawn}.items() <= cases.items()
    report = checked(app, made.file)
    owed = report.shown[pure.OWED]
    members = pure.sample(bytes.fromhex(drawn.digest), PERIOD, owed, 4)
    assert [one.member for one in drawn.drawn] == [one.hex() for one in members]


def test_a_small_period_is_opened_whole_and_a_sample_can_be_drawn_again(app, cases):
    made = make_tally(app, INES, PERIOD)
    first = cosigned(app)
    drawn = sample(app, INES, made.tallied.index)
    assert {one.case_id for one in drawn.drawn} == {one for one, told in cases.items() if told}
    put(app, {"C-MORE": found(LATER)})
    assert cosigned(app) > first
    other = sample(app, INES, made.tallied.index)
    assert [one.member for one in other.drawn] != [one.member for one in drawn.drawn]
    assert sample(app, INES, made.tallied.index, size=first) == drawn


def test_nothing_is_drawn_by_a_checkpoint_that_came_before_or_that_no_quorum_saw(app, cases):
    early = cosigned(app)
    index = make_tally(app, INES, PERIOD).tallied.index
    refused(Code.LOG_EMPTY, sample, app, INES, index)
    refused(Code.LOG_EMPTY, sample, app, INES, index, size=early)
    late = make_tally(app, INES, PERIOD).tallied.index + 1
    refused(Code.LOG_EMPTY, sample, app, INES, index, size=late)
    refused(Code.LOG_EMPTY, sample, app, INES, index, size=2**40)
    refused(Code.BAD_VALUE, sample, app, INES, index, most_wrong=0)
    cosigned(app)
    app.trust = None
    refused(Code.LOG_EMPTY, sample, app, INES, index)
    refused(Code.NOT_ALLOWED, sample, app, BEN, index)
