# ruff: noqa: E501 - tables read better in long lines
"""Learn the edit tables: which units of one alphabet answer which of another, by EM.

    python -m training.names.edits DATA src/tocsin/names/tables

DATA holds tokens_*.tsv and pairs_open.tsv. Each pair of alphabets has a joint distribution over
edits (a unit answers a unit, or one falls silent), begun from how letters sound and refined by
expectation and maximisation over all alignments of word pairs. Words that only mean the same are
given up in the course of it: a pair counts by how likely it is no accident.
"""

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations, product
from math import log1p
from pathlib import Path
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from tocsin.names.alphabets import (
    ALPHABETS,
    ARABIC,
    CYRILLIC,
    HEARD,
    HEBREW,
    JYUTPING,
    LATIN,
    PINYIN,
    SYLLABLES,
    initial_and_final,
    spellings,
    split_han,
    with_ends,
)  # fmt: skip
from tocsin.names.forms import read_name
from tocsin.names.han import syllables
from tocsin.names.scripts import TABLES
from training.names import samples
from training.names.schemes import (
    DIFFERENCES,
    UKRAINIAN,
    hong_kong,
    romanised,
    ukrainian,
    wade_giles,
)

Words = Counter[tuple[str, str]]  # weight by pair of folded words, in the order of the alphabets
ROUNDS: Final = 4
PAIRS: Final = (
    (LATIN, LATIN), (LATIN, CYRILLIC), (LATIN, ARABIC), (LATIN, PINYIN), (LATIN, JYUTPING),
    (LATIN, HEARD), (CYRILLIC, CYRILLIC), (CYRILLIC, ARABIC), (ARABIC, ARABIC),
    (LATIN, SYLLABLES), (CYRILLIC, SYLLABLES), (ARABIC, SYLLABLES), (CYRILLIC, HEARD),
)  # fmt: skip
# In classes of sound, for where nothing has been learnt yet.
SOUNDS: Final = {
    **dict.fromkeys(("b", "p", "bb", "pp"), "B"), **dict.fromkeys(("d", "t", "th", "dh", "dt", "tt", "dd"), "D"),
    **dict.fromkeys(("g", "k", "q", "c", "gh", "kk", "ck", "gg", "qu", "gu", "kw", "gw"), "G"),
    **dict.fromkeys(("v", "w", "f", "ph", "ff", "wh"), "V"), **dict.fromkeys(("s", "z", "ts", "tz", "dz", "ss", "zz", "x", "c"), "S"),
    **dict.fromkeys(("sh", "zh", "ch", "j", "sch", "tch", "tsch", "dsch", "dj", "cz", "sz", "rz", "dzh", "shch", "sc", "tj", "sj"), "J"),
    **dict.fromkeys(("kh", "h", "ha", "hs"), "H"), **dict.fromkeys(("m", "n", "mm", "nn", "hn", "ng", "ny", "nj", "nh"), "N"),
    **dict.fromkeys(("l", "r", "ll", "rr", "lj", "lh", "gl"), "L"), "y": "A", **dict.fromkeys("aeiou", "A"),
}  # fmt: skip


@dataclass(slots=True)
class Table:
    """Ratios of the joint to what chance would give: `both` (units, units), `first`, `second`
    (3, units): a unit that answers nothing at the begin, within and at the end of a word. `expected`: the share of a word's improbability
    that the same word brings in nats."""

    both: NDArray[np.float32]
    first: NDArray[np.float32]
    second: NDArray[np.float32]
    expected: float


_PLAIN: Final = {"ى": "ي", "ة": "ه", "أ": "ا"}


def sound(code: int, unit: str) -> str:
    """A unit in a to z."""
    if code in (LATIN, PINYIN, JYUTPING, SYLLABLES, HEARD):
        return "".join(TABLES["latin"].get(one, [one])[0] for one in unit)
    table = TABLES[ALPHABETS[code].code]
    return (
        "".join(
            (table[_PLAIN.get(one, one)][0] or ("a" if one in "اأعءאע" else "")) for one in unit
        )
        or unit
    )


def prior(one: int, other: int) -> NDArray[np.float64]:
    """How units answer each other by their sound alone; sums to 1. Zero forbids."""
    xs, ys = ALPHABETS[one].units, ALPHABETS[other].units
    heard_x, heard_y = [sound(one, x) for x in xs], [sound(other, y) for y in ys]
    table = np.zeros((len(xs), len(ys)))
    for i, x in enumerate(xs):
        for j, y in enumerate(ys):
            a, b = heard_x[i], heard_y[j]
            wide = len(x) > 1 and i >= len(ALPHABETS[one].letters)
            broad = len(y) > 1 and j >= len(ALPHABETS[other].letters)
            alike = SOUNDS.get(a, a) == SOUNDS.get(b, b)
            if a == b:
                table[i, j] = 0.3 if wide and broad else 1.0
            elif wide and broad:
                table[i, j] = 0.02 if alike else 0.0
            elif alike:
                table[i, j] = 0.05
            elif wide or broad:
                table[i, j] = 2e-3 if a[:1] == b[:1] else (1e-4 if set(a) & set(b) else 0.0)
                if code_is_han(one) or code_is_han(other):
                    table[i, j] = max(table[i, j], 1e-4)
            else:
                table[i, j] = 5e-3
    return table / table.sum()


def code_is_han(code: int) -> bool:
    return code in (PINYIN, JYUTPING, SYLLABLES)


@numba.njit(cache=True)
def _expect(
    spell_x, begin_x, spell_y, begin_y, weight, both, first, second, accident, out, out1, out2
):  # type: ignore[no-untyped-def]
    """Add each pair's expected edits; the logarithm of the likelihood is returned."""
    ahead = np.zeros((25, 25))
    behind = np.zeros((25, 25))
    total = 0.0
    for p in range(len(weight)):
        x0, y0 = begin_x[p], begin_y[p]
        nx, ny = begin_x[p + 1] - x0, begin_y[p + 1] - y0
        ahead[: nx + 1, : ny + 1] = 0.0
        behind[: nx + 1, : ny + 1] = 0.0
        ahead[0, 0] = 1.0
        behind[nx, ny] = 1.0
        for i in range(nx + 1):
            for j in range(ny + 1):
                here = ahead[i, j]
                if here == 0.0:
                    continue
                if i < nx:
                    place = 0 if i == 0 else (2 if i == nx - 1 else 1)
                    ahead[i + 1, j] += here * first[place, spell_x[x0 + i, 0]]
                if j < ny:
                    place = 0 if j == 0 else (2 if j == ny - 1 else 1)
                    ahead[i, j + 1] += here * second[place, spell_y[y0 + j, 0]]
                if i < nx and j < ny:
                    for k in range(4):
                        u = spell_x[x0 + i, k]
                        if u >= 0:
                            for m in range(4):
                                v = spell_y[y0 + j, m]
                                if v >= 0:
                                    ahead[i + k + 1, j + m + 1] += here * both[u, v]
        whole = ahead[nx, ny]
        if whole <= 0.0:
            continue
        total += weight[p] * np.log(whole)
        share = weight[p] * whole / (whole + accident)
        for i in range(nx, -1, -1):
            for j in range(ny, -1, -1):
                here = ahead[i, j]
                if here == 0.0 and not (i == nx and j == ny):
                    continue
                after = behind[i, j]
                scale = share / whole
                if i < nx:
                    place = 0 if i == 0 else (2 if i == nx - 1 else 1)
                    u = spell_x[x0 + i, 0]
                    one = first[place, u] * behind[i + 1, j]
                    after += one
                    out1[place, u] += scale * here * one
                if j < ny:
                    place = 0 if j == 0 else (2 if j == ny - 1 else 1)
                    v = spell_y[y0 + j, 0]
                    one = second[place, v] * behind[i, j + 1]
                    after += one
                    out2[place, v] += scale * here * one
                if i < nx and j < ny:
                    for k in range(4):
                        u = spell_x[x0 + i, k]
                        if u >= 0:
                            for m in range(4):
                                v = spell_y[y0 + j, m]
                                if v >= 0 and both[u, v] > 0.0:
                                    one = both[u, v] * behind[i + k + 1, j + m + 1]
                                    after += one
                                    out[u, v] += scale * here * one
                behind[i, j] = after
    return total


def chance(code: int, words: Counter[str]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Of an alphabet: the share of every unit (a group's is its letters' product), and, by letter
    and the letter before (0: none), by how much (nats) the neighbour changes it."""
    alphabet = ALPHABETS[code]
    size = len(alphabet.letters)
    pairs = np.full((size + 1, size), 0.0)
    for word, weight in words.items():
        before = 0
        for spelled in _units(code, word):
            pairs[before, spelled[0]] += weight
            before = spelled[0] + 1
    single = pairs.sum(0) + 0.5
    single /= single.sum()
    smooth = (pairs + 20 * single) / (pairs.sum(1, keepdims=True) + 20)
    shares = [
        float(np.prod([single[alphabet.place[letter]] for letter in unit]))
        if place >= size
        else single[place]
        for place, unit in enumerate(alphabet.units)
    ]
    return np.array(shares), np.log(smooth / single).astype(np.float32)


_SCRIPTS: Final = {LATIN: "Latn", CYRILLIC: "Cyrl", ARABIC: "Arab", HEBREW: "Hebr", HEARD: "Kana"}


def _units(code: int, word: str) -> tuple[tuple[int, int, int, int], ...]:
    """The spelling of a folded word in one alphabet (Arabic: as it stands); empty for none."""
    if code in (LATIN, CYRILLIC, HEBREW):
        return tuple(ALPHABETS[code].spelled(list(word)))
    if code == ARABIC:
        return tuple(ALPHABETS[code].spelled(with_ends(word)))
    if code_is_han(code):
        pieces = split_han(word, 1 if code == JYUTPING else 0, False)
        return tuple(ALPHABETS[code].spelled(pieces))
    for token in read_name(word).tokens[:1]:
        for alphabet, units in spellings(token):
            if alphabet == code:
                return units
    return ()


def learn(
    one: int, other: int, words: Words, shares: dict[int, NDArray[np.float64]], rounds: int = ROUNDS
) -> Table:
    """The table of two alphabets from weighted word pairs."""
    spelled = [(_units(one, a), _units(other, b), w) for (a, b), w in words.items()]
    spelled = [(a, b, w) for a, b, w in spelled if a and b]
    xs = np.array([unit for a, _, _ in spelled for unit in a], np.int16).reshape(-1, 4)
    ys = np.array([unit for _, b, _ in spelled for unit in b], np.int16).reshape(-1, 4)
    begin_x = np.cumsum([0] + [len(a) for a, _, _ in spelled])
    begin_y = np.cumsum([0] + [len(b) for _, b, _ in spelled])
    weight = np.array([w for *_, w in spelled], np.float64)
    letters = float(weight @ (np.diff(begin_x) + np.diff(begin_y))) / 2
    outer = np.outer(shares[one], shares[other])
    guess = prior(one, other)
    p1, p2 = shares[one], shares[other]
    single1, single2 = _single(one), _single(other)
    share_of = (_places(begin_x, weight), _places(begin_y, weight))
    both, first, second = (
        0.8 * guess,
        0.1 * np.tile(p1 * single1, (3, 1)),
        0.1 * np.tile(p2 * single2, (3, 1)),
    )
    strength = 0.02 * letters + 20
    for number in range(rounds):
        counts = strength * 0.9 * guess
        gone1 = strength * 0.05 * share_of[0][:, None] * p1 * single1
        gone2 = strength * 0.05 * share_of[1][:, None] * p2 * single2
        ratios = (both / outer, first / p1, second / p2)
        total = _expect(
            xs,
            begin_x,
            ys,
            begin_y,
            weight,
            *ratios,
            1.0 if number > 1 else 0.0,
            counts,
            gone1,
            gone2,
        )
        whole = counts.sum() + gone1.sum() + gone2.sum()
        both = counts / whole
        first, second = gone1 / whole / share_of[0][:, None], gone2 / whole / share_of[1][:, None]
    print(f"  {total / weight.sum():.3f} nats a pair", flush=True)
    if one == other:
        both = (both + both.T) / 2
        first = second = (first + second) / 2
    both[(both < 1e-9) & (np.outer(single1, single2) == 0)] = 0
    ratios = (both / outer, first / p1, second / p2)
    return Table(
        *(ratio.astype(np.float32) for ratio in ratios),
        _expected(ratios, xs, begin_x, ys, begin_y, weight, p1, p2),
    )


def _expected(ratios, xs, begin_x, ys, begin_y, weight, p1, p2) -> float:  # type: ignore[no-untyped-def]
    """By letters alone; both sides owe as much to their neighbours, more or less."""
    spare = [np.zeros_like(ratio) for ratio in ratios]
    total = _expect(xs, begin_x, ys, begin_y, weight, *ratios, 1.0, *spare)
    loads = [
        np.add.reduceat(-np.log(p[units[:, 0]]), begin[:-1])
        for units, begin, p in ((xs, begin_x, p1), (ys, begin_y, p2))
    ]
    return float(total / (weight @ np.minimum(*loads)))


def _single(code: int) -> NDArray[np.float64]:
    return (np.arange(len(ALPHABETS[code].units)) < len(ALPHABETS[code].letters)).astype(float)


def _places(begin: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shares of first, middle and last letters."""
    sizes = np.diff(begin)
    whole = float(weight @ sizes)
    first, last = float(weight.sum()) / whole, float(weight @ (sizes > 1)) / whole
    return np.array([first, max(1 - first - last, 0.01), last])


# What is learnt from


@dataclass(slots=True)
class Material:
    """Weighted word pairs for each pair of alphabets, and the words of each alphabet."""

    words: dict[tuple[int, int], Words] = field(default_factory=lambda: defaultdict(Counter))
    known: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, one: int, a: str, other: int, b: str, weight: float) -> None:
        self.words[one, other][a, b] += weight  # type: ignore[assignment]


def word(text: str) -> str:
    """Folded as a name's part is."""
    return "".join(token.text for token in read_name(text).tokens)


def material(folder: Path) -> Material:
    found = Material()
    for language, code in (
        ("arabic", ARABIC),
        ("russian", CYRILLIC),
        ("chinese", SYLLABLES),
        ("japanese", HEARD),
    ):
        for latin, native, count in samples.aligned_words(folder, language):
            a, b = word(latin), word(native)
            if a and b:
                found.add(LATIN, a, code, b, log1p(count))
                found.known[LATIN][a] += 1
                found.known[code][b] += 1
        _variants(
            found,
            samples.by_native(folder, language),
            LATIN,
            0.3 if language != "japanese" else 0.1,
        )
    native = {"russian": CYRILLIC, "arabic": ARABIC, "chinese": SYLLABLES, "japanese": HEARD}
    grouped = {language: samples.by_latin(folder, language) for language in native}
    for one, other in combinations(native, 2):
        if (native[one], native[other]) in PAIRS:
            _joined(found, grouped[one], grouped[other], native[one], native[other])
    for language in ("russian", "arabic"):
        _variants(found, grouped[language], native[language], 0.5)
    _schemes(found)
    _han(found)
    _ukrainian(found)
    for code in (LATIN, CYRILLIC, ARABIC):
        for text in list(found.known[code]):
            found.add(code, text, code, text, 0.15)
    return found


def _variants(
    found: Material, groups: dict[str, list[tuple[str, int]]], code: int, weight: float
) -> None:
    """Words that one word of another language stands for are spellings of each other."""
    for group in groups.values():
        texts = sorted({word(text) for text, _ in group} - {""})[:8]
        for a, b in combinations(texts, 2):
            found.add(code, a, code, b, weight / 2)
            found.add(code, b, code, a, weight / 2)


def _joined(
    found: Material,
    ones: dict[str, list[tuple[str, int]]],
    others: dict[str, list[tuple[str, int]]],
    one: int,
    other: int,
) -> None:
    for latin in ones.keys() & others.keys():
        for a, n in ones[latin][:3]:
            for b, m in others[latin][:3]:
                found.add(one, word(a), other, word(b), log1p(min(n, m)))


def _schemes(found: Material) -> None:
    schemes = list(DIFFERENCES)
    for number, cyrillic in enumerate(list(found.known[CYRILLIC])):
        some = [schemes[(number * 7 + step * 3) % len(schemes)] for step in range(8)]
        spelled = sorted({word(romanised(cyrillic, scheme)) for scheme in some} - {""})
        for a in spelled:
            found.add(LATIN, a, CYRILLIC, cyrillic, 0.2)
        for step in (1, 5):
            a, b = spelled[number % len(spelled)], spelled[(number * step + step) % len(spelled)]
            if a != b:
                found.add(LATIN, a, LATIN, b, 0.3)
                found.add(LATIN, b, LATIN, a, 0.3)


def _ukrainian(found: Material) -> None:
    """Names that Russian and Ukrainian spell each in their own way."""
    schemes = ("english", "passport", "ukrainian", "english e", "loose")
    known = list(found.known[CYRILLIC])
    for number, russian in enumerate([*UKRAINIAN, *known[::2]]):
        other, weight = ukrainian(russian), 3.0 if russian in UKRAINIAN else 0.3
        found.add(CYRILLIC, russian, CYRILLIC, other, weight)
        found.add(CYRILLIC, other, CYRILLIC, russian, weight)
        found.known[CYRILLIC][other] += 1
        used = schemes if russian in UKRAINIAN else schemes[number % 5 :][:1]
        heard = [other, other.replace("е", "є", 1)] if number % 3 == 0 else [other]
        for source, written in product((russian, other), (*heard, russian)):
            for scheme in used:
                latin = word(romanised(source, scheme))
                if latin and (source, written) != (russian, russian):
                    found.add(LATIN, latin, CYRILLIC, written, weight / 3 / len(used))
        for spelled in heard[1:]:
            found.add(CYRILLIC, russian, CYRILLIC, spelled, weight / 3)
            found.add(CYRILLIC, spelled, CYRILLIC, russian, weight / 3)


def _han(found: Material) -> None:
    """Characters read by the book: pinyin, Wade-Giles, and Hong Kong's ways with Cantonese."""
    characters = sorted({one for text in found.known[SYLLABLES] for one in text})
    spelled = {one: syllables(one) for one in characters}
    for number, one in enumerate(characters):
        other = characters[number * 7919 % len(characters)]
        for system, weight in ((str, 1.0), (wade_giles, 0.4)):
            sounds = [system("".join(spelled[part][0])) for part in (one, other)]
            found.add(LATIN, sounds[0], PINYIN, one, weight)
            found.add(LATIN, "".join(sounds), PINYIN, one + other, weight)
        cantonese = [initial_and_final(part, ALPHABETS[JYUTPING]) for part in spelled[one][1][:1]]
        found.known[JYUTPING][one] += 1
        found.known[PINYIN][one] += 1
        for pieces in cantonese:
            first = pieces[0] if len(pieces) > 1 and pieces[0][0] not in "aeiou" else ""
            ways = hong_kong(first, "".join(pieces[bool(first) :]))
            for way in ways:
                found.add(LATIN, way, JYUTPING, one, 0.6 / len(ways))


def hebrew(table: Table) -> Table:
    """Hebrew from what was learnt for Arabic: each letter answers as its cousins do, mixed."""
    cousins = dict(
        zip(
            "אבגדהוזחטיכלמנסעפצקרשת",
            (
                "ا,أ",
                "ب,و",
                "ج,گ",
                "د",
                "ه,ة",
                "و",
                "ز",
                "ح,خ",
                "ط",
                "ي,ى",
                "ك,خ",
                "ل",
                "م",
                "ن",
                "س",
                "ع",
                "پ,ف",
                "ص,تس",
                "ق",
                "ر",
                "ش,س",
                "ت,ث",
            ),
            strict=True,
        )
    )
    arabic, letters = ALPHABETS[ARABIC], ALPHABETS[HEBREW].letters
    rows = [
        [arabic.place[one] for one in cousins[letter].split(",") if one in arabic.place]
        for letter in letters
    ]
    both = np.stack([table.both[:, row].mean(1) for row in rows], 1)
    second = np.stack([table.second[:, row].mean(1) for row in rows], 1)
    return Table(both, table.first, second, table.expected)


def digest(arrays: dict[str, NDArray[np.generic]]) -> str:
    made = sha256()
    for name in sorted(arrays):
        made.update(name.encode() + arrays[name].tobytes())
    return made.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--everything", action="store_true", help="hold no row back: for release")
    given = parser.parse_args()
    found = material(given.data)
    from training.names.aligning import align, cantonese

    cantonese(found, samples.pairs(given.data / "pairs_open.tsv"), given.everything)
    shares, neighbours = {}, {}
    for code in range(len(ALPHABETS)):
        shares[code], neighbours[code] = chance(code, found.known[code])
    tables = {}
    for one, other in PAIRS:
        print(ALPHABETS[one].code, ALPHABETS[other].code, len(found.words[one, other]), flush=True)
        tables[one, other] = learn(one, other, found.words[one, other], shares)
    tables[LATIN, HEBREW] = hebrew(tables[LATIN, ARABIC])
    tables[CYRILLIC, HEBREW] = hebrew(tables[CYRILLIC, ARABIC])
    save(given.out, tables, neighbours, shares)
    if align(found, samples.pairs(given.data / "pairs_open.tsv"), given.everything):
        for one, other in ((LATIN, LATIN), (LATIN, ARABIC)):
            print(
                "again:", ALPHABETS[one].code, ALPHABETS[other].code, len(found.words[one, other])
            )
            tables[one, other] = learn(one, other, found.words[one, other], shares)
        tables[LATIN, HEBREW] = hebrew(tables[LATIN, ARABIC])
        save(given.out, tables, neighbours, shares)


def save(
    folder: Path,
    tables: dict[tuple[int, int], Table],
    neighbours: dict[int, NDArray[np.float32]],
    shares: dict[int, NDArray[np.float64]],
) -> None:
    """Logarithms in half precision; -inf forbids."""
    arrays: dict[str, NDArray[np.generic]] = {
        f"n{code}": table.astype(np.float16) for code, table in neighbours.items()
    }
    for code, share in shares.items():
        arrays[f"s{code}"] = share[: len(ALPHABETS[code].letters)].astype(np.float32)
    with np.errstate(divide="ignore"):
        for (one, other), table in tables.items():
            for name, values in (("b", table.both), ("x", table.first), ("y", table.second)):
                arrays[f"e{one}_{other}"] = np.float32(table.expected)
                arrays[f"{name}{one}_{other}"] = np.log(values).astype(np.float16)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "edits.npz", **arrays)  # type: ignore[arg-type]
    (folder / "edits.toml").write_text(f'format = 1\nsha256 = "{digest(arrays)}"\n')


if __name__ == "__main__":
    main()
