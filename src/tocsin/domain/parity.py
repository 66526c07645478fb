"""No double standard: whoever shares the danger is told when the house's own people are.

Source: 7 FAM 052, fam.state.gov/fam/07fam/07fam0050.html.
"""

from dataclasses import dataclass
from enum import StrEnum

from tocsin.domain.refusal import Code, refuse


class Parity(StrEnum):
    """How it stands between those inside who were told and those outside who share the danger."""

    NOBODY_INSIDE = "nobody_inside"
    TOLD_ALREADY = "told_already"
    TOLD_TOGETHER = "told_together"
    NOT_EXPOSED = "not_exposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParityAnswer:
    """The desk's answer before a release: who inside was told what those outside were not."""

    parity: Parity
    who_inside: str = ""
    who_outside: str = ""
    reason: str = ""


NOBODY_INSIDE = ParityAnswer(parity=Parity.NOBODY_INSIDE)
_NEEDS = {
    Parity.NOBODY_INSIDE: (),
    Parity.TOLD_ALREADY: ("who_inside", "who_outside"),
    Parity.TOLD_TOGETHER: ("who_inside", "who_outside"),
    Parity.NOT_EXPOSED: ("who_inside", "reason"),
}
_MOST_WORDS = 2_000


def checked(answer: ParityAnswer | None) -> ParityAnswer:
    """The answer, if it is whole. Refuses PARITY_UNANSWERED."""
    if answer is None:
        refuse(
            Code.PARITY_UNANSWERED,
            "Nothing was released: it is not said who inside has been told of this threat.",
            "Say who of your own was told, and whether those outside who share the danger are.",
        )
    said = (answer.who_inside, answer.who_outside, answer.reason)
    missing = [name for name in _NEEDS[answer.parity] if not getattr(answer, name).strip()]
    if missing or any(len(words) > _MOST_WORDS for words in said):
        refuse(
            Code.PARITY_UNANSWERED,
            "Nothing was released: the answer on who inside was told is not whole.",
            "Say who inside, who outside, or why those outside are not in danger.",
        )
    return answer
