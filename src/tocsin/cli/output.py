"""How commands speak: plain text for people, JSON for programs, progress on standard error."""

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter

from tocsin.domain.refusal import Code, refuse

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

_COMMON = Group("Common options", sort_key=9)
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


@Parameter(name="*", group=_COMMON)
@dataclass(frozen=True, kw_only=True)
class Offline:
    """What every command takes."""

    json: Annotated[bool, Parameter(negative="", help="Print JSON, for programs.")] = False
    debug: Annotated[bool, Parameter(negative="", help="Print the traceback of a bug.")] = False

    def show(self, value: Any, *lines: str) -> None:
        """`value` as JSON, or else `lines`; the JSON is ASCII, so no terminal can be played."""
        if self.json:
            print(json.dumps(value, default=_plain))
        else:
            for line in lines:
                print(clean(line))


@Parameter(name="*", group=_COMMON)
@dataclass(frozen=True, kw_only=True)
class Common(Offline):
    """What every command takes that opens the house."""

    config: Annotated[
        Path | None, Parameter(help="The settings file; else TOCSIN_CONFIG names it.")
    ] = None


@Parameter(name="*", group=_COMMON)
@dataclass(frozen=True, kw_only=True)
class Signed(Common):
    """What every command takes that an officer gives."""

    token_file: Annotated[
        Path | None, Parameter(help="A file with your API token; else TOCSIN_TOKEN holds it.")
    ] = None


OFFLINE, COMMON, SIGNED = Offline(), Common(), Signed()


def clean(text: str) -> str:
    """Text that cannot steer a terminal: controls and invisible characters are spelt out."""
    return "".join(_seen(character) for character in text)


def _seen(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in _UNSEEN:
        return character
    return f"\\u{ord(character):04x}"


def _plain(value: Any) -> Any:
    from tocsin.domain.serial import to_plain

    return to_plain(value)


def console(*, stderr: bool = False) -> "Console":
    """A terminal as wide as it is; lines that go to a file or a pipe are not folded."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    wide = None if stream.isatty() else 1_000
    return Console(stderr=stderr, width=wide, markup=False, highlight=False, emoji=False)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows under headings, in columns."""
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        # Numbers to type and times stay whole; words fold.
        shown.add_column(heading, overflow="fold", no_wrap=heading in ("Case", "Id", "Left"))
    for row in rows:
        shown.add_row(*(Text(clean(cell)) for cell in row))
    console().print(shown)


def paragraph(text: str, style: str = "", *, indent: int = 0) -> None:
    """Words folded at the terminal's width, every line of them indented alike."""
    from rich.padding import Padding
    from rich.text import Text

    console().print(Padding(Text(clean(text), style=style), (0, 0, 0, indent), expand=False))


def is_narrow() -> bool:
    """Whether standard output is a terminal too narrow for wide tables."""
    return console().width < 100


@contextmanager
def progress(what: str, total: int | None) -> Iterator["Progress"]:
    """A progress bar on standard error while the block runs; silent where that is no terminal."""
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    bar = Progress(
        *Progress.get_default_columns()[:-1],
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        bar.add_task(what, total=total)
        yield bar


def left(due: datetime | None, now: datetime) -> str:
    """Time left or overdue, roughly: "35 min", "3 h", "overdue 2 d"."""
    if due is None:
        return ""
    length, late = abs(due - now), due < now
    for unit, name in ((timedelta(days=2), "d"), (timedelta(hours=2), "h")):
        if length >= unit:
            count = length // timedelta(**{"days" if name == "d" else "hours": 1})
            break
    else:
        count, name = length // timedelta(minutes=1), "min"
    return f"{'overdue ' if late else ''}{count} {name}"


def when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def write_new(path: Path, data: bytes, what: str, remedy: str, *, private: bool = False) -> None:
    """Write a file that is not there yet: evidence is never written over.

    A `private` one nobody but its owner may read or write.

    Refuses BAD_VALUE, telling `what` did not happen and beginning with `remedy`.
    """
    try:
        mode = 0o600 if private else 0o666
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(data)
    except OSError as error:
        refuse(
            Code.BAD_VALUE,
            f"{what} ({type(error).__name__}).",
            f"{remedy} in a folder where you may write.",
        )
