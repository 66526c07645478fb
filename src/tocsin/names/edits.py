"""How much likelier two words are one name than two: stochastic edits, learnt by script.

The tables (`tables/edits.npz`, learnt by `training/names/edits.py`) hold, for two alphabets, how
often a unit of one answers a unit of the other, in proportion to chance.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from math import log
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tocsin.names.alphabets import ALPHABETS, LATIN, LONGEST, ROMAN, Spelling, spellings
from tocsin.names.forms import Token
from tocsin.names.native import Floats, Tables, Units, bundled, likelihood

FORMAT: Final = 1
NEVER: Final = -30.0  # nats: nothing connects the two
_ALPHABETS: Final = ROMAN + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """All tables in one array each, for loops that take plain arrays.

    `table` (tables, units, units), `first`, `second` (tables, 3, units): ratios;
    `number` (alphabets, alphabets): which table, plus 1; negative where it is held the other way
    round, 0 where there is none. By alphabet: `neighbours` (letters + 1, letters), how much a
    letter owes to the one before it, `rare` (letters,), how improbable it is: nats.
    """

    table: Floats
    first: Floats
    second: Floats
    number: NDArray[np.int32]
    neighbours: tuple[list[list[float]], ...]
    rare: tuple[list[np.float32], ...]
    expected: Floats
    branch: Units
    unit: Units

    @classmethod
    def load(cls) -> "Edits":
        """The tables that ship. Raises ValueError if they are not what their manifest names."""
        return _shipped()

    @classmethod
    def fresh(cls) -> "Edits":
        """The same, read anew from the disk."""
        return _read()

    def log_ratio(self, one: Token, other: Token) -> float:
        """Nats for (above 0) or against one name; NEVER where nothing connects the two."""
        return self.best(spellings(one), spellings(other))

    def best(self, ones: Sequence[Spelling], others: Sequence[Spelling]) -> float:
        """The greatest over the ways both can be spelled; the Roman way if there is no other."""
        found = [
            self._compare(a, b)
            for a in ones
            for b in others
            if a[0] != ROMAN and b[0] != ROMAN and self.number[a[0], b[0]]
        ]
        return max(found) if found else self._compare(ones[-1], others[-1])

    def _compare(self, one: Spelling, other: Spelling) -> float:
        held = int(self.number[one[0], other[0]])
        if not held:
            return NEVER
        if held < 0:
            held, one, other = -held, other, one
        xs, ys = _units(one), _units(other)
        row = np.empty((LONGEST + 1) ** 2)
        tables = (self.table[held - 1], self.first[held - 1], self.second[held - 1])
        ratio = likelihood(xs, 0, len(xs), ys, 0, len(ys), *tables, 300.0, row)
        return max(
            (log(ratio) if ratio > 0 else NEVER) - self.usual(one) - self.usual(other), NEVER
        )

    def usual(self, spelling: Spelling) -> float:
        """Nats by which a word is likelier (or not) than its letters in any order."""
        table = self.neighbours[LATIN if spelling[0] == ROMAN else spelling[0]]
        before, total = 0, 0.0
        for unit in spelling[1]:
            total += table[before][unit[0]]
            before = unit[0] + 1
        return total

    def improbable(self, spelling: Spelling) -> float:
        """Nats: how seldom any word is spelled so."""
        return self.weight(spelling)[0]

    def weight(self, spelling: Spelling) -> tuple[float, float]:
        """`improbable` and `usual`."""
        table = self.rare[LATIN if spelling[0] == ROMAN else spelling[0]]
        usual = self.usual(spelling)
        return float(sum([table[unit[0]] for unit in spelling[1]])) - usual, usual

    def tables(self) -> Tables:
        """For the compiled loops."""
        held = self.table, self.first, self.second, self.number, self.expected
        return bundled(Tables(*held, self.branch, self.unit))


def widest(units: tuple[int, int, int, int]) -> int:
    """The length of the longest unit that begins at a letter, less one."""
    return 3 if units[3] >= 0 else 2 if units[2] >= 0 else 1 if units[1] >= 0 else 0


def _units(spelling: Spelling) -> Units:
    rows = [(*units, widest(units)) for units in spelling[1]]
    return np.array(rows, np.int16).reshape(-1, 5)


@cache
def _shipped() -> Edits:
    return _read()


def _read() -> Edits:
    folder = files("tocsin.names") / "tables"
    manifest = tomllib.loads((folder / "edits.toml").read_text())
    with (folder / "edits.npz").open("rb") as held, np.load(held) as arrays:
        tables = {name: arrays[name] for name in arrays.files}
    if manifest["format"] != FORMAT or manifest["sha256"] != _digest(tables):
        raise ValueError("the edit tables are not the ones that their manifest names")
    return _stacked(tables)


def _digest(tables: dict[str, NDArray[Any]]) -> str:
    made = sha256()
    for name in sorted(tables):
        made.update(name.encode() + tables[name].tobytes())
    return made.hexdigest()


def _stacked(tables: dict[str, NDArray[Any]]) -> Edits:
    pairs = [tuple(map(int, name[1:].split("_"))) for name in tables if name.startswith("b")]
    size = max(len(alphabet.units) for alphabet in ALPHABETS)
    table = np.zeros((len(pairs), size, size), np.float32)
    first, second = (np.zeros((len(pairs), 3, size), np.float32) for _ in range(2))
    number = np.zeros((_ALPHABETS, _ALPHABETS), np.int32)
    for at, (one, other) in enumerate(pairs):
        for target, name in ((table, "b"), (first, "x"), (second, "y")):
            held = np.exp(tables[f"{name}{one}_{other}"].astype(np.float32))
            target[at, : held.shape[0], : held.shape[1]] = held
        number[other, one] = -(at + 1)
        number[one, other] = at + 1
    number[ROMAN, ROMAN] = number[ROMAN, LATIN] = number[LATIN, ROMAN] = number[LATIN, LATIN]
    branch, unit = _trees()
    return Edits(
        table=table,
        first=first,
        second=second,
        number=number,
        neighbours=tuple(tables[f"n{code}"].tolist() for code in range(len(ALPHABETS))),
        rare=tuple(list(-np.log(tables[f"s{code}"])) for code in range(len(ALPHABETS))),
        expected=np.array([tables[f"e{one}_{other}"] for one, other in pairs], np.float32),
        branch=branch,
        unit=unit,
    )


def _trees() -> tuple[Units, Units]:
    """The groups of every alphabet as a tree by their letters; the root is 0."""
    trees: list[list[dict[int, int]]] = []
    ends: list[dict[int, int]] = []
    for alphabet in ALPHABETS:
        tree: list[dict[int, int]] = [{}]
        end: dict[int, int] = {}
        for group in alphabet.groups:
            node = 0
            for letter in group:
                node = tree[node].setdefault(alphabet.place[letter], len(tree))
                if node == len(tree):
                    tree.append({})
            end[node] = alphabet.place[group]
        trees.append(tree)
        ends.append(end)
    most, letters = max(map(len, trees)), max(len(a.letters) for a in ALPHABETS)
    branch = np.zeros((len(trees), most, letters), np.int16)
    unit = np.full((len(trees), most), -1, np.int16)
    for at, (tree, end) in enumerate(zip(trees, ends, strict=True)):
        for node, branches in enumerate(tree):
            for place, target in branches.items():
                branch[at, node, place] = target
        for last, whole in end.items():
            unit[at, last] = whole
    return branch, unit
