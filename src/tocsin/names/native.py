"""How much likelier two spellings are as one word: the loops over edits, over plain arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.names.compiling import bundling, inner_numeric, numeric

Floats = NDArray[np.float32]
Wide = NDArray[np.float64]
Units = NDArray[np.int16]
Ints = NDArray[np.int32]
Bytes = NDArray[np.uint8]

TOKENS = 16  # of a name
SPANS = 3 * TOKENS  # one, two or three neighbours, by their first
WAYS = 4  # to spell a span
LONGEST = 24  # letters of a span that are compared
MOST_SYMBOLS = 24  # of a word
NEVER = -30.0
bundled = bundling()


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
    """Every different word once: its rarity (nats), `fact` (words, 3): the letters it may begin
    with (bits of a to z), its classes of consonants (bits; 8 and 16 bits up those of its first and
    last) and a hash of its canonical form; its symbols, and the ways to spell it: alphabet,
    `weight` (ways, 2): how improbable they are (nats) and by how much less than their letters in
    any order, and `letters` (letters, 5): units by their first letter and length, and the length
    of the longest less one."""

    rarity: Floats
    fact: Ints
    symbol_begin: Ints
    symbols: Ints
    way_begin: Ints
    alphabet: Bytes
    weight: Floats
    letter_begin: Ints
    letters: Units


class Names(NamedTuple):
    """Names as runs of words (`word`, `kind`) from `begin[n]` up to `begin[n + 1]`."""

    begin: Ints
    word: Ints
    kind: Bytes


class Side(NamedTuple):
    """Room for one name laid out. `words` (1,): how many. Of each its number, kind, `fact`, rarity,
    symbols; of each span how many ways it is spelled (-1: not yet asked), and of each way its
    alphabet, how many units, its improbability and usualness, and the units."""

    words: Ints
    word: Ints
    kind: Ints
    fact: Ints
    rarity: Floats
    known: Ints
    symbols: Ints
    ways: Ints
    alphabet: Ints
    size: Ints
    improbable: Floats
    usual: Floats
    units: Units


def side() -> Side:
    shape = (SPANS, WAYS)
    return Side(
        np.zeros(1, np.int32),
        np.zeros(TOKENS, np.int32),
        np.zeros(TOKENS, np.int32),
        np.zeros((TOKENS, 3), np.int32),
        np.zeros(TOKENS, np.float32),
        np.zeros(TOKENS, np.int32),
        np.zeros((TOKENS, MOST_SYMBOLS), np.int32),
        np.zeros(SPANS, np.int32),
        np.zeros(shape, np.int32),
        np.zeros(shape, np.int32),
        np.zeros(shape, np.float32),
        np.zeros(shape, np.float32),
        np.zeros((SPANS * WAYS * LONGEST, 5), np.int16),
    )


class Scratch(NamedTuple):
    """Room for one comparison of spellings. `row`, `back` ((LONGEST + 1) ** 2,): the cells and
    where each was reached from; `pair` (4,): what came of it."""

    row: Wide
    back: Ints
    pair: Wide


def scratch() -> Scratch:
    cells = (LONGEST + 1) ** 2
    return Scratch(np.zeros(cells), np.zeros(cells, np.int32), np.zeros(4))


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


@inner_numeric
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


@inner_numeric
def compare_ways(
    a: Side, s: int, k: int, b: Side, t: int, m: int, tables: Tables, room: Scratch
) -> float:
    """Nats for one word, of one way to spell either span."""
    held = tables.number[a.alphabet[s, k], b.alphabet[t, m]]
    x, nx = (s * WAYS + k) * LONGEST, a.size[s, k]
    y, ny = (t * WAYS + m) * LONGEST, b.size[t, m]
    usual = a.usual[s, k] + b.usual[t, m]
    hope = min(a.improbable[s, k] + a.usual[s, k], b.improbable[t, m] + b.usual[t, m])
    at = abs(held) - 1
    table, first, second = tables.table[at], tables.first[at], tables.second[at]
    if held < 0:
        a, x, nx, b, y, ny = b, y, ny, a, x, nx
    ratio = likelihood(a.units, x, nx, b.units, y, ny, table, first, second, hope, room.row)
    if ratio < 1e-12:
        return NEVER
    return float(max(np.log(ratio) - usual, NEVER))


@inner_numeric
def compare_spans(a: Side, s: int, b: Side, t: int, tables: Tables, room: Scratch) -> None:
    """`pair[0]`: nats for one word over the best ways; `pair[1]`: the improbability of the two,
    the lesser, that goes with it; `pair[2:4]`: which ways they are. The Roman way stands in
    where no table fits."""
    best, improbable, fits = NEVER, 1.0, False
    room.pair[2], room.pair[3] = 0.0, 0.0
    for k in range(a.ways[s]):
        for m in range(b.ways[t]):
            number = tables.number[a.alphabet[s, k], b.alphabet[t, m]]
            if a.alphabet[s, k] == 8 or b.alphabet[t, m] == 8 or number == 0:
                continue
            nats = compare_ways(a, s, k, b, t, m, tables, room)
            if not fits or nats > best:
                expected = tables.expected[abs(number) - 1]
                improbable = min(a.improbable[s, k], b.improbable[t, m]) * expected
                best, room.pair[2], room.pair[3] = nats, k, m
            fits = True
    if not fits and a.ways[s] and b.ways[t]:
        k, m = a.ways[s] - 1, b.ways[t] - 1
        room.pair[2], room.pair[3] = k, m
        number = tables.number[a.alphabet[s, k], b.alphabet[t, m]]
        if number:
            best = compare_ways(a, s, k, b, t, m, tables, room)
            expected = tables.expected[abs(number) - 1]
            improbable = min(a.improbable[s, k], b.improbable[t, m]) * expected
    room.pair[0] = best
    room.pair[1] = improbable


@inner_numeric
def strain(
    xs: Units, x0: int, nx: int, ys: Units, y0: int, ny: int,
    table: Floats, dx: Floats, dy: Floats, room: Scratch,
) -> None:  # fmt: skip
    """Along the likeliest alignment: `pair[2]`, the sum of the nats of all edits that speak against
    one word, and `pair[3]`, the worst of them."""
    width, row, back = ny + 1, room.row, room.back
    for at in range((nx + 1) * width):
        row[at] = 0.0
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
    follow(row, back, nx * width + ny, width, room.pair)


@inner_numeric
def follow(row: Wide, back: Ints, at: int, width: int, pair: Wide) -> None:
    """Go back along the likeliest alignment, and add up what spoke against it."""
    pair[2], pair[3] = 0.0, 0.0
    while at > 0 and row[at] > 0.0:
        step = back[at]
        before = at - width if step == 16 else (at - 1 if step == 17 else 0)
        if step < 16:
            before = at - (step // 4 + 1) * width - step % 4 - 1
        nats = np.log(row[at] / row[before])
        if nats < 0.0:
            pair[2] += nats
            pair[3] = min(pair[3], nats)
        at = before


@inner_numeric
def better(row: Wide, back: Ints, at: int, value: float, step: int) -> None:
    if value > row[at]:
        row[at] = value
        back[at] = step


@inner_numeric
def edge(place: int, size: int) -> int:
    """Whether a letter is the first, one between, or the last."""
    return 0 if place == 0 else (2 if place == size - 1 else 1)


@inner_numeric
def strain_spans(
    a: Side, s: int, k: int, b: Side, t: int, m: int, tables: Tables, room: Scratch
) -> None:
    """`strain` of two spans by ways k and m."""
    held = tables.number[a.alphabet[s, k], b.alphabet[t, m]]
    x, nx = (s * WAYS + k) * LONGEST, a.size[s, k]
    y, ny = (t * WAYS + m) * LONGEST, b.size[t, m]
    if held == 0:
        room.pair[2], room.pair[3] = NEVER, NEVER
        return
    at = abs(held) - 1
    table, first, second = tables.table[at], tables.first[at], tables.second[at]
    if held < 0:
        a, x, nx, b, y, ny = b, y, ny, a, x, nx
    strain(a.units, x, nx, b.units, y, ny, table, first, second, room)
