"""Search the record with proof, and audit all of it."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tocsin.cli.output import SIGNED, Signed, progress, table, write_new
from tocsin.domain.refusal import Code, Refusal, refuse

if TYPE_CHECKING:
    from tocsin.casework.auditing import AuditReport
    from tocsin.casework.searching import Answer, Kind

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_SHOWN = 50
Reason = Annotated[str, Parameter(help="Why, on whose request; it goes on the record.")]


def search(
    *texts: Annotated[
        str, Parameter(name="TEXT", help="A name and every other spelling of it, each quoted.")
    ],
    place: Annotated[bool, Parameter(negative="", help="They are places.")] = False,
    case: Annotated[bool, Parameter(negative="", help="They are numbers of cases.")] = False,
    before: Annotated[
        str, Parameter(help="Show also what was there before this day (in UTC) or time.")
    ] = "",
    reason: Reason,
    output: Annotated[
        Path | None, Parameter(alias="-o", help="Where to write the file that proves the answer.")
    ] = None,
    signed: Signed = SIGNED,
) -> None:
    """Find every record about somebody, or prove that there is none.

    Finds those named as victims, under names folded alike: case, accents, punctuation and the
    order of words do not matter. The search itself goes on the record, with every spelling used.
    With -o a file is written by which anybody can check, with `tocsin verify`, that the list is
    whole.
    """
    from tocsin.casework.searching import search as ask
    from tocsin.cli.session import signed_in
    from tocsin.domain.serial import to_plain

    if place and case:
        refuse(Code.BAD_VALUE, "Nothing was searched: places or cases?", "Give one of the two.")
    if output is not None and output.exists():
        refuse(
            Code.BAD_VALUE,
            "Nothing was searched: a file of that name is there already.",
            "Name a new one; an answer is never written over.",
        )
    texts = tuple(map(str.upper, texts)) if case else texts
    kind: Kind = "place" if place else "case" if case else "subject"
    with signed_in(signed) as (app, by):
        found = ask(
            app, by, kind=kind, texts=texts, before=_instant(before) if before else None,
            reason=reason,
        )  # fmt: skip
    if output is not None:
        what = "The search is on the record, but its file was not written"
        write_new(output, found.file, what, "Search again and name a file")
    plain = {name: to_plain(getattr(found, name)) for name in found.__slots__ if name != "file"}
    signed.show(plain | {"file": None if output is None else str(output)})
    if not signed.json:
        _tell(found, output, signed)


def _tell(found: "Answer", output: Path | None, signed: Signed) -> None:
    if found.cases:
        rows = [
            (one.case_id, f"{len(one.found):,}", f"{len(one.all):,}", f"{len(one.closed):,}")
            for one in found.cases
        ]
        table(("Case", "Found in", "All records", "Destroyed"), rows)
    signed.show(None, *_told(found, output))


def _told(found: "Answer", output: Path | None) -> Iterator[str]:
    count = len(found.cases)
    what = f"{count:,} {'case' if count == 1 else 'cases'}" if count else "Nothing"
    yield (
        f"{what} found among the first {found.covered:,} leaves. "
        f"The search is on the record as leaf {found.index}."
    )
    if found.before is not None:
        yield f"Of the record the first {found.before:,} leaves are shown to be from before then."
    if output is not None:
        yield f"Next: tocsin verify {output} --key KEY"


def _instant(text: str) -> datetime:
    from tocsin.domain.serial import instant

    try:
        return instant(f"{text}T00:00Z" if _DATE.fullmatch(text) else text)
    except ValueError as error:
        raise Refusal(
            Code.TIME_WITHOUT_ZONE,
            "Nothing was searched: that is no day, and no time with a zone.",
            "Give it as 2024-03-07, or as 2024-03-07T14:00+03:00.",
        ) from error


def audit(
    *texts: Annotated[str, Parameter(name="TEXT", help="Names to look for in every text.")],
    reason: Reason,
    signed: Signed = SIGNED,
) -> int:
    """Open and check every record, and look for names in all of them.

    Every body and report is opened and compared with its leaf, every tag is made anew and the map
    with them. Names are looked for in every text, so that a record which was tagged wrongly, and
    which no search would list, is found. The exit status is 1 where something is wrong. The audit
    goes on the record.
    """
    from tocsin.casework.auditing import audit as go_through
    from tocsin.cli.session import signed_in
    from tocsin.domain.serial import to_plain
    from tocsin.store import events

    with signed_in(signed) as (app, by):
        with app.store.read() as db:
            last = events.last_position(db) * (2 if texts else 1)
        with progress("Auditing", last) as bar:
            report = go_through(
                app, by, texts=texts, reason=reason,
                progress=lambda done: bar.update(bar.task_ids[0], completed=done),
            )  # fmt: skip
    signed.show(to_plain(report), *_audited(report, texts))
    return int(bool(report.fault_count))


def _audited(report: "AuditReport", texts: tuple[str, ...]) -> Iterator[str]:
    yield from (f"Wrong: {fault.what}" for fault in report.faults)
    if report.fault_count > len(report.faults):
        yield f"And {report.fault_count - len(report.faults):,} more."
    for hit in report.hits[:_MOST_SHOWN]:
        where = f"the report that leaf {hit.index} brought" if hit.report else f"leaf {hit.index}"
        missed = "" if hit.is_led_to else "; no search leads there"
        yield f"Found in {where}, case {hit.case_id}{missed}."
    if report.hit_count > _MOST_SHOWN:
        yield f"And {report.hit_count - _MOST_SHOWN:,} more; --json lists the first thousands."
    if texts:
        yield (
            f"Found {report.hit_count:,} times, {report.missed_count:,} of them in cases to which "
            "no search leads."
        )
    yield (
        f"{report.covered:,} leaves: {report.opened:,} opened, {report.destroyed:,} lawfully "
        f"destroyed; {report.reports:,} reports, {report.pairs:,} tags: "
        f"{f'{report.fault_count:,} faults' if report.fault_count else 'all is well'}. "
        f"The audit is on the record as leaf {report.index}."
    )
