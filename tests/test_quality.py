"""The repository keeps its own rules, so that one command checks everything."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent


@pytest.mark.long
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check", "--output-format", "concise"], id="lint"),
        pytest.param(["ruff", "format", "--check", "--output-format", "concise"], id="layout"),
        pytest.param(["mypy", "--no-pretty"], id="types"),
        pytest.param(["lint-imports"], id="imports"),
    ],
)
def test_the_code_passes(command: list[str]) -> None:
    checked = subprocess.run(
        [PROGRAMS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if checked.returncode:
        pytest.fail(checked.stdout + checked.stderr, pytrace=False)
