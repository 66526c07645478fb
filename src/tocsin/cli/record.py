"""The record and the rules: export, verify, key, policy."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tocsin.cli.output import COMMON, OFFLINE, SIGNED, Common, Offline, Signed
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.record import keys
from tocsin.record.export import MAX_EXPORT_BYTES
from tocsin.record.verify import verify as judge

_KEY_BYTES = 1_000


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


def verify(
    file: Annotated[
        str, Parameter(allow_leading_hyphen=True, help="The export; - is standard input.")
    ],
    /,
    *,
    key: Annotated[
        str, Parameter(help="The house's public key or a file with it, from `tocsin key`.")
    ] = "",
    offline: Offline = OFFLINE,
) -> int:
    """Verify an export, offline and without a database.

    Names every event that was changed, left out, moved or added. Without --key it shows only
    that the file agrees with itself; the key must have come by another path than the file.
    """
    report = judge(_read(file, MAX_EXPORT_BYTES + 1), public_key=_key(key) if key else None)
    verdict = "faults" if report.faults else "verified"
    signature = {
        "checked": "The signature is the house's.",
        "wrong": "The signature is not by the key given.",
        "not-checked": "The signature was not checked: give --key.",
    }[report.signature.value]
    offline.show(
        {"verdict": verdict, **_plain(report)},
        *(f"{fault.sentence} [{fault.code}]" for fault in report.faults),
        f"{len(report.faults)} faults in {report.events} events. {signature}"
        if report.faults
        else f"Verified: case {report.case_id}, {report.events} events, none changed, missing, "
        f"moved or added. {signature}",
    )
    return int(bool(report.faults))


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


def _plain(report: object) -> dict[str, object]:
    from tocsin.domain.serial import to_plain

    plain: dict[str, object] = to_plain(report)
    return plain


def _read(name: str, most: int) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(most)
    try:
        with Path(name).open("rb") as file:
            return file.read(most)
    except OSError as error:
        return refuse(
            Code.EXPORT_INVALID,
            f"Nothing was verified: the file cannot be read ({type(error).__name__}).",
            "Check its name and that you may read it.",
        )


def _key(given: str) -> bytes:
    text = given
    if not given.startswith(keys.NAME):
        text = _read(given, _KEY_BYTES).decode("ascii", "replace")
    try:
        return keys.from_text(text.strip())
    except ValueError as error:
        raise Refusal(
            Code.EXPORT_INVALID,
            "Nothing was verified: that is not a Tocsin log key.",
            "Give the line that `tocsin key` prints, or a file that holds it.",
        ) from error
