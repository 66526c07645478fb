from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.identity.people import MINUTE, NOON
from tocsin.domain.refusal import Code, Refusal
from tocsin.identity.links import code, code_matches, delivery_of, link_token, try_code

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
DELIVERY = "C-7F3K-9QWM-d1"
WORDS = "11" * 32  # their code holds a 0 and a 1
CODE = code(KEY, DELIVERY, WORDS)
ids = st.from_regex(r"[A-Za-z0-9-]{1,40}", fullmatch=True)


def test_links_and_codes_of_messages_sent_before_keep_working():
    assert link_token(KEY, DELIVERY) == "C-7F3K-9QWM-d1.bY8GVrJlrT9ec8B23p4yFQ"
    assert CODE == "Y0HE-KQ21"


@given(ids)
def test_a_link_opens_its_own_delivery_with_its_own_key_only(delivery_id):
    token = link_token(KEY, delivery_id)
    assert delivery_of(KEY, token) == delivery_id
    assert delivery_of(OTHER_KEY, token) is None
    assert delivery_of(KEY, token[:-1] + ("A" if token[-1] != "A" else "B")) is None


@given(st.text(st.characters(), max_size=200))
def test_nothing_else_opens_a_delivery(text):
    assert delivery_of(KEY, text) is None
    assert delivery_of(KEY, f"{DELIVERY}.{text}") is None


def test_the_last_character_of_a_link_has_one_spelling():
    token = link_token(KEY, DELIVERY)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    opens = [c for c in alphabet if delivery_of(KEY, token[:-1] + c)]
    assert opens == [token[-1]]


@pytest.mark.parametrize("wrong", ["", "a.b", "a/b", "é", "a\n", "a" * 129])
def test_a_link_is_made_for_plain_ids_only(wrong):
    with pytest.raises(ValueError, match="letters, digits and dashes"):
        link_token(KEY, wrong)


@given(ids, st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_code_has_eight_characters_that_cannot_be_mistaken(delivery_id, words):
    made = code(KEY, delivery_id, words)
    assert len(made) == 9
    assert made[4] == "-"
    assert set(made) - {"-"} <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert code_matches(KEY, delivery_id, words, made)


def test_a_code_is_bound_to_the_words_the_delivery_and_the_key():
    assert not code_matches(KEY, DELIVERY, "5e" * 32, CODE)
    assert not code_matches(KEY, "C-7F3K-9QWM-d2", WORDS, CODE)
    assert not code_matches(OTHER_KEY, DELIVERY, WORDS, CODE)


@given(st.data())
def test_a_code_is_taken_however_people_type_it(data):
    looks = {"0": "0Oo٠０", "1": "1IiLl١"}
    typed = ""
    for character in CODE.replace("-", ""):
        typed += data.draw(st.sampled_from(looks.get(character, character + character.lower())))
        typed += data.draw(st.sampled_from(["", " ", "-", "\u2013", "\u00a0"]))
    assert code_matches(KEY, DELIVERY, WORDS, typed)


@given(st.text(st.characters(), max_size=100))
def test_another_text_is_not_the_code(text):
    assert not code_matches(KEY, DELIVERY, WORDS, text)


def attempt(store, typed, now=NOON, delivery_id=DELIVERY):
    try:
        try_code(store, KEY, delivery_id=delivery_id, text_sha256=WORDS, typed=typed, now=now)
    except Refusal as refused:
        return refused.code
    return "taken"


def test_the_eleventh_wrong_code_closes_the_door_to_the_right_one_too(store):
    assert [attempt(store, "AAAA-AAAA") for _ in range(10)] == [Code.CODE_WRONG] * 10
    assert attempt(store, CODE) == Code.TOO_MANY_TRIES
    assert attempt(store, code(KEY, "d2", WORDS), delivery_id="d2") == "taken"


def test_hammering_does_not_keep_the_recipient_out_for_ever(store):
    for _ in range(10):
        attempt(store, "AAAA-AAAA")
    assert {attempt(store, "AAAA", NOON + n * MINUTE) for n in range(15)} == {Code.TOO_MANY_TRIES}
    assert attempt(store, CODE, NOON + 15 * MINUTE) == "taken"


def test_the_right_code_never_counts(store):
    assert {attempt(store, CODE) for _ in range(12)} == {"taken"}
    assert attempt(store, "AAAA-AAAA") == Code.CODE_WRONG


def test_wrong_codes_sent_at_once_are_all_counted(store):
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: attempt(store, "AAAA-AAAA"), range(24)))
    assert results.count(Code.CODE_WRONG) == 10
    assert results.count(Code.TOO_MANY_TRIES) == 14
