"""Threats among sentences of another language: found where they are plain, and nothing beside."""

from itertools import islice

import pytest

from tocsin.reading.mixed import judged
from tocsin.reading.sentences import sentences
from tocsin.reading.threats import report
from tocsin.reading.understood import Stage
from training.reading.threat_passages import passages

CALM = {
    "en": "The library opens at nine. Readers may borrow six books. ",
    "ru": "Библиотека открывается в девять часов. Читатели могут взять шесть книг. ",
    "fr": "La bibliothèque ouvre à neuf heures. Les lecteurs empruntent six livres. ",
    "ar": "تفتح المكتبة في الساعة التاسعة. ",
    "zh": "图书馆九点开门。读者可以借六本书。",
}
THREATS = {
    "en": "We will kill Ilda Norr on Friday.",
    "ru": "Мы расстреляем судью в понедельник.",
    "ar": "سنقتل القاضي يوم الاثنين.",
    "zh": "我们星期一就枪杀法官。",
}


@pytest.mark.parametrize(("calm", "threat"), [(a, b) for a in CALM for b in THREATS if a != b])
def test_a_plain_threat_amid_another_language_is_found_where_it_stands(calm, threat):
    text = f"{CALM[calm]}{THREATS[threat]} {CALM[calm]}"
    spans = sentences(text, calm)
    (one,) = [one for one in judged(text, spans, calm).judgements if one.strong]
    assert one.stage is Stage.THREATENED
    assert one.words in THREATS[threat]
    start, end = spans[one.sentence]
    assert THREATS[threat] in text[start:end]


@pytest.mark.parametrize("calm", CALM)
def test_calm_words_in_any_two_languages_stay_calm(calm):
    text = "".join(CALM.values())
    assert not judged(text, sentences(text, calm), calm).threat


def test_the_passages_hold_no_threat_that_their_own_language_does_not_see():
    for language, _, text, _ in islice(passages(odd=False), 0, None, 7):
        spans = sentences(text, language)
        assert judged(text, spans, language).threat == report(text, spans, language).threat
