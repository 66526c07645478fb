"""The calendar entry of a warning's window follows its updates to the end."""

import icalendar
import pytest

from tests.builders import HOUR, NOW
from tests.feeds.cap.publications import a_publication, following
from tocsin.domain.public import Status
from tocsin.domain.warning import WarningKind
from tocsin.feeds.cap.calendar import calendar


def read(publication, language=None):
    whole = icalendar.Calendar.from_ical(calendar(publication, language))
    assert (whole["method"], whole.errors) == ("PUBLISH", [])
    (event,) = whole.walk("VEVENT")
    assert event.errors == []
    return event


def test_the_window_stands_in_utc_with_what_to_do():
    event = read(a_publication())
    assert b"DTSTART:20240307T090000Z" in calendar(a_publication())
    assert (event.start, event.end) == (NOW, NOW + 48 * HOUR)
    assert event["summary"] == "An armed attack on a concert is being prepared."
    assert "Stay away from large gatherings." in event["description"]
    assert event["location"] == "The city and its halls"
    assert event["url"] == "https://warnings.example/w/7F3K"
    assert calendar(a_publication()) == calendar(a_publication())


def test_updates_keep_the_uid_and_raise_the_sequence_until_it_is_cancelled():
    first = a_publication()
    second = following(first, WarningKind.UPDATE, 2)
    last = following(second, WarningKind.CANCEL, 3)
    events = [read(one) for one in (first, second, last)]
    assert [str(event["uid"]) for event in events] == ["7F3K-1"] * 3
    assert [event["sequence"] for event in events] == [0, 1, 2]
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_a_reader_may_have_another_language():
    assert read(a_publication(), "ru")["summary"] == "Готовится нападение на концерт."
    with pytest.raises(KeyError):
        calendar(a_publication(), "ar")


def test_an_exercise_says_so_in_the_calendar():
    event = read(a_publication(status=Status.EXERCISE))
    assert event["summary"].startswith("EXERCISE: ")
    assert event["categories"].to_ical() == b"Exercise"
