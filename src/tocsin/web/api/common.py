"""What all routes of the API share: where they lie, the key they take, how they refuse."""

from typing import Any

from fastapi import APIRouter, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel

from tocsin.web import doors

PREFIX = "/api"


class Fault(BaseModel):
    """A field and what is wrong with it; never what was in it."""

    path: str
    problem: str


class Error(BaseModel):
    """What did not happen and what to do; `code` is stable, the words are not."""

    code: str
    what: str
    remedy: str
    reference: str = ""
    fields: list[Fault] = []


class Refused(BaseModel):
    error: Error


ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {"model": Refused, "description": words}
    for status, words in {
        400: "The body could not be read",
        401: "Not signed in",
        403: "None of your roles allows it",
        404: "There is no such thing, or you may not see it",
        409: "The case does not allow it as it stands",
        413: "Too large",
        422: "A field is missing, unknown or has no such value",
        503: "The house cannot answer now; see Retry-After",
        507: "The disk is full",
    }.items()
}
# Doors look at the key themselves; this says so in the description.
KEY = Security(
    HTTPBearer(auto_error=False, scheme_name="token", description="An officer's API token")
)


def closed() -> APIRouter:
    """A router for routes with an officer's door."""
    return doors.router(PREFIX, dependencies=[KEY], responses=ANSWERS)


def opened() -> APIRouter:
    """A router for routes with a public door."""
    return doors.router(PREFIX, responses={503: ANSWERS[503]})
