"""Policy packs: a directive as data, loaded whole or not at all.

A pack is named by the SHA-256 of its bytes, so that a determination can say
exactly which words it was made under.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import NoReturn

from pydantic import ValidationError

from tocsin.domain.duty import Clause, Clock, Ground, GroundRuling, Particular, Ruling
from tocsin.domain.findings import Findings, Urgency
from tocsin.domain.refusal import Code, refuse
from tocsin.policy.form import MeaningTable, PackForm, PackTable, RuleTable, Sourced, WaiverTable
from tocsin.policy.places import Path, line_of
from tocsin.policy.rules import (
    VOCABULARY,
    Kind,
    Predicate,
    Rule,
    RuleFailed,
    RuleInvalid,
    Threshold,
    Value,
    Vocabulary,
)
from tocsin.policy.soundness import Unsound, prove

MOST_BYTES = 256 * 1024
MOST_CHARACTERS = 4_000
_ERRORS_SHOWN = 5
_REMEDY = "Correct the pack there and load it again; the pack in force has not changed."
# These grounds weigh a life against the officers' own side or their view of the victim, so one
# unit alone may never use them, whatever a pack says.
_ALWAYS_TWO_UNITS = frozenset({"violent_actor", "endangers_own", "endangers_partner"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition on the particulars; `otherwise` says what is wanting."""

    allow: Predicate
    otherwise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """All the conditions of one ground."""

    vocabulary: Vocabulary
    checks: tuple[Check, ...]

    def wanting(self, values: Mapping[str, Value]) -> list[str]:
        """What is wanting, in words; nothing when all hold. Raises RuleFailed."""
        facts = self.vocabulary.bind(values)
        return [check.otherwise for check in self.checks if not check.allow.holds(facts)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pack:
    """A loaded pack; implements `tocsin.domain.duty.Policy`. Load with `load`.

    `text` encodes to the bytes that were loaded, so that a pack can be kept
    beside the determinations made under it.
    """

    name: str
    pack_hash: str
    text: str
    about: PackTable
    own_state_threats: bool
    coverage: Clause
    meanings: Mapping[str, MeaningTable]
    threshold: Threshold
    grounds: Mapping[str, Ground]
    ground_numbers: Mapping[str, int]
    checks: Mapping[str, Checks]
    clocks: Mapping[Clock, Mapping[Urgency, timedelta]]
    imminent_within: timedelta
    near_within: timedelta
    minimum_content: tuple[str, ...]
    content: Clause
    separation: tuple[Clause, ...]

    def assess(self, findings: Findings) -> Ruling:
        """Is a warning owed? A rule that fails gives undecided, never not owed."""
        return self.threshold.assess(findings)

    def waive(self, code: str, particulars: Mapping[str, str]) -> GroundRuling:
        """Do these particulars meet the ground `code`? The answer repeats none of them."""
        ground = self.grounds.get(code)
        if ground is None:
            return GroundRuling(allowed=False, why="This pack has no such ground.")
        if set(particulars) - {need.name for need in ground.needs}:
            return _not_met(ground, "particulars were given that this ground does not ask for")
        values: dict[str, Value] = {}
        faults: list[str] = []
        for need in ground.needs:
            try:
                values[need.name] = _value(Kind(need.kind), particulars.get(need.name, ""))
            except ValueError as error:
                faults.append(f"{need.label}: {error}")
        if faults:
            return _not_met(ground, "; ".join(faults))
        try:
            faults = self.checks[code].wanting(values)
        except RuleFailed:
            why = f"{_titled(ground)} is not met: its rule failed."
            return GroundRuling(allowed=False, why=why, error=code)
        if faults:
            return _not_met(ground, " ".join(faults))
        return GroundRuling(allowed=True, why=f"{_titled(ground)} is met.")

    def interval(self, clock: Clock, urgency: Urgency) -> timedelta:
        """How long a clock runs."""
        return self.clocks[clock][urgency]

    def urgency(self, until_harm: timedelta | None) -> Urgency:
        """The class of a threat expected in `until_harm`; unknown counts as imminent."""
        if until_harm is None or until_harm <= self.imminent_within:
            return Urgency.IMMINENT
        return Urgency.NEAR if until_harm <= self.near_within else Urgency.LATER


def shipped(name: str) -> bytes:
    """The bytes of a pack that comes with Tocsin, such as "us_ic_icd191"."""
    packs = files("tocsin.policy") / "packs"
    found = packs / f"{name}.toml"
    if not re.fullmatch(r"[a-z0-9_]{1,64}", name) or not found.is_file():
        known = ", ".join(sorted(p.name[:-5] for p in packs.iterdir() if p.name.endswith(".toml")))
        refuse(
            Code.PACK_UNKNOWN, "No pack of that name comes with Tocsin.", f"Choose from: {known}."
        )
    return found.read_bytes()


@lru_cache(maxsize=16)
def load(data: bytes, *, name: str) -> Pack:
    """The pack in `data`, UTF-8 TOML of at most 256 KiB, or a refusal that says where it errs.

    Raises Refusal (PACK_INVALID) on anything malformed, unknown, untyped or
    unsound; see `tocsin.policy.soundness.prove` for the last. The same bytes
    under the same name give the same pack, which is proved only once.
    """
    text = _text(data, name)
    form = _form(text, name)
    fault = _Fault(name, text)
    grounds = dict(sorted(form.waiver.items(), key=lambda item: item[1].number))
    if len({table.number for table in grounds.values()}) < len(grounds):
        fault.at(("waiver",), "two grounds have the same number")
    return Pack(
        name=name,
        pack_hash=hashlib.sha256(data).hexdigest(),
        text=text,
        about=form.pack,
        own_state_threats=form.coverage.own_state_threats,
        coverage=_clause("coverage", form.coverage),
        meanings=MappingProxyType(form.threshold.meaning),
        threshold=_threshold(form.threshold.rule, fault),
        grounds=MappingProxyType(
            {code: _ground(code, table, fault) for code, table in grounds.items()}
        ),
        ground_numbers=MappingProxyType({code: table.number for code, table in grounds.items()}),
        checks=MappingProxyType(
            {code: _checks(code, table, fault) for code, table in grounds.items()}
        ),
        clocks=MappingProxyType(form.clocks.by_clock()),
        imminent_within=form.urgency.imminent_within,
        near_within=form.urgency.near_within,
        minimum_content=tuple(form.warning.minimum_content),
        content=_clause("minimum_content", form.warning),
        separation=tuple(_clause(row.name, row) for row in form.separation),
    )


@dataclass(frozen=True, slots=True)
class _Fault:
    """Refuses the pack at a place in its text."""

    name: str
    text: str

    def at(self, path: Path, message: str) -> NoReturn:
        _refuse(self.name, self.place(path, message))

    def place(self, path: Path, message: str) -> str:
        line = line_of(self.text, path)
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in path)
        return f"{f'line {line}, ' if line else ''}{key or 'the pack'}: {message}"


def _refuse(name: str, why: str) -> NoReturn:
    refuse(Code.PACK_INVALID, f"The policy pack {name} was not loaded: {why}.", _REMEDY)


def _text(data: bytes, name: str) -> str:
    if len(data) > MOST_BYTES:
        _refuse(name, f"it is larger than {MOST_BYTES // 1024} KiB")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse(name, f"line {line}: it is not UTF-8")


def _form(text: str, name: str) -> PackForm:
    try:
        return PackForm.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        _refuse(name, f"it is not TOML: {error}")
    except RecursionError:
        _refuse(name, "it is nested too deep")
    except ValidationError as error:
        fault = _Fault(name, text)
        errors = error.errors(include_url=False, include_input=False, include_context=False)
        places = [fault.place(e["loc"], e["msg"].removeprefix("Value error, ")) for e in errors]
        more = len(places) - _ERRORS_SHOWN
        _refuse(
            name, "; ".join(places[:_ERRORS_SHOWN]) + (f"; and {more} more" if more > 0 else "")
        )


def _threshold(tables: list[RuleTable], fault: _Fault) -> Threshold:
    rules: list[Rule] = []
    index = {table.name: number for number, table in enumerate(tables)}
    if len(index) < len(tables):
        fault.at(("threshold", "rule"), "two rules have the same name")
    for number, table in enumerate(tables):
        try:
            when = VOCABULARY.rule(table.when)
        except RuleInvalid as error:
            fault.at(("threshold", "rule", number, "when"), str(error))
        rules.append(Rule(clause=_clause(table.name, table), outcome=table.duty, when=when))
    threshold = Threshold(tuple(rules))
    try:
        prove(threshold)
    except Unsound as error:
        path: Path = ("threshold", "rule", index[error.rule]) if error.rule else ("threshold",)
        fault.at(path, str(error))
    return threshold


def _ground(code: str, table: WaiverTable, fault: _Fault) -> Ground:
    if code in _ALWAYS_TWO_UNITS and not table.two_units:
        fault.at(("waiver", code, "two_units"), "this ground always takes two units")
    if len({need.name for need in table.needs}) < len(table.needs):
        fault.at(("waiver", code, "needs"), "two particulars have the same name")
    return Ground(
        code=code,
        title=table.title,
        clause=_clause(code, table),
        needs=tuple(Particular(name=n.name, label=n.label, kind=n.kind) for n in table.needs),
        two_units=table.two_units,
    )


def _checks(code: str, table: WaiverTable, fault: _Fault) -> Checks:
    vocabulary = Vocabulary({need.name: Kind(need.kind) for need in table.needs})
    checks: list[Check] = []
    for number, check in enumerate(table.checks):
        try:
            allow = vocabulary.rule(check.allow)
        except RuleInvalid as error:
            fault.at(("waiver", code, "checks", number, "allow"), str(error))
        checks.append(Check(allow=allow, otherwise=check.otherwise))
    return Checks(vocabulary=vocabulary, checks=tuple(checks))


def _clause(rule: str, table: Sourced) -> Clause:
    return Clause(rule=rule, clause=table.clause, status=table.status, source=table.source)


def _value(kind: Kind, text: str) -> Value:
    """The typed value of a particular. Raises ValueError with what to give instead."""
    # "-" and "?" are how a form gets past a demand for words.
    if not any(character.isalnum() for character in text):
        raise ValueError("missing")
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"longer than {MOST_CHARACTERS} characters")
    match kind:
        case Kind.TEXT:
            if any("\ud800" <= character <= "\udfff" for character in text):
                raise ValueError("contains characters that are not text")
            return text
        case Kind.YES_NO:
            if text not in ("yes", "no"):
                raise ValueError("answer yes or no")
            return text == "yes"
        case Kind.INSTANT:
            return _instant(text)


def _instant(text: str) -> datetime:
    try:
        given = datetime.fromisoformat(text.strip())
        if given.tzinfo is not None:
            return given.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("give a time with its zone, such as 2024-03-07T14:30:00+03:00")


def _not_met(ground: Ground, why: str) -> GroundRuling:
    return GroundRuling(allowed=False, why=f"{_titled(ground)} is not met: {why.rstrip('.')}.")


def _titled(ground: Ground) -> str:
    return f"The ground “{ground.title}”"
