"""What a pair of aligned names looks like in figures, none of which tells the script."""

from typing import Final

from tocsin.names.assigning import (
    EQUAL,
    INITIAL,
    NICKNAME,
    SPELLED,
    Board,
    Parts,
    align,
)  # fmt: skip
from tocsin.names.compiling import numeric
from tocsin.names.native import (
    NEVER,
    TOKENS,
    Floats,
    Names,
    Spelled,
    Tables,
    Words,
    strain_spans,
)

NAMES: Final = (
    "nats", "rarity", "loss", "worst share", "mean share", "rarity of the worst", "greatest loss",
    "parts", "initials", "rarity left, less", "rarity left, more", "left, fewer", "left, more",
    "worst begins otherwise", "closest conflict", "initials left", "joined", "nicknames",
    "equal rarity", "out of order", "patronymic taken for a name", "strain",
    "words, fewer", "words, more", "share of rarity, less", "share of rarity, more",
    "improbability", "poor parts", "best share", "density", "greatest rarity",
    "nats of the worst", "length of the worst", "particles left", "rarity a word",
    "initials for conflicts", "share of the patronymic", "greatest strain", "worst edit",
)  # fmt: skip
COUNT: Final = len(NAMES)
WORD, TITLE, PARTICLE, PATRONYMIC, ASIDE = 0, 2, 3, 4, 5
ONE = 1  # the kind of an initial


@numeric
def core(kind: int) -> bool:
    """Whether a person is told by such a part: a word or a patronymic."""
    return kind in (0, 4)


@numeric
def told(names: Names, start: int, count: int) -> bool:
    """Whether any of some neighbours tells a person."""
    number = 0
    for at in range(start, start + count):
        number += core(names.kind[at])
    return number > 0


@numeric
def matched(
    a: Words, m: Names, sa: Spelled, x: int, b: Words, n: Names, sb: Spelled, y: int,
    tables: Tables, board: Board, found: Parts, number: int, out: Floats,
) -> None:  # fmt: skip
    """The figures of the parts that answer each other."""
    worst, best, total_share, cores = 1.5, -1.0, 0.0, 0
    out[36] = 1.3
    for part in range(number):
        p, q = m.begin[x] + found.place[part, 0], n.begin[y] + found.place[part, 2]
        if found.how[part] == INITIAL:
            out[8] += 1
            out[20] += (m.kind[p] == 4) != (n.kind[q] == 4) and (m.kind[p] != 1 and n.kind[q] != 1)
            continue
        if not (told(m, p, found.place[part, 1]) or told(n, q, found.place[part, 3])):
            continue
        cores += 1
        nats, improbable, rarity = found.nats[part], found.improbable[part], found.rarity[part]
        share = min(nats / max(improbable, 1.0), 1.3)
        out[0] += nats
        out[1] += rarity
        out[2] += min(nats - improbable, 0.0)
        out[6] = min(out[6], nats - improbable)
        total_share += share
        if share < worst:
            worst, out[5], out[31], out[32] = share, rarity, nats, improbable
            out[13] = a.first[m.word[p]] & b.first[n.word[q]] == 0
        if m.kind[p] == 4 and n.kind[q] == 4:
            out[36] = min(out[36], share)
        best = max(best, share)
        if found.how[part] == SPELLED:
            s = (found.place[part, 1] - 1) * TOKENS + found.place[part, 0]
            t = (found.place[part, 3] - 1) * TOKENS + found.place[part, 2]
            i, j = found.place[part, 0], found.place[part, 2]
            way = board.way[found.shape[part], i, j]
            strain_spans(sa, s, way // 4, sb, t, way % 4, tables, board.row, board.back, board.pair)
            out[21] += board.pair[2]
            out[37], out[38] = min(out[37], board.pair[2]), min(out[38], board.pair[3])
        out[16] += found.place[part, 1] + found.place[part, 3] > 2
        out[17] += found.how[part] == NICKNAME
        if found.how[part] == EQUAL:
            out[18] += rarity
        out[20] += (m.kind[p] == 4) != (n.kind[q] == 4)
        out[26] += improbable
        out[27] += share < 0.5
        out[30] = max(out[30], rarity)
    out[3], out[28], out[7] = worst, best, cores
    if cores:
        out[4] = total_share / cores
        out[34] = out[1] / cores


@numeric
def taken(found: Parts, number: int, side: int) -> int:
    """Bits of the words of one name (0 or 1) that answer something."""
    bits = 0
    for part in range(number):
        for step in range(found.place[part, 2 * side + 1]):
            bits |= 1 << (found.place[part, 2 * side] + step)
    return bits


@numeric
def left(words: Words, names: Names, name: int, count: int, bits: int, out: Floats) -> None:
    """Of the words that answer nothing: `out` (6,): their rarity, how many, initials,
    particles, patronymics; and the rarity of all."""
    out[:] = 0.0
    for place in range(count):
        at = names.begin[name] + place
        kind = names.kind[at]
        rarity = words.rarity[names.word[at]]
        if core(kind):
            out[5] += rarity
        if bits >> place & 1:
            continue
        if core(kind):
            out[0] += rarity
            out[1] += 1
            out[4] += kind == 4
        elif kind == 1:
            out[2] += 1
        else:
            out[3] += 1


@numeric
def order(found: Parts, number: int) -> float:
    """The share of pairs of parts that stand the other way round."""
    crossed, pairs = 0.0, 0.0
    for one in range(number):
        for other in range(one):
            pairs += 1
            first = found.place[one, 0] < found.place[other, 0]
            crossed += first != (found.place[one, 2] < found.place[other, 2])
    return crossed / pairs if pairs else 0.0


@numeric
def conflict(
    m: Names,
    x: int,
    taken_a: int,
    count_a: int,
    n: Names,
    y: int,
    taken_b: int,
    count_b: int,
    board: Board,
) -> float:
    """Nats of the likeliest pair among the words left on both sides; NEVER without any."""
    best = NEVER
    for i in range(count_a):
        if taken_a >> i & 1 or not core(m.kind[m.begin[x] + i]):
            continue
        for j in range(count_b):
            if taken_b >> j & 1 or not core(n.kind[n.begin[y] + j]):
                continue
            best = max(best, board.nats[0, i, j])
    return best


@numeric
def figures(
    a: Words, m: Names, sa: Spelled, x: int, count_a: int,
    b: Words, n: Names, sb: Spelled, y: int, count_b: int,
    tables: Tables, board: Board, found: Parts, rest: Floats, out: Floats,
) -> int:  # fmt: skip
    """Align two spelled names, and describe the alignment in `out` (COUNT,); the parts found."""
    number = align(a, m, sa, x, count_a, b, n, sb, y, count_b, tables, board, found)
    out[:] = 0.0
    matched(a, m, sa, x, b, n, sb, y, tables, board, found, number, out)
    taken_a, taken_b = taken(found, number, 0), taken(found, number, 1)
    left(a, m, x, count_a, taken_a, rest[0])
    left(b, n, y, count_b, taken_b, rest[1])
    one, other = rest[0], rest[1]
    out[9], out[10] = min(one[0], other[0]), max(one[0], other[0])
    out[11], out[12] = min(one[1], other[1]), max(one[1], other[1])
    out[14] = conflict(m, x, taken_a, count_a, n, y, taken_b, count_b, board)
    out[15] = one[2] + other[2]
    out[19] = order(found, number)
    words_a, words_b = out[7] + one[1], out[7] + other[1]
    out[22], out[23] = min(words_a, words_b), max(words_a, words_b)
    share_a = 1.0 - one[0] / one[5] if one[5] > 0.0 else 0.0
    share_b = 1.0 - other[0] / other[5] if other[5] > 0.0 else 0.0
    out[24], out[25] = min(share_a, share_b), max(share_a, share_b)
    out[29] = out[26] / max(out[1], 1.0)
    out[33] = one[3] + other[3]
    out[35] = min(one[2], other[1]) + min(other[2], one[1])
    return number
