"""Lists screened from the command line: told by person, kept beside the output, gone on with."""

import csv
import json

import pytest

from tocsin.cli import screen as command

LIST = (
    "Name;Date of birth;Passport;Nationality\n"
    "Царнаев Тамерлан;21.10.1986;1234567;RU\n"
    "12345;;;\n"
    "Ann Other;1990;123-4567;GB\n"
    '=1+2 "Norr" Ilda;;;\n'
)
KNOWN = '{"name": "Tamerlan Tsarnaev", "dob": "1987-10-21", "passport": "1234567"}\n'
KNOWN += '{"name": "Ilda Norr"}\n'


@pytest.fixture
def lists(tmp_path):
    them, known = tmp_path / "them.csv", tmp_path / "known.jsonl"
    them.write_text(LIST, "utf-8")
    known.write_text(KNOWN, "utf-8")
    return str(them), "--against", str(known)


def test_a_list_is_told_by_person_and_each_row_that_was_not_screened_by_its_number(tocsin, lists):
    told = tocsin("screen", *lists, "--json").json
    assert told["counts"] == {
        "rows": 4, "screened": 3, "not_screened": 1, "no_person": 0, "empty": 0
    }  # fmt: skip
    rows = {one["person"]: [hit["row"] for hit in one["rows"]] for one in told["people"]}
    assert rows == {"row 1": [2, 4], "row 2": [5]}
    assert told["not_screened"] == [{"row": 3, "why": "its name has no letters"}]
    assert told["columns_ignored"] == ["Nationality"]
    plain = tocsin("screen", *lists)
    assert plain.status == 1
    assert "row 2 “Царнаев Тамерлан”" in plain.out
    assert "Row 3 was not screened" in plain.out


def test_a_screening_that_was_ended_goes_on_where_it_was_and_finds_the_same(
    tocsin, lists, tmp_path, monkeypatch
):
    monkeypatch.setattr(command, "BATCH", 2)
    whole, part = tmp_path / "whole.json", tmp_path / "part.json"
    tocsin("screen", *lists, "--out", str(whole))
    screened = command._screened

    def dies(screener, rows):
        if rows[0].row > 3:
            raise KeyboardInterrupt
        return screened(screener, rows)

    monkeypatch.setattr(command, "_screened", dies)
    assert tocsin("screen", *lists, "--out", str(part)).status == 130
    assert "not finished" in tocsin("screen", *lists, "--out", str(part)).err
    with (tmp_path / "part.json.part").open("a") as kept:
        kept.write('{"through": 5, "sta')  # it was being written
    monkeypatch.setattr(command, "_screened", screened)
    tocsin("screen", *lists, "--out", str(part), "--resume")
    assert json.loads(part.read_bytes()) == json.loads(whole.read_bytes())
    assert not (tmp_path / "part.json.part").exists()


def test_another_list_is_not_gone_on_with(tocsin, lists, tmp_path):
    (tmp_path / "out.json.part").write_text('{"tocsin_screening": 1, "list": "another"}\n')
    told = tocsin("screen", *lists, "--out", str(tmp_path / "out.json"), "--resume")
    assert (told.status, "another list" in told.err) == (2, True)


def test_no_cell_of_the_results_is_a_formula(tocsin, lists, tmp_path):
    out = tmp_path / "hits.csv"
    tocsin("screen", *lists, "--out", str(out))
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["what"], row["row"]) for row in rows] == [
        ("hit", "2"), ("hit", "4"), ("hit", "5"), ("not screened", "3")
    ]  # fmt: skip
    assert rows[2]["name_in_list"] == '\'=1+2 "Norr" Ilda'


def test_a_list_is_screened_against_the_house_with_a_purpose_and_waits_on_the_case(
    tocsin, tokens, tmp_path
):
    token = tokens["analyst"]
    tocsin("receive", "-", "--acquired-now", given=b"He is on his way.", token=token)
    case = tocsin("queue", "--json", token=token).json["cases"][0]["case_id"]
    said = ("--names", "Timur Karelin", "--reason", "warned of")
    assert tocsin("do", "put-on-watch", case, *said, token=token).status == 0
    them = tmp_path / "them.csv"
    them.write_text("name\nTimur Karelin\n", "utf-8")
    assert tocsin("screen", str(them), token=token).status == 2
    why = ("--name", "EXAMPLE 12", "--purpose", "arrivals", "--record")
    told = tocsin("screen", str(them), *why, token=token)
    assert (told.status, case in told.out) == (0, True)
    assert "Timur Karelin" in tocsin("history", case, token=token).out
