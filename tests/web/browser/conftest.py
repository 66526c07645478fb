"""A running house, and officers who sit at browsers of their own."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from tests.support.browser import watched_page
from tests.support.house import Hands, a_house
from tocsin.app import App
from tocsin.domain.actor import Actor
from tocsin.identity import sessions
from tocsin.web.doors import cookie_name
from tocsin.web.server import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A house served on this machine."""

    app: App
    hands: Hands
    url: str

    def session(self, officer: Actor) -> dict[str, str]:
        """The cookie of an officer who has signed in."""
        token = sessions.start(
            self.app.store, officer.actor_id, self.app.clock(), HALF_A_DAY, self.app.randomness
        )
        return {"name": cookie_name(self.app.settings), "value": token, "url": self.url}


@contextmanager
def serving(tmp_path, **settings: Any) -> Iterator[Site]:
    """A fresh house on a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        hands = Hands()
        database = f"sqlite:///{tmp_path / 'tocsin.db'}"
        app = a_house(database, tmp_path, clock=hands, public_url=url, **settings)
        config = uvicorn.Config(create_app(app), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        until = monotonic() + 20
        while not server.started and monotonic() < until:
            sleep(0.02)
        assert server.started
        yield Site(app=app, hands=hands, url=url)
        server.should_exit = True
        thread.join(20)
        app.close()


@pytest.fixture
def site(tmp_path) -> Iterator[Site]:
    with serving(tmp_path) as site:
        yield site


@dataclass(slots=True, kw_only=True)
class Room:
    """Browsers of their own for officers and recipients; each keeps its own cookies."""

    site: Site
    browser: "Browser"
    stack: ExitStack
    javascript: bool = True
    pages: dict[str, "Page"] = field(default_factory=dict)

    def page(self, who: Actor | str) -> "Page":
        """The page before whoever it is, signed in where it is an officer."""
        name = who if isinstance(who, str) else who.actor_id
        if name not in self.pages:
            watched = watched_page(self.browser, javascript=self.javascript)
            page = self.pages[name] = self.stack.enter_context(watched)
            page.set_default_timeout(60_000)
            if not isinstance(who, str):
                page.context.add_cookies([self.site.session(who)])
        return self.pages[name]


@pytest.fixture
def room(site, browser) -> Iterator[Callable[[bool], Room]]:
    """A room whose browsers run scripts or do not; it closes when the test ends."""
    with ExitStack() as stack:
        yield lambda javascript=True: Room(
            site=site, browser=browser, stack=stack, javascript=javascript
        )
