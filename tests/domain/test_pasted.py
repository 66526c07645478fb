"""Released words are found again however a mail program has dressed them, and no others are."""

from textwrap import wrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, words
from tocsin.domain.pasted import MAX_PASTED, fingerprint, fingerprints, words_in
from tocsin.domain.phrases import CATALOGUES
from tocsin.domain.warning import WarningKind, compose, compose_all, text_sha256

LONG = "Reporting that we believe, from people who were right before; " * 5
TEXT = compose(
    words(basis=LONG, do="Stay away.\n\n  1. Call us.\n  2. Tell others."), WarningKind.ALERT, None
)
PLAIN = compose(words(basis=LONG), WarningKind.ALERT, None)
UPDATE = compose(words(basis=LONG), WarningKind.UPDATE, NOW)
BLOCKS = compose_all(
    words(basis=LONG),
    tuple(words(basis=LONG, language=one) for one in ("ru", "ar", "fr", "zh")),
    WarningKind.ALERT,
    None,
)
WHOLE = "\n".join(BLOCKS)
FRAME = "Please confirm that you have read and understood this:\nhttps://house.example/w/x\n"


def folded(text: str, width: int = 60) -> str:
    return "\n".join("\n".join(wrap(line, width)) for line in text.splitlines())


def quoted(text: str, mark: str = "> ") -> str:
    return "\n".join(mark + line for line in text.splitlines())


DRESSED = {
    "as it is": lambda text: text,
    "in its frame": lambda text: f"EXERCISE\n\n{text}\n{FRAME}",
    "without its last line end": str.rstrip,
    "with the line ends of mail": lambda text: text.replace("\n", "\r\n"),
    "with spaces at line ends": lambda text: text.replace("\n", "  \n"),
    "quoted twice": lambda text: quoted(quoted(text)) + f"\n> \n> {FRAME}",
    "forwarded": lambda text: (
        f"WARNING: sent from outside\nSubject: WARNING\n\n{quoted(text)}\n\nJo"
    ),
    "after a byte order mark": lambda text: f"\ufeff{text}",
}
FOLDED = {
    "folded": folded,
    "folded and quoted": lambda text: quoted(folded(text, 40)),
    "folded in its frame": lambda text: folded(f"{text}\n{FRAME}"),
}


@pytest.mark.parametrize("dress", DRESSED | FOLDED, ids=str)
@pytest.mark.parametrize(
    "text", [TEXT, PLAIN, UPDATE, WHOLE], ids=["lines", "plain", "update", "whole"]
)
def test_words_are_found_in_whatever_they_come(text, dress):
    assert fingerprint(text) in fingerprints((DRESSED | FOLDED)[dress](text))


@pytest.mark.parametrize("dress", DRESSED | FOLDED, ids=str)
@pytest.mark.parametrize("text", [PLAIN, UPDATE, WHOLE], ids=["plain", "update", "whole"])
def test_the_exact_words_come_out_character_by_character(text, dress):
    assert words_in((DRESSED | FOLDED)[dress](text), text_sha256(text)) == text


def test_parts_with_lines_of_their_own_come_out_exactly_where_nothing_folded_them():
    for pasted in (TEXT, f"{TEXT}\n{FRAME}", TEXT.replace("\n", "\r\n")):
        assert words_in(pasted, text_sha256(TEXT)) == TEXT


@pytest.mark.parametrize("language", sorted(CATALOGUES))
@pytest.mark.parametrize("kind", WarningKind)
def test_words_are_found_in_every_language_that_has_a_catalogue(language, kind):
    follows = None if kind is WarningKind.ALERT else NOW
    text = compose(words(basis=LONG, language=language), kind, follows)
    framed = f"{text}\n{CATALOGUES[language].please_confirm}\nhttps://house.example/w/x"
    dressed = quoted(framed)
    assert fingerprint(text) in fingerprints(dressed)
    assert words_in(dressed, text_sha256(text)) == text
    assert fingerprint(text) in fingerprints(" ".join(framed.split()))


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_one_language_of_several_is_found_alone_and_before_the_rest(number):
    rest = "\n".join(BLOCKS[number:])
    for pasted in (BLOCKS[number], f"Hello\n\n{rest}", quoted(rest)):
        assert fingerprint(BLOCKS[number]) in fingerprints(pasted)
        assert words_in(pasted, text_sha256(BLOCKS[number])) == BLOCKS[number]


def test_a_letter_changed_in_one_language_leaves_the_others_to_be_found():
    changed = WHOLE.replace("Где: Large", "Где: Small")
    found = fingerprints(changed)
    assert fingerprint(WHOLE) not in found
    assert fingerprint(BLOCKS[0]) in found


def test_words_on_one_line_and_words_without_their_headline_are_found():
    assert fingerprint(PLAIN) in fingerprints(" ".join(f"{PLAIN}\n{FRAME}".split()))
    assert fingerprint(PLAIN) in fingerprints(PLAIN[PLAIN.index("What:") :])


@given(
    st.integers(PLAIN.index("What:"), len(PLAIN.rstrip()) - 1),
    st.sampled_from("0aA.\N{RIGHT-TO-LEFT OVERRIDE}"),
)
def test_no_changed_letter_is_passed_over(at, other):
    changed = PLAIN[:at] + other + PLAIN[at + 1 :]
    if changed != PLAIN and not PLAIN[at].isspace():
        assert fingerprint(PLAIN) not in fingerprints(changed)
        assert words_in(changed, text_sha256(PLAIN)) is None


@given(st.text(max_size=500) | st.text("WARNING\nhatBsi:> ", max_size=500))
def test_nothing_that_is_pasted_breaks_it(pasted):
    assert fingerprint(PLAIN) not in fingerprints(pasted)
    assert words_in(pasted, text_sha256(PLAIN)) is None


@pytest.mark.parametrize(
    "piece",
    ["WARNING\n\nWhat: Basis:\n", "\n", "> ", "Basis:", "WARNING ", "What: Basis:\n", "\ud800"],
)
def test_however_much_is_pasted_little_is_looked_for(piece):
    pasted = "WARNING\nWhat: Basis:" + piece * (2 * MAX_PASTED // len(piece))
    assert len(fingerprints(pasted)) <= 404
    assert words_in(pasted, "0" * 64) is None
