"""Words in Arabic letters: the article that may stand or fall, and what is written together."""

from typing import Final

from tocsin.names.scripts import MOST_FORMS, read_letters

ARTICLE: Final = "ال"
_NO_ARTICLE: Final = frozenset(
    {"الله", "الياس", "الهام", "الكسندر", "اليكس", "البرت", "الفريد", "الان", "اليزابيث", "الكسي"}
)


def without_article(text: str) -> str:
    """The word bare of its article; the word itself where it has none."""
    return (
        text[2:]
        if len(text) >= 5 and text.startswith(ARTICLE) and text not in _NO_ARTICLE
        else text
    )


def read_arabic(text: str) -> tuple[str, ...]:
    """Consonants in a to z, bare of the article first; a reading with the article comes last."""
    bare = without_article(text)
    forms = read_letters(bare, "Arab")
    if bare == text:
        return forms
    return (*forms[: MOST_FORMS - 1], "al" + (forms[0] if forms else ""))
