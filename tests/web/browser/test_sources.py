"""Which reports are one source, by the keys alone, without scripts, on every screen."""

from playwright.sync_api import expect

from tests.builders import ANNA
from tests.casework.test_sources import told
from tests.reading.stories import PRINTED, REPRINTED, UNRELATED, WIRE
from tests.support.axe import faults

SAID = {
    "text": REPRINTED,
    "acquired_at": "2024-03-07T08:30",
    "acquired_by": "hugo.berg",
    "received_from": "desk south",
}


def test_a_story_that_is_here_joins_its_case_and_both_printings_stand_beside_each_other(site, room):
    first = told(site.app, WIRE)
    for one in (PRINTED, UNRELATED):
        told(site.app, one, case_id=first.case_id)
    page, found = room(False).page(ANNA), []
    page.goto(f"{site.url}/reports/new")
    for name, value in SAID.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Receive", exact=True).press("Enter")
    page.get_by_label(f"Add it to case {first.case_id}").press("Space")
    page.get_by_role("button", name="Receive", exact=True).press("Enter")
    expect(page.get_by_text("4 reports, 2 sources.")).to_be_visible()
    expect(page.get_by_text("One source, 3 reports")).to_be_visible()
    page.get_by_role("link", name="See both").first.press("Enter")
    expect(page.get_by_text("These two reports are one source")).to_be_visible()
    page.get_by_role("link", name="Passage 1 in the other report").first.press("Enter")
    assert page.url.endswith("#b1")
    looks = room().page(ANNA)
    for path in (page.url, f"{site.url}/cases/{first.case_id}"):
        looks.goto(path)
        found += faults(looks)
    assert found == []
