"""Looking for names is quick and misses nothing that folding would find."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tocsin.record.canonical import canonical
from tocsin.record.seeking import Seeker
from tocsin.record.tags import folded

ODD = "ßﬁŁø½№ªⅣがﾊﾞ한ǆİıſΣςΐᾳΆ\u0345\u0301\u200d\u00ad\u2060…\u3000\n\t\"\\'-.,𝐀𝒂😀аёйЁЙقَ"
texts = st.text(st.sampled_from("aAbBсС" + ODD) | st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    "text",
    [
        "said Zebulon Krall.",
        "KRALL, Zebulon",
        "Zébulon  Králl",
        "Zebulo\u00adn\nKrall",
        "Zebulon Krallson",
        "𝐙ebulon Krall",
        "ＺＥＢＵＬＯＮ ＫＲＡＬＬ",
    ],
)
def test_a_name_is_found_however_it_is_written(text):
    assert Seeker(["zebulon krall"]).holds(text)


@pytest.mark.parametrize("text", ["", "Zebulon", "Zebulon met Krall", "Зебулон Кралл"])
def test_words_that_do_not_stand_side_by_side_are_no_name(text):
    assert not Seeker(["Zebulon Krall"]).holds(text)


def test_any_of_several_is_found_in_every_script():
    seeker = Seeker(["Тамерлан Царнаев", "Straße", "한글", "???"])
    for text in (
        "ЦАРНАЕВЫ, ТАМЕРЛАН?",
        "царнаев тамерлан",
        "Hauptstrasse é",
        "é 한글",
        "what ??? é",
    ):
        assert seeker.holds(text) is (text != "ЦАРНАЕВЫ, ТАМЕРЛАН?")
    assert seeker.holds("ТАМЕРЛАН ЦАРНАЕВЫМ")


def test_a_long_name_is_found_in_its_own_order_and_in_that_of_its_tag():
    seeker = Seeker(["e d c b a"])
    assert seeker.holds("E, D, C, B, A")
    assert seeker.holds("a b c d e")
    assert not seeker.holds("b a c d e")


def test_a_record_is_looked_through_text_by_text():
    seeker = Seeker(["Anna Lind"])
    for name in ("Anna\nLind", "Ánna Lind", 'x "Anna" Lind'):
        body = canonical({"kind": "K", "known_as": ["", {"deep": name}], "n": 1, "no": None})
        assert seeker.holds_in(body.decode())
    assert not seeker.holds_in(canonical({"known_as": ["Anna", "Lind"]}).decode())
    assert not seeker.holds_in(canonical({"anna lind": "1"}).decode())


@pytest.mark.parametrize("blank", ["", " ", "\u3000"])
def test_nothing_is_not_looked_for(blank):
    with pytest.raises(ValueError, match="blank"):
        Seeker(["fine", blank])


@given(st.tuples(texts, texts, texts), texts)
def test_no_text_is_passed_over_that_folding_would_find(parts, other):
    before, sought, after = parts
    assume(folded(sought))
    whole = before + " " + sought + " " + after
    seeker = Seeker([sought, other] if folded(other) else [sought])
    found = folded(sought) in folded(whole)
    assert not found or (seeker.may_hold(whole) and seeker.holds(whole))
    body = json.dumps({"words": whole}, ensure_ascii=False)
    assert not found or seeker.holds_in(body)
    assert seeker.may_hold(whole) or not seeker.holds(whole)
