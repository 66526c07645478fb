"""What every test may ask for, and the rules that hold for all of them."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.support.missing import IN_CI
from tests.support.postgres import PostgresServer, running_postgres
from tocsin.names.compiling import uncompiled

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

IN_MEMORY, ROOM_BYTES = Path("/dev/shm"), 4 << 30  # noqa: S108  # named at random in there


def _keep_temporary_files_in_memory() -> None:
    """Where there is room: making a database on a disk costs ten times as much as the tests of it.

    What a killed process wrote, memory holds as a disk does; power is lost on disks of our own.
    """
    if "TMPDIR" in os.environ or not os.access(IN_MEMORY, os.W_OK | os.X_OK):
        return
    runs_programs = not os.statvfs(IN_MEMORY).f_flag & os.ST_NOEXEC
    if runs_programs and shutil.disk_usage(IN_MEMORY).free >= ROOM_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


_keep_temporary_files_in_memory()
with uncompiled():  # it takes a minute, and most tests of names a moment; see `make compiled`
    import_module("tocsin.names.matching")

# How long an example takes depends on what else the machine does.
# In CI the same examples each time: what chance alone finds must not stop somebody else's change.
hypothesis.settings.register_profile(
    "tocsin", deadline=None, print_blob=True, max_examples=60, derandomize=IN_CI
)
hypothesis.settings.load_profile("tocsin")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the whole run, started by the first test that needs it."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    database = postgres_server.create()
    yield postgres_server.url(database)
    postgres_server.drop(database)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty database: every test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite+pysqlite:///{tmp_path / 'tocsin.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def playwright() -> Iterator["Playwright"]:
    """What drives browsers: once in a process, more cannot be."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: "Playwright") -> Iterator["Browser"]:
    """One browser for the whole run, started by the first test that needs it."""
    from tests.support.browser import running_browser

    with running_browser(playwright) as browser:
        yield browser


@pytest.fixture(autouse=True)
def a_loop_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """Playwright's loop counts as running in this thread for as long as the browser lives."""
    running = asyncio._get_running_loop()
    mine = running is not None and request.node.get_closest_marker("browser") is None
    if mine:
        asyncio._set_running_loop(None)
    yield
    if mine:
        asyncio._set_running_loop(running)


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A page with its own cookies; script errors and requests beyond this machine fail the test."""
    from tests.support.browser import watched_page

    with watched_page(browser) as page:
        yield page


@pytest.fixture
def page_without_javascript(browser: "Browser") -> Iterator["Page"]:
    """As `page`, in a browser that runs no scripts."""
    from tests.support.browser import watched_page

    with watched_page(browser, javascript=False) as page:
        yield page


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where samples lie that are too many, or not ours, to travel with the tests."""
    parser.addoption(
        "--shared-data",
        metavar="DIR",
        default=os.environ.get("TOCSIN_DATA"),
        help="collect the tests over the samples in DIR too (default: TOCSIN_DATA)",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Tests over shared samples, in files named *_shared.py, are there only where those are."""
    is_shared = collection_path.name.endswith("_shared.py")
    return True if is_shared and not config.getoption("--shared-data") else None


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: a third of the time tests wait for something."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Let nothing under test reach beyond this machine."""
    sys.addaudithook(_stay_on_this_machine)


def _stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    # RuntimeError, not OSError: code that retries a failed network must not take this for one.
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _refuse_unless_loopback(arguments[1][0])
    elif event == "socket.getaddrinfo":
        _refuse_unless_loopback(arguments[0])


def _refuse_unless_loopback(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return
    try:
        local = ip_address(name).is_loopback or ip_address(name).is_unspecified
    except ValueError:
        local = False
    if not local:
        raise RuntimeError(f"A test tried to reach {name}, beyond this machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs PostgreSQL or a browser, and put browser tests last.

    The longest come first in either half: nobody waits for them at the end.
    """
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        for name in ("postgres", "browser"):
            if any(fixture in fixtures for fixture in (f"{name}_url", f"{name}_server", name)):
                item.add_marker(name)
    items.sort(
        key=lambda item: (
            item.get_closest_marker("browser") is not None,
            item.get_closest_marker("long") is None and "/torture/" not in item.nodeid,
        )
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name what was not run, just before pytest counts what was."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.getreports("skipped"):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    if reasons:
        terminalreporter.section("Not run")
    for reason, tests in reasons.items():
        terminalreporter.write_line(f"  {reason} ({tests} test{'s' * (tests > 1)})")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a test that was skipped, for whatever reason, is a failure."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return  # one of several processes; the one that counts decides
    if IN_CI and exitstatus == pytest.ExitCode.OK and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
