"""What is kept of sources gives the same answers on both databases and in memory, and can go."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from tests.reading.stories import PRINTED, REPRINTED, UNRELATED, WIRE
from tocsin.reading.grams import Grams
from tocsin.reading.sources import Link, Sources
from tocsin.reading.sources_groups import groups
from tocsin.reading.sources_memory import MemoryIndex
from tocsin.store import sources
from tocsin.store.engine import Store

TEXTS = {"a": WIRE, "b": UNRELATED, "c": PRINTED, "d": REPRINTED}


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    store.migrate()
    yield store
    store.close()


def read_one_by_one(store: Store, texts: dict[str, str]) -> list[Link]:
    """Each in its own transaction, with nothing remembered from the one before."""
    found: list[Link] = []
    for report_id, text in texts.items():
        with store.write() as db:
            grams = Grams(b"secret")
            index = sources.SourceIndex(db, grams, TEXTS.__getitem__)
            links = Sources(index, grams).add(report_id, text)
            sources.put_links(db, links)
            found += links
    return found


def test_a_database_finds_what_memory_finds(store):
    grams = Grams(b"secret")
    remembering = Sources(MemoryIndex(), grams)
    expected = [link for one, text in TEXTS.items() for link in remembering.add(one, text)]
    assert read_one_by_one(store, TEXTS) == expected
    assert {(link.report_id, link.other_id) for link in expected} == {
        ("c", "a"), ("d", "a"), ("d", "c"),
    }  # fmt: skip


def test_the_groups_of_what_is_kept_are_those_of_what_was_found(store):
    found = read_one_by_one(store, TEXTS)
    with store.read() as db:
        kept = sources.links_among(db, [*TEXTS])
    assert [group.reports for group in groups([*TEXTS], kept)] == [("a", "c", "d"), ("b",)]
    assert groups([*TEXTS], kept) == groups([*TEXTS], found)


def test_reading_a_report_again_changes_nothing(store):
    found = read_one_by_one(store, TEXTS)
    assert read_one_by_one(store, {"d": REPRINTED}) == [
        one for one in found if one.report_id == "d"
    ]


def test_of_a_report_that_is_destroyed_nothing_is_kept(store):
    read_one_by_one(store, TEXTS)
    with store.write() as db:
        for report_id in TEXTS:
            sources.forget(db, report_id)
    with store.read() as db:
        for table in (sources.source_report, sources.source_run, sources.source_link):
            assert db.scalar(select(func.count()).select_from(table)) == 0
