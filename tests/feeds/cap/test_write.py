"""What we publish passes the schema and our stricter rules, and says what the publication says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOW, a_window, refused, words
from tests.feeds.cap.publications import CITY, a_notice, a_publication, following, publications
from tocsin.domain.areas import Area
from tocsin.domain.public import Status
from tocsin.domain.refusal import Code
from tocsin.domain.warning import WarningKind
from tocsin.feeds.cap.read import read
from tocsin.feeds.cap.rules import faults, reference
from tocsin.feeds.cap.write import alert_of, write, write_ack, write_error


@given(publications())
@settings(max_examples=60)
def test_what_is_read_back_is_what_was_written(publication):
    written = write(publication)
    alert = read(written)
    assert alert == alert_of(publication)
    assert faults(alert) == []
    assert write(publication) == written


@given(publications())
@settings(max_examples=30)
def test_every_field_of_the_publication_is_in_the_message(publication):
    alert = read(write(publication))
    assert (alert.sender, alert.identifier) == (publication.sender, publication.identifier)
    assert alert.sent == publication.sent.replace(microsecond=0)
    assert alert.status == publication.status
    assert alert.message_type.lower() == publication.message
    assert [reference(one) for one in alert.references] == [
        replace(one, sent=one.sent.replace(microsecond=0)) for one in publication.references
    ]
    for info, said in zip(alert.infos, publication.words, strict=True):
        assert (info.language, info.instruction) == (said.language, said.do.strip())
        assert info.contact == said.call.strip()
        assert said.what.strip() in info.description
        assert said.where in info.description
        assert said.basis in info.description
        assert info.expires == said.window.closes.replace(microsecond=0)
        assert info.severity == publication.notice.severity
        assert len(info.headline) <= 160
        assert [
            Area(
                description=area.description,
                polygons=area.polygons,
                circles=area.circles,
                geocodes=dict(area.geocodes),
            )
            for area in info.areas
        ] == list(publication.notice.areas)


@pytest.mark.parametrize(
    ("zone", "sent"),
    [
        ("Europe/Moscow", b"<sent>2024-03-07T12:00:00+03:00</sent>"),
        ("America/New_York", b"<sent>2024-03-07T04:00:00-05:00</sent>"),
        ("UTC", b"<sent>2024-03-07T09:00:00-00:00</sent>"),
    ],
)
def test_times_carry_the_offset_of_the_zone_they_are_read_in(zone, sent):
    assert sent in write(a_publication(words=(words(window=a_window(zone=zone)),)))


def test_an_offset_with_seconds_in_it_becomes_utc():
    long_ago = datetime(1910, 5, 1, tzinfo=UTC)
    window = a_window(long_ago, long_ago + timedelta(days=1), "Europe/Amsterdam")
    message = a_publication(words=(words(window=window),), sent=long_ago)
    assert b"<sent>1910-05-01T00:00:00-00:00</sent>" in write(message)


@pytest.mark.parametrize("kind", [WarningKind.UPDATE, WarningKind.CANCEL])
def test_what_follows_names_every_message_before(kind):
    second = following(a_publication(), WarningKind.UPDATE, 2)
    alert = read(write(following(second, kind, 3)))
    assert alert.references == (
        "warnings@house.example,7F3K-1,2024-03-07T12:00:00+03:00",
        "warnings@house.example,7F3K-2,2024-03-07T13:00:00+03:00",
    )
    assert alert.infos[0].headline.startswith(
        {WarningKind.UPDATE: "UPDATED", WarningKind.CANCEL: "WARNING CANCELLED"}[kind]
    )


def test_an_update_or_a_cancellation_of_nothing_is_refused():
    for kind in (WarningKind.UPDATE, WarningKind.CANCEL):
        with refused(Code.BAD_VALUE):
            write(a_publication(message=kind))


def test_a_cancellation_may_come_after_the_end_of_what_it_cancels():
    late = replace(following(a_publication(), WarningKind.CANCEL, 2), sent=NOW + timedelta(days=9))
    assert read(write(late)).faults == ()
    with refused(Code.BAD_VALUE):
        write(replace(late, message=WarningKind.UPDATE))


@pytest.mark.parametrize(
    ("status", "marks", "note"),
    [
        (Status.EXERCISE, ["EXERCISE: ", "УЧЕНИЕ: "], "This is an exercise."),
        (Status.TEST, ["TEST: ", "TEST: "], "This is a test."),
    ],
)
def test_an_exercise_says_so_wherever_a_reader_may_look(status, marks, note):
    alert = read(write(a_publication(status=status)))
    assert alert.status == status.value
    assert alert.note.startswith(note)
    for info, mark in zip(alert.infos, marks, strict=True):
        assert info.headline.startswith(mark)
        assert not info.description.startswith(("An armed", "Готовится"))


def test_an_actual_warning_never_says_exercise():
    written = write(a_publication()).decode().lower()
    assert not any(word in written for word in ("exercise", "учение", "test"))


@pytest.mark.parametrize(
    "changes",
    [
        {"identifier": "with space"},
        {"identifier": "with,comma"},
        {"identifier": ""},
        {"sender": "a<b"},
        {"sent": NOW + timedelta(days=30)},
        {"words": ()},
        {"words": (words(), words(language="EN"))},
        {"words": (words(language="no language at all"),)},
        {"words": (words(what="Stay <b>inside</b>"),)},
        {"words": (words(do="Stay&nbsp;inside"),)},
        {"words": (words(what="a\x00b"),)},
        {"words": (words(what="a\ufffeb"),)},
        {"words": (words(what="a\ud800b"),)},
        {"notice": a_notice(event="Fire <br/>")},
        {"notice": a_notice(web="https://with space.example/")},
        {"notice": a_notice(areas=(replace(CITY, description="<p>Here</p>"),))},
    ],
)
def test_what_would_be_faulty_is_refused_and_not_quoted(changes):
    with refused(Code.BAD_VALUE):
        write(a_publication(**changes))


@given(st.text(max_size=40))
@settings(max_examples=60)
def test_a_long_or_odd_first_line_never_breaks_the_headline(what):
    said = words(what=f"{what} Keep away. " + "x" * 200)
    headline = alert_of(a_publication(words=(said,))).infos[0].headline
    assert 0 < len(headline) <= 160


def test_an_acknowledgement_and_an_error_name_the_alert_and_its_sender():
    alert = read(write(a_publication(status=Status.EXERCISE)))
    signed = {"sender": "desk@partner.example", "identifier": "ack-1", "sent": NOW}
    for answer in (
        read(write_ack(alert, **signed)),
        read(write_error(alert, **signed, note="The key is not known.")),
    ):
        assert answer.faults == ()
        assert (answer.scope, answer.addresses) == ("Private", "warnings@house.example")
        assert answer.status == "Exercise"
        assert [reference(one).identifier for one in answer.references] == ["7F3K-1"]
    with refused(Code.BAD_VALUE):
        write_error(replace(alert, status="Actual"), **signed, note="")
    with refused(Code.BAD_VALUE):
        write_ack(replace(alert, sent=None), **signed)
