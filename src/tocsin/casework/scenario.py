"""Scenarios: a case told as data, read strictly. `tocsin.casework.player` plays them."""

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, Strict, ValidationError

from tocsin.casework.act import ACTIONS
from tocsin.domain.actor import Role
from tocsin.domain.case import CaseState, DeliveryState
from tocsin.domain.duty import Clock
from tocsin.domain.findings import Urgency
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.report import Credibility, Reliability
from tocsin.domain.stage import Stage
from tocsin.policy.places import line_of

MOST_BYTES = 256 * 1024
RECIPIENT, SYSTEM = "recipient", "system"
OWN_STEPS = frozenset({"receive", "check", "export", "visit", "acknowledge", "answer", "wait"})

_RELATIVE = re.compile(r"([+-])(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}

When = Annotated[AwareDatetime, Strict()] | Annotated[str, Field(pattern=f"^{_RELATIVE.pattern}$")]
"""An instant with its zone, or minutes, hours, days from now: "-5m", "+1h", "+2d"."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficerForm(_Form):
    """An officer of the story, plainly fictitious."""

    name: str
    unit: str
    roles: tuple[Role, ...]


class DocumentForm(_Form):
    """A report in our own words; `source` says from which public account."""

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


class Expect(_Form):
    """What must be true after a step; `refused` is the code with which it must be refused."""

    refused: Code | None = None
    state: CaseState | None = None
    stage: Stage | None = None
    duty: Literal["owed", "undecided", "not_owed", "unassessed"] | None = None
    urgency: Urgency | None = None
    deadline: Clock | None = None
    lapsed: Clock | None = None
    delivery: Mapping[str, DeliveryState] = {}
    leaks: tuple[str, ...] | None = None
    verdict: str | None = None


class StepForm(_Form):
    """One thing that somebody does, or that time does."""

    at: When
    by: str
    do: str
    fields: dict[str, Any] = {}
    say: str
    expect: Expect = Expect()


class Scenario(_Form):
    """A whole scenario as written; `sources` are the public accounts it follows."""

    title: str
    about: str
    sources: tuple[str, ...]
    exercise: bool = False
    officer: dict[str, OfficerForm]
    document: dict[str, DocumentForm] = {}
    step: Annotated[tuple[StepForm, ...], Field(min_length=1)]


class Script:
    """A scenario that holds together, its times fixed. Made by `load`."""

    def __init__(self, name: str, text: str, scenario: Scenario, now: datetime) -> None:
        self.name, self._text, self._now = name, text, now
        self.scenario = scenario

    def at(self, when: When) -> datetime:
        """The instant meant by an absolute or relative time."""
        if isinstance(when, datetime):
            return when
        found = _RELATIVE.fullmatch(when)
        if found is None:
            raise ValueError("a relative time is like +5m")
        length = timedelta(**{_UNITS[found[3]]: int(found[2])})
        return self._now + (length if found[1] == "+" else -length)

    def plain(self, value: Any) -> Any:
        """A field's value as JSON has it, instants and relative times as text."""
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, str) and _RELATIVE.fullmatch(value):
            return self.at(value).isoformat()
        if isinstance(value, dict):
            return {key: self.plain(one) for key, one in value.items()}
        return [self.plain(one) for one in value] if isinstance(value, list) else value

    def fault(self, number: int, why: str) -> NoReturn:
        """Refuse SCENARIO_INVALID at step `number`, counted from 1."""
        self._refuse(("step", number - 1), f"step {number}: {why}")

    def check(self) -> None:
        """Refuse what cannot be played: strangers, unknown acts, steps out of time order."""
        known = set(self.scenario.officer) | {RECIPIENT, SYSTEM}
        last: datetime | None = None
        for number, step in enumerate(self.scenario.step, 1):
            if step.by not in known:
                self.fault(number, f"there is no actor {step.by!r}")
            if step.do not in OWN_STEPS and step.do not in ACTIONS:
                self.fault(number, f"there is no act {step.do!r}")
            if step.do == "receive" and step.fields.get("document") not in self.scenario.document:
                self.fault(number, "there is no such document")
            if last and self.at(step.at) < last:
                self.fault(number, "it is earlier than the step before it")
            last = self.at(step.at)
            self._zones(number, step.fields)
        for name, document in self.scenario.document.items():
            if not ({"EXAMPLE", "EXERCISE"} & set(re.findall(r"\w+", document.text))):
                self._refuse(("document", name), "the text does not say EXAMPLE or EXERCISE")

    def _zones(self, number: int, value: Any) -> None:
        inside = value.values() if isinstance(value, dict) else value
        for one in inside if isinstance(inside, list) or isinstance(value, dict) else ():
            if isinstance(one, datetime) and one.utcoffset() is None:
                self.fault(number, "a time has no zone")
            if isinstance(one, (dict, list)):
                self._zones(number, one)

    def _refuse(self, path: tuple[str | int, ...], why: str) -> NoReturn:
        _refuse(self.name, why, line_of(self._text, path))


def names() -> list[str]:
    """The scenarios that come with Tocsin."""
    folder = files("tocsin.casework") / "scenarios"
    return sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name[-5:] == ".toml")


def load(name: str, now: datetime) -> Script:
    """A shipped scenario, or one in a .toml file; relative times count from `now`.

    Refuses SCENARIO_INVALID with the file, the line where there is one, and the remedy.
    """
    path = Path(name)
    if path.suffix != ".toml":
        if name not in names():
            _refuse(name, f"it does not come with Tocsin; these do: {', '.join(names())}", None)
        return parse(
            (files("tocsin.casework") / "scenarios" / f"{name}.toml").read_bytes(), name, now
        )
    try:
        return parse(path.read_bytes()[: MOST_BYTES + 1], path.name, now)
    except OSError as error:
        _refuse(path.name, f"the file cannot be read ({type(error).__name__})", None)


def parse(data: bytes, name: str, now: datetime) -> Script:
    """The scenario in `data`; as `load`."""
    if len(data) > MOST_BYTES:
        _refuse(name, f"it is larger than {MOST_BYTES // 1024} KiB", None)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        _refuse(name, "it is not UTF-8", None)
    try:
        scenario = Scenario.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        _refuse(name, f"it is not TOML: {error}", None)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        keys = [str(part + 1 if isinstance(part, int) else part) for part in first["loc"]]
        _refuse(name, f"{'.'.join(keys)}: {first['msg']}", line_of(text, first["loc"]))
    script = Script(name, text, scenario, now)
    script.check()
    return script


def _refuse(name: str, why: str, line: int | None) -> NoReturn:
    refuse(
        Code.SCENARIO_INVALID,
        f"The scenario {name} cannot be played: {f'line {line}, ' if line else ''}{why}.",
        "Correct the scenario; `tocsin scenario --list` names those that come with Tocsin.",
    )
