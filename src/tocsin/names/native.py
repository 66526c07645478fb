"""The loops that must be fast, over plain arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.names.compiling import numeric

Floats = NDArray[np.float32]
Wide = NDArray[np.float64]
Units = NDArray[np.int16]
Ints = NDArray[np.int32]
Bytes = NDArray[np.uint8]

TOKENS = 16  # of a name
SPANS = 3 * TOKENS  # one, two or three neighbours, by their first
WAYS = 4  # to spell a span
LONGEST = 24  # letters of a span that are compared
NEVER = -30.0


class Tables(NamedTuple):
    """The edit tables. `table` (tables, units, units), `first`, `second` (tables, 3, units):
    ratios; `number` (alphabets, alphabets): which table, plus 1, negative where it is held the
    other way round, 0 for none; `expected` (tables,): the share of a word's improbability that the
    same word brings in nats. `branch` (alphabets, nodes, letters), `unit` (alphabets, nodes):
    a tree of the groups of letters; 0 and -1 for none."""

    table: Floats
    first: Floats
    second: Floats
    number: Ints
    expected: Floats
    branch: Units
    unit: Units


class Words(NamedTuple):
    """Every different word once: its rarity (nats), the letters it may begin with (bits of a to
    z), its classes of consonants (bits; 8 and 16 bits up those of its first and last), a hash of
    its canonical form, its symbols, and the ways to spell it: alphabet, letters, how improbable
    they are (nats) and by how much less than their letters in any order."""

    rarity: Floats
    first: Ints
    classes: Ints
    same: Ints
    symbol_begin: Ints
    symbols: Ints
    way_begin: Ints
    alphabet: Bytes
    improbable: Floats
    usual: Floats
    letter_begin: Ints
    letters: Bytes


class Names(NamedTuple):
    """Names as runs of words (`word`, `kind`) from `begin[n]` up to `begin[n + 1]`."""

    begin: Ints
    word: Ints
    kind: Bytes


class Spelled(NamedTuple):
    """Room for one name with all its spans spelled out: how many ways, and of each its alphabet,
    how many units, its improbability and usualness."""

    ways: Ints
    alphabet: Ints
    size: Ints
    improbable: Floats
    usual: Floats
    units: Units


def room() -> Spelled:
    shape = (SPANS, WAYS)
    return Spelled(
        np.zeros(SPANS, np.int32),
        np.zeros(shape, np.int32),
        np.zeros(shape, np.int32),
        np.zeros(shape, np.float32),
        np.zeros(shape, np.float32),
        np.full((SPANS * WAYS * LONGEST, 5), -1, np.int16),
    )


@numeric
def likelihood(
    xs: Units, x0: int, nx: int, ys: Units, y0: int, ny: int,
    table: Floats, dx: Floats, dy: Floats, hope: float, row: Wide,
) -> float:  # fmt: skip
    """How much likelier two spellings are as one word than as two: the sum over all alignments.

    `xs`, `ys` (n, 5): units by their first letter and length, and the length of the longest less
    one. `table` (units, units), `dx`, `dy` (3, units; first, middle, last): ratios. `hope`: nats
    that a whole word may bring; 0 comes back as soon as what is left cannot make it likelier.
    `row` ((LONGEST + 1) ** 2,) is scratch.
    """
    width = ny + 1
    for at in range((nx + 1) * width):
        row[at] = 0.0
    row[0] = 1.0
    for i in range(nx + 1):
        if (i == 3 or i == 5) and i < nx - 1:
            reached = 0.0
            for at in range(i * width, min(i + 4, nx + 1) * width):
                reached += row[at]
            if reached * np.exp(hope * (nx - i) / nx + 5.0) < 1.0:
                return 0.0
        edge = 0 if i == 0 else (2 if i == nx - 1 else 1)
        floor = 0.0
        for j in range(width):
            floor = max(floor, row[i * width + j])
        floor *= 1e-6  # what is so much less likely than the best adds nothing
        for j in range(width):
            here = row[i * width + j]
            if here <= floor:
                continue
            if j < ny:
                place = 0 if j == 0 else (2 if j == ny - 1 else 1)
                row[i * width + j + 1] += here * dy[place, ys[y0 + j, 0]]
            if i == nx:
                continue
            row[(i + 1) * width + j] += here * dx[edge, xs[x0 + i, 0]]
            if j == ny:
                continue
            row[(i + 1) * width + j + 1] += here * table[xs[x0 + i, 0], ys[y0 + j, 0]]
            if xs[x0 + i, 4] + ys[y0 + j, 4] > 0:
                widen(xs, x0 + i, ys, y0 + j, here, table, row, i * width + j, width)
    return float(row[nx * width + ny])


@numeric
def widen(
    xs: Units, x: int, ys: Units, y: int, here: float, table: Floats, row: Wide, at: int, width: int
) -> None:
    """Go on from one cell by groups of letters."""
    for k in range(xs[x, 4] + 1):
        u = xs[x, k]
        if u < 0:
            continue
        for m in range(ys[y, 4] + 1):
            v = ys[y, m]
            if v >= 0 and k + m > 0:
                row[at + (k + 1) * width + m + 1] += here * table[u, v]


@numeric
def spell(words: Words, names: Names, name: int, tables: Tables, out: Spelled) -> int:
    """Spell a name's words out into `out`; how many they are. Joins wait until they are asked."""
    begin = names.begin[name]
    count = min(names.begin[name + 1] - begin, TOKENS)
    out.ways[:] = -1
    for start in range(count):
        spell_span(words, names.word, begin + start, 1, start, tables, out)
    return int(count)


@numeric
def spell_span(
    words: Words, run: Ints, start: int, length: int, span: int, tables: Tables, out: Spelled
) -> None:
    """One span in every alphabet that all its words can be spelled in."""
    head = run[start]
    out.ways[span] = 0
    for way in range(words.way_begin[head], words.way_begin[head + 1]):
        alphabet = words.alphabet[way]
        if length > 1 and way > words.way_begin[head] and words.alphabet[way - 1] == alphabet:
            continue  # a second way in one alphabet is for words that stand alone
        place = out.ways[span]
        if place == WAYS:
            break
        at = (span * WAYS + place) * LONGEST
        size = 0
        improbable, usual = 0.0, 0.0
        for part in range(length):
            chosen = way if part == 0 else way_in(words, run[start + part], alphabet)
            if chosen < 0:
                size = -1
                break
            size = lay(words, chosen, out.units, at, size)
            improbable += words.improbable[chosen]
            usual += words.usual[chosen]
        if size > 0:
            group(alphabet, tables, out.units, at, size)
            out.alphabet[span, place] = alphabet
            out.size[span, place] = size
            out.improbable[span, place] = improbable
            out.usual[span, place] = usual
            out.ways[span] = place + 1


@numeric
def way_in(words: Words, word: int, alphabet: int) -> int:
    """The first way of a word in an alphabet, or -1; a Latin word stands as it is for the Roman."""
    for way in range(words.way_begin[word], words.way_begin[word + 1]):
        if words.alphabet[way] == alphabet or (alphabet == 8 and words.alphabet[way] == 0):
            return way
    return -1


@numeric
def lay(words: Words, way: int, units: Units, at: int, size: int) -> int:
    """Put a way's letters behind those that lie there; how many there are now."""
    for place in range(words.letter_begin[way], words.letter_begin[way + 1]):
        if size == LONGEST:
            break
        units[at + size, 0] = words.letters[place]
        size += 1
    return size


@numeric
def group(alphabet: int, tables: Tables, units: Units, at: int, size: int) -> None:
    """Find the groups of two to four letters that begin at each letter."""
    which = 0 if alphabet == 8 else alphabet  # the Roman way is spelled in Latin
    for place in range(size):
        node = tables.branch[which, 0, units[at + place, 0]]
        units[at + place, 1:4] = -1
        units[at + place, 4] = 0
        for wide in range(1, 4):
            if place + wide >= size or node == 0:
                break
            node = tables.branch[which, node, units[at + place + wide, 0]]
            if node and tables.unit[which, node] >= 0:
                units[at + place, wide] = tables.unit[which, node]
                units[at + place, 4] = wide


@numeric
def compare_ways(
    a: Spelled, s: int, k: int, b: Spelled, t: int, m: int, tables: Tables, row: Wide
) -> float:
    """Nats for one word, of one way to spell either span."""
    held = tables.number[a.alphabet[s, k], b.alphabet[t, m]]
    x, nx = (s * WAYS + k) * LONGEST, a.size[s, k]
    y, ny = (t * WAYS + m) * LONGEST, b.size[t, m]
    usual = a.usual[s, k] + b.usual[t, m]
    hope = min(a.improbable[s, k] + a.usual[s, k], b.improbable[t, m] + b.usual[t, m])
    at = abs(held) - 1
    table, first, second = tables.table[at], tables.first[at], tables.second[at]
    if held > 0:
        ratio = likelihood(a.units, x, nx, b.units, y, ny, table, first, second, hope, row)
    else:
        ratio = likelihood(b.units, y, ny, a.units, x, nx, table, first, second, hope, row)
    if ratio < 1e-12:
        return NEVER
    return float(max(np.log(ratio) - usual, NEVER))


@numeric
def strain(
    xs: Units, x0: int, nx: int, ys: Units, y0: int, ny: int,
    table: Floats, dx: Floats, dy: Floats, row: Wide, back: Ints, out: Wide,
) -> None:  # fmt: skip
    """Along the likeliest alignment: `out[2]`, the sum of the nats of all edits that speak against
    one word, and `out[3]`, the worst of them. `back` ((LONGEST + 1) ** 2,) is scratch."""
    width = ny + 1
    row[: (nx + 1) * width] = 0.0
    row[0] = 1.0
    for i in range(nx + 1):
        for j in range(width):
            here, at = row[i * width + j], i * width + j
            if here <= 0.0:
                continue
            if i < nx:
                better(row, back, at + width, here * dx[edge(i, nx), xs[x0 + i, 0]], 16)
            if j < ny:
                better(row, back, at + 1, here * dy[edge(j, ny), ys[y0 + j, 0]], 17)
            if i == nx or j == ny:
                continue
            for k in range(xs[x0 + i, 4] + 1):
                for m in range(ys[y0 + j, 4] + 1):
                    u, v = xs[x0 + i, k], ys[y0 + j, m]
                    if u >= 0 and v >= 0:
                        target = at + (k + 1) * width + m + 1
                        better(row, back, target, here * table[u, v], k * 4 + m)
    out[2], out[3] = 0.0, 0.0
    at = nx * width + ny
    while at > 0 and row[at] > 0.0:
        step = back[at]
        before = at - width if step == 16 else (at - 1 if step == 17 else 0)
        if step < 16:
            before = at - (step // 4 + 1) * width - step % 4 - 1
        nats = np.log(row[at] / row[before])
        if nats < 0.0:
            out[2] += nats
            out[3] = min(out[3], nats)
        at = before


@numeric
def better(row: Wide, back: Ints, at: int, value: float, step: int) -> None:
    if value > row[at]:
        row[at] = value
        back[at] = step


@numeric
def edge(place: int, size: int) -> int:
    """Whether a letter is the first, one between, or the last."""
    return 0 if place == 0 else (2 if place == size - 1 else 1)


@numeric
def strain_spans(
    a: Spelled, s: int, k: int, b: Spelled, t: int, m: int,
    tables: Tables, row: Wide, back: Ints, out: Wide,
) -> None:  # fmt: skip
    """`strain` of two spans by ways k and m."""
    held = tables.number[a.alphabet[s, k], b.alphabet[t, m]]
    x, nx = (s * WAYS + k) * LONGEST, a.size[s, k]
    y, ny = (t * WAYS + m) * LONGEST, b.size[t, m]
    if held == 0:
        out[2], out[3] = NEVER, NEVER
        return
    at = abs(held) - 1
    table, first, second = tables.table[at], tables.first[at], tables.second[at]
    if held > 0:
        strain(a.units, x, nx, b.units, y, ny, table, first, second, row, back, out)
    else:
        strain(b.units, y, ny, a.units, x, nx, table, first, second, row, back, out)


@numeric
def compare_spans(
    a: Spelled, s: int, b: Spelled, t: int, tables: Tables, row: Wide, out: Wide
) -> None:
    """`out[0]`: nats for one word over the best ways; `out[1]`: the improbability of the two,
    the lesser, that goes with it; `out[2:4]`: which ways they are. The Roman way stands in
    where no table fits."""
    best, improbable, fits, held = NEVER, 1.0, False, 0
    out[2], out[3] = 0.0, 0.0
    for k in range(a.ways[s]):
        for m in range(b.ways[t]):
            if a.alphabet[s, k] == 8 or b.alphabet[t, m] == 8:
                continue
            if tables.number[a.alphabet[s, k], b.alphabet[t, m]] == 0:
                continue
            nats = compare_ways(a, s, k, b, t, m, tables, row)
            if not fits or nats > best:
                held = abs(tables.number[a.alphabet[s, k], b.alphabet[t, m]]) - 1
                improbable = min(a.improbable[s, k], b.improbable[t, m]) * tables.expected[held]
                best, out[2], out[3] = nats, k, m
            fits = True
    if not fits and a.ways[s] and b.ways[t]:
        k, m = a.ways[s] - 1, b.ways[t] - 1
        out[2], out[3] = k, m
        if tables.number[a.alphabet[s, k], b.alphabet[t, m]]:
            best = compare_ways(a, s, k, b, t, m, tables, row)
            held = abs(tables.number[a.alphabet[s, k], b.alphabet[t, m]]) - 1
            improbable = min(a.improbable[s, k], b.improbable[t, m]) * tables.expected[held]
    out[0] = best
    out[1] = improbable
