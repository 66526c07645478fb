"""Names made ready for the compiled loops: every different word once, names as runs of words."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
from rigour.names import NameTypeTag, analyze_names

from tocsin.names.alphabets import ROMAN, spellings
from tocsin.names.edits import Edits
from tocsin.names.forms import Name, Token
from tocsin.names.native import Names, Words
from tocsin.names.rarity import rarity

KINDS: Final = {"word": 0, "initial": 1, "title": 2, "particle": 3, "patronymic": 4, "aside": 5}
MOST_SYMBOLS: Final = 24
_PATRONYMIC: Final = re.compile(
    r"(?:y|i|j)?(?:[oei][vw](?:ich|itch|itsch|ych|icz|n[ay]))$|(?:ь|и|і)?(?:[оеёй]вич|[оеёії]вн[аы])$|ичн?[аы]?$"
)
_CLASSES: Final = {
    letter: 1 << number
    for number, letters in enumerate(("bpvfw", "dt", "gkqcxjsz", "lr", "mn"))
    for letter in letters
}


class Lexicon:
    """Grows with the names it is given; `words()` is what was met so far."""

    def __init__(self) -> None:
        self._edits = Edits.load()
        self._places: dict[tuple[str, str, str, bool, bool], int] = {}
        self._rarity: list[float] = []
        self._first: list[int] = []
        self._classes: list[int] = []
        self._same: list[int] = []
        self._symbols: list[int] = []
        self._symbol_begin: list[int] = [0]
        self._way_begin: list[int] = [0]
        self._alphabet = bytearray()
        self._improbable: list[float] = []
        self._usual: list[float] = []
        self._letters = bytearray()
        self._letter_begin: list[int] = [0]

    def names(self, names: Iterable[Name]) -> Names:
        """The names as runs of this lexicon's words, which are added where they are new."""
        begin, word, kind = [0], [], bytearray()
        for name in names:
            for token in name.tokens:
                word.append(self._place(token))
                kind.append(KINDS["aside" if token.aside else token.kind])
            begin.append(len(word))
        return Names(
            np.array(begin, np.int32), np.array(word, np.int32), np.frombuffer(kind, np.uint8)
        )

    def words(self) -> Words:
        return Words(
            rarity=np.array(self._rarity, np.float32),
            first=np.array(self._first, np.int32),
            classes=np.array(self._classes, np.int32),
            same=np.array(self._same, np.int32),
            symbol_begin=np.array(self._symbol_begin, np.int32),
            symbols=np.array(self._symbols, np.int32),
            way_begin=np.array(self._way_begin, np.int32),
            alphabet=np.frombuffer(bytes(self._alphabet), np.uint8),
            improbable=np.array(self._improbable, np.float32),
            usual=np.array(self._usual, np.float32),
            letter_begin=np.array(self._letter_begin, np.int32),
            letters=np.frombuffer(bytes(self._letters), np.uint8),
        )

    def _place(self, token: Token) -> int:
        key = (token.text, token.script, token.forms[0], token.split, token.kind == "patronymic")
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self._places)
            self._add(token)
        return place

    def _add(self, token: Token) -> None:
        form = token.forms[0]
        self._rarity.append(rarity(form))
        self._first.append(initials(token))
        self._classes.append(classes(token.forms, token.script in ("Arab", "Hebr")))
        self._same.append(crc32(form.encode()) & 0x7FFFFFFF)
        self._symbols += fathers(token.text) if token.kind == "patronymic" else symbols(token.text)
        self._symbol_begin.append(len(self._symbols))
        for alphabet, units in spellings(token):
            if alphabet == ROMAN and token.script == "Latn":
                continue
            spelling = (alphabet, units)
            usual = self._edits.usual(spelling)
            self._alphabet.append(alphabet)
            self._usual.append(usual)
            self._improbable.append(self._edits.improbable(spelling))
            self._letters += bytes(unit[0] for unit in units)
            self._letter_begin.append(len(self._letters))
        self._way_begin.append(len(self._alphabet))


def initials(token: Token) -> int:
    """Bits of the letters a to z with which a word may be abbreviated."""
    found = {form[0] for form in token.forms}
    if token.script == "Arab" and found & set("aiywvoeu"):
        found |= set("aeiouywv")
    if found & set("yj"):
        found |= set("yji")
    if "k" in found or "c" in found or "h" in found:
        found |= set("k") if token.forms[0].startswith(("kh", "c", "q")) else set()
    return sum(1 << ord(letter) - 97 for letter in found)


def classes(forms: tuple[str, ...], unvowelled: bool) -> int:
    """Bits of the coarse consonants that any reading holds, then those of the first and of the
    last; what may be a vowel or mute is left out."""
    found = 0
    for form in forms:
        heard = [_CLASSES[letter] for letter in form if letter in _CLASSES]
        if unvowelled:
            heard = [
                _CLASSES[letter] for letter in form if letter in _CLASSES and letter not in "vw"
            ]
        if heard:
            found |= sum(set(heard)) | heard[0] << 8 | heard[-1] << 16
    return found


@lru_cache(maxsize=50_000)
def fathers(text: str) -> tuple[int, ...]:
    """Numbers of the given names that a patronymic may come from, sorted; none is a name's own."""
    stem = _PATRONYMIC.sub("", text)
    endings = ("", "й", "ий", "ь", "а") if text[0] > "z" else ("", "y", "i", "iy", "ey", "a")
    found = {symbol ^ 0x2AAAAAAA for ending in endings for symbol in symbols(stem + ending)}
    return tuple(sorted(found)[:MOST_SYMBOLS])


@lru_cache(maxsize=200_000)
def symbols(text: str) -> tuple[int, ...]:
    """Numbers of the names and nicknames that a word may stand for, sorted."""
    found = {
        crc32(f"{symbol.category.value}:{symbol.id}".encode()) & 0x7FFFFFFF
        for name in analyze_names(NameTypeTag.PER, [unicodedata.normalize("NFC", text)])
        for symbol in name.symbols
        if symbol.category.value in ("NAME", "NICK")
    }
    return tuple(sorted(found)[:MOST_SYMBOLS])
