"""Names and nicknames that a word may stand for, by number: what rigour knows, read at once.

The table (`training/names/symbols.py`) holds no name, only a checksum of each form and the numbers
of its symbols; rigour's own takes eight seconds to load in each process.
"""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tocsin.names.native import MOST_SYMBOLS

FORMAT: Final = 1
FATHERS: Final = 1 << 30  # no name's own number
_PATRONYMIC: Final = re.compile(
    r"(?:y|i|j)?(?:[oei][vw](?:ich|itch|itsch|ych|icz|n[ay]))$|(?:ь|и|і)?(?:[оеёй]вич|[оеёії]вн[аы])$|ичн?[аы]?$"
)


class Symbols(NamedTuple):
    """`forms` (n,), sorted: checksums; form k has the `symbols` from begin[k] to begin[k + 1]."""

    forms: NDArray[np.uint32]
    begin: NDArray[np.int32]
    symbols: NDArray[np.int32]


@lru_cache(maxsize=50_000)
def fathers(text: str) -> tuple[int, ...]:
    """Numbers of the given names that a patronymic may come from, sorted; none is a name's own."""
    stem = _PATRONYMIC.sub("", text)
    endings = ("", "й", "ий", "ь", "а") if text[0] > "z" else ("", "y", "i", "iy", "ey", "a")
    found = {symbol | FATHERS for ending in endings for symbol in symbols(stem + ending)}
    return tuple(sorted(found)[:MOST_SYMBOLS])


@lru_cache(maxsize=200_000)
def symbols(text: str) -> tuple[int, ...]:
    """Numbers of the names and nicknames that a word may stand for, sorted."""
    table, wanted = _shipped(), checksum(text)
    place = int(table.forms.searchsorted(wanted))
    if place == table.forms.size or table.forms[place] != wanted:
        return ()
    return tuple(table.symbols[table.begin[place] : table.begin[place + 1]].tolist())


def checksum(text: str) -> np.uint32:
    """By which a form is found; two of the table's share one about 20 times in all."""
    return np.uint32(crc32(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")))


@cache
def _shipped() -> Symbols:
    folder = files("tocsin.names") / "tables"
    manifest = tomllib.loads((folder / "symbols.toml").read_text())
    held = (folder / "symbols.npz").read_bytes()
    if manifest["format"] != FORMAT or sha256(held).hexdigest() != manifest["sha256"]:
        raise ValueError("the table of symbols is not the one that was published")
    with (folder / "symbols.npz").open("rb") as file, np.load(file) as arrays:
        gaps, counts, numbers = (arrays[name] for name in ("gaps", "counts", "symbols"))
    begin = np.zeros(len(counts) + 1, np.int32)
    counts.cumsum(dtype=np.int32, out=begin[1:])
    return Symbols(gaps.cumsum(dtype=np.uint32), begin, numbers)
