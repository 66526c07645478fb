"""One person is found under every spelling, and nobody is taken for somebody else."""

from functools import cache
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.names.features import NAMES
from tocsin.names.forms import read_name
from tocsin.names.matching import Match, Matcher, explained, ready

SAME = [
    ("Тамерлан Царнаев", "Tamerlan Tsarnaev"),
    ("Царнаев Тамерлан Анзорович", "Tsarnaev, Tamerlan"),
    ("Tamerlan Zarnajew", "Tamerlan Tsarnaev"),
    ("Dschochar Zarnajew", "Джохар Царнаев"),
    ("Djohar Tsarnaïev", "Джохар Царнаев"),
    ("تامرلان تسارنايف", "Тамерлан Царнаев"),
    ("T. A. Tsarnaev", "Tamerlan Anzorovich Tsarnaev"),
    ("TAMERLANTSARNAEV", "Tamerlan Tsarnaev"),
    ("عبد المحسن الباقر", "Abdulmohsen Al-Baqer"),
    ("陳易舜", "CHAN YIK SHUN"),
    ("欧阳建平", "Jianping Ouyang"),
    ("Лидия Кащеева", "Kashcheeva Lidiya Petrovna"),
    ("НЕСМЄЯНОВ Євген", "Nesmeyanov Evgeny"),
]
DIFFERENT = [
    ("Джохар Царнаев", "Tamerlan Tsarnaev"),
    ("Tamila Tsarnaeva", "Tamerlan Tsarnaev"),
    ("Виталий Владимирович Орлов", "Vladimir Vitalievich Orlov"),
    ("محمد حسين", "Mahmoud Karimi"),
    ("陳易舜", "CHAN WAI MING"),
]


@cache
def compare(one: str, other: str) -> Match:
    return Matcher.load().compare(read_name(one), read_name(other))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_person_match(one: str, other: str) -> None:
    assert compare(one, other).probability >= Matcher.load().threshold


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_persons_do_not_match(one: str, other: str) -> None:
    assert compare(one, other).probability < Matcher.load().threshold


@pytest.mark.parametrize(("one", "other"), SAME[:3] + DIFFERENT[:2])
def test_the_order_of_the_two_names_changes_nothing(one: str, other: str) -> None:
    assert compare(one, other).probability == pytest.approx(compare(other, one).probability)


@pytest.mark.parametrize(("one", "other"), SAME[:4] + DIFFERENT[:3])
def test_the_addends_of_an_explanation_sum_to_the_log_odds(one: str, other: str) -> None:
    match = compare(one, other)
    said = [part.nats for part in match.parts] + [word.nats for word in match.missing]
    odds = log(match.probability / (1 - match.probability))
    assert sum(said) + match.whole + match.births == pytest.approx(odds, abs=1e-3)


@pytest.mark.parametrize(
    ("one", "other", "exchanged"),
    [
        ("Виталий Владимирович Орлов", "Vladimir Vitalievich Orlov", 1),
        ("Vladimir Vitalievich Orlov", "Орлов, Виталий Владимирович", 1),
        ("Владимир Владимирович Орлов", "Vladimir Vladimirovich Orlov", 0),
        ("Виталий Владимирович Орлов", "Vitaly Orlov", 0),
    ],
)
def test_father_and_son_with_exchanged_names_are_told(one: str, other: str, exchanged: int) -> None:
    pair = (ready([read_name(raw)]) for raw in (one, other))
    place = np.zeros(1, np.int32)
    seen = Matcher.load().figures(next(pair), place, next(pair), place)
    assert seen[0, NAMES.index("father and son exchanged")] == exchanged


def test_an_explanation_names_the_parts_and_what_is_missing() -> None:
    lines = "\n".join(explained(compare(*SAME[1])))
    assert "“царнаев” and “tsarnaev”" in lines
    assert "“анзорович” of the first name answers nothing" in lines


def test_dates_of_birth_move_the_odds_by_their_nats() -> None:
    one, other = (read_name(raw) for raw in SAME[0])
    apart = Matcher.load().compare(one, other, births=-4.0)
    assert apart.probability < compare(*SAME[0]).probability
    assert apart.births == -4.0


@settings(deadline=None, max_examples=15)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_two_texts_break_the_comparison(one: str, other: str) -> None:
    match = Matcher.load().compare(read_name(one), read_name(other))
    assert 0 <= match.probability <= 1


def test_endless_names_are_compared_in_bounded_time() -> None:
    long = read_name("Аbdul " * 2_000)
    places = np.zeros(1, np.int32)
    assert np.isfinite(Matcher.load().odds(ready([long]), places, ready([long]), places)).all()


def test_a_letter_that_is_read_as_a_digit_breaks_no_comparison() -> None:
    """LATIN CAPITAL LETTER TONE FIVE is read as 5, with which nothing is abbreviated."""
    odd = "Timur \N{LATIN CAPITAL LETTER TONE FIVE}ar"
    assert Matcher.load().compare(read_name(odd), read_name("Timur Karelin")).probability < 1
