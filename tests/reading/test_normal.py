"""What normalising changes, and that every span of it leads back to what was received."""

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.reading.normal import normalise
from tocsin.reading.normal_bytes import Received
from tocsin.reading.normal_matching import matching

ODD = "\u200b\u202e\u0301\u0338\xad\ufb01\ufdfa“”’—\xa0\t\r\n >-ekИк"
ODD += "中\u1100\u1161\U000e0041\x00\U0001f600"
TEXTS = st.text(st.one_of(st.sampled_from(ODD), st.characters()), max_size=60)
SECONDS_A_MEGABYTE = 20  # on a loaded machine; alone it takes two at worst


@pytest.mark.parametrize(
    ("received", "normal"),
    [
        ("the “plan”’s end", 'the "plan"\'s end'),
        ("to  dyn-\n   amite \t it", "to dynamite it"),
        ("Anglo-\nSaxon, 3-\n4", "Anglo-\nSaxon, 3-\n4"),
        ("> we will\n> at-\n> tack\n>\n> soon", "> we will\nattack\n\nsoon"),
        ("b\u200bo\u2060m\xadb \u202enow\u202c", "bomb now"),
        ("b\u0338o\u0338mb, e\u0301te\u0301, ﬁne", "bomb, été, fine"),
        ("ＫＩＬＬ 𝗸𝗶𝗹𝗹 \u1112\u1161\u11ab", "KILL kill 한"),
        ("a\r\nb\n \n\nc\u2028d\xa0e", "a\nb\n\nc d e"),
        ("k\ud800ill", "kill"),
        ("nul\x00byte \u064bquote´", "nulbyte quote'"),
    ],
)
def test_normal_form(received, normal):
    assert normalise(received).text == normal


@pytest.mark.parametrize(
    ("received", "words", "original"),
    [
        ("to dyn-\n   amite it", "dynamite", "dyn-\n   amite"),
        ("a ﬁne\u200b b\u0338omb!", "fine bomb", "ﬁne\u200b b\u0338omb"),
        ("he said:\n> they kill\n> him", "kill\nhim", "kill\n> him"),
        ("\u202e\u200battack", "attack", "attack"),
    ],
)
def test_a_span_leads_back_to_exactly_what_was_received(received, words, original):
    normal = normalise(received)
    start = normal.text.index(words)
    first, last = normal.original(start, start + len(words))
    assert received[first:last] == original


@given(TEXTS, st.data())
@example("e\u0301\u0301" + "\u0301" * 70, None)
def test_every_span_leads_back_in_order_and_covers_what_it_came_from(text, data):
    normal = normalise(text)
    spans = [normal.original(at, at + 1) for at in range(len(normal.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one <= two for one, two in pairwise(spans))
    assert [normal.original(at, at)[0] for at in range(len(normal.text))] == [s for s, _ in spans]
    for at, (start, end) in enumerate(spans):
        assert normal.normal(start) <= at
        if end - start == 1 and text[start].isascii() and not text[start].isspace():
            assert normal.text[at] == text[start]
    if data and spans:
        first = data.draw(st.integers(0, len(spans) - 1))
        last = data.draw(st.integers(first, len(spans) - 1))
        assert normal.original(first, last + 1) == (spans[first][0], spans[last][1])


@given(TEXTS)
def test_matching_keeps_every_character_in_its_place(text):
    assert len(matching(text)) == len(text)


@pytest.mark.parametrize(
    ("seen", "matched"),
    [
        ("Kіll him with a bоmb at BOGOTÁ", "kill him with a bomb at bogota"),
        ("ВОМВ the kitchen of the school", "bomb the kitchen of the school"),
        ("мы хотим yбить его", "мы хотим убить его"),
        ("Москва", "москва"),
        ("ΑΤΤΑCΚ tonight in the square", "attack tonight in the square"),
    ],
)
def test_letters_made_to_look_like_others_do_not_hide_a_word(seen, matched):
    assert matching(seen) == matched


@pytest.mark.parametrize("span", [(-1, 0), (0, 4), (2, 1)])
def test_what_is_no_span_is_refused(span):
    with pytest.raises(ValueError, match="no span"):
        normalise("abc").original(*span)
    with pytest.raises(ValueError, match="no span"):
        Received(b"abc").span(*span)


@pytest.mark.parametrize(
    "line",
    [
        "a" * 10**6,
        " " * 10**6,
        "a" + "\u0301\u0316" * 250_000,
        "b\u200b" * 250_000,
        "-\n" * 500_000,
        "中，" * 166_000,
        "\n>" * 500_000,
    ],
    ids=["letters", "blanks", "marks", "unseen", "hyphens", "Chinese", "quoting"],
)
def test_a_megabyte_takes_bounded_time(line):
    began = time.process_time()
    normal = normalise(line)
    assert normal.original(0, len(normal.text))[1] <= len(line)
    assert time.process_time() - began < SECONDS_A_MEGABYTE


CHARSETS = ["utf-8", "utf-16-le", "cp1251", "shift_jis", "gb18030", "koi8-r", "euc_kr"]


@given(TEXTS, st.sampled_from(CHARSETS))
def test_characters_lead_back_to_the_bytes_that_hold_them(text, charset):
    data = text.encode(charset, "ignore")
    received = Received(data, charset)
    spans = [received.span(at, at + 1) for at in range(len(received.text))]
    assert b"".join(data[slice(*span)] for span in spans) == data
    for at, span in enumerate(spans):
        shown = data[slice(*span)].decode(charset).replace("\r\n", "\n").replace("\r", "\n")
        assert shown == received.text[at]


@given(st.binary(max_size=80), st.sampled_from(["utf-8", "cp1251", "utf-16-le"]))
@example(b"\xed\xa0\xc2A", "utf-8")
def test_broken_bytes_have_their_place_too(data, charset):
    received = Received(b"\xef\xbb\xbf" + data, charset, mark=3)
    decoded = data.decode(charset, "replace")
    assert received.text == decoded.replace("\r\n", "\n").replace("\r", "\n")
    spans = [received.span(at, at + 1) for at in range(len(received.text))]
    assert all(start < end for start, end in spans)
    assert all(one[1] == two[0] for one, two in pairwise(spans))
    assert (spans[0][0], spans[-1][1]) == (3, 3 + len(data)) if spans else not data
