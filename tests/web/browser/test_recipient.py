"""The recipient's page on a telephone: with a thumb, a keyboard, and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.support.axe import violations
from tests.web.pages.road import warned
from tocsin.domain.warning import WarningKind

PHONE = {"width": 320, "height": 640}


def checked(page):
    """Nothing of the page breaks a rule or leaves the screen."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def on_a_phone(room, site, path, javascript=False):
    page = room(javascript).page("recipient")
    page.set_viewport_size(PHONE)
    page.goto(site.url + path)
    return page


def test_a_recipient_confirms_and_answers_without_any_script(site, room):
    sent = warned(site.app)
    page = on_a_phone(room, site, sent.path)
    expect(page.get_by_text("Stay away from large gatherings.")).to_be_visible()
    confirm = page.locator("#confirm")
    confirm.get_by_label("Your code").fill(sent.code.lower().replace("-", " "))
    confirm.get_by_label("I have read and understood this").check()
    confirm.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", name="You have confirmed. Thank you.").wait_for()
    answer = page.locator("#answered")
    answer.get_by_label("I have a question").check()
    answer.get_by_label("Your words").fill("May we open on Sunday?")
    answer.get_by_label("Your code").fill(sent.code)
    answer.get_by_role("button", name="Send").click()
    page.get_by_text("Your last answer reached us").wait_for()
    assert sent.delivery.acknowledged_at
    assert [one.words for one in sent.delivery.reactions] == ["May we open on Sunday?"]


def test_everything_can_be_done_by_keyboard_alone(site, room):
    sent = warned(site.app)
    page = on_a_phone(room, site, sent.path)
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "confirm-code":
            break
    page.keyboard.type(sent.code)
    page.keyboard.press("Tab")
    page.keyboard.type("Jo Doe")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You have confirmed. Thank you.").wait_for()


def test_a_wrong_code_is_said_first_and_leads_to_its_field(site, room):
    sent = warned(site.app)
    page = on_a_phone(room, site, sent.path, javascript=True)
    page.locator("#confirm").get_by_label("Your code").fill("AAAA-AAAA")
    page.locator("#confirm").get_by_label("I have read").check()
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("alert").get_by_role("link", name="not the code in the message").click()
    assert page.evaluate("document.activeElement.id || location.hash") in (
        "confirm-code",
        "#confirm-code",
    )
    checked(page)


@pytest.mark.parametrize(
    "state", ["new", "confirmed", "replaced", "cancelled", "exercise", "rtl", "unprintable"]
)
def test_no_state_of_the_page_breaks_a_rule_of_accessibility_or_the_screen(site, room, state):
    language = {"rtl": "ar", "unprintable": "zh"}.get(state, "en")
    sent = warned(site.app, language=language, exercise=state == "exercise")
    if state in ("replaced", "cancelled"):
        sent.follows(WarningKind.UPDATE if state == "replaced" else WarningKind.CANCEL)
    page = on_a_phone(room, site, sent.path, javascript=True)
    if state == "confirmed":
        page.locator("#confirm").get_by_label("Your code").fill(sent.code)
        page.locator("#confirm").get_by_label("I have read").check()
        page.get_by_role("button", name="Confirm").click()
        page.locator("#confirmed").wait_for()
    checked(page)


def test_the_page_of_no_warning_breaks_no_rule_either(site, room):
    page = on_a_phone(room, site, "/w/C-0000-0000-d1.AAAA", javascript=True)
    expect(page.get_by_role("heading", name="This page does not exist")).to_be_visible()
    checked(page)
