"""The record searched on its pages and through the API, and the answer taken away."""

from base64 import b64decode

import pytest
from bs4 import BeautifulSoup

from tests.builders import ADAM, ANNA, INES
from tests.casework.road import everything
from tests.support.house import JO, log_keys
from tests.web.pages.road import received
from tocsin.casework import records
from tocsin.casework.handle import handle
from tocsin.domain import commands as c
from tocsin.domain.kinds import VictimKind
from tocsin.record.answer import verify_answer
from tocsin.web.pages import record_search

ASKED = {"kind": "subject", "texts": "KRALL, Zebulon\nZeb", "before": "", "reason": "inquiry 7"}


@pytest.fixture
def case_id(house):
    """A case that names somebody."""
    found = received(house)
    command = c.NameVictim(case_id=found, name="Zebulon Krall", kind=VictimKind.PERSON)
    handle(house, command, ANNA)
    return found


def asked(client, status=200, **changes):
    answer = client.post("/record/search", data={**ASKED, **changes})
    assert answer.status_code == status
    return BeautifulSoup(answer.text, "lxml")


def file_of(page):
    link = page.select_one("a[download]")
    head, _, data = str(link["href"]).partition(",")
    assert head == "data:application/json;base64"
    return str(link["download"]), b64decode(data)


def test_what_was_found_is_shown_case_by_case_and_its_file_verifies(house, visits, case_id):
    page = asked(visits(INES))
    assert "Found in 1 case" in page.h1.get_text()
    assert page.select_one(f'a[href="/cases/{case_id}"]')
    name, file = file_of(page)
    report = verify_answer(file, keys=log_keys(house), tag_key=house.keys.tags)
    assert (report.faults, name) == ((), f"answer-{report.searched}.json")
    assert f"tocsin verify {name}" in page.get_text()
    assert {"krall zebulon", "zeb"} <= {one.get_text() for one in page.select("main ul li")}


def test_nobody_found_is_an_answer_too(house, visits, case_id):
    page = asked(visits(INES), texts="Nobody Atall", before="2024-03-01T00:00")
    assert "Nothing is on the record" in page.h1.get_text()
    assert "No checkpoint is so old" in page.get_text()
    assert verify_answer(file_of(page)[1], keys=log_keys(house)).records == {}


def test_a_case_is_found_by_its_number_however_it_is_typed(visits, case_id):
    page = asked(visits(INES), kind="case", texts=case_id.lower())
    assert page.select_one(f'a[href="/cases/{case_id}"]')


def test_an_answer_too_large_for_a_page_is_given_as_a_file(house, visits, case_id, monkeypatch):
    monkeypatch.setattr(record_search, "MOST_IN_PAGE", 10)
    answer = visits(INES).post("/record/search", data=ASKED)
    assert "attachment" in answer.headers["content-disposition"]
    assert not verify_answer(answer.content, keys=log_keys(house)).faults


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"texts": " \n "}, "texts", "Enter a name"),
        ({"texts": "x" * 501}, "texts", "at most"),
        ({"reason": ""}, "reason", "Enter why"),
        ({"before": "soon"}, "before", "Enter a date"),
        ({"before": "2124-03-01T00:00"}, "before", "past"),
        ({"kind": "class"}, "kind", "Choose one"),
    ],
)
def test_a_mistake_is_shown_at_its_field_and_nothing_is_on_the_record(
    house, visits, case_id, changes, field, words
):
    before = everything(house)
    page = asked(visits(INES), 422, **changes)
    summary = page.select_one(".govuk-error-summary")
    assert words in summary.get_text()
    assert summary.select_one(f'a[href="#{field}"]')
    assert everything(house) == before


@pytest.mark.parametrize("other", [JO, ADAM, ANNA])
def test_nobody_else_may_search(house, visits, case_id, other):
    before = everything(house)
    client = visits(other)
    assert client.get("/record/search").status_code == 403
    asked(client, 403)
    assert client.post("/api/record/search", json={"texts": ["x"]}).status_code == 403
    assert everything(house) == before


def test_a_program_gets_the_same_answer(house, visits, case_id):
    question = {"texts": ["Zebulon Krall"], "reason": "inquiry 7", "before": "2024-03-01T00:00:00Z"}
    answer = visits(INES).post("/api/record/search", json=question)
    assert answer.status_code == 200
    told = answer.json()
    (case,) = told["cases"]
    assert (case["case_id"], told["before"]) == (case_id, 0)
    report = verify_answer(told["file"].encode(), keys=log_keys(house), tag_key=house.keys.tags)
    assert (report.faults, set(report.records)) == ((), set(case["all"]))
    with house.store.read() as db:
        searched = records.everything(house, db, told["index"], 1)[0].fields
    assert (searched["kind"], searched["by"]) == ("SearchMade", INES.actor_id)
    for wrong in ({"texts": []}, {"kind": "class"}, {"more": 1}, {"reason": ""}):
        refused = visits(INES).post("/api/record/search", json=question | wrong)
        assert refused.status_code == 422
