"""Threats in other languages: what the weights of the extra say, and what is said without them."""

from pathlib import Path
from time import process_time

import pytest

from tocsin.domain.refusal import Refusal
from tocsin.reading import multilingual
from tocsin.reading.multilingual import Multilingual
from tocsin.reading.published import ModelUnusable
from tocsin.reading.understood import Role, Stage

WEIGHTS = Path(__file__).parents[2] / "weights/multilingual/src/tocsin_multilingual"
# One passage a language, written for this test: a plain threat, and plain news.
THREATS = {
    "ar": "قالت الجماعة إنها ستقتل القاضي يوم الأحد أمام بيته.",
    "en": "The group said that it will kill the judge on Sunday outside his house.",
    "es": "El grupo dijo que matará al juez el domingo delante de su casa.",
    "fa": "گروه گفت که روز یکشنبه قاضی را جلوی خانه‌اش خواهد کشت.",
    "fr": "Le groupe a dit qu'il tuera le juge dimanche devant sa maison.",
    "ru": "Группа заявила, что убьёт судью в воскресенье у его дома.",
    "tr": "Örgüt, hâkimi pazar günü evinin önünde öldüreceğini söyledi.",
    "uk": "Група заявила, що вб'є суддю в неділю біля його будинку.",
    "zh": "该组织说，将于星期日在法官家门前杀死他。",
}
NEWS = {
    "en": "The bakery sold more bread this summer than last year.",
    "es": "La panadería vendió más pan este verano que el año pasado.",
    "ru": "Пекарня продала этим летом больше хлеба, чем в прошлом году.",
    "zh": "面包店今年夏天卖出的面包比去年多。",
}


@pytest.fixture(scope="module")
def encoder() -> Multilingual:
    return Multilingual.load(WEIGHTS)


def whole(text: str) -> list[tuple[int, int]]:
    return [(0, len(text))]


@pytest.mark.parametrize("language", THREATS)
def test_a_plain_threat_is_read_in_its_own_language(encoder: Multilingual, language: str) -> None:
    text = THREATS[language]
    reading = encoder.read(text, whole(text))
    assert reading.threatened > 0.5
    assert reading.sentences[0].stage is Stage.THREATENED


@pytest.mark.parametrize("language", NEWS)
def test_plain_news_is_no_threat(encoder: Multilingual, language: str) -> None:
    text = NEWS[language]
    assert encoder.read(text, whole(text)).threatened < 0.5


def test_mentions_are_the_words_where_they_stand(encoder: Multilingual) -> None:
    text = f"{NEWS['ru']} {THREATS['ru']}"
    cut = len(NEWS["ru"])
    reading = encoder.read(text, [(0, cut), (cut + 1, len(text))])
    assert [(one.start, one.end) for one in reading.sentences] == [(0, cut), (cut + 1, len(text))]
    assert "судью" in {one.words for one in reading.mentions if one.role is Role.VICTIM}
    for mention in reading.mentions:
        assert text[mention.start : mention.end] == mention.words == mention.words.strip()
        assert mention.source == encoder.source


@pytest.mark.parametrize("text", ["", " ", "убью " * 200_000, "\u202e\ud800\x00中"])
def test_any_text_is_read_up_to_a_bound_that_is_told(
    encoder: Multilingual, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multilingual, "MOST_WINDOWS", 2)
    began = process_time()
    reading = encoder.read(text.encode("utf-8", "replace").decode(), whole(text))
    assert process_time() - began < 10
    assert (reading.read_to < len(text)) == (len(text) > multilingual.MOST_CHARACTERS)


def test_without_the_extra_it_says_so_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multilingual, "PACKAGE", "tocsin_of_another_language")
    assert not multilingual.is_installed()
    with pytest.raises(Refusal, match="multilingual extra"):
        Multilingual.load()


def test_weights_that_are_not_those_published_are_not_used(tmp_path: Path) -> None:
    for file in WEIGHTS.iterdir():
        if file.is_file():
            (tmp_path / file.name).symlink_to(file)
    (tmp_path / "scales.npy").unlink()
    (tmp_path / "scales.npy").write_bytes(b"other")
    with pytest.raises(ModelUnusable, match=r"scales\.npy"):
        Multilingual.load(tmp_path)
