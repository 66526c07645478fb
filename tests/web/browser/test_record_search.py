"""The record is searched in a browser without scripts, and the answer saved."""

from pathlib import Path

from tests.builders import ANNA, INES
from tests.support.axe import violations
from tests.support.house import log_keys
from tests.web.pages.road import received
from tocsin.casework.handle import handle
from tocsin.domain import commands as c
from tocsin.domain.kinds import VictimKind
from tocsin.record.answer import verify_answer


def test_an_answer_is_found_and_saved_without_any_script(site, room):
    case_id = received(site.app)
    command = c.NameVictim(case_id=case_id, name="Zebulon Krall", kind=VictimKind.PERSON)
    handle(site.app, command, ANNA)
    page = room(False).page(INES)
    page.goto(site.url + "/record")
    page.get_by_role("link", name="Search and audit").click()
    page.get_by_label("Names").fill("KRALL, Zebulon")
    page.get_by_label("Why, and on whose request").fill("EXAMPLE inquiry 7")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="Found in 1 case").wait_for()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Download the answer").click()
    file = Path(saving.value.path()).read_bytes()
    assert saving.value.suggested_filename.startswith("answer-")
    assert not verify_answer(file, keys=log_keys(site.app)).faults


def test_its_pages_break_no_rule_of_accessibility_or_of_a_small_screen(site, room):
    received(site.app)
    page = room().page(INES)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(site.url + "/record/search")
    found = violations(page)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("alert").get_by_role("link", name="Enter why").wait_for()
    found += violations(page)
    page.get_by_label("Names").fill("Nobody Atall " + "long" * 30)
    page.get_by_label("Why, and on whose request").fill("EXAMPLE")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="Nothing is on the record").wait_for()
    assert found + violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
