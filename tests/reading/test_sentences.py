"""Sentences: exact, complete, bounded."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.reading.sentences import LONGEST, sentences
from training.reading.threat_passages import passages

_SAID = {
    "en": ["Dr. Ilda Norr spoke at 5.30 p.m. in St. Anne's.", "She left.", '"Run!" he said.'],
    "ru": ["Взрыв был на ул. Садовой в 5 ч. утра.", "Никто не ранен."],
    "uk": ["Це сталося на вул. Робочій у м. Дніпро.", "Всі спали."],
    "fr": ["M. Dupré et Mme. Laval sont partis.", "On ne sait rien !"],
    "es": ["El Sr. Riquelme llegó a las 5.", "¿Quién habla?"],
    "tr": ["Dr. Melike Sarıgöl 5. katta.", "Kimse çıkmayacak."],
    "ar": ["أين القافلة؟", "لم تصل بعد."],
    "fa": ["چه شد؟", "هیچ‌کس نیامد."],
    "zh": ["他说：“快走！”", "没有人受伤。", "真的吗？"],
}


@pytest.mark.parametrize("language", sorted(_SAID))
def test_sentences_end_where_people_end_them(language: str) -> None:
    said = _SAID[language]
    text = ("" if language == "zh" else " ").join(said)
    assert [text[start:end] for start, end in sentences(text, language)] == said


def test_lines_of_a_list_are_sentences_and_wrapped_lines_are_not() -> None:
    text = "ORDERS FOR TODAY\n1. Watch the gate\n2. Note who\nenters\n\n- go home"
    assert [text[a:b] for a, b in sentences(text, "en")] == [
        "ORDERS FOR TODAY", "1. Watch the gate", "2. Note who\nenters", "- go home",
    ]  # fmt: skip


def test_wire_text_without_points_is_cut_between_words() -> None:
    text = "THE CONVOY LEAVES AT DAWN " * 200
    pieces = [text[start:end] for start, end in sentences(text, "en")]
    assert all(len(piece) <= LONGEST and not piece.startswith(" ") for piece in pieces)
    assert " ".join(pieces) == text.strip()


@given(text=st.text(st.sampled_from("Ab. !?\n\t。؟\"'-1)") | st.characters(), max_size=80))
def test_every_character_that_shows_is_in_exactly_one_sentence(text: str) -> None:
    at = 0
    for start, end in sentences(text, "en"):
        assert not text[at:start].strip()
        assert start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000, ". " * 50_000, "1. " * 50_000, "\n" * 500_000, "\U0001f52a" * 50_000,
        "?" * 50_000 + "x",
    ],
)  # fmt: skip
def test_an_endless_line_is_cut_within_seconds(text: str) -> None:
    began = time.process_time()
    assert all(end - start <= LONGEST for start, end in sentences(text, "en"))
    assert time.process_time() - began < 10


def test_most_sentences_of_the_passages_are_cut_as_they_were_written() -> None:
    hits = cut = gold = 0
    for language, _, text, spans in passages(odd=False):
        found = set(sentences(text, language))
        hits, cut, gold = hits + len(found & set(spans)), cut + len(found), gold + len(spans)
    assert 2 * hits / (cut + gold) > 0.88
