"""What a pair of aligned names looks like in figures, none of which tells the script."""

from typing import Final

from tocsin.names.assigning import (
    EQUAL,
    INITIAL,
    NICKNAME,
    SPELLED,
    Board,
    align,
    rarest,
    share_symbol,
)  # fmt: skip
from tocsin.names.compiling import inner_numeric
from tocsin.names.native import (
    NEVER,
    TOKENS,
    WAYS,
    Floats,
    Scratch,
    Side,
    Tables,
    strain_spans,
)  # fmt: skip
from tocsin.names.symbols import FATHERS

NAMES: Final = (
    "nats", "rarity", "loss", "worst share", "mean share", "rarity of the worst", "greatest loss",
    "parts", "initials", "rarity left, less", "rarity left, more", "left, fewer", "left, more",
    "worst begins otherwise", "closest conflict", "initials left", "joined", "nicknames",
    "equal rarity", "out of order", "patronymic taken for a name", "strain",
    "words, fewer", "words, more", "share of rarity, less", "share of rarity, more",
    "improbability", "poor parts", "best share", "density", "greatest rarity",
    "nats of the worst", "length of the worst", "particles left", "rarity a word",
    "initials for conflicts", "share of the patronymic", "greatest strain", "worst edit",
    "patronymics left, fewer", "patronymics left, more", "rarity of names left, less",
    "rarity of names left, more", "greater rarity of the worst", "known apart",
    "least share of known apart", "sure rarity", "first answers first", "last answers last",
    "left before", "left behind", "father and son exchanged",
)  # fmt: skip
COUNT: Final = len(NAMES)

WORD, TITLE, PARTICLE, PATRONYMIC, ASIDE = 0, 2, 3, 4, 5


@inner_numeric
def core(kind: int) -> bool:
    """Whether a person is told by such a part: a word or a patronymic."""
    return kind in (0, 4)


@inner_numeric
def told(side: Side, start: int, count: int) -> bool:
    """Whether any of some neighbours tells a person."""
    number = 0
    for at in range(start, start + count):
        number += core(side.kind[at])
    return number > 0


@inner_numeric
def matched(a: Side, b: Side, tables: Tables, room: Scratch, board: Board) -> None:
    """The figures of the parts that answer each other."""
    out = board.figures
    worst, best, total_share, cores = 1.5, -1.0, 0.0, 0
    out[36], out[45] = 1.3, 1.3
    for part in range(board.found[0]):
        i, j = board.place[part, 0], board.place[part, 2]
        fathers = int(a.kind[i] == 4) + int(b.kind[j] == 4)
        if board.part_how[part] == INITIAL:
            out[8] += 1
            out[20] += fathers == 1 and a.kind[i] != 1 and b.kind[j] != 1
            continue
        if not (told(a, i, board.place[part, 1]) or told(b, j, board.place[part, 3])):
            continue
        cores += 1
        nats, improbable = float(board.part_nats[part]), float(board.part_improbable[part])
        share = min(nats / max(improbable, 1.0), 1.3)
        total_share += share
        if share < worst:
            worst, out[5] = share, board.part_rarity[part]
            out[31], out[32] = nats, improbable
            out[43] = max(rarest(a, i, board.place[part, 1]), rarest(b, j, board.place[part, 3]))
            out[13] = a.fact[i, 0] & b.fact[j, 0] == 0
        if fathers == 2:
            out[36] = min(out[36], share)
        best = max(best, share)
        out[20] += fathers == 1
        out[27] += share < 0.5
        add_part(a, b, tables, room, board, part)
        add_known(a, b, board, part, share)
    out[3], out[28], out[7] = worst, best, cores
    if cores:
        out[4] = total_share / cores
        out[34] = out[1] / cores


@inner_numeric
def add_part(a: Side, b: Side, tables: Tables, room: Scratch, board: Board, part: int) -> None:
    """The figures that add up part by part, or hold the worst."""
    out, how = board.figures, board.part_how[part]
    nats, improbable = board.part_nats[part], board.part_improbable[part]
    rarity = board.part_rarity[part]
    i, wide = board.place[part, 0], board.place[part, 1]
    j, broad = board.place[part, 2], board.place[part, 3]
    out[0] += nats
    out[1] += rarity
    out[2] += min(nats - improbable, 0.0)
    out[6] = min(out[6], nats - improbable)
    if how == SPELLED:
        s, t = (wide - 1) * TOKENS + i, (broad - 1) * TOKENS + j
        way = board.way[board.part_shape[part], i, j]
        strain_spans(a, s, way // WAYS, b, t, way % WAYS, tables, room)
        out[21] += room.pair[2]
        out[37], out[38] = min(out[37], room.pair[2]), min(out[38], room.pair[3])
    out[16] += wide + broad > 2
    out[17] += how == NICKNAME
    if how == EQUAL:
        out[18] += rarity
    out[26] += improbable
    out[30] = max(out[30], rarity)


@inner_numeric
def add_known(a: Side, b: Side, board: Board, part: int, share: float) -> None:
    """What the names and nicknames that two words may stand for say of them."""
    out, i, j = board.figures, board.place[part, 0], board.place[part, 2]
    single = board.place[part, 1] + board.place[part, 3] == 2
    if board.part_how[part] != SPELLED or (single and share_symbol(a, i, b, j, 0)):
        out[46] += board.part_rarity[part]
    elif single and a.known[i] > 0 and b.known[j] > 0:
        out[44] += 1
        out[45] = min(out[45], share)


@inner_numeric
def taken(board: Board, side: int) -> int:
    """Bits of the words of one name (0 or 1) that answer something."""
    bits = 0
    for part in range(board.found[0]):
        for step in range(board.place[part, 2 * side + 1]):
            bits |= 1 << (board.place[part, 2 * side] + step)
    return bits


@inner_numeric
def left(side: Side, bits: int, out: Floats) -> None:
    """Of the words that answer nothing: `out` (9,): their rarity, how many, initials,
    particles, patronymics; the rarity of all; that of what is left of names, of what stands before
    and of what stands behind all that answers."""
    for figure in range(9):
        out[figure] = 0.0
    for place in range(side.words[0]):
        kind, rarity = side.kind[place], side.rarity[place]
        if core(kind):
            out[5] += rarity
        if bits >> place & 1:
            continue
        if core(kind):
            out[0] += rarity
            out[1] += 1
            out[4] += kind == 4
            out[6] += rarity if kind != 4 else 0.0
            out[7] += rarity if bits & ((1 << place) - 1) == 0 else 0.0
            out[8] += rarity if bits >> place == 0 else 0.0
        elif kind == 1:
            out[2] += 1
        else:
            out[3] += 1


@inner_numeric
def order(board: Board) -> float:
    """The share of pairs of parts that stand the other way round."""
    crossed, pairs = 0.0, 0.0
    for one in range(board.found[0]):
        for other in range(one):
            pairs += 1
            first = board.place[one, 0] < board.place[other, 0]
            crossed += first != (board.place[one, 2] < board.place[other, 2])
    return crossed / pairs if pairs else 0.0


@inner_numeric
def ends(a: Side, b: Side, board: Board) -> None:
    """Whether the first words that tell a person answer each other, and the last."""
    first_a, last_a = told_ends(a)
    first_b, last_b = told_ends(b)
    out = board.figures
    for part in range(board.found[0]):
        i, wide = board.place[part, 0], board.place[part, 1]
        j, broad = board.place[part, 2], board.place[part, 3]
        out[47] += i <= first_a < i + wide and j <= first_b < j + broad
        out[48] += i <= last_a < i + wide and j <= last_b < j + broad


@inner_numeric
def told_ends(side: Side) -> tuple[int, int]:
    """The first and the last word that tells a person or begins one that does; -1 for none."""
    first, last = -1, -1
    for place in range(side.words[0]):
        if core(side.kind[place]) or side.kind[place] == 1:
            first = place if first < 0 else first
            last = place
    return first, last


@inner_numeric
def exchanged(a: Side, b: Side) -> bool:
    """Whether each one's patronymic answers a name of the other, and their names do not answer
    each other: father and son."""
    for i in range(a.words[0]):
        for j in range(b.words[0]):
            if a.kind[i] != 0 or b.kind[j] != 4 or not share_symbol(a, i, b, j, FATHERS):
                continue
            for k in range(b.words[0]):
                for m in range(a.words[0]):
                    if b.kind[k] != 0 or a.kind[m] != 4 or share_symbol(a, i, b, k, 0):
                        continue
                    if share_symbol(b, k, a, m, FATHERS):
                        return True
    return False


@inner_numeric
def conflict(a: Side, taken_a: int, b: Side, taken_b: int, board: Board) -> float:
    """Nats of the likeliest pair among the words left on both sides; NEVER without any."""
    best = NEVER
    for i in range(a.words[0]):
        if taken_a >> i & 1 or not core(a.kind[i]):
            continue
        for j in range(b.words[0]):
            if not taken_b >> j & 1 and core(b.kind[j]):
                best = max(best, board.nats[0, i, j])
    return best


@inner_numeric
def figures(a: Side, b: Side, tables: Tables, room: Scratch, board: Board) -> None:
    """Align two names that are laid out, and describe the alignment in the board's figures."""
    align(a, b, tables, room, board)
    out = board.figures
    for figure in range(COUNT):
        out[figure] = 0.0
    matched(a, b, tables, room, board)
    taken_a, taken_b = taken(board, 0), taken(board, 1)
    left(a, taken_a, board.rest[0])
    left(b, taken_b, board.rest[1])
    one, other = board.rest[0], board.rest[1]
    out[9], out[10] = min(one[0], other[0]), max(one[0], other[0])
    out[11], out[12] = min(one[1], other[1]), max(one[1], other[1])
    out[14] = conflict(a, taken_a, b, taken_b, board)
    out[15] = one[2] + other[2]
    out[19] = order(board)
    words_a, words_b = out[7] + one[1], out[7] + other[1]
    out[22], out[23] = min(words_a, words_b), max(words_a, words_b)
    share_a = 1.0 - one[0] / one[5] if one[5] > 0.0 else 0.0
    share_b = 1.0 - other[0] / other[5] if other[5] > 0.0 else 0.0
    out[24], out[25] = min(share_a, share_b), max(share_a, share_b)
    out[29] = out[26] / max(out[1], 1.0)
    out[33] = one[3] + other[3]
    out[39], out[40] = min(one[4], other[4]), max(one[4], other[4])
    out[41], out[42] = min(one[6], other[6]), max(one[6], other[6])
    out[49], out[50] = max(one[7], other[7]), max(one[8], other[8])
    ends(a, b, board)
    out[51] = exchanged(a, b)
    out[35] = min(one[2], other[1]) + min(other[2], one[1])
