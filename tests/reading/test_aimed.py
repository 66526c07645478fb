"""Whom a plain sentence of threat is aimed at, by its grammar alone."""

import time

import pytest

from tocsin.reading.aimed import aimed_at


def whom(text):
    return [one.words for one in aimed_at(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "victims"),
    [
        ("Ilda Norr, the mayor of Lindau, will be shot on Friday.", ["Ilda Norr"]),
        ("They plan to kill the mayor of Lindau on Friday.", ["the mayor of Lindau"]),
        ("Extremists have plans to target large gatherings in Moscow.", ["large gatherings"]),
        ("The two journalists are going to be kidnapped.", ["The two journalists"]),
        ("He said he would strangle his sister if she left.", ["his sister"]),
        ("They plan bombings against the crowds at the fair.", ["the crowds"]),
        ("I will kill you.", []),
        ("They will attack again.", []),
        ("The library opens at nine.", []),
    ],
)
def test_whoever_suffers_the_act_is_named_as_the_sentence_names_them(text, victims):
    assert whom(text) == victims


def test_a_mention_is_the_words_where_they_stand():
    text = "First words. They plan to kill the mayor of Lindau."
    (one,) = aimed_at(text, 13, len(text))
    assert text[one.start : one.end] == one.words == "the mayor of Lindau"


def test_an_endless_sentence_takes_no_endless_time():
    began = time.process_time()
    whom("The kill " * 20_000 + "A " * 20_000 + "will be " * 20_000)
    assert time.process_time() - began < 5
