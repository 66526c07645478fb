"""Names beside each other, and a sighting answered: by keys alone, on a telephone, no scripts."""

from tests.builders import ANNA
from tests.support.axe import violations
from tests.web.pages.case_desk import CaseDesk
from tests.web.pages.road import received
from tocsin.casework import comparing
from tocsin.domain import commands as c

SIZES = ({"width": 320, "height": 640}, {"width": 1280, "height": 900})
REPORT = "Der Beamte nannte Timur Rustamowitsch Karelin, geb. 21.10.1986. وقال تيمور كارلين"


def looks(page, path):
    """What is wrong with how a page looks to people and to their machines."""
    for size in SIZES:
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            yield f"{path} is {wide} wide on {size['width']}"
    yield from (f"{path}: {one}" for one in violations(page))


def test_a_sighting_is_answered_by_the_keys_and_every_page_of_names_fits(site, room):
    assert comparing.matcher(120) is not None
    desk = CaseDesk.with_report(site.app, "Тимур Карелин ist verreist.".encode())
    desk.does(ANNA, c.PutOnWatch, names=("Тимур Карелин",), reason="they warned us of him")
    received(site.app, REPORT.encode())
    anna, found = room(False).page(ANNA), []
    anna.set_viewport_size(SIZES[0])
    anna.goto(f"{site.url}/names")
    anna.locator("[name=one]").fill("Тимур Карелин")
    anna.locator("[name=other]").fill("Karelin, T.")
    with anna.expect_navigation():
        anna.get_by_role("button", name="Compare").press("Enter")
    assert anna.get_by_role("list", name="Part by part").is_visible()
    anna.goto(f"{site.url}/cases/{desk.case_id}")
    with anna.expect_navigation():
        anna.get_by_role("link", name="Say whether it is the same person").first.press("Enter")
    answer = anna.url
    anna.get_by_label("The same person", exact=True).press("Space")
    anna.locator("[name=reason]").fill("his passport was seen")
    with anna.expect_navigation():
        anna.get_by_role("button", name="Record the answer").press("Enter")
    assert anna.get_by_role("heading", name="On the record").is_visible()
    there = room().page(ANNA)
    there.goto(f"{site.url}/names")
    there.locator("[name=name]").fill("Timur Karelin")
    with there.expect_navigation():
        there.get_by_role("button", name="Look for it").click()
    found += looks(there, "names")
    for path in (answer, f"{site.url}/cases/{desk.case_id}/reports/{desk.report_id}/names"):
        there.goto(path)
        found += looks(there, path)
    assert found == []
