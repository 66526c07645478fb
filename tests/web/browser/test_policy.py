"""The policy in force in a browser without scripts, and on a small screen."""

from tests.builders import BEN, CARLA
from tests.support.axe import violations
from tocsin.casework import force
from tocsin.policy.pack import shipped

SHORTER = shipped("us_ic_icd191").replace(b'imminent = "15m"', b'imminent = "10m"')


def test_two_officers_change_it_by_the_keys_alone(site, room):
    two = room(False)
    page = two.page(BEN)
    page.goto(site.url + "/policy")
    page.get_by_role("button", name="Propose another for your unit").press("Enter")
    file = {"name": "example_directive.toml", "mimeType": "application/toml", "buffer": SHORTER}
    page.get_by_label("A pack of your own").set_input_files(file)
    page.get_by_label("Reason").fill("EXAMPLE: counsel advised it")
    page.get_by_role("button", name="Propose").press("Enter")
    page.get_by_role("cell", name="Clock: make the five findings").wait_for()
    other = two.page(CARLA)
    other.goto(site.url + "/policy")
    other.get_by_role("link", name="east: look at proposal P1").press("Enter")
    other.get_by_label("I have read what changes").press("Space")
    other.get_by_role("button", name="Put it in force").press("Enter")
    other.get_by_role("link", name="Proposed by Ben Okoro, confirmed by Carla Ruiz").wait_for()
    assert force.of_unit(site.app, "east").name == "us_ic_icd191+example_directive"


def test_its_pages_break_no_rule_of_accessibility_or_of_a_small_screen(site, room):
    named = [("us_ic_icd191", shipped("us_ic_icd191")), ("example_directive", SHORTER)]
    force.propose(site.app, named, BEN, "EXAMPLE")
    page = room().page(CARLA)
    page.set_viewport_size({"width": 320, "height": 800})
    for path in ("/policy", "/policy/new", "/policy/proposals/P1"):
        page.goto(site.url + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
