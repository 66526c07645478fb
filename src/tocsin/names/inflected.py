"""Slavic names as sentences bend them: "Тимуром Карелиным" is Тимур Карелин.

A guess at the first form by endings alone, of Russian and Ukrainian. It is compared beside what
stands there, never in its place: Карелина is a man's name bent as well as a woman's own.
"""

import re
from typing import Final

_WORD = re.compile(r"[^\W\d_]{4,}")
# The first that fits counts: what a word ends on, and what its first form ends on.
_ENDINGS: Final = tuple(
    (re.compile(f"(?:{ends})$"), first)
    for ends, first in (
        ("(?<=[бвгджзклмнпрстфхцчшщ])(?:ові|еві)", ""),
        ("(?<=[оеьй]вич)(?:а|у|ем|е|і)|(?<=ьич)(?:а|у|ом|е)|(?<=кич)(?:а|у|ем|е)", ""),
        ("(?<=[оеёє]вн)(?:ы|и|е|і|у|ой|ою)|(?<=ичн)(?:ы|е|у|ой)", "а"),
        ("(?<=[оеёієї]в)(?:ой|ою)|(?<=[иыії]н)(?:ой|ою)", "а"),
        ("(?<=[сцзц]к)(?:ого|ому|им|ом)|(?<=[сц]ьк)(?:ого|ому|им)", "ий"),
        ("(?<=[сцз]к)(?:ой|ую|ою)|(?<=[сц]ьк)(?:ої|ій|у|ою)", "ая"),
        ("(?<=[оеёєїи]в)(?:а|у|ым|им|ом|е|і)|(?<=[иыії]н)(?:а|у|ым|им|ом|е|і)", ""),
        ("(?<=енк)(?:а|у|ом|ові)", "о"),
        ("(?<=[аеоиії])(?:ем|єм|я|ю|е)", "й"),
        ("(?<=[бвгджзклмнпрстфхцчшщ])(?:ом|ем|а|у|е|і)", ""),
        ("(?<=[лнрсз])(?:я|ю)", "ь"),
        ("(?<=[бвгджзклмнпрстфхцчшщ])(?:ы|и|ой|ою|ей)", "а"),
    )
)


def first_form(name: str) -> str:
    """The name as a register may hold it; unchanged where it is not in Cyrillic letters."""
    return _WORD.sub(_first, name) if re.search("[а-яёіїєґ]", name) else name


def _first(found: re.Match[str]) -> str:
    word = found[0]
    for ends, first in _ENDINGS:
        if ends.search(word):
            return ends.sub(first, word)
    return word
