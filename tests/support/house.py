"""A house for tests: an empty database, a clock that obeys, officers who do not exist."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.builders import NOW, OFFICERS, an_officer
from tocsin.app import App, build
from tocsin.casework import ledger
from tocsin.casework.export import house_key_text
from tocsin.channels import Channel
from tocsin.domain.actor import Actor, Role
from tocsin.domain.kinds import Method
from tocsin.identity import officers, sessions, tokens
from tocsin.record.note import VerifierKey
from tocsin.settings import Settings
from tocsin.web.doors import cookie_name
from tocsin.web.server import create_app

JO = an_officer("jo.marsh", "east", *(set(Role) - {Role.INSPECTOR, Role.ADMINISTRATOR}))
"""Holds every role that reads content."""
EVERYONE = (*OFFICERS, JO)


@dataclass(slots=True)
class Hands:
    """A clock that moves only when told."""

    now: datetime = field(default=NOW)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


def with_house_key(folder: Path) -> Path:
    """The folder, holding the key of every house for tests: a copied database opens with it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "house.key").write_text("07" * 32)
    return folder


def a_house(
    database_url: str,
    tmp_path: Path,
    *,
    clock: Hands | None = None,
    channels: Mapping[Method, Channel] | None = None,
    **settings: Any,
) -> App:
    """A house with everyone enrolled; nobody is signed in. In a new SQLite file it is a copy."""
    clock, path = clock or Hands(), Path(database_url.partition(":///")[2])
    copied = database_url.startswith("sqlite") and not path.exists()
    if copied:
        path.touch(mode=0o600)
        path.write_bytes(_furnished(clock(), settings.get("log_origin", "")))
    app = build(
        Settings(
            data_dir=with_house_key(tmp_path / "house"), database_url=database_url, **settings
        ),
        clock=clock,
        randomness=random.Random(7).randbytes,  # noqa: S311  # the same in every run
        channels=channels or {},
    )
    if not copied:
        enrol_everyone(app)
    return app


@cache
def _furnished(now: datetime, log_origin: str) -> bytes:
    """The file of a house that was opened then, in which everyone is enrolled."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "tocsin.db")
        app = build(
            Settings(
                data_dir=with_house_key(Path(folder, "house")),
                database_url=f"sqlite:///{path}",
                log_origin=log_origin,
            ),
            clock=lambda: now,
            randomness=random.Random(8).randbytes,  # noqa: S311  # none that its copies draw again
            channels={},
        )
        enrol_everyone(app)
        app.close()
        return path.read_bytes()


def enrol_everyone(app: App) -> None:
    """Give everyone an account."""
    for one in EVERYONE:
        officers.enrol(
            app.store,
            officer_id=one.actor_id,
            name=one.actor_id.replace(".", " ").title(),
            unit=one.unit,
            roles=one.roles,
            email=f"{one.actor_id}@example.org",
        )


def log_keys(app: App) -> list[VerifierKey]:
    """The house's log keys, as somebody would hold them who was given them on paper."""
    return [VerifierKey.from_text(line) for line in house_key_text(app).splitlines()]


def one_more_leaf(app: App) -> None:
    """One more leaf on the log, which says nothing."""
    with app.store.write() as db:
        ledger.cover(app, db, app.clock())


def a_client(app: App, officer: Actor | None = None, web: FastAPI | None = None) -> TestClient:
    """A browser at the house's door, or at `web`'s, signed in where an officer is named."""
    client = TestClient(
        web or create_app(app),
        base_url=app.settings.base_url,
        headers={"Sec-Fetch-Site": "same-origin"},
        follow_redirects=False,
    )
    return sign_in(client, app, officer) if officer else client


def sign_in(client: TestClient, app: App, officer: Actor) -> TestClient:
    """Give the client a session of this officer."""
    token = sessions.start(
        app.store, officer.actor_id, app.clock(), timedelta(hours=12), app.randomness
    )
    client.cookies.set(cookie_name(app.settings), token)
    return client


def api_token(app: App, officer: Actor) -> str:
    """An API token of this officer."""
    return tokens.issue(
        app.store, officer.actor_id, name="test", now=app.clock(), randomness=app.randomness
    )
