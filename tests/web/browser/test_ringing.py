"""A contact lets a browser ring: asked, added, tested by a real push event, verified by an officer.

No push service outside is reached: the browser's `subscribe` answers with a subscription at the
push service beside us, and what arrived there is delivered to the real worker by the debugger.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.builders import FINN
from tests.casework.test_directory import HALL
from tests.support.axe import faults
from tests.support.push_service import PushService, running_push_service
from tests.support.ringing import SETTINGS
from tests.web.browser.conftest import Site, serving
from tocsin.casework import browsers, directory
from tocsin.channels.web_push import WebPushChannel
from tocsin.domain.kinds import Method

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

SUBSCRIBES = """given => {
  PushManager.prototype.subscribe = async function (options) {
    if (given.error) throw new DOMException('', given.error)
    window.asked = { key: options.applicationServerKey, visible: options.userVisibleOnly }
    return { toJSON: () => ({ ...given, expirationTime: null }) }
  }
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(
  ({ title, body, tag, lang, requireInteraction, data }) =>
    ({ title, body, tag, lang, requireInteraction, data }))"""
# A click that no hand made: what it would open, once the notification is gone.
CLICKS = """async () => {
  let opened = ''
  self.clients.openWindow = async url => { opened = url }
  const [notification] = await registration.getNotifications()
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification }))
  const soon = () => new Promise(then => setTimeout(then, 10))
  while ((await registration.getNotifications()).length) await soon()
  return opened
}"""
BUTTON = "Let this browser ring"
UNREAD = "It could not be shown here. Look for it in your other messages."


@pytest.fixture(scope="module")
def browser(playwright: "Playwright") -> Iterator["Browser"]:
    """The whole one, which shows notifications."""
    from tests.support.browser import running_browser

    with running_browser(playwright, whole=True) as browser:
        yield browser


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with running_push_service() as running:
        yield running


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("house")
    with serving(folder, channels={Method.WEB_PUSH: WebPushChannel(SETTINGS)}) as site:
        yield site


@pytest.fixture
def one(site):
    english = replace(HALL, languages=("en",))
    return directory.put(site.app, english, FINN, "EXAMPLE").contact.contact_id


def stubbed(page, **given):
    """The browser's push manager answers with this subscription, or with its `error`."""
    page.add_init_script(f"({SUBSCRIBES})({json.dumps(given)})")


def subscription(service):
    return json.loads(service.subscription("/201"))


def at_the_link(site, room, one, *, javascript=True, granted=True):
    page = room(javascript).page("contact")
    if granted:
        page.context.grant_permissions(["notifications"], origin=site.url)
    return page, browsers.link(site.app, one, FINN)


class Pushes:
    """Real push events for the worker of a page, by the debugger."""

    def __init__(self, page, site):
        self.page, self.origin, self.found = page, site.url, []
        self.debugger = page.context.new_cdp_session(page)
        self.debugger.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda told: self.found.extend(told["registrations"]),
        )
        self.debugger.send("ServiceWorker.enable")
        for _ in range(200):
            if not self.found:
                page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        assert self.found

    def deliver(self, data, text, times=1):
        """Deliver, and return what is shown once `text` is shown at least so many times.

        Delivered anew every ten seconds, as a push service does: a busy browser drops some.
        """
        registration = self.found[-1]["registrationId"]
        told = {"origin": self.origin, "registrationId": registration, "data": data}
        for _ in range(6):
            self.debugger.send("ServiceWorker.deliverPushMessage", told)
            until = monotonic() + 10
            while monotonic() < until:
                shown = self.page.evaluate(SHOWN)
                if [one["body"] for one in shown].count(text) >= times:
                    return shown
        raise AssertionError(f"never shown: {text}")


def test_from_the_link_to_a_code_that_rings_and_a_way_that_is_verified(site, room, one, service):
    page, link = at_the_link(site, room, one)
    stubbed(page, **subscription(service))
    page.goto(link)
    page.get_by_label("What to call this browser").fill("Browser on a phone")
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_text("a test was sent to it").wait_for()
    assert page.evaluate("asked") == {"key": SETTINGS.application_server_key, "visible": True}
    plain = service.received()[-1]["plain"]
    (shown,) = Pushes(page, site).deliver(plain, json.loads(plain)["text"])
    assert shown["title"] == "A check of this address, no warning"
    code = shown["body"].rpartition("Code ")[2]

    desk = room(True).page(FINN)
    desk.goto(f"{site.url}/directory/{one}")
    expect(desk.get_by_role("heading", name="3. Web push, Browser on a phone")).to_be_visible()
    desk.get_by_role("link", name="Verify way 3").click()
    desk.get_by_label("The code that came back").fill(code)
    desk.get_by_role("button", name="Verify with the code").click()
    desk.get_by_text("a code sent by web push came back").first.wait_for()


def test_the_worker_shows_what_it_is_told_and_is_never_silent(site, room, one, service):
    page, link = at_the_link(site, room, one)
    stubbed(page, **subscription(service))
    page.goto(link)
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_text("a test was sent to it").wait_for()
    pushes = Pushes(page, site)
    told = {
        "key": "w1.r2", "title": "WARNING", "text": "Stay at home.", "language": "en",
        "link": f"{site.url}/w/1", "exercise": False, "imminent": True,
    }  # fmt: skip
    assert pushes.deliver(json.dumps(told), "Stay at home.") == [
        {
            "title": "WARNING", "body": "Stay at home.", "tag": "w1.r2", "lang": "en",
            "requireInteraction": True, "data": {"link": f"{site.url}/w/1"},
        }
    ]  # fmt: skip
    again = json.dumps(told | {"text": "Stay inside.", "imminent": False})
    (repeated,) = pushes.deliver(again, "Stay inside.")
    assert (repeated["body"], repeated["requireInteraction"]) == ("Stay inside.", False)
    for unread in ("no JSON", "", "[1]", '{"title": {"a": 1}}'):
        count = [one["body"] for one in page.evaluate(SHOWN)].count(UNREAD)
        shown = pushes.deliver(unread, UNREAD, count + 1)
        assert {one["title"] for one in shown} == {"WARNING", "A warning for you"}


def test_a_notification_opens_what_is_ours_and_nothing_else(site, room, one, service):
    page, link = at_the_link(site, room, one)
    stubbed(page, **subscription(service))
    page.goto(link)
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_text("a test was sent to it").wait_for()
    pushes, (worker,) = Pushes(page, site), page.context.service_workers
    ours, port = f"{site.url}/w/1", site.url.replace("127.0.0.1", "localhost")
    for to, opened in (
        (ours, ours),
        ("https://elsewhere.example/w/1", ""),
        (f"{port}/w/1", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
        (None, ""),
    ):
        told = {"key": "w1.r2", "title": "WARNING", "link": to, "text": str(to)}
        pushes.deliver(json.dumps(told), str(to))
        assert worker.evaluate(CLICKS) == opened


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("NotAllowedError", "it may not notify you"),
        ("AbortError", "could not be reached"),
        ("NotSupportedError", "no site can make it ring"),
    ],
)
def test_what_the_browser_refuses_is_said_with_what_to_do(site, room, one, error, said):
    page, link = at_the_link(site, room, one)
    stubbed(page, error=error)
    page.goto(link)
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_text(said).wait_for()
    assert page.get_by_role("button", name=BUTTON).is_enabled()
    expect(page.get_by_text("Other ways to warn you: telephone, in person")).to_be_visible()
    assert len(directory.contact(site.app, one, FINN).ways) == 2


def test_without_leave_without_push_and_without_scripts_it_is_said_too(site, room, one):
    page, link = at_the_link(site, room, one, granted=False)
    page.goto(link)
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_text("it may not notify you").wait_for()
    page.add_init_script("delete window.PushManager")
    page.reload()
    page.get_by_text("no site can make it ring").wait_for()
    expect(page.get_by_role("button", name=BUTTON)).to_be_hidden()
    plain, _ = at_the_link(site, room, one, javascript=False, granted=False)
    plain.goto(link)
    expect(plain.get_by_text("This page needs scripts")).to_be_visible()
    expect(plain.get_by_text("Other ways to warn you")).to_be_visible()
    page.route("**/static/browser.*", lambda route: route.abort())
    page.set_viewport_size({"width": 320, "height": 800})
    page.reload()
    expect(page.get_by_text("This page needs scripts")).to_be_visible()
    assert faults(page) == []


def test_both_pages_break_no_rule_of_accessibility_and_fit(site, room, one, service):
    page, link = at_the_link(site, room, one)
    stubbed(page, **subscription(service))
    page.goto(link)
    assert faults(page) == []
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_text("a test was sent to it").wait_for()
    assert faults(page) == []
    page.reload()
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_text("added before").wait_for()
    desk = room(True).page(FINN)
    desk.goto(f"{site.url}/directory/{one}")
    desk.get_by_role("button", name="Make a link").click()
    desk.get_by_role("button", name="Copy the link").wait_for()
    assert faults(desk) == []
