"""Rules in CEL: typed when they load, never guessed when they fail."""

from datetime import UTC, datetime

import pytest

from tocsin.domain.duty import Clause, Duty
from tocsin.domain.findings import Findings
from tocsin.policy.rules import (
    THRESHOLD,
    VOCABULARY,
    Kind,
    Rule,
    RuleFailed,
    RuleInvalid,
    Threshold,
    Vocabulary,
)
from tocsin.policy.soundness import KEYS, NAMES

SILENCE = next(dict(zip(NAMES, key, strict=True)) for key in KEYS if set(key) == {"unknown", False})


def a_rule(when: str, outcome: Duty = Duty.NOT_OWED, name: str = "a_rule") -> Rule:
    clause = Clause(rule=name, clause="Words.", status="design", source="Tocsin")
    return Rule(clause=clause, outcome=outcome, when=VOCABULARY.rule(when))


def test_only_seven_variables_reach_the_threshold() -> None:
    assert set(THRESHOLD) == {
        *("harm", "directed", "credible", "specific", "impending"),
        *("kind_of_harm", "corroboration_tried"),
    }


@pytest.mark.parametrize(
    "text",
    [
        'victim_nationality == "x"',
        'harm == "yes" && ally',
        'harm.nationality == "x"',
        "now() < timestamp('2024-01-01T00:00:00Z')",
    ],
)
def test_a_rule_that_names_anything_else_does_not_compile(text: str) -> None:
    with pytest.raises(RuleInvalid, match=r"undeclared|select operation"):
        VOCABULARY.rule(text)


@pytest.mark.parametrize("text", ["harm", "size(harm)", "dyn(harm)", '"yes"', "[true]"])
def test_a_rule_that_answers_neither_yes_nor_no_does_not_compile(text: str) -> None:
    with pytest.raises(RuleInvalid, match="yes or no"):
        VOCABULARY.rule(text)


@pytest.mark.parametrize("text", ["", "harm ==", "harm == 1", "(" * 300 + "true" + ")" * 300])
def test_a_malformed_or_ill_typed_rule_does_not_compile(text: str) -> None:
    with pytest.raises(RuleInvalid):
        VOCABULARY.rule(text)


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2].all(a, a > 0)",
        "[harm].map(a, a + a).map(a, a + a).size() > 0",
        '["x"].exists_one(a, a == harm)',
        'harm.matches("(y|n)*")',
    ],
)
def test_a_rule_that_could_outrun_its_budget_does_not_compile(text: str) -> None:
    with pytest.raises(RuleInvalid, match="undeclared"):
        VOCABULARY.rule(text)


@pytest.mark.parametrize("text", ["1 / 0 == 1", "int(harm) == 1", "dyn(harm) + 1 == 2"])
def test_an_error_is_neither_yes_nor_no(text: str) -> None:
    with pytest.raises(RuleFailed):
        VOCABULARY.rule(text).holds(VOCABULARY.bind(SILENCE))


@pytest.mark.parametrize("after", [True, False])
def test_a_failing_rule_makes_the_duty_undecided_and_is_named(after: bool) -> None:
    rules = [a_rule("1 / 0 == 1", name="broken"), a_rule("true", name="closes")]
    ruling = Threshold(tuple(reversed(rules) if after else rules)).rule_on(SILENCE)
    assert (ruling.duty, ruling.error) == (Duty.UNDECIDED, "broken")


def test_no_rules_at_all_leave_the_duty_undecided(unknown_findings: Findings) -> None:
    ruling = Threshold(()).assess(unknown_findings)
    assert (ruling.duty, ruling.clauses, ruling.error) == (Duty.UNDECIDED, (), "no rule answers")


def test_the_first_rule_that_holds_decides_and_those_that_agree_are_named() -> None:
    ruling = Threshold(
        (
            a_rule("false", Duty.OWED, "silent"),
            a_rule("true", Duty.UNDECIDED, "first"),
            a_rule("true", Duty.OWED, "other"),
            a_rule("true", Duty.UNDECIDED, "agrees"),
        )
    ).rule_on(SILENCE)
    assert ruling.duty is Duty.UNDECIDED
    assert [clause.rule for clause in ruling.clauses] == ["first", "agrees"]


def test_instants_compare_across_zones() -> None:
    vocabulary = Vocabulary({"asked": Kind.INSTANT, "answered": Kind.INSTANT})
    facts = vocabulary.bind(
        {
            "asked": datetime.fromisoformat("2024-03-07T14:30:00+03:00"),
            "answered": datetime(2024, 3, 7, 11, 30, tzinfo=UTC),
        }
    )
    assert vocabulary.rule("asked == answered").holds(facts)
    assert not vocabulary.rule("asked < answered").holds(facts)
