"""A warning goes public and is taken back, by keyboard, on a telephone, without scripts."""

import pytest

from tests.builders import BEN, CARLA, EVA
from tests.support.axe import violations
from tests.support.house import JO
from tests.web.browser.conftest import serving
from tests.web.pages.case_desk import CaseDesk
from tests.web.pages.test_publications import CANCEL, NOTICE, PUBLIC


@pytest.fixture
def site(tmp_path):
    with serving(tmp_path, public=PUBLIC) as site:
        yield site


def test_a_warning_goes_public_and_is_taken_back_by_keyboard_without_scripts(site, room):
    desk = CaseDesk.with_report(site.app).released()
    there = room(False)
    ben, carla, eva = (there.page(who) for who in (BEN, CARLA, EVA))
    case = f"{site.url}/cases/{desk.case_id}"
    ben.goto(f"{case}/warnings/w1/publish")
    ben.get_by_label("What it is about").fill(NOTICE["event"])
    for name in ("Severe", "Possible: half or less"):
        ben.get_by_label(name, exact=True).check()
    ben.get_by_label("What are people to do?").select_option("Avoid")
    ben.get_by_label("What people call it").first.fill(NOTICE["area-0-description"])
    ben.get_by_label("Corners").first.fill(NOTICE["area-0-polygon"])
    ben.get_by_label("Why it is taken back").fill(CANCEL["cancel.0.basis"])
    with ben.expect_navigation():
        ben.get_by_role("button", name="Save it for a second officer").press("Enter")
    carla.goto(case)
    carla.get_by_role("link", name="Publish it LIVE").press("Enter")
    carla.get_by_label("I have read it as everybody will").check()
    carla.get_by_label(f"Type LIVE {desk.case_id}").fill(f"LIVE {desk.case_id}")
    carla.get_by_label(f"Type LIVE {desk.case_id}").press("Enter")
    with carla.expect_navigation():
        carla.get_by_role("link", name="What everybody reads").press("Enter")
    assert "Stay away from large gatherings." in carla.inner_text("main")
    eva.goto(f"{case}/publications/n1")
    eva.get_by_role("link", name="Cancel it in public, at once").press("Enter")
    eva.get_by_label("Why", exact=True).fill("a false alarm")
    eva.get_by_role("button", name="Cancel it in public, now").press("Enter")
    eva.get_by_text("was cancelled in public").first.wait_for()
    carla.reload()
    assert "WARNING: CANCELLED" in carla.inner_text("body")


def test_its_pages_break_no_rule_of_accessibility_or_of_a_small_screen(site, room):
    desk = CaseDesk.with_report(site.app).released()
    desk.sends(BEN, "/warnings/w1/publish", **NOTICE, **CANCEL)
    page, case = room().page(JO), f"/cases/{desk.case_id}"
    page.set_viewport_size({"width": 320, "height": 700})
    one = f"{case}/publications/n1"
    for path in (f"{case}/warnings/w1/publish", case, one, f"{one}/live", f"{one}/cancel"):
        page.goto(site.url + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
