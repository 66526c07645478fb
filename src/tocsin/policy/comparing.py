"""What two packs decide otherwise: over their examples, over every input, in time and grounds."""

from dataclasses import dataclass
from itertools import product

from tocsin.domain.duty import Clock, Duty
from tocsin.domain.findings import Urgency
from tocsin.policy.examples import Tried, decided
from tocsin.policy.form import ExampleTable
from tocsin.policy.grouping import conditions
from tocsin.policy.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleDiffers:
    """An example of the pack `of` that the two decide otherwise; `first` by the first."""

    of: str
    name: str
    story: str
    first: Duty
    second: Duty
    first_waives: bool | None
    second_waives: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputsDiffer:
    """`count` of the 2,430 inputs go from `first` to `second`: those of which a condition holds."""

    first: Duty
    second: Duty
    count: int
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDiffers:
    clock: Clock
    urgency: Urgency
    first_s: int
    second_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Everything that two packs decide otherwise; grounds are told by their codes."""

    first: str
    second: str
    examples: tuple[ExampleDiffers, ...]
    examples_tried: int
    inputs: tuple[InputsDiffer, ...]
    clocks: tuple[ClockDiffers, ...]
    grounds_lost: tuple[str, ...]
    grounds_gained: tuple[str, ...]
    recipients_lost: tuple[str, ...]
    recipients_gained: tuple[str, ...]

    @property
    def differs(self) -> bool:
        grounds = (*self.grounds_lost, *self.grounds_gained)
        told = (*self.recipients_lost, *self.recipients_gained)
        return bool(self.examples or self.inputs or self.clocks or grounds or told)


def compare(first: Pack, second: Pack) -> Compared:
    """What `second` decides otherwise than `first`."""
    tried: dict[tuple[object, ...], tuple[str, ExampleTable]] = {}
    for pack in (first, second):
        for example in pack.form.example:
            same = (example.story, example.findings, str(example.waiver))
            tried.setdefault(same, (pack.name, example))
    examples = (
        (of, decided(first, example), decided(second, example)) for of, example in tried.values()
    )
    told, tells = _recipients(first), _recipients(second)
    return Compared(
        first=first.name,
        second=second.name,
        examples=tuple(
            _example(of, one, other)
            for of, one, other in examples
            if (one.duty, one.allowed) != (other.duty, other.allowed)
        ),
        examples_tried=len(tried),
        inputs=tuple(_inputs(first, second)),
        clocks=tuple(_clocks(first, second)),
        grounds_lost=tuple(code for code in first.grounds if code not in second.grounds),
        grounds_gained=tuple(code for code in second.grounds if code not in first.grounds),
        recipients_lost=tuple(who for one, who in told.items() if one not in tells),
        recipients_gained=tuple(who for one, who in tells.items() if one not in told),
    )


def _example(of: str, one: Tried, other: Tried) -> ExampleDiffers:
    return ExampleDiffers(
        of=of,
        name=one.example.name,
        story=one.example.story,
        first=one.duty,
        second=other.duty,
        first_waives=one.allowed,
        second_waives=other.allowed,
    )


def _inputs(first: Pack, second: Pack) -> list[InputsDiffer]:
    return [
        InputsDiffer(first=one, second=other, count=both.bit_count(), when=conditions(both))
        for one, other in product(Duty, Duty)
        if one is not other and (both := first.truth.of(one) & second.truth.of(other))
    ]


def _clocks(first: Pack, second: Pack) -> list[ClockDiffers]:
    return [
        ClockDiffers(
            clock=clock,
            urgency=urgency,
            first_s=round(first.interval(clock, urgency).total_seconds()),
            second_s=round(second.interval(clock, urgency).total_seconds()),
        )
        for clock, urgency in product(Clock, Urgency)
        if first.interval(clock, urgency) != second.interval(clock, urgency)
    ]


def _recipients(pack: Pack) -> dict[tuple[str, bool], str]:
    return {
        (one.name, one.required): f"{one.who}{' (required)' if one.required else ''}"
        for one in pack.form.recipient
    }
