"""The form of a policy pack: every table and key it may have, and no other.

Beside its rules a pack states whom to tell, who does what, what is kept, and
gives examples. Those tables are optional here, so that packs kept on a record
still load; `tocsin.policy.check` demands them of a pack that is to be used.
"""

import re
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from tocsin.domain.duty import Clock, Duty
from tocsin.domain.findings import Urgency

_SPAN = re.compile(r"([1-9][0-9]{0,3})(m|h|d)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LONGEST = timedelta(days=366)


def span(text: object) -> timedelta:
    """A length of time such as "15m", "4h" or "14d"; never zero, at most 366 days."""
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    length = int(match[1]) * _UNITS[match[2]] if match else timedelta(0)
    if not timedelta(0) < length <= _LONGEST:
        raise ValueError('give a length of time such as "15m", "4h" or "14d", up to 366 days')
    return length


Words = Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=r"\S")]
Name = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
# Longer than any condition that a lawyer can read, short enough to be tried on every input.
Cel = Annotated[str, StringConstraints(min_length=1, max_length=800)]
Span = Annotated[timedelta, BeforeValidator(span)]
# quoted: retrieved text; paraphrased: follows from retrieved text; unverified: to be
# checked against the directive by a person; design: ours, the directive is silent.
Status = Literal["quoted", "paraphrased", "unverified", "design"]
Outcome = Literal["owed", "not_owed", "undecided"]
ContentField = Literal["what", "where", "window", "do", "call", "basis"]
StateCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Answered = Literal["yes", "no", "unknown"]
HarmName = Literal["killing", "serious_bodily_injury", "kidnapping", "none_of_these", "unknown"]
VictimName = Literal["person", "group", "place", "event"]
ClockName = Literal[
    "triage",
    "decision",
    "originator_reply",
    "first_attempt",
    "receipt",
    "action_check",
    "onward_passage",
    "review",
    "waiver_expiry",
    "break_glass_review",
    "window_end",
    "inbound_receipt",
    "inbound_owner",
    "sender_reply",
    "watch_review",
    "sighting",
]


class Table(BaseModel):
    """A table: no unknown key, no coercion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Sourced(Table):
    """A statement with where it comes from and how sure that is."""

    clause: Words
    status: Status
    source: Words


class PackTable(Table):
    title: Words
    version: Words
    jurisdiction: Words
    # Resolved before the form is read; see tocsin.policy.bundle.
    extends: Name | None = None
    without: Annotated[list[Words], Field(max_length=64)] = []


class CoverageTable(Sourced):
    """Whether threats from the operator's own state are covered: every pack must say."""

    own_state_threats: bool


class MeaningTable(Sourced):
    """What the operator takes an undefined word to mean, and why."""

    rationale: Words


class RuleTable(Sourced):
    """`over` names the rules of another outcome that this one, standing before them, beats."""

    name: Name
    outcome: Outcome
    when: Cel
    over: Annotated[list[Name], Field(max_length=64)] = []

    @property
    def duty(self) -> Duty:
        return Duty(self.outcome)


class ThresholdTable(Table):
    meaning: Annotated[dict[Name, MeaningTable], Field(max_length=32)] = {}
    rule: Annotated[list[RuleTable], Field(min_length=1, max_length=64)]


class NeedTable(Table):
    name: Name
    label: Words
    kind: Literal["text", "yes_no", "instant"]


class CheckTable(Table):
    """`otherwise` is what the officer is told when `allow` does not hold."""

    allow: Cel
    otherwise: Words


class WaiverTable(Sourced):
    number: Annotated[int, Field(ge=1, le=99)]
    title: Words
    two_units: bool
    # An empty list of demands would be met by nothing at all.
    needs: Annotated[list[NeedTable], Field(min_length=1, max_length=32)]
    checks: Annotated[list[CheckTable], Field(min_length=1, max_length=16)]


class ByUrgency(Table):
    imminent: Span
    near: Span
    later: Span
    why: Words

    @model_validator(mode="after")
    def _nearer_is_never_slower(self) -> Self:
        if not self.imminent <= self.near <= self.later:
            raise ValueError("a nearer threat must not have a longer clock than a later one")
        return self

    def spans(self) -> dict[Urgency, timedelta]:
        return {urgency: getattr(self, urgency.value) for urgency in Urgency}


class UrgencyTable(Table):
    imminent_within: Span
    near_within: Span

    @model_validator(mode="after")
    def _imminent_before_near(self) -> Self:
        if self.imminent_within >= self.near_within:
            raise ValueError("imminent_within must be shorter than near_within")
        return self


_STAND_INS = {
    Clock.ONWARD_PASSAGE: "action_check",
    Clock.INBOUND_RECEIPT: "triage",
    Clock.INBOUND_OWNER: "triage",
    Clock.SENDER_REPLY: "originator_reply",
    Clock.WATCH_REVIEW: "review",
    Clock.SIGHTING: "triage",
}


class ClocksTable(Table):
    """One table for every `Clock`; none may be left out.

    But those of `_STAND_INS`: packs written before them go by the clock that stands there.
    """

    status: Status
    source: Words
    triage: ByUrgency
    decision: ByUrgency
    originator_reply: ByUrgency
    first_attempt: ByUrgency
    receipt: ByUrgency
    action_check: ByUrgency
    onward_passage: ByUrgency | None = None
    review: ByUrgency
    waiver_expiry: ByUrgency
    break_glass_review: ByUrgency
    window_end: ByUrgency
    inbound_receipt: ByUrgency | None = None
    inbound_owner: ByUrgency | None = None
    sender_reply: ByUrgency | None = None
    watch_review: ByUrgency | None = None
    sighting: ByUrgency | None = None

    def by_clock(self) -> dict[Clock, dict[Urgency, timedelta]]:
        tables = {
            clock: getattr(self, clock.value) or getattr(self, _STAND_INS[clock]) for clock in Clock
        }
        return {clock: table.spans() for clock, table in tables.items()}


class WarningTable(Sourced):
    """What a warning must say before it may be released."""

    minimum_content: Annotated[list[ContentField], Field(min_length=1)]


class SeparationTable(Sourced):
    name: Name


class VictimsTable(Sourced):
    """Who may be a victim."""

    kinds: Annotated[list[VictimName], Field(min_length=1, max_length=4)]


class RecipientTable(Sourced):
    """Whom to tell: does it discharge the duty, and must it be done in any case?"""

    name: Name
    who: Words
    discharges: bool
    required: bool = False


class RoleTable(Sourced):
    """A part in the work; `not_also` names parts that another person must take."""

    name: Name
    does: Words
    not_also: Annotated[list[Name], Field(max_length=16)] = []


class StepTable(Table):
    after: ClockName
    step: Words


class EscalationTable(Sourced):
    """What happens when a clock runs out."""

    steps: Annotated[list[StepTable], Field(min_length=1, max_length=32)]


class RecordsTable(Sourced):
    """What is kept, and how long."""

    keep: Annotated[list[Words], Field(min_length=1, max_length=32)]
    how_long: Words


class NeverTable(Sourced):
    """A ground that this pack refuses to have, and so does every pack that extends it."""

    name: Name


class StateTable(Sourced):
    """One state's rule; `verified` once a person has read the statute."""

    name: Words
    must_tell: Annotated[list[Words], Field(max_length=8)] = []
    may_tell: Annotated[list[Words], Field(max_length=8)] = []
    verified: bool

    @property
    def is_mandatory(self) -> bool:
        return bool(self.must_tell)


class AnswersTable(Table):
    harm: Answered
    directed: Answered
    credible: Answered
    specific: Answered
    impending: Answered


class ExampleWaiverTable(Table):
    """A ground tried on the example: would it be met?"""

    ground: Name
    particulars: Annotated[dict[Name, str], Field(max_length=32)]
    allowed: bool


class ExampleTable(Table):
    """A case as this pack's own test; historic facts name their source."""

    name: Name
    story: Words
    source: Words
    findings: AnswersTable
    kind_of_harm: HarmName
    corroboration_tried: bool
    outcome: Outcome
    waiver: ExampleWaiverTable | None = None


class PackForm(Table):
    """A whole pack. What follows `separation` came later: packs kept from before lack it."""

    pack: PackTable
    coverage: CoverageTable
    threshold: ThresholdTable
    urgency: UrgencyTable
    clocks: ClocksTable
    warning: WarningTable
    waiver: Annotated[dict[Name, WaiverTable], Field(max_length=32)] = {}
    separation: Annotated[list[SeparationTable], Field(max_length=32)] = []
    no_waiver: Sourced | None = None
    never_a_ground: Annotated[list[NeverTable], Field(max_length=16)] = []
    victims: VictimsTable | None = None
    recipient: Annotated[list[RecipientTable], Field(max_length=16)] = []
    role: Annotated[list[RoleTable], Field(max_length=16)] = []
    escalation: EscalationTable | None = None
    records: RecordsTable | None = None
    states: Annotated[dict[StateCode, StateTable], Field(max_length=64)] = {}
    example: Annotated[list[ExampleTable], Field(max_length=64)] = []
