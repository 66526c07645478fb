"""A house on each database, its clock, and a road that a case takes through it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.casework.road import Post, Road
from tests.support.house import Hands, a_house, with_house_key
from tocsin.app import App, build
from tocsin.domain.kinds import Method
from tocsin.settings import Settings

Opens = Callable[..., App]


def _furnish(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        a_house(url, Path(folder)).close()


@pytest.fixture(scope="session")
def furnished_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file in which everybody is enrolled."""
    path = tmp_path_factory.mktemp("furnished") / "tocsin.db"
    _furnish(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of one's own in which everybody is enrolled: a copy, which is made at once."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("furnished_file"), tmp_path / "tocsin.db")
        yield f"sqlite:///{tmp_path / 'tocsin.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    database = server.create(server.prepared_template(_furnish))
    yield server.url(database)
    server.drop(database)


@pytest.fixture
def clock() -> Hands:
    """The clock on the wall: it moves only when told."""
    return Hands()


@pytest.fixture
def post() -> Post:
    """The post: keeps what it is given, or does what it is told to instead."""
    return Post()


@pytest.fixture
def opens(database_url: str, tmp_path: Path, clock: Hands, post: Post) -> Iterator[Opens]:
    """Opens the same house once more, as another process would; takes settings."""
    opened: list[App] = []

    def once_more(**settings: object) -> App:
        folder = with_house_key(tmp_path / "house")
        all_settings = {"data_dir": folder, "database_url": database_url, **settings}
        app = build(
            Settings.model_validate(all_settings), clock=clock, channels={Method.EMAIL: post}
        )
        opened.append(app)
        return app

    yield once_more
    for app in opened:
        app.close()


@pytest.fixture
def app(opens: Opens) -> App:
    """A house with its officers, on both databases."""
    return opens()


@pytest.fixture
def road(app: App, clock: Hands) -> Road:
    """One case in that house, at its very beginning."""
    return Road(app=app, clock=clock)
