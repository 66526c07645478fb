"""Words cut into text messages and joined again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.channels.sms_text import (
    OCTETS,
    Alphabet,
    checked_short,
    parts,
    parts_needed,
    read_septets,
)
from tocsin.domain.refusal import Code, Refusal

PIECES = [
    "a",
    "€",
    "{",
    "é",
    "ç",
    "ж",
    "王",
    "😀",
    "👩‍🚒",
    "👍🏽",
    "🇷🇴",
    "ע",
    "ָ",
    "ë̈",
    " ",
    "\n",
    "\r\n",
]
WORDS = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=400).map("".join)
PLAIN = st.text("aZ09 @Δ€^{}[]~\\|\n", max_size=900)


@given(WORDS | PLAIN)
def test_parts_joined_give_the_words_and_each_fits_a_text_message(text: str) -> None:
    made = parts(text)
    assert "".join(part.text for part in made) == text
    assert [part.number for part in made] == list(range(1, len(made) + 1))
    assert {part.total for part in made} == {len(made)} == {parts_needed(text)}
    for part in made:
        assert part.octets <= OCTETS
        header = part.user_data(0xABCD)[: -len(part.payload) or None]
        sizes = bytes((part.total, part.number))
        assert header == (b"\x06\x08\x04\xab\xcd" + sizes if part.total > 1 else b"") or not text
        read = read_septets if part.alphabet is Alphabet.GSM else _ucs2
        assert read(part.payload) == part.text


def _ucs2(payload: bytes) -> str:
    return payload.decode("utf-16-be")


@pytest.mark.parametrize(
    ("letter", "in_one", "in_each"),
    [("a", 160, 152), ("€", 80, 76), ("ж", 70, 66), ("😀", 35, 33)],
)
def test_a_text_message_holds_as_many_letters_as_their_alphabet_allows(
    letter: str, in_one: int, in_each: int
) -> None:
    assert parts_needed(letter * in_one) == 1
    assert parts_needed(letter * (in_one + 1)) == 2
    assert parts_needed(letter * in_each * 3) == 3
    assert parts_needed(letter * (in_each * 3 + 1)) == 4


@pytest.mark.parametrize("sign", ["😀", "👩‍🚒", "👍🏽", "🇷🇴", "ж\u0301", "\r\n", "€"])
def test_no_sign_is_cut_in_two_wherever_a_part_ends(sign: str) -> None:
    filler = "x" if sign in ("€", "\r\n") else "ж"
    for before in range(55, 70) if filler == "ж" else range(145, 155):
        cut = [part.text for part in parts(filler * before + sign + filler * 100)]
        assert sum(sign in piece for piece in cut) == 1


def test_marks_without_end_are_cut_rather_than_refused() -> None:
    made = parts("e" + "\u0301" * 300)
    assert len(made) == 5
    assert all(part.octets <= OCTETS for part in made)


def test_one_foreign_sign_takes_the_whole_into_the_wider_alphabet() -> None:
    assert parts("Stay at home.")[0].alphabet is Alphabet.GSM
    assert parts("Stay at home\u2019s door.")[0].alphabet is Alphabet.UCS2


def test_words_of_too_many_parts_are_refused_before_anything_is_sent() -> None:
    assert checked_short("ж" * 66 * 6, 6) == "ж" * 66 * 6
    with pytest.raises(Refusal) as refused:
        checked_short("ж" * 66 * 6 + "ж", 6)
    assert refused.value.code is Code.TEXT_TOO_LONG
    assert "ж" not in str(refused.value)


def test_more_parts_than_a_header_can_count_are_counted_but_never_written() -> None:
    made = parts("a" * 152 * 256)
    assert len(made) == 256
    with pytest.raises(ValueError, match="255"):
        made[0].user_data(1)


@given(st.binary(max_size=200))
def test_any_octets_read_as_some_text(payload: bytes) -> None:
    assert len(read_septets(payload)) <= len(payload)
