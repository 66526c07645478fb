"""The record and the rules: export, key, policy."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tocsin.cli.output import COMMON, SIGNED, Common, Signed
from tocsin.domain.refusal import Code, refuse


def export(
    case_id: Annotated[str, Parameter(name="CASE", help="The case.")],
    /,
    *,
    output: Annotated[
        Path | None, Parameter(alias="-o", help="Where to write it; else standard output.")
    ] = None,
    signed: Signed = SIGNED,
) -> None:
    """Export a case's record, to be verified by anybody.

    Every event's bytes, seeds and hashes, and the house's signature over their list. The file
    holds the whole case: its marking is the case's.
    """
    from tocsin.casework.export import export_case
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (app, by):
        data = export_case(app, case_id, by)
    if output is None:
        sys.stdout.buffer.write(data)
        return
    try:
        # "x": an export is evidence, and is never written over.
        with output.open("xb") as file:
            file.write(data)
    except OSError as error:
        refuse(
            Code.BAD_VALUE,
            f"Nothing was exported: the file cannot be written ({type(error).__name__}).",
            "Name a new file in a folder where you may write.",
        )
    told = {"file": str(output), "bytes": len(data)}
    signed.show(told, f"{output}: {len(data):,} bytes. Next: tocsin verify {output}")


def key(*, common: Common = COMMON) -> None:
    """Print the public key by which exports are verified.

    Hand it over by another path than the exports.
    """
    from tocsin.casework.export import house_key_text
    from tocsin.cli.session import house

    with house(common) as app:
        text = house_key_text(app)
    common.show({"key": text}, text)


def policy(*, common: Common = COMMON) -> None:
    """Print the policy pack in force, clause by clause.

    Each clause says whether it is quoted, paraphrased, unverified or our own design.
    """
    from tocsin.cli.session import house

    with house(common) as app:
        pack = app.policy
    rules = [rule.clause for rule in pack.threshold.rules]
    clauses = [*rules, *(ground.clause for ground in pack.grounds.values()), *pack.separation]
    common.show(
        {"name": pack.name, "sha256": pack.pack_hash, "clauses": clauses},
        f"{pack.name}, SHA-256 {pack.pack_hash}",
        *(f"\n{one.rule} ({one.status})\n  {one.clause}\n  {one.source}" for one in clauses),
    )
