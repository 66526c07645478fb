"""What recipients read and hear around a warning's words, in their own language.

Pure data: one module for each language, all with the same sentences. A language without a
catalogue gets English sentences around words that are still its own.
"""

from functools import lru_cache

from tocsin.domain.phrases import (
    ar,
    de,
    en,
    es,
    fa,
    fr,
    he,
    hi,
    it,
    nl,
    pl,
    pt,
    ru,
    sw,
    tg,
    tr,
    uk,
    zh,
)
from tocsin.domain.phrases.shape import Phrases
from tocsin.domain.phrases.tags import Direction, checked_language, direction_of, nearest, primary

__all__ = [
    "CATALOGUES",
    "ENGLISH",
    "Direction",
    "Phrases",
    "checked_language",
    "direction_of",
    "nearest",
    "phrases_for",
    "primary",
]

CATALOGUES: dict[str, Phrases] = {
    one.PHRASES.language: one.PHRASES
    for one in (ar, de, en, es, fa, fr, he, hi, it, nl, pl, pt, ru, sw, tg, tr, uk, zh)
}
ENGLISH = CATALOGUES["en"]


@lru_cache(maxsize=256)
def phrases_for(tag: str) -> Phrases:
    """The catalogue of a language or of its nearest; the English one where there is none."""
    return CATALOGUES[nearest(tag, CATALOGUES) or "en"]
