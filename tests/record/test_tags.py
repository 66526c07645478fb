"""Tags are keyed hashes of what a record can be found by; the function is frozen."""

import hmac
import unicodedata
from hashlib import sha256
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record.leaf import ZERO
from tocsin.record.tags import (
    CASE,
    KINDS,
    PIECE,
    PLACE,
    SUBJECT,
    _kept,
    commit_tags,
    folded,
    name_keys,
    tag,
    tags_of,
)

KEY, SEED = bytes(range(32)), bytes(range(32, 64))
NAMED = {"name": "Anna Lind", "known_as": ["Lindh, Anna"], "place": "Hall No. 5"}
TAGS = st.lists(st.binary(min_size=32, max_size=32), max_size=5)


@pytest.mark.parametrize(
    ("kind", "text", "golden"),
    [
        (
            "subject",
            "anna lind",
            "6b90bcccf25c4417db8c349eb7bf2eba4a35adf1f56f44a88094353488e26e10",
        ),
        ("place", "hall no 5", "a66e77283e43f06d1b0d7874c086cc17cfd02cdbe495ff18b14935a37faea375"),
        (
            "class",
            "2026/lapsed",
            "156c856658894ae5b2f3f632a305dedbb46e137e4daa095e65a5a806a4aef16c",
        ),
        ("case", "7F3K", "f01b9c3a76f824f048c5eec2d97ec9c19ad1b0f7390af32081743a974aa09431"),
    ],
)
def test_golden_bytes_pin_the_tags(kind: str, text: str, golden: str) -> None:
    assert tag(KEY, kind, text).hex() == golden
    message = b"tocsin/tag/1\0" + kind.encode() + b"\0" + text.encode()
    assert hmac.new(KEY, message, "sha256").hexdigest() == golden


def test_golden_bytes_pin_the_tags_of_a_named_victim_and_their_commitment() -> None:
    tags = tags_of(KEY, "7F3K", "VictimNamed", NAMED)
    texts = {
        (CASE, "7F3K"),
        (PLACE, "hall no 5"),
        *((SUBJECT, name) for name in ("anna lind", "lindh anna", "anna lindh")),
    }
    assert list(tags) == sorted(tag(KEY, kind, text) for kind, text in texts)
    salt = hmac.digest(SEED, b"tocsin/tags-salt/1\0", "sha256")[:16]
    expected = sha256(b"tocsin/tags/1\0" + salt + b"\0\0\0\5" + b"".join(tags))
    assert commit_tags(tags, SEED) == expected.digest()
    assert (
        expected.hexdigest() == "f39418ebf93cf319902ec6a00691cdc4345ea22cede0fe10c6f5b168a464ef89"
    )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("InboundRecorded", {"sender": "Lind, Anna"}),
        ("WatchBegun", {"names": ["Lind, Anna", "ANNA LIND"]}),
        ("WatchWidened", {"names": ["Lind, Anna"]}),
    ],
)
def test_whoever_warned_us_and_whoever_is_on_watch_is_found_by_name(kind, said) -> None:
    tags = tags_of(KEY, "7F3K", kind, said)
    assert {tag(KEY, SUBJECT, "anna lind"), tag(KEY, SUBJECT, "lind anna")} < set(tags)
    assert tag(KEY, CASE, "7F3K") in tags
    with pytest.raises(ValueError, match="name"):
        tags_of(KEY, "7F3K", kind, dict.fromkeys(said, 7))


def test_every_record_of_a_case_is_tagged_with_it_and_the_house_s_own_with_nothing() -> None:
    assert tags_of(KEY, "7F3K", "Acknowledged", NAMED) == (tag(KEY, CASE, "7F3K"),)
    assert tags_of(KEY, "~house", "VictimNamed", NAMED) == ()
    assert tags_of(KEY, "~cover.1", "Cover", {}) == ()


def test_a_contact_is_found_by_its_name_and_its_records_hang_together() -> None:
    stream = "~directory.K-7F3K-9QWM"
    said = {"contact": {"name": "Anna Lind", "protects": ["Hall No. 5"]}, "reason": "EXAMPLE"}
    texts = {(CASE, stream), (SUBJECT, "anna lind")}
    tags = tags_of(KEY, stream, "ContactRecorded", said)
    assert list(tags) == sorted(tag(KEY, kind, text) for kind, text in texts)
    for wrong in ({}, {"contact": "Anna"}, {"contact": {"name": 5}}):
        with pytest.raises(ValueError, match="is a text"):
            tags_of(KEY, stream, "ContactRecorded", wrong)


def test_a_leaf_without_tags_looks_like_any_other() -> None:
    none = commit_tags((), SEED)
    salt = hmac.digest(SEED, b"tocsin/tags-salt/1\0", "sha256")[:16]
    assert none == sha256(b"tocsin/tags/1\0" + salt + bytes(4)).digest() != ZERO
    assert none != commit_tags((), KEY)


def test_no_number_of_accents_makes_folding_slow() -> None:
    text = "Zoe" + "\N{COMBINING ACUTE ACCENT}\N{COMBINING DOT BELOW}" * 100_000 + " L"
    started = perf_counter()
    assert folded(text) == "zoe l"
    assert perf_counter() - started < 10  # in one piece, a minute and a half


@given(st.text(st.sampled_from("aB \u0301\u0323\u0345\u0e33\ufdfa\u1e9b\uac00-"), max_size=40))
def test_folding_in_pieces_changes_nothing(text: str) -> None:
    long = text * (3 * PIECE // max(1, len(text)))
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", long).casefold())
    whole = "".join(map(_kept, apart))
    assert folded(long) == (" ".join(whole.split()) or " ".join(long.split()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tsarnaev, Tamerlan", "tsarnaev tamerlan"),
        ("  ÉLODIE\tMüller-Straße ", "elodie muller strasse"),
        ("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}STANBUL", "istanbul"),
        ("\N{LATIN SMALL LIGATURE FI}nn", "finn"),
        ("Jo\N{SOFT HYPHEN}hn", "john"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}\N{FULLWIDTH DIGIT ONE}", "a1"),
        ("\N{DEVANAGARI LETTER NA}\N{DEVANAGARI VOWEL SIGN E}\N{DEVANAGARI LETTER HA}", None),
        ("*** !", "*** !"),
        (" \n", ""),
    ],
)
def test_names_are_compared_without_case_accents_or_punctuation(
    text: str, expected: str | None
) -> None:
    assert folded(text) == (text if expected is None else expected)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_and_only_a_blank_text_becomes_empty(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert bool(folded(text)) == bool(text.strip())
    assert folded(text) == " ".join(folded(text).split())


@given(st.permutations(["anna", "maria", "lind"]))
def test_a_name_is_found_whatever_the_order_of_its_words(words: list[str]) -> None:
    assert name_keys(", ".join(words).title()) & name_keys("Maria LIND Anna")


def test_a_blank_name_has_no_key() -> None:
    assert name_keys(" \t") == frozenset()
    assert tags_of(KEY, "1", "VictimNamed", {"name": "", "known_as": [], "place": " "}) == (
        tag(KEY, CASE, "1"),
    )


def test_a_tag_depends_on_the_key_the_kind_and_the_text_alone() -> None:
    different = {tag(key, kind, text) for key in (KEY, SEED) for kind in KINDS for text in "ab"}
    assert len(different) == 2 * len(KINDS) * 2


@given(TAGS, st.randoms(use_true_random=False))
def test_the_order_of_tags_does_not_matter_and_each_of_them_does(tags, random) -> None:
    shuffled = random.sample(tags, len(tags))
    assert commit_tags([*shuffled, *shuffled], SEED) == commit_tags(tags, SEED)
    assert all(commit_tags(set(tags) - {one}, SEED) != commit_tags(tags, SEED) for one in tags)
    assert commit_tags(tags, SEED) != commit_tags(tags, KEY)


@pytest.mark.parametrize(
    "call",
    [
        lambda: tag(KEY[1:], CASE, "1"),
        lambda: tag(KEY, "case\0", "1"),
        lambda: tag(KEY, CASE, "\ud800"),
        lambda: commit_tags([b"short"], SEED),
        lambda: commit_tags([KEY], SEED[1:]),
        lambda: tags_of(KEY, "1", "VictimNamed", {}),
        lambda: tags_of(KEY, "1", "VictimNamed", NAMED | {"name": 1}),
        lambda: tags_of(KEY, "1", "VictimNamed", NAMED | {"known_as": "Anna"}),
        lambda: tags_of(KEY, "1", "VictimNamed", NAMED | {"known_as": [None]}),
        lambda: tags_of(KEY, "1", "VictimNamed", NAMED | {"place": None}),
    ],
)
def test_what_cannot_be_tagged_is_refused_without_repeating_it(call) -> None:
    with pytest.raises(ValueError, match=r"tag|text|list|bytes") as refused:
        call()
    assert "Anna" not in str(refused.value)
