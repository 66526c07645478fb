"""Names beside each other: why two count as one or do not, for an officer to read."""

import pytest
from bs4 import BeautifulSoup

from tests.builders import ANNA, BEN, DMITRI, EVA
from tests.web.pages.case_desk import CaseDesk
from tests.web.pages.road import received
from tocsin.casework import comparing
from tocsin.casework import met as meeting
from tocsin.domain import commands as c

PAIR = {
    "one": "Timur Rustamowitsch Karelin",
    "other": "Карелин Тимур",
    "one_born": "",
    "other_born": "",
}


@pytest.fixture(autouse=True)
def _ready():
    """Loading what is known of names takes longer than a page waits."""
    assert comparing.matcher(120) is not None


def told(client, path, **fields):
    got = client.post(f"/names/{path}", data=fields)
    return got.status_code, BeautifulSoup(got.text, "lxml").select_one("main")


def test_two_names_are_shown_part_by_part_with_what_each_part_adds(visits):
    status, main = told(visits(ANNA), "why", **PAIR)
    assert status == 200
    assert "They count as one person" in main.text
    pairs = [" ".join(one.stripped_strings) for one in main.select(".app-pairs li")]
    assert len(pairs) == 3
    assert pairs[0].startswith("Timur the same, ")
    assert "times as likely" in pairs[0]
    assert "Rustamowitsch nothing answers it" in pairs[1]
    assert {bdi["dir"] for bdi in main.select("bdi[dir]")} == {"auto"}


def test_what_speaks_against_one_person_and_how_far_it_is_to_the_line_is_said(visits):
    _, main = told(
        visits(ANNA),
        "why",
        **PAIR | {"other": "Тимофей Громов", "other_born": "1950", "one_born": "1986"},
    )
    assert "They count as two persons" in main.text
    assert "something must make it" in main.text
    assert "stands in one name alone" in main.text
    assert "dates of birth far apart" in main.text.casefold()


@pytest.mark.parametrize("bad", ["", "12345", "..."])
def test_a_name_without_letters_is_a_mistake_in_its_field(visits, bad):
    status, main = told(visits(ANNA), "why", **PAIR | {"other": bad})
    assert status == 422
    assert main.select_one("#other-error")


def test_while_names_are_loading_the_page_says_so_and_keeps_what_was_typed(visits, monkeypatch):
    monkeypatch.setattr(comparing, "matcher", lambda: None)
    status, main = told(visits(ANNA), "why", **PAIR)
    assert status == 503
    assert "still being loaded" in main.text
    assert main.select_one("#other")["value"] == PAIR["other"]


LETTER = "Der Fahrer heißt Timur Karelin. Вчера Тимур Рустамович Карелин уехал. Timur Karelin!"


def test_a_name_that_was_met_is_found_in_its_spellings_with_counts_by_person(visits, house):
    desk = CaseDesk.with_report(house, LETTER.encode())
    given = {"names": "Тимур Карелин", "births": "", "identifiers": "", "reason": "they warned us"}
    desk.sends(ANNA, "/watches/new", **given, inbound_id="", review_at="", zone="UTC")
    received(house, b"The singer Ilda Norr arrives on Friday.")
    status, main = told(visits(ANNA), "met", name="Karelin, Timur", born="")
    assert status == 200
    (found,) = main.select("article")
    spellings = [" ".join(one.stripped_strings) for one in found.select("li")]
    assert len(spellings) == 3
    assert spellings[0].startswith("Тимур Карелин 9")
    assert any("Timur Karelin" in one and "2 times in reports" in one for one in spellings)
    assert any("Тимур Рустамович Карелин" in one and "1 time in" in one for one in spellings)
    assert "2 of 2 reports" in main.text


def test_whoever_may_not_see_a_case_learns_nothing_of_its_names_nor_its_number(visits, house):
    CaseDesk.with_report(house, LETTER.encode()).does(
        BEN, c.RestrictCase, restricted=True, reason="x"
    )
    for stranger in (DMITRI, EVA):
        _, main = told(visits(stranger), "met", name="Timur Karelin", born="")
        assert "Nobody of this or a similar name" in main.text
        assert "0 of 0 reports" in main.text


def test_where_time_runs_out_it_is_said_and_nothing_is_claimed(house, visits, monkeypatch):
    CaseDesk.with_report(house, LETTER.encode())
    monkeypatch.setattr(meeting, "SECONDS", -1.0)
    _, main = told(visits(ANNA), "met", name="Timur Karelin", born="")
    assert "That is not all: time ran out" in main.text
