"""The web application: guards outside, doors on every route, pages and API inside."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute

from tocsin import __version__
from tocsin.app import App
from tocsin.casework.list_underway import Lists
from tocsin.settings import Settings
from tocsin.web import answers, api, pages
from tocsin.web.guards import BodyLimit, SameSite, Watch
from tocsin.web.rates import SCREENED, Rate
from tocsin.web.templating import environment

STATIC = Path(__file__).with_name("static")
FORM_BYTES = 1 << 20
"""What a form may hold beside the report."""


def create_app(app: App) -> FastAPI:
    """The web application of one house."""
    settings = app.settings
    web = FastAPI(
        title="Tocsin",
        version=__version__,
        summary="The open system for the duty to warn",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(Watch, settings=settings),
            Middleware(TrustedHostMiddleware, allowed_hosts=_hosts(settings), www_redirect=False),
            Middleware(BodyLimit, most_bytes=settings.report_bytes + FORM_BYTES),
            Middleware(SameSite, settings=settings),
        ],
    )
    web.state.house, web.state.templates = app, environment()
    web.state.screened, web.state.lists = Rate(*SCREENED), Lists()
    answers.install(web)
    web.router.routes.extend(_routes())
    return web


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Every route, alike for every house: what each asks for is worked out once a process."""
    shared = APIRouter()
    shared.include_router(api.router)
    for router in pages.routers():
        shared.include_router(router, include_in_schema=False)
    shared.mount("/static", StaticFiles(directory=STATIC), name="static")
    return tuple(shared.routes)


def _hosts(settings: Settings) -> list[str]:
    """The names under which this house answers; any other is somebody's trick with DNS."""
    ours = urlsplit(settings.base_url).hostname or settings.host
    return sorted({ours, settings.host, "127.0.0.1", "localhost", "[::1]", "::1"})
