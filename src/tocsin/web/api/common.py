"""What all routes of the API share: where they lie, the key they take, how they refuse."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel

from tocsin.domain.refusal import Code, refuse
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


def _no_strangers(request: Request) -> None:
    """A question that the route does not know is a typing error, not a wish."""
    known = {field.alias for field in request.scope["route"].dependant.query_params}
    if request.query_params.keys() - known:
        refuse(
            Code.UNKNOWN_FIELD,
            "Nothing was done: the address asks for something that is not known here.",
            f"Known after the question mark: {', '.join(sorted(known)) or 'nothing'}.",
        )


def closed() -> APIRouter:
    """A router for routes with an officer's door."""
    strict = [KEY, Depends(_no_strangers)]
    return doors.router(PREFIX, dependencies=strict, responses=ANSWERS)


def opened() -> APIRouter:
    """A router for routes with a public door."""
    return doors.router(PREFIX, responses={503: ANSWERS[503]})
