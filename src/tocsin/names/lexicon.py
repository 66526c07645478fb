"""Names made ready for the compiled loops: every different word once, names as runs of words."""

from array import array
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np

from tocsin.names.alphabets import ROMAN, spelled
from tocsin.names.edits import Edits, widest
from tocsin.names.forms import Name, Token
from tocsin.names.native import Names, Words
from tocsin.names.rarity import rarity
from tocsin.names.symbols import fathers, symbols

KINDS: Final = {"word": 0, "initial": 1, "title": 2, "particle": 3, "patronymic": 4, "aside": 5}
_CLASSES: Final = {
    letter: 1 << number
    for number, letters in enumerate(("bpvfw", "dt", "gkqcxjsz", "lr", "mn"))
    for letter in letters
}


class Word(NamedTuple):
    """What `Words` holds, of one word; `letters` of all its ways, `sizes` how many of each."""

    rarity: float
    fact: tuple[int, int, int]
    symbols: tuple[int, ...]
    alphabets: bytes
    weights: tuple[tuple[float, float], ...]
    letters: "array[int]"
    sizes: tuple[int, ...]


class Lexicon:
    """Grows with the names it is given; `words()` is what was met so far."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str, str, bool, bool], int] = {}
        self._rarity: list[float] = []
        self._fact: list[tuple[int, int, int]] = []
        self._symbols: list[int] = []
        self._symbol_begin: list[int] = [0]
        self._way_begin: list[int] = [0]
        self._alphabet = bytearray()
        self._weight: list[tuple[float, float]] = []
        self._letters = array("h")
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
            fact=np.array(self._fact, np.int32).reshape(-1, 3),
            symbol_begin=np.array(self._symbol_begin, np.int32),
            symbols=np.array(self._symbols, np.int32),
            way_begin=np.array(self._way_begin, np.int32),
            alphabet=np.frombuffer(bytes(self._alphabet), np.uint8),
            weight=np.array(self._weight, np.float32).reshape(-1, 2),
            letter_begin=np.array(self._letter_begin, np.int32),
            letters=np.array(self._letters, np.int16).reshape(-1, 5),
        )

    def _place(self, token: Token) -> int:
        key = (token.text, token.script, token.forms[0], token.split, token.kind == "patronymic")
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self._places)
            self._add(token)
        return place

    def _add(self, token: Token) -> None:
        patronymic = token.kind == "patronymic"
        word = _word(token.text, token.script, token.forms, token.split, patronymic)
        self._rarity.append(word.rarity)
        self._fact.append(word.fact)
        self._symbols += word.symbols
        self._symbol_begin.append(len(self._symbols))
        self._alphabet += word.alphabets
        self._weight += word.weights
        self._letters += word.letters
        for size in word.sizes:
            self._letter_begin.append(self._letter_begin[-1] + size)
        self._way_begin.append(len(self._alphabet))


@lru_cache(maxsize=1 << 15)  # candidates of one query and of the next share words
def _word(text: str, script: str, forms: tuple[str, ...], split: bool, patronymic: bool) -> Word:
    edits, form = Edits.load(), forms[0]
    fact = (
        initials(forms, script),
        classes(forms, script in ("Arab", "Hebr")),
        crc32(form.encode()) & 0x7FFFFFFF,
    )
    ways = [
        way for way in spelled(text, script, form, split) if (way[0], script) != (ROMAN, "Latn")
    ]
    letters = array("h")
    for _, units in ways:
        for unit in units:
            letters.extend(unit)
            letters.append(widest(unit))
    return Word(
        rarity=rarity(form),
        fact=fact,
        symbols=fathers(text) if patronymic else symbols(text),
        alphabets=bytes(alphabet for alphabet, _ in ways),
        weights=tuple(map(edits.weight, ways)),
        letters=letters,
        sizes=tuple(len(units) for _, units in ways),
    )


def initials(forms: tuple[str, ...], script: str) -> int:
    """Bits of the letters a to z with which a word may be abbreviated."""
    found = {form[0] for form in forms}
    if script == "Arab" and found & set("aiywvoeu"):
        found |= set("aeiouywv")
    if found & set("yj"):
        found |= set("yji")
    if "k" in found or "c" in found or "h" in found:
        found |= set("k") if forms[0].startswith(("kh", "c", "q")) else set()
    return sum(1 << ord(letter) - 97 for letter in found if "a" <= letter <= "z")


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
