"""What a scenario file may say. The handbook's page on scenarios shows every key."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, Strict

from tocsin.domain.actor import Role
from tocsin.domain.case import CaseState, DeliveryState
from tocsin.domain.duty import Clock
from tocsin.domain.findings import Urgency
from tocsin.domain.inbound import ClaimResult, ClaimState, Owed
from tocsin.domain.kinds import Matter, OutcomeKind, ReactionKind
from tocsin.domain.refusal import Code
from tocsin.domain.report import Credibility, Reliability
from tocsin.domain.stage import Stage

RECIPIENT, SYSTEM = "recipient", "system"
MOST_STEPS, MOST_TELLINGS, MOST_DOCUMENTS = 300, 8, 100

RELATIVE = re.compile(r"([+-])(\d{1,5})([mhd])")
Length = Annotated[str, Field(pattern=r"^\d{1,3}[mhd]$")]
When = Annotated[AwareDatetime, Strict()] | Annotated[str, Field(pattern=f"^{RELATIVE.pattern}$")]
"""An instant with its zone, or minutes, hours, days from now: "-5m", "+1h", "+2d"."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""What a telling or a step goes by."""


def _several(one_or_more: Any) -> Any:
    return (one_or_more,) if isinstance(one_or_more, str) else one_or_more


Clocks = Annotated[tuple[Clock, ...], BeforeValidator(_several)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]
Owing = Owed | Literal["owner"]


class Form(BaseModel):
    """Nothing unknown is accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficerForm(Form):
    """An officer of the story, plainly fictitious."""

    name: str
    unit: str
    roles: tuple[Role, ...]


class DisputeForm(Form):
    """What accounts disagree about, each version with its source. None is chosen."""

    what: str
    versions: Annotated[tuple[str, ...], Field(min_length=2, max_length=10)]


class DocumentForm(Form):
    """A report in our own words; `source` says from which public account.

    `warned_by` makes it a warning given to us; `claims` are what it says, one by one.
    """

    text: str
    source: str
    title: str
    acquired_at: When
    acquired_by: str
    received_from: str
    reliability: Reliability
    credibility: Credibility
    marking: str = ""
    originator: str = ""
    originator_controls: tuple[str, ...] = ()
    language: str = "en"
    tearline: str = ""
    urgency: Urgency | None = None
    disputed: Annotated[tuple[DisputeForm, ...], Field(max_length=10)] = ()
    warned_by: str = ""
    warned_path: str = ""
    answer_to: str = ""
    claims: Annotated[tuple[str, ...], Field(max_length=100)] = ()


class Expect(Form):
    """What must be true after a step, or at a telling's end.

    `refused`: the code with which the step must be refused. `quiet`: clocks that must not run;
    `lapses`: at least so many silences so far. `duties`: what a tally would count each victim's
    duty as. `says` must stand on the record by now, `never_says` must not. `found` must stand in
    what the step found. `runs`: for how long a running clock was set. `inbound`: what each warning
    given to us still owes its sender or lacks; `claims`, by its newest test where there is one.
    """

    refused: Code | None = None
    state: CaseState | None = None
    stage: Stage | None = None
    duty: Literal["owed", "undecided", "not_owed", "unassessed"] | None = None
    urgency: Urgency | None = None
    deadline: Clocks = ()
    quiet: Clocks = ()
    runs: Mapping[Clock, Length] = {}
    lapsed: Clocks = ()
    never_lapsed: Clocks = ()
    lapses: Annotated[int, Field(ge=1)] | None = None
    delivery: Mapping[str, DeliveryState] = {}
    determination: Mapping[str, Matter | Literal["none"]] = {}
    duties: Mapping[str, str] = {}
    inbound: Mapping[str, Annotated[tuple[Owing, ...], BeforeValidator(_several)]] = {}
    claims: Mapping[str, ClaimResult | ClaimState] = {}
    questions: Mapping[str, Literal["waits", "silent", "answered", "left"]] = {}
    watches: Mapping[str, Literal["on", "sighted", "ended"]] = {}
    outcome: OutcomeKind | None = None
    reports: int | None = None
    reactions: tuple[ReactionKind, ...] = ()
    says: Texts = ()
    never_says: Texts = ()
    found: Texts = ()
    leaks: tuple[str, ...] | None = None
    verdict: str | None = None


class ArrivalForm(Form):
    """A document that comes in, in every telling or in those of `only`.

    `apart`: at another desk, which opens a case of its own.
    """

    at: When
    by: str
    document: str
    say: str
    name: Name | None = None
    apart: bool = False
    only: tuple[Name, ...] = ()
    expect: Expect = Expect()


class AgainForm(Form):
    """A step taken `times` more, each time `every` later."""

    every: Length
    times: Annotated[int, Field(ge=1, le=60)]


class StepForm(Form):
    """One thing that somebody does, or that time does; `after` names the step it follows from."""

    at: When
    by: str
    do: str
    fields: dict[str, Any] = {}
    say: str
    name: Name | None = None
    after: Name | None = None
    again: AgainForm | None = None
    expect: Expect = Expect()


class LessonForm(Form):
    """What a telling shows, in words and as what must be true at its end."""

    says: str
    expect: Expect


class TellingForm(Form):
    """One way in which it went, or could have gone.

    `starts_as`: it begins like another telling, up to and with its step `up_to`. `looks`: how
    often clocks are looked at once nothing has happened for hours, so that years of silence can
    be told; without it each lapses at its own instant.
    """

    title: str
    starts_as: Name | None = None
    up_to: Name | None = None
    looks: Annotated[str, Field(pattern=r"^\d{1,3}[hd]$")] | None = None
    step: Annotated[tuple[StepForm, ...], Field(max_length=MOST_STEPS)] = ()
    lesson: LessonForm


class Scenario(Form):
    """A whole scenario as written; `sources` are the public accounts it follows.

    It has tellings, the first of which is told where none is named; or, told in one way, steps.
    """

    title: str
    about: str
    sources: tuple[str, ...]
    policy: Texts = ()
    exercise: bool = False
    officer: dict[str, OfficerForm]
    document: Annotated[dict[str, DocumentForm], Field(max_length=MOST_DOCUMENTS)] = {}
    arrives: Annotated[tuple[ArrivalForm, ...], Field(max_length=MOST_DOCUMENTS)] = ()
    telling: Annotated[dict[Name, TellingForm], Field(max_length=MOST_TELLINGS)] = {}
    step: Annotated[tuple[StepForm, ...], Field(max_length=MOST_STEPS)] = ()
