"""The pages of a fresh house on SQLite; the storage is tested elsewhere, on both databases."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from tests.support.house import Hands, a_client, a_house
from tocsin.app import App
from tocsin.domain.actor import Actor


@pytest.fixture
def hands() -> Hands:
    """The clock on the wall."""
    return Hands()


@pytest.fixture
def house(tmp_path, hands) -> Iterator[App]:
    app = a_house(
        f"sqlite:///{tmp_path / 'tocsin.db'}",
        tmp_path,
        clock=hands,
        public_url="http://localhost:8000",
    )
    yield app
    app.close()


@pytest.fixture
def visits(house) -> Callable[[Actor | None], TestClient]:
    """A browser, signed in as the officer given."""
    return lambda officer=None: a_client(house, officer)
