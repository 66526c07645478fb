"""The five findings on which the duty rests, each yes, no or unknown.

Source: ICD 191 (21 July 2015): "credible and specific information indicating
an impending threat of intentional killing, serious bodily injury, or
kidnapping directed at a person or group".
"""

from dataclasses import dataclass
from enum import StrEnum


class FindingName(StrEnum):
    """What is asked of every report, separately."""

    HARM = "harm"
    DIRECTED = "directed"
    CREDIBLE = "credible"
    SPECIFIC = "specific"
    IMPENDING = "impending"


class Answer(StrEnum):
    """Unknown is an answer of its own and never counts as yes or as no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Harm(StrEnum):
    """The closed list of harms; property is not bodily harm."""

    KILLING = "killing"
    SERIOUS_BODILY_INJURY = "serious_bodily_injury"
    KIDNAPPING = "kidnapping"
    NONE_OF_THESE = "none_of_these"
    UNKNOWN = "unknown"


class Urgency(StrEnum):
    """How near the harm is, nearest first; chooses the clocks. Unstated counts as imminent."""

    IMMINENT = "imminent"
    NEAR = "near"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words of a report that carry a finding: characters start to end of its text."""

    report_id: str
    start: int
    end: int
    words: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or len(self.words) > 2_000:
            raise ValueError("evidence is a non-empty span of at most 2,000 characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding with its basis in the analyst's own words."""

    answer: Answer
    basis: str = ""
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        if len(self.basis) > 8_000 or len(self.evidence) > 50:
            raise ValueError("a basis has at most 8,000 characters, and 50 passages of evidence")
        if self.answer is not Answer.UNKNOWN and not self.basis.strip():
            raise ValueError("a yes or a no needs its basis")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All five, always: a finding nobody made is unknown."""

    harm: Finding
    directed: Finding
    credible: Finding
    specific: Finding
    impending: Finding
    kind_of_harm: Harm = Harm.UNKNOWN
    corroboration_tried: bool = False

    def answers(self) -> dict[FindingName, Answer]:
        """The five answers by name."""
        return {name: getattr(self, name.value).answer for name in FindingName}
