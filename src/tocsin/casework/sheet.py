"""A warning on one page of paper, in the reader's language: PDF, A4, the same bytes every time.

For whoever has no telephone at hand, or must pass the words on: what, where, when, what to do,
whom to call, and how to find out whether the paper is genuine. It holds no name and no code.
"""

import json
import re
import unicodedata
from bisect import bisect_right
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import segno

from tocsin.domain.phrases import phrases_for, primary
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.warning import Block
from tocsin.domain.window import told
from tocsin.record.printed import spoken

if TYPE_CHECKING:
    from typst import Fonts

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
TEMPLATE = HERE / "sheet.typ"
FAMILIES = (
    "Noto Sans",
    *(f"Noto Sans {script}" for script in (
        "Arabic", "Hebrew", "Devanagari", "Bengali", "Armenian", "Georgian", "Thai", "Ethiopic"
    )),
)  # fmt: skip

MOST_LINES = 80
"""More than these never fit as they are, and trying takes long."""

# Scripts that are written without spaces have rules of their own where a line may end.
_LONG = re.compile("[^\\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\uffff]{40,8000}")
_PIECE = 20
_NEEDS_NO_GLYPH = ("Cc", "Cf", "Zl", "Zp", "Zs", "Mn", "Me")


def sheet(
    block: Block,
    *,
    exercise: bool,
    house: str,
    reference: str,
    link: str,
    fingerprint: str,
    at: datetime,
) -> bytes:
    """The page. `fingerprint` is hexadecimal, `at` when these words were looked up.

    Refuses BAD_VALUE for a script of which there is no typeface here (see `is_printable`).
    Words that fill more than a page lose their line ends before they lose their size.
    """
    import typst

    if not is_printable(block):
        refuse(
            Code.BAD_VALUE,
            "Nothing was printed: there is no typeface here for some of these words.",
            "Print the page itself from the browser.",
        )
    given = _frame(block, at) | {
        "exercise": _exercise(block) if exercise else (),
        "code": segno.make(link, error="m", micro=False).svg_inline(border=0, omitsize=True),
        "link": link,
        "fingerprint": "  ".join(spoken(bytes.fromhex(fingerprint))),
        "from": house,
        "reference": reference,
    }
    return typst.compile(
        str(TEMPLATE),
        root=str(HERE),
        font_paths=_fonts(),
        sys_inputs={"given": json.dumps(_breakable(given))},
        timestamp=0,
        pdf_standards="ua-1",
    )


def is_printable(block: Block) -> bool:
    """Whether every letter of the words has a glyph in the typefaces that come with this."""
    starts, ends = _coverage()
    return all(
        ord(one) <= ends[bisect_right(starts, ord(one)) - 1]
        for one in set(block.text)
        if unicodedata.category(one) not in _NEEDS_NO_GLYPH
    )


def _frame(block: Block, at: datetime) -> dict[str, object]:
    """What the page says by itself, in the language of the words, and how they are set."""
    say = phrases_for(block.language)
    return {
        "fonts": FAMILIES,
        "language": primary(block.language),
        "direction": block.direction,
        "title": block.headline,
        "genuine": say.is_it_genuine,
        "check": say.sheet_check,
        "number": say.check_number,
        "at": say.as_of.format(at=told(at, "UTC", block.language)),
        "danger": say.danger,
        "run": block.text.count("\n") > MOST_LINES,
        **_laid_out(block),
    }


def _exercise(block: Block) -> tuple[str, str]:
    say = phrases_for(block.language)
    return say.exercise, say.exercise_note


def _laid_out(block: Block) -> dict[str, object]:
    head, _, words = block.text.partition("\n\n")
    above = head.removeprefix(block.headline).strip()
    parts = block.parts or [("", words.strip())]
    return {"headline": block.headline, "above": above, "parts": parts}


def _breakable(given: object) -> object:
    """Without control characters, and with places to break in what has no end."""
    match given:
        case str():
            plain = "".join(c for c in given if c == "\n" or unicodedata.category(c) != "Cc")
            return _LONG.sub(_in_pieces, plain)
        case dict():
            return {
                name: one if name in ("code", "fonts", "link") else _breakable(one)
                for name, one in given.items()
            }
        case tuple() | list():
            return [_breakable(one) for one in given]
    return given


def _in_pieces(found: re.Match[str]) -> str:
    long = found[0]
    return "\u200b".join(long[at : at + _PIECE] for at in range(0, len(long), _PIECE))


@cache
def _fonts() -> "Fonts":
    from typst import Fonts

    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@cache
def _coverage() -> tuple[list[int], list[int]]:
    """The first and the last of each run of characters that the typefaces hold."""
    runs = [line.split("-") for line in (FONTS / "coverage.txt").read_text().split()]
    return [0, *(int(first, 16) for first, _ in runs)], [-1, *(int(last, 16) for _, last in runs)]
