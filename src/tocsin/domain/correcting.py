"""What officers say that a passage is, beside what reading made of it: labelled examples.

They change no finding, no clock and no duty. Passages are given by their place in the report,
so that the record holds none of its words twice.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tocsin.domain.bases import Command, Event

MOST_CORRECTIONS, LONGEST_MODEL = 200, 200
LAST_CHARACTER = 2**31 - 1


class HarmStage(StrEnum):
    """How far the harm of a sentence has come; none where it speaks of no harm."""

    THREATENED = "threatened"
    ATTEMPTED = "attempted"
    DONE = "done"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"
    NONE = "none"


class PassageRole(StrEnum):
    """What words stand for; none where reading marked what is nothing."""

    PERPETRATOR_PERSON = "perpetrator_person"
    PERPETRATOR_ORGANISATION = "perpetrator_organisation"
    VICTIM = "victim"
    TARGET = "target"
    WEAPON = "weapon"
    MEANS = "means"
    EVENT_OR_SITE = "event_or_site"
    PLACE = "place"
    TIME = "time"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Characters `start` to `end`, half open, of a report's text as received are this.

    Either `stage`, of a sentence, or `role`, of words. `was` is what reading had said, "" where
    it had said nothing; the same as here, the officer agrees.
    """

    start: int
    end: int
    stage: HarmStage | None = None
    role: PassageRole | None = None
    was: str = ""

    @property
    def label(self) -> str:
        """The stage or the role."""
        return (self.stage or self.role or HarmStage.NONE).value

    @property
    def place(self) -> tuple[int, int, bool]:
        """What one label at most stands for: the span, and whether a stage is said of it."""
        return self.start, self.end, self.stage is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A correction that stands: who said it, when, of which model."""

    correction: Correction
    model: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectReading(Command):
    """Say what passages of a report are, where reading may be wrong; it learns only on purpose.

    `model` names what had read them. Of two on the same passage the newer stands.
    """

    report_id: str
    model: str
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCorrected(Event):
    report_id: str
    model: str
    corrections: tuple[Correction, ...]
