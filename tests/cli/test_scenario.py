"""Scenarios are told to their end, or as far as asked; at the keyboard anybody is the officer."""

import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from tests.casework.story import SMALL
from tests.cli.conftest import Result, Tocsin
from tocsin.casework.act import ACTIONS
from tocsin.cli.do import leaves
from tocsin.cli.scenario_desk import ABOUT
from tocsin.domain.case import Case

Desk = Callable[..., Result]
REMARK = "record remark"
AGAIN = (
    SMALL.replace('credibility = "6"', 'credibility = "6"\nurgency = "later"')
    + """\
[[step]]
at = 2024-03-06T10:00:00Z
by = "ana"
do = "record_remark"
fields = { words = "Nothing new." }
say = "Somebody looks."
again = { every = "1m", times = 3 }
"""
)


def test_crocus_is_told_to_its_end(tocsin: Tocsin) -> None:
    told = tocsin("scenario", "crocus", "--fast")
    assert told.status == 0
    assert "Refused: Nothing was decided: you proposed this yourself." in told.out
    assert "Lapsed, undecided: nobody gave a decision: the window has ended" in told.out
    assert told.out.rstrip().endswith("signature checked")
    assert "Lesson: When the 48 hours end" in told.out


def test_a_scenario_is_listed_told_in_part_and_kept(tocsin: Tocsin, tmp_path: Path) -> None:
    listed = tocsin("scenario", "--list", "--json").json["scenarios"]
    assert {"crocus", "exercise", "nairobi", "two_duties", "vienna"} <= set(listed)
    assert "vienna            EXAMPLE: concerts in Vienna" in tocsin("scenario", "--list").out
    kept = tmp_path / "kept"
    told = tocsin("scenario", "crocus", "--until", "2", "--keep", str(kept), "--json").json
    assert [one["step"] for one in told["happened"]] == [1, 2]
    assert (kept / "tocsin.sqlite").exists()
    again = tocsin("scenario", "crocus", "--keep", str(kept), "--json")
    assert json.loads(again.err)["refused"]["code"] == "bad-value"


def test_a_scenario_leaves_the_house_itself_alone(tocsin: Tocsin, surroundings: Path) -> None:
    tocsin("scenario", "exercise")
    assert not (surroundings / "data").exists()
    assert "no such scenario comes with Tocsin" in tocsin("scenario", "nothing").err
    assert "nothing.toml cannot be read" in tocsin("scenario", "nothing.toml").err


def test_a_silence_is_told_by_its_beginning_and_its_length(tocsin: Tocsin) -> None:
    told = tocsin("scenario", "vienna", "--telling", "nobody")
    assert told.status == 0
    assert "times more until" in told.out
    assert "Also told: heeded." in told.out
    assert "clocks are looked at every 1d only" in told.out
    assert "Lesson: A good tip is worth nothing by itself" in told.out


def test_a_telling_is_left_where_it_is_asked_to(tocsin: Tocsin) -> None:
    told = tocsin("scenario", "vienna", "--until", "+1h", "--json").json
    assert (told["telling"], told["policy"]) == ("heeded", "us_ic_icd191")
    assert [one["do"] for one in told["happened"] if one["step"]][-1] == "propose_determination"
    assert "[bad-value]" in tocsin("scenario", "vienna", "--until", "dinner").err
    assert "there is no telling 'x'" in tocsin("scenario", "vienna", "--telling", "x").err


def test_a_drill_is_marked_and_happens_now(tocsin: Tocsin, tmp_path: Path) -> None:
    kept = str(tmp_path / "drill")
    told = tocsin("scenario", "vienna", "--until", "3", "--exercise", "--keep", kept, "--json").json
    assert told["exercise"]
    assert told["happened"][-1]["at"] > "2026"


def test_a_program_cannot_be_the_officer(tocsin: Tocsin) -> None:
    told = tocsin("scenario", "vienna", "--interactive", "--json")
    assert (told.status, json.loads(told.err)["refused"]["code"]) == (2, "bad-value")


@pytest.fixture
def at_the_desk(tocsin: Tocsin) -> Desk:
    def play(*typed: str, until: str = "5") -> Result:
        lines = "".join(f"{one}\n" for one in typed).encode()
        return tocsin("scenario", "vienna", "--interactive", "--until", until, given=lines)

    return play


def test_the_officer_does_what_the_story_does(at_the_desk: Desk) -> None:
    told = at_the_desk("", "", "", "")
    assert told.status == 0
    assert "You are Astrid Lind (fictitious)" in told.out
    first, second, *_ = told.out.split("The story: ")[1:]
    assert re.search(r" \d+\* name victim +\d+  ", first)
    assert "record findings" not in first  # there is no victim yet
    assert "* record findings" in second
    assert "Clock: a determination (v1)" in told.out
    assert "On the record: Proposal p1 by okafor.example, to warn, was confirmed." in told.out
    assert "The story ends here" in told.out


def test_the_officer_does_something_else_and_is_refused_like_anybody(at_the_desk: Desk) -> None:
    told = at_the_desk(REMARK, "Not Vienna is meant.", "yes", REMARK, "", "", "s", until="2")
    assert "Astrid Lind (fictitious): record remark" in told.out
    assert "Refused: Nothing was done: missing field: words." in told.out
    assert "name victim\n         On the record" not in told.out
    assert "The story ends here" in told.out


def test_what_a_command_may_be_about_is_kept_in_the_case() -> None:
    assert set(ABOUT.values()) <= {one.name for one in fields(Case)}
    assert set(ABOUT) <= {one.name for kind in ACTIONS.values() for one in fields(kind)}


def test_the_officer_lets_time_pass_and_the_clocks_run_out(at_the_desk: Desk) -> None:
    told = at_the_desk("+2h", "+400d", "99", "?", "soon", "+", "-1d", "2020-01-01T00:00:00Z", "q")
    assert told.status == 0
    assert "Lapsed, undecided: nobody gave the findings" in told.out
    assert "times more until" in told.out
    assert "Give a number from 1 to" in told.out
    assert "That is no choice, length or time; ? helps." in told.out
    assert "Time does not go back, nor on for ever." in told.out
    assert "You left at" in told.out


@pytest.mark.parametrize("typed", [(), ("",), (REMARK,), (REMARK, "half a remark")])
def test_the_end_of_the_input_ends_the_story_cleanly(
    at_the_desk: Desk, typed: tuple[str, ...]
) -> None:
    told = at_the_desk(*typed)
    assert (told.status, told.err) == (0, "")
    assert "You left at" in told.out


def test_whatever_is_typed_into_a_field_is_a_value_or_refused(at_the_desk: Desk) -> None:
    given = ("v1", "Ana", "king", "email", "[" * 9_000)
    blank = [""] * (len(list(leaves(ACTIONS["name_recipient"]))) - len(given))
    told = at_the_desk("", "Name  recipient", *given, *blank, REMARK, "{}", "", "q")
    assert (told.status, told.err) == (0, "")
    assert told.out.count("Refused: Nothing was done: ") == 1
    assert "On the record: Remark: {}" in told.out


def test_what_is_done_again_and_again_is_told_once_and_asked_once(
    tocsin: Tocsin, tmp_path: Path
) -> None:
    story = tmp_path / "mine.toml"
    story.write_text(AGAIN)
    assert "The same again, 3 times more." in tocsin("scenario", str(story), "--fast").out
    asked = tocsin("scenario", str(story), "--interactive", given=b"\n")
    assert asked.out.count("You are Ana") == 1
    assert "The story ends here, 2024-03-06 10:03 UTC." in asked.out
    left = tocsin("scenario", str(story), "--interactive", given=b"s\n")
    assert "Remark" not in left.out


def test_a_broken_file_is_refused_with_its_line_and_what_may_have_been_meant(
    tocsin: Tocsin, tmp_path: Path
) -> None:
    story = tmp_path / "mine.toml"
    story.write_text(AGAIN + 'expect = { refused = "case-incomplete" }\n')
    told = tocsin("scenario", str(story))
    assert told.status == 2
    assert (
        "mine.toml:32: step.2.expect.refused: there is no 'case-incomplete'; there is" in told.err
    )
