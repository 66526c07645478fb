"""A fresh house on SQLite, and a browser in it."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.support.house import JO, a_client, a_house
from tocsin.app import App


@pytest.fixture
def house(tmp_path) -> Iterator[App]:
    """A house on SQLite; storage itself is tested elsewhere, on both databases."""
    app = a_house(f"sqlite:///{tmp_path / 'tocsin.db'}", tmp_path)
    yield app
    app.close()


@pytest.fixture
def client(house: App) -> TestClient:
    """A browser signed in as the officer who holds every role that reads content."""
    return a_client(house, JO)
