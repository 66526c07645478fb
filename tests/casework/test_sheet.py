"""One page of paper: any words fit, none are read as markup, and the same words give its bytes."""

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from tests.builders import NOW, refused, words
from tocsin.casework.sheet import FONTS, is_printable, sheet
from tocsin.domain.phrases import CATALOGUES
from tocsin.domain.refusal import Code
from tocsin.domain.warning import Block, Draft, WarningKind, compose

LINK = "https://house.example/w/C-0000-0000-d1.AAAAAAAAAAAAAAAAAAAAAA"
HOSTILE = (
    '#panic("x") *b* $x^2$ @ref <l> `r` \\u{0041} #import "@preview/x:1.0.0" // /* "\n= T\n- [x]'
)


def a_block(kind: WarningKind = WarningKind.ALERT, **changes: str) -> Block:
    said = words(**changes)
    text = compose(said, kind, None)
    return Draft(version=1, words=said, text=text, author="anna", drafted_at=NOW).blocks[0]


def printed(block: Block, *, exercise: bool = False) -> bytes:
    return sheet(
        block,
        exercise=exercise,
        house="Duty desk",
        reference="",
        link=LINK,
        fingerprint="0123456789abcdef" * 4,
        at=NOW,
    )


def read(pdf: bytes) -> str:
    """The one page's words, without white space."""
    (page,) = PdfReader(BytesIO(pdf)).pages
    return "".join(page.extract_text().split())


def test_it_says_everything_in_the_readers_language_with_the_house_and_the_day() -> None:
    said = CATALOGUES["ru"]
    text = read(printed(a_block(language="ru", what="Готовится нападение."), exercise=True))
    for expected in (
        said.exercise_note,
        said.headline_alert,
        "Что: Готовится нападение.",
        "Кому звонить: The duty desk, +1 555 0100",
        said.sheet_check,
        said.danger,
        LINK,
        "0123 4567 89ab cdef",
        "Duty desk",
        "7 марта 2024",
    ):
        assert "".join(expected.split()) in text
    assert "".join(said.exercise_note.split()) not in read(printed(a_block(language="ru")))


@pytest.mark.parametrize(
    "what",
    [
        "word " * 1_560,
        "x" * 7_800,
        "W" * 7_800,
        "Ж" * 7_800,
        "a\n" * 3_900 + "a",
        "هجوم " * 1_560,
        "आक्रमण " * 1_100,
    ],
    ids=["words", "letters", "wide", "russian", "lines", "arabic", "hindi"],
)
def test_eight_thousand_characters_still_are_one_page(what: str) -> None:
    language = "ar" if "ه" in what else "en"
    assert len(PdfReader(BytesIO(printed(a_block(what=what, language=language)))).pages) == 1


def test_words_are_never_markup() -> None:
    assert "".join(HOSTILE.split()) in read(printed(a_block(what=HOSTILE)))


def test_the_same_words_give_the_same_bytes_and_others_do_not() -> None:
    assert printed(a_block()) == printed(a_block())
    assert printed(a_block()) != printed(a_block(what="Another."))


@pytest.mark.parametrize("what", ["袭击", "ஆபத்து", "\U0001f6a8"])
def test_words_without_a_typeface_are_refused_not_left_blank(what: str) -> None:
    assert not is_printable(a_block(what=what))
    with refused(Code.BAD_VALUE):
        printed(a_block(what=what))


@pytest.mark.parametrize("language", sorted(CATALOGUES.keys() - {"zh"}))
def test_every_catalogue_but_chinese_can_be_printed(language: str) -> None:
    said = CATALOGUES[language]
    everything = "".join(getattr(said, name) for name in ("sheet_check", "danger", "exercise"))
    assert is_printable(a_block(language=language, what=everything + "".join(said.months)))


def test_what_can_be_printed_is_what_the_typefaces_hold() -> None:
    held = {point for font in FONTS.glob("*-Regular.ttf") for point in TTFont(font).getBestCmap()}
    runs = [line.split("-") for line in (FONTS / "coverage.txt").read_text().split()]
    kept = {at for first, last in runs for at in range(int(first, 16), int(last, 16) + 1)}
    assert kept == held
