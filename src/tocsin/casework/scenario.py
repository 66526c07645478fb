"""Scenarios: a case told as data, read strictly. `tocsin.casework.player` plays them."""

import re
import tomllib
from datetime import datetime
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tocsin.casework.scenario_check import check
from tocsin.casework.scenario_form import Scenario
from tocsin.casework.scenario_script import Script, refused
from tocsin.domain.refusal import Code, refuse
from tocsin.policy.places import line_of

__all__ = ["Script", "load", "names", "parse", "titles"]

MOST_BYTES, MOST_TOLD = 256 * 1024, 12
_OURS = files("tocsin.casework") / "scenarios"


def names() -> list[str]:
    """The scenarios that come with Tocsin."""
    return sorted(p.name.removesuffix(".toml") for p in _OURS.iterdir() if p.name[-5:] == ".toml")


def titles() -> dict[str, str]:
    """What each of them is about, by name."""
    return {one: tomllib.loads(_ours(one).decode())["title"] for one in names()}


def _ours(name: str) -> bytes:
    return (_OURS / f"{name}.toml").read_bytes()


def load(name: str, now: datetime) -> Script:
    """A shipped scenario, or one in a .toml file; relative times count from `now`.

    Refuses SCENARIO_INVALID with the file, the line where there is one, and the remedy.
    """
    path = Path(name)
    if path.suffix != ".toml":
        if name not in names():
            refuse(
                Code.SCENARIO_INVALID,
                "Nothing was played: no such scenario comes with Tocsin.",
                f"Name a .toml file, or one of: {', '.join(names())}.",
            )
        return parse(_ours(name), name, now)
    try:
        with path.open("rb") as file:
            return parse(file.read(MOST_BYTES + 1), path.name, now)
    except OSError as error:
        refuse(
            Code.SCENARIO_INVALID,
            f"Nothing was played: {path.name} cannot be read ({type(error).__name__}).",
            "Name a file that is there, and yours to read.",
        )


def parse(data: bytes, name: str, now: datetime) -> Script:
    """The scenario in `data`; as `load`."""
    if len(data) > MOST_BYTES:
        refused(name, f"it is larger than {MOST_BYTES // 1024} KiB", None)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        refused(name, "it is not UTF-8", None)
    try:
        scenario = Scenario.model_validate(tomllib.loads(text))
    except RecursionError:
        refused(name, "it is nested too deeply", None)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        refused(name, f"it is not TOML: {error}", int(at[1]) if at else text.count("\n") + 1)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        keys = [str(part + 1 if isinstance(part, int) else part) for part in first["loc"]]
        refused(name, f"{'.'.join(keys)}: {_why(first)}", line_of(text, first["loc"]))
    script = Script(name=name, text=text, scenario=scenario, now=now)
    check(script)
    return script


def _why(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "there is no such key"
        case "missing":
            return "it is missing"
        case "enum" | "literal_error":
            given = str(error["input"])[:40]
            known = re.findall(r"'([^']*)'", error["ctx"]["expected"])
            near = known if len(known) <= MOST_TOLD else get_close_matches(given, known, 3, 0.4)
            return f"there is no {given!r}" + (f"; there is {', '.join(near)}" if near else "")
        case _:
            return error["msg"]
