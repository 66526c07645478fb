"""What is answered when something is not done: JSON to programs, a page to people.

Neither a refusal nor a bug carries threat text, names or what was sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from tocsin import __version__
from tocsin.casework import logbook
from tocsin.casework.access import allows
from tocsin.casework.people import is_of_the_example
from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import people
from tocsin.web.doors import house

RETRY_AFTER_S = 5
MOST_FAULTS = 20
MOST_PATH = 100
FAULTS: Mapping[str, Code] = {
    "extra_forbidden": Code.UNKNOWN_FIELD,
    Code.TIME_WITHOUT_ZONE.value: Code.TIME_WITHOUT_ZONE,
}
PLAINLY = {"missing": "is needed", "extra_forbidden": "there is no such field"}

STATUS: Mapping[Code, int] = {
    Code.NOT_SIGNED_IN: 401,
    Code.SIGNATURE_INVALID: 401,
    Code.NOT_ALLOWED: 403,
    Code.CROSS_SITE: 403,
    Code.INVITE_INVALID: 403,
    Code.PASSKEY_REFUSED: 403,
    Code.CASE_UNKNOWN: 404,
    Code.REPORT_UNKNOWN: 404,
    Code.VICTIM_UNKNOWN: 404,
    Code.WARNING_UNKNOWN: 404,
    Code.RECIPIENT_UNKNOWN: 404,
    Code.DELIVERY_UNKNOWN: 404,
    Code.OFFICER_UNKNOWN: 404,
    Code.PUBLICATION_UNKNOWN: 404,
    Code.LIST_UNKNOWN: 404,
    Code.DISPATCH_UNKNOWN: 404,
    Code.INBOUND_UNKNOWN: 404,
    Code.CLAIM_UNKNOWN: 404,
    Code.QUESTION_UNKNOWN: 404,
    Code.WATCH_UNKNOWN: 404,
    Code.SIGHTING_UNKNOWN: 404,
    Code.HOLD_UNKNOWN: 404,
    Code.LINK_UNKNOWN: 404,
    Code.RECORD_UNKNOWN: 404,
    Code.TOKEN_INVALID: 404,
    Code.REPORT_TOO_LARGE: 413,
    Code.REPORT_EMPTY: 422,
    Code.REPORT_UNREADABLE: 422,
    Code.REPORT_TOO_COMPLEX: 422,
    Code.TIME_WITHOUT_ZONE: 422,
    Code.TIME_IN_FUTURE: 422,
    Code.BAD_VALUE: 422,
    Code.UNKNOWN_FIELD: 422,
    Code.GROUND_UNKNOWN: 422,
    Code.PERIOD_UNKNOWN: 422,
    Code.PARTICULARS_MISSING: 422,
    Code.ADDRESS_INVALID: 422,
    Code.LANGUAGE_UNKNOWN: 422,
    Code.KEY_UNUSABLE: 422,
    Code.KEY_EXPIRED: 422,
    Code.WARNING_INCOMPLETE: 422,
    Code.CODE_WRONG: 422,
    Code.PHRASE_WRONG: 422,
    Code.CANCELLATION_MISSING: 422,
    Code.EXPORT_INVALID: 422,
    Code.TOO_MANY_TRIES: 429,
    Code.SETTINGS_INVALID: 503,
    Code.PACK_INVALID: 422,
    Code.PACK_UNKNOWN: 422,
    Code.STORE_UNAVAILABLE: 503,
    Code.STORE_FULL: 507,
}
"""Every other refusal is one of the case as it stands: 409."""

HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": str(RETRY_AFTER_S)},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What did not happen, as both JSON and the error page show it."""

    code: str
    what: str
    remedy: str = ""
    reference: str = ""
    fields: Sequence[Mapping[str, str]] = ()


def status_of(code: Code) -> int:
    return STATUS.get(code, 409)


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page with everything that the frame of every page asks for."""
    app = house(request)
    # Where no officer is to be shown, the database may be what is in trouble.
    signed_in = None if "officer" in context else _signed_in(request)
    shown: dict[str, Any] = {
        "now": app.clock(),
        "version": __version__,
        "nav": "",
        "officer": signed_in,
        "example": signed_in is not None and is_of_the_example(signed_in.officer_id),
        "alarms": _alarms(request) if signed_in else (),
    }
    text = request.app.state.templates.get_template(template).render(shown | context)
    return HTMLResponse(text, status)


def _signed_in(request: Request) -> people.Officer | None:
    actor: Actor | None = getattr(request.state, "officer", None)
    if actor is None:
        return None
    with house(request).store.read() as db:
        return people.officer(db, actor.actor_id)


def _alarms(request: Request) -> Sequence[str]:
    """What is wrong with the log, for those who can have something done about it."""
    app = house(request)
    return logbook.alarms(app) if allows(app, request.state.officer, "publish_log") else ()


def answer(
    request: Request, status: int, trouble: Trouble, headers: Mapping[str, str] | None = None
) -> Response:
    """The trouble in the caller's language; `headers` are added to those of the status."""
    headers = {**HEADERS.get(status, {}), **(headers or {})}
    if is_api(request):
        error: dict[str, Any] = {
            "code": trouble.code, "what": trouble.what, "remedy": trouble.remedy
        }  # fmt: skip
        if trouble.reference:
            error["reference"] = trouble.reference
        if trouble.fields:
            error["fields"] = trouble.fields
        return JSONResponse({"error": error}, status, headers)
    shown = page(
        request,
        "error.html",
        status=status,
        officer=None,
        refusal=None if trouble.reference else trouble,
        reference=trouble.reference,
    )
    shown.headers.update(headers)
    return shown


def is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def refused(request: Request, refusal: Refusal) -> Response:
    """A refusal; a signed-out person is asked to sign in instead."""
    if refusal.code is Code.NOT_SIGNED_IN and not is_api(request):
        url = request.url
        back = f"{url.path}?{url.query}" if url.query else url.path
        wanted = back if request.method == "GET" else "/"
        return RedirectResponse(f"/sign-in?next={quote(wanted, safe='/')}", 303)
    trouble = Trouble(code=refusal.code, what=refusal.what, remedy=refusal.remedy)
    return answer(request, status_of(refusal.code), trouble)


def broken(request: Request, reference: str) -> Response:
    """A bug: only the number under which it was logged."""
    trouble = Trouble(
        code="bug",
        what="Something went wrong in Tocsin; what had been saved before is still saved.",
        remedy="Look whether it was done; give the reference to whoever runs this system.",
        reference=reference,
    )
    return answer(request, 500, trouble)


def too_large() -> Refusal:
    return Refusal(
        Code.REPORT_TOO_LARGE,
        "Nothing was received: it is larger than this house takes.",
        "Send less, or ask an operator to raise report_bytes.",
    )


def misfit(request: Request, error: RequestValidationError) -> Response:
    """Which fields were wrong, and how; never what was in them."""
    found = error.errors()
    special = [FAULTS[one["type"]] for one in found if one["type"] in FAULTS]
    fields = [
        {"path": ".".join(map(str, one["loc"]))[:MOST_PATH], "problem": _problem(one)}
        for one in found[:MOST_FAULTS]
    ]
    trouble = Trouble(
        code=special[0] if special else Code.BAD_VALUE,
        what="Nothing was done: " + "; ".join(f"{f['path']}: {f['problem']}" for f in fields) + ".",
        remedy="Correct the fields named.",
        fields=fields,
    )
    return answer(request, 422, trouble)


def _problem(one: Mapping[str, Any]) -> str:
    said = str(one["msg"]).removeprefix("Value error, ").rstrip(".")
    return PLAINLY.get(one["type"], said)


def undone(request: Request, error: HTTPException) -> Response:
    """What the framework itself refuses: no such page, method, or a body that is no body."""
    if error.status_code == 413:
        return refused(request, too_large())
    phrase = HTTPStatus(error.status_code).phrase
    trouble = Trouble(
        code=f"http-{error.status_code}",
        what=f"Nothing was done: {phrase.lower()}.",
        remedy="Check the address." if error.status_code == 404 else "",
    )
    return answer(request, error.status_code, trouble, error.headers)


def install(api: FastAPI) -> None:
    """Answer every kind of trouble in the same words."""
    api.add_exception_handler(Refusal, refused)  # type: ignore[arg-type]  # Starlette's own typing
    api.add_exception_handler(RequestValidationError, misfit)  # type: ignore[arg-type]  # as above
    api.add_exception_handler(HTTPException, undone)  # type: ignore[arg-type]  # as above
