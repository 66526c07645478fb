"""One's own account: only one's own, and what is secret is shown once."""

import re

from tests.builders import ANNA, BEN
from tests.support.authenticator import Authenticator
from tocsin.store import people


def a_token(visitor, **fields):
    sent = {"token": "Morning feed", "days": "90"} | fields
    return visitor.post("/account/tokens", data=sent)


def shown_token(page):
    return re.search(r'id="new-token">(tocsin_[\w-]+)<', page.text)[1]


def test_an_account_says_who_one_is_and_what_one_may_do_in_words(visits):
    shown = visits(ANNA).get("/account").text
    assert "Anna Lind" in shown
    assert "<b>Analyst</b>: Receives reports" in shown
    assert "Determining officer" not in shown


def test_a_token_is_shown_once_and_works_until_it_is_ended(house, visits):
    visitor, program = visits(ANNA), visits()
    token = shown_token(a_token(visitor))
    program.headers["Authorization"] = f"Bearer {token}"
    assert program.get("/account").status_code == 200
    listed = visitor.get("/account").text
    assert token not in listed
    assert "Morning feed" in listed
    with house.store.read() as db:
        (kept,) = people.api_tokens(db, ANNA.actor_id)
    ended = visitor.post("/account/tokens/revoke", data={"token": kept.token_hash})
    assert ended.status_code == 303
    assert program.get("/account").status_code == 303


def test_a_token_without_a_purpose_or_an_end_is_not_made(visits):
    answer = a_token(visits(ANNA), token=" ", days="9999")
    assert answer.status_code == 422
    assert "Say what the token is for" in answer.text
    assert "Choose how long it lasts" in answer.text
    assert "new-token" not in answer.text


def test_nobody_ends_another_officers_token(house, visits):
    a_token(visits(BEN))
    with house.store.read() as db:
        (kept,) = people.api_tokens(db, BEN.actor_id)
    answer = visits(ANNA).post("/account/tokens/revoke", data={"token": kept.token_hash})
    assert answer.status_code == 404


def test_a_passkey_is_listed_and_removed(house, visits):
    visitor = visits(ANNA)
    key = Authenticator(origin="http://localhost:8000")
    asked = visitor.post("/account/passkeys/options", json={}).json()
    visitor.post("/account/passkeys", json={"name": "Desk", "credential": key.create(asked)})
    assert "Desk" in visitor.get("/account").text
    wanted = {"passkey": key.credential_id.hex()}
    assert visits(BEN).post("/account/passkeys/remove", data=wanted).status_code == 403
    assert visitor.post("/account/passkeys/remove", data={"passkey": "zz"}).status_code == 403
    assert visitor.post("/account/passkeys/remove", data=wanted).status_code == 303
    assert "You have none yet" in visitor.get("/account").text


def test_signing_out_everywhere_ends_every_session_and_token(visits):
    here, there, program = visits(ANNA), visits(ANNA), visits()
    program.headers["Authorization"] = f"Bearer {shown_token(a_token(here))}"
    assert here.post("/account/sign-out-everywhere").headers["location"] == "/sign-in"
    assert {one.get("/account").status_code for one in (here, there, program)} == {303}


def test_where_no_passkey_can_work_none_is_offered(tmp_path, hands):
    from tests.support.house import a_client, a_house

    app = a_house(
        f"sqlite:///{tmp_path / 'other.db'}",
        tmp_path,
        clock=hands,
        public_url="http://10.0.0.1:8000",
    )
    assert "data-passkey" not in a_client(app, ANNA).get("/account").text
    assert "data-passkey" not in a_client(app).get("/sign-in").text
    app.close()
