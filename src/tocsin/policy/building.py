"""From a pack's document to its rules: every fault is collected, and told with its place."""

from collections.abc import Iterable

from pydantic import ValidationError

from tocsin.domain.duty import Clause, Ground, Particular
from tocsin.policy.bundle import Whole
from tocsin.policy.faults import CORRECT, Fault, Faulty
from tocsin.policy.form import PackForm, Sourced, WaiverTable
from tocsin.policy.particulars import Check, Checks
from tocsin.policy.places import Path
from tocsin.policy.rules import (
    THRESHOLD,
    VOCABULARY,
    Kind,
    Rule,
    RuleInvalid,
    Threshold,
    vocabulary,
)
from tocsin.policy.soundness import Truth, Unsound, prove

# These grounds weigh a life against the officers' own side or their view of the victim, so one
# unit alone may never use them, whatever a pack says.
_ALWAYS_TWO_UNITS = frozenset({"violent_actor", "endangers_own", "endangers_partner"})
_MOST_FAULTS = 100
_RULES: Path = ("threshold", "rule")


class Building:
    """One pack being built. Raises Faulty at once where its form is wrong, else at `end`."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        self.faults: list[Fault] = []
        try:
            self.form = PackForm.model_validate(whole.document)
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False, include_context=False)
            raise Faulty(
                *(
                    whole.fault(one["loc"], one["msg"].removeprefix("Value error, "), CORRECT)
                    for one in wrong[:_MOST_FAULTS]
                )
            ) from error

    def wrong(self, path: Path, what: str, remedy: str = CORRECT) -> None:
        self.faults.append(self.whole.fault(path, what, remedy))

    def end(self) -> None:
        """Raises Faulty with what was found."""
        if self.faults:
            raise Faulty(*self.faults)

    def threshold(self) -> tuple[Threshold, Truth]:
        """The rules, compiled and proved; nothing of use where a fault was found."""
        tables, rules = self.form.threshold.rule, list[Rule]()
        if len({table.name for table in tables}) < len(tables):
            self.wrong(_RULES, "two rules have the same name", "Give each rule its own name.")
        for number, table in enumerate(tables):
            try:
                when = VOCABULARY.rule(table.when)
            except RuleInvalid as error:
                self.wrong((*_RULES, number, "when"), str(error), _only(THRESHOLD))
                continue
            clause = self.clause(table.name, table)
            rules.append(Rule(clause=clause, outcome=table.duty, when=when, over=tuple(table.over)))
        threshold, truth = Threshold(tuple(rules)), Truth((), ())
        if len(rules) == len(tables):
            try:
                truth = prove(threshold)
            except Unsound as error:
                at = next((n for n, table in enumerate(tables) if table.name == error.rule), None)
                path = ("threshold",) if at is None else (*_RULES, at)
                self.wrong(path, str(error), "Change this rule, or add one for that case.")
        return threshold, truth

    def grounds(self) -> tuple[dict[str, Ground], dict[str, Checks]]:
        """The grounds to waive in the order of their numbers, and their checks."""
        tables = dict(sorted(self.form.waiver.items(), key=lambda item: item[1].number))
        if len({table.number for table in tables.values()}) < len(tables):
            self.wrong(("waiver",), "two grounds have the same number", "Number each ground once.")
        return (
            {code: self._ground(code, table) for code, table in tables.items()},
            {code: self._checks(code, table) for code, table in tables.items()},
        )

    def clause(self, rule: str, table: Sourced) -> Clause:
        return Clause(rule=rule, clause=table.clause, status=table.status, source=table.source)

    def _ground(self, code: str, table: WaiverTable) -> Ground:
        if code in _ALWAYS_TWO_UNITS and not table.two_units:
            what = "this ground always takes two units"
            self.wrong(("waiver", code, "two_units"), what, "Write two_units = true.")
        if len({need.name for need in table.needs}) < len(table.needs):
            what = "two particulars have the same name"
            self.wrong(("waiver", code, "needs"), what, "Give each particular its own name.")
        return Ground(
            code=code,
            title=table.title,
            clause=self.clause(code, table),
            needs=tuple(Particular(name=n.name, label=n.label, kind=n.kind) for n in table.needs),
            two_units=table.two_units,
        )

    def _checks(self, code: str, table: WaiverTable) -> Checks:
        words = vocabulary(tuple((need.name, Kind(need.kind)) for need in table.needs))
        checks: list[Check] = []
        for number, check in enumerate(table.checks):
            try:
                allow = words.rule(check.allow)
            except RuleInvalid as error:
                path = ("waiver", code, "checks", number, "allow")
                self.wrong(path, str(error), _only(need.name for need in table.needs))
                continue
            checks.append(Check(allow=allow, otherwise=check.otherwise))
        return Checks(vocabulary=words, checks=tuple(checks))


def _only(variables: Iterable[str]) -> str:
    return f"Use these alone: {', '.join(variables)}."
