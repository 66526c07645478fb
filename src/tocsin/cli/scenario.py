"""Scenarios, narrated in the terminal; with --interactive, played by whoever sits there."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from tocsin.app import build
from tocsin.casework.house import App
from tocsin.casework.player import Happened, Player
from tocsin.casework.scenario import Script, load, titles
from tocsin.casework.scenario_script import Stop
from tocsin.cli.output import COMMON, Common, paragraph, when
from tocsin.domain.refusal import Code, refuse
from tocsin.settings import load as load_settings

PAUSE_S = 0.8
MOST_SILENCES = 5
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a house that is thrown away needs no disk


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Played:
    """Which way a story is played, how far, and by whom."""

    telling: Annotated[
        str, Parameter(help="Which way it goes, such as heeded or nobody; else the first.")
    ] = ""
    until: Annotated[
        str, Parameter(help="Stop after this step (number or name), at this time, or at +36h.")
    ] = ""
    interactive: Annotated[
        bool, Parameter(negative="", help="You are the officer: do the story's step, or another.")
    ] = False
    exercise: Annotated[
        bool,
        Parameter(
            negative="", help="A drill: all is marked as exercise, and what is last happens now."
        ),
    ] = False
    fast: Annotated[bool, Parameter(negative="", help="Do not pause between steps.")] = False
    keep: Annotated[
        Path | None, Parameter(help="Keep its house in this new folder, to look at afterwards.")
    ] = None


TO_THE_END = Played()


def scenario(
    name: Annotated[str, Parameter(help="One that comes with Tocsin, or a .toml file.")] = "",
    /,
    *,
    list_: Annotated[
        bool, Parameter(name="--list", negative="", help="List those that come with Tocsin.")
    ] = False,
    played: Played = TO_THE_END,
    common: Common = COMMON,
) -> None:
    """Play a case told as data, and narrate each step.

    It is played with a clock of its own in a house of its own, which is removed afterwards
    unless --keep names a folder. No mail leaves the machine. What each step is to lead to
    stands in the scenario, and the first that does not ends it.
    """
    if list_ or not name:
        told_of = titles()
        common.show({"scenarios": list(told_of)}, *(f"{k:<18}{v}" for k, v in told_of.items()))
        return
    if played.interactive and common.json:
        refuse(
            Code.BAD_VALUE,
            "Nothing was played: a program cannot be the officer.",
            "Leave out --json or --interactive.",
        )
    script, stop = _script(name, played, datetime.now(UTC))
    with a_house(played.keep, common) as app:
        player = Player(app, script, played.telling, exercise=played.exercise)
        if not common.json:
            _title(player)
        told: list[Happened] = []
        if played.interactive:
            from tocsin.cli.scenario_desk import sit_down

            sit_down(player, stop)
        else:
            teller = None if common.json else Teller(player)
            told = [_heard(teller, one, fast=played.fast) for one in player.play(stop)]
            if teller:
                teller.end_silence()
    kept = f"\nIts house is kept: TOCSIN_DATA_DIR={played.keep} tocsin run --no-example"
    common.show(_plain(player, told), *((kept,) if played.keep else ()))


def _script(name: str, played: Played, now: datetime) -> tuple[Script, Stop]:
    """The story and where to stop; a drill is moved so that it stops now."""
    script = load(name, now)
    if not played.until:
        moved = script.ending_at(now, played.telling, None) if played.exercise else script
        return moved, None
    stop = script.stop(played.until, script.telling(played.telling))
    if not played.exercise:
        return script, stop
    return script.ending_at(now, played.telling, stop), now if isinstance(stop, datetime) else stop


def _plain(player: Player, told: list[Happened]) -> dict[str, Any]:
    scenario, telling = player.script.scenario, player.telling
    return {
        "scenario": player.script.name,
        "title": scenario.title,
        "telling": telling.name,
        "exercise": player.scene.exercise,
        "policy": player.scene.app.policy.name,
        "lesson": telling.form.lesson.says if telling.form else "",
        "case_id": player.scene.case_id,
        "happened": told,
    }


def _heard(teller: "Teller | None", happened: Happened, *, fast: bool) -> Happened:
    if teller:
        teller.tell(happened)
        if not fast and happened.step and not teller.repeats and sys.stdout.isatty():
            time.sleep(PAUSE_S)
    return happened


@contextmanager
def a_house(keep: Path | None, common: Common) -> Iterator[App]:
    """A house of the story's own, thrown away after the block unless it is to be kept."""
    memory = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="tocsin-", dir=memory) as folder:
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


def _title(player: Player) -> None:
    scenario, telling = player.script.scenario, player.telling
    paragraph(scenario.title, "bold")
    paragraph(scenario.about.strip())
    if telling.form:
        others = [name for name in player.script.tellings if name != telling.name]
        also = f" Also told: {', '.join(others)}." if others else ""
        paragraph(f"{telling.form.title}.{also}", "bold")
        if telling.form.looks:
            paragraph(f"In its long silences clocks are looked at every {telling.form.looks} only.")


@dataclass(slots=True)
class Teller:
    """Narrates; of a long silence, and of what is done again and again, it tells the beginning
    and how much more of it there was."""

    player: Player
    silences: int = 0
    repeats: int = 0

    def tell(self, happened: Happened) -> None:
        """Narrate one thing that happened."""
        if happened.step is None and happened.do == "wait":
            self._end_repeats()
            self.silences += 1
            if self.silences <= MOST_SILENCES:
                for words in happened.words:
                    paragraph(f"{when(happened.at)}  {words}", "dim", indent=9)
            return
        if self._goes_as_before(happened):
            self.repeats += 1
            return
        self.end_silence()
        if happened.do == "lesson":
            print()
            paragraph(f"Lesson: {happened.say}", "bold")
            paragraph(f"The record: {', '.join(happened.found)}")
        else:
            _tell(self.player, happened)

    def _goes_as_before(self, happened: Happened) -> bool:
        """Whether this is a step taken again, with nothing untold since, and as it should go."""
        odd = happened.refused or happened.unmet or self.silences
        return bool(happened.step and not odd and self.player.repeats(happened.step))

    def end_silence(self) -> None:
        """Say how much was not told one by one."""
        self._end_repeats()
        if (more := self.silences - MOST_SILENCES) > 0:
            until = f"until {when(self.player.now)}"
            paragraph(f"... and {_times(more)} {until}", "dim", indent=9)
        self.silences = 0

    def _end_repeats(self) -> None:
        if self.repeats:
            paragraph(f"The same again, {_times(self.repeats)}.", indent=9)
        self.repeats = 0


def _times(more: int) -> str:
    return "once more" if more == 1 else f"{more} times more"


def _tell(player: Player, happened: Happened) -> None:
    number = f"{happened.step:>3}/{len(player.steps)}" if happened.step else " " * 6
    print()
    doing = f"{who(player.script, happened.by)}: {happened.do.replace('_', ' ')}"
    paragraph(f"{number}  {when(happened.at)}  {doing}", "bold")
    if happened.say:
        paragraph(happened.say, indent=9)
    for words in happened.words:
        paragraph(f"On the record: {words}", "dim", indent=9)
    label, style = ("Refused", "bold red") if happened.refused else ("Found", "")
    for found in happened.found or ("nothing",) * (happened.do == "check"):
        paragraph(f"{label}: {found}", style, indent=9)
    for unmet in happened.unmet:
        paragraph(f"In the story it goes otherwise: {unmet}", indent=9)


def who(script: Script, actor: str) -> str:
    """The name of whoever acts."""
    officer = script.scenario.officer.get(actor)
    return officer.name if officer else actor
