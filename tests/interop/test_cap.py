"""Other people's programs read, verify and keep what we publish."""

import shutil
import sqlite3
import subprocess
from dataclasses import replace

import icalendar
import pytest
from cap_tools import Alert as TheirAlert
from xsdata.formats.dataclass.parsers import XmlParser

from tests.builders import DAY, NOW
from tests.feeds.cap.publications import a_key, a_publication, following
from tests.support.missing import missing
from tests.support.radicale import running_radicale
from tocsin.domain.public import Status
from tocsin.domain.warning import WarningKind
from tocsin.feeds.cap.atom import FeedHead, entry_of, feed
from tocsin.feeds.cap.calendar import calendar
from tocsin.feeds.cap.read import read
from tocsin.feeds.cap.sign import Judgement, self_signed, sign, verify
from tocsin.feeds.cap.write import write, write_ack, write_error

FIRST = a_publication()
SECOND = following(FIRST, WarningKind.UPDATE, 2)
LAST = following(SECOND, WarningKind.CANCEL, 3)
MESSAGES = [FIRST, SECOND, LAST, replace(FIRST, status=Status.EXERCISE)]
HEAD = FeedHead(
    title="Public warnings", author="Example Warning Office", since=NOW,
    address="https://warnings.example/feed", page="https://warnings.example/",
)  # fmt: skip


def program(name: str) -> str:
    return shutil.which(name) or missing(f"{name} is not installed")


@pytest.fixture(params=["rsa", "ec"])
def xmlsec1(request, tmp_path):
    """A signed alert, and what xmlsec1 says of bytes that may differ from it."""
    key, tool = a_key(request.param), program("xmlsec1")
    certificate = self_signed("Example Warning Office", key, NOW, 30)
    (pinned := tmp_path / "pinned.pem").write_bytes(certificate)
    at = f"{NOW + DAY:%Y-%m-%d %H:%M:%S}"

    def says(data: bytes) -> bool:
        (alert := tmp_path / "alert.xml").write_bytes(data)
        command = [tool, "--verify", "--verification-time", at, "--trusted-pem", pinned, alert]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        agrees = verify(data, [certificate], NOW + DAY).judgement is Judgement.GENUINE
        assert agrees == (done.returncode == 0), done.stderr
        return agrees

    return sign(write(FIRST), key=key, certificate=certificate), says


def test_xmlsec1_verifies_a_signed_alert_and_refuses_one_changed_byte(xmlsec1):
    signed, says = xmlsec1
    assert says(signed)
    assert not says(signed.replace(b"concert", b"conzert", 1))
    assert not says(signed.replace(b"2024-03-09", b"2024-03-08", 1))
    assert not says(signed.replace(b"<ds:DigestValue>", b"<ds:DigestValue>A", 1))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda one: f"{one.status}-{one.message}")
def test_cap_tools_reads_what_we_write(message):
    theirs, ours = XmlParser().from_bytes(write(message), TheirAlert), read(write(message))
    assert (theirs.identifier, theirs.sender) == (ours.identifier, ours.sender)
    assert theirs.sent.to_datetime() == ours.sent
    assert (theirs.status.value, theirs.msg_type.value) == (ours.status, ours.message_type)
    assert [one.identifier for one in theirs.references_to_list()] == [
        one.identifier for one in message.references
    ]
    for their, our in zip(theirs.infos, ours.infos, strict=True):
        assert (their.headline, their.description) == (our.headline, our.description)
        assert their.expires.to_datetime() == our.expires
        assert their.areas[0].area_desc == our.areas[0].description
        assert their.areas[0].circles == list(our.areas[0].circles)


def test_cap_tools_reads_our_acknowledgements_and_errors():
    alert = read(write(FIRST))
    named = {"sender": "desk@partner.example", "identifier": "a-1", "sent": NOW}
    answers = write_ack(alert, **named), write_error(alert, **named, note="The key is not known.")
    theirs = [XmlParser().from_bytes(answer, TheirAlert) for answer in answers]
    assert [one.msg_type.value for one in theirs] == ["Ack", "Error"]
    assert all(one.references_to_list()[0].identifier == FIRST.identifier for one in theirs)


def test_newsboat_shows_each_message_once_and_none_changes(tmp_path):
    tool = program("newsboat")
    (tmp_path / "urls").write_text(f"file://{tmp_path}/feed.atom\n")
    (tmp_path / "config").write_text("")
    published, shown = [], []
    for message in (FIRST, SECOND, LAST):
        address = f"https://warnings.example/w/{message.identifier}"
        published.append(entry_of(message, cap=f"{address}.xml", page=address))
        (tmp_path / "feed.atom").write_bytes(feed(published, HEAD))
        subprocess.run(
            [tool, "-C", "config", "-u", "urls", "-c", "cache.db", "-x", "reload"],
            cwd=tmp_path, env={"HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "TERM": "dumb"},
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        with sqlite3.connect(tmp_path / "cache.db") as cache:
            rows = "SELECT guid, title, pubDate FROM rss_item ORDER BY pubDate"
            shown.append(cache.execute(rows).fetchall())
        cache.close()
    assert [row[0] for row in shown[-1]] == ["urn:cap:7F3K-1", "urn:cap:7F3K-2", "urn:cap:7F3K-3"]
    assert shown[0] == shown[2][:1]
    assert shown[1] == shown[2][:2]


def test_radicale_keeps_the_window_and_its_updates_in_one_entry(tmp_path):
    answers, kept = [], []
    with running_radicale(tmp_path) as calendars:
        for message in (FIRST, SECOND, LAST):
            answers.append(calendars.put("7F3K-1.ics", calendar(message)))
            kept.append(calendars.get("7F3K-1.ics"))
    assert answers == [201, 204, 204]
    for message, entry in zip((FIRST, SECOND, LAST), kept, strict=True):
        (ours,) = icalendar.Calendar.from_ical(calendar(message)).walk("VEVENT")
        (theirs,) = icalendar.Calendar.from_ical(entry).walk("VEVENT")
        assert theirs == ours
        assert (theirs.start, theirs.end) == (NOW, NOW + 2 * DAY)
    assert b"STATUS:CANCELLED" in kept[-1]
