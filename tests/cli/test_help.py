"""Help answers for every command, at once."""

import subprocess
import sys

import pytest
from cyclopts import App

from tests.cli.conftest import Tocsin
from tocsin.casework.act import ACTIONS
from tocsin.cli import commands

HEAVY = {
    "alembic", "cel_expr_python", "cryptography", "fastapi", "jinja2", "lxml", "psycopg",
    "pydantic", "sqlalchemy", "sqlite3", "starlette", "uvicorn",
}  # fmt: skip


def paths(app: App, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    own = [name for name in app if not name.startswith("-")]
    here = [(*before, name) for name in own]
    return here + [path for name in own for path in paths(app[name], (*before, name))]


@pytest.mark.parametrize("path", [(), *paths(commands())], ids=" ".join)
def test_every_command_tells_what_it_does(tocsin: Tocsin, path: tuple[str, ...]) -> None:
    told = tocsin(*path, "--help")
    assert told.status == 0
    assert "Usage: tocsin" in told.out or not path
    assert "--json" in told.out or path in {("do",), ("log",), ("directory",), ("lists",)}


def test_every_act_of_an_officer_is_a_command(tocsin: Tocsin) -> None:
    told = tocsin("do", "--help").out
    assert all(action.replace("_", "-") in told for action in ACTIONS)


def test_help_touches_no_web_and_no_database_package() -> None:
    script = (
        "import sys, tocsin.cli\n"
        "try: tocsin.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert "receive" in ran.stdout
    assert not HEAVY & set(ran.stderr.split())
