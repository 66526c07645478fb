"""Counts are small here and full in `make torture`, where one sees how far it has come."""

import time
from collections.abc import Callable, Iterator

import pytest

EVERY_S = 20

Tell = Callable[[str], None]


@pytest.fixture
def tell(capfd) -> Iterator[Tell]:
    """Says a line now and then; the last of each test when it ends."""
    spoken, last = time.monotonic(), ""

    def say(line: str) -> None:
        nonlocal spoken, last
        last = line
        if time.monotonic() - spoken > EVERY_S:
            spoken = time.monotonic()
            with capfd.disabled():
                print(f"\n{line} ", end="", flush=True)  # noqa: T201 - to see that it goes on

    yield say
    if last:
        with capfd.disabled():
            print(f"\n{last} ", end="", flush=True)  # noqa: T201
