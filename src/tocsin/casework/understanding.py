"""What reading makes of the reports of a case; it proposes and decides nothing.

Worked out when it is asked for and kept in memory alone, so that nothing that a report says
lies anywhere beside its sealed text.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from tocsin.domain.case import Victim
from tocsin.domain.correcting import HarmStage, PassageRole
from tocsin.domain.report import Report

if TYPE_CHECKING:
    from tocsin.reading.proposing import Proposal
    from tocsin.reading.read import Reading, ReportReader

MOST_KEPT = 64
_LANGUAGES = frozenset(("en", "ru", "uk", "fr", "es", "tr", "ar", "fa", "zh"))


def understood(report: Report, text: str) -> "Reading":
    """The reading of a report's text; its times count from when it was acquired."""
    known = report.language[:2].lower()
    return _read(text, known if known in _LANGUAGES else "", report.acquired_at)


def proposed_for(victim: Victim, readings: Iterable["Reading"]) -> "Proposal | None":
    """What is proposed for this victim: by name, or where there is one proposal, that one."""
    proposals = [one for reading in readings for one in reading.proposals]
    names = {name.casefold() for name in (victim.name, *victim.known_as)}
    named = [
        one
        for one in proposals
        if (words := one.intended_victim.casefold())
        and any(words in name or name in words for name in names)
    ]
    found = named or (proposals if len(proposals) == 1 else [])
    return max(found, key=lambda one: one.confidence, default=None)


def model_for(text: str) -> str:
    """What read it, as corrections name it."""
    return ", ".join(_read(text, "", None).read_by)


def sentences_read(text: str) -> Sequence[tuple[int, int, HarmStage]]:
    """Every sentence of a report's text as received: its characters, half open, and its stage.

    In order, and none overlaps another.
    """
    reading = _read(text, "", None)
    return [
        (*reading.original(one.start, one.end), HarmStage(one.stage))
        for one in reading.understood.sentences
    ]


def mentions_read(text: str) -> Sequence[tuple[int, int, PassageRole]]:
    """Words that stand for somebody or something, in order: their characters and their role."""
    reading = _read(text, "", None)
    return [
        (*reading.original(one.start, one.end), PassageRole(one.role))
        for one in reading.understood.mentions
    ]


def warm() -> None:
    """Load the models and the places beforehand, so that no officer waits for them."""
    reader().read("They plan to bomb the embassy in Vienna on Friday.", language="en", whole=True)


@cache
def reader() -> "ReportReader":
    """The reader of this process."""
    from tocsin.reading.read import ReportReader

    return ReportReader.load()


@lru_cache(maxsize=MOST_KEPT)
def _read(text: str, language: str, known_at: datetime | None) -> "Reading":
    return reader().read(text, language=language, known_at=known_at, whole=True)
