"""Officers' corrections from the command line: given, counted, and exported to train on."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Tocsin

TEXT = "We will burn the hall\nwith him in it. Nobody was hurt.\nViktor Mraz\nheard it.\n"
THREAT, DENIAL = (0, 37), (38, 54)


@pytest.fixture
def admin(tocsin: Tocsin) -> str:
    """An administrator's token."""
    tocsin("enrol", "adam.a", "--name", "Adam", "--unit", "Watch", "--roles", "administrator")
    return str(tocsin("token", "adam.a", "--json").json["token"])


@pytest.fixture
def case_id(tocsin: Tocsin, tokens: dict[str, str]) -> str:
    return received(tocsin, tokens["analyst"], TEXT)


def received(tocsin: Tocsin, token: str, text: str, *more: str) -> str:
    given = text.encode()
    arguments = ("receive", "-", "--acquired-now", "--marking", "EXAMPLE SECRET", *more)
    told = tocsin(*arguments, "--json", given=given, token=token)
    found = re.search(r"C-\w{4}-\w{4}", told.out)
    assert found, told.out + told.err
    return found[0]


def corrected(tocsin: Tocsin, token: str, case_id: str, *labels: dict[str, Any]) -> str:
    """What came of it: the first report of the case, labelled."""
    shown = tocsin("case", case_id, "--json", token=token).out
    found = re.search(r'"report_id": "([^"]+)"', shown)
    assert found, shown
    said = [part for one in labels for part in ("--corrections", json.dumps(one))]
    one = ("--report-id", found[1], "--model", "lines/1")
    told = tocsin("do", "correct-reading", case_id, *one, *said, token=token)
    return told.out + told.err


LABELS: list[dict[str, Any]] = [
    {"start": 0, "end": 37, "stage": "threatened", "was": "threatened"},
    {"start": 38, "end": 54, "stage": "none", "was": "denied"},
    {"start": 55, "end": 66, "role": "none", "was": "victim"},
    {"start": 63, "end": 76, "role": "perpetrator_person"},
]


def test_what_officers_corrected_comes_out_as_passages_and_is_on_the_record(
    tocsin: Tocsin, tokens: dict[str, str], admin: str, case_id: str, tmp_path: Path
) -> None:
    assert "labelled: 4, 1 of them" in corrected(tocsin, tokens["analyst"], case_id, *LABELS)
    file = tmp_path / "desk.jsonl"
    told = tocsin("examples", "export", str(file), "--reason", "the yearly training", token=admin)
    assert "holds the text of reports, marked: EXAMPLE SECRET" in told.out, told.err
    assert file.stat().st_mode & 0o777 == 0o600
    (line,) = map(json.loads, file.read_text("utf-8").splitlines())
    assert line["id"].startswith(f"desk-{case_id}-")
    assert (line["language"], line["genre"], line["threat"]) == ("en", "desk", None)
    assert line["sentences"] == [
        {"text": "We will burn the hall with him in it.", "stage": "threatened", "certainty": None},
        {"text": "Nobody was hurt.", "stage": "none", "certainty": "none"},
        {"text": "Viktor Mraz heard it.", "stage": None, "certainty": None},
    ]
    assert line["roles"] == [["none", "Viktor Mraz"], ["perpetrator_person", "raz heard it."]]
    audit = ("audit", "--reason", "a look", "--json")
    assert tocsin(*audit, token=tokens["inspector"]).json["fault_count"] == 0
    again = tocsin("examples", "export", str(file), "--reason", "again", token=admin)
    assert "[bad-value]" in again.err


def test_corrections_are_counted_with_how_often_reading_had_said_the_same(
    tocsin: Tocsin, tokens: dict[str, str], admin: str, case_id: str
) -> None:
    corrected(tocsin, tokens["analyst"], case_id, *LABELS)
    corrected(tocsin, tokens["determining"], case_id, LABELS[1] | {"stage": "denied"})
    told = tocsin("examples", "--json", token=admin).json
    assert (told["reports"], told["corrections"], told["left_out"]) == (1, 4, 0)
    counts = {one["label"]: (one["corrections"], one["read"], one["agreed"])
              for one in told["counts"]}  # fmt: skip
    assert counts == {
        "threatened": (1, 1, 1), "denied": (1, 1, 1),
        "none": (1, 1, 0), "perpetrator_person": (1, 0, 0),
    }  # fmt: skip
    assert "1 of 1" in tocsin("examples", token=admin).out


def test_restricted_cases_and_controlled_reports_stay_unless_an_inspector_takes_them(
    tocsin: Tocsin, tokens: dict[str, str], admin: str, case_id: str, tmp_path: Path
) -> None:
    analyst, boss = tokens["analyst"], tokens["determining"]
    corrected(tocsin, analyst, case_id, LABELS[0])
    tocsin("do", "restrict-case", case_id, "--restricted", "--reason", "a source", token=boss)
    second = received(tocsin, analyst, TEXT + "2", "--originator-control", "ORCON")
    corrected(tocsin, analyst, second, LABELS[0])
    file = tmp_path / "desk.jsonl"
    out = ("examples", "export", str(file), "--reason", "the yearly training")
    assert tocsin("examples", "--json", token=admin).json["left_out"] == 2
    assert "no corrections that may be" in tocsin(*out, token=admin).err
    assert "[not-allowed]" in tocsin(*out, "--with-restricted", token=admin).err
    assert not file.exists()
    told = tocsin(*out, "--with-restricted", token=tokens["inspector"])
    assert "2 reports, 2 corrections; 0 reports are left out" in told.out, told.err


def test_nobody_else_counts_or_exports_and_a_span_beyond_the_report_is_refused(
    tocsin: Tocsin, tokens: dict[str, str], case_id: str, tmp_path: Path
) -> None:
    beyond = {"start": 0, "end": len(TEXT) + 1, "stage": "none"}
    assert "ends after the report" in corrected(tocsin, tokens["analyst"], case_id, beyond)
    assert "[not-allowed]" in corrected(tocsin, tokens["release"], case_id, LABELS[0])
    for name in ("analyst", "determining"):
        assert "[not-allowed]" in tocsin("examples", token=tokens[name]).err
        out = ("examples", "export", str(tmp_path / "x"), "--reason", "y")
        assert "[not-allowed]" in tocsin(*out, token=tokens[name]).err
