"""The language of a text is told by its script where that decides, and else is estimated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.reading.language import language_of

TEXTS = {
    "en": ("They will be killed within 48 hours.", "There is a bomb in the hall."),
    "ru": ("Мы убьём его завтра у дома.", "Взрыв в театре"),
    "uk": ("Ми вб'ємо його завтра біля будинку.", "Вибух у театрі"),
    "fr": ("Nous le tuerons demain devant sa maison.", "Attaque contre l'ambassade"),
    "es": ("Lo mataremos mañana frente a su casa.", "Amenaza de bomba en la embajada"),
    "tr": ("Onu yarın evinin önünde öldüreceğiz.", "Bombayı koyduk"),
    "ar": ("سنقتله غدا أمام منزله.", "تهديد بالقتل"),
    "fa": ("فردا او را جلوی خانه‌اش می‌کشیم.", "تهدید به مرگ"),
    "zh": ("明天我们要在他家门口杀了他。", "炸弹威胁"),
}


@pytest.mark.parametrize("code", TEXTS)
def test_each_language_served_is_recognised(code: str) -> None:
    for text in TEXTS[code]:
        assert language_of(text).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("تفتح المكتبة في الساعة التاسعة. We will kill Ilda Norr on Friday.", "ar"),
        ("图书馆九点开门。读者可以借六本书。We will kill Ilda Norr on Friday.", "zh"),
    ],
)
def test_a_kind_of_a_language_is_read_as_that_language(text: str, code: str) -> None:
    assert language_of(text).code == code


@pytest.mark.parametrize("text", ["", "12345 !?", "ok", "\ud800\udfff"])
def test_too_few_letters_have_no_language(text: str) -> None:
    assert language_of(text).code == "und"


def test_what_decided_is_said() -> None:
    assert language_of(TEXTS["zh"][0]).why == "script"
    assert language_of(TEXTS["fr"][0]).why == "py3langid"


@given(st.text())
def test_any_text_has_an_answer_between_nothing_and_certainty(text: str) -> None:
    assert 0 <= language_of(text).probability <= 1
