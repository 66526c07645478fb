"""The record searched and audited from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tocsin
from tocsin.cli import session

WHY = ("--reason", "EXAMPLE inquiry 7")
REPORT = b"EXAMPLE. Zebulon Krall will be attacked."


@pytest.fixture
def case_id(tocsin: Tocsin, tokens: dict[str, str]) -> str:
    """A case that names somebody."""
    anna = tokens["analyst"]
    given = tocsin("receive", "-", "--acquired-now", "--json", given=REPORT, token=anna)
    case: str = given.json["received"][0]["case_id"]
    named = ("--name", "Zebulon Krall", "--kind", "person", "--place", "Quuxville")
    assert tocsin("do", "name-victim", case, *named, token=anna).status == 0
    return case


def test_what_is_found_is_told_and_its_file_verifies_without_the_house(
    tocsin: Tocsin, tokens: dict[str, str], case_id: str, tmp_path: Path
) -> None:
    file, ines = tmp_path / "answer.json", tokens["inspector"]
    told = tocsin("search", "KRALL, Zebulon", *WHY, "-o", str(file), token=ines)
    assert told.status == 0
    assert case_id in told.out
    assert "1 case found among the first" in told.out
    (tmp_path / "key").write_text(tocsin("key").out)
    checked = tocsin("verify", str(file), "--key", str(tmp_path / "key"), "--json")
    assert (checked.status, checked.json["verdict"]) == (0, "verified")
    assert checked.json["question"]["variants"][0] == "KRALL, Zebulon"
    again = tocsin("search", "Krall", *WHY, "-o", str(file), token=ines)
    assert (again.status, "never written over" in again.err) == (2, True)
    nowhere = tocsin("search", "Krall", *WHY, "-o", str(tmp_path / "no" / "x"), token=ines)
    assert (nowhere.status, "is on the record" in nowhere.err) == (2, True)


def test_a_tampered_answer_is_not_believed(
    tocsin: Tocsin, tokens: dict[str, str], case_id: str, tmp_path: Path
) -> None:
    file = tmp_path / "answer.json"
    tocsin("search", "Zebulon Krall", *WHY, "-o", str(file), token=tokens["inspector"])
    plain = json.loads(file.read_bytes())
    plain["tags"][0]["pairs"] = []
    file.write_text(json.dumps(plain, separators=(",", ":"), ensure_ascii=False))
    checked = tocsin("verify", str(file), "--key", tocsin("key").out)
    assert checked.status == 1
    assert "not all records under it" in checked.out


def test_places_cases_and_days_are_asked_for(
    tocsin: Tocsin, tokens: dict[str, str], case_id: str
) -> None:
    ines = tokens["inspector"]
    place = tocsin("search", "quuxville", "--place", *WHY, "--json", token=ines).json
    assert [one["case_id"] for one in place["cases"]] == [case_id]
    case = tocsin(
        "search", case_id, "--case", "--before", "2024-03-07", *WHY, "--json", token=ines
    ).json
    assert (case["before"], case["file"]) == (0, None)
    assert case["cases"][0]["found"] == case["cases"][0]["all"]
    nobody = tocsin("search", "Nobody Atall", "--before", "2024-03-07", *WHY, token=ines)
    assert nobody.out.startswith("Nothing found among the first")
    for wrong in (
        ("--place", "--case"),
        ("--before", "2024-03-07T10:00"),
        ("--before", "3000-01-01"),
    ):
        assert tocsin("search", "X", *wrong, *WHY, token=ines).status == 2


def test_a_search_needs_a_reason_and_the_right(
    tocsin: Tocsin, tokens: dict[str, str], case_id: str
) -> None:
    assert tocsin("search", "Zebulon Krall", token=tokens["inspector"]).status == 2
    for command in ("search", "audit"):
        assert "[not-allowed]" in tocsin(command, "Krall", *WHY, token=tokens["analyst"]).err
        assert "[not-signed-in]" in tocsin(command, "Krall", *WHY).err


def test_an_audit_of_a_sound_record_tells_what_it_found(
    tocsin: Tocsin, tokens: dict[str, str], case_id: str
) -> None:
    ines = tokens["inspector"]
    told = tocsin("audit", "krall", *WHY, token=ines)
    assert told.status == 0
    assert "all is well" in told.out
    assert f"Found in the report that leaf 1 brought, case {case_id}; no search" in told.out
    as_json = tocsin("audit", "Zebulon Krall", *WHY, "--json", token=ines).json
    assert {hit["is_led_to"] for hit in as_json["hits"]} == {True}
    assert as_json["fault_count"] == 0
    assert "Found" not in tocsin("audit", *WHY, token=ines).out


def test_an_audit_that_finds_something_wrong_says_so_and_exits_with_1(
    tocsin: Tocsin, tokens: dict[str, str], case_id: str
) -> None:
    with session.house(session.Common()) as app, app.store.write() as db:
        db.exec_driver_sql("DELETE FROM map_pair WHERE position = 1")
    told = tocsin("audit", *WHY, token=tokens["inspector"])
    assert told.status == 1
    assert "Wrong: Leaf 0 stands in the map under other tags than it says." in told.out


def test_who_holds_the_tag_key_learns_whether_the_right_tags_were_looked_up(
    tocsin: Tocsin, tokens: dict[str, str], case_id: str, tmp_path: Path
) -> None:
    file, key, tags = tmp_path / "answer.json", tmp_path / "key", tmp_path / "tags"
    tocsin("search", "Zebulon Krall", *WHY, "-o", str(file), token=tokens["inspector"])
    key.write_text(tocsin("key").out)
    tags.write_text(tocsin("key", "--tags").out)
    given = ("verify", str(file), "--key", str(key), "--json")
    assert tocsin(*given).json["tags_checked"] is False
    assert tocsin(*given, "--tag-key", str(tags)).json["tags_checked"] is True
    tags.write_text("00" * 32)
    assert tocsin(*given, "--tag-key", str(tags)).status == 1
    tags.write_text("no key")
    assert tocsin(*given, "--tag-key", str(tags)).status == 2
