"""Lists of names by key: built from sorted keys, looked up, weighed, added up.

A run keeps its keys sorted: `directory` says where those with the same leading bits begin, `lows`
holds the rest of each, `starts` where the list of names of each begins in `rows`.
"""

import math
from typing import Final

import numpy as np

from tocsin.names.compiling import kernel
from tocsin.names.native_keys import HASH_BITS, MAX_TOKENS, ROW_BITS, Bytes, Ints, Numbers

BUDGET: Final = 2_500  # names gone through for one query
TABLE: Final = 1 << 15  # slots for names seen by one query
MAX_SEEN: Final = 24_000
_ROWS: Final = (1 << ROW_BITS) - 1
# Of each kind of key, in hundredths: exact, fine, coarse, deleted, fine pair, coarse pair.
_WORTH = np.array([160, 90, 60, 80, 185, 80], np.int64)


@kernel
def count_lists(keys: Ints) -> tuple[int, int]:
    """Different keys, and different entries altogether, in the sorted `keys`."""
    lists, entries, before = 0, 0, -1
    for place in range(len(keys)):
        key = int(keys[place])
        if key != before:
            entries += 1
            if key >> ROW_BITS != before >> ROW_BITS or before < 0:
                lists += 1
        before = key
    return lists, entries


@kernel
def fill_lists(
    keys: Ints, bits: int, directory: Numbers, lows: Numbers, starts: Numbers, rows: Numbers
) -> None:
    """The arrays of a run out of sorted `keys`; `directory` has 2**bits + 1 places."""
    lists, entries, before, bucket = 0, 0, -1, 0
    rest = HASH_BITS - bits
    for place in range(len(keys)):
        key = int(keys[place])
        if key == before:
            continue
        name = key >> ROW_BITS
        if before < 0 or name != before >> ROW_BITS:
            while bucket <= name >> rest:
                directory[bucket] = lists
                bucket += 1
            lows[lists] = name & ((1 << rest) - 1)
            starts[lists] = entries
            lists += 1
        rows[entries] = key & _ROWS
        entries += 1
        before = key
    starts[lists] = entries
    while bucket < len(directory):
        directory[bucket] = lists
        bucket += 1


@kernel
def expand_lists(
    directory: Numbers, lows: Numbers, starts: Numbers, rows: Numbers, numbers: Numbers, out: Ints
) -> int:
    """The keys of a run as they were before `fill_lists`, sorted no more; how many.

    A name gets the number `numbers` has for it, and is left out where that is negative.
    """
    bits = 0
    while 1 << bits < len(directory) - 1:
        bits += 1
    count = 0
    for bucket in range(len(directory) - 1):
        for key in range(int(directory[bucket]), int(directory[bucket + 1])):
            name = bucket << (HASH_BITS - bits) | int(lows[key])
            for place in range(int(starts[key]), int(starts[key + 1])):
                number = int(numbers[int(rows[place])])
                if number >= 0:
                    out[count] = name << ROW_BITS | number
                    count += 1
    return count


@kernel
def find_lists(
    made: Ints, directory: Numbers, lows: Numbers, starts: Numbers, sign: int, spans: Ints,
    lengths: Ints,
) -> None:  # fmt: skip
    """Where in `rows` the list of each key is; `lengths` grow by `sign` times its length."""
    bits = 0
    while 1 << bits < len(directory) - 1:
        bits += 1
    rest = HASH_BITS - bits
    for key in range(len(made)):
        name = int(made[key, 0])
        low, bucket = name & ((1 << rest) - 1), name >> rest
        first, last = int(directory[bucket]), int(directory[bucket + 1])
        end = last
        while first < last:
            middle = (first + last) >> 1
            if int(lows[middle]) < low:
                first = middle + 1
            else:
                last = middle
        spans[key, 0] = spans[key, 1] = 0
        if first < end and int(lows[first]) == low:
            spans[key, 0], spans[key, 1] = int(starts[first]), int(starts[first + 1])
            lengths[key] += sign * (int(starts[first + 1]) - int(starts[first]))


@kernel
def weigh(made: Ints, lengths: Ints, names: int, budget: int, weights: Ints) -> None:
    """What finding a name under each key is worth; 0 where its list is too long to go through.

    The shortest lists are gone through, as many as have `budget` names in all; those of 32 names
    and fewer always.
    """
    longest = 32
    while longest < names:
        total = 0
        for key in range(len(made)):
            if lengths[key] <= 2 * longest:
                total += int(lengths[key])
        if total > budget:
            break
        longest *= 2
    for key in range(len(made)):
        length = int(lengths[key])
        weights[key] = 0
        if 0 < length <= longest:
            rarity = math.log2((names + 1.0) / length) + 1.0
            worth = int(_WORTH[int(made[key, 1])])
            if MAX_TOKENS <= int(made[key, 2]) < 2 * MAX_TOKENS:
                worth = worth * 3 // 2  # joined neighbours speak for two parts
            weights[key] = int(rarity * worth / 4.0)


@kernel
def add_up(
    made: Ints, weights: Ints, spans: Ints, rows: Numbers, offset: int, dead: Bytes,
    table: Numbers, seen: Numbers, found: int,
) -> int:  # fmt: skip
    """Add to each name under the keys their worth: of a group of keys the best, of groups the sum.

    `table` (TABLE, 4) holds name + 1, sum, best of the group, group; `seen` the slots in use, the
    first `found` before; how many now. `offset` is the number of this run's first name; names that
    are `dead` are passed over.
    """
    for key in range(len(made)):
        weight, group = int(weights[key]), int(made[key, 2])
        if weight == 0:
            continue
        for place in range(int(spans[key, 0]), int(spans[key, 1])):
            name = int(rows[place]) + offset + 1
            slot = (name * 0x9E3779B1 >> 12) & (TABLE - 1)
            while int(table[slot, 0]) != name and table[slot, 0] != 0:
                slot = (slot + 1) & (TABLE - 1)
            if table[slot, 0] == 0:
                if found == MAX_SEEN or dead[name - 1]:
                    continue
                table[slot, 0] = name
                table[slot, 1] = 0
                table[slot, 2] = weight
                table[slot, 3] = group
                seen[found] = slot
                found += 1
            elif table[slot, 3] == group:
                table[slot, 2] = max(int(table[slot, 2]), weight)
            else:
                table[slot, 1] += table[slot, 2]
                table[slot, 2] = weight
                table[slot, 3] = group
    return found


@kernel
def take_best(table: Numbers, seen: Numbers, found: int, best: Ints) -> int:
    """The names worth most into `best` (n, 2) as name, worth; clears the table; how many.

    Which of those worth the same as the last are taken is left to their numbers.
    """
    counted = np.zeros(4096, np.int64)
    for place in range(found):
        slot = int(seen[place])
        counted[min((int(table[slot, 1]) + int(table[slot, 2])) >> 2, 4095)] += 1
    least, above = 4096, 0
    while least > 0 and above + counted[least - 1] <= len(best):
        least -= 1
        above += counted[least]
    taken, spare = 0, len(best) - above
    for place in range(found):
        slot = int(seen[place])
        worth = int(table[slot, 1]) + int(table[slot, 2])
        level = min(worth >> 2, 4095)
        if level == least - 1 and spare > 0:
            spare -= 1
            level = least
        if level >= least:
            best[taken, 0] = int(table[slot, 0]) - 1
            best[taken, 1] = worth
            taken += 1
        table[slot, 0] = 0
    return taken
