"""Which parts of two names answer each other: the best assignment, with joins and splits."""

from typing import NamedTuple

import numpy as np

from tocsin.names.compiling import numeric
from tocsin.names.native import (
    NEVER,
    TOKENS,
    Floats,
    Ints,
    Names,
    Spelled,
    Tables,
    Wide,
    Words,
    compare_spans,
    spell_span,
)  # fmt: skip

SPELLED, INITIAL, NICKNAME, EQUAL = 0, 1, 2, 3  # how two parts answer each other
MOST = 8  # words of the shorter name that are assigned
PARTS = 10
_ENOUGH = 0.8  # nats below which parts do not answer each other
_JOIN_COST = 1.0
# A span of the first name and one of the second: how many words of each.
SHAPES = np.array([[1, 1], [1, 2], [2, 1], [1, 3], [3, 1]], np.int32)


class Board(NamedTuple):
    """Room for one pair. `nats`, `improbable`, `how`, `way` (shapes, first, second)."""

    nats: Floats
    improbable: Floats
    how: Ints
    way: Ints
    best: Wide
    choice: Ints
    row: Wide
    back: Ints
    pair: Wide


class Parts(NamedTuple):
    """What answers what: `place` (PARTS, 4): first word and words of either name; `shape`, `how`,
    `nats`, `improbable`, `rarity` (PARTS,)."""

    place: Ints
    shape: Ints
    how: Ints
    nats: Floats
    improbable: Floats
    rarity: Floats


def board() -> Board:
    shape = (5, TOKENS, TOKENS)
    return Board(
        np.zeros(shape, np.float32),
        np.zeros(shape, np.float32),
        np.zeros(shape, np.int32),
        np.zeros(shape, np.int32),
        np.zeros((TOKENS + 4, 1 << MOST)),
        np.zeros((TOKENS + 4, 1 << MOST), np.int32),
        np.zeros(25 * 25),
        np.zeros(25 * 25, np.int32),
        np.zeros(4),
    )


def parts() -> Parts:
    return Parts(
        np.zeros((PARTS, 4), np.int32),
        np.zeros(PARTS, np.int32),
        np.zeros(PARTS, np.int32),
        np.zeros(PARTS, np.float32),
        np.zeros(PARTS, np.float32),
        np.zeros(PARTS, np.float32),
    )


@numeric
def share_symbol(a: Words, one: int, b: Words, other: int) -> bool:
    """Whether two words may be one name or nickname; symbols are sorted."""
    i, j = a.symbol_begin[one], b.symbol_begin[other]
    while i < a.symbol_begin[one + 1] and j < b.symbol_begin[other + 1]:
        if a.symbols[i] == b.symbols[j]:
            return True
        if a.symbols[i] < b.symbols[j]:
            i += 1
        else:
            j += 1
    return False


@numeric
def apart(one: int, other: int) -> bool:
    """Whether two words' coarse consonants rule out that they are one: hardly any in common, or
    neither the first nor the last."""
    if one == 0 or other == 0:
        return False
    common = one & other
    if common >> 8 & 255 == 0 and common >> 16 & 255 == 0:
        return True
    differing, common = (one ^ other) & 255, common & 255
    count = 0
    while differing:
        differing &= differing - 1
        count += 1
    return common == 0 or count >= 3


@numeric
def compare_words(
    a: Words,
    m: Names,
    sa: Spelled,
    x: int,
    i: int,
    b: Words,
    n: Names,
    sb: Spelled,
    y: int,
    j: int,
    tables: Tables,
    out: Board,
) -> None:
    """Fill the board for word i of name x against word j of name y."""
    p, q = m.begin[x] + i, n.begin[y] + j
    one, other = m.word[p], n.word[q]
    out.nats[0, i, j], out.improbable[0, i, j], out.how[0, i, j] = NEVER, 1.0, SPELLED
    if m.kind[p] == 1 or n.kind[q] == 1:
        if a.first[one] & b.first[other]:
            out.nats[0, i, j] = 2.6 if m.kind[p] == n.kind[q] else 2.0
            out.improbable[0, i, j], out.how[0, i, j] = 2.6, INITIAL
        return
    same = share_symbol(a, one, b, other)
    if not same and apart(a.classes[one], b.classes[other]):
        return
    compare_spans(sa, i, sb, j, tables, out.row, out.pair)
    nats, improbable = out.pair[0], out.pair[1]
    out.way[0, i, j] = int(out.pair[2]) * 4 + int(out.pair[3])
    if a.same[one] == b.same[other]:
        out.how[0, i, j] = EQUAL
    elif same:
        nats = max(nats, 0.55 * improbable)
        out.how[0, i, j] = NICKNAME
    out.nats[0, i, j], out.improbable[0, i, j] = nats, improbable


@numeric
def compare_joins(
    a: Words, m: Names, sa: Spelled, x: int, count_a: int,
    b: Words, n: Names, sb: Spelled, y: int, count_b: int, tables: Tables, out: Board,
) -> None:  # fmt: skip
    """Fill the board for neighbours written together on one side."""
    for shape in range(1, 5):
        wide, broad = SHAPES[shape, 0], SHAPES[shape, 1]
        for i in range(count_a):
            for j in range(count_b):
                out.nats[shape, i, j] = NEVER
                if i + wide > count_a or j + broad > count_b:
                    continue
                p, q = m.begin[x] + i, n.begin[y] + j
                if settled(out, i, wide, j, broad) or unlike(a, m, p, wide, b, n, q, broad):
                    continue
                s, t = (wide - 1) * TOKENS + i, (broad - 1) * TOKENS + j
                if sa.ways[s] < 0:
                    spell_span(a, m.word, p, wide, s, tables, sa)
                if sb.ways[t] < 0:
                    spell_span(b, n.word, q, broad, t, tables, sb)
                compare_spans(sa, s, sb, t, tables, out.row, out.pair)
                out.nats[shape, i, j] = out.pair[0] - _JOIN_COST
                out.improbable[shape, i, j] = out.pair[1]
                out.how[shape, i, j] = SPELLED
                out.way[shape, i, j] = int(out.pair[2]) * 4 + int(out.pair[3])


@numeric
def settled(out: Board, i: int, wide: int, j: int, broad: int) -> bool:
    """Whether one of the words to be joined answers a single word well already."""
    for k in range(wide):
        for m in range(broad):
            if out.nats[0, i + k, j + m] > 0.8 * out.improbable[0, i + k, j + m]:
                return True
    return False


@numeric
def unlike(a: Words, m: Names, p: int, wide: int, b: Words, n: Names, q: int, broad: int) -> bool:
    """Whether neighbours begin, end or sound otherwise, or are so much longer, that they cannot
    be one word."""
    one, weight_a = together(a, m, p, wide)
    other, weight_b = together(b, n, q, broad)
    if weight_a > 2.2 * weight_b + 3.0 or weight_b > 2.2 * weight_a + 3.0:
        return True
    for shift in (8, 16):
        first, second = one >> shift & 255, other >> shift & 255
        if first and second and first & second == 0:
            return True
    return apart(one, other)


@numeric
def together(words: Words, names: Names, start: int, count: int) -> tuple[int, float]:
    """Classes of consonants and improbability of neighbours in one."""
    bits, first, last, weight = 0, 0, 0, 0.0
    for place in range(start, start + count):
        word = names.word[place]
        held = words.classes[word]
        bits |= held & 255
        if not first:
            first = held >> 8 & 255
        if held >> 16 & 255:
            last = held >> 16 & 255
        weight += words.improbable[words.way_begin[word]]
    return bits | first << 8 | last << 16, weight


@numeric
def assign(count_a: int, count_b: int, out: Board, flip: bool) -> None:
    """The best assignment by dynamic programming over the words of the shorter name that are
    taken; `flip`: that is the first name. `choice`: shape * 64 + place + 1, or 0 to go on."""
    rows, columns = (count_b, count_a) if flip else (count_a, count_b)
    columns = min(columns, MOST)
    masks = 1 << columns
    for i in range(rows + 4):
        for mask in range(masks):
            out.best[i, mask] = -1.0
    out.best[0, 0] = 0.0
    for i in range(rows):
        for mask in range(masks):
            here = out.best[i, mask]
            if here < 0.0:
                continue
            if here > out.best[i + 1, mask]:
                out.best[i + 1, mask] = here
                out.choice[i + 1, mask] = 0
            for shape in range(5):
                wide = SHAPES[shape, 1] if flip else SHAPES[shape, 0]
                broad = SHAPES[shape, 0] if flip else SHAPES[shape, 1]
                if i + wide > rows:
                    continue
                for j in range(columns - broad + 1):
                    taken = ((1 << broad) - 1) << j
                    if mask & taken:
                        continue
                    nats = out.nats[shape, j, i] if flip else out.nats[shape, i, j]
                    if nats < _ENOUGH:
                        continue
                    if here + nats > out.best[i + wide, mask | taken]:
                        out.best[i + wide, mask | taken] = here + nats
                        out.choice[i + wide, mask | taken] = shape * 64 + j + 1


@numeric
def collect(
    a: Words,
    m: Names,
    x: int,
    count_a: int,
    b: Words,
    n: Names,
    y: int,
    count_b: int,
    board: Board,
    flip: bool,
    out: Parts,
) -> int:
    """Read the best assignment back into `out`, from the last part to the first; how many."""
    i, columns = (count_b, count_a) if flip else (count_a, count_b)
    mask, best = 0, -1.0
    for one in range(1 << min(columns, MOST)):
        if board.best[i, one] > best:
            best, mask = board.best[i, one], one
    number = 0
    while i > 0:
        choice = board.choice[i, mask]
        if choice == 0:
            i -= 1
            continue
        shape, j = (choice - 1) // 64, (choice - 1) % 64
        wide = SHAPES[shape, 1] if flip else SHAPES[shape, 0]
        broad = SHAPES[shape, 0] if flip else SHAPES[shape, 1]
        i -= wide
        mask &= ~(((1 << broad) - 1) << j)
        if number == PARTS:
            continue
        first, second = (j, i) if flip else (i, j)
        out.place[number, 0], out.place[number, 1] = first, SHAPES[shape, 0]
        out.place[number, 2], out.place[number, 3] = second, SHAPES[shape, 1]
        out.shape[number] = shape
        out.how[number] = board.how[shape, first, second]
        out.nats[number] = board.nats[shape, first, second]
        out.improbable[number] = board.improbable[shape, first, second]
        out.rarity[number] = min(
            rarest(a, m, m.begin[x] + first, SHAPES[shape, 0]),
            rarest(b, n, n.begin[y] + second, SHAPES[shape, 1]),
        )
        number += 1
    return number


@numeric
def rarest(words: Words, names: Names, start: int, count: int) -> float:
    """The rarity of the rarest of some neighbours."""
    found = 0.0
    for place in range(start, start + count):
        found = max(found, words.rarity[names.word[place]])
    return found


@numeric
def align(
    a: Words,
    m: Names,
    sa: Spelled,
    x: int,
    count_a: int,
    b: Words,
    n: Names,
    sb: Spelled,
    y: int,
    count_b: int,
    tables: Tables,
    board: Board,
    out: Parts,
) -> int:
    """How many parts of name x answer parts of name y, laid into `out`."""
    for i in range(count_a):
        for j in range(count_b):
            compare_words(a, m, sa, x, i, b, n, sb, y, j, tables, board)
    compare_joins(a, m, sa, x, count_a, b, n, sb, y, count_b, tables, board)
    flip = count_a < count_b
    assign(count_a, count_b, board, flip)
    return collect(a, m, x, count_a, b, n, y, count_b, board, flip, out)
