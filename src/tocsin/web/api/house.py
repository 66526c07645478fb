"""The house itself: who you are, whether it can answer, its description."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import JSONResponse

from tocsin.domain.actor import Role
from tocsin.store import events
from tocsin.web.api.common import closed, opened
from tocsin.web.doors import House, Officer, officer, public

router, everybody = closed(), opened()


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    officer_id: str
    unit: str
    roles: Sequence[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    status: str


@router.get("/me", operation_id="me", tags=["house"], dependencies=[officer()])
def me(by: Officer) -> Me:
    """Who you are here"""
    return Me(officer_id=by.actor_id, unit=by.unit, roles=sorted(by.roles))


@everybody.get(
    "/health",
    operation_id="health",
    tags=["house"],
    dependencies=[public("monitors ask it, and it tells nothing else")],
)
def health(app: House) -> Health:
    """Whether the house can answer"""
    with app.store.read() as db:
        events.last_position(db)
    return Health(status="ok")


@everybody.get(
    "/openapi.json",
    include_in_schema=False,
    dependencies=[public("it describes an open program")],
)
def description(request: Request) -> JSONResponse:
    """This description"""
    return JSONResponse(request.app.openapi())
