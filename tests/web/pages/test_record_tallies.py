"""Tallies on their page: counted, listed by period, taken away, and looked into."""

import pytest
from bs4 import BeautifulSoup

from tests.builders import ANNA, BEN, INES
from tests.casework.counted import LATER, cosigned, of_every_class, put
from tests.support.house import a_client, log_keys
from tocsin.domain.duties import CLASSES, EXERCISE
from tocsin.record.tally import verify_tally
from tocsin.web.pages.record_tallies import SAID, said

PERIOD = "2024Q1"


@pytest.fixture
def inspector(house, hands, visits):
    """An inspector's browser, in a house with a case of every class."""
    hands.now = LATER
    put(house, {case_id: desk for case_id, (desk, _) in of_every_class().items()})
    return visits(INES)


def rows(answer, caption):
    """Cells of the first table whose caption has these words."""
    soup = BeautifulSoup(answer.text, "lxml")
    table = next(one for one in soup.select("table") if caption in one.caption.get_text())
    return [[td.get_text(" ", strip=True) for td in tr.select("td")] for tr in table.select("tr")]


def counted(client, period=PERIOD):
    answer = client.post("/record/tallies", data={"period": period})
    assert answer.status_code == 303
    return int(answer.headers["location"].rpartition("-")[2])


def test_a_period_is_counted_and_shown_in_plain_words(inspector):
    assert "No period has been counted yet" in inspector.get("/record/tallies").text
    counted(inspector, "2024q1")
    page = inspector.get("/record/tallies")
    table = dict(row for row in rows(page, "As it stood") if row)
    assert table["Confirmed by a recipient"] == "3"
    assert table["Lapsed, undecided"] == "1"
    assert table["Waived: Already aware"] == "1"
    assert table["All that were owed"] == "12"
    assert "1 in exercises" in page.text


def test_every_count_stands_under_its_period_with_who_made_it(inspector):
    counted(inspector, "2024")
    first, second = counted(inspector), counted(inspector)
    page = inspector.get("/record/tallies")
    counts = [row for row in rows(page, f"Every count of {PERIOD}") if row]
    assert [row[4] for row in counts] == [str(second), str(first)]
    assert {row[1] for row in counts} == {INES.actor_id}
    headings = [one.get_text() for one in BeautifulSoup(page.text, "lxml").select("h2")]
    assert headings == [PERIOD, "2024"]


def test_the_file_is_taken_away_and_verifies(house, inspector):
    index = counted(inspector)
    answer = inspector.get(f"/record/tallies/{index}/file")
    assert f'filename="tally-{index}.json"' in answer.headers["content-disposition"]
    report = verify_tally(answer.content, keys=log_keys(house))
    assert (report.faults, report.parted) == ((), True)
    assert inspector.get("/record/tallies/0/file").status_code == 404


@pytest.mark.parametrize(("period", "why"), [("", "Enter a year"), ("2031", "has not begun")])
def test_a_period_that_cannot_be_counted_is_asked_for_again(inspector, period, why):
    answer = inspector.post("/record/tallies", data={"period": period})
    assert answer.status_code == 422
    assert why in answer.text
    assert f'value="{period}"' in answer.text or not period


def test_a_sample_is_drawn_once_witnesses_have_seen_the_tally(house, inspector):
    index = counted(inspector)
    assert inspector.get(f"/record/tallies/{index}/sample").status_code == 409
    size = cosigned(house)
    page = inspector.get(f"/record/tallies/{index}/sample")
    drawn = [row for row in rows(page, "exercises among them") if row]
    assert len(drawn) == 13
    assert ["C-DRILL", "v1", "An exercise"] in drawn
    again = f"/record/tallies/{index}/sample?size={size}"
    assert again in page.text
    assert [row for row in rows(inspector.get(again), "exercises") if row] == drawn


def test_only_inspectors_come_to_the_tallies(house, visits):
    for one in (ANNA, BEN):
        for path in ("/record/tallies", "/record/tallies/0/file", "/record/tallies/0/sample"):
            assert visits(one).get(path).status_code == 403
        assert visits(one).post("/record/tallies", data={"period": "2024"}).status_code == 403


def test_every_class_has_plain_words(house):
    assert SAID.keys() == set(CLASSES) - {EXERCISE}
    assert said(house, "waived/of_a_pack_long_gone") == "Waived: of_a_pack_long_gone"


def test_programs_count_list_take_away_and_draw_the_same(house, inspector):
    made = inspector.post("/api/record/tallies", json={"period": PERIOD})
    assert made.status_code == 201
    assert (made.json()["owed"], made.json()["exercises"]) == (12, 1)
    assert inspector.get("/api/record/tallies").json() == [made.json()]
    place = f"/api/record/tallies/{made.json()['index']}"
    file = inspector.get(f"{place}/file").content
    assert verify_tally(file, keys=log_keys(house)).parted
    cosigned(house)
    drawn = inspector.get(f"{place}/sample?most_wrong=0.2&confidence=0.5").json()["drawn"]
    assert len(drawn) == 4
    assert inspector.post("/api/record/tallies", json={"period": "2031"}).status_code == 422
    assert a_client(house, ANNA).get("/api/record/tallies").status_code == 403
