"""Values to plain data and back: equal values, equal bytes; nothing unknown, nothing missing."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, Desk, a_report, a_window
from tocsin.domain import events as e
from tocsin.domain.areas import Area
from tocsin.domain.directory import QuietHours
from tocsin.domain.findings import Evidence, FindingName, Findings
from tocsin.domain.inbound import BirthDate, Confidence
from tocsin.domain.public import PublicNotice
from tocsin.domain.report import Report
from tocsin.domain.serial import from_plain, instant, instant_text, to_plain
from tocsin.domain.sighting import Alike
from tocsin.domain.window import Window
from tocsin.policy.rules import THRESHOLD
from tocsin.record.canonical import canonical, parse

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
FIRST, LAST = map(datetime.fromisoformat, ("0001-01-02", "9999-12-30"))
instants = st.datetimes(min_value=FIRST, max_value=LAST, timezones=zones)
said = st.text(min_size=1, max_size=30).filter(str.strip)
windows = st.builds(
    lambda opens, runs: Window(opens=opens, closes=opens + runs, zone="Asia/Kathmandu"),
    st.datetimes(
        min_value=FIRST.replace(year=1950), max_value=LAST.replace(year=2900), timezones=zones
    ),
    st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=900)),
)
evidence = st.builds(
    lambda start, words: Evidence(report_id="R1", start=start, end=start + len(words), words=words),
    st.integers(0, 9_999),
    said,
)
lines = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=30)
degrees = st.decimals(-80, 79, places=5)
squares = st.builds(lambda a, b: f"{a},{b} {a + 1},{b} {a + 1},{b + 1} {a},{b}", degrees, degrees)
circles = st.builds(lambda a, b, r: f"{a},{b} {r}", degrees, degrees, st.integers(1, 5_000))
areas = st.builds(
    Area,
    description=lines,
    polygons=st.lists(squares, min_size=1, max_size=2).map(tuple),
    circles=st.lists(circles, max_size=2).map(tuple),
    geocodes=st.dictionaries(lines, lines, max_size=2),
)
MADE = {
    bool: st.booleans(),
    int: st.integers(-(2**53) + 1, 2**53 - 1),
    str: st.text(max_size=30),
    datetime: instants,
    Window: windows,
    Evidence: evidence,
    Area: areas,
    Alike: st.builds(
        Alike, watched=said, found=said, millionths=st.integers(0, 1_000_000), born=st.just("1986")
    ),
    BirthDate: st.builds(
        BirthDate,
        born=st.sampled_from(["1986", "1986-10", "1986-10-22"]),
        confidence=st.sampled_from(Confidence),
    ),
    QuietHours: st.builds(
        QuietHours, begins=st.just("22:00"), ends=st.sampled_from(["06:30", "23:59"])
    ),
    Mapping[str, str]: st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
}


SAID = dict.fromkeys(("what", "where", "do", "call", "basis"), said)
"""Of words and findings: never blank."""


@cache
def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a field's type, as the record can hold it."""
    if kind in MADE:
        return MADE[kind]
    if origin := get_origin(kind):
        inner = values(get_args(kind)[0])
        return st.lists(inner, max_size=3).map(tuple) if origin is tuple else st.none() | inner
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    hints = get_type_hints(kind)
    return st.builds(
        kind, **{n: SAID[n] if n in SAID else values(h) for n, h in hints.items()} | _told(kind)
    )


def _told(kind: Any) -> dict[str, st.SearchStrategy[Any]]:
    """What a public notice must say."""
    if kind is not PublicNotice:
        return {}
    notice_areas = st.lists(areas, min_size=1, max_size=2).map(tuple)
    return {"event": lines, "areas": notice_areas, "web": st.just("https://example.org/")}


# Texts come without lone surrogates: the record refuses them, and so do all doors.
events = st.sampled_from(sorted(e.EVENTS)).flatmap(lambda kind: values(e.EVENTS[kind]))


@given(events)
def test_every_event_comes_back_equal_and_with_the_same_bytes(event: e.Event) -> None:
    plain = to_plain(event)
    again = from_plain(type(event), parse(canonical(plain)))
    assert again == event
    assert canonical(to_plain(again)) == canonical(plain)


@given(instants)
def test_equal_instants_have_equal_text_whatever_their_zone(at: datetime) -> None:
    assert instant_text(at) == instant_text(at.astimezone(UTC))
    assert instant(instant_text(at)) == at
    assert len(instant_text(at)) == len("2024-03-07T09:00:00.000000Z")


def test_an_instant_is_written_so() -> None:
    assert instant_text(NOW) == "2024-03-07T09:00:00.000000Z"
    assert instant("2024-03-07T12:00:00+03:00") == NOW


@pytest.mark.parametrize(
    "text", ["2024-03-07T09:00:00", "2024-03-07", "yesterday", "", "0001-01-01T00:00:00+14:00"]
)
def test_a_time_that_is_none_or_has_no_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        instant(text)
    plain = to_plain(a_window()) | {"opens": text}
    with pytest.raises(ValueError):  # noqa: PT011
        from_plain(Window, plain)


def test_a_time_without_a_zone_is_never_written() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_plain(NOW.replace(tzinfo=None))


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown field: nationality"):
        from_plain(Report, to_plain(a_report()) | {"nationality": "theirs"})


GREW = {
    "Acknowledged": {"person"},
    "CaseOpened": {"must_tell"},
    "DeliveryPlanned": {"way", "chain_id", "after", "not_before"},
    "FindingsRecorded": {"each"},
    "ReactionRecorded": {"person"},
    "SubjectSighted": {"report_id", "sighting_id", "list_id", "row", "found", "identifiers"},
    "RecipientNamed": {"ways", "contact_id", "zone", "quiet", "inside", "passes_on", "answers"},
    "WarningDrafted": {"translations", "texts"},
    "WarningReleased": {"parity"},
}
"""Fields that kinds have got since; records without them are read as they always were."""


@pytest.mark.parametrize("name", sorted(e.EVENTS))
def test_every_missing_field_is_refused_and_every_optional_one_filled(name: str) -> None:
    kind = e.EVENTS[name]
    event = next((one for one in Desk().closed().happened if type(one) is kind), None)
    plain = to_plain(event) if event else {field.name: None for field in fields(kind)}
    optional = GREW.get(name, set()) | {"exercise", "policy_error", "retry_at"}
    for missing in set(plain) - optional:
        with pytest.raises(ValueError, match=missing):
            from_plain(kind, {key: value for key, value in plain.items() if key != missing})
    if event:
        kept = GREW.get(name, set())
        bare = {k: v for k, v in plain.items() if k not in optional - kept}
        assert from_plain(kind, bare) == event


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("size_bytes", "512"),
        ("size_bytes", True),
        ("size_bytes", None),
        ("title", 7),
        ("reliability", "G"),
        ("reliability", []),
        ("originator_controls", "ORCON"),
        ("originator_controls", [1]),
        ("acquired_at", 1_709_800_000),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(name: str, wrong: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_plain(Report, to_plain(a_report()) | {name: wrong})


def test_what_is_no_object_is_refused() -> None:
    for plain in ([], "x", None, 3):
        with pytest.raises(ValueError, match="expected dict"):
            from_plain(Report, plain)


def test_what_has_no_plain_form_is_a_bug() -> None:
    for value in (1.5, object(), b"bytes"):
        with pytest.raises(TypeError, match="no plain form"):
            to_plain(value)


def field_names(kind: Any) -> set[str]:
    if not is_dataclass(kind):
        return set()
    hints = get_type_hints(kind)
    below = (field_names(hints[field.name]) for field in fields(kind))
    return {field.name for field in fields(kind)}.union(*below)


def test_nationality_and_alliance_cannot_reach_the_threshold() -> None:
    five = {name.value for name in FindingName}
    assert set(THRESHOLD) == five | {"kind_of_harm", "corroboration_tried"}
    assert {field.name for field in fields(Findings)} == set(THRESHOLD)
    assert field_names(Findings) | field_names(Evidence) == set(THRESHOLD) | {
        *("answer", "basis", "evidence"),
        *("report_id", "start", "end", "words"),
    }
