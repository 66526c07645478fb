"""Which language a text is in: by its script where that decides, else by `py3langid`."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

_ENOUGH = 4_000  # characters: more of a text does not change the answer
# Letters that one language of a script has and its neighbour lacks.
_UKRAINIAN, _RUSSIAN = frozenset("іїєґІЇЄҐ"), frozenset("ыэъёЫЭЪЁ")
_PERSIAN, _ARABIC = frozenset("پچژگکی"), frozenset("ةىيكإأؤئ")
_TURKISH = frozenset("ğışĞİŞ")
# Kinds of a language that its own rules and models read.
_READ_AS = {"ary": "ar", "arz": "ar", "wuu": "zh", "yue": "zh", "pcm": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """An ISO 639-1 code, or "und"; how sure, from 0 to 1; and what decided."""

    code: str
    probability: float
    why: str


_UNKNOWN = Language(code="und", probability=0.0, why="too few letters")


def language_of(text: str) -> Language:
    """The language of a text's beginning. Never raises; reads at most 4,000 characters."""
    text = text[:_ENOUGH].encode("utf-8", "ignore").decode()
    scripts = _scripts(text)
    script, count = max(scripts.items(), key=lambda one: one[1])
    if count < 3:
        return _UNKNOWN
    if (decided := _by_script(script, text, count / sum(scripts.values()))) is not None:
        return decided
    code, probability = _identifier().classify(text)
    code = _READ_AS.get(code, code)
    return Language(code=code, probability=round(float(probability), 3), why="py3langid")


def _scripts(text: str) -> dict[str, int]:
    counts = {"latin": 0, "cyrillic": 0, "arabic": 0, "han": 0, "kana": 0, "other": 0}
    for sign, times in Counter(text).items():
        if sign.isalpha():
            counts[_script(ord(sign))] += times
    counts["han"] *= 2  # a character of Chinese says as much as several letters
    return counts


def _script(point: int) -> str:
    if point < 0x250 or 0x1E00 <= point < 0x1F00:
        return "latin"
    if 0x400 <= point < 0x530:
        return "cyrillic"
    if 0x600 <= point < 0x780 or 0xFB50 <= point < 0xFE00 or 0xFE70 <= point < 0xFF00:
        return "arabic"
    if 0x3040 <= point < 0x3100:
        return "kana"
    return "han" if 0x4E00 <= point < 0xA000 or 0x3400 <= point < 0x4DC0 else "other"


def _by_script(script: str, text: str, share: float) -> Language | None:
    """What the script and its tell-tale letters decide; None where they do not."""
    letters = set(text)
    code = ""
    if script == "han" and not any("\u3040" <= sign < "\u3100" for sign in letters):
        code = "zh"
    elif script == "cyrillic" and letters & _UKRAINIAN and not letters & _RUSSIAN:
        code = "uk"
    elif script == "arabic" and letters & _PERSIAN and not letters & frozenset("ةكإأ"):
        code = "fa"
    elif script == "arabic" and letters & _ARABIC and not letters & _PERSIAN:
        code = "ar"
    elif script == "latin" and len(letters & _TURKISH) > 1:
        code = "tr"
    return Language(code=code, probability=round(share, 3), why="script") if code else None


@cache
def _identifier() -> Any:
    """py3langid, giving probabilities; loaded once, when a text first needs it."""
    from py3langid.langid import (  # type: ignore[import-untyped]
        MODEL_FILE,
        LanguageIdentifier,
    )

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
