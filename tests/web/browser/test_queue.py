"""The queue, and the officers' pages beside the case, in a browser."""

from playwright.sync_api import expect

from tests.builders import ADAM, ANNA, DAY, HOUR, INES
from tests.support.axe import faults, violations
from tests.support.house import JO
from tests.web.pages.road import received, warned
from tocsin.casework.worker import work_all

PAGES = {
    "/": JO,
    "/?q=nothing": JO,
    "/?state=closed": JO,
    "/account": JO,
    "/reports/new": JO,
    "/record": INES,
    "/people": ADAM,
    "/people/anna.lind": ADAM,
}


def test_no_page_breaks_a_rule_of_accessibility_or_the_screen(site, room):
    warned(site.app)
    received(site.app, b"another", title="A very long title: " + "unbroken" * 12)
    site.hands.advance(DAY)
    work_all(site.app, "worker")
    people, found = room(), []
    for path, officer in PAGES.items():
        page = people.page(officer)
        assert page.goto(site.url + path).ok
        found += faults(page)
    assert found == []


def test_a_form_with_mistakes_breaks_no_rule_and_begins_with_them(site, room):
    page = room().page(JO)
    page.goto(site.url + "/reports/new")
    page.get_by_role("button", name="Receive").click()
    summary = page.get_by_role("alert")
    summary.get_by_role("link", name="Paste the report or choose its file").wait_for()
    assert violations(page) == []


def test_a_report_is_received_and_found_in_the_queue_without_any_script(site, room):
    page = room(False).page(ANNA)
    page.goto(site.url + "/reports/new")
    page.get_by_label("Paste its words").fill("An attack on the spring concert is planned.")
    page.get_by_label("When it was acquired").fill("2024-03-07T11:30")
    page.get_by_label("Time zone").fill("Europe/Moscow")
    page.get_by_label("By whom it was acquired").fill("hugo.berg")
    page.get_by_label("From whom it came to this desk").fill("desk south")
    page.get_by_label("B – Usually reliable").check()
    page.get_by_label("2 – Probably true").check()
    page.get_by_role("button", name="Receive").click()
    page.wait_for_url("**/cases/C-*")
    page.goto(site.url + "/")
    expect(
        page.get_by_role("link", name="An attack on the spring concert is planned.")
    ).to_be_visible()
    page.get_by_label("Title or number").fill("spring")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=spring")
    expect(page.get_by_role("link", name="An attack on the spring concert")).to_be_visible()


def test_the_queue_shows_a_new_case_by_itself_and_keeps_what_is_being_typed(site, room):
    page = room().page(JO)
    page.clock.install()
    page.goto(site.url + "/")
    search = page.get_by_label("Title or number")
    search.fill("half a wo")
    received(site.app, title="Came in meanwhile")
    site.hands.advance(5 * HOUR)
    work_all(site.app, "worker")
    page.clock.fast_forward(16_000)
    page.get_by_role("link", name="Came in meanwhile").wait_for()
    expect(page.get_by_role("heading", name="Calls on you")).to_be_visible()
    expect(search).to_have_value("half a wo")
    assert search.evaluate("field => field === document.activeElement")


def test_a_queue_whose_session_is_over_asks_to_sign_in_instead_of_going_blank(site, room):
    received(site.app)
    page = room().page(JO)
    page.clock.install()
    page.goto(site.url + "/")
    page.context.clear_cookies()
    page.clock.fast_forward(16_000)
    page.get_by_role("heading", name="Sign in").wait_for()


def test_a_queue_that_the_server_cannot_answer_stays_as_it_was(site, room):
    received(site.app, title="Still here")
    page = room().page(JO)
    page.clock.install()
    page.goto(site.url + "/")
    page.route("**/", lambda route: route.fulfill(status=503, body="<h1>Away</h1>"))
    with page.expect_response("**/"):
        page.clock.fast_forward(16_000)
    page.wait_for_timeout(200)
    expect(page.get_by_role("link", name="Still here")).to_be_visible()
