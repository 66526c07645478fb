"""Which parts of two names answer each other: the best assignment, with joins and splits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.names.compiling import inner_numeric
from tocsin.names.laying import join
from tocsin.names.native import (
    NEVER,
    TOKENS,
    WAYS,
    Floats,
    Ints,
    Scratch,
    Side,
    Tables,
    Wide,
    compare_spans,
)  # fmt: skip

SPELLED, INITIAL, NICKNAME, EQUAL = 0, 1, 2, 3  # how two parts answer each other
MOST = 8  # words of the shorter name that are assigned
PARTS = 10
KNOWN = 128  # answers of each word of a name that are kept for the next name
_ENOUGH = 0.8  # nats below which parts do not answer each other
_JOIN_COST = 1.0
# A span of the first name and one of the second: how many words of each.
SHAPES = np.array([[1, 1], [1, 2], [2, 1], [1, 3], [3, 1]], np.int32)


class Board(NamedTuple):
    """Room for one pair. `nats`, `improbable`, `how`, `way` (shapes, first, second): how far spans
    answer each other; `shapes` (1,): how many shapes can be taken at all. `best`, `choice`: the
    assignment. `found` (1,): how many parts answer each other; of each its `place` (PARTS, 4),
    first word and words of either name, and `part_*` (PARTS,). `query` (1,): the number of the name
    that is asked for; `known` (words, KNOWN): that and the word whose `answer` is kept."""

    nats: Floats
    improbable: Floats
    how: Ints
    way: Ints
    shapes: Ints
    best: Wide
    choice: Ints
    found: Ints
    place: Ints
    part_shape: Ints
    part_how: Ints
    part_nats: Floats
    part_improbable: Floats
    part_rarity: Floats
    rest: Floats
    figures: Floats
    query: NDArray[np.int64]
    known: NDArray[np.int64]
    answer: Wide


def board(figures: int) -> Board:
    shape = (5, TOKENS, TOKENS)
    return Board(
        np.zeros(shape, np.float32),
        np.zeros(shape, np.float32),
        np.zeros(shape, np.int32),
        np.zeros(shape, np.int32),
        np.zeros(1, np.int32),
        np.zeros((TOKENS + 4, 1 << MOST)),
        np.zeros((TOKENS + 4, 1 << MOST), np.int32),
        np.zeros(1, np.int32),
        np.zeros((PARTS, 4), np.int32),
        np.zeros(PARTS, np.int32),
        np.zeros(PARTS, np.int32),
        np.zeros(PARTS, np.float32),
        np.zeros(PARTS, np.float32),
        np.zeros(PARTS, np.float32),
        np.zeros((2, 9), np.float32),
        np.zeros(figures, np.float32),
        np.zeros(1, np.int64),
        np.zeros((TOKENS, KNOWN), np.int64),
        np.zeros((TOKENS, KNOWN, 4)),
    )


@inner_numeric
def share_symbol(a: Side, i: int, b: Side, j: int, turned: int) -> bool:
    """Whether two words may be one name or nickname; symbols are sorted.

    `turned`: bits that word i's are given before, such as those that make a name a patronymic.
    """
    p, q = 0, 0
    while p < a.known[i] and q < b.known[j]:
        one, other = a.symbols[i, p] | turned, b.symbols[j, q]
        if one == other:
            return True
        if one < other:
            p += 1
        else:
            q += 1
    return False


@inner_numeric
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


@inner_numeric
def compare_words(
    a: Side, i: int, b: Side, j: int, tables: Tables, room: Scratch, out: Board
) -> None:
    """Fill the board for word i of one name against word j of the other."""
    out.nats[0, i, j], out.improbable[0, i, j], out.how[0, i, j] = NEVER, 1.0, SPELLED
    if a.kind[i] == 1 or b.kind[j] == 1:
        if a.fact[i, 0] & b.fact[j, 0]:
            out.nats[0, i, j] = 2.6 if a.kind[i] == b.kind[j] else 2.0
            out.improbable[0, i, j], out.how[0, i, j] = 2.6, INITIAL
        return
    same = share_symbol(a, i, b, j, 0)
    if not same and apart(a.fact[i, 1], b.fact[j, 1]):
        return
    compare_spans(a, i, b, j, tables, room)
    nats, improbable = room.pair[0], room.pair[1]
    out.way[0, i, j] = int(room.pair[2]) * WAYS + int(room.pair[3])
    if a.fact[i, 2] == b.fact[j, 2]:
        out.how[0, i, j] = EQUAL
    elif same:
        nats = max(nats, 0.55 * improbable)
        out.how[0, i, j] = NICKNAME
    out.nats[0, i, j], out.improbable[0, i, j] = nats, improbable


@inner_numeric
def recall(a: Side, i: int, b: Side, j: int, tables: Tables, room: Scratch, out: Board) -> None:
    """`compare_words`, asked once of each word that several names share."""
    if a.kind[i] == 1 or b.kind[j] == 1:
        compare_words(a, i, b, j, tables, room, out)
        return
    word = b.word[j]
    key, slot = out.query[0] << 31 | word, word % KNOWN
    if out.known[i, slot] == key:
        out.nats[0, i, j] = out.answer[i, slot, 0]
        out.improbable[0, i, j] = out.answer[i, slot, 1]
        out.how[0, i, j] = int(out.answer[i, slot, 2])
        out.way[0, i, j] = int(out.answer[i, slot, 3])
        return
    compare_words(a, i, b, j, tables, room, out)
    out.known[i, slot] = key
    out.answer[i, slot, 0] = out.nats[0, i, j]
    out.answer[i, slot, 1] = out.improbable[0, i, j]
    out.answer[i, slot, 2] = out.how[0, i, j]
    out.answer[i, slot, 3] = out.way[0, i, j]


@inner_numeric
def compare_joins(a: Side, b: Side, tables: Tables, room: Scratch, out: Board) -> None:
    """Fill the board for neighbours in one name against a word of the other that may be theirs."""
    out.shapes[0] = 1
    for shape in range(1, 5):
        wide, broad = SHAPES[shape, 0], SHAPES[shape, 1]
        for i in range(a.words[0] - wide + 1):
            for j in range(b.words[0] - broad + 1):
                out.nats[shape, i, j] = NEVER
                if settled(out, i, wide, j, broad) or unlike(a, i, wide, b, j, broad):
                    continue
                s, t = (wide - 1) * TOKENS + i, (broad - 1) * TOKENS + j
                if a.ways[s] < 0:
                    join(a, i, wide, tables)
                if b.ways[t] < 0:
                    join(b, j, broad, tables)
                compare_spans(a, s, b, t, tables, room)
                out.nats[shape, i, j] = room.pair[0] - _JOIN_COST
                out.improbable[shape, i, j] = room.pair[1]
                out.how[shape, i, j] = SPELLED
                out.way[shape, i, j] = int(room.pair[2]) * WAYS + int(room.pair[3])
                if out.nats[shape, i, j] >= _ENOUGH:
                    out.shapes[0] = shape + 1


@inner_numeric
def settled(out: Board, i: int, wide: int, j: int, broad: int) -> bool:
    """Whether one of the words to be joined answers a single word well already."""
    for k in range(wide):
        for m in range(broad):
            if out.nats[0, i + k, j + m] > 0.8 * out.improbable[0, i + k, j + m]:
                return True
    return False


@inner_numeric
def unlike(a: Side, i: int, wide: int, b: Side, j: int, broad: int) -> bool:
    """Whether neighbours begin, end or sound otherwise, or are so much longer, that they cannot
    be one word."""
    weight_a, weight_b = improbability(a, i, wide), improbability(b, j, broad)
    if weight_a > 2.2 * weight_b + 3.0 or weight_b > 2.2 * weight_a + 3.0:
        return True
    one, other = together(a, i, wide), together(b, j, broad)
    for shift in (8, 16):
        first, second = one >> shift & 255, other >> shift & 255
        if first and second and first & second == 0:
            return True
    return apart(one, other)


@inner_numeric
def improbability(side: Side, start: int, count: int) -> float:
    """Of neighbours in one."""
    weight = 0.0
    for place in range(start, start + count):
        weight += float(side.improbable[place, 0])
    return weight


@inner_numeric
def together(side: Side, start: int, count: int) -> int:
    """Classes of consonants of neighbours in one."""
    bits, first, last = 0, 0, 0
    for place in range(start, start + count):
        held = side.fact[place, 1]
        bits |= held & 255
        if not first:
            first = held >> 8 & 255
        if held >> 16 & 255:
            last = held >> 16 & 255
    return bits | first << 8 | last << 16


@inner_numeric
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
            for shape in range(out.shapes[0]):
                wide = SHAPES[shape, 1] if flip else SHAPES[shape, 0]
                broad = SHAPES[shape, 0] if flip else SHAPES[shape, 1]
                if i + wide > rows:
                    continue
                for j in range(columns - broad + 1):
                    taken = ((1 << broad) - 1) << j
                    if mask & taken:
                        continue
                    nats = out.nats[shape, j, i] if flip else out.nats[shape, i, j]
                    if nats >= _ENOUGH and here + nats > out.best[i + wide, mask | taken]:
                        out.best[i + wide, mask | taken] = here + nats
                        out.choice[i + wide, mask | taken] = shape * 64 + j + 1


@inner_numeric
def collect(a: Side, b: Side, out: Board, flip: bool) -> None:
    """Read the best assignment back into the parts, from the last to the first."""
    i, columns = a.words[0], b.words[0]
    if flip:
        i, columns = columns, i
    mask, best = 0, -1.0
    for one in range(1 << min(columns, MOST)):
        if out.best[i, one] > best:
            best, mask = out.best[i, one], one
    number = 0
    while i > 0:
        choice = out.choice[i, mask]
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
        keep(a, b, out, number, shape, j if flip else i, i if flip else j)
        number += 1
    out.found[0] = number


@inner_numeric
def keep(a: Side, b: Side, out: Board, number: int, shape: int, i: int, j: int) -> None:
    wide, broad = SHAPES[shape, 0], SHAPES[shape, 1]
    out.place[number, 0], out.place[number, 1] = i, wide
    out.place[number, 2], out.place[number, 3] = j, broad
    out.part_shape[number] = shape
    out.part_how[number] = out.how[shape, i, j]
    out.part_nats[number] = out.nats[shape, i, j]
    out.part_improbable[number] = out.improbable[shape, i, j]
    out.part_rarity[number] = min(rarest(a, i, wide), rarest(b, j, broad))


@inner_numeric
def rarest(side: Side, start: int, count: int) -> float:
    """The rarity of the rarest of some neighbours."""
    found = 0.0
    for place in range(start, start + count):
        found = max(found, side.rarity[place])
    return found


@inner_numeric
def align(a: Side, b: Side, tables: Tables, room: Scratch, out: Board) -> None:
    """Which parts of one name answer parts of the other."""
    for i in range(a.words[0]):
        for j in range(b.words[0]):
            recall(a, i, b, j, tables, room, out)
    compare_joins(a, b, tables, room, out)
    flip = a.words[0] < b.words[0]
    assign(a.words[0], b.words[0], out, flip)
    collect(a, b, out, flip)
