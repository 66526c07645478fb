"""Who on watch is named in a text, whatever its sentences do to the name."""

import pytest

from tocsin.casework.watchlist_names import Names
from tocsin.store.watches import Watched


@pytest.fixture(scope="module")
def names() -> Names:
    made = Names()
    for number, name in enumerate(("Timur Rustamovich Karelin", "Anna Petrovna Sokolskaya")):
        made.add(
            Watched(
                case_id="C-1", watch_id=f"s{number}", position=1, exercise=False,
                names=(name,), births=(), identifiers=(),
            )
        )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Задержали гражданина Тимура Рустамовича Карелина.", "Тимура Рустамовича Карелина"),
        ("Встречался с Тимуром Рустамовичем Карелиным.", "Тимуром Рустамовичем Карелиным"),
        ("Видели Анну Сокольскую вчера.", "Анну Сокольскую"),  # the verb has its capital anyway
    ],
)
def test_a_bent_name_is_found_and_told_as_it_stands(names, text, words):
    (hit,) = names.read(text)
    (found,) = hit.found
    assert (found.found, text[found.start : found.end]) == (words, words)


def test_another_surname_beside_it_speaks_against_it(names):
    assert names.read("Вчера приехал Тимур Алексеев Боровской.") == []
