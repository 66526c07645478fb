"""Warnings to everybody: pages, CAP, calendar and feeds; no script, no cookie, kept by caches."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from tocsin.app import App
from tocsin.casework import publications
from tocsin.casework.cap_keys import certificate
from tocsin.domain.public import Publication, Status
from tocsin.domain.refusal import Code, refuse
from tocsin.web import doors
from tocsin.web.answers import page
from tocsin.web.doors import House, public
from tocsin.web.public_shown import (
    FEED,
    HOME,
    SHAM_FEED,
    SHAM_HOME,
    entries,
    publication,
    view_of,
)

router = doors.router(HOME)

EVERYBODY = public("a warning to the public is for everybody")
READING = ["GET", "HEAD"]
ACTUAL = (Status.ACTUAL,)
SHAM = publications.SHAM
SOON, FOREVER = "public, max-age=60", "public, max-age=31536000, immutable"
CAP, ATOM, PEM = "application/cap+xml", "application/atom+xml", "application/x-pem-file"
HTML, ICS = "text/html; charset=utf-8", "text/calendar; charset=utf-8"
LONGEST_TAG = 35


@router.api_route("", methods=READING, dependencies=[EVERYBODY])
def listed(request: Request, app: House) -> Response:
    """What stands and what stood; exercises and tests are elsewhere."""
    return _list(request, app, ACTUAL, FEED)


@router.api_route("/exercises", methods=READING, dependencies=[EVERYBODY])
def exercises(request: Request, app: House) -> Response:
    return _list(request, app, SHAM, SHAM_FEED)


@router.api_route("/feed.atom", methods=READING, dependencies=[EVERYBODY])
def feed(request: Request, app: House, page: Annotated[int, Query(ge=1, le=99)] = 1) -> Response:
    return _feed(request, app, ACTUAL, "Warnings", FEED, HOME, page)


@router.api_route("/exercises.atom", methods=READING, dependencies=[EVERYBODY])
def exercises_feed(
    request: Request, app: House, page: Annotated[int, Query(ge=1, le=99)] = 1
) -> Response:
    title = "EXERCISES AND TESTS, nothing in them is real"
    return _feed(request, app, SHAM, title, SHAM_FEED, SHAM_HOME, page)


@router.api_route("/certificate", methods=READING, dependencies=[EVERYBODY])
def pinned(request: Request, app: House) -> Response:
    """What partners pin, to judge our signatures by."""
    if app.settings.public is None:
        refuse(
            Code.PUBLICATION_UNKNOWN,
            "Nothing was shown: this house does not warn the public.",
            "Ask whoever gave you this address.",
        )
    return _kept(request, certificate(app), PEM, SOON)


@router.api_route("/{identifier}", methods=READING, dependencies=[EVERYBODY])
def warning(request: Request, app: House, identifier: str) -> Response:
    """A message, and what came of it since."""
    chain, at = _chain(app, identifier)
    view = view_of(
        chain,
        at,
        now=app.clock(),
        house=house_name(app),
        accepted=request.headers.get("accept-language", ""),
    )
    shown = page(request, "public/warning.html", view=view)
    return _kept(request, bytes(shown.body), HTML, SOON, varies=True)


@router.api_route("/{identifier}/cap", methods=READING, dependencies=[EVERYBODY])
def cap(request: Request, app: House, identifier: str) -> Response:
    """The signed message, byte for byte."""
    content = publications.signed(app, identifier)
    chain, at = _chain(app, identifier)
    return _kept(request, content, CAP, FOREVER, modified=chain[at].sent)


@router.api_route("/{identifier}/calendar", methods=READING, dependencies=[EVERYBODY])
def calendar(
    request: Request,
    app: House,
    identifier: str,
    lang: Annotated[str, Query(max_length=LONGEST_TAG)] = "",
) -> Response:
    """The time it holds, as an entry of a calendar."""
    from tocsin.feeds.cap.calendar import calendar as written

    chain, at = _chain(app, identifier)
    one = chain[at]
    language = next((said.language for said in one.words if said.language == lang), None)
    answer = _kept(request, written(one, language), ICS, FOREVER, modified=one.sent)
    answer.headers["Content-Disposition"] = 'inline; filename="warning.ics"'
    return answer


def house_name(app: App) -> str:
    """What the public knows this house by; "" where nobody has said."""
    named = app.settings.public.sender_name if app.settings.public else ""
    return named or app.settings.house


def _chain(app: App, identifier: str) -> tuple[list[Publication], int]:
    chain = [publication(one.said) for one in publications.chain_of(app, identifier)]
    return chain, [one.identifier for one in chain].index(identifier)


def _list(request: Request, app: App, statuses: Sequence[Status], feed: str) -> Response:
    found = list(entries(publications.messages(app, statuses), app.clock()))
    sham = Status.ACTUAL not in statuses
    shown = page(
        request, "public/list.html", entries=found, house=house_name(app), feed=feed, sham=sham
    )
    return _kept(request, bytes(shown.body), HTML, SOON)


def _feed(
    request: Request,
    app: App,
    statuses: Sequence[Status],
    title: str,
    address: str,
    home: str,
    number: int,
) -> Response:
    from tocsin.feeds.cap.atom import FeedHead, entry_of
    from tocsin.feeds.cap.atom import feed as written

    base, house = app.settings.base_url, house_name(app)
    found = [publication(one.said) for one in publications.messages(app, statuses)]
    told = [
        entry_of(
            one, cap=f"{base}{HOME}/{one.identifier}/cap", page=f"{base}{HOME}/{one.identifier}"
        )
        for one in found
    ]
    head = FeedHead(
        title=f"{title} – {house}" if house else title,
        author=house or "Tocsin",
        address=f"{base}{address}",
        page=f"{base}{home}",
        since=datetime.fromtimestamp(0, UTC),
    )
    try:
        content = written(told, head, page=number)
    except ValueError:
        refuse(
            Code.PUBLICATION_UNKNOWN,
            "Nothing was shown: the feed has no such page.",
            "Begin with its first page.",
        )
    return _kept(request, content, ATOM, SOON, modified=found[0].sent if found else None)


def _kept(
    request: Request,
    content: bytes,
    media_type: str,
    how_long: str,
    *,
    modified: datetime | None = None,
    varies: bool = False,
) -> Response:
    """An answer that caches keep, and that whoever has it already need not load again."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"Cache-Control": how_long, "ETag": tag}
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    if varies:
        headers["Vary"] = "Accept-Language"
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
