"""Times are read exactly where they stand, and count from the right day."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading.test_when_gold import GOLD, NO_TIME, UNSEEN, WRITTEN, sentences
from tocsin.reading.when import LANGUAGES, AnchorKind, TimeExpression, TimeKind, read_times

CROCUS = (
    "MOSCOW, March 22 (Example) - On 7 March the U.S. Embassy warned that extremists have imminent "
    "plans to target large gatherings in Moscow, to include concerts, over the next 48 hours."
)
PIECES = (
    'on the next 48 hours 7 March 2024 said warned , . " “ ” two days ago in May 99999 0 32 last '
    "Friday at 25:61 31 February 9999 0001-01-01 ten thousand years earlier every \n\n завтра в 18 "
    "часов 上周五 غدا ۱۷ اسفند 1 2 - the following tonight half an hour 1/1/1 19th century"
)
WORDS = st.sampled_from(PIECES.split(" "))


def one(
    text: str, words: str, written: date | None = WRITTEN, language: str = "en"
) -> TimeExpression:
    found = [
        time for time in read_times(text, language=language, written=written) if words in time.words
    ]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("language", GOLD)
def test_every_marked_time_is_read_with_its_value_and_nothing_else(language: str) -> None:
    for text, times in sentences(GOLD[language]):
        found = read_times(text, language=language, written=WRITTEN)
        assert [(t.start, t.words, t.value) for t in found] == times, text


def test_sentences_written_afterwards_are_read_nearly_as_well() -> None:
    told = read = right = count = 0
    for text, times in sentences(UNSEEN):
        found = read_times(text, written=WRITTEN)
        count += len(found)
        for start, words, value in times:
            over = [t for t in found if t.start < start + len(words) and start < t.end]
            told, read = told + 1, read + bool(over)
            right += any(t.value == value for t in over)
    assert 2 * read / (told + count) > 0.95
    assert 2 * right / (told + count) > 0.84


def test_words_that_only_look_like_times_are_left_alone() -> None:
    assert not read_times(NO_TIME, written=WRITTEN)


def test_a_reported_warning_counts_from_the_day_it_was_given() -> None:
    window = one(CROCUS, "48 hours")
    assert (window.words, window.kind, window.value) == (
        "the next 48 hours",
        TimeKind.DURATION,
        "PT48H",
    )
    assert window.anchor is not None
    assert window.anchor.kind is AnchorKind.SPEECH
    assert CROCUS[window.anchor.start : window.anchor.end] == "7 March"
    # Given at any hour of that day, it ran into 9 March at the latest.
    assert window.opens == datetime(2024, 3, 7, tzinfo=UTC)
    assert window.closes == datetime(2024, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words", "kind", "opens"),
    [
        ("“Within 48 hours you die,” said the letter of 7 March.", "48 hours", "speech", "03-07"),
        (
            "Attacks are likely within two days, the embassy said on 7 March.",
            "two days",
            "speech",
            "03-07",
        ),
        (
            "On 7 March he wrote: “Wait. I will come tomorrow. You will see.”",
            "tomorrow",
            "speech",
            "03-08",
        ),
        (
            "On 7 March he said the trial would go on. It opens tomorrow.",
            "tomorrow",
            "document",
            "03-23",
        ),
        ("He was warned on 7 March. Tomorrow he will testify.", "Tomorrow", "document", "03-23"),
        (
            "On 7 March the embassy warned us. It said the next 48 hours matter.",
            "48 hours",
            "speech",
            "03-07",
        ),
        ("On 7 March the group threatened to strike on Sunday.", "Sunday", "speech", "03-10"),
        (
            "He fled on 4 March and was shot the following day.",
            "the following day",
            "narrative",
            "03-05",
        ),
        (
            "LIMA, 5 MAR 24 (EXAMPLE) -- [TEXT] HE WAS SHOT LAST NIGHT.",
            "LAST NIGHT",
            "dateline",
            "03-04",
        ),
        (
            "TST1-0001\n\n   SAN SALVADOR, 5 MAR 24 -- TODAY A BOMB FELL.",
            "TODAY",
            "dateline",
            "03-05",
        ),
        ("Our desk, 5 March, was closed. It opens today.", "today", "document", "03-22"),
        (
            "MOSCOW, 7 March 2024. Security Alert.\n\nAvoid the hall tomorrow.",
            "tomorrow",
            "dateline",
            "03-08",
        ),
        ("7 March 2024\n\nThey will come on 9 March.", "9 March", "dateline", "03-09"),
        ("7 March 2023 was a quiet day. It opens today.", "today", "document", "03-22"),
    ],
)
def test_the_anchor_chosen_is_said(text: str, words: str, kind: str, opens: str) -> None:
    found = one(text, words)
    assert found.anchor is not None
    assert (found.anchor.kind, found.opens and f"{found.opens:%m-%d}") == (kind, opens)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("tomorrow", "XXXX-XX-XX"),
        ("7 March", "XXXX-03-07"),
        ("Friday", "XXXX-WXX-5"),
        ("the next 48 hours", "PT48H"),
    ],
)
def test_without_a_day_to_count_from_nothing_is_made_up(words: str, value: str) -> None:
    found = one(f"They come {words}", words, written=None)
    assert (found.value, found.opens, found.closes, found.anchor) == (value, None, None, None)


def test_an_exact_moment_of_writing_gives_an_exact_end() -> None:
    written = datetime(2024, 3, 7, 18, 30, tzinfo=UTC)
    (window,) = read_times("Avoid crowds over the next 48 hours.", written=written)
    assert (window.opens, window.closes) == (written, written + timedelta(hours=48))


def test_hours_are_told_in_the_readers_zone_unless_the_text_names_greenwich() -> None:
    moscow = ZoneInfo("Europe/Moscow")
    local, world = read_times("at 18:00, then at 2330 GMT", written=WRITTEN, zone=moscow)
    assert local.opens == datetime(2024, 3, 22, 18, tzinfo=moscow)
    assert world.opens == datetime(2024, 3, 22, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("end", "hours"),
    [(datetime(1, 1, 1, tzinfo=UTC), -12), (datetime(9999, 12, 31, 23, tzinfo=UTC), 14)],
)
def test_nothing_counts_from_the_ends_of_the_calendar(end: datetime, hours: int) -> None:
    there = timezone(timedelta(hours=hours))
    (time,) = read_times("tomorrow", written=end, zone=there)
    assert time.opens is None


def test_a_language_without_a_table_is_read_for_dates_in_figures() -> None:
    found = read_times("Am 22.03.2024 um 18:00, morgen", language="de", written=WRITTEN)
    assert [t.value for t in found] == ["2024-03-22", "2024-03-22T18:00"]


def test_signals_and_modifiers_are_kept() -> None:
    until, since, early, about = read_times(
        "until Sunday, since 2 March, early 2023 for about two weeks", written=WRITTEN
    )
    assert (until.signal, since.signal) == ("until", "since")
    assert (early.modifier, about.modifier) == ("START", "APPROX")


@given(
    st.lists(WORDS, max_size=40).map(" ".join) | st.text(),
    st.sampled_from(LANGUAGES),
    st.booleans(),
)
def test_any_text_is_read_and_every_span_is_exact(text: str, language: str, dated: bool) -> None:
    last = 0
    for found in read_times(text, language=language, written=WRITTEN if dated else None):
        assert last <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.words
        assert found.value
        if found.opens and found.closes:
            assert found.opens.tzinfo
            assert found.opens < found.closes
        last = found.end


@pytest.mark.parametrize(
    "unit", ["1/1/", "\n ", "said on the ", 'he said: "tomorrow ', "1", "the day before ", "early "]
)
def test_time_is_linear_in_hostile_text(unit: str) -> None:
    text = unit * (40_000 // len(unit))
    began = time.process_time()
    read_times(text, written=WRITTEN)
    assert time.process_time() - began < 5
