"""What in a scenario contradicts itself, found before anything is played."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from tocsin.casework.act import ACTIONS, command
from tocsin.casework.scenario_form import RECIPIENT, SYSTEM, Expect, StepForm, TellingForm
from tocsin.casework.scenario_script import Script, Step, Telling
from tocsin.domain.case import CaseState
from tocsin.domain.duties import CLASSES, WAIVED
from tocsin.domain.duty import Clock
from tocsin.domain.refusal import Code, Refusal
from tocsin.domain.stage import Stage
from tocsin.policy.beside import join
from tocsin.policy.pack import shipped


@dataclass(frozen=True, slots=True)
class Own:
    """A step that is no officer's command: who may take it, and its fields."""

    who: str
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    finds: bool = False


_MAIL = frozenset({"mail"})
OWN: Mapping[str, Own] = {
    "wait": Own("anybody"),
    "receive": Own("officer", frozenset({"document"}), frozenset({"apart"})),
    "check": Own("officer", frozenset({"warning_id"}), finds=True),
    "export": Own("officer", finds=True),
    "notices": Own("officer", finds=True),
    "search": Own("officer", frozenset({"kind", "texts", "reason"}), frozenset({"before"}), True),
    "audit": Own("officer", frozenset({"texts", "reason"}), finds=True),
    "visit": Own(RECIPIENT, _MAIL),
    "acknowledge": Own(RECIPIENT, _MAIL, frozenset({"code"})),
    "answer": Own(RECIPIENT, _MAIL | {"kind", "words"}, frozenset({"code"})),
}
"""Everything but the commands that a step may do."""

_PAST = frozenset({"told_at", "tried_at", "acquired_at"})
_AT_THE_END = ("refused", "leaks", "verdict", "found")
_MAKES = {"name_victim": "v", "ask_sender": "q", "put_on_watch": "s", "note_claim": "c"}
_WATCHING = frozenset({Clock.WATCH_REVIEW, Clock.SIGHTING})
_PLANS = frozenset({"plan_delivery", "plan_deliveries"})
_MAY_BE_ILL_FORMED = frozenset({Code.BAD_VALUE, Code.UNKNOWN_FIELD, Code.TIME_WITHOUT_ZONE})


def check(script: Script) -> None:
    """Refuse SCENARIO_INVALID, with file, line and remedy, for what cannot be played."""
    scenario = script.scenario
    if bool(scenario.telling) == bool(scenario.step):
        script.fault((), "it has either tellings or steps of its own, and one of them")
    _check_policy(script)
    _check_documents(script)
    for name, form in scenario.telling.items():
        _check_beginning(script, name, form)
    for name in script.tellings:
        _Telling(script, script.telling(name)).check()
    _check_use(script)


def _check_policy(script: Script) -> None:
    packs = []
    for name in script.scenario.policy:
        try:
            packs.append((name, shipped(name)))
        except Refusal as refusal:
            why = f"there is no policy pack {name!r}. {refusal.remedy}"
            script.fault(("policy",), why.rstrip("."))
    try:
        if packs:
            join(packs)
    except Refusal as refusal:
        script.fault(("policy",), refusal.remedy.rstrip("."))


def _check_documents(script: Script) -> None:
    scenario = script.scenario
    for name, document in scenario.document.items():
        place = ("document", name)
        if not ({"EXAMPLE", "EXERCISE"} & set(re.findall(r"\w+", document.text))):
            script.fault(place, "the text does not say EXAMPLE or EXERCISE")
        if bool(document.warned_by) != bool(document.warned_path):
            script.fault(place, "warned_by and warned_path are given together")
        if document.claims and not document.warned_by:
            script.fault((*place, "claims"), "claims are made by whoever warned us: say warned_by")
    for number, one in enumerate(scenario.arrives):
        if unknown := set(one.only) - set(scenario.telling):
            script.fault(("arrives", number, "only"), f"there is no telling {min(unknown)!r}")


def _check_use(script: Script) -> None:
    every = (step.form for name in script.tellings for step in script.telling(name).steps)
    used = {step.fields.get("document") for step in every if step.do == "receive"}
    for name in script.scenario.document:
        if name not in used:
            script.fault(("document", name), f"the document {name} never comes in")


def _check_beginning(script: Script, name: str, form: TellingForm) -> None:
    for key, why in _beginning(script, name, form):
        script.fault(("telling", name, key), why)


def _beginning(script: Script, name: str, form: TellingForm) -> Iterator[tuple[str, str]]:
    if bool(form.starts_as) != bool(form.up_to):
        yield "title", "starts_as and up_to are given together"
    if form.starts_as and form.up_to:
        other = script.scenario.telling.get(form.starts_as)
        if other is None or other.starts_as or form.starts_as == name:
            yield "starts_as", f"no telling {form.starts_as!r} stands by itself"
        elif form.up_to not in [one.name for one in other.step]:
            yield "up_to", f"the telling {form.starts_as} has no step {form.up_to!r}"


@dataclass(slots=True)
class _Telling:
    """One telling, gone through from its first step to its last."""

    script: Script
    telling: Telling
    names: set[str] = field(default_factory=set)
    reports: set[str] = field(default_factory=set)
    made: Counter[str] = field(default_factory=Counter)
    plans: bool = False
    lapsed: set[str] = field(default_factory=set)

    def check(self) -> None:
        script, telling = self.script, self.telling
        if not telling.steps:
            script.fault(
                ("telling", telling.name), f"nothing happens in the telling {telling.name}"
            )
        for listed in (script.arrivals(telling.name), script.own_steps(telling.name)):
            once = list({step.place: step for step in reversed(listed)}.values())[::-1]
            for number, (one, after) in enumerate(pairwise(once), 2):
                if script.at(after.form.at) < script.at(one.form.at):
                    self._fault(number, after, "at", "it is earlier than the step before it")
        for number, step in enumerate(telling.steps, 1):
            for key, why in self._wrong(step.form, script.at(step.form.at)):
                self._fault(number, step, key, why)
            self._take(step.form)
        if telling.form:
            self._check_lesson(telling.form.lesson.expect)

    def _fault(self, number: int, step: Step, key: str, why: str) -> None:
        self.script.fault((*step.place, key), f"step {number}: {why}")

    def _take(self, step: StepForm) -> None:
        if step.name:
            self.names.add(step.name)
        if step.expect.refused:
            return
        if step.do == "receive":
            self.reports.add(step.fields["document"])
        self.made += self._makes(step)
        self.plans |= step.do in _PLANS
        self.lapsed |= {clock.value for clock in step.expect.lapsed}

    def _makes(self, step: StepForm) -> Counter[str]:
        """How many of what is then called by a letter and a number a step makes."""
        given: Any = step.fields
        if step.expect.refused or given.get("apart"):
            return Counter()
        if step.do == "receive":
            given = self.script.scenario.document[step.fields["document"]].model_dump()
        made = Counter({_MAKES[step.do]: 1} if step.do in _MAKES else {})
        if step.do == "record_inbound" or given.get("warned_by"):
            made += Counter(i=1, c=len(given.get("claims", ())))
        return made

    def _wrong(self, step: StepForm, at: datetime) -> Iterator[tuple[str, str]]:
        if not 1900 < at.year < 3000:
            yield "at", "it lies in no age that people remember"
        if step.name in self.names:
            yield "name", f"another step is called {step.name!r}"
        if step.after and step.after not in self.names:
            yield "after", f"it follows from {step.after!r}, which does not come before it"
        yield from self._wrong_actor(step)
        yield from self._wrong_fields(step, at)
        yield from ((("expect"), why) for why in self._cannot_be(step.expect, step))

    def _wrong_actor(self, step: StepForm) -> Iterator[tuple[str, str]]:
        own = OWN.get(step.do)
        if own is None and step.do not in ACTIONS:
            yield "do", f"there is no act {step.do!r}"
        who = own.who if own else "officer"
        if step.by in (RECIPIENT, SYSTEM):
            if who not in ("anybody", step.by):
                yield "by", f"a {step.by} does not {step.do}"
        elif step.by not in self.script.scenario.officer:
            yield "by", f"there is no actor {step.by!r}"
        elif who == RECIPIENT:
            yield "by", f"only a recipient can {step.do}"

    def _wrong_fields(self, step: StepForm, at: datetime) -> Iterator[tuple[str, str]]:
        own, given = OWN.get(step.do), set(step.fields)
        yield from (("fields", why) for why in self._wrong_times(step.fields, at))
        if own is None:
            if not self.reports:
                yield "do", "no report has come in before it, so there is no case"
            yield from self._wrong_command(step)
        elif missing := own.needs - given:
            yield "fields", f"{min(missing)} is missing"
        elif unknown := given - own.needs - own.may:
            yield "fields", f"there is no field {min(unknown)!r}"
        elif step.do == "receive":
            yield from self._wrong_document(step.fields["document"], at)
            if not isinstance(apart := step.fields.get("apart", False), bool):
                yield "fields", "apart is true or false"
            elif apart and not self.reports:
                yield "apart", "no report has come in before it from which it could stand apart"

    def _wrong_command(self, step: StepForm) -> Iterator[tuple[str, str]]:
        try:
            command(step.do, "case", self.script.plain(step.fields))
        except Refusal as refusal:
            if step.expect.refused not in _MAY_BE_ILL_FORMED:
                yield "fields", refusal.what.removeprefix("Nothing was done: ").rstrip(".")

    def _wrong_document(self, name: Any, at: datetime) -> Iterator[tuple[str, str]]:
        document = self.script.scenario.document.get(name) if isinstance(name, str) else None
        if document is None:
            yield "document", "there is no such document"
        elif self.script.at(document.acquired_at) > at:
            yield "at", f"the document {name} was acquired only later"

    def _wrong_times(self, value: Any, at: datetime) -> Iterator[str]:
        inside = value.items() if isinstance(value, dict) else [("", one) for one in value]
        for key, one in inside:
            if isinstance(one, datetime) and one.utcoffset() is None:
                yield "a time has no zone"
            elif isinstance(one, datetime) and key in _PAST and self.script.at(one) > at:
                yield f"{key} is later than the step"
            elif isinstance(one, dict | list):
                yield from self._wrong_times(one, at)

    def _cannot_be(self, expect: Expect, step: StepForm) -> Iterator[str]:
        own = OWN.get(step.do)
        if expect.refused and step.do == "wait":
            yield "waiting is never refused"
        if expect.leaks is not None and step.do != "check":
            yield "leaks are found by a check alone"
        if expect.verdict and step.do != "export":
            yield "a verdict is found by an export alone"
        if expect.found and not (expect.refused or (own and own.finds)):
            yield f"{step.do} finds nothing"
        if not self.reports and step.do != "receive" and _about_the_case(expect):
            yield "no report has come in before it, so there is no case"
        plans = self.plans or step.do in _PLANS
        yield from self._never(expect, plans=plans, made=self.made + self._makes(step))

    def _check_lesson(self, expect: Expect) -> None:
        place = ("telling", self.telling.name, "lesson", "expect")
        if any(getattr(expect, name) not in (None, ()) for name in _AT_THE_END):
            self.script.fault(place, f"at the end there is no {', no '.join(_AT_THE_END)}")
        for why in self._never(expect, plans=self.plans, made=self.made):
            self.script.fault(place, why)

    def _never(self, expect: Expect, *, plans: bool, made: Counter[str]) -> Iterator[str]:
        """What contradicts itself, or what has happened by then."""
        is_closed = expect.stage in (Stage.CLOSED, Stage.DESTROYED)
        if expect.state and expect.stage and (expect.state is CaseState.CLOSED) != is_closed:
            yield f"a case that is {expect.state} is not at stage {expect.stage}"
        is_closed = is_closed or expect.state is CaseState.CLOSED
        if is_closed and set(expect.deadline) - _WATCHING:
            yield "no clock runs for a closed case but those of its watches"
        if both := set(expect.deadline) & set(expect.quiet):
            yield f"the clock {min(both)} cannot run and not run"
        if gone := (self.lapsed | set(expect.lapsed)) & set(expect.never_lapsed):
            yield f"{min(gone)} has lapsed by then"
        if both_said := set(expect.says) & set(expect.never_says):
            yield f"{min(both_said)!r} cannot stand on the record and not stand there"
        if expect.delivery and not plans:
            yield "no delivery has been planned by then"
        for letter, noun, named in (
            ("v", "victim", {**expect.determination, **expect.duties}),
            ("i", "warning given to us", expect.inbound),
            ("c", "claim", expect.claims),
            ("q", "question to a sender", expect.questions),
            ("s", "watch", expect.watches),
        ):
            for one in named:
                if not re.fullmatch(rf"{letter}[1-9]\d{{0,2}}", one) or int(one[1:]) > made[letter]:
                    yield f"there is no {noun} {one} by then"
        for told in expect.duties.values():
            if told not in CLASSES and not told.startswith(WAIVED):
                yield f"no tally counts {told!r}"


def _about_the_case(expect: Expect) -> bool:
    return bool(expect.model_dump(exclude_defaults=True).keys() - {"refused", "found"})
