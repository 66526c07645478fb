"""What was understood, as marks on the text as received."""

import time
from dataclasses import replace

import pytest

from tests.reading.understood_by_hand import mention, understood
from tocsin.reading.gate import GateResult
from tocsin.reading.language import Language
from tocsin.reading.marks import Mark, marks, outermost
from tocsin.reading.normal import normalise
from tocsin.reading.read import Reading
from tocsin.reading.understood import Role, Stage

TEXT = "They will kill Ilda Norr, the mayor of Lindau, on Friday."


def read(text, *mentions, **more):
    made = replace(understood((text, Stage.NONE), **more), mentions=mentions)
    return Reading(
        normal=normalise(text),
        language=Language(code="en", probability=1, why="as given"),
        gate=GateResult(passes=True, probability=1, why="probability"),
        further=True,
        understood=made,
    )


def said(text, *mentions, **more):
    return [(one.words, one.what) for one in marks(read(text, *mentions, **more), text)]


@pytest.mark.parametrize(
    ("mentions", "told"),
    [
        ([(Role.VICTIM, "Norr"), (Role.VICTIM, "Ilda Norr")], [("Ilda Norr", "victim")]),
        ([(Role.VICTIM, "Norr"), (Role.TARGET, "Norr")], [("Norr", "victim"), ("Norr", "target")]),
        ([(Role.TIME, "Friday"), (Role.TIME, "on Friday")], []),
        ([(Role.VICTIM, "mayor of Lindau"), (Role.PLACE, "Lindau")],
         [("mayor of Lindau", "victim"), ("Lindau", "place")]),
    ],
)  # fmt: skip
def test_of_what_says_the_same_the_most_is_shown(mentions, told):
    found = said(TEXT, *(mention(TEXT, *one) for one in mentions))
    assert [one for one in found if one != ("Friday", "time")] == told
    assert ("Friday", "time") in found


def test_of_two_alike_one_is_shown_the_first():
    one = mention(TEXT, Role.VICTIM, "Ilda Norr")
    (mark,) = (
        m for m in marks(read(TEXT, one, replace(one, source="x")), TEXT) if m.what != "time"
    )
    assert mark.source == one.source


def test_a_mark_is_of_the_words_as_they_were_received():
    text = "They will  k\u200bill \u201cIlda   Norr\u201d."
    reading = read(normalise(text).text, mention(normalise(text).text, Role.VICTIM, "Ilda Norr"))
    (mark,) = marks(replace(reading, normal=normalise(text)), text)
    assert (mark.words, text[mark.start : mark.end]) == ("Ilda   Norr", "Ilda   Norr")


def test_marks_that_cross_an_end_are_left_out():
    made = Mark(start=0, end=9, words="", what="", finding="harm", source="", probability=1)
    spans = [(0, 9), (2, 5), (3, 7), (5, 9), (9, 12)]
    told = outermost([replace(made, start=start, end=end) for start, end in spans])
    assert [(one.start, one.end) for one in told] == [(0, 9), (2, 5), (5, 9), (9, 12)]


def test_thousands_of_marks_take_no_longer_for_being_many():
    text = "Norr on Friday. " * 5_000
    one = mention(text, Role.VICTIM, "Norr")
    many = [replace(one, start=at, end=at + 4) for at in range(0, len(text), 16)]
    reading = read(text, *many)
    began = time.process_time()
    assert len(marks(reading, text)) == 10_000
    assert time.process_time() - began < 2
