"""Signing in with a link and with a passkey, as a browser does it."""

import re
import socket
from collections.abc import Iterator
from threading import Thread
from time import monotonic, sleep

import pytest
import uvicorn
from playwright.sync_api import expect

from tests.builders import ADAM, ANNA
from tests.support.axe import violations
from tests.support.house import a_house
from tocsin.app import App
from tocsin.casework.people import sign_in_link
from tocsin.web.server import create_app


@pytest.fixture
def house(tmp_path) -> Iterator[App]:
    """A house reached by a name: to a bare address no passkey can be bound."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://localhost:{listener.getsockname()[1]}"
        app = a_house(f"sqlite:///{tmp_path / 'tocsin.db'}", tmp_path, public_url=url)
        server = uvicorn.Server(uvicorn.Config(create_app(app), log_level="error", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        until = monotonic() + 20
        while not server.started and monotonic() < until:
            sleep(0.02)
        yield app
        server.should_exit = True
        thread.join(20)
        app.close()


def with_a_passkey(page):
    """Give the browser an authenticator that keeps keys and knows its user."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    able = {"hasUserVerification": True, "isUserVerified": True}
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": kind | able})


def test_from_a_link_to_a_passkey_and_in_again_by_it(house, page):
    with_a_passkey(page)
    base = house.settings.base_url
    page.goto(sign_in_link(house, ANNA.actor_id))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{base}/account")
    page.get_by_label("Its name").fill("Desk key")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("cell", name="Desk key", exact=True).wait_for()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(f"{base}/sign-in")
    page.goto(f"{base}/account")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{base}/account")
    expect(page.get_by_role("heading", name="Anna Lind")).to_be_visible()


def test_a_link_signs_in_without_any_script_and_the_account_works_too(
    house, page_without_javascript
):
    page = page_without_javascript
    page.goto(sign_in_link(house, ANNA.actor_id))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account")
    page.get_by_label("What the token is for").fill("Morning feed")
    page.get_by_role("button", name="Make a token").click()
    assert page.locator("#new-token").inner_text().startswith("tocsin_")
    page.get_by_role("button", name="End Morning feed").click()
    expect(page.get_by_role("cell", name="Morning feed")).to_be_hidden()
    page.get_by_role("button", name="Sign out everywhere").click()
    page.wait_for_url("**/sign-in")


def test_an_administrator_enrols_and_invites_somebody_who_signs_in(house, page, browser):
    page.goto(sign_in_link(house, ADAM.actor_id))
    page.get_by_role("button", name="Sign in").click()
    page.goto(house.settings.base_url + "/")
    page.get_by_label("Id", exact=True).fill("lea.berg")
    page.get_by_label("Name", exact=True).fill("Lea Berg")
    page.get_by_label("Unit", exact=True).fill("east")
    page.get_by_label("Analyst", exact=True).check()
    page.get_by_role("button", name="Enrol").click()
    page.get_by_role("button", name="Make a sign-in link").click()
    link = page.locator("#link").inner_text()
    assert violations(page) == []
    with browser.new_context(java_script_enabled=False) as context:
        hers = context.new_page()
        hers.goto(link)
        hers.get_by_role("button", name="Sign in").click()
        expect(hers.get_by_role("heading", name="Lea Berg")).to_be_visible()


@pytest.mark.parametrize("path", ["/sign-in", "/invite/made-up"])
def test_the_doors_break_no_rule_of_accessibility_and_fit_a_telephone(house, page, path):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(house.settings.base_url + path)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    button = page.get_by_role("button", name=re.compile("^Sign in"))
    button.focus()
    assert button.evaluate("one => one === document.activeElement")
