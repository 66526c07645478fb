"""Words of time: one table per language, and a text as a string of their classes.

Each token of a text becomes one character, its class; the grammar is written over
these characters and is the same for every language (see times_grammar.py).
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "ru", "uk", "fr", "es", "tr", "ar", "fa", "zh")

# One class per table of times_XX.toml. "_" is any other word.
CLASSES = {
    "month": "M", "month_ambiguous": "m", "month_persian": "J", "weekday": "W", "weekdays": "w",
    "season": "S", "season_ambiguous": "s", "unit": "U", "units": "V", "both": "B",
    "number": "n", "article": "a", "few": "f", "half": "h", "ordinal": "o", "day": "D",
    "part": "K", "last": "l", "next": "x", "current": "c", "same": "t", "following": "v",
    "previous": "b", "recent": "j", "ago": "A", "earlier": "E", "later": "R", "hence": "G",
    "in": "I", "within": "L", "at": "@", "on": "O", "by": "Y", "until": ">", "since": "~",
    "before": "β", "after": "α", "from": "F", "between": "=", "and": "+", "of": "P", "the": "d",
    "for": "5", "every": "e", "often": "Å", "refer": "r", "zone": "z", "hours": "k",
    "modify": "y", "about": "u", "holiday": "H", "year_mark": "g", "decade": "C", "times": "N",
    "fiscal": "X", "future": "Z", "speech": "Q", "speech_noun": "T", "month_mark": "3",
    "day_mark": "2", "relative": "q", "tonight": "6", "clock_word": "8",
    "pronoun": "p", "past": "Ψ", "vow": "Θ",
}  # fmt: skip

_NUMERIC = (
    r"(?P<iso>\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\d-]))"
    r"|(?P<slash>\d{1,2}(?P<by>[./-])\d{1,2}(?P=by)(?:\d{4}|\d\d)(?![./-]?\d))"
    r"|(?P<clock>\d{1,2}[:h]\d\d(?::\d\d)?(?!\d)(?:\s?[ap]\.?m\b\.?)?"
    r"|\d{1,2}(?:\.\d\d)?\s?[ap]\.?m\b\.?|\d{1,2}\s?o['’]clock|\d{1,2}h(?!\w)"
    r"|\d{1,2}[点點时時](?:半|\d{1,2}分)?)"
    r"|(?P<decade>\d{3}0['’]?s\b)"
    r"|(?P<ordinal>\d{1,2}(?:st|nd|rd|th|er|º|-?[ге]о|-?[йя])\b)"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
)
_WORDS = r"|(?P<word>[^\W\d_]+(?:[\u064b-\u0652\u0670]+[^\W\d_]*)*)"
_MARKS = r"|(?P<mark>[-–—‐()\[\],.،!?…。！？؟\"“”«»„‟「」『』:：;]|\n\s*\n)"
_QUOTES = {'"': "Ω", "“": "Ω", "”": "Ω", "«": "Ω", "»": "Ω", "„": "Ω", "‟": "Ω"} | dict.fromkeys(
    "「」『』", "Ω"
)
_DASHES = dict.fromkeys("-–—‐", "-")
_ENDS = dict.fromkeys("!?…。！？؟", "!")
_MARK = _QUOTES | _DASHES | _ENDS | {",": ",", "،": ",", ".": ".", "(": "(", ")": "("}


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token `i` is characters `starts[i]` to `ends[i]`, of class `classes[i]`."""

    classes: str
    starts: list[int]
    ends: list[int]
    values: list[Any]


@dataclass(slots=True)
class Lexicon:
    """A language's words: class and value of each, and phrases of several words."""

    words: dict[str, tuple[str, Any]] = field(default_factory=dict)
    phrases: dict[str, list[tuple[list[str], str, Any]]] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()
    month_first: bool = False
    token: re.Pattern[str] = re.compile(_NUMERIC + _WORDS + _MARKS)

    def tokens(self, text: str) -> Tokens:
        """The text in classes, in time linear in it."""
        classes: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        values: list[Any] = []
        openers: list[int] = []
        known: dict[str, tuple[str, Any, bool]] = {}
        for match in self.token.finditer(text):
            word = match[0]
            if (told := known.get(word)) is None:
                shape = match.lastgroup or ""
                opens = shape == "word" and lowered(word) in self.phrases
                told = known[word] = (*self._classed(shape, word), opens)
            if told[2]:
                openers.append(len(starts))
            classes.append(told[0])
            values.append(told[1])
            starts.append(match.start())
            ends.append(match.end())
        return self._merged(text, Tokens("".join(classes), starts, ends, values), openers)

    def _classed(self, shape: str, word: str) -> tuple[str, Any]:
        if shape == "word":
            told = self._word(lowered(word))
            # "May" and "March" are months, "may" and "march" mostly are not.
            return ("µ", told[1]) if told[0] == "m" and word.islower() else told
        if shape == "mark":
            return _MARK.get(word, "¶" if "\n" in word else ":"), word
        if shape == "number":
            return _number(word)
        if shape == "ordinal":
            return "o", int(re.match(r"\d+", word)[0])  # type: ignore[index]
        if shape == "decade":
            return "C", int(word[:3])
        if shape == "lexeme":
            return self.words.get(word) or ("n", _chinese(word))
        return {"iso": "i", "slash": "/", "clock": "7"}[shape], word

    def _word(self, word: str) -> tuple[str, Any]:
        if (told := self.words.get(word)) is not None:
            return told
        for prefix in self.prefixes:
            if word.startswith(prefix) and (told := self.words.get(word[len(prefix) :])):
                return told
        return "_", word

    def _merged(self, text: str, tokens: Tokens, openers: Sequence[int]) -> Tokens:
        """With each phrase of several words as one token."""
        found = list(self._phrases(text, tokens, openers))
        if not found:
            return tokens
        classes, at = [], 0
        starts, ends, values = [], [], []
        for first, past, letter, value in [*found, (len(tokens.starts), 0, "", None)]:
            classes.append(tokens.classes[at:first])
            starts += tokens.starts[at:first]
            ends += tokens.ends[at:first]
            values += tokens.values[at:first]
            if letter:
                classes.append(letter)
                starts.append(tokens.starts[first])
                ends.append(tokens.ends[past - 1])
                values.append(value)
            at = past
        return Tokens("".join(classes), starts, ends, values)

    def _phrases(
        self, text: str, tokens: Tokens, openers: Sequence[int]
    ) -> Iterator[tuple[int, int, str, Any]]:
        starts, ends = tokens.starts, tokens.ends
        free = 0
        for first in openers:
            if first < free:
                continue
            second = (
                lowered(text[starts[first + 1] : ends[first + 1]])
                if first + 1 < len(starts)
                else ""
            )
            for words, letter, value in self.phrases[lowered(text[starts[first] : ends[first]])]:
                past = first + len(words)
                if (
                    words[1] == second
                    and past <= len(starts)
                    and all(
                        lowered(text[starts[first + n] : ends[first + n]]) == words[n]
                        for n in range(2, len(words))
                    )
                ):
                    yield first, past, letter, value
                    free = past
                    break


_FOLDED = str.maketrans("İأإيك", "iاایک") | dict.fromkeys([*range(0x64B, 0x653), 0x670, 0x640])


def lowered(text: str) -> str:
    """In lower case, the Turkish dotted I as i, and Arabic letters without marks and variants."""
    return text.translate(_FOLDED).lower()


@cache
def lexicon(language: str) -> Lexicon:
    """The words of one of `LANGUAGES`; of any other none, so that figures alone are read."""
    if language not in LANGUAGES:
        return compiled({})
    table = resources.files("tocsin.reading").joinpath(f"times_{language}.toml").read_text("utf-8")
    return compiled(tomllib.loads(table))


def compiled(table: Mapping[str, Any]) -> Lexicon:
    """A lexicon from a table: a list's values are places from 1, a string's words have none."""
    made = Lexicon(
        prefixes=tuple(table.get("prefixes", ())), month_first=bool(table.get("month_first"))
    )
    for name, entry in table.items():
        if name in {"prefixes", "month_first", "spaceless"}:
            continue
        for word, value in _entries(entry):
            parts = lowered(unicodedata.normalize("NFC", word)).split("_")
            if len(parts) > 1:
                made.phrases.setdefault(parts[0], []).append((parts, CLASSES[name], value))
            else:
                made.words.setdefault(parts[0], (CLASSES[name], value))
    for phrases in made.phrases.values():
        phrases.sort(key=lambda phrase: -len(phrase[0]))
    if table.get("spaceless"):
        # "上周五" is the Friday of last week, not last week and a five.
        words = "|".join(
            word + ("(?![一二三四五六日天])" if word[-1] in "周期拜" else "")
            for word in sorted(made.words, key=lambda word: (-len(word), word))
        )
        made.token = re.compile(
            rf"{_NUMERIC}|(?P<lexeme>{words}|[〇零一二三四五六七八九十百两兩]+)|(?P<word>[^\W\d_一-鿿]+|[一-鿿]){_MARKS}"
        )
    return made


def _entries(entry: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(entry, str):
        yield from ((word, None) for word in entry.split())
    elif isinstance(entry, list):
        yield from ((word, place) for place, words in enumerate(entry, 1) for word in words.split())
    else:
        for key, words in entry.items():
            value = int(key) if re.fullmatch(r"-?\d+", key) else key
            yield from ((word, value) for word in words.split())


def _number(word: str) -> tuple[str, Any]:
    """A figure by how it is written: 0 one or two digits, 4 four (9 led by 0), # any other."""
    if len(word) > 12:
        return "_", word
    if word.isdecimal():
        leading = len(word) == 4 and not int(word[0])  # 0715 is no year
        return {1: "0", 2: "0", 4: "9" if leading else "4"}.get(len(word), "#"), int(word)
    plain = word.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+", word) else word
    try:
        return "#", float(plain.replace(",", "."))
    except ValueError:
        return "_", word


def _chinese(word: str) -> int:
    """The number a run of Chinese numerals tells, up to 9999; by digits where it has no tens."""
    digits = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {
        "零": 0, "两": 2, "兩": 2,
    }  # fmt: skip
    if not set(word) & set("十百"):
        return int("".join(str(digits[sign]) for sign in word[:4]))
    total = now = 0
    for sign in word[:8]:
        if sign in "十百":
            total += (now or 1) * {"十": 10, "百": 100}[sign]
            now = 0
        else:
            now = digits[sign]
    return total + now
