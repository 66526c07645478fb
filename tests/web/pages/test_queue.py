"""The queue: the least time left first, need to know, calls, pages."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.builders import ANNA, BEN, DAY, DMITRI, FINN, INES, NOW
from tests.reading.understood_by_hand import proposals
from tests.support.house import JO
from tests.web.pages.road import received, warned
from tocsin.casework import glances
from tocsin.casework.handle import handle
from tocsin.casework.worker import work_all
from tocsin.domain import commands as c
from tocsin.domain.findings import Urgency
from tocsin.reading.understood import Stage as Threatened
from tocsin.store import people

THREAT = proposals(("They will kill the mayor on 9 May 2024.", Threatened.THREATENED), known_at=NOW)


@pytest.fixture
def read_ahead(house, monkeypatch):
    """Reads what the queue asked for; `threat` in a text is a threat, `broken` breaks reading."""
    asked = []

    def understood(_report, text):
        asked.append(text)
        assert text != "broken"
        return SimpleNamespace(proposals=THREAT if text == "threat" else ())

    monkeypatch.setattr(glances, "understood", understood)
    house.glances.at_work = True

    def work():
        house.glances.end()
        house.glances.work()
        return asked

    return work


def listed(page):
    """The case numbers on a page of the queue, in its order."""
    return re.findall(r'<tr id="row-([\w-]+)">', page.text)


def test_an_empty_queue_says_that_nobody_is_waited_for_and_what_to_do(visits):
    shown = visits(ANNA).get("/").text
    assert "No open case waits for anybody" in shown
    assert 'href="/reports/new"' in shown


def test_the_least_time_left_comes_first_with_its_next_step_in_words(house, visits):
    late = received(house, b"one", urgency=Urgency.LATER, title="Later")
    soon = received(house, b"two", urgency=None, title="Sooner <b>")
    shown = visits(ANNA).get("/")
    assert listed(shown) == [soon, late]
    assert "Sooner &lt;b&gt;" in shown.text
    assert "Make the findings" in shown.text
    assert "2 open cases." in shown.text


def test_a_clock_that_ran_out_is_told_in_words_and_after_it_was_escalated_too(house, hands, visits):
    received(house)
    hands.advance(DAY)
    before = visits(ANNA).get("/").text
    assert "overdue by" in before
    work_all(house, "worker")
    after = visits(ANNA).get("/").text
    assert "Lapsed, undecided" in after
    assert "1 on this page is overdue" in after


def test_a_case_outside_ones_need_to_know_is_neither_listed_counted_nor_found(house, visits):
    case_id = received(house, restricted=True, by=JO)
    for path in ("/", f"/?q={case_id}", "/?state=closed"):
        assert listed(visits(BEN).get(path)) == []
        assert listed(visits(DMITRI).get(path)) == []
    assert "No open case waits" in visits(BEN).get("/").text
    assert listed(visits(INES).get("/")) == [case_id]
    admit = c.AdmitOfficer(case_id=case_id, officer_id=DMITRI.actor_id, reason="knows the hall")
    handle(house, admit, JO)
    assert listed(visits(DMITRI).get("/")) == [case_id]


def test_calls_stand_above_the_queue_and_lead_to_their_case(house, hands, visits):
    case_id = received(house)
    hands.advance(DAY)
    work_all(house, "worker")
    shown = visits(BEN).get("/").text
    assert "Calls on you" in shown
    assert re.search(rf'Overdue, undecided: the findings\. <a [^>]+href="/cases/{case_id}"', shown)
    assert "Calls on you" not in visits(FINN).get("/").text


def test_a_case_is_found_by_words_of_its_title_and_by_its_number(house, visits):
    concert = received(house, b"one", title="Un concert à Nîmes")
    received(house, b"two", title="Aid convoy")
    visitor = visits(ANNA)
    for sought in ("nimes", concert.lower()):
        assert listed(visitor.get("/", params={"q": sought})) == [concert]
    nothing = visitor.get("/", params={"q": '"><script>'})
    assert listed(nothing) == []
    assert "<script>" not in nothing.text.split("<main")[1]


def test_pages_follow_one_another_without_gap_or_repetition(house, visits):
    opened = {
        received(house, f"report {n}".encode(), acquired_at=NOW - timedelta(minutes=n))
        for n in range(53)
    }
    visitor = visits(ANNA)
    first = visitor.get("/")
    following = re.search(r'href="([^"]+)" rel="next"', first.text)[1].replace("&amp;", "&")
    second = visitor.get(following)
    assert len(listed(first)) == 50
    assert set(listed(first)) | set(listed(second)) == opened
    assert len(listed(second)) == 3
    assert 'rel="next"' not in second.text


@pytest.mark.parametrize("place", ["x", "1.", "99999999999999999999.a", "1.a'--", "-1.a"])
def test_a_place_that_cannot_be_is_refused(visits, place):
    assert visits(ANNA).get("/", params={"after": place}).status_code == 422


def test_cases_closed_have_a_page_of_their_own(house, visits):
    received(house)
    closed = visits(ANNA).get("/?state=closed")
    assert listed(closed) == []
    assert "No case has been closed yet" in closed.text
    assert visits(ANNA).get("/?state=burnt").status_code == 422


def test_the_queue_asks_for_itself_again_with_what_was_sought(house, visits):
    received(house)
    shown = visits(ANNA).get("/?q=attack").text
    assert 'hx-get="/?q=attack" hx-trigger="every 15s"' in shown


def test_duties_and_stages_of_a_case_on_its_road_are_named(house, visits):
    warned(house)
    shown = visits(ANNA).get("/").text
    assert "Duty owed" in shown
    assert "Bring the warning" in shown


def test_an_officer_without_a_role_is_told_whom_to_ask(house, visits):
    visitor = visits(FINN)
    with house.store.write() as db:
        found = people.officer(db, FINN.actor_id)
        people.change_officer(
            db,
            people.Officer(
                officer_id=found.officer_id, name=found.name, email=None, unit=found.unit, roles=()
            ),
        )
    assert "Ask an administrator" in visitor.get("/").text


def test_a_case_nobody_has_triaged_says_what_reading_makes_of_it_once_it_is_read(
    house, visits, read_ahead
):
    threatens, quiet = received(house, b"threat"), received(house, b"quiet")
    before = visits(ANNA).get("/").text
    assert "Reading sees" not in before
    assert sorted(read_ahead()) == ["quiet", "threat"]
    rows = dict(re.findall(r'<tr id="row-([\w-]+)">(.*?)</tr>', visits(ANNA).get("/").text, re.S))
    assert "Reading sees a threat to life" in rows[threatens]
    assert "Reading sees no threat" in rows[quiet]
    assert len(read_ahead()) == 2


def test_a_report_that_breaks_reading_is_logged_without_its_words_and_keeps_no_other_waiting(
    house, visits, read_ahead, caplog
):
    received(house, b"broken")
    received(house, b"threat")
    visits(ANNA).get("/")
    read_ahead()
    assert "could not be read ahead" in caplog.text
    assert visits(ANNA).get("/").text.count("Reading sees") == 1


def test_nothing_is_read_ahead_where_nobody_works_or_once_it_was_triaged(house, visits, read_ahead):
    warned(house)
    visits(ANNA).get("/")
    house.glances.at_work = False
    received(house, b"threat")
    visits(ANNA).get("/")
    assert read_ahead() == []
