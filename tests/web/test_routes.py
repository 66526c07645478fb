"""No route without a door, and no door that opens to whoever comes."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import RouteContext, iter_route_contexts

from tests.support.house import EVERYONE, a_client
from tocsin.casework.access import allows
from tocsin.web.doors import DooredRoute, door_of, officer, public, router
from tocsin.web.server import create_app

# Our own built assets, the same for everybody; the server lists no folder.
WITHOUT_DOOR = {"/static"}


@pytest.fixture
def routes(house) -> list[RouteContext]:
    return list(iter_route_contexts(create_app(house).routes))


def doored(routes, kind) -> Iterator[tuple[str, str, str]]:
    """Method, path with something in every gap, and the house's action, by the door's kind."""
    for route in routes:
        if isinstance(route.original_route, DooredRoute):
            door = door_of(route.original_route)
            if door.kind == kind:
                for method in route.methods:
                    yield method, re.sub(r"\{\w+\}", "C-0000-0000", route.path), door.action


def test_every_route_has_a_door(routes):
    open_ = {r.path for r in routes if not isinstance(r.original_route, DooredRoute)}
    assert open_ == WITHOUT_DOOR
    assert len(routes) > 40


def test_every_public_door_says_why_it_is_one(routes):
    doors = [door_of(r.original_route) for r in routes if isinstance(r.original_route, DooredRoute)]
    assert all(door.why for door in doors if door.kind == "public")


def test_every_door_for_officers_is_shut_to_whoever_is_not_signed_in(house, routes):
    stranger = a_client(house)
    for method, path, _ in doored(routes, "officer"):
        answer = stranger.request(method, path, content=b"not even a body")
        if path.startswith("/api/"):
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not-signed-in")
        else:
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in?next=/")


def test_every_door_that_names_an_act_is_shut_to_officers_who_may_not_do_it(house, routes):
    clients = {one.actor_id: a_client(house, one) for one in EVERYONE}
    named = [one for one in doored(routes, "officer") if one[2]]
    assert named
    for method, path, action in named:
        others = [one for one in EVERYONE if not allows(house, one, action)]
        assert others, action
        for other in others:
            answer = clients[other.actor_id].request(method, path)
            assert answer.status_code == 403, (path, other.actor_id)


@pytest.mark.parametrize("doors", [[], [officer(), public("no")]])
def test_a_route_with_no_door_or_two_cannot_be_made(doors):
    with pytest.raises(ValueError, match="doors, not one"):
        router().add_api_route("/x", lambda: None, dependencies=doors)


def test_a_public_door_without_a_reason_cannot_be_made():
    with pytest.raises(ValueError, match="says why"):
        public("")
