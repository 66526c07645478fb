"""The frame of every page in a real browser, under the policy that the server sends."""

import json
import mimetypes
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from tests.support.axe import faults
from tocsin.domain.refusal import Code, Refusal
from tocsin.web.templating import environment, left, urgency

STATIC = Path(__file__).parents[2] / "src/tocsin/web/static"
SITE = "http://localhost:9"  # a passkey belongs to a name, never to a bare address
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
NOW = datetime(2024, 3, 7, 14, 5, tzinfo=UTC)
OFFICER = SimpleNamespace(name="Ines Aldana", unit="Watch A", roles={"analyst", "administrator"})
CONTEXT = {
    "now": NOW, "version": "1", "example": True, "nav": "queue", "officer": OFFICER,
    "alarms": ["No quorum of witnesses has followed it for 2 hours."],
    "refusal": Refusal(Code.SAME_OFFICER, "Nothing was confirmed.", "Ask another officer."),
}  # fmt: skip
BUG = {"refusal": None, "reference": "9K2F", "officer": None, "example": False, "alarms": ()}
PARTS = """{% extends "base.html" %}
{% from "components/signs.html" import clock, status_tag %}
{% from "components/findings.html" import finding, highlighted %}
{% from "components/history.html" import history %}
{% from "components/forms.html" import confirm_box, copy_button, error_summary, passkey_form %}
{% block title %}Parts{% endblock %}
{% block notices %}{{ error_summary([{"text": "Say why", "href": "#confirmed--x"}]) }}{% endblock %}
{% block main %}<h1>Parts</h1>
{% for due in dues %}{{ clock(due, now, "Due") }}{% endfor %}
{% for word in ("owed", "undecided", "not_owed", "handed_over", "failed", "imminent", "read") %}
{{ status_tag(word) }}{% endfor %}
<h2>Findings</h2>{{ finding("harm", "unknown", "", ["words"]) }}
{{ highlighted("one two", [cue], "en") }}
{{ history([{"at": now, "words": "Received.", "actor": "A", "kind": "system"}]) }}
<h2>Decide</h2>{{ confirm_box("/x", "Confirm", "It will be sent.", "I have read it", "Confirm") }}
<div id="words">Leave now.</div>{{ copy_button("words") }}{{ passkey_form("sign-in", "Sign in") }}
{{ passkey_form("register", "Add a passkey", {"name": "Desk key"}) }}
<div id="live" hx-sse:connect="/live">old</div>{% endblock %}"""
PARTS_CONTEXT = {
    "dues": [NOW + timedelta(minutes=m, seconds=30) for m in (-4000, -200, 0, 42, 75, 600, 9000)],
    "cue": SimpleNamespace(start=0, end=3, finding="harm", rule="a rule"),
}
PAGES = {"/": ("error.html", {}), "/bug": ("error.html", BUG), "/parts": ("", PARTS_CONTEXT)}


def rendered(path):
    name, more = PAGES[path]
    env = environment()
    template = env.get_template(name) if name else env.from_string(PARTS)
    return template.render(**CONTEXT | more)


def served(page):
    """Answer for the site without a server: pages, assets and one event of a stream."""

    def answer(route):
        path = route.request.url.removeprefix(SITE)
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            kind, body = mimetypes.guess_type(file.name)[0], file.read_bytes()
        elif path == "/live":
            kind, body = "text/event-stream", b"data: new\n\n"
        else:
            kind, body = "text/html; charset=utf-8", rendered(path)
        headers = {"Content-Security-Policy": POLICY, "Content-Type": kind}
        route.fulfill(body=body, headers=headers)

    page.route(f"{SITE}/**", answer)
    return page


@pytest.mark.parametrize("path", PAGES)
def test_no_page_carries_a_script_or_a_style_of_its_own(path):
    page = BeautifulSoup(rendered(path), "html.parser")
    assert all(script.get("src") and not script.text for script in page.find_all("script"))
    assert not page.find_all("style")
    assert not [element for element in page.find_all(True) if element.get("style")]


@pytest.mark.parametrize("path", PAGES)
def test_pages_break_no_rule_of_accessibility_and_fit_the_screen(page, path):
    served(page).goto(SITE + path)
    assert faults(page) == []


def test_without_javascript_everything_that_works_is_shown_and_nothing_that_does_not(
    page_without_javascript,
):
    page = served(page_without_javascript)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(SITE + "/parts")
    expect(page.get_by_role("link", name="Receive a report")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    expect(page.get_by_role("button", name="Sign in")).to_be_hidden()


def test_the_running_clock_says_the_same_as_the_server(page):
    served(page).goto(SITE + "/parts")
    clocks = page.locator("time[data-due]")
    clocks.evaluate_all("all => all.forEach(one => { one.textContent = 'stale' })")
    page.locator("time[data-due]", has_text="stale").first.wait_for(state="detached")
    shown = clocks.evaluate_all("all => all.map(one => [one.textContent, one.dataset.urgency])")
    assert shown == [[left(due, NOW), urgency(due, NOW)] for due in PARTS_CONTEXT["dues"]]


def test_a_stream_redraws_its_part_of_the_page(page):
    served(page).goto(SITE + "/parts")
    page.locator("#live", has_text="new").wait_for()


def test_leaving_unsaved_words_asks_first(page):
    served(page).goto(SITE + "/parts")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("I have read it").check()
    page.goto(SITE + "/")
    assert asked == ["beforeunload"]


def passkeys(page, answers):
    """A virtual authenticator, and a site that answers posts by `answers`; what was posted."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    able = {"hasUserVerification": True, "isUserVerified": True}
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": kind | able})
    posted = {}

    def answer(route):
        path = route.request.url.removeprefix(SITE)
        posted[path] = json.loads(route.request.post_data)
        status, body = answers[path]
        route.fulfill(status=status, json=body)

    served(page)
    for path in answers:
        page.route(SITE + path, answer)
    page.goto(SITE + "/parts")
    return posted


CREATION = {
    "rp": {"id": "localhost", "name": "Tocsin"},
    "user": {"id": "b2ZmaWNlcg", "name": "ines", "displayName": "Ines Aldana"},
    "challenge": "Y2hhbGxlbmdl",
    "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
    "authenticatorSelection": {"residentKey": "required"},
}
REQUEST = {"rpId": "localhost", "challenge": "Y2hhbGxlbmdl"}


def test_a_passkey_is_added_and_then_signs_in(page):
    answers = {
        "/account/passkeys/options": (200, CREATION),
        "/account/passkeys": (200, {"next": "/parts"}),
        "/sign-in/passkey/options": (200, REQUEST),
        "/sign-in/passkey": (200, {"next": "//elsewhere.example/"}),
    }
    posted = passkeys(page, answers)
    with page.expect_event("load"):
        page.get_by_role("button", name="Add a passkey").click()
    added = posted["/account/passkeys"]
    assert added["name"] == "Desk key"
    with page.expect_request(SITE + "/"):  # and never to another site
        page.get_by_role("button", name="Sign in").click()
    assert posted["/sign-in/passkey"]["credential"]["id"] == added["credential"]["id"]


def test_a_refused_passkey_tells_what_did_not_happen_and_what_to_do(page):
    refusal = {"code": "passkey-refused", "what": "You are not signed in.", "remedy": "Try a link."}
    passkeys(page, {"/sign-in/passkey/options": (403, refusal)})
    page.get_by_role("button", name="Sign in").click()
    said = page.get_by_text("You are not signed in. Try a link. [passkey-refused]")
    said.wait_for()
    assert page.get_by_role("button", name="Sign in").is_enabled()
