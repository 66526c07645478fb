"""From what was understood to the five findings, for each intended victim, with the very words.

It proposes yes, or leaves the finding unknown; never no, for what a report does not say may be so
all the same. Nothing follows from nationality, and officers decide.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from tocsin.domain.findings import Answer, FindingName, Harm, Urgency
from tocsin.reading.proposing_words import told_of, why_certain, why_harm, why_soon
from tocsin.reading.understood import Mention, Role
from tocsin.reading.weighing import Weighed
from tocsin.reading.when import TimeExpression, TimeKind
from tocsin.reading.where import Place, PlaceKind

MOST_VICTIMS = 12
_WHERE = (Role.TARGET, Role.EVENT_OR_SITE, Role.PLACE)
_HOW = (Role.WEAPON, Role.MEANS)
_BY = (Role.PERPETRATOR_PERSON, Role.PERPETRATOR_ORGANISATION)
_HARMS = {harm.value: harm for harm in Harm}
_GRAVEST = (Harm.KILLING, Harm.KIDNAPPING, Harm.SERIOUS_BODILY_INJURY)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters `start` to `end` of the normal text."""

    start: int
    end: int


_Found = TypeVar("_Found", Mention, TimeExpression, Place, Span)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedFinding:
    """One finding as reading would answer it, why, and the words that carry it."""

    name: FindingName
    answer: Answer
    why: str
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The five findings for one intended victim, as the report names them.

    `named` is where it does, None where it does not. `opens` and `closes` are the window that
    its words tell, half open; None where they do not. `confidence` is that of the threat.
    """

    intended_victim: str
    named: Span | None
    harm: Harm
    findings: tuple[ProposedFinding, ...]
    urgency: Urgency | None
    opens: datetime | None
    closes: datetime | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was found in one report, all in characters of its normal `text`.

    `known_at` is when the report was written or acquired: times before it are past. `soon` are
    words that say that it is near without a time ("imminent").
    """

    text: str
    sentences: Sequence[Weighed] = ()
    mentions: Sequence[Mention] = ()
    times: Sequence[TimeExpression] = ()
    places: Sequence[Place] = ()
    soon: Sequence[Span] = ()
    known_at: datetime | None = None


def propose(understood: Understood) -> tuple[Proposal, ...]:
    """One proposal for each intended victim of a threat; none where nothing threatens."""
    threats = [one for one in understood.sentences if one.threat]
    if not threats:
        return ()
    victims = _victims(understood, threats)[:MOST_VICTIMS]
    return tuple(_Case(understood, threats, of).proposal() for of in victims or [()])


def _victims(understood: Understood, threats: Sequence[Weighed]) -> list[tuple[Mention, ...]]:
    """Mentions of each, those in threats first; those elsewhere only where no threat names one."""
    near = _within(understood.mentions, threats)
    for roles in ((Role.VICTIM,), (Role.TARGET, Role.EVENT_OR_SITE)):
        if found := _by_name(one for one in near if one.role in roles):
            return found
    sites = [one for one in understood.places if one.what in (PlaceKind.SITE, PlaceKind.EVENT)]
    return _by_name(map(_aimed_at, _within(sites, threats))) or _by_name(
        one for one in understood.mentions if one.role is Role.VICTIM
    )


def _aimed_at(site: Place) -> Mention:
    """A site or event in a threat, where nobody else is said to be its aim."""
    return Mention(
        start=site.start,
        end=site.end,
        words=site.words,
        role=Role.EVENT_OR_SITE,
        probability=1.0,
        source="places",
    )


def _by_name(mentions: Iterable[Mention]) -> list[tuple[Mention, ...]]:
    groups: dict[str, list[Mention]] = {}
    for one in mentions:
        groups.setdefault(one.words.casefold(), []).append(one)
    return [tuple(group) for group in groups.values()]


def _within(found: Iterable[_Found], sentences: Sequence[Weighed]) -> list[_Found]:
    """What begins in one of the sentences, which are in order."""
    starts = [one.start for one in sentences]
    return [one for one in found if _number(one, starts, sentences) >= 0]


def _numbers(found: Iterable[Mention], sentences: Sequence[Weighed]) -> set[int]:
    """Those of the sentences in which one of them begins."""
    starts = [one.start for one in sentences]
    return {_number(one, starts, sentences) for one in found} - {-1}


def _number(
    one: Mention | TimeExpression | Place | Span, starts: Sequence[int], of: Sequence[Weighed]
) -> int:
    at = bisect_right(starts, one.start) - 1
    return at if at >= 0 and one.start < of[at].end else -1


class _Case:
    """One intended victim: the sentences that threaten them, and those beside these."""

    def __init__(
        self, understood: Understood, threats: Sequence[Weighed], of: Sequence[Mention]
    ) -> None:
        self.of, self.known_at = of, understood.known_at
        self.threats = [threats[number] for number in sorted(_numbers(of, threats))]
        self.threats = self.threats or list(threats)
        sentences = understood.sentences
        at = {one.start: number for number, one in enumerate(sentences)}
        near = sorted({at[t.start] + step for t in self.threats for step in (-1, 0, 1)})
        self.near = [sentences[number] for number in near if 0 <= number < len(sentences)]
        self.mentions = _within(understood.mentions, self.near)
        self.places = _within(understood.places, self.near)
        self.soon = _within(understood.soon, self.near)
        # The sentence that threatens tells its own time better than the one beside it.
        own, beside = (
            [one for one in _within(understood.times, some) if self._ahead(one)]
            for some in (self.threats, self.near)
        )
        self.times = own or beside

    def proposal(self) -> Proposal:
        opens, closes = self._window()
        return Proposal(
            intended_victim=self.of[0].words if self.of else "",
            named=Span(start=self.of[0].start, end=self.of[0].end) if self.of else None,
            harm=self._harm(),
            findings=(
                self._harmed(),
                self._directed(),
                self._credible(),
                self._specific(),
                self._impending(),
            ),
            urgency=self._urgency(opens),
            opens=opens,
            closes=closes,
            confidence=max(one.confidence for one in self.threats),
        )

    def _ahead(self, time: TimeExpression) -> bool:
        """Whether what it tells may lie ahead of when the report was known."""
        if self.known_at is None or (time.opens is None and time.closes is None):
            return time.kind is not TimeKind.SET and time.opens is not None
        return time.closes is None or time.closes > self.known_at

    def _window(self) -> tuple[datetime | None, datetime | None]:
        """From the first opening to the last end; open where one of the times is."""
        told = [one for one in self.times if one.opens or one.closes]
        opens = [one.opens for one in told if one.opens]
        closes = [one.closes for one in told if one.closes]
        return min(opens, default=None), max(closes, default=None)

    def _urgency(self, opens: datetime | None) -> Urgency | None:
        """By the house's clocks (imminent: within a day; near: within seven)."""
        if opens is None or self.known_at is None:
            return None
        left = opens - self.known_at
        near = Urgency.NEAR if left <= 7 * _DAY else Urgency.LATER
        return Urgency.IMMINENT if left <= _DAY else near

    def _harm(self) -> Harm:
        said = {_HARMS.get(one.harm, Harm.UNKNOWN) for one in self.threats}
        return next((harm for harm in _GRAVEST if harm in said), Harm.UNKNOWN)

    def _harmed(self) -> ProposedFinding:
        harm = self._harm()
        answer = Answer.UNKNOWN if harm is Harm.UNKNOWN else Answer.YES
        return ProposedFinding(
            name=FindingName.HARM,
            answer=answer,
            why=why_harm(harm, self.threats),
            evidence=tuple(
                Span(start=one.judgement.start, end=one.judgement.end)
                if one.judgement
                else Span(start=one.start, end=one.end)
                for one in self.threats
            ),
        )

    def _directed(self) -> ProposedFinding:
        return ProposedFinding(
            name=FindingName.DIRECTED,
            answer=Answer.YES if self.of else Answer.UNKNOWN,
            why="The report names whom or what it is aimed at."
            if self.of
            else "The report does not name whom it is aimed at.",
            evidence=_spans(self.of),
        )

    def _credible(self) -> ProposedFinding:
        """Never more than unknown: words cannot vouch for themselves."""
        return ProposedFinding(
            name=FindingName.CREDIBLE, answer=Answer.UNKNOWN, why=why_certain(self.threats)
        )

    def _specific(self) -> ProposedFinding:
        own, aims = frozenset(self.of), _spans(self.of)
        parts: dict[str, list[Mention | TimeExpression | Place]] = {
            "who": list(self.of),
            "where": [
                *(one for one in self.mentions if one.role in _WHERE and one not in own),
                *(one for one in self.places if not _overlaps(one, aims)),
            ],
            "when": list(self.times),
            "how": [one for one in self.mentions if one.role in _HOW],
            "by whom": [one for one in self.mentions if one.role in _BY],
        }
        told = {name: found for name, found in parts.items() if found}
        enough = ("who" in told or "where" in told) and len(told.keys() - {"by whom"}) > 1
        return ProposedFinding(
            name=FindingName.SPECIFIC,
            answer=Answer.YES if enough else Answer.UNKNOWN,
            why=told_of(told, parts.keys() - told.keys()),
            evidence=_spans(found[0] for found in told.values()),
        )

    def _impending(self) -> ProposedFinding:
        return ProposedFinding(
            name=FindingName.IMPENDING,
            answer=Answer.YES if self.times or self.soon else Answer.UNKNOWN,
            why=why_soon(self.times, self.threats, soon=bool(self.soon)),
            evidence=_spans([*self.times, *self.soon]),
        )


def _overlaps(place: Place, spans: Sequence[Span]) -> bool:
    """Whether one of the spans, ordered by beginning and end, has words of it."""
    before = bisect_left(spans, place.end, key=lambda one: one.start)
    return before > 0 and place.start < spans[before - 1].end


def _spans(found: Iterable[Mention | TimeExpression | Place | Span]) -> tuple[Span, ...]:
    """Their places in order; what lies within another is left out."""
    kept: list[Span] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.end > kept[-1].end:
            kept.append(Span(start=one.start, end=one.end))
    return tuple(kept)
