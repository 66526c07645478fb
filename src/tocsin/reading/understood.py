"""What reading makes of a text: who is threatened, by whom, how, and in which very words.

Values only. Spans are half-open, in characters of the normal text (`normal.normalise`).
"""

from dataclasses import dataclass
from enum import StrEnum

from tocsin.domain.correcting import HarmStage

Stage = HarmStage
"""How far the harm of a sentence has come, as the sentence puts it."""


class Certainty(StrEnum):
    """How sure the sentence is of it; none where no harm is spoken of."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    NONE = "none"


class Role(StrEnum):
    """What somebody or something is to a threat or an act of violence."""

    PERPETRATOR_PERSON = "perpetrator_person"
    PERPETRATOR_ORGANISATION = "perpetrator_organisation"
    VICTIM = "victim"
    TARGET = "target"
    WEAPON = "weapon"
    MEANS = "means"
    EVENT_OR_SITE = "event_or_site"
    PLACE = "place"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Characters `start` to `end` are `words` and stand in `role`.

    `source` is the id of the model or of the rule; `probability` is calibrated, 1 for a rule.
    """

    start: int
    end: int
    words: str
    role: Role
    probability: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceReading:
    """What a model makes of the sentence `start` to `end`: calibrated, each summing to 1."""

    start: int
    end: int
    stages: dict[Stage, float]
    certainties: dict[Certainty, float]

    @property
    def stage(self) -> Stage:
        """The likeliest."""
        return max(self.stages, key=self.stages.__getitem__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a rule makes of a sentence: characters `start` to `end` are the words it went by.

    `sentence` is its number in the spans given, `harm` one of killing, serious_bodily_injury,
    kidnapping, unknown. `strong` is set where the words alone are reason enough for a person
    to look, whatever a model thinks. `why` are the ids of the rules that agreed: the trigger
    first, then what changed it (negation, modality, attribution, time).
    """

    sentence: int
    start: int
    end: int
    words: str
    stage: Stage
    certainty: Certainty
    harm: str
    strong: bool
    why: tuple[str, ...]
