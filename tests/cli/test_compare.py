"""`tocsin compare`: two names side by side, with what speaks for and against one person."""

import pytest

from tests.cli.conftest import Tocsin


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Тамерлан Царнаев", "Tamerlan Tsarnaev"),
        ("محمد عبد الله", "Mohammed Abdullah"),
        ("Qadyrbek Serikuly Nurlanov", "Nurlanov Kadyrbek"),
    ],
)
def test_one_name_in_two_spellings_is_told_part_by_part(tocsin: Tocsin, name, other):
    told = tocsin("compare", name, other)
    assert told.status == 0
    assert "They count as one" in told.out
    assert "“" in told.out


def test_another_name_counts_as_different_and_says_what_answers_nothing(tocsin: Tocsin):
    told = tocsin("compare", "Ilda Norr", "Pavo Renn", "--json")
    assert told.status == 1
    assert told.json["same"] is False
    assert told.json["missing"]


def test_a_year_that_is_off_by_one_speaks_for_a_rare_name_and_one_far_off_against(tocsin: Tocsin):
    names = ("Тамерлан Царнаев", "Tamerlan Tsarnaev", "--born", "1986-10-21")
    near = tocsin("compare", *names, "--other-born", "1987-10-21", "--json").json
    far = tocsin("compare", *names, "--other-born", "1951-02-03", "--json").json
    assert near["birth_evidence"] == "year_by_one"
    assert near["births"] > 0 > far["births"]
    assert near["probability"] > far["probability"]


def test_what_has_no_letters_is_refused(tocsin: Tocsin):
    told = tocsin("compare", "12345", "Ilda Norr")
    assert told.status == 2
    assert "bad-value" in told.err
