"""A house with officers, on each database, and randomness that repeats."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.identity.people import enrolled
from tocsin.store.engine import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated store in which Ines may sign in."""
    store = Store(database_url)
    store.migrate()
    enrolled(store)
    yield store
    store.close()


@pytest.fixture
def randomness() -> Callable[[int], bytes]:
    """Bytes that look random and are the same in every run."""
    numbers = count()
    return lambda length: hashlib.shake_256(next(numbers).to_bytes(8)).digest(length)
