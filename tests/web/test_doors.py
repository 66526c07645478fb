"""Who somebody is comes from the cookie or the key, and is asked anew each time."""

from datetime import timedelta

import pytest
from starlette.responses import Response

from tests.builders import ADAM, ANNA, BEN
from tests.support.house import Hands, a_client, a_house, api_token
from tocsin.identity import officers
from tocsin.web.doors import cookie_name, sign_in


def me(client, **headers):
    answer = client.get("/api/me", headers=headers)
    return answer.json().get("officer_id", answer.status_code)


def test_the_cookie_says_who_somebody_is(house):
    assert me(a_client(house, ANNA)) == ANNA.actor_id
    assert me(a_client(house)) == 401


def test_a_key_says_it_too_and_then_the_cookie_is_not_looked_at(house):
    key = f"Bearer {api_token(house, BEN)}"
    client = a_client(house, ANNA)
    assert me(client, Authorization=key) == BEN.actor_id
    assert me(client, Authorization="Bearer tocsin_wrong") == 401
    assert me(client, Authorization="Basic dXNlcjpwYXNz") == 401


def test_who_is_not_known_is_told_how_to_be(house):
    assert a_client(house).get("/api/me").headers["www-authenticate"] == "Bearer"


def test_a_session_ends_with_its_time_and_with_its_officer(tmp_path):
    clock = Hands()
    house = a_house(f"sqlite:///{tmp_path / 'tocsin.db'}", tmp_path, clock=clock)
    anna, ben = a_client(house, ANNA), a_client(house, BEN)
    officers.disable(house.store, ANNA.actor_id, clock())
    assert (me(anna), me(ben)) == (401, BEN.actor_id)
    clock.advance(timedelta(hours=12))
    assert me(ben) == 401
    house.close()


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [("https://tocsin.example", "__Host-tocsin_session", True), ("", "tocsin_session", False)],
)
def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    tmp_path, public_url, name, secure
):
    house = a_house(f"sqlite:///{tmp_path / 'tocsin.db'}", tmp_path, public_url=public_url)
    response = Response()
    sign_in(response, house, "a-token")
    first, *attributes = response.headers["set-cookie"].lower().split("; ")
    assert first == f"{name}=a-token".lower()
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= set(attributes)
    assert ("secure" in attributes, cookie_name(house.settings)) == (secure, name)
    house.close()


def test_the_door_is_shut_before_anything_of_the_body_is_read(house):
    def never():
        raise AssertionError("the body was read")
        yield b""

    answer = a_client(house, ADAM).post("/api/reports", content=never())
    assert answer.status_code == 403
