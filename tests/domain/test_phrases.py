"""Every catalogue says everything, and every tag is a known language or refused."""

from dataclasses import fields
from string import Formatter
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import refused
from tocsin.domain.kinds import ReactionKind
from tocsin.domain.phrases import (
    CATALOGUES,
    ENGLISH,
    checked_language,
    direction_of,
    nearest,
    phrases_for,
)
from tocsin.domain.refusal import Code

OTHERS = pytest.mark.parametrize("language", sorted(CATALOGUES.keys() - {"en"}))
SENTENCES = [
    one.name
    for one in fields(ENGLISH)
    if isinstance(getattr(ENGLISH, one.name), str)
    and one.name not in ("language", "separator", "comma", "date", "short_date")
]


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@OTHERS
def test_every_catalogue_has_every_sentence_with_the_same_gaps(language: str) -> None:
    words = CATALOGUES[language]
    for name in SENTENCES:
        said = getattr(words, name)
        assert said.strip(), name
        assert said == normalize("NFC", said), name
        assert gaps(said) == gaps(getattr(ENGLISH, name)), name
    assert (len(words.labels), len(set(words.labels)), len(set(words.months))) == (6, 6, 12)


@OTHERS
def test_no_catalogue_leaves_a_sentence_in_english(language: str) -> None:
    same = {n for n in SENTENCES if getattr(CATALOGUES[language], n) == getattr(ENGLISH, n)}
    assert same <= {"error"}


@OTHERS
def test_headlines_of_one_language_cannot_be_taken_for_each_other(language: str) -> None:
    words = CATALOGUES[language]
    assert len({words.headline_alert, words.headline_update, words.headline_cancel}) == 3
    assert "\n" not in words.headline_alert + words.headline_update + words.headline_cancel


def test_whatever_a_recipient_may_choose_has_a_name() -> None:
    for kind in set(ReactionKind) - {ReactionKind.ADVICE_GIVEN, ReactionKind.REPLIED}:
        assert getattr(ENGLISH, kind.value)


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("en", "en"),
        (" EN_gb ", "en-GB"),
        ("zh-hant", "zh-Hant"),
        ("uz-cyrl-uz", "uz-Cyrl-UZ"),
        ("es-419", "es-419"),
        ("ckb", "ckb"),
        ("iw", "he"),
        ("prs", "prs"),
    ],
)
def test_a_known_language_is_written_one_way(tag: str, written: str) -> None:
    assert checked_language(tag) == checked_language(written) == written


@pytest.mark.parametrize("tag", ["", "xx", "qqq", "english", "e", "en-", "en us", "ru\n-x", "ſe"])
def test_an_unknown_language_is_refused(tag: str) -> None:
    with refused(Code.LANGUAGE_UNKNOWN):
        checked_language(tag)


@pytest.mark.parametrize(
    ("tag", "direction"),
    [
        ("ar", "rtl"),
        ("fa-AF", "rtl"),
        ("he", "rtl"),
        ("ckb", "rtl"),
        ("prs", "rtl"),
        ("pa-PK", "rtl"),
        ("az-Arab", "rtl"),
        ("ru", "ltr"),
        ("pa", "ltr"),
        ("az-Cyrl", "ltr"),
        ("ar-Latn", "ltr"),
        ("", "ltr"),
    ],
)
def test_a_tag_says_which_way_its_language_is_written(tag: str, direction: str) -> None:
    assert direction_of(tag) == direction


def test_a_reader_gets_what_they_understand_best() -> None:
    offered = ["en", "fa", "fr-CA", "fr"]
    assert nearest("fr", offered) == "fr"
    assert nearest("fr-BE", offered) == "fr-CA"
    assert nearest("prs", offered) == "fa"
    assert nearest("de", offered) is None
    assert phrases_for("prs").language == "fa"
    assert phrases_for("ckb") is ENGLISH


@given(st.text(max_size=40))
def test_no_tag_breaks_anything(tag: str) -> None:
    assert direction_of(tag) in ("ltr", "rtl")
    assert phrases_for(tag).language in CATALOGUES
