"""Known names are found where they stand, and hostile text costs no more than it may."""

import numpy as np
import pytest

from tocsin.names import passages
from tocsin.names.forms import read_name
from tocsin.names.han import read_han
from tocsin.names.passages import Known, sounds_in
from tocsin.names.units import _han_forms

WATCHED = ("Timur Karelin", "王长江", "محمد علي", "Tamerlan", "塔梅尔兰·察尔纳耶夫")


@pytest.fixture(scope="module")
def known() -> Known:
    made = Known()
    for one in WATCHED:
        made.add(read_name(one))
    return made


def said(known: Known, text: str, most_signs: int = 1_000) -> set[tuple[str, str]]:
    found = known.windows(text, most_signs)
    return {(WATCHED[one.known], text[one.start : one.end]) for one in found}


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("On Monday Тимур Карелин left.", "Timur Karelin", "Тимур Карелин"),
        ("据警方称王长江昨天离开了维也纳。", "王长江", "王长江"),
        ("报道称塔梅尔兰昨天离开。", "Tamerlan", "塔梅尔兰"),
        ("قال ان محمد علي سافر", "محمد علي", "محمد علي"),
        ("He met Tamerlan Tsarnaev.", "塔梅尔兰·察尔纳耶夫", "Tamerlan Tsarnaev"),
    ],
)
def test_a_name_is_found_in_any_script(known: Known, text: str, name: str, words: str) -> None:
    assert (name, words) in said(known, text)


def test_signs_are_read_as_the_name_they_may_be_is_read() -> None:
    text = "会见王长江还有曾国藩银行行长任命单雄信重庆市长"
    for at in range(len(text) - 5):
        for size, forms in enumerate(_han_forms(text[at : at + 5]), 1):
            assert forms == read_han(text[at : at + size], surname=size == 1)


def test_as_many_signs_are_looked_at_as_were_asked_for_also_of_one_long_run(known: Known) -> None:
    text = "天" * 40 + "王长江" + "天" * 40
    assert ("王长江", "王长江") in said(known, text, 43)
    assert said(known, text, 41) == set()


def test_the_same_words_repeated_hide_no_others(known: Known) -> None:
    text = "Timur Karelin. " * 500 + "Тимур Карелин. " + "Timor Karelina. " * 500
    found = said(known, text)
    assert {("Timur Karelin", "Timur Karelin"), ("Timur Karelin", "Тимур Карелин")} <= found


@pytest.mark.parametrize("text", ["Timur Karelin ", "Timur Karélina 塔梅尔兰 ", "梅尔兰塔"])
def test_however_often_names_are_repeated_few_windows_come_of_it(known: Known, text: str) -> None:
    repeated = "".join(f"{text}{end}" for end in ("", "a", "e", "o. ", ", ") * 1_000)
    found = known.spans(repeated, 1_000)
    assert 0 < len(found) <= len(WATCHED) * passages.MOST_OF_ONE * passages.MOST_REPEATED
    assert np.bincount(found[:, 0]).max() > passages.MOST_REPEATED


def test_what_stands_behind_much_that_is_repeated_is_found(
    known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passages, "CHUNK", 100)
    found = said(known, "Timur Karelina. " * 300 + "Тимур Карелин. 王长江")
    assert {("Timur Karelin", "Тимур Карелин"), ("王长江", "王长江")} <= found


def test_the_same_words_have_one_number_wherever_they_stand() -> None:
    text = "Ada Low, Ada Law, Ada Low"
    start, end = np.array([0, 9, 18]), np.array([7, 16, 25])
    one, other, again = passages._worded(text, start, end)
    assert one == again != other


def test_nothing_is_found_by_nothing(known: Known) -> None:
    assert not len(Known().spans("Timur Karelin"))
    assert not len(known.spans(""))
    assert known.like(read_name("1234"), 5) == []
    assert sounds_in("", 10) == frozenset()


def test_names_that_are_added_later_are_found_as_well() -> None:
    made = Known()
    made.add(read_name("Ada Low"))
    assert not len(made.spans("Timur Karelin left"))
    number = made.add(read_name("Timur Karelin"))
    assert set(made.spans("Timur Karelin left")[:, 0]) == {number}
    assert made.like(read_name("Karelin, T."), 5) == [number]
