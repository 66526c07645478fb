"""Dates of birth: how they are read, compared and weighed with the names."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.names import births_reading as reading
from tocsin.names.births import Birth, Births, Category, between, compare, log_ratios, written
from tocsin.names.births_reading import read_births
from tocsin.names.persons import added, combined, explained, namesakes

DAYS = st.dates(date(1900, 1, 1), date(2020, 12, 31)).map(str)
WRITTEN = st.one_of(DAYS, st.from_regex(r"(19|20)[0-9]{2}(-(0[1-9]|1[0-2]))?", fullmatch=True))
TEXTS = st.one_of(st.text(max_size=40), st.text("0123456789-/. janMayor circa", max_size=40))
COMMON, RARE = 10.0, 22.0  # nats: John Smith; Tamerlan Tsarnaev


def evidence(a: str, b: str):
    return compare(read_births(a), read_births(b))


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("1980", ["1980"]),
        ("1980-01", ["1980-01"]),
        ("1980-01-15T00:00:00Z", ["1980-01-15"]),
        ("19800115", ["1980-01-15"]),
        ("15.01.1980", ["1980-01-15"]),
        ("05/13/1980", ["1980-05-13"]),
        ("DOB 15 Jan 1980", ["1980-01-15"]),
        ("January 15th, 1980", ["1980-01-15"]),
        ("3 de enero de 1971", ["1971-01-03"]),
        ("le 3 août 1971", ["1971-08-03"]),
        ("15 января 1980 г.", ["1980-01-15"]),
        ("١٥ يناير ١٩٨٠", ["1980-01-15"]),
        ("1980年1月15日", ["1980-01-15"]),
        ("circa 1975", ["1973/1977"]),
        ("1974-76", ["1974/1976"]),
        ("Between 1974 and 1976", ["1974/1976"]),
        ("1970s", ["1970/1979"]),
        ("1980-00-00", ["1980"]),
        ("1986-07-15 or 1987-07-22", ["1986-07-15", "1987-07-22"]),
        ("", []),
    ],
)
def test_a_date_is_read_as_reports_and_lists_write_it(text, dates):
    assert read_births(text) == Births(dates=read_births(text).dates)
    assert [born.written for born in read_births(text).dates] == dates


@pytest.mark.parametrize(
    ("text", "dates", "defect"),
    [
        ("04/05/1980", ["1980-04-05", "1980-05-04"], reading.AMBIGUOUS),
        ("15/01/80", [], reading.TWO_DIGITS),
        ("1400-05-03", [], reading.CALENDAR),
        ("2523", [], reading.CALENDAR),
        ("1980-02-30", ["1980-02"], reading.IMPOSSIBLE),
        ("1980-13-45", ["1980"], reading.IMPOSSIBLE),
        ("not known", [], reading.UNREAD),
        ("12 1980", ["1980"], reading.UNREAD),
        ("1980 " * 50, ["1980"], reading.CUT),
    ],
)
def test_what_cannot_be_told_is_kept_as_a_defect_and_never_guessed(text, dates, defect):
    found = read_births(text)
    assert [born.written for born in found.dates] == dates
    assert found.defects == (defect,)


@given(st.lists(TEXTS, max_size=3))
def test_any_text_is_read_without_fail_to_a_bounded_number_of_dates(texts):
    assert len(read_births(*texts).dates) <= reading.MOST_DATES


@given(WRITTEN)
def test_what_is_written_out_is_read_back(text):
    assert [born.written for born in read_births(text).dates] == [text]


@pytest.mark.parametrize(
    ("a", "b", "category"),
    [
        ("1980-05-14", "1980-05-14", Category.EQUAL),
        ("1980-05-04", "1980-04-05", Category.SWAPPED),
        ("1980-05-14", "1981-05-14", Category.YEAR_BY_ONE),
        ("1980-05-14", "1978-05-14", Category.YEAR_BY_TWO),
        ("1980-05-14", "1990-05-14", Category.YEAR_DIGIT),
        ("1959-05-14", "1995-05-14", Category.YEAR_DIGIT),
        ("1980-05-14", "1980-08-14", Category.DIGIT),
        ("1980-05-21", "1980-05-12", Category.DIGIT),
        ("1980-05-31", "1980-06-01", Category.NEAR),
        ("1980-12-31", "1981-01-02", Category.NEAR),
        ("1980-05", "1980-05-14", Category.MONTH_ONLY),
        ("1980-05-03", "1980-05-29", Category.SAME_MONTH),
        ("1980-01-01", "1980-01-01", Category.PLACEHOLDERS),
        ("1980", "1980-05-14", Category.YEAR_ONLY),
        ("1980-01-01", "1980-05-14", Category.PLACEHOLDER),
        ("circa 1979", "1980-05-14", Category.WITHIN),
        ("1980-05-14", "1980-11-23", Category.SAME_YEAR),
        ("1980", "1981-05-14", Category.YEARS_NEAR),
        ("1980", "1982-05-14", Category.YEARS_BY_TWO),
        ("1980-05-14", "1984-11-23", Category.CONFLICT),
        ("1980-05-14", "1956-11-23", Category.FAR),
        ("1980-05-14", "", Category.UNKNOWN),
        ("1986-07-15 or 1987-07-22", "1987-07-22", Category.EQUAL),
    ],
)
def test_each_way_in_which_two_dates_compare_is_told_apart(a, b, category):
    assert evidence(a, b).category is category


@given(st.lists(WRITTEN, max_size=3), st.lists(WRITTEN, max_size=3))
def test_comparison_is_symmetric_and_bounded(a, b):
    one, other = (
        compare(read_births(*a), read_births(*b)),
        compare(read_births(*b), read_births(*a)),
    )
    assert one == other
    assert min(log_ratios()) - 1e-9 <= one.log_ratio <= max(log_ratios()) + 1e-9
    assert one.words


def test_ratios_fall_from_the_same_date_to_a_far_one():
    ratios = log_ratios()
    order = (1, 3, 4, 13, 15, 16, 17, 18)
    assert [ratios[at] for at in order] == sorted((ratios[at] for at in order), reverse=True)
    assert ratios[Category.UNKNOWN] == 0
    assert ratios[Category.PLACEHOLDERS] < ratios[Category.EQUAL]


def test_a_second_date_neither_hides_an_agreement_nor_adds_to_it():
    two = evidence("1986-07-15 or 1987-07-22", "1987-07-22")
    one = evidence("1987-07-22", "1987-07-22")
    assert one.log_ratio - math.log(2) <= two.log_ratio < one.log_ratio
    assert "2 pairs" in two.words


@pytest.mark.parametrize("year", [1850, 1980, 2100])
def test_a_packed_date_tells_all_of_it(year):
    born = Birth(year=year, until=year, month=12, day=31)
    assert written(born.packed) == f"{year}-12-31"
    assert between(born.packed, born.packed) == Category.EQUAL


@pytest.mark.parametrize(
    "wrong",
    [{"year": 1700, "until": 1700}, {"year": 1980, "until": 1979}, {"day": 3}, {"month": 13}],
)
def test_a_date_that_cannot_be_is_not_made(wrong):
    with pytest.raises(ValueError, match=r"years of birth|a day needs"):
        Birth(**({"year": 1980, "until": 1980} | wrong))


def test_a_common_name_with_dates_in_conflict_does_not_fire_and_a_rare_one_a_year_off_does():
    conflict, by_one = evidence("1980-05-14", "1956-11-23"), evidence("1980-05-14", "1981-05-14")
    assert combined(0.99, conflict, rarity_of_shared_parts=COMMON) < 0.01
    assert combined(0.99, by_one, rarity_of_shared_parts=RARE) > 0.95


def test_a_date_alone_never_makes_one_name_of_two():
    same = evidence("1980-05-14", "1980-05-14")
    assert combined(0.01, same, rarity_of_shared_parts=RARE) < 0.5


@given(st.floats(0, 1), st.floats(0, 60), DAYS, DAYS)
def test_the_whole_is_a_probability_that_grows_with_the_name_and_its_rarity(alike, rare, a, b):
    found = evidence(a, b)
    whole = combined(alike, found, rarity_of_shared_parts=rare)
    assert 0 <= whole <= combined(alike, found, rarity_of_shared_parts=rare + 1) <= 1
    assert whole <= combined(min(alike + 0.1, 1), found, rarity_of_shared_parts=rare)


def test_the_words_say_what_rarity_and_dates_contributed():
    rare, dates = explained(evidence("1980", "1980-05-14"), rarity_of_shared_parts=RARE)
    assert "hardly anybody else" in rare
    assert dates.startswith("Same year, as far as given: 1980 and 1980-05-14")
    assert dates.endswith("times as likely of one person.")
    common, unknown = explained(evidence("", "1980"), rarity_of_shared_parts=COMMON)
    assert f"{namesakes(COMMON):,.0f} others" in common
    assert unknown == "A date of birth is missing: this says nothing for or against."


def test_what_rarity_and_dates_add_is_the_difference_that_they_make():
    found = evidence("1980-05-14", "1981-05-14")
    whole = combined(0.7, found, rarity_of_shared_parts=RARE)
    moved = math.log(0.7 / 0.3) + added(0.7, found, rarity_of_shared_parts=RARE)
    assert 1 / (1 + math.exp(-moved)) == pytest.approx(whole)
