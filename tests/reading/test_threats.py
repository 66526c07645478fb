"""Threats by rules: what must be found in nine languages, and what must not be taken for one."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.reading.normal import normalise
from tocsin.reading.sentences import sentences
from tocsin.reading.threats import LANGUAGES, ReportJudgement, explained, judge, report
from tocsin.reading.understood import Stage
from training.reading.threat_passages import passages

PLAIN = {
    "en": ["I will slit your throat.", "Kill them all.",
           "We are going to shoot the judge on Monday.",
           "If you testify, your daughter dies.", "The group plans to bomb the embassy next week.",
           "He threatened to kill his wife.", "She has received death threats.",
           "The hostages will be executed unless the ransom is paid.", "You won't see Monday.",
           "We know where your daughter goes to school.",
           "Extremists have imminent plans to target large gatherings in Moscow, also concerts.",
           "There is a bomb in the school.", "Two bullets in an envelope came for the judge.",
           "There is a bounty of 50,000 dollars on the prosecutor's head."],
    "ru": ["Я убью тебя.", "Мы расстреляем судью в понедельник.", "Он угрожал убить жену.",
           "Если дашь показания, твоя дочь умрет.", "Боевики готовят взрыв в посольстве.",
           "Убейте их всех.", "Заложники будут казнены, если не заплатят выкуп."],
    "uk": ["Я вб'ю тебе.", "Ми розстріляємо суддю в понеділок.", "Вбийте їх усіх.",
           "Якщо даси свідчення, твоя донька помре.", "Він погрожував убити дружину.",
           "Бойовики готують вибух у посольстві."],
    "fr": ["Je vais te tuer.", "Nous égorgerons le juge lundi.", "Tuez-les tous.",
           "Si tu témoignes, ta fille mourra.", "Il a menacé de tuer sa femme.",
           "Le groupe prépare un attentat contre l'ambassade."],
    "es": ["Te voy a matar.", "Vamos a matar al juez el lunes.", "Mátenlos a todos.",
           "Si declaras, tu hija morirá.", "Amenazó con matar a su esposa.",
           "El grupo planea un atentado contra la embajada."],
    "tr": ["Seni öldüreceğim.", "Hakimi pazartesi vuracağız.", "Konuşursan kızın ölür.",
           "Karısını öldürmekle tehdit etti.", "Hepsini öldürün.", "Seni oldurecegim.",
           "Fidye ödenmezse rehineler infaz edilecek."],
    "ar": ["سأقتلك.", "سنقتل القاضي يوم الاثنين.", "إذا شهدت ستموت ابنتك.", "هدد بقتل زوجته.",
           "تخطط الجماعة لتفجير السفارة.", "اقتلوهم جميعا."],
    "fa": ["تو را می‌کشم.", "قاضی را دوشنبه خواهیم کشت.", "اگر شهادت بدهی دخترت می‌میرد.",
           "او تهدید کرد که زنش را می‌کشد.", "همه‌شان را بکشید."],
    "zh": ["我要杀了你。", "我们星期一就枪杀法官。", "你敢作证，你女儿就死定了。",
           "不交赎金就撕票。", "该组织计划炸毁大使馆。", "他威胁要杀死妻子。", "把他们全部杀光。"],
}  # fmt: skip
NONE = {
    "en": ["The committee killed the deal on Monday.", "The film was a bomb at the box office.",
           "He killed two birds with one stone.", "They will shoot a film in Rome next week.",
           "This is a drill: a role-player will shoot volunteers.",
           "In the novel the hero kills the king.", "Police said the bomb threat was a hoax.",
           "He denied that he had threatened to kill the judge.",
           "The striker will kill off the match in the second half.",
           "In 1885 anarchists threatened to kill the king, the museum says.",
           "The weather will be fine.", "My exams are killing me lol."],
    "ru": ["В новом фильме герой убьёт короля.", "Он опроверг, что угрожал убить судью."],
    "uk": ["У романі герой уб'є короля.", "Він спростував, що погрожував убити суддю."],
    "fr": ["Dans le roman, le héros tuera le roi.", "Il dément avoir menacé de tuer le juge."],
    "es": ["En la novela el héroe matará al rey.", "Desmintió que amenazara con matar al juez."],
    "tr": ["Romanda kahraman kralı öldürecek.", "Tehdit haberi yalanlandı, asılsız."],
    "ar": ["في الرواية يقتل البطل الملك.", "نفى أنه هدد بقتل القاضي."],
    "fa": ["در این رمان قهرمان داستان شاه را می‌کشد.", "او تهدید به قتل قاضی را تکذیب کرد."],
    "zh": ["小说里主角杀了国王。", "他否认曾威胁杀死法官。"],
}  # fmt: skip
DISGUISED = [
    "I will kiiiill you", "I w1ll k1ll you", "I will k i l l you", "I wіll kіll уоu",
    "I will ki-ll you", "I will k.i.l.l you", "I will k*ll you", "I w i l l k i l l y o u",
    "KILL THEM ALL",
    "i will k\u200bill you", "i will ｋｉｌｌ you", "I'm gonna murd3r that judge",
    "we will sh00t your wife", "i will k1||l you",
]  # fmt: skip


def _read(text: str, language: str = "en") -> ReportJudgement:
    normal = normalise(text).text
    return report(normal, sentences(normal, language), language)


def _pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in table.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), _pairs(PLAIN))
def test_a_plain_threat_is_found_with_its_reasons(language: str, text: str) -> None:
    told = _read(text, language)
    assert told.threat
    assert [one.stage for one in told.judgements] == [Stage.THREATENED]
    assert all(explained(rule) for rule in told.judgements[0].why)
    assert told.judgements[0].why


@pytest.mark.parametrize(("language", "text"), _pairs(NONE))
def test_denial_history_play_and_figures_of_speech_are_no_threat(language: str, text: str) -> None:
    assert not _read(text, language).threat


@pytest.mark.parametrize("text", DISGUISED)
def test_a_disguise_hides_no_plain_threat(text: str) -> None:
    told = _read(text)
    assert told.threat
    assert told.judgements[0].strong


def test_that_it_is_no_hoax_is_no_denial() -> None:
    text = "We do not think this is a hoax: he will kill the judge."
    assert _read(text).threat


def test_a_judgement_says_the_words_it_went_by_exactly() -> None:
    text = normalise("Be warned. On Monday I will k.i.l.l your wife, Judge Norr.").text
    judged = judge(text, sentences(text, "en"), "en")
    strong = next(one for one in judged if one.strong)
    assert strong.words == text[strong.start : strong.end]
    assert "k.i.l.l" in strong.words
    assert strong.harm == "killing"


def test_harm_is_named_by_its_kind() -> None:
    harms = [_read(text).judgements[0].harm for text in (
        "We will kidnap your son.", "I will break your legs.", "I will murder you.",
    )]  # fmt: skip
    assert harms == ["kidnapping", "serious_bodily_injury", "killing"]


def test_whom_it_is_about_changes_nothing() -> None:
    people = ("Danish", "Persian", "Christian", "Muslim", "Jewish", "atheist", "Roma", "Hutu")
    told = [_read(f"We will shoot the {people} teachers on Friday.") for people in people]
    assert len({(one.score, one.incident) for one in told}) == 1


def test_nothing_says_nothing() -> None:
    assert report("", (), "en").judgements == ()
    assert not report("", (), "xx").threat
    assert not _read(" \n ").threat


@given(text=st.text(max_size=120), language=st.sampled_from([*LANGUAGES, "xx"]))
@settings(max_examples=25)
def test_any_text_is_read_and_every_span_lies_in_its_sentence(text: str, language: str) -> None:
    spans = sentences(text, language)
    for one in judge(text, spans, language):
        start, end = spans[one.sentence]
        assert start <= one.start < one.end <= end


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000, "-" * 400_000, "k i l l " * 12_000, "a-" * 50_000, "kill " * 6_000,
        "杀 " * 20_000,
    ],
)  # fmt: skip
def test_an_endless_line_is_read_within_a_bound(text: str) -> None:
    began = time.process_time()
    report(text, sentences(text, "en"), "en")
    assert time.process_time() - began < 20


# Recall measured on passages with even numbers, less some room for honest changes.
_FLOORS = {
    "en": 0.76, "ru": 0.65, "uk": 0.86, "fr": 0.83, "es": 0.88, "tr": 0.82, "ar": 0.74, "fa": 0.66,
    "zh": 0.83,
}  # fmt: skip


def _shares(pairs: Sequence[tuple[bool, bool]]) -> tuple[float, float]:
    found = sum(right and said for right, said in pairs)
    return found / sum(right for right, _ in pairs), found / sum(said for _, said in pairs)


def test_no_language_finds_fewer_threats_than_it_did() -> None:
    pairs: dict[str, list[tuple[bool, bool]]] = {language: [] for language in LANGUAGES}
    for language, passage, text, _ in passages(odd=False):
        told = report(text, sentences(text, language), language)
        pairs[language].append((passage["threat"], told.threat))
    below = {one: _shares(told) for one, told in pairs.items() if _shares(told)[0] < _FLOORS[one]}
    assert not below
    assert _shares([pair for told in pairs.values() for pair in told])[1] > 0.70
