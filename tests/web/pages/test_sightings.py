"""What waits for an answer across cases, and a list screened from the desk."""

import pytest
from bs4 import BeautifulSoup

from tests.builders import ADAM, ANNA, BEN, DMITRI, FINN, INES
from tests.casework.test_sighting import closed
from tests.support.house import JO, a_client
from tests.web.pages.case_desk import Answer, CaseDesk
from tests.web.pages.road import received
from tocsin.casework import comparing, list_underway
from tocsin.casework.handle import handle
from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM
from tocsin.domain.findings import Urgency
from tocsin.domain.sighting import alike
from tocsin.web.server import create_app

CSV = "name,date of birth,seat\nTimur Karelin,1980,4A\nIlda Norr,,5B\n,1971,6C\n"
ABOUT = {"name": "EXAMPLE 12", "purpose": "the arrivals of tonight"}


@pytest.fixture
def desk(house):
    """A case with somebody on watch."""
    assert comparing.matcher(120) is not None
    desk = CaseDesk.with_report(house, "Тимур Карелин ist verreist.".encode(), urgency=Urgency.NEAR)
    desk.does(ANNA, c.PutOnWatch, names=("Тимур Карелин",), reason="they warned us of him")
    return desk


def read(got, status=200):
    answer = Answer(got.status_code, BeautifulSoup(got.text, "lxml"))
    assert got.status_code == status, answer.text
    return answer


def asks(desk, who, path="/sightings", **how):
    return read(desk.client(who).get(path), **how)


def sends(desk, who, content=CSV, **fields):
    file = {"file": ("list.csv", content, "text/csv")} if content else None
    return desk.client(who).post("/lists/screen", data=ABOUT | fields, files=file)


def screened(desk, who, content=CSV, **fields):
    """The page of a list once it was screened."""
    got = sends(desk, who, content, **fields)
    assert got.status_code == 303, got.text
    lists = desk.clients[""].app.state.lists
    lists.sent_by(who)[0].done.result(60)
    return asks(desk, who, got.headers["location"])


def sighted(desk, case_id, row, probability, list_id="0123456789abcdef"):
    found = (alike("Тимур Карелин", f"Timur Karelin {row}", probability),)
    command = c.RecordSighting(
        case_id=case_id, watch_id="s1", list_id=list_id, row=row, found=found
    )
    handle(desk.app, command, SYSTEM)


def people_of(answer):
    return [one.get_text(" ", strip=True) for one in answer.soup.select("main section h2 bdi")]


def test_where_nothing_waits_it_says_what_would_stand_here(desk):
    page = asks(desk, ANNA)
    assert "No sighting waits for an answer." in page.text
    assert "in a report, or on a list that was screened" in page.text
    assert page.soup.select_one("nav [aria-current]").get_text(strip=True) == "Sightings"


def test_a_report_that_may_name_somebody_waits_here_with_both_names_and_is_answered(desk):
    elsewhere = received(desk.app, b"Mr. Timur Karelin left the train at Lindau.")
    page = asks(desk, BEN)
    hit = page.soup.select_one(f"#{desk.case_id}-s1-h1")
    text = " ".join(hit.get_text(" ").split())
    assert "Тимур Карелин" in text
    assert "Mr. Timur Karelin left the train" in text
    assert hit.select_one("time.app-clock")
    assert "1 sighting waits for an answer" in page.text
    ways = page.goes_to()
    assert f"/cases/{desk.case_id}/watches/s1/sightings/h1" in ways
    assert any(one.startswith(f"/cases/{elsewhere}/reports/") for one in ways)
    assert "1 sighting waits for an answer" in asks(desk, BEN, "/").text
    desk.sends(ANNA, "/watches/s1/sightings/h1", answer="not_same", reason="that one is sixty")
    assert "No sighting waits" in asks(desk, BEN).text


def test_the_gravest_case_stands_first_and_three_of_each_person_part_by_part(desk):
    graver = received(desk.app, b"another", urgency=Urgency.IMMINENT)
    sham = received(desk.app, b"an exercise", urgency=Urgency.IMMINENT, exercise=True)
    for case_id, name in ((graver, "Юрий Норр"), (sham, "Sham Person")):
        put = c.PutOnWatch(case_id=case_id, names=(name,), reason="warned of")
        handle(desk.app, put, ANNA)
        sighted(desk, case_id, 9, 0.7, list_id="fedcba9876543210")
    for row in range(1, 6):
        sighted(desk, desk.case_id, row, row / 6)
    page = asks(desk, ANNA)
    assert people_of(page) == ["Юрий Норр", "Тимур Карелин", "Sham Person"]
    shown = [one["id"].removeprefix(desk.case_id) for one in page.soup.select(".app-hit")]
    assert shown[1:4] == ["-s1-h5", "-s1-h4", "-s1-h3"]
    assert "Show the other 2" in page.text
    assert "Timur Karelin 2" in page.soup.select_one("details li").get_text(" ")
    assert "7 sightings wait for an answer , of 3 people" in page.text
    only = asks(desk, ANNA, "/sightings?list=0123456789abcdef")
    assert people_of(only) == ["Тимур Карелин"]
    received(desk.app, b"Mr. Timur Karelin left the train at Lindau.")
    assert "Reports : 1 waits" in asks(desk, ANNA).text
    (hit,) = asks(desk, ANNA, "/sightings?list=reports").soup.select(".app-hit")
    assert "left the train" in hit.get_text()
    assert asks(desk, ANNA, "/sightings?page=99").status == 200


def test_of_cases_that_one_may_not_see_nothing_stands_here_not_even_a_number(desk):
    before = asks(desk, DMITRI).soup.select_one("main").get_text()
    assert "1 sighting" in screened(desk, ANNA).text
    assert "EXAMPLE 12" in asks(desk, ANNA).text
    assert "Nobody on watch was found" in screened(desk, DMITRI).text
    assert asks(desk, DMITRI).soup.select_one("main").get_text() == before
    desk.does(JO, c.RestrictCase, restricted=True, reason="a source")
    assert "No sighting waits" in asks(desk, BEN).text
    assert "No sighting waits" in asks(desk, BEN, "/sightings").text
    assert "Nothing of this list waits" in asks(desk, BEN, f"/sightings?list={'0' * 16}").text


def test_inspectors_read_it_without_a_way_to_answer_and_others_do_not_have_it_in_their_menu(desk):
    sighted(desk, desk.case_id, 1, 0.9)
    page = asks(desk, INES)
    assert "Timur Karelin 1" in page.text
    assert not any("/sightings/h1" in one for one in page.goes_to())
    menu = asks(desk, FINN, "/").soup.select_one("header nav")
    assert "/sightings" not in {one["href"] for one in menu.select("a")}
    assert desk.client(ADAM).get("/sightings").status_code == 403


def test_a_list_sent_to_the_desk_tells_whom_it_may_name_and_which_rows_were_not_screened(desk):
    page = screened(desk, ANNA)
    assert "1 sighting in the cases that you may see" in page.text
    assert "3 rows: 2 screened, 1 not screened" in page.text
    assert "Row 4: it has no name" in page.text
    assert "Columns not looked at: seat" in page.text
    assert people_of(page) == ["Тимур Карелин"]
    hit = page.soup.select_one(".app-hit").get_text(" ")
    assert "row 2 of EXAMPLE 12" in " ".join(hit.split())
    again = screened(desk, ANNA)
    assert len(desk.case.watches["s1"].sightings) == 1
    listed = asks(desk, ANNA).soup.select("[aria-labelledby=lists] li")[-1].get_text(" ")
    assert "EXAMPLE 12 : 1 waits" in " ".join(listed.split())
    assert "the arrivals of tonight" in listed
    assert again.text == page.text


def test_while_it_is_screened_the_page_says_how_far_it_is_and_looks_again_without_scripts(
    desk, monkeypatch
):
    app = desk.app
    monkeypatch.setattr(list_underway, "Thread", Idle)
    got = sends(desk, ANNA)
    where = got.headers["location"]
    page = asks(desk, ANNA, where)
    assert "Still being screened: 0 of about 3 rows" in page.text
    assert page.soup.select_one("noscript meta[http-equiv=refresh]")
    assert "Send this one when that one is done" in read(sends(desk, ANNA), 429).text
    assert a_client(app, BEN, desk.clients[""].app).get(where).status_code == 404
    anew = a_client(app, ANNA, create_app(app))
    assert "Send the list again" in read(anew.get(where), 404).text


class Idle:
    """A thread that never comes to run."""

    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        pass


@pytest.mark.parametrize(
    ("content", "fields", "said"),
    [
        (None, {}, "Choose the list"),
        (CSV, {"name": " "}, "Say what the list is"),
        (CSV, {"purpose": ""}, "Say what it is screened for"),
        ("a,b\n1,2\n", {}, "names no column that is known"),
        ("name\n" + "x\n" * 50_001, {}, "over 50,000 rows"),
    ],
)
def test_what_is_no_list_or_is_not_said_what_for_is_sent_back_with_what_was_typed(
    desk, content, fields, said
):
    page = read(sends(desk, ANNA, content, **fields), 422)
    assert said in " ".join(page.errors)
    assert page.value("name") == (ABOUT | fields)["name"]


def test_what_goes_on_beyond_the_most_rows_is_said_not_to_be_screened(desk, monkeypatch):
    monkeypatch.setattr(list_underway, "MOST_ROWS", 3)
    page = screened(desk, ANNA, '{"name": "A B"}\n' * 3 + '{"name": "Timur Karelin"}')
    assert "only its first 3 rows were screened" in page.text
    assert "Nobody on watch was found" in page.text


def test_a_sighting_of_a_closed_case_is_told_on_the_queue_and_opens_the_case_when_it_is_the_same(
    desk,
):
    closed(desk.app, desk.case_id)
    assert "wait" not in asks(desk, ANNA, "/").soup.select_one("#calls").get_text()
    sighted(desk, desk.case_id, 1, 0.9)
    assert "1 sighting waits for an answer , in a closed case" in asks(desk, ANNA, "/").text
    assert "Answer the sighting" in asks(desk, ANNA, "/?state=closed").text
    assert "Case closed" in asks(desk, ANNA).text
    desk.sends(ANNA, "/watches/s1/sightings/h1", answer="same", reason="his photograph")
    assert desk.case.is_open
    assert "No sighting waits" in asks(desk, ANNA).text
