"""A name is taken apart the same way however it was written, and nothing breaks the reading."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.names.forms import LONGEST_NAME, MOST_TOKENS, read_name
from tocsin.names.scripts import MOST_FORMS


def words(raw: str) -> list[str]:
    return [token.text for token in read_name(raw).tokens]


def kinds(raw: str) -> list[str]:
    return [token.kind for token in read_name(raw).tokens]


@settings(deadline=None, max_examples=60)  # the readers of Han load once
@given(st.text(max_size=600))
def test_no_text_breaks_the_reading_and_every_part_stands_where_it_says(raw: str) -> None:
    name = read_name(raw)
    assert len(name.tokens) <= MOST_TOKENS
    for token in name.tokens:
        assert 0 <= token.start < token.end <= min(len(raw), LONGEST_NAME)
        assert 1 <= len(token.forms) <= MOST_FORMS
        assert all(form.isascii() and form.isalpha() and form.islower() for form in token.forms)


@pytest.mark.parametrize("piece", ["a", "a ", "ب", "王", "я-", "\u200b", "é", "1", "ก", "(("])
def test_ten_thousand_characters_are_cut_and_cost_no_more_than_four_hundred(piece: str) -> None:
    read_name(piece)  # dictionaries load once
    began = time.thread_time()
    name = read_name(piece * 10_000)
    assert name.cut
    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        ("Царнаев", "tsarnaev"),
        ("Юрии\u0306", "yuriy"),
        ("محمود", "mhmwd"),
        ("الباقر", "bqr"),
        ("塔梅尔兰", "tameierlan"),
        ("שרון", "shrwn"),
        ("スピルバーグ", "supirubagu"),
        ("नरेन्द्र", "narendra"),
        ("Γεώργιος", "georgios"),
        ("Müller", "muller"),
    ],
)
def test_every_script_is_read_in_plain_letters(raw: str, form: str) -> None:
    assert read_name(raw).tokens[0].forms[0] == form


def test_han_characters_are_read_in_mandarin_and_in_cantonese() -> None:
    surname, given = read_name("陳易舜").tokens
    assert surname.forms == ("chen", "can")
    assert given.forms == ("yishun", "jiseon")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Dr. T. A. Tsarnaev", ["title", "initial", "initial", "word"]),
        ("Виталий Владимирович", ["word", "patronymic"]),
        ("Rabinovich", ["word"]),
        ("Ludwig van Beethoven", ["word", "particle", "word"]),
    ],
)
def test_parts_are_told_apart(raw: str, expected: list[str]) -> None:
    assert kinds(raw) == expected


@pytest.mark.parametrize(
    ("raw", "plain", "defect"),
    [
        ("ab\u200bc\u202edef", "abcdef", "controls"),
        ("Aldо Pаrisot", "aldo parisot", "look-alikes"),
        ("Robert Hug1es 1987", "robert hugles", "digits"),
        ("Ｔａｍｅｒｌａｎ", "tamerlan", None),
        ("Gennad'yevich O’Brien", "gennadyevich obrien", None),
    ],
)
def test_disguises_fall_off(raw: str, plain: str, defect: str | None) -> None:
    name = read_name(raw)
    assert " ".join(words(raw)) == plain
    assert defect is None or defect in name.defects


@pytest.mark.parametrize("raw", ["", "1234", "...", "\u200b", "\ud800"])
def test_what_holds_no_letters_says_so(raw: str) -> None:
    assert read_name(raw).defects[-1] == "no letters"


def test_what_stands_in_brackets_is_an_aside() -> None:
    assert [token.aside for token in read_name("CHAN (EASON) YIK").tokens] == [False, True, False]


@pytest.mark.parametrize("title", ["MR", "MRS", "MS", "MSTR"])
def test_a_title_glued_to_a_passenger_is_no_part_of_the_name(title: str) -> None:
    name = read_name(f"KARELIN/TIMUR{title}")
    assert [token.text for token in name.tokens] == ["karelin", "timur"]
    assert name.raw.endswith(title)
