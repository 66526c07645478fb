"""Two spellings of one word are told from two words, in every script."""

import pytest

from tocsin.names.edits import Edits
from tocsin.names.forms import Token, read_name


def word(raw: str) -> Token:
    return read_name(raw).tokens[0]


def nats(one: str, other: str) -> float:
    return Edits.load().log_ratio(word(one), word(other))


@pytest.mark.parametrize(
    ("one", "same", "different"),
    [
        ("Tsarnaev", "Царнаев", "Черняев"),
        ("Tsarnaev", "Zarnajew", "Chernyaev"),
        ("Джохар", "Dschochar", "Dudayev"),
        ("محمود", "Mahmoud", "Mohammed"),
        ("تامرلان", "Тамерлан", "Тимофей"),
        ("שרון", "Sharon", "Shimon"),
        ("スピルバーグ", "Spielberg", "Goldberg"),
        ("스필버그", "Spielberg", "Goldberg"),
        ("მიხეილ", "Mikheil", "Malkhaz"),
    ],
)
def test_another_spelling_is_likelier_than_another_word(
    one: str, same: str, different: str
) -> None:
    assert nats(one, same) > 0
    assert nats(one, same) > nats(one, different) + 2


@pytest.mark.parametrize(
    ("one", "other"), [("Царнаев", "Zarnajew"), ("حسن", "Hasan"), ("Li", "李")]
)
def test_it_does_not_matter_which_word_comes_first(one: str, other: str) -> None:
    assert nats(one, other) == pytest.approx(nats(other, one))
