"""Signing in and out: a link that a person uses once, a passkey, and nowhere but here after."""

import pytest

from tests.builders import ADAM, ANNA, BEN, HOUR
from tests.support.authenticator import Authenticator
from tocsin.casework.people import disable, sign_in_link
from tocsin.web.doors import COOKIE
from tocsin.web.pages.sign_in import local


@pytest.fixture
def invited(house):
    return sign_in_link(house, ANNA.actor_id).removeprefix(house.settings.base_url)


def test_opening_an_invitation_does_not_use_it_up_but_the_button_does_once(visits, invited):
    visitor = visits()
    for _ in range(3):
        shown = visitor.get(invited)
        assert (shown.status_code, visitor.cookies.get(COOKIE)) == (200, None)
    entered = visitor.post(invited)
    assert (entered.status_code, entered.headers["location"]) == (303, "/account")
    assert visitor.get("/account").status_code == 200
    again = visits().post(invited)
    assert again.status_code == 403
    assert "unknown, used or too old" in again.text


def test_a_page_for_an_invitation_says_nothing_of_whether_it_is_good(visits, invited):
    assert visits().get(invited).text == visits().get("/invite/made-up").text


def test_an_invitation_ends_with_its_hours_and_with_its_officer(house, hands, visits):
    first, second = (sign_in_link(house, one.actor_id) for one in (ANNA, BEN))
    disable(house, BEN.actor_id)
    assert visits().post(second).status_code == 403
    hands.advance(25 * HOUR)
    assert visits().post(first).status_code == 403


def test_signing_in_ends_the_session_that_this_browser_had(house, visits, invited):
    visitor = visits(BEN)
    earlier = visitor.cookies[COOKIE]
    visitor.post(invited)
    late = visits()
    late.cookies.set(COOKIE, earlier)
    assert late.get("/account").status_code == 303


def test_signing_out_ends_the_session_on_the_server(visits):
    visitor = visits(ANNA)
    token = visitor.cookies[COOKIE]
    gone = visitor.post("/sign-out")
    assert (gone.status_code, gone.headers["location"]) == (303, "/sign-in")
    visitor.cookies.set(COOKIE, token)
    assert visitor.get("/account").headers["location"].startswith("/sign-in")


def test_whoever_is_not_signed_in_comes_back_to_where_they_wanted_to_go(visits):
    sent = visits().get("/record?x=1")
    assert sent.headers["location"] == "/sign-in?next=/record%3Fx%3D1"
    assert 'value="/record?x=1"' in visits().get(sent.headers["location"]).text
    assert visits(ANNA).get("/sign-in?next=/account").headers["location"] == "/account"


def test_a_page_that_refreshes_itself_is_sent_whole_to_sign_in(visits):
    answer = visits().get("/sign-in?next=/", headers={"HX-Request": "true"})
    assert (answer.headers["hx-redirect"], answer.text) == ("/sign-in?next=/", "")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "x",
        "",
        "/é",
    ],
)
def test_nobody_is_led_to_another_site(visits, elsewhere):
    assert local(elsewhere) == "/"
    assert visits(ANNA).get("/sign-in", params={"next": elsewhere}).headers["location"] == "/"


def registered(visitor):
    key = Authenticator(origin="http://localhost:8000")
    asked = visitor.post("/account/passkeys/options", json={"name": "Desk"})
    made = visitor.post(
        "/account/passkeys", json={"name": "Desk", "credential": key.create(asked.json())}
    )
    assert made.json() == {"next": "/account"}
    return key


def test_a_passkey_once_added_signs_in_and_leads_on(visits):
    key = registered(visits(ANNA))
    visitor = visits()
    asked = visitor.post("/sign-in/passkey/options", json={"next": "/account"}).json()
    fields = {"next": "/account", "credential": key.get(asked)}
    assert visitor.post("/sign-in/passkey", json=fields).json() == {"next": "/account"}
    assert "anna.lind" in visitor.get("/account").text


def test_after_a_passkey_an_invitation_leads_to_the_desk(house, visits):
    registered(visits(ANNA))
    link = sign_in_link(house, ANNA.actor_id)
    assert visits().post(link).headers["location"] == "/"


def test_a_passkey_of_somebody_unknown_is_refused_in_words_that_the_script_can_show(visits):
    visitor = visits()
    asked = visitor.post("/sign-in/passkey/options", json={}).json()
    stranger = Authenticator(origin="http://localhost:8000")
    answer = visitor.post("/sign-in/passkey", json={"credential": stranger.get(asked)})
    assert answer.status_code == 403
    assert answer.json()["code"] == "passkey-refused"
    assert set(answer.json()) == {"what", "remedy", "code"}


def test_after_sign_in_by_another_site_nobody_is_elsewhere(visits):
    key = registered(visits(ADAM))
    visitor = visits()
    asked = visitor.post("/sign-in/passkey/options", json={}).json()
    fields = {"next": "//evil.example", "credential": key.get(asked)}
    assert visitor.post("/sign-in/passkey", json=fields).json() == {"next": "/"}
