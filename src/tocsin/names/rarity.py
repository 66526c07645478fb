"""How rare a part of a name is among persons, by its romanised form.

Few people are called Kadyrbekov; half a page of any list is called Muhammad. The table holds no
name, only a hash of 32 bits and a step of 1/16 nat for each form (`training/names/rarity.py`).
What it has never met is as rare as anything gets.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
STEPS = 16  # to one nat
OFFSET, PRIME, BITS = 0x811C9DC5, 0x01000193, 0xFFFFFFFF  # FNV-1a of 32 bits
_SHELVES = 16  # bits of a hash that say where to look
Letters = NDArray[np.uint8]
Hashes = NDArray[np.uint32]
Steps = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rarity:
    """`hashes` (n,), sorted, each with its `steps` (n,); `shelves` (65,537,): where hashes begin.

    Two of n forms share a hash with probability n / 2**32 each, and an unseen form is taken for a
    known one as often: about 1 in 20,000 for the table that ships. Steps are 1/16 nat.
    """

    hashes: Hashes
    steps: Steps
    shelves: NDArray[np.int32]
    top: int

    @classmethod
    def load(cls) -> "Rarity":
        """The table that ships. Raises ValueError if it is not what its manifest names."""
        return _shipped()

    @classmethod
    def of(cls, hashes: Hashes, steps: Steps, top: int) -> "Rarity":
        """`top` in steps: the rarity of the unseen."""
        bounds = np.arange((1 << _SHELVES) + 1, dtype=np.uint64) << (32 - _SHELVES)
        shelves = np.searchsorted(hashes, bounds).astype(np.int32)
        return cls(hashes=hashes, steps=steps, shelves=shelves, top=top)

    def nats(self, forms: Sequence[str]) -> NDArray[np.float32]:
        """Of each form (a to z; others are unseen), in nats."""
        wanted = hashes_of(forms)
        at = np.minimum(np.searchsorted(self.hashes, wanted), self.hashes.size - 1)
        known = self.hashes[at] == wanted
        return np.where(known, self.steps[at], self.top).astype(np.float32) / np.float32(STEPS)


def rarity(form: str) -> float:
    """Minus the logarithm of the share of persons who bear `form` (a to z), in nats."""
    table, wanted = Rarity.load(), fnv(form.encode())
    return steps_at(wanted, table.shelves, table.hashes, table.steps, table.top) / STEPS


def rarest() -> float:
    """The rarity of what was never met, in nats: the greatest there is."""
    return Rarity.load().top / STEPS


def fnv(letters: bytes) -> int:
    value = OFFSET
    for letter in letters:
        value = (value ^ letter) * PRIME & BITS
    return value


def hashes_of(forms: Sequence[str]) -> Hashes:
    """`fnv` of every form; its letters are followed column by column."""
    if not forms:
        return np.empty(0, np.uint32)
    held = np.array([form.encode() for form in forms], np.bytes_)
    letters = held.view(np.uint8).reshape(len(forms), -1)
    sizes = np.char.str_len(held)
    values = np.full(len(forms), OFFSET, np.uint32)
    for column in range(letters.shape[1]):
        stepped = (values ^ letters[:, column]) * np.uint32(PRIME)
        values = np.where(column < sizes, stepped, values)
    return values


# The two that a compiled loop needs: plain functions of arrays and integers, which numba takes
# as they stand. Every constant is a literal so that each compiles alone.


def hash_of(letters: Letters, start: int, end: int) -> int:
    """`fnv` of letters[start:end]."""
    value = 0x811C9DC5
    for at in range(start, end):
        value = ((value ^ int(letters[at])) * 0x01000193) & 0xFFFFFFFF
    return value


def steps_at(
    wanted: int, shelves: NDArray[np.int32], hashes: Hashes, steps: Steps, top: int
) -> int:
    """The rarity behind a hash, in steps of 1/16 nat; some three comparisons."""
    shelf = wanted >> 16
    for at in range(shelves[shelf], shelves[shelf + 1]):
        if int(hashes[at]) == wanted:
            return int(steps[at])
    return top


@cache
def _shipped() -> Rarity:
    folder = files("tocsin.names") / "tables"
    manifest = tomllib.loads((folder / "rarity.toml").read_text())
    held = (folder / "rarity.bin").read_bytes()
    if manifest["format"] != FORMAT or sha256(held).hexdigest() != manifest["sha256"]:
        raise ValueError("the table of rarity is not the one that was published")
    count = manifest["forms"]
    hashes = np.frombuffer(held, "<u4", count).astype(np.uint32)
    return Rarity.of(hashes, np.frombuffer(held, np.uint8, offset=4 * count), manifest["top"])
