"""Rules in CEL, typed when they load and bounded when they run.

The threshold's rules see the five answers, the kind of harm and whether
corroboration was tried: `THRESHOLD`. Nothing else is declared, so nothing
else, nationality least of all, can reach them: a rule that names another
variable does not compile.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from cel_expr_python import cel  # type: ignore[import-untyped]  # ships stubs without py.typed

from tocsin.domain.duty import Clause, Duty, Ruling
from tocsin.domain.findings import FindingName, Findings

type_of = cel.Type
# No loops: nested they outrun every budget, and a list that doubles itself fills the memory.
# No patterns either: what a rule compares are closed words.
_LANGUAGE = cel.NewEnvConfigFromYaml(
    "stdlib:\n  disable_macros: true\n  exclude_functions:\n    - name: matches\n"
)


class Kind(StrEnum):
    """What a variable may hold; the first three are also the kinds of a particular."""

    TEXT = "text"
    YES_NO = "yes_no"
    INSTANT = "instant"


Value = str | bool | datetime

_CEL_TYPES = {Kind.TEXT: type_of.STRING, Kind.YES_NO: type_of.BOOL, Kind.INSTANT: type_of.TIMESTAMP}

THRESHOLD: Mapping[str, Kind] = {
    **{name.value: Kind.TEXT for name in FindingName},
    "kind_of_harm": Kind.TEXT,
    "corroboration_tried": Kind.YES_NO,
}


class RuleInvalid(ValueError):
    """The rule does not compile to a yes or no over its declared variables."""


class RuleFailed(Exception):
    """The rule gave no yes or no."""


class Vocabulary:
    """The variables a family of rules may name, and nothing else."""

    __slots__ = ("environment", "named")

    def __init__(self, variables: Mapping[str, Kind]) -> None:
        declared = {name: _CEL_TYPES[kind] for name, kind in variables.items()}
        self.environment = cel.NewEnv(config=_LANGUAGE, variables=declared)
        self.named = {name: re.compile(rf"\b{name}\b", re.ASCII) for name in variables}

    def rule(self, text: str) -> "Predicate":
        """The compiled rule.

        Raises RuleInvalid when it does not compile, names an undeclared
        variable or yields anything but a bool.
        """
        return _compiled(self, text)

    def bind(self, values: Mapping[str, Value]) -> "Facts":
        """Values for every variable, to be shared by the rules they are put to."""
        return Facts(self.environment.Activation(values))


@dataclass(frozen=True, slots=True)
class Facts:
    """Values bound by a `Vocabulary`."""

    activation: Any


@dataclass(frozen=True, slots=True)
class Predicate:
    """One compiled rule that answers yes or no.

    `names` are the variables that stand in its text; it can depend on no other.
    Its work is in proportion to its text, which nests at most 32 deep.
    """

    expression: Any
    text: str
    names: tuple[str, ...]

    def holds(self, facts: Facts) -> bool:
        """Does the rule hold? Raises RuleFailed rather than guess."""
        try:
            result = self.expression.eval(facts.activation)
        except RuntimeError as error:
            raise RuleFailed(_plain(str(error))) from error
        answer = result.value()
        # Most errors are values, not exceptions, and an unchecked one would be truthy.
        if not isinstance(answer, bool):
            raise RuleFailed(f"the rule yielded {result.type().name()}")
        return answer


@lru_cache(maxsize=2_048)
def _compiled(vocabulary: Vocabulary, text: str) -> Predicate:
    """Packs share rules, and extend each other's."""
    try:
        expression = vocabulary.environment.compile(text)
    except RuntimeError as error:
        raise RuleInvalid(_plain(str(error))) from error
    yields = expression.return_type()
    if yields != type_of.BOOL:
        raise RuleInvalid(f"the rule must answer yes or no (BOOL), not {yields.name()}")
    named = (name for name, word in vocabulary.named.items() if word.search(text))
    return Predicate(expression, text, tuple(named))


@lru_cache(maxsize=512)
def vocabulary(variables: tuple[tuple[str, Kind], ...]) -> Vocabulary:
    """The vocabulary of these variables; the same for the same."""
    return Vocabulary(dict(variables))


VOCABULARY = Vocabulary(THRESHOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the threshold; `over` names later rules that it is meant to beat."""

    clause: Clause
    outcome: Duty
    when: Predicate
    over: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.clause.rule


@dataclass(frozen=True, slots=True)
class Threshold:
    """Rules in order: the first that holds decides, and all that agree are named."""

    rules: tuple[Rule, ...]

    def assess(self, findings: Findings) -> Ruling:
        """Is a warning owed? A failing rule, or none that answers, gives undecided."""
        return self.rule_on(
            {name.value: answer.value for name, answer in findings.answers().items()}
            | {
                "kind_of_harm": findings.kind_of_harm.value,
                "corroboration_tried": findings.corroboration_tried,
            }
        )

    def rule_on(self, values: Mapping[str, Value]) -> Ruling:
        """As `assess`, over the variables of `THRESHOLD`."""
        facts, holding = VOCABULARY.bind(values), list[Rule]()
        for rule in self.rules:
            try:
                if rule.when.holds(facts):
                    holding.append(rule)
            except RuleFailed:
                return Ruling(duty=Duty.UNDECIDED, clauses=(rule.clause,), error=rule.clause.rule)
        if not holding:
            return Ruling(duty=Duty.UNDECIDED, clauses=(), error="no rule answers")
        duty = holding[0].outcome
        return Ruling(duty=duty, clauses=tuple(r.clause for r in holding if r.outcome is duty))


def _plain(message: str) -> str:
    """The first complaint of the CEL library, without its drawing of the source."""
    first = (message.partition("ERROR: ")[2] or message).split("\n", maxsplit=1)[0]
    return re.sub(r"^<input>:\d+:(\d+): ", r"character \1: ", first)
