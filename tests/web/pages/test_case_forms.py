"""Forms as typed: strict, bounded, and never guessing at a time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import refused
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code
from tocsin.web.pages.case_triage import ZONES, find
from tocsin.web.pages.forms import Form

BERLIN = ZoneInfo("Europe/Berlin")


def test_every_mistake_is_named_once_and_the_first_stands():
    form = Form.showing(a="", b="nonsense")
    form.text("a", "Enter a")
    form.text("a", "Enter it")
    form.choice("b", Method, "Choose b")
    with refused(Code.BAD_VALUE):
        form.done()
    assert form.errors == {"a": "Enter a", "b": "Choose b"}


def test_a_field_sent_twice_is_a_mistake_where_one_is_meant():
    form = Form.showing(a=("one", "two"))
    form.text("a")
    with refused(Code.BAD_VALUE):
        form.done()


def test_a_field_that_nobody_read_is_refused():
    form = Form.showing(a="x", b="y")
    form.text("a")
    with refused(Code.UNKNOWN_FIELD):
        form.done()


def test_words_are_bounded_after_line_ends_are_made_one_character():
    form = Form.showing(a="x\r\n" * 10)
    assert form.text("a", longest=19, strip=True) == "\n".join("x" * 10)
    assert form.errors == {}
    form.text("a", longest=18)
    assert "18 characters" in form.errors["a"]


@pytest.mark.parametrize(
    "typed", ["2024-03-31T02:30", "tomorrow", "2024-13-01T00:00", "0001-01-01"]
)
def test_a_time_that_does_not_exist_is_a_mistake(typed):
    form = Form.showing(at=typed)
    form.instant("at", BERLIN if typed != "0001-01-01" else ZoneInfo("Asia/Tokyo"))
    assert "at" in form.errors


def test_an_hour_that_comes_twice_makes_a_window_longer_not_shorter():
    form = Form.showing(at="2024-10-27T02:30")
    first = form.instant("at", BERLIN)
    last = form.instant("at", BERLIN, latest=True)
    assert (last - first).total_seconds() == 3_600


@given(
    at=st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001  # made aware
        lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    zone=st.sampled_from(ZONES),
)
def test_what_a_clock_on_the_wall_shows_is_read_as_that_instant(at, zone):
    local = at.astimezone(ZoneInfo(zone))
    form = Form.showing(at=f"{local:%Y-%m-%dT%H:%M}", zone=zone)
    read = {form.instant("at", form.zone("zone"), latest=last) for last in (False, True)}
    if not local.second:  # zones of old times have seconds that no field can hold
        assert form.errors == {}
        assert at in read


@given(st.text(min_size=1), st.text(), st.text())
def test_evidence_is_exactly_where_the_report_says_it(words, before, after):
    text = before + words + after
    for one in find(words, {"R1": text}) if words.split() else ():
        assert text[one.start : one.end] == one.words
        assert one.words.split() == words.split()
