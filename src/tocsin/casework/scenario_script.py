"""A scenario that was read: its tellings, its times, and where in the file each thing stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

from tocsin.casework.scenario_form import (
    RELATIVE,
    ArrivalForm,
    Scenario,
    StepForm,
    TellingForm,
    When,
)
from tocsin.domain.refusal import Code, refuse
from tocsin.policy.places import Path as Place
from tocsin.policy.places import line_of

ONLY = "told"
"""The name of the one telling of a scenario that has steps of its own."""

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}

Stop = int | datetime | None
"""After which step, or at which instant, a telling is left; None at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of one telling, and where it is written."""

    form: StepForm
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A telling with its documents come in at their times; steps count from 1."""

    name: str
    form: TellingForm | None
    steps: tuple[Step, ...]

    @property
    def looks(self) -> timedelta | None:
        """How often clocks are looked at in a long silence."""
        return length(self.form.looks) if self.form and self.form.looks else None


def length(text: str) -> timedelta:
    """The length meant by "15m", "36h" or "2d"."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A scenario that holds together. Made by `load`; `shift` moves every absolute time of it."""

    name: str
    scenario: Scenario
    text: str = field(repr=False)
    now: datetime
    shift: timedelta = timedelta()

    @property
    def tellings(self) -> list[str]:
        """Their names, the one first that is told where none is named."""
        return list(self.scenario.telling) or [ONLY]

    def at(self, when: When) -> datetime:
        """The instant meant by an absolute or relative time."""
        if isinstance(when, datetime):
            return when + self.shift
        sign, size = when[0], length(when[1:])
        return self.now + (size if sign == "+" else -size)

    def plain(self, value: Any) -> Any:
        """A field's value as JSON has it, instants and relative times as text."""
        if isinstance(value, datetime):
            return self.at(value).isoformat()
        if isinstance(value, str) and RELATIVE.fullmatch(value):
            return self.at(value).isoformat()
        if isinstance(value, dict):
            return {key: self.plain(one) for key, one in value.items()}
        return [self.plain(one) for one in value] if isinstance(value, list) else value

    def telling(self, name: str = "") -> Telling:
        """One telling, its documents among its steps. Refuses SCENARIO_INVALID for no such."""
        name = name or self.tellings[0]
        if name not in self.tellings:
            told = ", ".join(self.tellings)
            refuse(
                Code.SCENARIO_INVALID,
                f"Nothing was played: there is no telling {name!r}.",
                f"There are: {told}.",
            )
        # A document comes before what is done at the same instant; each keeps its own order.
        steps = (*self.arrivals(name), *self.own_steps(name))
        ordered = sorted(steps, key=lambda step: self.at(step.form.at))
        form = self.scenario.telling.get(name)
        return Telling(name=name, form=form, steps=tuple(ordered))

    def arrivals(self, telling: str) -> list[Step]:
        """The documents that come in, as steps."""
        return [
            Step(form=_received(one), place=("arrives", number))
            for number, one in enumerate(self.scenario.arrives)
            if not one.only or telling in one.only
        ]

    def own_steps(self, telling: str) -> list[Step]:
        """The steps of a telling, those with which it begins like another first."""
        form = self.scenario.telling.get(telling)
        if form is None:
            return self._listed(self.scenario.step, ("step",))
        begun: list[Step] = []
        if form.starts_as:
            other = self.scenario.telling[form.starts_as]
            begun = self._listed(other.step, ("telling", form.starts_as, "step"))
            begun = begun[: [one.form.name for one in begun].index(form.up_to) + 1]
        return begun + self._listed(form.step, ("telling", telling, "step"))

    def _listed(self, steps: tuple[StepForm, ...], place: Place) -> list[Step]:
        return [
            Step(form=one, place=(*place, number))
            for number, form in enumerate(steps)
            for one in (form, *self._repeated(form))
        ]

    def _repeated(self, form: StepForm) -> Iterator[StepForm]:
        if form.again:
            for time in range(1, form.again.times + 1):
                at = self.at(form.at) - self.shift + time * length(form.again.every)
                yield form.model_copy(update={"at": at, "name": None, "again": None})

    def stop(self, text: str, telling: Telling) -> Stop:
        """Where to leave a telling: a step's number or name, an instant, or "+2d" from its start.

        Refuses BAD_VALUE.
        """
        names = {one.form.name: number for number, one in enumerate(telling.steps, 1)}
        if text in names or text.isdecimal():
            number = names[text] if text in names else int(text[:6])
            if 1 <= number <= len(telling.steps):
                return number
        if RELATIVE.fullmatch(text) and text[0] == "+":
            return self.at(telling.steps[0].form.at) + length(text[1:])
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            instant = None
        if instant is None or instant.utcoffset() is None:
            known = ", ".join(name for name in names if name) or "none has a name"
            refuse(
                Code.BAD_VALUE,
                "Nothing was played: there is no such step or time to stop at.",
                f"Give a number from 1 to {len(telling.steps)}, a step's name ({known}), a time "
                "with its zone, or a length such as +36h.",
            )
        return instant

    def ending_at(self, instant: datetime, telling: str, stop: Stop) -> "Script":
        """The same story, moved in time so that `stop` (else its end) is at `instant`."""
        steps = self.telling(telling).steps
        last = steps[stop - 1 if isinstance(stop, int) else -1].form.at
        end = stop if isinstance(stop, datetime) else self.at(last)
        return replace(self, now=self.now + (instant - end), shift=self.shift + (instant - end))

    def fault(self, place: Place, why: str) -> NoReturn:
        """Refuse SCENARIO_INVALID at a place of the file."""
        refused(self.name, why, line_of(self.text, place))


def _received(one: ArrivalForm) -> StepForm:
    return StepForm(
        at=one.at,
        by=one.by,
        do="receive",
        fields={"document": one.document} | ({"apart": True} if one.apart else {}),
        say=one.say,
        name=one.name,
        expect=one.expect,
    )


def refused(name: str, why: str, line: int | None) -> NoReturn:
    """Refuse SCENARIO_INVALID: what is wrong, and on which line of which file."""
    file = f"{name.removesuffix('.toml')}.toml"
    place = f"{file}:{line}" if line else file
    refuse(Code.SCENARIO_INVALID, f"{place}: {why}.", "Correct it there, and play it again.")
