"""The road on the command line, and what it says when something may not be done."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Result, Tocsin
from tocsin.cli.output import clean

REPORT = b"EXAMPLE. Somebody says that Ann Example will be shot on Friday at the river."
AT = "2024-03-06T10:40+01:00"
WORDS = {
    "what": "EXAMPLE. There is a threat to your life.",
    "where": "In town",
    "window": {"opens": "2999-01-01T10:00Z", "closes": "2999-01-02T10:00Z", "zone": "UTC"},
    "do": "Stay away from the office.",
    "call": "+1 555 0100",
    "basis": "Information that we judge credible.",
}


def refusal(result: Result) -> Any:
    assert result.status == 2
    return json.loads(result.err)["refused"]


@pytest.fixture
def case(tocsin: Tocsin, tokens: dict[str, str]) -> str:
    """A case opened on one report from standard input."""
    given = tocsin(
        "receive", "-", "--acquired-at", AT, "--json", given=REPORT, token=tokens["analyst"]
    )
    case_id: str = given.json["received"][0]["case_id"]
    return case_id


def test_officers_are_enrolled_invited_listed_and_disabled(tocsin: Tocsin) -> None:
    enrolled = tocsin("enrol", "ana", "--name", "Ana", "--unit", "Watch", "--roles", "analyst")
    assert enrolled.status == 0
    assert tocsin("invite", "ana", "--json").json["link"].startswith("http://localhost:8000/")
    token = tocsin("token", "ana", "--days", "1").out.strip()
    assert tocsin("queue", token=token).status == 0
    assert [one["officer_id"] for one in tocsin("people", "--json").json["officers"]] == ["ana"]
    assert "Ana" in tocsin("people").out
    assert tocsin("disable", "ana").status == 0
    assert "not-signed-in" in tocsin("queue", token=token).err
    assert refusal(tocsin("invite", "nobody", "--json"))["code"] == "officer-unknown"


def test_a_token_may_come_from_a_file(
    tocsin: Tocsin, tokens: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(tokens["analyst"] + "\n")
    assert tocsin("queue", "--token-file", str(file)).status == 0
    assert "not-signed-in" in tocsin("queue", "--token-file", str(tmp_path / "none")).err


def test_without_a_token_nothing_is_done_and_it_is_said_how_to_get_one(tocsin: Tocsin) -> None:
    told = refusal(tocsin("queue", "--json"))
    assert told["code"] == "not-signed-in"
    assert "TOCSIN_TOKEN" in told["remedy"]


def test_a_house_of_another_version_is_not_worked_in_and_it_is_said_what_helps(
    tocsin: Tocsin, tokens: dict[str, str], surroundings: Path, case: str
) -> None:
    with closing(sqlite3.connect(surroundings / "data" / "tocsin.sqlite")) as db, db:
        db.execute("UPDATE view_version SET fingerprint = 'another'")
    refused = refusal(tocsin("queue", "--json", token=tokens["analyst"]))
    assert refused["code"] == "store-unavailable"
    assert tocsin("doctor", "--rebuild").status == 0
    assert case in tocsin("queue", token=tokens["analyst"]).out


def test_a_report_from_standard_input_opens_a_case(
    tocsin: Tocsin, tokens: dict[str, str], case: str
) -> None:
    (row,) = tocsin("queue", "--json", token=tokens["analyst"]).json["cases"]
    assert row["case_id"] == case
    assert case in tocsin("queue", token=tokens["analyst"]).out


def test_one_refused_file_does_not_keep_the_others_from_being_received(
    tocsin: Tocsin, tokens: dict[str, str], tmp_path: Path
) -> None:
    good, empty = tmp_path / "good.txt", tmp_path / "empty.txt"
    good.write_bytes(REPORT)
    empty.touch()
    files = (str(empty), str(tmp_path / "none"), str(good), str(good))
    told = tocsin("receive", *files, "--acquired-now", "--json", token=tokens["analyst"])
    assert told.status == 1
    first, second, third, fourth = told.json["received"]
    assert first["refused"]["code"] == "report-empty"
    assert second["refused"]["code"] == "report-unreadable"
    assert third["case_id"]
    assert fourth["again"]
    again = tocsin("receive", str(empty), str(good), "--acquired-now", token=tokens["analyst"])
    assert "[report-empty]" in again.out
    assert "was known already" in again.out


@pytest.mark.parametrize(
    "when", [[], ["--acquired-at", "2024-03-06T10:40"], ["--acquired-at", AT, "--acquired-now"]]
)
def test_a_report_without_the_time_of_its_acquisition_is_refused(
    tocsin: Tocsin, tokens: dict[str, str], when: list[str]
) -> None:
    told = tocsin("receive", "-", *when, "--json", given=REPORT, token=tokens["analyst"])
    assert refusal(told)["code"] == "time-without-zone"


def test_the_road_to_a_released_warning(
    tocsin: Tocsin, tokens: dict[str, str], case: str, tmp_path: Path
) -> None:
    def do(who: str, action: str, *options: str, given: bytes = b"") -> Any:
        told = tocsin("do", action, case, *options, "--json", token=tokens[who], given=given)
        assert told.status == 0, told.err
        return told.json

    do("analyst", "name-victim", "--name", "Ann Example", "--kind", "person", "--known-as", "A.")
    yes = [o for name in ("harm", "directed", "credible", "specific", "impending")
           for o in (f"--{name}", "yes", f"--{name}-basis", "EXAMPLE")]  # fmt: skip
    found = do("analyst", "record-findings", "--victim-id", "v1", *yes, "--kind-of-harm", "killing")
    assert found["stage"] == "determine"
    do("analyst", "propose-determination", "--victim-id", "v1", "--matter", "warn", "--reason", "x")
    do("determining", "confirm-determination", "--proposal-id", "p1")
    file = tmp_path / "words.json"
    file.write_text(json.dumps({"victim_ids": ["v1"], "words": WORDS}))
    do("analyst", "draft-warning", "--from", str(file), "--where", "Near the office")
    leaks = tocsin("leaks", case, "w1", "--json", token=tokens["release"])
    assert (leaks.status, leaks.json) == (0, {"leaks": []})
    shown = tocsin("case", case, "--json", token=tokens["release"]).json["case"]
    assert "Near the office" in shown["warnings"]["w1"]["draft"]["text"]
    text = tocsin("case", case, token=tokens["release"]).out
    sha256 = text.partition("SHA-256 ")[2][:64]
    released = do(
        "release", "release-warning", "--warning-id", "w1", "--text-sha256", sha256,
        "--residual-risk", "EXAMPLE", "--parity", "nobody_inside",
    )  # fmt: skip
    assert released["stage"] == "deliver"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--kind", "person"], "bad-value"),
        (["--name", "x", "--kind", "king"], "bad-value"),
        (["--name", "x", "--kind", "person", "--nationality", "any"], "bad-value"),
        (["--from", "-"], "unknown-field"),
    ],
)
def test_what_cannot_be_read_is_refused_and_changes_nothing(
    tocsin: Tocsin, tokens: dict[str, str], case: str, options: list[str], code: str
) -> None:
    unknown = b'{"name": "x", "kind": "person", "nationality": "any"}'
    told = tocsin(
        "do", "name-victim", case, *options, "--json", token=tokens["analyst"], given=unknown
    )
    assert refusal(told)["code"] == code
    assert tocsin("case", case, "--json", token=tokens["analyst"]).json["case"]["victims"] == {}


@pytest.mark.parametrize("noise", [b"", b"[]", b"{", b"[" * 100_000, b"\xff"])
def test_fields_that_are_no_json_object_are_refused(
    tocsin: Tocsin, tokens: dict[str, str], case: str, noise: bytes
) -> None:
    told = tocsin(
        "do", "name-victim", case, "--from", "-", "--json", token=tokens["analyst"], given=noise
    )
    assert refusal(told)["code"] == "bad-value"


def test_the_history_is_told_in_words_and_as_events(
    tocsin: Tocsin, tokens: dict[str, str], case: str
) -> None:
    told = tocsin("history", case, "--json", token=tokens["inspector"]).json["history"]
    assert told[0]["kind"] == "CaseOpened"
    raw = tocsin("history", case, "--raw", "--json", token=tokens["inspector"]).json["events"]
    assert raw[0]["case_id"] == case
    assert "was opened under us_ic_icd191" in tocsin("history", case, token=tokens["inspector"]).out


def test_the_policy_in_force_is_printed_with_its_hash(tocsin: Tocsin) -> None:
    told = tocsin("policy", "--json").json
    assert told["name"] == "us_ic_icd191"
    assert all(one["source"] for one in told["clauses"])
    assert told["sha256"] in tocsin("policy").out


def test_the_doctor_rebuilds_the_views_to_the_same_bytes(tocsin: Tocsin, case: str) -> None:
    assert tocsin("doctor").status == 0
    told = tocsin("doctor", "--rebuild", "--json").json
    assert (told["same_bytes"], told["complaints"], told["cases"]) == (True, [], 1)


def test_a_wrong_setting_is_named(tocsin: Tocsin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_PORTT", "1")
    told = tocsin("people")
    assert told.status == 2
    assert "there is no setting TOCSIN_PORTT" in told.err
    monkeypatch.delenv("TOCSIN_PORTT")
    monkeypatch.setenv("TOCSIN_PORT", "eighty")
    assert "'port'" in tocsin("people").err
    monkeypatch.delenv("TOCSIN_PORT")
    monkeypatch.setenv("TOCSIN_DATA_DIR", __file__)
    assert "its data folder cannot be made" in tocsin("people").err


def test_a_bug_is_reported_by_number_without_its_message(
    tocsin: Tocsin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("Ann Example")

    monkeypatch.setattr("tocsin.cli.people.house", broken)
    told = tocsin("people")
    assert told.status == 70
    assert "KeyError in broken" in told.err
    assert "Ann Example" not in told.err
    assert "Ann Example" in tocsin("people", "--debug").err


def test_a_title_cannot_steer_the_terminal(tocsin: Tocsin, tokens: dict[str, str]) -> None:
    title = "EXAMPLE \x1b]0;gone\x07 \u202eright"
    tocsin(
        "receive", "-", "--acquired-now", "--title", title, given=REPORT, token=tokens["analyst"]
    )
    for shown in (
        tocsin("queue", token=tokens["analyst"]).out,
        tocsin("queue", "--json", token=tokens["analyst"]).out,
    ):
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_clean_text_keeps_lines_and_every_script() -> None:
    assert clean("a\nb Привет 世界") == "a\nb Привет 世界"
    assert clean("\x9b\u2066\x00") == "\\u009b\\u2066\\u0000"
