"""The page that lets a browser ring says everything in each language that it knows."""

from dataclasses import fields

import pytest

from tests.domain.test_phrases import gaps
from tocsin.domain.phrases import CATALOGUES
from tocsin.domain.phrases.ringing import ENGLISH, RINGING, SAID, ringing_in

SENTENCES = [one.name for one in fields(ENGLISH) if one.name not in ("language", "ways")]


@pytest.mark.parametrize("language", sorted(RINGING.keys() - {"en"}))
def test_each_language_has_every_sentence_of_its_own_with_the_same_gaps(language: str) -> None:
    words = RINGING[language]
    for name in SENTENCES:
        ours, english = getattr(words, name), getattr(ENGLISH, name)
        assert ours != english, name
        assert gaps(ours) == gaps(english), name
    assert words.ways.keys() == ENGLISH.ways.keys()


def test_the_nearest_language_is_taken_and_english_where_there_is_none() -> None:
    assert ringing_in("de-AT").language == "de"
    assert ringing_in("tg").language == "en"
    assert RINGING.keys() <= CATALOGUES.keys()
    assert ENGLISH.said.keys() == set(SAID)
