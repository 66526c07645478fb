"""Words of threat: one table per language, and a sentence as a string of their classes.

Each word becomes no, one or several characters, its classes; the rules are written over these
characters and are the same for every language (see threats_rules.py). Words are compared in plain
small letters of one script; what is unknown is tried once more without the usual disguises:
figures and signs for letters (k1ll), letters drawn out (kiiill), apart (k i l l) or cut (ki-ll).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from tocsin.reading.normal_matching import matching

LANGUAGES = ("en", "ru", "uk", "fr", "es", "tr", "ar", "fa", "zh")

# One class per name in threats_XX.toml; "_" is any other word. A key of several names joined by
# "+" gives a word several classes, in that order.
CLASSES = {
    "kill": "K", "injure": "J", "abduct": "N", "attack": "S", "hurt": "H",
    "killing": "k", "injury": "j", "abduction": "n", "assault": "s", "death": "D",
    "weapon": "W", "body": "B", "threat": "T", "warning": "w", "plan": "P", "watch": "R",
    "future": "F", "past": "a", "condition": "C", "maybe": "M", "likely": "p", "unlikely": "U",
    "say": "A", "hearsay": "h", "not": "Z", "denied": "Y", "failed": "Q", "spared": "q",
    "at_large": "g", "history": "O", "when": "t", "first": "i", "second": "v", "person": "b",
    "family": "f", "place": "l", "group": "G", "fiction": "1", "sport": "2", "drill": "3",
    "figure": "4", "accident": "5", "thing": "6", "animal": "7", "court": "8", "caught": "9",
    "missing": "0", "veiled": "V", "money": "$", "revenge": "r", "demand": "d", "guard": "x",
    "role": "c", "abstract": "X",
    "imperative": "I", "threaten": "y", "received": "z", "against": "m",
}  # fmt: skip

_LATIN = ("en", "fr", "es", "tr")
_MARKS = {".": ".", "!": "!", "?": "?", "؟": "?", "？": "?", "！": "!", '"': '"', "。": "."}
_WORD = re.compile(
    r"(?P<apart>(?<![^\W_])[^\W_](?:[ .*_/|-][^\W_]){3,}(?![^\W_]))"
    r"|(?P<cut>(?<![@$!*|.-])[^\W_]*(?:(?:[@$!*|.-]|(?<=[^\W_])')++[^\W_]++)+)"
    r"|(?P<word>[^\W_]+)"
    r'|(?P<mark>[.!?؟？！。"]|[☀-➿\U0001f300-\U0001faff])'
)
_HAN = re.compile(
    r"(?P<han>[一-鿿](?:[ .·*_/|-]?[一-鿿])*)|(?P<word>[^\W_一-鿿]+)"
    r'|(?P<mark>[.!?؟？！。"]|[☀-➿\U0001f300-\U0001faff])'
)
_APART = re.compile(r"[ .·*_/|-]")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_LONGEST_JOINED = 60
_BARE = 4  # letters that a Turkish word must have to be known without its marks
_REMEMBERED = 50_000  # words of a language
_ENDING = 7  # letters behind a stem that may tell tense and person
# "This is no hoax" denies nothing.
_UNDENIED = re.compile(r"(Z[^.?!KJNSTPY]{0,4})Y")
_LEET = [
    str.maketrans("013457@$!|", "oieastasil"),
    str.maketrans("013457@$!|", "oleastasil"),
]
_LEET_CYRILLIC = [str.maketrans("03461", "озчби")]
_ARABIC = dict(zip(map(ord, "أإآٱىةكيؤئ"), "اااایهکییی", strict=True)) | {0x200C: " "}
_TURKISH = str.maketrans("İI", "iı")
_OLD_YEAR = {"fa": (1000, 1385)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Classed:
    """A sentence in classes: character i of `classes` was said from `starts[i]` to `ends[i]`."""

    classes: str
    starts: list[int]
    ends: list[int]


@dataclass(slots=True)
class Lexicon:
    """A language's words, beginnings of words ("kidnap*") and phrases."""

    language: str
    words: dict[str, str] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    phrases: dict[str, list[tuple[list[str], str]]] = field(default_factory=dict)
    endings: list[tuple[re.Pattern[str], str]] = field(default_factory=list)
    before: re.Pattern[str] | None = None
    inflected: re.Pattern[str] | None = None
    folds: dict[int, str] = field(default_factory=dict)
    longest: int = 1
    known: dict[str, str] = field(default_factory=dict)
    opened: dict[str, list[tuple[list[str], str]]] = field(default_factory=dict)

    def folded(self, text: str) -> str:
        """The text in the letters of the table, character by character."""
        if self.language in {"ar", "fa"}:
            return _folded(text, _ARABIC)
        if self.language in {"tr", "zh"}:
            return _folded(text.translate(_TURKISH) if self.language == "tr" else text, self.folds)
        plain = matching(text)
        return plain.replace("'", " ") if self.language == "fr" else plain

    def classed(self, text: str, start: int, end: int) -> Classed:
        """Characters `start` to `end` of a folded text in classes, in time linear in them."""
        tokens = list(self._tokens(text, start, end))
        classes: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        while at < len(tokens):
            word, letters, first, past = tokens[at]
            taken = 1
            following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
            for parts, phrase in self._openers(word):
                if (
                    _fits(following, parts[1])
                    and len(parts) <= len(tokens) - at
                    and all(_fits(tokens[at + n][0], parts[n]) for n in range(2, len(parts)))
                ):
                    letters, taken = phrase, len(parts)
                    past = tokens[at + taken - 1][3]
                    break
            at += taken
            classes.append(letters)
            starts += [first] * len(letters)
            ends += [past] * len(letters)
        told = _UNDENIED.sub(r"\1_", "".join(classes))
        return Classed(classes=told, starts=starts, ends=ends)

    def _openers(self, word: str) -> list[tuple[list[str], str]]:
        """The phrases that begin with a word, the longest first."""
        if (told := self.opened.get(word)) is None:
            told = [one for one in self.phrases.get(word[:3], ()) if _fits(word, one[0][0])]
            if len(self.opened) < _REMEMBERED:
                self.opened[word] = told
        return told

    def _tokens(self, text: str, start: int, end: int) -> Iterator[tuple[str, str, int, int]]:
        """(word, its classes, where it stands)."""
        for match in (_HAN if self.language == "zh" else _WORD).finditer(text, start, end):
            kind, word = match.lastgroup, match[0]
            if kind == "word":
                yield word, self.classes(word), match.start(), match.end()
            elif kind == "mark":
                yield word, self.words.get(word) or _MARKS.get(word, "_"), *match.span()
            elif kind == "han":
                yield from self._han(word, match.start())
            else:
                yield from self._disguised(kind == "apart", word, match.start())

    def _disguised(self, apart: bool, word: str, at: int) -> Iterator[tuple[str, str, int, int]]:
        joined = _APART.sub("", word) if apart else re.sub("[.'-]", "", word)
        if len(joined) <= _LONGEST_JOINED:
            if word in self.words:
                yield word, self.words[word], at, at + len(word)
                return
            if apart:
                yield joined, self._run(joined) or "_", at, at + len(word)
                return
            letters = self.classes(joined)
            if letters.strip("_") and (len(joined) > 3 or "'" in word):
                yield joined, letters, at, at + len(word)
                return
        for part in re.finditer(r"[^\W_]+", word):
            yield part[0], self.classes(part[0]), at + part.start(), at + part.end()

    def _run(self, joined: str) -> str:
        """The classes of the longest words within letters written apart."""
        found, at = [], 0
        while at < len(joined):
            for size in range(min(14, len(joined) - at), 2, -1):
                piece = joined[at : at + size]
                if letters := self.words.get(piece):
                    break
                if stem := self.stems.get(piece):
                    letters = self._ended(stem, joined[at + size : at + size + _ENDING])
                    break
            else:
                size, letters = 1, ""
            found.append(letters)
            at += size
        return "".join(found)

    def _han(self, run: str, at: int) -> Iterator[tuple[str, str, int, int]]:
        """The longest words that the table has, one after the other."""
        places = [n for n, sign in enumerate(run) if "一" <= sign <= "鿿"]
        plain = "".join(run[n] for n in places)
        n = 0
        while n < len(plain):
            for size in range(min(self.longest, len(plain) - n), 0, -1):
                if letters := self.words.get(plain[n : n + size]):
                    break
            else:
                size, letters = 1, "_"
            yield plain[n : n + size], letters, at + places[n], at + places[n + size - 1] + 1
            n += size

    def classes(self, word: str) -> str:
        """The classes of one word, "_" if it has none."""
        if (told := self.known.get(word)) is None:
            told = self._plainly(word) or self._undisguised(word) or "_"
            if len(self.known) < _REMEMBERED:
                self.known[word] = told
        return told

    def _plainly(self, word: str) -> str:
        if word.isdecimal():
            return self._figure(word)
        if told := self.words.get(word):
            return told
        for size in range(min(len(word), 14), 1, -1):
            if told := self.stems.get(word[:size]):
                return self._ended(told, word[size:])
        if self.before and (lead := self.before.match(word)) and lead.end():
            rest = self._plainly(word[lead.end() :]) if len(word) - lead.end() > 1 else ""
            return rest and ("F" if lead.lastgroup == "future" else "") + rest
        if self.inflected and len(word) > 3 and (lead := self.inflected.match(word)):
            return self.words.get(word[lead.end() :], "") or self.stems.get(word[lead.end() :], "")
        return ""

    def _ended(self, told: str, ending: str) -> str:
        """What the ending of a verb adds: tense, negation, person."""
        if not ending or told[-1] not in "KJNSHDPTQ":
            return told
        return (
            "".join(letters for pattern, letters in self.endings if pattern.search(ending)) + told
        )

    def _figure(self, word: str) -> str:
        low, high = _OLD_YEAR.get(self.language, (1000, 1984))
        return "O" if len(word) == 4 and low <= int(word) <= high and word[0] != "0" else "#"

    def _undisguised(self, word: str) -> str:
        if len(word) < 3 or len(word) > _LONGEST_JOINED:
            return ""
        tries = [word]
        if not word.isalpha() and any(map(str.isalpha, word)):
            if "*" in word:
                tries += [word.replace("*", vowel) for vowel in "aeiou"]
            tables = _LEET_CYRILLIC if self.language in {"ru", "uk"} else _LEET
            tries += [word.translate(table) for table in tables]
        if self.language in _LATIN and not word.isascii():
            tries.append(matching(word))
        for drawn in [one for one in tries if _DRAWN_OUT.search(one)]:
            tries += [_DRAWN_OUT.sub(r"\1", drawn), _DRAWN_OUT.sub(r"\1\1", drawn)]
        for other in tries:
            if other != word and (told := self._plainly(other)):
                return told
        return ""


def _fits(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part[-1] == "*" else word == part


def _folded(text: str, table: Mapping[int, str]) -> str:
    """The text in small letters and with single letters replaced, as long as it was."""
    small = text.lower()
    return (small if len(small) == len(text) else text).translate(table)


@cache
def lexicon(language: str) -> Lexicon:
    """The words of one of `LANGUAGES`; of any other the English ones."""
    name = language if language in LANGUAGES else "en"
    table = resources.files("tocsin.reading").joinpath(f"threats_{name}.toml").read_text("utf-8")
    return compiled(name, tomllib.loads(table))


def compiled(language: str, table: Mapping[str, str]) -> Lexicon:
    """A lexicon from a table of class names. Raises KeyError for a class that is none."""
    made = Lexicon(language=language)
    if "folds" in table:
        made.folds = {ord(pair[0]): pair[1] for pair in table["folds"].split()}
    if "before" in table:
        made.before = re.compile(table["before"].translate(_ARABIC))
    if "inflected" in table:
        made.inflected = re.compile(table["inflected"].translate(_ARABIC))
    for key, words in table.items():
        if key in {"folds", "before", "inflected"}:
            continue
        if key.startswith("ending "):
            made.endings.append((re.compile(words), _letters(key.removeprefix("ending "))))
            continue
        for word in words.split():
            plain = made.folded(word).replace(" ", "_")
            if language == "uk":
                plain = plain.replace("'", "")
            _add(made, plain, _letters(key))
    if language == "tr":
        _add_bare(made)
    for phrases in made.phrases.values():
        phrases.sort(key=lambda phrase: (-len(phrase[0]), phrase[0]))
    made.longest = max(map(len, made.words), default=1)
    return made


def _letters(key: str) -> str:
    return "".join(CLASSES[name] for name in key.split("+"))


def _add(made: Lexicon, word: str, letters: str) -> None:
    parts = [part for part in word.split("_") if part]
    word = parts[0] if len(parts) == 1 else word
    if len(parts) > 1:
        made.phrases.setdefault(parts[0].rstrip("*")[:3], []).append((parts, letters))
    elif word.endswith("*"):
        made.stems.setdefault(word[:-1], letters)
    else:
        made.words.setdefault(word, letters)


def _add_bare(made: Lexicon) -> None:
    """Turkish is often written without its own letters; short words would become others."""
    for table in (made.words, made.stems):
        for word, letters in list(table.items()):
            if len(word) >= _BARE and (bare := matching(word)) != word:
                table.setdefault(bare, letters)
