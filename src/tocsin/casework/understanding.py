"""What the house's reading makes of a report, for officers who look at it and correct it.

The one place that says what reads here: pages and exports ask nothing else.
"""

import re
from collections.abc import Sequence

from tocsin.domain.correcting import HarmStage, PassageRole

MODEL = "lines/1"
"""What read, as corrections name it; another name whenever it might read otherwise."""

_LINE = re.compile(r"\S(?:[^\n]*\S)?")


def sentences_read(text: str) -> Sequence[tuple[int, int, HarmStage]]:
    """Every sentence of a report's text as received: its characters, half open, and its stage.

    In order, and none overlaps another.
    """
    return [(*one.span(), HarmStage.NONE) for one in _LINE.finditer(text)]


def mentions_read(text: str) -> Sequence[tuple[int, int, PassageRole]]:
    """Words that stand for somebody or something, in order: their characters and their role."""
    del text
    return ()
