"""The record, for inspectors."""

import json
from html import unescape

from tests.builders import ANNA, DAY, INES
from tests.web.pages.road import received
from tocsin.casework.export import house_key_text
from tocsin.casework.worker import work_all


def test_only_inspectors_see_the_record(house, visits):
    case_id = received(house)
    assert visits(ANNA).get("/record").status_code == 403
    assert visits(ANNA).get(f"/record/export?case={case_id}").status_code == 403


def test_the_record_tells_its_length_its_key_and_its_newest_events_without_content(house, visits):
    case_id = received(house, title="A title beside the record")
    shown = visits(INES).get("/record").text
    assert house_key_text(house) in unescape(shown)
    assert "Case opened" in shown
    assert f'href="/cases/{case_id}"' in shown
    assert "A title beside the record" not in shown


def test_an_empty_record_is_no_error(visits):
    assert "Nothing has happened yet" in visits(INES).get("/record").text


def test_cases_that_lapsed_undecided_are_listed_the_most_lapses_first(house, hands, visits):
    quiet = received(house, b"one report", title="Quiet")
    hands.advance(DAY)
    work_all(house, "worker")
    fresh = received(house, b"another report", title="Fresh", acquired_at=hands.now)
    shown = visits(INES).get("/record").text
    lapsed = shown[: shown.index("Take a case away")]
    assert quiet in lapsed
    assert fresh not in lapsed


def test_a_case_is_taken_away_as_a_file(house, visits):
    case_id = received(house)
    answer = visits(INES).get("/record/export", params={"case": f" {case_id.lower()} "})
    assert f'filename="{case_id}.json"' in answer.headers["content-disposition"]
    assert json.loads(answer.content)
    assert visits(INES).get("/record/export?case=C-0000-0000").status_code == 404
