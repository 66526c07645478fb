"""Words and marks of the pages: escaped whatever comes in, and never more than is known."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import jinja2
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.case import DeliveryState
from tocsin.domain.duty import Duty
from tocsin.domain.findings import Answer, FindingName, Urgency
from tocsin.web.templating import environment, instant, left, plain_lines, segments, urgency

NOW = datetime(2024, 3, 7, 14, 5, tzinfo=UTC)
ENV = environment()
HOSTILE = st.text(
    st.one_of(st.sampled_from("<>&\"'`{}% \n"), st.characters(exclude_categories=["Cs"]))
)


def macro(file, name):
    return getattr(ENV.get_template(f"components/{file}.html").module, name)


@st.composite
def marked(draw):
    text = draw(st.text(st.sampled_from('ab<&"\n{'), min_size=1, max_size=30))
    ends = st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True).map(sorted)
    spans = draw(st.lists(st.tuples(ends, st.sampled_from(FindingName)), max_size=6))
    return text, [
        SimpleNamespace(start=start, end=end, finding=finding, rule=f'<rule "{start}">')
        for (start, end), finding in spans
    ]


def test_an_instant_is_told_in_utc_whatever_its_zone():
    moscow = datetime(2024, 3, 7, 17, 5, tzinfo=timezone(timedelta(hours=3)))
    assert (
        instant(moscow) == '<time datetime="2024-03-07T14:05:00+00:00">7 Mar 2024, 14:05 UTC</time>'
    )


@pytest.mark.parametrize("tell", [instant, lambda at: left(at, NOW), lambda at: urgency(NOW, at)])
def test_a_time_without_a_zone_is_not_shown(tell):
    with pytest.raises(ValueError, match="without a zone"):
        tell(NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("seconds", "words", "pressing"),
    [
        (-3 * 86_400, "overdue by 3 days", "overdue"),
        (-3 * 3_600, "overdue by 3 h", "overdue"),
        (-1, "overdue by less than 1 min", "overdue"),
        (0, "in less than 1 min", "urgent"),
        (42 * 60 + 59, "in 42 min", "urgent"),
        (3_600, "in 1 h", "soon"),
        (3_600 + 5 * 60, "in 1 h 5 min", "soon"),
        (4 * 3_600, "in 4 h", "later"),
        (47 * 3_600 + 59 * 60, "in 47 h", "later"),
        (48 * 3_600, "in 2 days", "later"),
    ],
)
def test_time_left_is_told_in_words_and_never_rounded_up(seconds, words, pressing):
    deadline = NOW + timedelta(seconds=seconds)
    assert (left(deadline, NOW), urgency(deadline, NOW)) == (words, pressing)


def test_the_clock_tells_its_urgency_in_words_and_keeps_the_exact_instant():
    shown = BeautifulSoup(
        macro("signs", "clock")(NOW - timedelta(hours=3), NOW), "html.parser"
    ).time
    assert shown.text == "overdue by 3 h"
    assert shown["data-urgency"] == "overdue"
    assert (shown["datetime"], shown["title"]) == (
        "2024-03-07T11:05:00+00:00",
        "7 Mar 2024, 11:05 UTC",
    )


@given(marked())
def test_a_marked_text_is_still_the_text_and_each_part_has_exactly_its_cues(sample):
    text, cues = sample
    found, at = segments(text, cues), 0
    assert "".join(segment.text for segment in found) == text
    for segment in found:
        over = {id(cue) for cue in cues if cue.start <= at < cue.end}
        assert {id(cue) for cue in segment.cues} == over
        at += len(segment.text)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 1), (0, 5)])
def test_a_cue_outside_its_text_is_an_error(start, end):
    with pytest.raises(ValueError, match="outside"):
        segments("four", [SimpleNamespace(start=start, end=end, finding="harm", rule="")])


@given(marked())
def test_a_report_is_shown_word_for_word_and_never_as_markup(sample):
    text, cues = sample
    shown = macro("findings", "highlighted")(text, cues)
    page = BeautifulSoup(f"<pre>{shown}</pre>", "html.parser")  # where the parser keeps blanks
    assert page.select_one(".app-report").text == text
    assert {element.name for element in page.find_all(True)} <= {
        "pre",
        "div",
        "mark",
        "ul",
        "li",
        "p",
    }


@given(HOSTILE)
def test_plain_lines_escape_everything(text):
    page = BeautifulSoup(plain_lines(text), "html.parser")
    assert {element.name for element in page.find_all(True)} <= {"p", "br"}
    assert "".join(page.text.split()) == "".join(text.split())


def test_plain_lines_part_paragraphs_at_blank_lines():
    assert (
        plain_lines("a\nb\r\n\r\nc")
        == '<p class="govuk-body">a<br>b</p>\n<p class="govuk-body">c</p>'
    )


@pytest.mark.parametrize("word", [*DeliveryState, *Duty, *Answer, *Urgency])
def test_every_state_has_a_sign_in_words(word):
    assert BeautifulSoup(macro("signs", "status_tag")(word), "html.parser").span.text.strip()


def test_handed_over_is_never_shown_as_received():
    sign = str(macro("signs", "status_tag")(DeliveryState.HANDED_OVER))
    assert "Handed over" in sign
    assert "good" not in sign
    assert "received" not in sign.lower()


def test_an_unknown_state_is_an_error_and_not_a_grey_box():
    with pytest.raises(jinja2.UndefinedError):
        macro("signs", "status_tag")("sent")


def test_a_name_that_a_page_was_not_given_is_an_error():
    with pytest.raises(jinja2.UndefinedError):
        ENV.get_template("error.html").render(refusal=None)
    with pytest.raises(jinja2.UndefinedError):
        ENV.from_string("{{ absent }}").render()
