"""A warning given to us, from its record to a watch: on a telephone, by hand, without scripts."""

from playwright.sync_api import expect

from tests.builders import ANNA, BEN
from tests.support.axe import violations
from tests.web.pages.case_desk import CaseDesk
from tests.web.pages.test_case_inbound import LETTER, SUBJECT, WARNED

SIZES = ({"width": 320, "height": 640}, {"width": 1280, "height": 900})


def test_a_warning_is_heeded_by_hand_without_scripts_and_every_page_fits(site, room):
    desk = CaseDesk.with_report(site.app, LETTER)
    url = f"{site.url}/cases/{desk.case_id}"
    anna, faults = room(False).page(ANNA), []
    anna.goto(f"{url}/reports/{desk.report_id}/inbound")
    for name in ("sender", "received_at", "path", "claims", "language"):
        anna.locator(f"[name={name}]").fill(WARNED[name])
    anna.get_by_role("button", name="Record it as a warning given to us").click()
    expect(anna.get_by_role("heading", name="On the record")).to_be_visible()
    anna.get_by_role("link", name="Test c1", exact=True).click()
    anna.get_by_label("How it was tested").fill("asked his landlord")
    anna.get_by_role("button", name="Record the test").click()
    expect(anna.get_by_text("What that showed")).to_be_visible()
    expect(anna.get_by_role("link", name="Choose what the test showed")).to_be_visible()
    anna.get_by_label("Borne out").check()
    anna.get_by_role("button", name="Record the test").click()
    desk.sends(ANNA, "/watches/new", **SUBJECT, inbound_id="i1", review_at="")
    ben = room().page(BEN)
    for path in ("", "/watches/new", "/inbound/i1/receipt"):
        ben.goto(url + path)
        for size in SIZES:
            ben.set_viewport_size(size)
            wide = ben.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                faults.append(f"{path} is {wide} wide on {size['width']}")
        faults += [f"{path}: {one}" for one in violations(ben)]
    assert faults == []
