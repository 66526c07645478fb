"""What the documents say is so: their commands run, their links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tocsin.cli import main
from tocsin.settings import MailSettings, Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TOCSIN = str(Path(sys.executable).parent / "tocsin")
TEXT = {path: path.read_text("utf-8") for path in DOCUMENTS}
COMMANDS = sorted({one for text in TEXT.values() for one in re.findall(r"tocsin ([a-z]+)\b", text)})


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", TEXT[ROOT / "README.md"], re.M))
def test_the_readmes_commands_are_targets_of_the_makefile(target):
    assert run("make", "--dry-run", target).returncode == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_a_document_names_exists(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert not ended.value.code
    assert f"tocsin {command}" in capsys.readouterr().out


def test_the_scenario_that_the_readme_names_is_told_to_its_end():
    told = run(TOCSIN, "scenario", "crocus")
    assert told.returncode == 0, told.stderr
    assert "Found: verified" in told.stdout


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_there(path):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT[path])
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_operators_handbook_names_every_setting():
    named = set(re.findall(r"`\.?([a-z_.]+)`", TEXT[ROOT / "docs/handbook/operator.md"]))
    settings = set(Settings.model_fields) - {"mail"} | set(MailSettings.model_fields)
    assert settings - {name.removeprefix("mail.") for name in named} == set()


def test_the_threat_model_names_files_that_exist():
    named = re.findall(r"`((?:\w+/)+\w+\.\w+)", TEXT[ROOT / "docs/threat-model.md"])
    missing = [name for name in named if not list((ROOT / "src/tocsin").glob(f"**/{name}"))]
    assert named
    assert [name for name in missing if not name.startswith(("docs/", "data/"))] == []
