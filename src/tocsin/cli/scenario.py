"""Scenarios, narrated in the terminal."""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.types import PositiveInt

from tocsin.app import build
from tocsin.casework.house import App
from tocsin.casework.player import Happened, play
from tocsin.casework.scenario import Script, load, names
from tocsin.cli.output import COMMON, Common, paragraph, when
from tocsin.domain.refusal import Code, refuse
from tocsin.settings import load as load_settings

PAUSE_S = 0.8


def scenario(
    name: Annotated[str, Parameter(help="One that comes with Tocsin, or a .toml file.")] = "",
    /,
    *,
    list_: Annotated[
        bool, Parameter(name="--list", negative="", help="List those that come with Tocsin.")
    ] = False,
    until: Annotated[PositiveInt | None, Parameter(help="Stop after this step.")] = None,
    fast: Annotated[bool, Parameter(negative="", help="Do not pause between steps.")] = False,
    keep: Annotated[
        Path | None, Parameter(help="Keep its house in this new folder, to look at afterwards.")
    ] = None,
    common: Common = COMMON,
) -> None:
    """Play a case told as data, and narrate each step.

    It is played with a clock of its own in a house of its own, which is removed afterwards
    unless --keep names a folder. No mail leaves the machine. What each step is to lead to
    stands in the scenario, and the first that does not ends it.
    """
    if list_ or not name:
        common.show({"scenarios": names()}, *names())
        return
    script = load(name, datetime.now(UTC))
    with _house(keep, common) as app:
        told = []
        if not common.json:
            _title(script)
        for happened in play(app, script, until):
            told.append(happened)
            if not common.json:
                _tell(script, happened)
                if not fast and happened.step and sys.stdout.isatty():
                    time.sleep(PAUSE_S)
    kept = [f"\nIts house is kept: TOCSIN_DATA_DIR={keep} tocsin run --no-example"] if keep else []
    common.show({"scenario": script.name, "happened": told}, *kept)


@contextmanager
def _house(keep: Path | None, common: Common) -> Iterator[App]:
    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        data = keep or Path(folder)
        if keep and keep.exists() and any(keep.iterdir()):
            refuse(
                Code.BAD_VALUE, "Nothing was played: the folder is not empty.", "Name a new one."
            )
        settings = load_settings(common.config)
        # Neither the house's database nor its mail server: a story never touches them.
        own = {"data_dir": data, "database_url": "", "mail": None}
        app = build(settings.model_copy(update=own), channels={})
        try:
            yield app
        finally:
            app.close()


def _title(script: Script) -> None:
    paragraph(script.scenario.title, "bold")
    paragraph(script.scenario.about.strip())


def _tell(script: Script, happened: Happened) -> None:
    if happened.step is None:
        for words in happened.words:
            paragraph(f"{when(happened.at)}  {words}", "dim", indent=9)
        return
    officer = script.scenario.officer.get(happened.by)
    who = officer.name if officer else happened.by
    number = f"{happened.step:>3}/{len(script.scenario.step)}"
    act = happened.do.replace("_", " ")
    print()
    paragraph(f"{number}  {when(happened.at)}  {who}: {act}", "bold")
    paragraph(happened.say, indent=9)
    for words in happened.words:
        paragraph(f"On the record: {words}", "dim", indent=9)
    label, style = ("Refused", "bold red") if happened.refused else ("Found", "")
    for found in happened.found or ("nothing",) * (happened.do == "check"):
        paragraph(f"{label}: {found}", style, indent=9)
