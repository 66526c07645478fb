"""Policy packs on the command line: shown, checked, explained, tested and compared."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tocsin
from tests.policy.small import FILE, SMALL, changed, line_with
from tocsin.policy.pack import shipped_names

# Nobody could act on it: no duty under ICD 191, and the small pack leaves it open.
ANSWERS = {
    "harm": "yes",
    "directed": "yes",
    "credible": "yes",
    "specific": "no",
    "impending": "yes",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(SMALL, "utf-8")
    return path


def test_alone_it_shows_what_the_house_begins_with(tocsin: Tocsin) -> None:
    told = tocsin("policy", "--json").json
    assert told == tocsin("policy", "show", "us_ic_icd191", "--json").json
    assert told["sha256"] in tocsin("policy").out


def test_shipped_packs_are_listed_and_have_no_fault(tocsin: Tocsin) -> None:
    told = tocsin("policy", "list", "--json").json["packs"]
    assert [one["name"] for one in told] == shipped_names()
    checked = tocsin("policy", "check")
    assert (checked.status, checked.out) == (0, f"{len(told)} packs: no fault.\n")


def test_a_fault_is_told_with_file_line_and_remedy_and_fails(tocsin: Tocsin, file: Path) -> None:
    text = changed('over = ["all_else"]', "")
    file.write_text(text, "utf-8")
    place = f"{file}:{line_with(text, 'at_no_one') - 1}"
    told = tocsin("policy", "check", str(file))
    assert told.status == 1
    assert told.out.startswith(f"{place}: threshold.rule.2: at_no_one (not_owed) overlaps")
    assert 'Write over = ["all_else"]' in told.out
    (one,) = tocsin("policy", "check", str(file), "--json").json["packs"]
    assert place == "{file}:{line}".format(**one["faults"][0])


@pytest.mark.parametrize("command", ["show", "explain", "test"])
def test_a_pack_that_does_not_load_is_refused(tocsin: Tocsin, file: Path, command: str) -> None:
    file.write_text(changed("true", "maybe"), "utf-8")
    told = tocsin("policy", command, str(file), "--json")
    assert (told.status, json.loads(told.err)["refused"]["code"]) == (2, "pack-invalid")


@pytest.mark.parametrize(
    ("name", "code"),
    [("nowhere", "pack-unknown"), ("./nowhere.toml", "bad-value"), ("0" * 64, "pack-unknown")],
)
def test_a_pack_that_is_not_there_is_refused(tocsin: Tocsin, name: str, code: str) -> None:
    told = tocsin("policy", "show", name, "--json")
    assert (told.status, json.loads(told.err)["refused"]["code"]) == (2, code)


def test_the_exhaustive_check_tells_how_much_it_tried(tocsin: Tocsin) -> None:
    told = tocsin("policy", "check", str(FILE), "--exhaustive")
    assert told.status == 0
    assert "14,580 combinations" in told.out


def test_a_pack_is_explained_in_words_as_a_table_and_as_a_diagram(
    tocsin: Tocsin, file: Path
) -> None:
    words = tocsin("policy", "explain", str(file)).out
    assert "No warning is owed when “directed at somebody” is no." in words
    unverified = words[words.index("Unverified clauses") :]
    assert "A person or a group." in unverified
    assert "All five." not in unverified
    assert "at_no_one" in tocsin("policy", "explain", str(file), "--table").out
    assert tocsin("policy", "explain", str(file), "--diagram").out.startswith("flowchart TD\n")
    told = tocsin("policy", "explain", str(file), "--json").json
    assert set(told) == {"explained", "table", "diagram"}


def test_examples_are_run_and_one_decided_otherwise_fails(tocsin: Tocsin, file: Path) -> None:
    assert "3 examples: all right." in tocsin("policy", "test", str(file)).out
    file.write_text(changed("allowed = true", "allowed = false"), "utf-8")
    told = tocsin("policy", "test", str(file), "--json")
    assert told.status == 1
    (one,) = told.json["packs"]
    assert [example["complaint"] for example in one["examples"] if example["complaint"]] == [
        "example a_plot: no_means is met: The ground “No way to warn” is met."
    ]


def test_two_packs_are_compared_in_words(tocsin: Tocsin, file: Path) -> None:
    assert "alike in all 2,430 combinations" in tocsin("policy", "diff", str(file), str(FILE)).out
    file.write_text(changed('outcome = "not_owed"\nwhen', 'outcome = "undecided"\nwhen'), "utf-8")
    told = tocsin("policy", "diff", str(FILE), str(file)).out
    assert "810 of 2,430 combinations of findings: not owed becomes undecided, when" in told
    assert "“directed at somebody” is no;" in told


@pytest.fixture
def case(tocsin: Tocsin, tokens: dict[str, str]) -> str:
    """A case with one victim whose findings are recorded."""
    by = {"token": tokens["analyst"]}
    at = ("--acquired-at", "2024-03-06T10:40+01:00")
    received = tocsin("receive", "-", *at, "--json", given=b"EXAMPLE. Ann is in danger.", **by)
    case_id: str = received.json["received"][0]["case_id"]
    found = [o for name, answer in ANSWERS.items()
             for o in (f"--{name}", answer, f"--{name}-basis", "EXAMPLE")]  # fmt: skip
    for given in (
        ("name-victim", case_id, "--name", "Ann Example", "--kind", "person"),
        ("record-findings", case_id, "--victim-id", "v1", *found, "--kind-of-harm", "killing"),
    ):
        assert tocsin("do", *given, **by).status == 0
    return case_id


def test_past_cases_are_decided_again_and_told_by_number_alone(tocsin: Tocsin, case: str) -> None:
    packs = ("us_ic_icd191", str(FILE), "--past")
    told = tocsin("policy", "diff", *packs).out
    assert "1 of 1 victims in 1 past cases would be decided otherwise." in told
    assert f"Case {case}, v1: not owed becomes undecided." in told
    assert "Ann" not in told
    past = tocsin("policy", "diff", *packs, "--json").json["past"]
    assert past["otherwise"] == [
        {"case_id": case, "victim_id": "v1", "first": "not owed", "second": "undecided"}
    ]
    in_force = tocsin("policy", "--json").json["sha256"]
    same = tocsin("policy", "diff", in_force, "us_ic_icd191", "--past", "--json").json["past"]
    assert (same["cases"], same["otherwise"]) == (1, [])
