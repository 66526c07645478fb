"""Scenarios: a case told as data, read strictly. `tocsin.casework.player` plays them."""

import tomllib
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from tocsin.casework.scenario_check import check
from tocsin.casework.scenario_form import Scenario
from tocsin.casework.scenario_script import Script, refused
from tocsin.policy.places import line_of

__all__ = ["Script", "load", "names", "parse"]

MOST_BYTES = 256 * 1024


def names() -> list[str]:
    """The scenarios that come with Tocsin."""
    folder = files("tocsin.casework") / "scenarios"
    return sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name[-5:] == ".toml")


def load(name: str, now: datetime) -> Script:
    """A shipped scenario, or one in a .toml file; relative times count from `now`.

    Refuses SCENARIO_INVALID with the file, the line where there is one, and the remedy.
    """
    path = Path(name)
    if path.suffix != ".toml":
        if name not in names():
            refused(name, f"it does not come with Tocsin; these do: {', '.join(names())}", None)
        return parse(
            (files("tocsin.casework") / "scenarios" / f"{name}.toml").read_bytes(), name, now
        )
    try:
        with path.open("rb") as file:
            return parse(file.read(MOST_BYTES + 1), path.name, now)
    except OSError as error:
        refused(path.name, f"the file cannot be read ({type(error).__name__})", None)


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
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        refused(name, f"it is not TOML: {error}", None)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        keys = [str(part + 1 if isinstance(part, int) else part) for part in first["loc"]]
        refused(name, f"{'.'.join(keys)}: {first['msg']}", line_of(text, first["loc"]))
    script = Script(name=name, text=text, scenario=scenario, now=now)
    check(script)
    return script
