"""Where a subject on watch may have been met, and what a person said of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class SightingAnswer(StrEnum):
    """Whether it is the same person. Who cannot tell says what would settle it."""

    SAME = "same"
    NOT_SAME = "not_same"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A name of the watch as entered, and what was found; `born` are dates that stood beside it.

    `millionths`: how probably both are one person, as the record holds no fractions. Of a list
    `found` and `born` are kept as they stood there. Of a report they are not: whoever may see it
    reads there, from character `start` to `end` of its text (half open; both 0 where it was found
    in what its case records beside it), and whoever may not learns no word of it.
    """

    watched: str
    found: str
    millionths: int
    start: int = 0
    end: int = 0
    born: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.millionths <= 1_000_000:
            raise ValueError("a probability lies between 0 and 1,000,000 millionths")

    @property
    def probability(self) -> float:
        return self.millionths / 1_000_000

    @property
    def without_words(self) -> "Alike":
        """As it is kept of a report."""
        return replace(self, found="", born="")

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it another than was answered before."""
        by = () if self.found or self.end else (self.millionths,)
        return (self.watched, self.found, self.start, self.end, *by)


def alike(
    watched: str, found: str, probability: float, start: int = 0, end: int = 0, born: str = ""
) -> Alike:
    """Two names that are alike with a probability from 0 to 1."""
    likely = round(probability * 1_000_000)
    return Alike(watched=watched, found=found, millionths=likely, start=start, end=end, born=born)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A report (`report_id`) or a row of a list in which a subject on watch may be met.

    It waits until somebody has answered for good. `found` is the likeliest first; empty, with no
    identifiers, where it was found by the whole name alone and is answered when the watch is
    renewed, as it was before names were compared.
    """

    sighting_id: str
    report_id: str
    list_id: str
    row: int
    found: tuple[Alike, ...]
    identifiers: tuple[str, ...]
    at: datetime
    answer: SightingAnswer | None = None
    reason: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""

    @property
    def waits(self) -> bool:
        return self.answered_at is None or self.answer is SightingAnswer.CANNOT_TELL

    @property
    def waits_since(self) -> datetime:
        """Who cannot tell has looked: the wait begins anew."""
        return self.answered_at or self.at

    @property
    def by_whole_name(self) -> bool:
        return not (self.found or self.identifiers)

    @property
    def probability(self) -> float:
        """Of an identifier, or a whole name, that was found: certain enough to be looked at."""
        likely = max((one.probability for one in self.found), default=0.0)
        return 1.0 if self.identifiers or not self.found else likely

    @property
    def source(self) -> tuple[str, str, int]:
        """Where it was: the same report, or row of the same list, is one place."""
        return self.report_id, self.list_id, self.row
