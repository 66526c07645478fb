"""A subject on watch who may have been met: seen part by part, answered, told to no one else."""

import pytest

from tests.builders import ANNA, BEN, INES
from tests.support.house import JO, a_client
from tests.web.pages.case_desk import CaseDesk
from tests.web.pages.road import received
from tocsin.casework import comparing
from tocsin.casework.handle import apply, handle
from tocsin.casework.reads import case_of
from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM
from tocsin.domain.sighting import SightingAnswer, alike

REPORT = "The train was late. Mr. Timur Rustamowitsch Karelin left it at Lindau. Nobody else did."
ANSWER = "/watches/s1/sightings/h1"


@pytest.fixture
def desk(house):
    """A case with somebody on watch."""
    assert comparing.matcher(120) is not None
    desk = CaseDesk.with_report(house, "Тимур Карелин ist verreist.".encode())
    desk.does(ANNA, c.PutOnWatch, names=("Тимур Карелин",), reason="they warned us of him")
    return desk


@pytest.fixture
def elsewhere(desk):
    """A report in another case that names him in another script."""
    return received(desk.app, REPORT.encode())


def test_a_sighting_shows_both_names_part_by_part_in_its_sentence_with_its_clock(desk, elsewhere):
    page = desk.asks(ANNA)
    hit = page.soup.select_one("#s1-h1")
    text = " ".join(hit.get_text(" ").split())
    assert "one person: 9" in text
    assert " ".join(hit.select_one("blockquote").get_text().split()) == (
        "Mr. Timur Rustamowitsch Karelin left it at Lindau."
    )
    pairs = [" ".join(one.stripped_strings) for one in hit.select(".app-pairs li")]
    assert pairs[0].startswith("Тимур the same, ")
    assert any("Rustamowitsch" in one and "nothing answers it" in one for one in pairs)
    assert hit.select_one("time.app-clock")
    assert {f"/cases/{desk.case_id}{ANSWER}"} <= page.goes_to()
    queue = a_client(desk.app, BEN).get("/").text
    assert "1 sighting to answer" in queue


def test_it_is_answered_by_a_person_with_a_reason_and_similar_names_stand_nearby(desk, elsewhere):
    page = desk.asks(ANNA, ANSWER)
    nearby = page.soup.select_one("[aria-labelledby=nearby]").get_text(" ")
    assert "Timur Rustamowitsch Karelin" in nearby
    wrong = desk.sends(ANNA, ANSWER, status=422, answer="", reason="")
    assert len(wrong.errors) == 2
    page = desk.sends(ANNA, ANSWER, answer="cannot_tell", reason="his passport would")
    assert "Cannot be told yet" in page.text
    page = desk.sends(ANNA, ANSWER, answer="not_same", reason="that one is sixty")
    assert "h1 : somebody else, that one is sixty" in page.text.replace("h1:", "h1 :")
    assert desk.case.watches["s1"].sightings["h1"].answer is SightingAnswer.NOT_SAME
    assert ANSWER not in "".join(page.goes_to())


def test_of_a_report_that_may_not_be_seen_nothing_is_told_but_that_there_is_something(desk):
    other = received(desk.app, REPORT.encode(), by=JO)
    handle(desk.app, c.RestrictCase(case_id=other, restricted=True, reason="a source"), JO)
    for path in ("", ANSWER):
        text = desk.asks(ANNA, path).soup.select_one("#s1-h1").get_text(" ")
        assert "in a case that you may not see" in text
        page = desk.asks(ANNA, path).text  # with its history
        assert "Rustamowitsch" not in page
        assert other not in page
    assert "Rustamowitsch" in desk.asks(INES).soup.select_one("#s1-h1").get_text(" ")


def test_of_many_the_likeliest_stand_first_and_the_rest_behind_a_summary(desk):
    for row in range(1, 7):
        found = (alike("Тимур Карелин", f"Timur Karelin{'aev' * (row % 3)}", row / 10),)
        command = c.RecordSighting(
            case_id=desk.case_id, watch_id="s1", list_id="0123456789abcdef", row=row, found=found
        )
        handle(desk.app, command, SYSTEM)
    page = desk.asks(ANNA)
    assert [one["id"] for one in page.soup.select("#main-content .app-hit")] == [
        "s1-h6", "s1-h5", "s1-h4"
    ]  # fmt: skip
    assert "Show the other 3 of s1" in page.text
    assert "row 6 of list" in page.soup.select_one("#s1-h6").get_text(" ")
    assert "; 5 more wait" in page.text


def test_a_list_that_names_somebody_without_end_makes_no_page_without_end(desk):
    found = (alike("Тимур Карелин", "Timur Karelin", 0.9),)
    with desk.app.store.write() as db:
        case = desk.case
        for row in range(1, 61):
            one = c.RecordSighting(
                case_id=desk.case_id, watch_id="s1", list_id="ab" * 8, row=row, found=found
            )
            case = apply(desk.app, db, one, SYSTEM, known=case)
    page = desk.asks(ANNA)
    assert "And 7 less likely ones, which follow as these are answered." in page.text
    assert len(page.soup.select('#main-content a[href*="/sightings/"]')) < 60


def test_until_names_are_loaded_a_sighting_stands_there_without_its_parts(
    desk, elsewhere, monkeypatch
):
    monkeypatch.setattr(comparing, "matcher", lambda *_: None)
    for path in ("", ANSWER):
        hit = desk.asks(ANNA, path).soup.select_one("#s1-h1").get_text(" ")
        assert "Timur Rustamowitsch Karelin" in hit
        assert "still being loaded" in hit


def test_whom_a_warning_names_goes_on_watch_in_one_step(desk, elsewhere):
    sent = {
        "sender": "Ostmark", "received_at": "2024-03-07T08:30", "zone": "UTC", "path": "a letter",
        "answer_to": "", "language": "en", "claims": "Timur Karelin met Ilda Norr\nhe has left",
    }  # fmt: skip
    desk.sends(ANNA, f"/reports/{desk.report_id}/inbound", **sent)
    page = desk.asks(ANNA, f"/reports/{desk.report_id}/names")
    names = [one.get_text(strip=True) for one in page.soup.select("main h2 bdi")]
    assert {"Timur Karelin", "Ilda Norr"} <= {*names}
    met = page.soup.select_one("[aria-labelledby=person-1]").get_text(" ")
    assert "Timur Rustamowitsch Karelin" in met
    number = names.index("Ilda Norr") + 1
    wrong = desk.sends(ANNA, f"/reports/{desk.report_id}/names", status=422, reason="")
    assert len(wrong.errors) == 2
    ticked = {
        "pick": str(number),
        f"names.{number}": "Ilda Norr\nИльда Норр",
        "reason": "warned of",
    }
    desk.sends(ANNA, f"/reports/{desk.report_id}/names", **ticked)
    watch = case_of(desk.app, desk.case_id).watches["s2"]
    assert (watch.names, watch.inbound_id) == (("Ilda Norr", "Ильда Норр"), "i1")
    assert "On watch here" in desk.asks(ANNA, f"/reports/{desk.report_id}/names").text
