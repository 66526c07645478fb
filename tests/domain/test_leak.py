"""What a draft must not carry out, and what the check must not make a fuss about."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.folding import BY_LOOK, FOLD, Folded
from tocsin.domain.leak import Leak, LeakKind, Source, find_leaks

REPORT = """Source ALDER met Oleg Sidorenko near the old tram depot on 14 May. Sidorenko said that
two men will attack the Harbour Festival after the evening concert. Call him on +40 21 555 01 23.
They use a grey van, plate B 482 KRN, and meet at gate 7, 44.4268, 26.1025, at 18:45.
Avoid the van. Payment was 1,250,000 lei."""
TEARLINE = "Two men may attack the Harbour Festival after the evening concert."


def a_source(text: str = REPORT, tearline: str = TEARLINE, *protected: str) -> Source:
    return Source(report_id="R1", text=text, tearline=tearline, protected=protected)


def found(draft: str, kind: LeakKind, *may_leave: str, source: Source | None = None) -> list[str]:
    leaks = find_leaks(draft, [source or a_source()], may_leave)
    assert all(draft[leak.start : leak.end] == leak.words for leak in leaks)
    return [leak.words for leak in leaks if leak.kind is kind]


def test_a_phrase_of_the_report_is_named_with_its_place_and_report() -> None:
    draft = "We heard: He met somebody NEAR the old\ntram-depot on a day in spring."
    assert find_leaks(draft, [a_source()]) == (
        Leak(
            kind=LeakKind.PHRASE,
            words="NEAR the old\ntram-depot on",
            report_id="R1",
            start=26,
            end=52,
        ),
    )


def test_the_words_of_the_tearline_and_ordinary_words_may_leave() -> None:
    draft = "Two men may attack the Harbour Festival after the evening concert. Avoid the festival."
    assert find_leaks(draft, [a_source()]) == ()
    common = a_source("It is one of the most that we have had.")
    assert find_leaks("It is one of the most.", [common]) == ()


def test_only_the_part_beyond_the_tearline_is_pointed_at() -> None:
    source = a_source("alpha beta gamma delta epsilon zeta", "alpha beta gamma delta epsilon")
    draft = "alpha beta gamma delta epsilon zeta"
    assert found(draft, LeakKind.PHRASE, source=source) == ["beta gamma delta epsilon zeta"]


@pytest.mark.parametrize(
    ("draft", "names"),
    [
        ("He named Oleg Sidorenko as one.", ["Oleg Sidorenko"]),
        ("Sidorenko is dangerous.", ["Sidorenko"]),
        ("Seen by ALDER.", ["ALDER"]),
        ("Avoid the area. DO NOT meet anybody.", []),
        ("The Harbour Festival is in danger.", []),
    ],
)
def test_names_of_the_report_are_named_and_ordinary_capitals_are_not(
    draft: str, names: list[str]
) -> None:
    assert found(draft, LeakKind.NAME) == names


def test_names_are_found_in_reports_that_write_none_or_only_capitals() -> None:
    for text in ("yesterday sidorenko told us all", "YESTERDAY SIDORENKO TOLD US ALL"):
        assert found("Sidorenko plans it.", LeakKind.NAME, source=a_source(text)) == ["Sidorenko"]


def test_two_told_names_do_not_excuse_a_third_made_of_them() -> None:
    source = a_source("Our man is Ivan Sidorenko.", "Ivan Petrov and Oleg Sidorenko are at risk.")
    told = "Warn Ivan Petrov and Oleg Sidorenko."
    assert find_leaks(told, [source]) == ()
    assert found("Ask Ivan Sidorenko.", LeakKind.NAME, source=source) == ["Ivan Sidorenko"]


def test_a_name_that_may_be_told_is_excused() -> None:
    assert found("Protect Oleg Sidorenko.", LeakKind.NAME, "Oleg Sidorenko") == []


@pytest.mark.parametrize(
    ("text", "draft", "words"),
    [
        ("التقى المصدر مع احمد بن سالم في المقهى", "قال احمد بن سالم ذلك", "احمد بن سالم"),
        ("המקור פגש את משה בן דוד אתמול", "נאמר כי משה בן דוד יבוא", "משה בן דוד"),
        ("消息人士会见了王小明", "据王小明", "王小明"),
    ],
)
def test_scripts_without_capitals_fall_back_on_runs_of_three(
    text: str, draft: str, words: str
) -> None:
    assert found(draft, LeakKind.NAME, source=a_source(text, "")) == [words]


@pytest.mark.parametrize(
    ("draft", "numbers"),
    [
        ("Call 555-01-23.", ["555-01-23"]),
        ("Call +40 (21) 5550123.", ["40", "21", "5550123"]),
        ("Call ٥٥٥٠١٢٣ or ５５５０１２３.", ["٥٥٥٠١٢٣", "５５５０１２３"]),
        ("At 18.45 or 1845.", ["18.45", "1845"]),
        ("A van B482KRN.", ["482"]),
        ("Near 44.4268 / 26.1025.", ["44.4268", "26.1025"]),
        ("They were paid 1 250 000.", ["1 250 000"]),
        ("It is gate 7 they mean.", ["gate 7"]),
        ("Within 7 days, 3 men, 1999.", []),
    ],
)
def test_numbers_are_found_in_any_digits_and_grouping(draft: str, numbers: list[str]) -> None:
    assert found(draft, LeakKind.NUMBER) == numbers


def test_numbers_that_may_be_told_are_excused() -> None:
    assert found("On 14 May at 18:45.", LeakKind.NUMBER, "14 May 2030, 18:45 (EEST)") == []
    assert found("Call +40 21 555 01 23.", LeakKind.NUMBER, "+40 21 555 01 23") == []


@pytest.mark.parametrize(
    "draft",
    [
        "told by Sidorenko",
        "told by S i d o r e n k o",
        "told by OLEG-SIDORENKO",
        "told by Sido\u00adrenko",
        "told by Ѕіdоrеnkо",
        "told by Ｓｉｄｏｒｅｎｋｏ",
        "told by Sidórenko",
        "told by Sidorenka",
        "told by olegsidorenko1",
    ],
)
def test_a_protected_name_is_found_however_it_is_written(draft: str) -> None:
    source = a_source("nothing", "", "Oleg Sidorenko")
    (words,) = set(found(draft, LeakKind.SOURCE, source=source))
    assert draft.endswith(words)


@pytest.mark.parametrize(
    ("draft", "protected"),
    [
        ("I ran from them", "Iran"),
        ("tell us at once", "US"),
        ("go to the market", "Mark Long"),
        ("call the security service", "Northern Security Service"),
        ("a banana", "Ana"),
    ],
)
def test_everyday_words_are_not_taken_for_protected_names(draft: str, protected: str) -> None:
    assert found(draft, LeakKind.SOURCE, source=a_source("", "", protected)) == []


def test_greek_and_cyrillic_names_are_found_in_every_case() -> None:
    for name in ("Νίκος Υψηλός", "Пётр Нежданов"):
        source = a_source("", "", name)
        assert found(f"x {name.upper()} y", LeakKind.SOURCE, source=source)[0] == name.upper()


def test_what_may_be_told_excuses_a_part_of_a_protected_name_but_never_the_whole() -> None:
    source = a_source("", "", "Oleg Sidorenko")
    assert found("Warn Olga Sidorenko.", LeakKind.SOURCE, "Olga Sidorenko", source=source) == []
    whole = found("Warn Oleg Sidorenko.", LeakKind.SOURCE, "Oleg Sidorenko", source=source)
    assert whole == ["Oleg Sidorenko"]


def test_every_report_that_holds_the_words_is_named() -> None:
    sources = [Source(report_id=each, text="It was Sidorenko.") for each in ("R1", "R2")]
    assert [leak.report_id for leak in find_leaks("Ask Sidorenko.", sources)] == ["R1", "R2"]


WORDS = st.lists(st.text("bcdfghklmnprstvzаиоуéйק", min_size=1, max_size=8), min_size=5)


@given(WORDS, st.data())
def test_any_five_words_of_a_report_are_found_in_a_draft(words: list[str], data: st.DataObject):
    start = data.draw(st.integers(0, len(words) - 5))
    run = " ".join(words[start : start + data.draw(st.integers(5, len(words) - start))])
    source = a_source(", ".join(words), "")
    leaks = find_leaks(f"qq ww {run.upper()} ee", [source])
    assert any(leak.kind is LeakKind.PHRASE and leak.start <= 6 for leak in leaks)


LOOK = {"a": "аα", "e": "е", "i": "іι", "o": "оοօ"[:2], "n": "n", "v": "νѵ", "s": "ѕ"}
LOOK |= {"N": "Ν", "H": "НΗ", "M": "МΜ", "K": "КΚ", "A": "АΑ", "Y": "ΥҮ"[:1]}


@given(st.sampled_from(["Nina Vinova", "Hakim Yane", "Marienko"]), st.data())
def test_no_look_alike_or_invisible_character_hides_a_protected_name(
    name: str, data: st.DataObject
) -> None:
    hidden = st.sampled_from(["", "", "\u200b", "\u2060", "\u00ad", "\u200f", "\ufe0f", "\u3164"])
    shown = "".join(
        data.draw(st.sampled_from([one, *LOOK.get(one, "")])) + data.draw(hidden) for one in name
    )
    (first, *_) = found(f"so said {shown} then", LeakKind.SOURCE, source=a_source("", "", name))
    assert first == shown


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_draft_that_says_what_the_tearline_says_has_no_leaks(tearline: str, more: str) -> None:
    assert find_leaks(tearline, [a_source(f"{more} {tearline} {more}", tearline)]) == ()


@given(st.text(max_size=60), st.text(max_size=60))
def test_folding_goes_character_by_character_and_keeps_places(left: str, right: str) -> None:
    for fold in (FOLD, BY_LOOK):
        assert (left + right).translate(fold) == left.translate(fold) + right.translate(fold)
        folded = Folded(left + right, fold)
        for token in folded.tokens:
            assert token.word in folded.shown(token).translate(fold)


@given(st.text(max_size=200), st.text(max_size=200), st.lists(st.text(max_size=12), max_size=3))
def test_any_text_is_compared_without_a_crash(draft: str, text: str, protected: list[str]) -> None:
    for leak in find_leaks(draft, [a_source(text, "", *protected)]):
        assert draft[leak.start : leak.end] == leak.words != ""


def test_ten_long_reports_are_compared_in_linear_time() -> None:
    line = "Word nummer 4711 der langen Meldung steht hier, Zeile für Zeile. "
    sources = [
        Source(report_id=str(at), text=f"{at} " + line * 3_100, protected=("Oleg Sidorenko",))
        for at in range(10)
    ]
    began = time.process_time()
    assert find_leaks("The Meldung is here: 4711. " * 100, sources)
    # About 0.2 s on a quiet machine; comparing each word with each would take hours.
    assert time.process_time() - began < 10
