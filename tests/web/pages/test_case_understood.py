"""What reading makes of a report: proposed in its very words, never answered for an officer."""

import pytest

from tests.builders import ANNA, EVA
from tests.web.pages.case_desk import CaseDesk
from tocsin.reading import encoder_windows

TEXT = (
    b"Extremists plan to kill people at the Aurora Concert Hall on 9 March 2024. "
    b"They bought two rifles."
)


@pytest.fixture
def desk(house):
    return CaseDesk.with_report(house, TEXT)


def test_the_page_of_a_report_tells_what_reading_proposes_with_the_very_words(desk):
    page = desk.asks(ANNA, f"/reports/{desk.report_id}")
    proposed = page.soup.select_one(".app-proposed")
    assert "Harm" in proposed.text
    quoted = [one.get_text() for one in proposed.select("q")]
    assert quoted
    assert all(words in TEXT.decode() for words in quoted)
    assert "you decide" in page.text


def test_the_case_says_for_each_report_whether_reading_sees_a_threat(desk):
    assert "Reading sees a threat to life" in desk.asks(ANNA).text


def test_who_is_proposed_can_be_named_from_there_by_whoever_may(desk):
    page = desk.asks(ANNA, f"/reports/{desk.report_id}")
    link = page.soup.select_one('.app-proposed a[href*="/victims/new"]')
    form = desk.asks(ANNA, link["href"].removeprefix(f"/cases/{desk.case_id}"))
    assert form.value("name") in TEXT.decode()
    assert not desk.asks(EVA, f"/reports/{desk.report_id}").soup.select(
        '.app-proposed a[href*="/victims/new"]'
    )


def test_reasons_and_words_are_filled_in_on_demand_and_answers_never(desk):
    desk.sends(ANNA, "/victims/new", name="Aurora Concert Hall", kind="place")
    path = "/victims/v1/findings"
    assert not desk.asks(ANNA, path).value("harm.words")
    page = desk.asks(ANNA, f"{path}?take=1")
    assert page.value("harm.words") in TEXT.decode()
    assert page.value("harm.basis")
    assert not page.soup.select('main input[type="radio"][checked]')


def test_a_report_with_no_threat_says_so_and_that_reading_can_be_wrong(house):
    desk = CaseDesk.with_report(house, b"The library opens at nine. Readers may borrow six books.")
    page = desk.asks(ANNA, f"/reports/{desk.report_id}")
    assert "Reading sees no threat to life. It can be wrong." in page.text
    assert not page.soup.select(".app-proposed")


def test_what_rules_alone_read_is_said(house, monkeypatch):
    monkeypatch.setattr(encoder_windows, "MOST", 1)
    desk = CaseDesk.with_report(house, TEXT + b" The gate was open." * 200)
    page = desk.asks(ANNA, f"/reports/{desk.report_id}")
    assert "Rules alone read the" in page.text
    assert "characters before its end." in page.text
