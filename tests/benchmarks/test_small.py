"""The benchmarks run and say what they measured. How fast anything is, is not tested."""

import json

import pytest

from benchmarks.__main__ import NAMES, main
from benchmarks.startup import heavy
from benchmarks.table import Row, shown

USE_POSTGRES = ("commands", "log", "deliveries")


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.postgres) if n in USE_POSTGRES else n for n in NAMES],
)
def test_each_benchmark_runs_at_a_tiny_size_and_prints_its_table(name, capsys):
    assert main([name, "--tiny"]) == 0
    head, _, *rows = capsys.readouterr().out.partition("\n\n")[0].splitlines()
    assert head.split("|")[1].strip() == "benchmark"
    assert {row.split("|")[1].strip() for row in rows} == {name}


def test_a_part_of_the_log_can_be_measured_alone(capsys):
    assert main(["log.search", "--tiny", "--leaves", "20", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["what"].split()[0] for row in rows} == {"map", "proof"}


def test_the_same_can_be_had_as_json(capsys):
    assert main(["startup", "--tiny", "--starts", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["scale"]["starts"] == 1
    assert "cores" in told["machine"]
    assert told["rows"][0]["ratio"] == told["rows"][0]["value"] / told["rows"][0]["baseline"]


def test_a_number_stands_beside_its_baseline_and_their_ratio():
    table = shown([Row(benchmark="b", what="w", value=50, unit="/s", baseline=200, met=False)])
    assert [cell.strip() for cell in table.splitlines()[2].split("|")[1:-1]] == [
        "b", "w", "50 /s", "", "200 /s", "0.25", "", "no",
    ]  # fmt: skip


def test_the_command_line_loads_no_web_and_no_database_package():
    assert heavy() == []
