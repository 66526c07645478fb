"""A scenario with an officer at the keyboard, who does what the story does, or something else."""

import json
import sys
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.casework.access import allows
from tocsin.casework.act import ACTIONS
from tocsin.casework.player import Player
from tocsin.casework.scenario_check import OWN
from tocsin.casework.scenario_form import RECIPIENT, RELATIVE, SYSTEM
from tocsin.casework.scenario_script import Stop, length
from tocsin.cli.do import Leaf, leaves
from tocsin.cli.output import console, left, paragraph, when
from tocsin.cli.scenario import Teller, who
from tocsin.domain.case import Case
from tocsin.domain.findings import FindingName
from tocsin.domain.plans import WAITED_FOR
from tocsin.domain.refusal import Refusal
from tocsin.domain.serial import instant
from tocsin.domain.stage import duty_of, stage

MOST_TYPED, MOST_LOOKS, WIDEST = 10_000, 40, 110
ABOUT = {
    "victim_id": "victims",
    "recipient_id": "recipients",
    "proposal_id": "proposals",
    "warning_id": "warnings",
    "delivery_id": "deliveries",
    "dispatch_id": "dispatches",
    "publication_id": "publications",
    "inbound_id": "inbound",
    "claim_id": "claims",
    "question_id": "questions",
    "watch_id": "watches",
    "hold_id": "holds",
}
"""Where a case keeps what a command's field names."""
LATEST = datetime(2900, 1, 1, tzinfo=UTC)
HELP = (
    "Enter does what the story does (*). A number or a name does that instead; s leaves the "
    "story's step out. +30m, +2h, +1d or a time with its zone lets time pass. q leaves."
)


class Left(Exception):
    """The officer leaves the desk."""


def sit_down(player: Player, stop: Stop) -> None:
    """Play with the officer at the keyboard until `stop`, the end, or they leave."""
    try:
        _Desk(player, stop, Teller(player)).sit()
    except (Left, KeyboardInterrupt):
        print()
        paragraph(f"You left at {when(player.now)}. What was done and what was not is on record.")
        if player.case:
            _show(player.case, player.now)


@dataclass(slots=True)
class _Desk:
    player: Player
    stop: Stop
    teller: Teller
    number: int = 0
    followed: bool = False

    def sit(self) -> None:
        player = self.player
        paragraph(HELP, "dim")
        for self.number, step in enumerate(player.steps, 1):
            at = player.script.at(step.form.at)
            if isinstance(self.stop, datetime) and at > self.stop:
                break
            self._pass_to(at)
            if step.form.do == "receive" or step.form.by in (RECIPIENT, SYSTEM):
                self.teller.tell(player.take(self.number, strict=False))
            elif not player.repeats(self.number):
                self.followed = self._ask()
            elif self.followed:
                self.teller.tell(player.take(self.number, strict=False))
            if self.number == self.stop:
                break
        self.teller.end_silence()
        print()
        paragraph(f"The story ends here, {when(player.now)}.", "bold")
        if player.case:
            _show(player.case, player.now)

    def _pass_to(self, until: datetime) -> None:
        """However long it is, nobody waits for it at the keyboard: then clocks are seen later."""
        long = (until - self.player.now) / MOST_LOOKS
        self.player.looks = self.player.telling.looks or (
            long if long > timedelta(hours=1) else None
        )
        for happened in self.player.pass_to(until):
            self.teller.tell(happened)
        self.teller.end_silence()

    def _ask(self) -> bool:
        """Until the story's step is done (True) or left out."""
        form = self.player.steps[self.number - 1].form
        choices = self._lay_out(form, [])
        while (typed := _typed("> ")) != "s":
            chosen = _chosen(typed, choices, form.do)
            if typed == "?":
                paragraph(HELP, "dim")
                _in_columns(choices, form.do)
            elif chosen == form.do:
                self.teller.tell(self.player.take(self.number, strict=False))
                return True
            elif chosen:
                self._do(form.by, chosen)
                choices = self._lay_out(form, choices)
            elif typed.isdecimal():
                paragraph(f"Give a number from 1 to {len(choices)}; ? helps.")
            elif self._wait(typed):
                choices = self._lay_out(form, choices)
        return False

    def _choices(self, officer_id: str, story: str) -> list[str]:
        scene = self.player.scene
        by = scene.actor(officer_id)
        case = self.player.case
        may = [
            name
            for name in ACTIONS
            if allows(scene.app, by, name, case) and (name == story or _possible(name, case))
        ]
        return [story, *may] if story in OWN else may

    def _lay_out(self, form: Any, shown: list[str]) -> list[str]:
        """Where the case stands, what the story does, and, unless `shown`, what may be done."""
        choices = self._choices(form.by, form.do)
        self.teller.end_silence()
        print()
        paragraph(f"{when(self.player.now)}  You are {who(self.player.script, form.by)}.", "bold")
        if self.player.case:
            _show(self.player.case, self.player.now)
        paragraph(f"The story: {form.say}", indent=2)
        if choices != shown:
            _in_columns(choices, form.do)
        return choices

    def _do(self, officer_id: str, action: str) -> None:
        """Another command, its fields asked for one by one; a refusal is shown and nothing done."""
        try:
            self.teller.tell(self.player.act(officer_id, action, _filled(action)))
        except Refusal as refusal:
            paragraph(f"Refused: {refusal}", "bold red", indent=2)

    def _wait(self, typed: str) -> bool:
        """Let time pass as it was typed; whether it did."""
        try:
            found = RELATIVE.fullmatch(typed)
            until = self.player.now + length(typed[1:]) if found else instant(typed)
        except (ValueError, OverflowError):
            paragraph("That is no choice, length or time; ? helps.")
            return False
        if not self.player.now < until < LATEST:
            paragraph("Time does not go back, nor on for ever.")
            return False
        self._pass_to(until)
        return True


def _possible(action: str, case: Case | None) -> bool:
    """Whether the case holds what a command is about: where no claim is, none can be tested."""
    needed = {one.name for one in fields(ACTIONS[action]) if one.default is MISSING}
    return case is not None and all(
        getattr(case, held) for name, held in ABOUT.items() if name in needed
    )


def _chosen(typed: str, choices: list[str], story: str) -> str:
    """The choice meant by Enter, a number or a name; "" for none."""
    if typed.isdecimal() and 1 <= int(typed[:4]) <= len(choices):
        return choices[int(typed[:4]) - 1]
    name = "_".join(typed.lower().split())
    return name if name in choices else "" if typed else story


def _filled(action: str) -> dict[str, Any]:
    """The fields of a command as they are typed; an empty answer leaves one out."""
    plain: dict[str, Any] = {}
    paragraph(f"{ACTIONS[action].__doc__ or action} Enter leaves a field out.", indent=2)
    for leaf in leaves(ACTIONS[action]):
        typed = _typed(f"  {'.'.join(leaf.path)}{_hint(leaf)}: ")
        if typed:
            inner = plain
            for name in leaf.path[:-1]:
                inner = inner.setdefault(name, {})
            inner[leaf.path[-1]] = _value(leaf, typed)
    if action == "record_findings":
        given = plain.setdefault("findings", {})
        for name in FindingName:
            given[name.value] = {"answer": "unknown"} | given.get(name.value, {})
    return plain


def _hint(leaf: Leaf) -> str:
    choices = getattr(leaf.annotation, "__args__", ())
    if choices and all(isinstance(one, str) for one in choices):
        return f" ({', '.join(choices)})"
    if getattr(leaf.annotation, "__origin__", None) is dict:
        return ' (JSON, such as {"who_told": "..."})'
    return f" ({leaf.told})" if leaf.told else ""


def _value(leaf: Leaf, typed: str) -> Any:
    """Text as it is; yes and no, numbers, lists and tables as JSON or plain words."""
    match leaf.annotation:
        case kind if kind is bool:
            return typed.lower() in ("yes", "true", "y")
        case kind if kind is int:
            return int(typed) if typed.lstrip("-").isdecimal() else typed
        case kind if kind is str:
            return typed
    if typed[0] in "[{":
        try:
            return json.loads(typed)
        except (ValueError, RecursionError):
            return typed
    is_many = getattr(leaf.annotation, "__origin__", None) is tuple
    return [one.strip() for one in typed.split(",")] if is_many else typed


def _typed(prompt: str) -> str:
    print(prompt, end="", flush=True)
    line = sys.stdin.readline(MOST_TYPED)
    if not line:
        raise Left
    typed = line.strip()
    if typed == "q":
        raise Left
    return typed


def _in_columns(choices: list[str], story: str) -> None:
    """What may be done, numbered and read downwards, the story's choice with a star."""
    from rich.columns import Columns
    from rich.text import Text

    told = [
        Text(f"{number:>3}{'*' if name == story else ' '} {name.replace('_', ' ')}")
        for number, name in enumerate(choices, 1)
    ]
    terminal = console()
    columns = Columns(told, column_first=True, padding=(0, 1))
    terminal.print(columns, width=min(terminal.width, WIDEST))


def _show(case: Case, now: datetime) -> None:
    for line in _lines(case, now):
        paragraph(line, indent=2)


def _lines(case: Case, now: datetime) -> Iterator[str]:
    standing = f"stage {stage(case)}, duty {duty_of(case)}".replace("_", " ")
    yield (
        f"Case {case.case_id}, {case.state}: {standing}, urgency {case.clock_urgency}; "
        f"lapses: {case.lapses}."
    )
    for deadline in sorted(case.deadlines.values(), key=lambda one: one.due_at):
        about = "" if deadline.subject == "case" else f" ({deadline.subject})"
        yield f"Clock: {WAITED_FOR[deadline.clock]}{about}, {left(deadline.due_at, now)}"
