"""The keys a name is found by, and names packed for the kernels that make and compare them."""

import re
from array import array
from collections.abc import Iterable
from typing import Final

import numpy as np

from tocsin.names.forms import Name
from tocsin.names.native_keys import (
    INITIAL,
    MAX_FORM,
    MAX_FORMS,
    MAX_KEYS,
    MAX_TOKENS,
    PARTICLE,
    TITLE,
    WORD,
    Ints,
    Parts,
    all_keys,
)

_KINDS: Final = {
    "word": WORD,
    "patronymic": WORD,
    "particle": PARTICLE,
    "initial": INITIAL,
    "title": TITLE,
}
MOST_KNOWN: Final = 1 << 18  # words that are recognised
_ROOM: Final = 44  # keys of a name, on average, that there is room for at once
_LETTERS: Final = bytes(max(0, min(25, byte - 97)) for byte in range(256))
# Jyutping as Hong Kong writes it, nearly: the government has no rule, only habits.
_HONG_KONG: Final = tuple(
    (re.compile(read), written)
    for read, written in (
        ("j", "y"), ("yyu", "yu"), ("[zc]", "ch"), ("(?<!n)g", "k"), ("d", "t"), ("b", "p"),
        ("oe", "eu"), ("eo", "u"), ("aa", "a"),
    )
)  # fmt: skip


class Packer:
    """Packs names one after the other; a word that names share is kept once, as a rule."""

    def __init__(self) -> None:
        self._letters = bytearray()
        self._forms, self._words, self._tokens = array("i"), array("i"), array("i")
        self._names, self._kinds = array("i", [0]), array("b")
        self._known: dict[tuple[tuple[str, ...], bool], int] = {}

    def add(self, name: Name) -> None:
        tokens = name.tokens[:MAX_TOKENS]
        kinds = [_KINDS[token.kind] for token in tokens]
        self._kinds.extend(kinds if WORD in kinds else [WORD] * len(kinds))
        for token in tokens:
            key = (token.forms, token.script == "Hani")
            word = self._known.get(key)
            self._tokens.append(self._add(key) if word is None else word)
        self._names.append(len(self._tokens))

    def _add(self, key: tuple[tuple[str, ...], bool]) -> int:
        if len(self._known) == MOST_KNOWN:  # to be kept again costs less than to remember all
            self._known.clear()
        word = self._known[key] = len(self._words)
        self._words.append(len(self._forms))
        for form in _lettered(*key):
            self._forms.append(len(self._letters))
            self._letters += form
        return word

    def packed(self) -> Parts:
        """All names so far."""
        return Parts(
            np.frombuffer(bytes(self._letters), np.int8),
            np.array(self._forms + array("i", [len(self._letters)]), np.int32),
            np.array(self._words + array("i", [len(self._forms)]), np.int32),
            np.array(self._kinds, np.int8),
            np.array(self._tokens, np.int32),
            np.array(self._names, np.int32),
        )


def _lettered(forms: tuple[str, ...], han: bool) -> tuple[bytes, ...]:
    """The forms of a part as the kernels take them."""
    if han and len(forms) > 1:
        forms = (*forms[: MAX_FORMS - 1], _as_in_hong_kong(forms[-1]))
    kept = dict.fromkeys(form[:MAX_FORM] for form in forms[:MAX_FORMS])
    return tuple(form.encode("ascii").translate(_LETTERS) for form in kept if form)


def _as_in_hong_kong(form: str) -> str:
    for read, written in _HONG_KONG:
        form = read.sub(written, form)
    return form


def packed(names: Iterable[Name]) -> Parts:
    """Names as the kernels take them."""
    packer = Packer()
    for name in names:
        packer.add(name)
    return packer.packed()


def keys_of(parts: Parts) -> Ints:
    """Keys of the first of some names, a row each: hash, kind, group (see `native_keys`)."""
    made = np.zeros((MAX_KEYS, 3), np.int64)
    return made[: all_keys(parts, made, made[0, :0])]


def sorted_keys(parts: Parts) -> Ints:
    """Every key of every name as hash << ROW_BITS | number of the name, sorted."""
    made = np.zeros((MAX_KEYS, 3), np.int64)
    keys = np.empty(_ROOM * len(parts.names), np.int64)  # what is not written to takes no memory
    count = all_keys(parts, made, keys)
    if count > len(keys):
        keys = np.empty(count, np.int64)
        all_keys(parts, made, keys)
    keys = keys[:count]
    keys.sort()
    return keys
