"""The record: export and keys."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tocsin.cli.output import SIGNED, Signed, write_new

if TYPE_CHECKING:
    from tocsin.casework.house import App


def export(
    case_id: Annotated[str, Parameter(name="CASE", help="The case.")],
    /,
    *,
    output: Annotated[
        Path | None, Parameter(alias="-o", help="Where to write it; else standard output.")
    ] = None,
    show: Annotated[
        tuple[str, ...],
        Parameter(negative="", help="Disclose only this field of each event; may be repeated."),
    ] = (),
    signed: Signed = SIGNED,
) -> None:
    """Export a case's record, to be verified by anybody.

    Every event's bytes, seeds and leaves, with the proof that the log holds them, and the
    house's signature over their list. The file holds the whole case: its marking is the case's.
    With --show it holds only the fields named (at, by, ground, ...) and each event's kind; what
    is left out cannot be read or guessed from it, and the file verifies all the same.
    """
    from tocsin.casework.export import export_case
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (app, by):
        data = export_case(app, case_id, by, show=show or None)
    if output is None:
        sys.stdout.buffer.write(data)
        return
    write_new(output, data, "Nothing was exported: the file cannot be written", "Name a new file")
    told = {"file": str(output), "bytes": len(data)}
    signed.show(told, f"{output}: {len(data):,} bytes. Next: tocsin verify {output}")


def key(
    *,
    rotate: Annotated[
        bool, Parameter(negative="", help="Sign with new keys from now on, as an administrator.")
    ] = False,
    reason: Annotated[str, Parameter(help="Why the keys are rotated; it goes on the record.")] = "",
    tags: Annotated[
        bool, Parameter(negative="", help="Print the secret tag key instead, for an auditor.")
    ] = False,
    signed: Signed = SIGNED,
) -> None:
    """Print the log's public keys, one a line: Ed25519 and ML-DSA-44.

    What is exported, published and proved is verified by both. Hand them over by another path,
    or read the fingerprints aloud. With --rotate new keys are made; old and new sign that on
    the record, and the old go on signing for 30 days, until everybody has the new.

    With --tags the key is printed by which tags are made of names. Whoever holds it can check
    that an answer looked under the right tag, and can also try names against a published map:
    give it to a court or an auditor alone.
    """
    from tocsin.cli.session import house, signed_in

    if not rotate:
        with house(signed) as app:
            if tags:
                secret = app.keys.tags.hex()
                signed.show({"tag_key": secret}, secret)
            else:
                _show_keys(app, signed)
        return
    with signed_in(signed) as (app, by):
        from tocsin.casework.log_keys import key_file
        from tocsin.casework.log_keys import rotate as begin_anew

        made = begin_anew(app, by, reason)
        file = key_file(app, made.generation)
        _show_keys(
            app,
            signed,
            f"# The keys of generation {made.generation}. Their secret lies in {file}:",
            "# copy it to every host of this house, and to the backup of house.key.",
            "# Give these lines to every witness's operator and verifier, within 30 days.",
        )


def _show_keys(app: "App", signed: Signed, *remarks: str) -> None:
    """Whoever reads keys passes over the lines that begin with a number sign."""
    from tocsin.casework.log_keys import verifier_keys
    from tocsin.record.printed import fingerprints

    with app.store.read() as db:
        keys = verifier_keys(db)
    said = [(one.text, kind, " ".join(lines)) for one, (kind, lines) in
            zip(keys, fingerprints(keys), strict=True)]  # fmt: skip
    told = [{"key": text, "fingerprint": digest} for text, _, digest in said]
    prints = [f"# {kind}, SHA-256 {digest}\n{text}" for text, kind, digest in said]
    signed.show({"key": "\n".join(one.text for one in keys), "keys": told}, *remarks, *prints)
