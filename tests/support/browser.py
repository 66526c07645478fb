"""A real browser: Playwright driving the chromium that the system has, never one it downloads."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Route, expect

from tests.support.missing import missing

WHOLE = ("chromium", "chromium-browser", "google-chrome")
# The same engine without a desktop around it: half the processor time. It shows no notifications.
LIGHT = ("chromium-headless-shell", "chrome-headless-shell")
# A page may take seconds where the machine is busy; whoever reads it at once has read the last one.
expect.set_options(timeout=60_000)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
QUIET = (
    "--no-sandbox",  # tests may run as root, and visit only ourselves
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def running_browser(playwright: Playwright, *, whole: bool = False) -> Iterator[Browser]:
    """Start chromium without a window; it closes when the block ends."""
    names = WHOLE if whole else (*LIGHT, *WHOLE)
    path = next(filter(None, map(shutil.which, names)), None) or missing(
        "Chromium is not installed"
    )
    browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
    yield browser
    browser.close()


@contextmanager
def watched_page(browser: Browser, *, javascript: bool = True) -> Iterator[Page]:
    """A page with its own cookies. It reaches only this machine, and its faults fail the test.

    Faults are an uncaught script error, a breach of the content security policy, and any request
    that would have left the machine.
    """
    faults: list[str] = []

    def stay_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname in LOOPBACK:
            route.continue_()
        else:
            faults.append(f"asked for {route.request.url}")
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    with browser.new_context(java_script_enabled=javascript) as context:
        context.route("**/*", stay_here)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", listen)
        yield page
    assert not faults, "\n".join(faults)
