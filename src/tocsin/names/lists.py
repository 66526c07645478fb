"""Names listed by key, in arrays that may lie in memory or in a mapped file."""

from typing import NamedTuple

import numpy as np

from tocsin.names.native_keys import HASH_BITS, Ints, Numbers
from tocsin.names.native_lists import count_lists, fill_lists

_FEWEST_BITS, _MOST_BITS = HASH_BITS - 31, 22


class Lists(NamedTuple):
    """See `native_lists`; all read-only, as a mapped file is."""

    directory: Numbers
    lows: Numbers
    starts: Numbers
    rows: Numbers


def listed(keys: Ints, *, spent: bool = False) -> Lists:
    """The lists of sorted keys (hash << ROW_BITS | number of the name).

    `spent`: the keys are wanted no more; rows are laid over them, where each has been read.
    """
    lists, entries = count_lists(keys)
    bits = min(max(_FEWEST_BITS, lists.bit_length() - 3), _MOST_BITS)
    rows = keys.view(np.int32)[:entries] if spent else np.zeros(entries, np.int32)
    directory, lows, starts = (
        np.zeros(size, np.int32) for size in ((1 << bits) + 1, lists, lists + 1)
    )
    made = Lists(directory, lows, starts, rows)
    fill_lists(keys, bits, *made)
    for array in made:
        array.flags.writeable = False
    return made
