"""Everything past against a new watch, and what was put off: a step at a time, none skipped."""

from dataclasses import replace

import pytest

from tests.builders import ANNA
from tests.casework.test_sighting import plain, watching
from tocsin.casework import reads, screening, sighting
from tocsin.casework.handle import handle
from tocsin.casework.intake import receive
from tocsin.casework.screening_jobs import progress
from tocsin.casework.sighting import look, record_sightings
from tocsin.casework.worker import work_all, work_once
from tocsin.domain import commands as c
from tocsin.domain.kinds import VictimKind
from tocsin.domain.plans import SCREENING
from tocsin.domain.sighting import SightingAnswer


def sighted(app, case_id: str, watch_id: str = "s1") -> tuple[str, ...]:
    return reads.case_of(app, case_id).watches[watch_id].sighted


def test_a_new_watch_is_compared_with_every_report_that_came_before(app):
    past = receive(app, plain("Тимур Карелин was seen"), ANNA)
    receive(app, plain("Timur Karelin, in a drill", exercise=True), ANNA)
    case_id = watching(app, "Timur Karelin").case_id
    work_all(app, "w")
    assert sighted(app, case_id) == (past.report_id,)
    (found,) = reads.case_of(app, case_id).watches["s1"].sightings["h1"].found
    assert (found.watched, found.found) == ("Timur Karelin", "")  # no word of what others may see
    assert (found.start, found.end) == (0, 13)


def test_it_goes_on_where_it_was_and_says_how_far_it_is(app, monkeypatch):
    monkeypatch.setattr(screening, "STEP", 2)
    past = [receive(app, plain(f"Timur Karelin was seen {n}"), ANNA) for n in range(3)]
    case_id = watching(app, "Timur Karelin").case_id
    steps = []
    with app.store.read() as db:
        steps.append(progress(db, case_id)["s1"])
    while work_once(app, SCREENING, f"w{len(steps)}"):  # each by another worker
        with app.store.read() as db:
            steps += progress(db, case_id).values()
    assert [one.done for one in steps] == [0, 2, 4]
    assert {one.of for one in steps} == {4}
    assert set(sighted(app, case_id)) == {one.report_id for one in past}


def test_a_wider_watch_asks_again_about_what_was_answered_by_another_name(app):
    case_id = watching(app, "Timur Karelin").case_id
    receive(app, plain("Timur Karelin and Ada Low left"), ANNA)
    given = {"watch_id": "s1", "reason": "his passport"}
    no = c.AnswerSighting(
        case_id=case_id, sighting_id="h1", answer=SightingAnswer.NOT_SAME, **given
    )
    handle(app, no, ANNA)
    handle(app, c.WidenWatch(case_id=case_id, names=("Ada Low",), **given), ANNA)
    work_all(app, "w")
    watch = reads.case_of(app, case_id).watches["s1"]
    assert {one.watched for one in watch.sightings["h2"].found} >= {"Ada Low"}
    assert len(watch.waiting) == 1


@pytest.mark.parametrize("late", ["victim", "subject"])
def test_whom_a_later_case_names_is_compared_too_and_whom_an_earlier_one_named(app, late):
    case_id = watching(app, "Timur Karelin").case_id
    other = receive(app, plain("something else"), ANNA)
    if late == "victim":
        named = c.NameVictim(case_id=other.case_id, name="Тимур Карелин", kind=VictimKind.PERSON)
        handle(app, named, ANNA)
    else:
        watching(app, "Karelin, Timur", case_id=other.case_id)
    work_all(app, "w")
    assert sighted(app, case_id) == (other.report_id,)
    again = watching(app, "Timur Karelin and others").case_id
    work_all(app, "w")
    assert other.report_id in sighted(app, again)


def test_a_long_report_is_received_at_once_and_compared_behind_the_pages(app, monkeypatch):
    case_id = watching(app, "Timur Karelin").case_id
    monkeypatch.setattr(sighting, "MOST_AT_ONCE", 10)
    receipt = receive(app, plain("Timur Karelin left"), ANNA)
    assert receipt.sighted_in == sighted(app, case_id) == ()
    work_all(app, "w")
    assert sighted(app, case_id) == (receipt.report_id,)


def test_what_comes_while_the_names_are_loaded_is_compared_when_they_are(app):
    case_id = watching(app, "Timur Karelin").case_id
    work_all(app, "w")
    app.watchlist.loading.set()
    receipt = receive(app, plain("Timur Karelin left"), ANNA)
    work_all(app, "w")
    assert sighted(app, case_id) == ()
    app.watchlist.warm(app.store.read)
    app.clock.advance(screening.AGAIN)
    work_all(app, "w")
    assert sighted(app, case_id) == (receipt.report_id,)


def test_a_watch_that_begins_between_the_look_and_the_record_is_not_missed(app):
    other = receive(app, plain("Timur Karelin left"), ANNA)
    seen = look(app, "Timur Karelin left", exercise=False)
    case_id = watching(app, "Timur Karelin").case_id
    with app.store.write() as db:
        where = record_sightings(app, db, seen, report_id=other.report_id, case_id=other.case_id)
    assert where == [case_id]


def test_what_is_beyond_what_can_be_compared_is_said_in_the_receipt(app, monkeypatch):
    monkeypatch.setattr("tocsin.casework.intake.MOST_SCREENED", 20)
    receipt = receive(app, replace(plain("x"), content=b"a long report about nobody"), ANNA)
    assert any("not compared with subjects on watch" in one for one in receipt.defects)
