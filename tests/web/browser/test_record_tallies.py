"""Tallies in a browser, without scripts, at both widths."""

from playwright.sync_api import expect

from tests.builders import INES
from tests.casework.counted import LATER, cosigned, of_every_class, put
from tests.support.axe import faults


def test_a_period_is_counted_and_sampled_without_any_script(site, room):
    site.hands.now = LATER
    put(site.app, {case_id: desk for case_id, (desk, _) in of_every_class().items()})
    page = room(False).page(INES)
    page.goto(site.url + "/record/tallies")
    page.get_by_label("Count a period").fill("2024Q1")
    page.get_by_role("button", name="Count").press("Enter")
    page.get_by_role("heading", name="2024Q1").wait_for()
    with page.expect_download() as taken:
        page.get_by_role("link", name="File").click()
    assert taken.value.suggested_filename.startswith("tally-")
    cosigned(site.app)
    page.get_by_role("link", name="Draw a sample").click()
    page.get_by_role("heading", name="Sample of 2024Q1").wait_for()
    expect(page.get_by_role("link", name="C-DRILL")).to_be_visible()


def test_no_page_of_tallies_breaks_a_rule_of_accessibility_or_the_screen(site, room):
    site.hands.now = LATER
    put(site.app, {case_id: desk for case_id, (desk, _) in of_every_class().items()})
    page = room().page(INES)
    page.goto(site.url + "/record/tallies")
    found = faults(page)
    page.get_by_role("button", name="Count").click()
    found += faults(page)
    page.get_by_label("Count a period").fill("2024Q1")
    page.get_by_role("button", name="Count").click()
    page.get_by_role("heading", name="2024Q1").wait_for()
    cosigned(site.app)
    for link in (None, "Draw a sample"):
        if link:
            page.get_by_role("link", name=link).click()
            page.get_by_role("heading", name="Sample of 2024Q1").wait_for()
        found += faults(page)
    assert found == []
