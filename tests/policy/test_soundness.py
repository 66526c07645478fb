"""A threshold that could close a case by silence or by error does not load."""

import pytest

from tocsin.domain.duty import Clause, Duty
from tocsin.policy.rules import VOCABULARY, Rule, Threshold
from tocsin.policy.soundness import KEYS, Unsound, completions, prove

ALL_FIVE = " && ".join(
    f'{name} == "yes"' for name in ("harm", "directed", "credible", "specific", "impending")
)
OWED = (ALL_FIVE, "owed")


def a_threshold(*rules: tuple[str, str]) -> Threshold:
    return Threshold(
        tuple(
            Rule(
                clause=Clause(rule=f"rule_{n}", clause="Words.", status="design", source="Tocsin"),
                outcome=Duty(outcome),
                when=VOCABULARY.rule(when),
            )
            for n, (when, outcome) in enumerate(rules)
        )
    )


def test_every_input_is_tried() -> None:
    assert len(set(KEYS)) == len(KEYS) == 3**5 * 5 * 2


def test_a_threshold_that_leans_toward_warning_is_sound() -> None:
    prove(a_threshold(OWED, ('directed == "no"', "not_owed"), ("true", "undecided")))


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ([OWED], "no rule answers"),
        ([("1 / 0 == 1", "undecided"), OWED, ("true", "undecided")], "rule_0"),
        ([("true", "undecided")], "five findings of yes must be owed"),
        ([OWED, ("true", "not_owed")], "silence must not mean not owed|an unknown must not"),
        (
            [OWED, ('specific != "yes"', "not_owed"), ("true", "undecided")],
            "an unknown must not mean not owed|silence",
        ),
        (
            [OWED, ('impending == "unknown" && harm == "no"', "not_owed"), ("true", "undecided")],
            "an unknown must not mean not owed",
        ),
    ],
)
def test_a_threshold_that_breaks_a_promise_is_unsound(
    rules: list[tuple[str, str]], complaint: str
) -> None:
    with pytest.raises(Unsound, match=complaint):
        prove(a_threshold(*rules))


def test_the_rule_at_fault_is_named() -> None:
    rules = [OWED, ('credible != "yes"', "not_owed"), ("true", "undecided")]
    with pytest.raises(Unsound) as unsound:
        prove(a_threshold(*rules))
    assert unsound.value.rule == "rule_1"


def test_an_unknown_harm_becomes_a_listed_harm_or_none() -> None:
    key = ("unknown", "no", "no", "no", "no", "unknown", False)
    assert {(done[0], done[5]) for done in completions(key)} == {
        ("yes", "killing"),
        ("yes", "serious_bodily_injury"),
        ("yes", "kidnapping"),
        ("no", "none_of_these"),
    }


def test_a_contradiction_is_completed_by_nothing() -> None:
    key = ("yes", "no", "unknown", "no", "no", "none_of_these", True)
    assert set(completions(key)) == {
        ("yes", "no", answer, "no", "no", "none_of_these", True) for answer in ("yes", "no")
    }
