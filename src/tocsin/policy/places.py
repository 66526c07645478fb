"""Where in a TOML text a key stands; only to point an error at its line."""

import re
from collections import Counter
from functools import lru_cache

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\- ]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")


def line_of(text: str, path: Path) -> int | None:
    """The line of `path`, counted from 1, or of the nearest table around it."""
    lines = _lines(text)
    return next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), None)


@lru_cache(maxsize=16)
def _lines(text: str) -> dict[Path, int]:
    found: dict[Path, int] = {}
    tables: Counter[Path] = Counter()
    here: Path = ()
    in_words = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not in_words:
            if header := _HEADER.match(line):
                here = tuple(part.strip() for part in header[2].split("."))
                if header[1] == "[[":
                    found.setdefault(here, number)
                    tables[here] += 1
                    here = (*here, tables[here] - 1)
                found.setdefault(here, number)
            elif key := _KEY.match(line):
                found.setdefault((*here, key[1]), number)
        in_words ^= (line.count('"""') + line.count("'''")) % 2 == 1
    return found
