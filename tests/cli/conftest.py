"""The command line, called as a person calls it, in a house of its own."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tocsin.cli import main


@dataclass(frozen=True)
class Result:
    """What a command left: its exit status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Tocsin = Callable[..., Result]


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, and no setting from outside."""
    for name in ("TOCSIN_CONFIG", "TOCSIN_TOKEN", "TOCSIN_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TOCSIN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


@pytest.fixture
def tocsin(
    surroundings: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Tocsin:
    """Run one command; `given` is its standard input, `token` who gives it."""

    def run(*arguments: str, given: bytes = b"", token: str = "") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        monkeypatch.setenv("TOCSIN_TOKEN", token)
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return Result(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def tokens(tocsin: Tocsin) -> dict[str, str]:
    """One officer a role, by the role's first word, and their tokens."""
    found = {}
    for role in ("analyst", "determining_officer", "release_authority", "inspector"):
        name = role.partition("_")[0]
        officer_id = f"{name}.a"
        tocsin("enrol", officer_id, "--name", name.title(), "--unit", "Watch", "--roles", role)
        found[name] = tocsin("token", officer_id, "--json").json["token"]
    return found
