"""Names that are written otherwise in other languages, and nicknames, are known as one name."""

import pytest

from tocsin.names.symbols import FATHERS, fathers, symbols


@pytest.mark.parametrize(
    ("one", "other"), [("иван", "ivan"), ("muhammad", "محمد"), ("alexander", "олександр")]
)
def test_forms_of_one_name_share_a_number(one: str, other: str) -> None:
    assert set(symbols(one)) & set(symbols(other))


def test_different_names_share_none() -> None:
    assert not set(symbols("tamerlan")) & set(symbols("ivan"))


def test_what_nobody_is_called_stands_for_nothing() -> None:
    assert symbols("qqzzqq") == symbols("") == ()


def test_patronymics_share_the_number_of_the_father() -> None:
    assert set(fathers("владимирович")) & set(fathers("volodymyrovich"))


def test_a_father_is_not_the_name_itself() -> None:
    assert fathers("ivanovich")
    assert min(fathers("ivanovich")) >= FATHERS > max(symbols("ivan"))
