"""The keys a name is found by, and names packed for the kernels that make and compare them."""

import re
from array import array
from collections.abc import Iterable
from functools import lru_cache
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
_NONE: Final = np.zeros(0, np.int64)
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
    """Packs names one after the other; parts that names share are looked at once."""

    def __init__(self) -> None:
        self._letters = bytearray()
        self._forms, self._tokens, self._names = array("i"), array("i"), array("i", [0])
        self._kinds = array("b")

    def add(self, name: Name) -> None:
        tokens = name.tokens[:MAX_TOKENS]
        some = any(_KINDS[token.kind] == WORD for token in tokens)
        for token in tokens:
            self._kinds.append(_KINDS[token.kind] if some else WORD)
            self._tokens.append(len(self._forms))
            for form in _lettered(token.forms, token.script == "Hani"):
                self._forms.append(len(self._letters))
                self._letters += form
        self._names.append(len(self._tokens))

    def packed(self) -> Parts:
        """All names so far."""
        return Parts(
            np.frombuffer(bytes(self._letters), np.int8),
            np.array(self._forms + array("i", [len(self._letters)]), np.int32),
            np.array(self._kinds + array("b", [WORD]), np.int8),
            np.array(self._tokens + array("i", [len(self._forms)]), np.int32),
            np.array(self._names, np.int32),
        )


@lru_cache(maxsize=1 << 17)
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
    return made[: all_keys(parts, made, _NONE)]


def sorted_keys(parts: Parts) -> Ints:
    """Every key of every name as hash << ROW_BITS | number of the name, sorted."""
    made = np.zeros((MAX_KEYS, 3), np.int64)
    keys = np.empty(all_keys(parts, made, _NONE), np.int64)
    all_keys(parts, made, keys)
    keys.sort()
    return keys
