"""What was understood, as marks on the text as received: for terminals and pages."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tocsin.domain.findings import FindingName
from tocsin.reading.read import Reading
from tocsin.reading.understood import Mention, Role, Stage
from tocsin.reading.when import TimeExpression
from tocsin.reading.where import Place, PlaceKind

_BEARS_ON = {
    Role.VICTIM: FindingName.DIRECTED,
    Role.TARGET: FindingName.DIRECTED,
    Role.EVENT_OR_SITE: FindingName.DIRECTED,
    Role.TIME: FindingName.IMPENDING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Characters `start` to `end` of the text as received, `words`, and what they are.

    `finding` is the one that they bear on most. `source` is the id of the rule or model,
    `probability` its own, 1 for a rule.
    """

    start: int
    end: int
    words: str
    what: str
    finding: FindingName
    source: str
    probability: float

    @property
    def rule(self) -> str:
        """What the words are, in words."""
        return self.what.replace("_", " ")


def marks(reading: Reading, received: str) -> tuple[Mark, ...]:
    """Marks in the order of `received`, the text that was read; of two alike the model's."""
    found: dict[tuple[int, int, str], Mark] = {}
    for start, end, what, finding, source, probability in _found(reading):
        begins, ends = reading.original(start, end)
        if begins < ends:
            found.setdefault(
                (begins, ends, what),
                Mark(
                    start=begins,
                    end=ends,
                    words=received[begins:ends],
                    what=what,
                    finding=finding,
                    source=source,
                    probability=probability,
                ),
            )
    return tuple(sorted(found.values(), key=lambda one: (one.start, -one.end)))


_Parts = tuple[int, int, str, FindingName, str, float]


def _found(reading: Reading) -> Iterator[_Parts]:
    understood = reading.understood
    for one in understood.sentences:
        rule = one.judgement
        if rule and one.stage is not Stage.NONE:
            yield rule.start, rule.end, one.stage, FindingName.HARM, rule.why[0], one.confidence
        elif one.threat:
            yield one.start, one.end, one.stage, FindingName.HARM, "model", one.confidence
    read: dict[Role, Sequence[TimeExpression] | Sequence[Place]] = {
        Role.TIME: understood.times,
        Role.PLACE: understood.places,
    }
    for said in _longest(understood.mentions):
        if not _covered(said, read.get(said.role, ())):
            bears = _BEARS_ON.get(said.role, FindingName.SPECIFIC)
            yield said.start, said.end, said.role, bears, said.source, said.probability
    for time in understood.times:
        yield time.start, time.end, "time", FindingName.IMPENDING, f"times.{time.rule}", 1.0
    for place in understood.places:
        what = "site" if place.what in (PlaceKind.SITE, PlaceKind.EVENT) else "place"
        yield place.start, place.end, what, FindingName.SPECIFIC, "places", 1.0


def _longest(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """Those that lie within no longer one of their role."""
    last: dict[Role, tuple[int, int]] = {}
    for one in sorted(mentions, key=lambda one: (one.start, -one.end)):
        start, end = last.get(one.role, (-1, -1))
        if one.end > end or (one.start, one.end) == (start, end):
            last[one.role] = one.start, one.end
            yield one


def _covered(one: Mention, read: Sequence[TimeExpression] | Sequence[Place]) -> bool:
    """Whether what is read exactly, in order and none overlapping, says the same of these words."""
    before = bisect_left(read, one.end, key=lambda other: other.start)
    return before > 0 and one.start < read[before - 1].end


def outermost(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Marks in order, those left out that cross the end of one before."""
    ends: list[int] = []
    for one in marks:
        while ends and ends[-1] <= one.start:
            ends.pop()
        if not ends or one.end <= ends[-1]:
            ends.append(one.end)
            yield one
