"""Officers' corrections of what reading understood: counted, and exported to train it on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from tocsin.cli.output import SIGNED, Signed, table, write_new
from tocsin.domain.refusal import Code, refuse

if TYPE_CHECKING:
    from tocsin.casework.examples import Count

app = App(
    name="examples",
    help="Officers' corrections of reading, to train it on.",
    help_format="plaintext",
    help_formatter="plain",
)

WithRestricted = Annotated[
    bool,
    Parameter(
        negative="",
        help="Restricted cases and originators' controls too, as an inspector.",
    ),
]


@app.default
def count(*, with_restricted: WithRestricted = False, signed: Signed = SIGNED) -> None:
    """Count officers' corrections by what they say, and how often reading had said the same.

    For administrators and inspectors. Exercises are left out, and so is what was destroyed.
    """
    from tocsin.casework import examples
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, by):
        found = examples.count(house, by, with_restricted=with_restricted)
    signed.show(found)
    if signed.json:
        return
    rows = [
        (one.what, one.label.replace("_", " "), one.language, f"{one.corrections:,}", _as_read(one))
        for one in found.counts
    ]
    table(("What", "Label", "Language", "Corrections", "As reading had it"), rows)
    signed.show(None, f"{found.reports:,} reports; {found.left_out:,} more are left out.")


def _as_read(one: "Count") -> str:
    return f"{one.agreed:,} of {one.read:,}" if one.read else "it had said nothing"


@app.command
def export(
    file: Annotated[Path, Parameter(name="FILE", help="Where to write it; a new file.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="Why; it goes on the record.")],
    with_restricted: WithRestricted = False,
    signed: Signed = SIGNED,
) -> None:
    """Write what officers corrected as JSON lines, as training/passages has them.

    The file holds the text of reports under their markings; only its owner can read it. The
    export goes on the record. Restricted cases and what originators control are left out.
    """
    from tocsin.casework import examples
    from tocsin.cli.session import signed_in

    _new(file)
    with signed_in(signed) as (house, by):
        data, told = examples.export(house, by, reason=reason, with_restricted=with_restricted)
    what = "The export is on the record, but its file was not written"
    write_new(file, data, what, "Export again, to a new file", private=True)
    signed.show(
        {"file": str(file), "reports": told.reports, "markings": told.markings},
        f"{file}: {told.reports:,} reports, {told.corrections:,} corrections; "
        f"{told.left_out:,} reports are left out.",
        f"It holds the text of reports, marked: {', '.join(told.markings) or 'not at all'}. "
        "Keep it as they are kept, and delete it once a case in it is destroyed.",
    )


@app.command
def names(
    file: Annotated[Path, Parameter(name="FILE", help="Where to write it; a new file.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="Why; it goes on the record.")],
    with_restricted: WithRestricted = False,
    signed: Signed = SIGNED,
) -> None:
    """Write pairs of names with officers' answers as JSON lines, to calibrate what compares them.

    The file holds names; only its owner can read it. The export goes on the record.
    """
    from tocsin.casework import answered_pairs
    from tocsin.cli.session import signed_in

    _new(file)
    with signed_in(signed) as (house, by):
        data, told = answered_pairs.export(
            house, by, reason=reason, with_restricted=with_restricted
        )
    what = "The export is on the record, but its file was not written"
    write_new(file, data, what, "Export again, to a new file", private=True)
    signed.show(
        {"file": str(file), "sightings": told.reports, "pairs": told.corrections},
        f"{file}: {told.corrections:,} pairs of {told.reports:,} sightings; {told.left_out:,} "
        "sightings are left out.",
    )


def _new(file: Path) -> None:
    if file.exists():
        refuse(
            Code.BAD_VALUE,
            "Nothing was exported: a file of that name is there already.",
            "Name a new one; nothing is ever written over.",
        )
