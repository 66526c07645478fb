"""The newest checkpoint, to keep where the house cannot reach it: a file, a mail, a sheet."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tocsin.cli.output import COMMON, Common
from tocsin.domain.refusal import Code, refuse

if TYPE_CHECKING:
    from tocsin.casework.house import App


def checkpoint(
    *,
    paper: Annotated[
        Path | None,
        Parameter(name="--print", help="Write one page to print, HTML with a code, to this file."),
    ] = None,
    text: Annotated[bool, Parameter(negative="", help="Print it as a mail, short.")] = False,
    common: Common = COMMON,
) -> None:
    """Print the newest signed checkpoint.

    Give it to somebody outside: `tocsin verify` shows later whether the log only added to it.
    The mail and the sheet hold its Ed25519 signature alone; the checkpoint itself holds all.
    """
    from tocsin.casework import logbook, printing
    from tocsin.cli.session import house

    with house(common) as app:
        if paper:
            _write(paper, _sheet(app))
            common.show({"file": str(paper)}, f"{paper}: open it in a browser and print it.")
            return
        said = printing.mail(printing.page(app)) if text else logbook.newest_note(app)
    common.show({"checkpoint": said}, said.removesuffix("\n"))


def _sheet(app: "App") -> str:
    """The page with its style inside, so that the file needs nothing else."""
    from importlib.resources import files

    from tocsin.casework.printing import page
    from tocsin.web.templating import environment

    pages = environment()
    address = pages.from_string("{{ asset('sheet.css') }}").render().removeprefix("/")
    style = files("tocsin.web").joinpath(address).read_text("utf-8")
    sheet = pages.get_template("record/sheet.html")
    return sheet.render(sheet=page(app), style=style, back="")


def _write(path: Path, html: str) -> None:
    try:
        # "x": what was printed once is evidence, and is never written over.
        with path.open("x", encoding="utf-8") as file:
            file.write(html)
    except OSError as error:
        refuse(
            Code.BAD_VALUE,
            f"Nothing was printed: the file cannot be written ({type(error).__name__}).",
            "Name a new file in a folder where you may write.",
        )
