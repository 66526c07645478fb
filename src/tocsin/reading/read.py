"""One report read: what it threatens, whom, by whom, how, where and when, in its very words.

Cheap steps come first; what the gate finds ordinary is not read further unless its words alone
give reason to. It proposes, people decide.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol

from tocsin.reading.aimed import aimed_at
from tocsin.reading.cues import CueReader
from tocsin.reading.encoder import Encoder
from tocsin.reading.entities import Entity
from tocsin.reading.gate import Gate, GateResult
from tocsin.reading.language import Language, language_of
from tocsin.reading.mixed import judged
from tocsin.reading.multilingual import Multilingual, is_installed
from tocsin.reading.normal import Normal, normalise
from tocsin.reading.proposing import Proposal, Span, Understood, propose
from tocsin.reading.sentences import sentences
from tocsin.reading.threats import LANGUAGES, ReportJudgement, rules_id
from tocsin.reading.understood import Mention, Role, SentenceReading
from tocsin.reading.weighing import Weighed, weigh
from tocsin.reading.when import read_times
from tocsin.reading.where import read_places

MOST_READ = 200_000  # characters of one report; what lies beyond is said to be unread
_SOON = "impending.soon"
# A line of nothing but "EXERCISE - EXERCISE", as drills are marked.
_BANNER = re.compile(r"(?m)^[ \t]*(?:(?:EXERCISE|EXAMPLE|DRILL|TEST)\b[ \t.:;*/–—-]*)+$")
# Below this the model of English makes nothing of a phrase that rules go by. Heads that had not
# seen the passages did best with twice as much; half leans toward sharing.
_ENGLISH_DOUBTS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was understood of one report. Spans are of `normal.text`; `original` leads back.

    `further` is unset where nothing called for more than the gate: `understood` is then empty.
    `linguist` is set where a person who knows the language should look. `read_by` are the ids
    of rules and models. `unread` is how many characters at the end nobody read, `unmodelled` how
    many before these rules alone read: all, where no model reads the language.
    """

    normal: Normal
    language: Language
    gate: GateResult
    further: bool
    understood: Understood
    entities: tuple[Entity, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    read_by: tuple[str, ...] = ()
    linguist: bool = False
    unread: int = 0
    unmodelled: int = 0

    @property
    def threat(self) -> bool:
        """Whether rules or model see harm to come: reason for a person to look."""
        return bool(self.proposals)

    @property
    def confidence(self) -> float:
        """That of the surest threat, 0 where there is none."""
        return max((one.confidence for one in self.proposals), default=0.0)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Characters of the text received that became `start` to `end` of the normal text."""
        return self.normal.original(start, end)


class Seen(Protocol):
    """What a model makes of a text up to character `read_to`."""

    @property
    def mentions(self) -> tuple[Mention, ...]: ...
    @property
    def sentences(self) -> tuple[SentenceReading, ...]: ...
    @property
    def read_to(self) -> int: ...


class Model(Protocol):
    """Reads roles and stages. `source` is its id."""

    source: str

    def read(self, text: str, spans: Sequence[tuple[int, int]]) -> Seen: ...
    def known(self, text: str, seen: Any) -> tuple[Entity, ...]:
        """Those that likely fill their role."""
        ...


class ReportReader:
    """Reads reports. Holds its models; may be shared by threads.

    `english` reads English, `foreign` all else; where that is not there, rules read alone.
    """

    def __init__(self, gate: Gate, english: Model, foreign: Model | None = None) -> None:
        self._gate, self._english, self._foreign = gate, english, foreign
        self._cues = CueReader()

    @classmethod
    def load(cls) -> "ReportReader":
        """With the models that are installed, whose hashes are checked."""
        return cls(Gate.load(), Encoder.load(), Multilingual.load() if is_installed() else None)

    def read(
        self,
        text: str,
        *,
        language: str = "",
        known_at: datetime | None = None,
        zone: tzinfo = UTC,
        whole: bool = False,
    ) -> Reading:
        """Read `text`, received at `known_at` and telling times in `zone`.

        `language` is what is said of it, a language tag; it counts where there are rules for it.
        Where another is detected the text is read in both, and what tells more of a threat stands.
        `whole` reads on whatever the gate says. `MOST_READ` bounds the time, whatever the text.
        """
        normal = normalise(text)
        understood = Understood(text=_unbannered(normal.text[:MOST_READ]), known_at=known_at)
        spoken = _languages(understood.text, language)
        readings = [self._in(one, normal, understood, zone, whole=whole) for one in spoken]
        return max(readings, key=_telling)

    def _in(
        self, spoken: Language, normal: Normal, understood: Understood, zone: tzinfo, *, whole: bool
    ) -> Reading:
        words = understood.text
        gate = self._gate.judge(words, spoken.code)
        spans = sentences(words, spoken.code)
        ruled = judged(words, spans, spoken.code)
        reading = Reading(
            normal=normal, language=spoken, gate=gate, further=False, understood=understood
        )
        if not (whole or gate.passes or any(one.strong for one in ruled.judgements)):
            return reading
        return self._further(reading, spans, ruled, zone)

    def _further(
        self,
        reading: Reading,
        spans: Sequence[tuple[int, int]],
        ruled: ReportJudgement,
        zone: tzinfo,
    ) -> Reading:
        """The reading of a report that the gate let through, or strong words did."""
        words, spoken = reading.understood.text, reading.language.code
        known_at = reading.understood.known_at
        model = self._english if spoken == "en" else self._foreign
        seen = model.read(words, spans) if model else None
        known = model.known(words, seen) if model else ()
        doubts = _ENGLISH_DOUBTS if spoken == "en" else 0.0
        weighed = weigh(spans, ruled, seen.sentences if seen else (), doubts)
        mentions = [mention for one in known for mention in one.mentions]
        if spoken == "en":
            mentions += _aimed(words, weighed, mentions)
        understood = Understood(
            text=words,
            sentences=weighed,
            mentions=tuple(sorted(mentions, key=lambda one: (one.start, -one.end))),
            times=read_times(words, language=spoken, written=known_at, zone=zone),
            places=read_places(words, language=spoken),
            soon=self._soon(words),
            known_at=known_at,
        )
        return replace(
            reading,
            further=True,
            understood=understood,
            entities=known,
            proposals=propose(understood),
            read_by=(rules_id(), *((model.source,) if model else ())),
            linguist=spoken != "en",
            unread=len(reading.normal.text) - len(words),
            unmodelled=len(words) - (seen.read_to if seen else 0),
        )

    def _soon(self, words: str) -> tuple[Span, ...]:
        found = (one for one in self._cues.cues(words) if one.rule == _SOON)
        return tuple(Span(start=one.start, end=one.end) for one in found)


def _telling(reading: Reading) -> tuple[bool, bool]:
    return reading.threat, any(one.named for one in reading.proposals)


def _unbannered(words: str) -> str:
    """The same text with blanks for its banners: a drill is read as if it were real."""
    return _BANNER.sub(lambda found: " " * len(found[0]), words)


def _languages(words: str, given: str) -> Iterator[Language]:
    """What is said of the text first: a document may lie about it, and hide a threat."""
    if (stated := given.partition("-")[0].lower()) in LANGUAGES:
        yield Language(code=stated, probability=1.0, why="as given")
    told = language_of(words)
    if stated not in LANGUAGES or told.code not in (stated, "und"):
        yield told


def _aimed(words: str, sentences: Sequence[Weighed], known: Sequence[Mention]) -> list[Mention]:
    """Victims by grammar, in sentences of threat for which the model named none."""
    named = [one.start for one in known if one.role in (Role.VICTIM, Role.TARGET)]
    return [
        mention
        for one in sentences
        if one.threat and not any(one.start <= start < one.end for start in named)
        for mention in aimed_at(words, one.start, one.end)
    ]
