"""The feed: one entry a message, newest first, never edited, in pages."""

from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest

from tests.builders import HOUR, NOW
from tests.feeds.cap.publications import a_publication, following
from tocsin.domain.warning import WarningKind
from tocsin.feeds.cap.atom import FeedEntry, FeedHead, entry_of, feed

HEAD = FeedHead(
    title="Public warnings",
    author="Example Warning Office",
    address="https://warnings.example/feed",
    page="https://warnings.example/",
    since=NOW,
)


def entries(count: int = 2) -> list[FeedEntry]:
    message, found = a_publication(), []
    for number in range(1, count + 1):
        address = f"https://warnings.example/w/{message.identifier}"
        found.append(entry_of(message, cap=f"{address}.xml", page=address))
        message = following(message, WarningKind.UPDATE, number + 1)
    return found


def read(data: bytes):
    found = feedparser.parse(data)
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_a_reader_sees_each_message_newest_first_with_both_links():
    found = read(feed(entries(), HEAD))
    assert [entry.id for entry in found.entries] == ["urn:cap:7F3K-2", "urn:cap:7F3K-1"]
    assert found.entries[0].title.startswith("UPDATED WARNING")
    assert found.entries[1].title == "An armed attack on a concert is being prepared."
    assert found.entries[1].updated == found.entries[1].published == "2024-03-07T09:00:00Z"
    assert {(link.type, link.href) for link in found.entries[1].links} == {
        ("application/cap+xml", "https://warnings.example/w/7F3K-1.xml"),
        ("text/html", "https://warnings.example/w/7F3K-1"),
    }
    assert found.entries[1].tags[0].term == "Actual"
    assert found.feed.updated == found.entries[0].updated


def test_an_entry_stays_as_it_was_when_others_come():
    first = b"<entry>" + feed(entries(1), HEAD).partition(b"<entry>")[2].partition(b"</feed>")[0]
    assert first.strip() in feed(entries(3), HEAD)


def test_an_identifier_that_is_a_uri_is_the_id_itself():
    named = replace(entries(1)[0], identifier="urn:oid:2.49.0.1.999.1")
    assert read(feed([named], HEAD)).entries[0].id == "urn:oid:2.49.0.1.999.1"
    odd = replace(named, identifier="7F3K/Ж")
    assert read(feed([odd], HEAD)).entries[0].id == "urn:cap:7F3K%2F%D0%96"


def test_a_long_feed_is_paged_by_a_hundred_and_loses_none():
    one = entries(1)[0]
    many = [
        replace(one, identifier=f"m-{number:03}", sent=NOW + number * HOUR) for number in range(250)
    ]
    pages = [read(feed(many, HEAD, page=number)) for number in (1, 2, 3)]
    assert [len(page.entries) for page in pages] == [100, 100, 50]
    assert [entry.id for page in pages for entry in page.entries] == [
        f"urn:cap:m-{number:03}" for number in reversed(range(250))
    ]
    links = {link.rel: link.href for link in pages[1].feed.links}
    assert (links["previous"], links["next"]) == (HEAD.address, f"{HEAD.address}?page=3")
    assert (links["first"], links["self"]) == (HEAD.address, f"{HEAD.address}?page=2")
    for wrong in (0, 4):
        with pytest.raises(ValueError, match="pages 1 to 3"):
            feed(many, HEAD, page=wrong)


def test_an_empty_feed_is_a_feed():
    found = read(feed([], HEAD))
    assert (found.entries, found.feed.updated) == ([], "2024-03-07T09:00:00Z")


def test_times_are_utc_whatever_the_zone():
    later = replace(entries(1)[0], sent=NOW + timedelta(microseconds=5))
    assert b"<updated>2024-03-07T09:00:00Z</updated>" in feed([later], HEAD)
