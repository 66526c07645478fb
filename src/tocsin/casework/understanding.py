"""What reading makes of the reports of a case; it proposes and decides nothing.

Worked out when it is asked for and kept in memory alone, so that nothing that a report says
lies anywhere beside its sealed text.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from tocsin.domain.case import Victim
from tocsin.domain.correcting import HarmStage, PassageRole
from tocsin.domain.report import Report

if TYPE_CHECKING:
    from tocsin.reading.proposing import Proposal
    from tocsin.reading.read import Reading, ReportReader

MOST_KEPT = 64
_loading = Lock()


def understood(report: Report, text: str) -> "Reading":
    """The reading of a report's text; its times count from when it was acquired."""
    return _read(text, report.language, report.acquired_at)


def read_words(words: str, language: str) -> "Reading":
    """The reading of some words that stand by themselves, as a claim does."""
    return _read(words, language, None)


def proposed_for(
    victim: Victim, readings: Iterable["Reading"], *, alone: bool
) -> "Proposal | None":
    """What is proposed for this victim: by name, or the only proposal there is.

    That one where it names nobody, or the case has no other victim (`alone`).
    """
    proposals = [one for reading in readings for one in reading.proposals]
    names = (victim.name, *victim.known_as)
    named = [one for one in proposals if any(_named(one.intended_victim, name) for name in names)]
    only = [one for one in proposals if alone or not one.intended_victim]
    found = named or (only if len(proposals) == 1 else [])
    return max(found, key=lambda one: one.confidence, default=None)


def _named(words: str, name: str) -> bool:
    """Whether the whole of one stands in the other: "Norr" in "Ilda Norr", "Ann" not in "Joanna".

    Scripts that write no blanks have no words to be whole.
    """
    short, long = sorted((words.casefold().strip(), name.casefold().strip()), key=len)
    whole = rf"(?<![^\W\u2e80-\U0010ffff]){re.escape(short)}(?![^\W\u2e80-\U0010ffff])"
    return bool(short) and re.search(whole, long) is not None


def sentences_read(reading: "Reading") -> Sequence[tuple[int, int, HarmStage]]:
    """Every sentence of a report's text as received: its characters, half open, and its stage.

    In order, and none overlaps another.
    """
    return [
        (*reading.original(one.start, one.end), one.stage) for one in reading.understood.sentences
    ]


def mentions_read(reading: "Reading") -> Sequence[tuple[int, int, PassageRole]]:
    """Words that stand for somebody or something, in order: their characters and their role."""
    return [
        (*reading.original(one.start, one.end), PassageRole(one.role))
        for one in reading.understood.mentions
    ]


def warm() -> None:
    """Load the models, the places and what is compiled, so that no officer waits for them."""
    from tocsin.reading import grams_compiled

    reader().read("They plan to bomb the embassy in Vienna on Friday.", language="en", whole=True)
    grams_compiled.warm()


def reader() -> "ReportReader":
    """The reader of this process, loaded once: whoever asks meanwhile waits for it."""
    with _loading:
        return _loaded()


@cache
def _loaded() -> "ReportReader":
    from tocsin.reading.read import ReportReader

    return ReportReader.load()


@lru_cache(maxsize=MOST_KEPT)
def _read(text: str, language: str, known_at: datetime | None) -> "Reading":
    return reader().read(text, language=language, known_at=known_at, whole=True)
