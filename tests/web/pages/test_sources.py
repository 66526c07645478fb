"""What officers see of sources: which reports repeat which, beside each other, and where else."""

from dataclasses import replace

import pytest

from tests.builders import ANNA, INES
from tests.casework.test_sources import STORY
from tests.reading.stories import PRINTED, REPRINTED, UNRELATED, WIRE
from tests.support.house import JO
from tests.web.pages.test_receive import FIELDS, opened
from tocsin.casework.handle import handle
from tocsin.casework.intake import receive
from tocsin.domain import commands as c
from tocsin.domain.kinds import VictimKind


def told(house, text, by=ANNA, **changes):
    return receive(house, replace(STORY, content=text.encode(), **changes), by)


@pytest.fixture
def three(house):
    """A case of two printings of one story and another story: the receipts."""
    first = told(house, WIRE)
    return [first, *(told(house, one, case_id=first.case_id) for one in (PRINTED, UNRELATED))]


def test_the_case_counts_its_sources_and_shows_what_two_of_its_reports_share(three, visits):
    first, second, third = three
    page = visits(ANNA).get(f"/cases/{first.case_id}").text
    assert "3 reports, 2 sources." in page
    assert "One source, 2 reports" in page
    assert "they share 84 of 95 words" in page
    assert f"/reports/{third.report_id}/beside/" not in page
    both = (
        visits(ANNA)
        .get(f"/cases/{first.case_id}/reports/{second.report_id}/beside/{first.report_id}")
        .text
    )
    assert "These two reports are one source: they share 84 of 95 words." in both
    assert both.count("every such letter") == 2
    assert both.count('<mark class="app-cue app-cue--specific">') == 2


def test_reports_that_are_not_one_source_are_not_shown_as_if_they_were(three, visits):
    first, _, third = three
    there = f"/cases/{first.case_id}/reports/{third.report_id}/beside/{first.report_id}"
    assert visits(ANNA).get(there).status_code == 404


def test_the_findings_page_says_how_many_sources_there_are(house, three, visits):
    named = c.NameVictim(case_id=three[0].case_id, name="The port", kind=VictimKind.PLACE)
    handle(house, named, ANNA)
    page = visits(ANNA).get(f"/cases/{three[0].case_id}/victims/v1/findings").text
    assert "3 reports, at most 2 independent sources." in page


def test_the_queue_and_the_case_say_that_another_open_case_has_the_story(house, visits):
    first, second = told(house, WIRE), told(house, REPRINTED)
    queue = visits(ANNA).get("/").text
    assert queue.count("Same story as") == 1
    assert f'Same story as <a class="govuk-link app-code" href="/cases/{first.case_id}">' in queue
    page = visits(ANNA).get(f"/cases/{second.case_id}").text
    assert f"/cases/{first.case_id}" in page
    assert "had this story before" in page


def test_no_page_names_a_case_that_may_not_be_seen(house, visits):
    hidden, mine = told(house, WIRE, restricted=True), told(house, REPRINTED, JO)
    for path in ("/", f"/cases/{mine.case_id}"):
        page = visits(JO).get(path).text
        assert hidden.case_id not in page
        assert hidden.report_id not in page
    assert "A case that you may not see has this story too." in page
    there = f"/cases/{mine.case_id}/reports/{mine.report_id}/beside/{hidden.report_id}"
    assert visits(JO).get(there).status_code == 404
    assert visits(INES).get(there).status_code == 200


def sends(visitor, **fields):
    return visitor.post("/reports/new", data=FIELDS | fields)


def test_whoever_receives_a_story_that_is_here_is_asked_where_it_belongs(house, visits):
    first, visitor = told(house, WIRE), visits(ANNA)
    asked = sends(visitor, text=REPRINTED)
    assert asked.status_code == 422
    assert "One question first" in asked.text
    assert "This story is here already" in asked.text
    assert f"Add it to case {first.case_id}" in asked.text
    assert "nothing has been received yet" in asked.text
    joined = opened(house, sends(visitor, text=REPRINTED, join=first.case_id))
    assert (joined.case_id, len(joined.reports)) == (first.case_id, 2)


def test_it_may_all_the_same_have_a_case_of_its_own(house, visits):
    first = told(house, WIRE)
    apart = opened(house, sends(visits(ANNA), text=REPRINTED, join="apart"))
    assert apart.case_id != first.case_id


def test_nobody_is_asked_about_a_case_that_they_may_not_see(house, visits):
    told(house, WIRE, restricted=True)
    assert opened(house, sends(visits(JO), text=REPRINTED))
