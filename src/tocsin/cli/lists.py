"""Lists of subscribers from the command line: made, filled from a file, counted."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from tocsin.cli.output import SIGNED, Signed, table
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, refuse

app = App(
    name="lists",
    help="Lists that warnings to the public go to.\n\nEvery command takes --json and --debug.",
    help_format="plaintext",
    help_formatter="plain",
)

ListId = Annotated[str, Parameter(name="ID", help="The list's number, as L-7F3K-9QWM.")]
Reason = Annotated[str, Parameter(help="Why, on whose word; it goes on the record.")]


@app.command(name="list")
def list_(*, signed: Signed = SIGNED) -> None:
    """List the lists, and how many are on each by method and language."""
    from tocsin.casework import lists
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, by):
        found = lists.all_of(house, by)
    told = [
        {
            "list_id": one.list_id,
            "name": one.name,
            "subscribers": {"/".join(key): count for key, count in one.subscribers.items()},
        }
        for one in found
    ]
    signed.show({"lists": told})
    if not signed.json:
        table(("Id", "Name", "Subscribers"), [(o.list_id, o.name, str(o.total)) for o in found])


@app.command
def create(name: str, /, *, reason: Reason, signed: Signed = SIGNED) -> None:
    """Make a new, empty list of the officer's unit."""
    from tocsin.casework import lists
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, by):
        made = lists.create(house, name, by, reason)
    signed.show({"list_id": made.list_id, "name": made.name}, f"Made {made.list_id}: {made.name}")


@app.command(name="import")
def import_(
    list_id: ListId,
    file: Annotated[Path, Parameter(help="CSV: address, method (email or sms), language.")],
    /,
    *,
    reason: Reason,
    signed: Signed = SIGNED,
) -> None:
    """Put those in a CSV file on a list, who have agreed to it; all rows or none."""
    from tocsin.casework import lists
    from tocsin.cli.session import signed_in

    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        refuse(
            Code.BAD_VALUE,
            f"Nothing was imported: the file cannot be read ({type(error).__name__}).",
            "Name a readable file.",
        )
    with signed_in(signed) as (house, by):
        added = lists.add_file(house, list_id, data, by, reason)
    told = {"added": added.added, "known": added.known}
    signed.show(told, f"Added {added.added:,}; {added.known:,} were known.")


@app.command
def remove(
    list_id: ListId, address: str, /, *, method: Method, reason: Reason, signed: Signed = SIGNED
) -> None:
    """Take an address off a list for good."""
    from tocsin.casework import lists
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, by):
        lists.remove(house, list_id, method, address, by, reason)
    signed.show({"removed": True}, "Removed.")
