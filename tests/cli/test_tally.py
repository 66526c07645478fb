"""A period is counted, and whoever holds the file can check the count."""

from pathlib import Path

import pytest

from tests.cli.conftest import Tocsin


@pytest.fixture
def inspector(tocsin: Tocsin, tokens: dict[str, str]) -> str:
    """An inspector's token, in a house that received a report this year."""
    tocsin("receive", "-", "--acquired-now", given=b"EXAMPLE.", token=tokens["analyst"])
    return tokens["inspector"]


def test_a_count_is_shown_by_class_and_its_file_verifies(
    tocsin: Tocsin, inspector: str, tmp_path: Path
) -> None:
    file = tmp_path / "tally.json"
    told = tocsin("tally", "2024", "-o", str(file), token=inspector)
    assert told.status == 0
    assert "warned/acknowledged" in told.out
    assert "0 duties to warn, and 0 in exercises" in told.out
    assert "2024" in tocsin("verify", str(file), "--key", tocsin("key").out).out
    assert "0 duties to warn" in tocsin("tally", "2024", token=inspector).out


def test_a_count_is_told_to_programs_without_the_table(tocsin: Tocsin, inspector: str) -> None:
    told = tocsin("tally", "2024Q4", "--json", token=inspector).json
    assert (told["period"], told["owed"], told["file"]) == ("2024Q4", 0, None)
    assert told["classes"]["lapsed"] == 0


def test_nothing_is_counted_for_others_or_over_a_file(
    tocsin: Tocsin, tokens: dict[str, str], inspector: str, tmp_path: Path
) -> None:
    assert "[not-allowed]" in tocsin("tally", "2024", token=tokens["analyst"]).err
    assert "[period-unknown]" in tocsin("tally", "9999", token=inspector).err
    file = tmp_path / "tally.json"
    file.write_text("kept")
    assert "[bad-value]" in tocsin("tally", "2024", "-o", str(file), token=inspector).err
    away = tmp_path / "nowhere" / "tally.json"
    assert "file was not written" in tocsin("tally", "2024", "-o", str(away), token=inspector).err
    assert file.read_text() == "kept"
