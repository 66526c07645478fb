"""The page where a contact adds a browser: asked for by an officer, strict in what it takes."""

import json
import re

import pytest

from tests.builders import ANNA, FINN, NOW
from tests.casework.test_directory import HALL
from tests.support.ringing import SETTINGS, PushBox, a_subscription
from tocsin.casework import browsers, directory
from tocsin.domain.kinds import Method

BROWSER = {"label": "Browser on a phone", "subscription": a_subscription()}


@pytest.fixture
def box(house):
    box = PushBox()
    house.channels = {Method.WEB_PUSH: box, Method.EMAIL: box}
    return box


@pytest.fixture
def one(house):
    return directory.put(house, HALL, FINN, "EXAMPLE").contact.contact_id


@pytest.fixture
def path(house, one, box):
    return browsers.link(house, one, FINN).removeprefix(house.settings.base_url)


def count(house, one):
    return len(directory.contact(house, one, FINN).ways)


def test_the_link_is_shown_once_to_who_may_change_the_contact(visits, house, one, box):
    desk, there = visits(FINN), f"/directory/{one}"
    assert "Make a link by which they add their browser" in desk.get(there).text
    made = desk.post(f"{there}/browser-link").text
    link = re.search(r"http://localhost:8000(/browser/[\w.-]+)", made)[1]
    assert visits().get(link).status_code == 200
    assert "/browser/K" not in desk.get(there).text
    assert "link by which they add" not in visits(ANNA).get(there).text
    assert visits(ANNA).post(f"{there}/browser-link").status_code == 403


def test_where_no_push_can_leave_the_page_says_what_is_missing(visits, house, one):
    desk, there = visits(FINN), f"/directory/{one}"
    assert "no channel to browsers" in desk.get(there).text
    assert "link by which they add" not in desk.get(there).text
    refused = desk.post(f"{there}/browser-link")
    assert (refused.status_code, "set up web_push" in refused.text) == (409, True)


def test_the_page_names_the_house_the_key_and_no_person(visits, house, path):
    shown = visits().get(path)
    assert 'lang="fr"' in shown.text
    assert SETTINGS.application_server_key in shown.text
    assert "courriel, téléphone, en personne" in shown.text
    assert "Vasseur" not in shown.text
    assert shown.headers["x-robots-tag"].startswith("noindex")
    assert re.findall(r"<script[^>]*>(.*?)</script>", shown.text, re.S) == [""]


def test_looking_adds_nothing_and_a_browser_is_added_once(visits, house, one, path, box):
    client = visits()
    client.get(path)
    assert count(house, one) == 2
    assert client.post(path, json=BROWSER).json() == {"said": "tested"}
    assert client.post(path, json=BROWSER).json() == {"said": "already"}
    assert directory.contact(house, one, FINN).ways[2].label == "Browser on a phone"
    desk = visits(FINN).get(f"/directory/{one}").text
    assert "3. Web push" in desk
    assert "added by the link that is good until 2024-03-14" in desk


def test_a_link_that_is_not_good_is_answered_as_what_is_not_there(visits, path, hands, house, one):
    client, never = visits(), "/browser/K-0000-0000.1.aaaaaaaaaaaaaaaaaaaaaa"
    nothing = client.get(never)
    assert (nothing.status_code, client.post(never, json=BROWSER).json()) == (404, {"said": "gone"})
    hands.advance(browsers.GOOD_FOR)
    assert (client.get(path).status_code, client.get(path).text) == (404, nothing.text)
    assert client.post(path, content=b"{").json() == {"said": "gone"}
    hands.now = NOW
    directory.remove(house, one, FINN, "EXAMPLE")
    assert client.get(path).text == nothing.text
    assert client.get("/browser/%00%ff..").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"{",
        b"[" * 4_000,
        b"null",
        b'"' + b"a" * 9_000 + b'"',
        json.dumps(BROWSER | {"contact_id": "K-0000-0000"}).encode(),
        json.dumps(BROWSER | {"label": ["a"]}).encode(),
        json.dumps(BROWSER | {"label": "a" * 401}).encode(),
        json.dumps({"subscription": a_subscription() | {"more": 1}}).encode(),
        json.dumps({"subscription": a_subscription() | {"endpoint": None}}).encode(),
        json.dumps({"subscription": a_subscription("https://10.1.2.3/push")}).encode(),
        json.dumps(
            {"subscription": a_subscription() | {"keys": {"p256dh": "=" * 87, "auth": "\n" * 22}}}
        ).encode(),
        b'{"subscription": {"endpoint": "https://\xff", "keys": {}}}',
    ],
)
def test_a_hostile_post_is_refused_and_keeps_nothing(visits, house, one, path, box, sent):
    answer = visits().post(path, content=sent, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (422, {"said": "unfit"})
    assert (count(house, one), box.sent) == (2, [])


def test_one_browser_too_many_and_another_sites_post_are_refused(visits, house, one, path, box):
    client = visits()
    for number in range(4):
        post = {"subscription": a_subscription(f"https://push.example/of-{number}")}
        assert client.post(path, json=post).json() == {"said": "tested"}
    refused = client.post(path, json=BROWSER)
    assert (refused.status_code, refused.json()) == (422, {"said": "full"})
    assert "as many ways as there may be" in visits(FINN).get(f"/directory/{one}").text
    elsewhere = client.post(path, json=BROWSER, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403


def test_the_worker_comes_from_the_root_as_a_script_that_is_looked_for_anew(visits):
    worker = visits().get("/push-worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache"
    assert "A warning for you" in worker.text
