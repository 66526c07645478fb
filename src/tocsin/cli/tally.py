"""Count a period's duties, and put the count on the record."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tocsin.cli.output import SIGNED, Signed, progress, table, when, write_new
from tocsin.domain.refusal import Code, refuse


def tally(
    period: Annotated[str, Parameter(name="PERIOD", help="A year or a quarter, such as 2025Q4.")],
    /,
    *,
    output: Annotated[
        Path | None, Parameter(alias="-o", help="Where to write the file that shows the count.")
    ] = None,
    signed: Signed = SIGNED,
) -> None:
    """Count the duties to warn that began in a period: by what became of them, naming nobody.

    The count goes on the record each time. With -o a file is written by which anybody can check,
    with `tocsin verify`, that each duty stands in exactly one class. Exercises are counted apart.
    """
    from tocsin.casework.tallying import make_tally
    from tocsin.cli.session import signed_in
    from tocsin.domain.duties import EXERCISE
    from tocsin.domain.serial import to_plain
    from tocsin.store import events

    if output is not None and output.exists():
        refuse(
            Code.BAD_VALUE,
            "Nothing was counted: a file of that name is there already.",
            "Name a new one; a tally is never written over.",
        )
    with signed_in(signed) as (app, by):
        with app.store.read() as db:
            last = events.last_position(db)
        with progress("Counting", last) as bar:
            made = make_tally(
                app, by, period, lambda done: bar.update(bar.task_ids[0], completed=done)
            )
    if output is not None:
        what = "The count is on the record, but its file was not written"
        write_new(output, made.file, what, "Count again and name a file")
    said = made.tallied
    signed.show({**to_plain(said), "file": None if output is None else str(output)})
    if signed.json:
        return
    rows = [(name, f"{count:,}") for name, count in said.classes.items() if name != EXERCISE]
    table(("What became of it", "Duties"), [*rows, ("owed", f"{said.owed:,}")])
    signed.show(
        None,
        f"{said.period} as it stood {when(said.at)}: {said.owed:,} duties to warn, and "
        f"{said.exercises:,} in exercises. On the record as leaf {said.index}.",
        *([] if output is None else [f"Next: tocsin verify {output} --key KEY"]),
    )
