"""Which script a letter belongs to, how it is folded and how it may be read in a to z."""

import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import Any, Final, cast

from rigour.text.translit import maybe_ascii

TABLES: Final = cast(
    "dict[str, dict[str, Any]]",
    tomllib.loads(files("tocsin.names").joinpath("scripts.toml").read_text(encoding="utf-8")),
)
LATIN: Final[dict[str, list[str]]] = TABLES["latin"]
LETTERS: Final[dict[str, dict[str, list[str]]]] = {
    "Cyrl": TABLES["cyrillic"],
    "Arab": TABLES["arabic"],
    "Hebr": TABLES["hebrew"],
    "Latn": LATIN,
}
UNVOWELLED: Final = frozenset({"Arab", "Hebr"})
MOST_FORMS: Final = 6
_CODES: Final = {
    "LATIN": "Latn",
    "FULLWIDTH": "Latn",
    "CYRILLIC": "Cyrl",
    "ARABIC": "Arab",
    "CJK": "Hani",
    "KANGXI": "Hani",
    "GREEK": "Grek",
    "GEORGIAN": "Geor",
    "ARMENIAN": "Armn",
    "HEBREW": "Hebr",
    "HANGUL": "Hang",
    "KATAKANA": "Kana",
    "KATAKANA-HIRAGANA": "Kana",
    "HIRAGANA": "Kana",
}
_FOLDS: Final = {
    **dict.fromkeys("آأإٱٲٳ", "ا"),
    **dict.fromkeys("ىیېےۍێ", "ي"),
    **dict.fromkeys("ةۀہھەۂۃ", "ه"),
    **dict.fromkeys("کڪ", "ك"),
    **dict.fromkeys("ںڼ", "ن"),
    **dict.fromkeys("ڤ", "ف"),
    **dict.fromkeys("ؤۆۇۋ", "و"),
    **dict.fromkeys("ٹټ", "ت"),
    **dict.fromkeys("ڈډ", "د"),
    **dict.fromkeys("ڑړ", "ر"),
    **dict.fromkeys("ځڅ", "چ"),
    **dict.fromkeys("ݘ", "ج"),
    **dict.fromkeys("ښ", "ش"),
    **dict.fromkeys("ګڬڭ", "گ"),
    **dict(zip("ךםןףץ", "כמנפצ", strict=True)),
    **dict(zip("ßæœıșțħŋ", ("ss", "ae", "oe", "i", "ş", "ţ", "h", "ng"), strict=True)),
    **dict.fromkeys("ςϲ", "σ"),
}
_STRIPPED: Final = frozenset({"Latn", "Cyrl", "Grek", "Arab", "Hebr", "Zyyy"})
_KANA: Final = {
    "si": "shi",
    "ti": "chi",
    "tu": "tsu",
    "hu": "fu",
    "zi": "ji",
    "du": "zu",
    "di": "ji",
}
_KEPT_MARKS: Final = frozenset("йёїўѓќ") | LATIN.keys()


@lru_cache(maxsize=20_000)
def script_of(character: str) -> str:
    """The script's four-letter code; "Zyyy" where a letter belongs to none, or is no letter."""
    if character.isascii():
        return "Latn" if character.isalpha() else "Zyyy"
    words = unicodedata.name(character, "").split()
    if (
        not words
        or words[0] in ("COMBINING", "MODIFIER")
        or unicodedata.category(character)[0] not in "LM"
    ):
        return "Zyyy"
    return _CODES.get(words[0], words[0].title())


@lru_cache(maxsize=20_000)
def folded(character: str) -> str:
    """One letter (with its marks composed) in small letters, bare of marks that change nothing."""
    plain = unicodedata.normalize("NFKC", character).casefold()
    return "".join(_bare(one) for one in unicodedata.normalize("NFC", plain))


def _bare(letter: str) -> str:
    if letter in _FOLDS:
        return _FOLDS[letter]
    if letter in _KEPT_MARKS or letter.isascii() or script_of(letter) not in _STRIPPED:
        return letter
    bare = "".join(
        one for one in unicodedata.normalize("NFD", letter) if unicodedata.category(one) != "Mn"
    )
    if len(bare) == 1 and bare.isascii():
        return bare
    if script_of(letter) == "Latn":
        return maybe_ascii(letter).lower()
    return _FOLDS.get(bare, bare)


@lru_cache(maxsize=200_000)
def read_letters(text: str, script: str) -> tuple[str, ...]:
    """The ways a word may be read in a to z, the canonical one first; none where it says nothing.

    `text` is folded. At most MOST_FORMS, without repeats.
    """
    if script == "Latn" and text.isascii():
        return (text,)
    if script in LETTERS:
        forms = _by_table(text, LETTERS[script], script in UNVOWELLED)
    elif script == "Hang":
        forms = [_hangul(text, "lead", "vowel"), _hangul(text, "hard", "plain")]
    elif script in ("Grek", "Geor", "Armn"):
        forms = [_letters_only(maybe_ascii(text))]
    else:
        forms = [_by_name(text)]
    return tuple(dict.fromkeys(form for form in forms if form))[:MOST_FORMS]


def _by_table(text: str, table: dict[str, list[str]], unvowelled: bool) -> list[str]:
    readings = [table.get(letter, [letter if letter.isascii() else ""]) for letter in text]
    if unvowelled:  # a first letter is always heard
        readings = [
            [one for one in letter if one or place] or ["a"]
            for place, letter in enumerate(readings)
        ]
    most = min(max(map(len, readings), default=1), 3)
    columns = [
        "".join(letter[min(way, len(letter) - 1)] for letter in readings) for way in range(most)
    ]
    if unvowelled:
        columns += ["".join(one) for one in _some(readings)]
    return [_letters_only(form) for form in columns]


def _some(readings: list[list[str]]) -> list[tuple[str, ...]]:
    """Every way of reading where there are few; else none beyond the columns."""
    ways = 1
    for letter in readings:
        ways *= len(letter)
    return list(product(*readings)) if ways <= MOST_FORMS else []


def _hangul(text: str, lead: str, vowel: str) -> str:
    table = TABLES["hangul"]
    parts: list[str] = []
    for letter in text:
        place = ord(letter) - 0xAC00
        if 0 <= place < 11172:
            parts += (
                table[lead][place // 588],
                table[vowel][place % 588 // 28],
                table["tail"][place % 28],
            )
    return "".join(parts)


def _by_name(text: str) -> str:
    """A letter of any other script by what Unicode calls it: DEVANAGARI LETTER KA is "ka"."""
    heard = ""
    for letter in text:
        words = unicodedata.name(letter, "-").split()
        if "SIGN" in words and words[-1] in ("VIRAMA", "HALANT"):
            heard = heard.removesuffix("a")
            continue
        sound = _letters_only(words[-1].lower()) if words else ""
        if "THAI" in words or "LAO" in words:
            sound = _letters_only(words[min(2, len(words) - 1)].lower())[:1]
        if "VOWEL" in words and "SIGN" in words:
            heard = heard.removesuffix("a") + sound.replace("aa", "a")
        elif words[0].startswith(("KATAKANA", "HIRAGANA")):
            heard = _kana(heard, words, sound)
        else:
            heard += sound
    return heard


def _kana(heard: str, words: list[str], sound: str) -> str:
    """Small letters (ィ, ャ) take the vowel of the letter before; ッ and ー are mute."""
    sound = _KANA.get(sound, sound)
    if "SMALL" not in words:
        return heard if "MARK" in words else heard + sound
    if sound == "tsu":
        return heard
    return heard[:-1] + sound if heard[-1:] in tuple("aeiou") else heard + sound


def _letters_only(text: str) -> str:
    return "".join(one for one in text.lower() if "a" <= one <= "z")
