"""A report as received: whose words, how reliable, and what may leave with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reliability(StrEnum):
    """The source, A to F of the Admiralty code. F is "cannot be judged", not "worst"."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Credibility(StrEnum):
    """The information, 1 to 6 of the Admiralty code. 6 is "cannot be judged"."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    SIX = "6"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the record keeps of a report; its bytes are kept beside, under `sha256`.

    `tearline` is the substance that may leave; everything else may not.
    """

    report_id: str
    sha256: str
    size_bytes: int
    media_type: str
    title: str
    acquired_at: datetime
    acquired_by: str
    received_at: datetime
    received_from: str
    reliability: Reliability
    credibility: Credibility
    marking: str
    originator: str = ""
    originator_controls: tuple[str, ...] = ()
    language: str = ""
    tearline: str = ""
    defects: tuple[str, ...] = ()

    @property
    def needs_originator(self) -> bool:
        """Whether its words may leave only when the originator was asked."""
        return bool(self.originator_controls)
