"""A migrated store on each database."""

from collections.abc import Iterator

import pytest

from tocsin.store.engine import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A fresh store, on both databases."""
    store = Store(database_url)
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def sqlite_url(tmp_path) -> str:
    """The address of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'only.db'}"


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """A fresh store on SQLite."""
    store = Store(sqlite_url)
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    """A fresh store on PostgreSQL."""
    store = Store(postgres_url)
    store.migrate()
    yield store
    store.close()
