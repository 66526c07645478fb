"""Doors: who you are comes from the cookie or the key, never from a body; every route has one.

A router from `router()` takes no route without a door, and opens the door
before anything of the request's body is read.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from tocsin.app import App
from tocsin.casework.access import allows
from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Code, refuse
from tocsin.identity import sessions, tokens
from tocsin.settings import Settings

COOKIE = "tocsin_session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Who may come through. `action` is asked of the house; casework asks about cases.

    A public door says why it is one; a recipient's link is checked by casework.
    """

    kind: Literal["officer", "recipient", "public"]
    action: str = ""
    why: str = ""

    def __call__(self) -> None:
        """Nothing: as a dependency it only stands in the route table."""


def officer(action: str = "") -> Dependency:
    """For signed-in officers, who may do `action` in the house where one is named."""
    return _door(Door(kind="officer", action=action))


def recipient() -> Dependency:
    """For whoever holds a link; casework checks it."""
    return _door(Door(kind="recipient"))


def public(why: str) -> Dependency:
    """For everybody. Raises ValueError without a reason."""
    if not why:
        raise ValueError("a public door says why it is public")
    return _door(Door(kind="public", why=why))


def _door(door: Door) -> Dependency:
    dependency: Dependency = Depends(door)
    return dependency


def door_of(route: APIRoute) -> Door:
    """The route's door. Raises ValueError where it has none, or several."""
    doors = [d.dependency for d in route.dependencies if isinstance(d.dependency, Door)]
    if len(doors) != 1:
        raise ValueError(f"{route.path} has {len(doors)} doors, not one")
    return doors[0]


class DooredRoute(APIRoute):
    """A route that cannot be without a door."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        door, handle = door_of(self), super().get_route_handler()

        async def through_the_door(request: Request) -> Response:
            if door.kind == "officer":
                await run_in_threadpool(_enter, request, door)
            return await handle(request)

        return through_the_door


def router(prefix: str = "", **options: Any) -> APIRouter:
    """A router that takes no route without a door; `options` are those of APIRouter."""
    return APIRouter(prefix=prefix, route_class=DooredRoute, **options)


def _enter(request: Request, door: Door) -> None:
    actor = who(request)
    if actor is None:
        refuse(
            Code.NOT_SIGNED_IN,
            "Nothing was done: you are not signed in, or not any more.",
            "Sign in, or give a valid API token.",
        )
    if door.action and not allows(house(request), actor, door.action):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was done: none of your roles allows this.",
            "Ask an officer whose role it is, or an administrator for a role.",
        )
    request.state.officer = actor


def who(request: Request) -> Actor | None:
    """Whose request this is. Where a key is given, the cookie is not looked at."""
    app = house(request)
    given = request.headers.get("authorization")
    if given is not None:
        scheme, _, token = given.partition(" ")
        return tokens.who(app.store, token, app.clock()) if scheme.lower() == "bearer" else None
    token = request.cookies.get(cookie_name(app.settings), "")
    return sessions.who(app.store, token, app.clock()) if token else None


def house(request: Request) -> App:
    found: App = request.app.state.house
    return found


def _officer(request: Request) -> Actor:
    actor: Actor = request.state.officer
    return actor


House = Annotated[App, Depends(house)]
Officer = Annotated[Actor, Depends(_officer)]
"""The signed-in officer; only behind an officer's door."""
Visitor = Annotated[Actor | None, Depends(who)]
"""Whoever comes to a public door, signed in or not."""


def is_secure(settings: Settings) -> bool:
    return settings.base_url.startswith("https://")


def cookie_name(settings: Settings) -> str:
    """With https a browser itself keeps other hosts and plain http from setting the cookie."""
    return f"__Host-{COOKIE}" if is_secure(settings) else COOKIE


def sign_in(response: Response, app: App, token: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(app.settings),
        token,
        max_age=app.settings.session_hours * 3_600,
        secure=is_secure(app.settings),
        httponly=True,
        samesite="lax",
    )


def sign_out(request: Request, response: Response) -> None:
    """End the session, here and in the browser."""
    app = house(request)
    name = cookie_name(app.settings)
    if token := request.cookies.get(name):
        sessions.end(app.store, token, app.clock())
    response.delete_cookie(name, secure=is_secure(app.settings), httponly=True, samesite="lax")
