"""One published log for every tool, and the checker built from Go's own packages."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.interop.published import PublishedLog, written_and_published
from tests.interop.tools import Verdict, go_checker, verdict

SOURCES = ["go", "debian"] if os.environ.get("TOCSIN_INTEROP") == "all" else ["go"]


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> PublishedLog:
    """Written and published by a house, and cosigned."""
    return written_and_published(tmp_path_factory.mktemp("interop"))


@pytest.fixture(scope="session", params=SOURCES)
def sumdb(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[..., Verdict]:
    """Asks golang.org/x/mod/sumdb; words as tests/interop/go/main.go describes them."""
    base = tmp_path_factory.getbasetemp()
    # Processes that share a run share what one of them has built.
    shared: Path = base if worker_id == "master" else base.parent
    checker = go_checker(request.param, shared / f"go-{request.param}")
    return lambda *words: verdict([str(checker), *map(str, words)])
