"""Exports are verified by whoever has the file."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tocsin


@pytest.fixture
def export(tocsin: Tocsin, tokens: dict[str, str], tmp_path: Path) -> Path:
    """A case's export, beside the house's key."""
    given = tocsin(
        "receive", "-", "--acquired-now", "--json", given=b"EXAMPLE.", token=tokens["analyst"]
    )
    case, file = given.json["received"][0]["case_id"], tmp_path / "case.json"
    assert tocsin("export", case, "-o", str(file), token=tokens["inspector"]).status == 0
    (tmp_path / "key").write_text(tocsin("key").out)
    return file


def test_an_export_verifies_without_settings_or_database(
    tocsin: Tocsin, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_NONSENSE", "1")
    alone = tocsin("verify", str(export))
    assert alone.status == 0
    assert "not checked" in alone.out
    with_key = tocsin("verify", "-", "--key", str(export.with_name("key")), "--json",
                      given=export.read_bytes())  # fmt: skip
    assert (with_key.json["verdict"], with_key.json["signature"]) == ("verified", "checked")


def test_a_tampered_export_is_named(tocsin: Tocsin, export: Path) -> None:
    plain = json.loads(export.read_bytes())
    text = export.read_text().replace("EXAMPLE.", "EXAMPLF.", 1)
    assert text != json.dumps(plain)
    export.write_text(text)
    told = tocsin("verify", str(export), "--key", export.with_name("key").read_text().strip())
    assert told.status == 1
    assert "[body-changed]" in told.out
    assert tocsin("verify", str(export), "--json").json["verdict"] == "faults"


def test_an_export_is_never_written_over_a_file(
    tocsin: Tocsin, tokens: dict[str, str], export: Path
) -> None:
    case = tocsin("queue", "--json", token=tokens["analyst"]).json["cases"][0]["case_id"]
    told = tocsin("export", case, "-o", str(export), token=tokens["inspector"])
    assert told.status == 2
    assert "FileExistsError" in told.err
    assert tocsin("export", case, token=tokens["analyst"]).status == 2


@pytest.mark.parametrize("key", ["nowhere", "tocsin-log-key+00000000+AAAA"])
def test_a_wrong_key_is_refused(tocsin: Tocsin, export: Path, key: str) -> None:
    assert "[export-invalid]" in tocsin("verify", str(export), "--key", key).err
