"""What a pack does is said in plain words, as a table and as a diagram, and all three agree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.small import small
from tocsin.domain.duty import Clock, Duty
from tocsin.domain.serial import to_plain
from tocsin.policy.explain import decision_diagram, decision_table, explain
from tocsin.policy.grouping import Question, conditions, diagram, groups
from tocsin.policy.pack import load, shipped, shipped_names
from tocsin.policy.soundness import ALL, KEYS, NAMES, intersection, union, where

PACK = small()
EXPLAINED = explain(PACK)
SAID = {section.key: section for section in EXPLAINED.sections}


def test_each_section_of_the_law_is_there_with_status_and_source() -> None:
    assert {"threshold", "victims", "recipients", "states", "grounds", "clocks", "roles",
            "escalation", "records", "coverage", "warning", "examples"} <= set(SAID)  # fmt: skip
    for key in ("victims", "recipients", "grounds", "coverage", "records", "roles"):
        assert all(one.status and one.source for one in SAID[key].said), key


def test_rules_are_said_in_words_not_in_code() -> None:
    words = [one.words for one in SAID["threshold"].said]
    assert "No warning is owed when “directed at somebody” is no" in words
    assert not any(mark in " ".join(words) for mark in ("==", "&&", "||", "!="))


def test_whom_to_tell_says_what_discharges_and_what_is_required() -> None:
    assert [one.words for one in SAID["recipients"].said] == [
        "The intended victim: telling them discharges the duty",
        "The police: must be told in any case; telling them does not discharge the duty",
    ]


def test_clocks_are_a_table_of_every_clock() -> None:
    assert SAID["clocks"].rows[0][:4] == ("Make the five findings", "15 min", "1 h", "4 h")
    assert len(SAID["clocks"].rows) == len(Clock)


def test_unverified_clauses_are_listed_at_the_end() -> None:
    assert [one.clause for one in EXPLAINED.unverified] == [
        "A person or a group.",
        "Both are told.",
    ]


def test_the_explanation_is_plain_data() -> None:
    assert to_plain(EXPLAINED)["sections"][0]["key"] == "threshold"


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_pack_is_explained_without_a_word_of_code(name: str) -> None:
    told = explain(load(shipped(name), name=name))
    words = [one.words for section in told.sections for one in section.said]
    assert len(told.sections) >= 13
    assert not [one for one in words if "==" in one or "more conditions" in one]


def test_the_table_decides_as_the_rules_do() -> None:
    rows = decision_table(PACK.truth).rows
    for key in KEYS[::7]:
        asked = [
            "yes" if one is True else "no" if one is False else str(one).replace("_", " ")
            for one in key
        ]
        fits = (
            row
            for row in rows
            if all(c == "any" or a in c.replace(" or ", ", ").split(", ")
                   for a, c in zip(asked, row, strict=False))
        )  # fmt: skip
        assert next(fits)[7] == PACK.truth.duty(key).value.replace("_", " ")


@pytest.mark.parametrize("name", ["small", *shipped_names()])
def test_the_diagram_ends_as_the_rules_do_for_every_input(name: str) -> None:
    truth = (PACK if name == "small" else load(shipped(name), name=name)).truth
    ends: dict[Duty, int] = dict.fromkeys(Duty, 0)
    names = {"listed harm": "harm", "directed at somebody": "directed"}

    def follow(at: Question | Duty, inputs: int) -> None:
        if isinstance(at, Duty):
            ends[at] |= inputs
            return
        name = names.get(at.about, at.about.replace(" ", "_"))
        for words, to in at.answers:
            values = [
                where(name, word == "yes" if name == "corroboration_tried" else word)
                for word in (one.replace(" ", "_") for one in words)
            ]
            follow(to, inputs & union(iter(values)))

    follow(diagram(truth), ALL)
    assert ends == {duty: truth.of(duty) for duty in Duty}


def test_the_diagram_is_mermaid_and_asks_nothing_twice() -> None:
    lines = decision_diagram(PACK.truth).split("\n")
    assert lines[0] == "flowchart TD"
    asked = [line for line in lines if '{"' in line]
    assert len(asked) == len(set(asked)) == 5


@settings(max_examples=40, deadline=None)
@given(inputs=st.sets(st.integers(0, len(KEYS) - 1), min_size=1, max_size=60))
def test_groups_are_just_the_inputs_they_stand_for(inputs: set[int]) -> None:
    bits = sum(1 << number for number in inputs)
    found = union(
        intersection(
            union(where(name, value) for value in values)
            for name, values in zip(NAMES, group, strict=True)
        )
        for group in groups(bits)
    )
    assert found == bits


def test_a_condition_without_end_is_cut_short() -> None:
    scattered = sum(1 << number for number in range(0, len(KEYS), 13))
    assert conditions(ALL) == ("always",)
    assert conditions(scattered)[-1].endswith("more conditions")
