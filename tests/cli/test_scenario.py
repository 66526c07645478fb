"""Scenarios are told to their end, or as far as asked; at the keyboard anybody is the officer."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Result, Tocsin

Desk = Callable[..., Result]


def test_crocus_is_told_to_its_end(tocsin: Tocsin) -> None:
    told = tocsin("scenario", "crocus", "--fast")
    assert told.status == 0
    assert "Refused: Nothing was decided: you proposed this yourself." in told.out
    assert "Lapsed, undecided: nobody gave a decision: the window has ended" in told.out
    assert told.out.rstrip().endswith("signature checked")
    assert "Lesson: When the 48 hours end" in told.out


def test_a_scenario_is_listed_told_in_part_and_kept(tocsin: Tocsin, tmp_path: Path) -> None:
    listed = tocsin("scenario", "--list", "--json").json["scenarios"]
    assert {"crocus", "exercise", "nairobi", "vienna"} <= set(listed)
    kept = tmp_path / "kept"
    told = tocsin("scenario", "crocus", "--until", "2", "--keep", str(kept), "--json").json
    assert [one["step"] for one in told["happened"]] == [1, 2]
    assert (kept / "tocsin.sqlite").exists()
    again = tocsin("scenario", "crocus", "--keep", str(kept), "--json")
    assert json.loads(again.err)["refused"]["code"] == "bad-value"


def test_a_scenario_leaves_the_house_itself_alone(tocsin: Tocsin, surroundings: Path) -> None:
    tocsin("scenario", "exercise")
    assert not (surroundings / "data").exists()
    assert "cannot be played" in tocsin("scenario", "nothing").err


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
    assert "  3 * name victim" in told.out
    assert "Clock: a determination (v1)" in told.out
    assert "On the record: Proposal p1 by okafor.example, to warn, was confirmed." in told.out
    assert "The story ends here" in told.out


def test_the_officer_does_something_else_and_is_refused_like_anybody(at_the_desk: Desk) -> None:
    told = at_the_desk("8", "Not Vienna is meant.", "yes", "8", "", "", "s", until="2")
    assert "Astrid Lind (fictitious): record remark" in told.out
    assert "Refused: Nothing was done: missing field: words." in told.out
    assert "name victim\n         On the record" not in told.out
    assert "The story ends here" in told.out


def test_the_officer_lets_time_pass_and_the_clocks_run_out(at_the_desk: Desk) -> None:
    told = at_the_desk("+2h", "+400d", "99", "?", "soon", "+", "-1d", "2020-01-01T00:00:00Z", "q")
    assert told.status == 0
    assert "Lapsed, undecided: nobody gave the findings" in told.out
    assert "times more until" in told.out
    assert "Give a number from 1 to" in told.out
    assert "That is no choice, length or time." in told.out
    assert "Time does not go back, nor on for ever." in told.out
    assert "You left at" in told.out


@pytest.mark.parametrize("typed", [(), ("",), ("8",), ("8", "half a remark")])
def test_the_end_of_the_input_ends_the_story_cleanly(
    at_the_desk: Desk, typed: tuple[str, ...]
) -> None:
    told = at_the_desk(*typed)
    assert (told.status, told.err) == (0, "")
    assert "You left at" in told.out


def test_whatever_is_typed_into_a_field_is_a_value_or_refused(at_the_desk: Desk) -> None:
    told = at_the_desk(
        "1", "v1", "Ana", "king", "email", "[" * 9_000, *[""] * 8, "8", "{}", "", "q"
    )
    assert (told.status, told.err) == (0, "")
    assert told.out.count("Refused: Nothing was done: ") == 1
    assert "On the record: Remark: {}" in told.out
