"""The house itself: who you are, the policy in force, whether it can answer, its description."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import JSONResponse

from tocsin.domain.actor import Role
from tocsin.domain.duty import Ground
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
class PolicyInForce:
    """`pack_hash` is the SHA-256 of the pack; `minimum_content` what every warning says."""

    name: str
    pack_hash: str
    grounds: Mapping[str, Ground]
    minimum_content: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    status: str


@router.get("/me", operation_id="me", tags=["house"], dependencies=[officer()])
def me(by: Officer) -> Me:
    """Who you are here"""
    return Me(officer_id=by.actor_id, unit=by.unit, roles=sorted(by.roles))


@router.get("/policy", operation_id="policy", tags=["house"], dependencies=[officer()])
def policy(app: House) -> PolicyInForce:
    """The policy in force: grounds to waive and what each must state"""
    pack = app.policy
    return PolicyInForce(
        name=pack.name,
        pack_hash=pack.pack_hash,
        grounds=dict(pack.grounds),
        minimum_content=pack.minimum_content,
    )


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
