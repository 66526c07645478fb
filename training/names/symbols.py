"""Build the table of names and nicknames: `python -m training.names.symbols LIST [--to FOLDER]`.

LIST is rigour's person_names.txt (MIT; made of Wikidata, CC0): lines of "form, form => symbol". It
stands in rigour's sources, and packed by zstd in its compiled part. It only says which forms there
are; what each stands for is asked of rigour. What ships is a checksum and numbers, never a name.
"""

import argparse
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np
from rigour.names import NameTypeTag, analyze_names

from tocsin.names.forms import read_name
from tocsin.names.native import MOST_SYMBOLS
from tocsin.names.symbols import FORMAT, checksum

TABLES = Path(__file__).parents[2] / "src" / "tocsin" / "names" / "tables"


def forms(file: Path) -> Iterator[str]:
    """Single words as names are read into: others are never asked for."""
    for line in file.read_text(encoding="utf-8").splitlines():
        for form in line.rpartition("=>")[0].split(","):
            runs = read_name(form.strip()).tokens
            yield "".join(run.text for run in runs) if all(run.split for run in runs) else ""
            yield from (run.text for run in runs if len(runs) == 1 or run.split)


def known(text: str) -> set[str]:
    """What rigour says a word may stand for."""
    return {
        f"{symbol.category.value}:{symbol.id}"
        for name in analyze_names(NameTypeTag.PER, [unicodedata.normalize("NFC", text)])
        for symbol in name.symbols
        if symbol.category.value in ("NAME", "NICK")
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path)
    parser.add_argument("--to", type=Path, default=TABLES)
    given = parser.parse_args()
    found: dict[int, set[str]] = defaultdict(set)
    for form in sorted(set(forms(given.list)) - {""}):
        if held := known(form):
            found[int(checksum(form))] |= held
    number = {
        symbol: at for at, symbol in enumerate(sorted({s for v in found.values() for s in v}))
    }
    keys = np.array(sorted(found), np.uint32)
    held_by = [sorted(number[symbol] for symbol in found[int(key)])[:MOST_SYMBOLS] for key in keys]
    np.savez_compressed(
        given.to / "symbols.npz",
        gaps=np.diff(keys, prepend=np.uint32(0)),
        counts=np.array([len(one) for one in held_by], np.uint8),
        symbols=np.array([symbol for one in held_by for symbol in one], np.int32),
    )
    digest = sha256((given.to / "symbols.npz").read_bytes()).hexdigest()
    (given.to / "symbols.toml").write_text(
        f'format = {FORMAT}\nsha256 = "{digest}"\nforms = {len(keys)}\n'
        f'source = "person names of rigour {version("rigour")}, of Wikidata (CC0)"\n'
        'licence = "MIT: symbols_LICENSE.txt"\n'
    )
    print(f"{len(keys):,} forms, {len(number):,} symbols")


if __name__ == "__main__":
    main()
