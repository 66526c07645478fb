"""The published log over HTTP."""

import pytest

from tests.builders import ADAM, ANNA, INES
from tests.support.house import log_keys
from tests.web.pages.road import received
from tocsin.casework import logbook
from tocsin.record.checkpoint import verified
from tocsin.record.tiles import read_entries

FOREVER = "private, max-age=31536000, immutable"


@pytest.fixture
def size(house):
    """How much of a recorded case is signed; more came since."""
    received(house)
    signed = logbook.sign(house).size
    received(house, b"another", title="Another")
    return signed


def test_anybody_gets_the_newest_checkpoint_that_was_signed(house, visits, size):
    answer = visits(None).get("/log/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert verified(answer.content, log_keys(house)).checkpoint.size == size


def test_before_the_first_there_is_none(visits):
    assert visits(None).get("/log/checkpoint").status_code == 404


def test_tiles_and_entries_are_for_those_who_read_the_record_and_are_kept(house, visits, size):
    inspector = visits(INES)
    tile, bundle = f"/log/tile/0/000.p/{size}", f"/log/tile/entries/000.p/{size}"
    for path in (tile, bundle):
        answer = inspector.get(path)
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["cache-control"] == FOREVER
        for by in (ANNA, ADAM):
            assert visits(by).get(path).status_code == 403
        assert visits(None).get(path).headers["location"].startswith("/sign-in")
    assert len(inspector.get(tile).content) == 32 * size
    assert len(read_entries(inspector.get(bundle).content, size)) == size


@pytest.mark.parametrize("path", ["tile/0/000", "tile/9/000.p/1", "house.key", "%2e%2e/house.key"])
def test_what_the_checkpoint_does_not_speak_for_is_not_there(visits, size, path):
    answer = visits(INES).get(f"/log/{path}")
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"
    assert visits(INES).get(f"/log/tile/0/000.p/{size + 1}").status_code == 404
