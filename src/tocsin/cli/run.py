"""Starting: pages, API and workers, in one process or in several."""

import errno
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter, validators

from tocsin.app import build
from tocsin.casework import people
from tocsin.casework.house import App
from tocsin.casework.player import play
from tocsin.casework.scenario import load
from tocsin.casework.understanding import warm
from tocsin.cli.doctor import rebuild_watched
from tocsin.cli.output import COMMON, Common
from tocsin.cli.workers import working
from tocsin.domain.refusal import Code, refuse
from tocsin.settings import Settings
from tocsin.settings import load as load_settings
from tocsin.store import events, replay

if TYPE_CHECKING:
    import uvicorn

EXAMPLE = (
    ("crocus", timedelta()),
    ("exercise_release", timedelta(minutes=21)),
    ("exercise", timedelta()),
)
"""The worked example, and how long ago each scenario began: none reaches into the future."""
GRACE_S = 5
"""How long open requests may take to end once we are told to stop."""


def run(
    *,
    example: Annotated[
        bool,
        Parameter(negative="--no-example", help="Load the worked example into an empty house."),
    ] = True,
    host: Annotated[
        str | None, Parameter(help="The address to listen on; else the setting.")
    ] = None,
    port: Annotated[
        int | None,
        Parameter(
            help="The port to listen on; else the setting.",
            validator=validators.Number(gte=1, lte=65_535),
        ),
    ] = None,
    role: Annotated[
        Literal["all", "web", "worker"], Parameter(help="What this process does.")
    ] = "all",
    common: Common = COMMON,
) -> None:
    """Start Tocsin: pages, API and workers in one process.

    The database is brought up to date first. An empty house gets the worked example, once.
    Prints what to open and, for each officer of the example, a fresh link that signs in once.
    """
    _start(_settings(common, host, port), common, role=role, example=example)


def worker(*, common: Common = COMMON) -> None:
    """Start workers alone, beside a web process elsewhere.

    Several may share one PostgreSQL; each job is leased to one of them.
    """
    _start(_settings(common, None, None), common, role="worker", example=False)


def _settings(common: Common, host: str | None, port: int | None) -> Settings:
    given = {"host": host, "port": port}
    return load_settings(common.config).model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )


def _start(settings: Settings, common: Common, *, role: str, example: bool) -> None:
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level="WARNING")
    with ExitStack() as stack:
        listening = stack.enter_context(_listening(settings)) if role != "worker" else None
        app = build(settings)
        stack.callback(app.close)
        make_ready(app, example=example)
        server = _server(app) if listening else None
        stop = Event()

        def ended(_number: int, _frame: FrameType | None) -> None:
            stop.set()
            if server:
                server.should_exit = True

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ended)
        if role != "web":
            stack.enter_context(working(app, stop))
        told, lines = _greeting(app, role)
        common.show(told, *lines)
        print(end="", flush=True)  # whoever started us may read this through a pipe
        if server:
            Thread(target=_read_ahead, args=(app,), name="reading", daemon=True).start()
        if server is None or listening is None:
            stop.wait()
        elif not stop.is_set():
            server.run(sockets=[listening])


def _read_ahead(app: App) -> None:
    app.watchlist.warm(app.store.read)
    warm()
    app.glances.work()


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """The socket, bound before anything else happens. Refuses SETTINGS_INVALID."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((settings.host, settings.port))
            listening.listen(128)
        except (OSError, UnicodeError) as error:
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            why = "something listens there already" if taken else type(error).__name__
            refuse(
                Code.SETTINGS_INVALID,
                f"Tocsin did not start: {settings.host}, port {settings.port} cannot be used "
                f"({why}).",
                "Stop what uses it, or choose another with --port or TOCSIN_PORT.",
            )
        yield listening


def make_ready(app: App, *, example: bool) -> None:
    """Views of this version, sources of all reports, and the example where there is no record."""
    with app.store.read() as db:
        empty, current = not events.last_position(db), replay.views_are_current(db)
        current = current and not replay.sources_are_missing(db)
    if not current:
        rebuild_watched(app)
    if empty and example:
        now = datetime.now(UTC)
        for name, ago in EXAMPLE:
            for _ in play(app, load(name, now - ago)):
                pass


def _greeting(app: App, role: str) -> tuple[dict[str, Any], list[str]]:
    told: dict[str, Any] = {"role": role}
    if role == "worker":
        return told, ["Tocsin's workers are running."]
    told |= {"open": f"{app.settings.base_url}/", "sign_in": []}
    lines = [f"Tocsin is running. Open {told['open']}"]
    everyone = [one for one in people.everyone(app) if one.disabled_at_us is None]
    for officer in everyone:
        if people.is_of_the_example(officer.officer_id):
            link = people.sign_in_link(app, officer.officer_id)
            told["sign_in"].append(
                {"officer_id": officer.officer_id, "roles": officer.roles, "link": link}
            )
            roles = ", ".join(officer.roles).replace("_", " ")
            lines.append(f"\n  {officer.name}: {roles}\n    {link}")
    if told["sign_in"]:
        hours = app.settings.invite_hours
        lines.insert(
            1, f"Sign in as an officer of the example; each link works once, {hours} hours:"
        )
    elif not everyone:
        lines += [
            "Nobody can sign in yet. Make the first administrator, in another terminal:",
            '  tocsin enrol ID --name "NAME" --unit "UNIT" --roles administrator',
            "  tocsin invite ID",
        ]
    return told, [*lines, "\nStop with Ctrl-C."]


def _server(app: App) -> "uvicorn.Server":
    import uvicorn

    from tocsin.web.server import create_app

    config = uvicorn.Config(
        create_app(app),
        # Addresses here hold secrets (links, invites): no access log.
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    return uvicorn.Server(config)
