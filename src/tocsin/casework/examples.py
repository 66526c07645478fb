"""Officers' corrections of what reading understood, as labelled examples: counted and exported.

Nothing learns from them by itself. Whoever exports them says why, on the record.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tocsin.casework import ledger
from tocsin.casework.access import allows
from tocsin.casework.examples_file import Example, passage
from tocsin.casework.handle import handle
from tocsin.casework.house import App
from tocsin.casework.reads import case_of, read_case, report_text
from tocsin.casework.searching import checked_texts
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.domain.commands import CorrectReading
from tocsin.domain.ledger import ExamplesExported
from tocsin.domain.refusal import Code, refuse
from tocsin.reading.language import language_of
from tocsin.store import bodies, views

EXPORT, EXPORT_RESTRICTED = "export_examples", "export_restricted_examples"
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many corrections give a label, and of those that reading had labelled, how it had."""

    what: str  # "stage" or "role"
    label: str
    language: str
    corrections: int
    read: int
    agreed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """What there is to learn from; `left_out` are reports that are restricted or controlled."""

    counts: tuple[Count, ...]
    reports: int
    corrections: int
    left_out: int
    markings: tuple[str, ...]


def correct(app: App, command: CorrectReading, by: Actor) -> Case:
    """Keep corrections of passages that the report has. Refuses BAD_VALUE for others."""
    case = read_case(app, command.case_id, by)
    if command.report_id in case.reports and command.corrections:
        text = report_text(app, command.case_id, command.report_id, by)
        if max(one.end for one in command.corrections) > len(text):
            refuse(
                Code.BAD_VALUE,
                "Nothing was recorded: a passage ends after the report does.",
                "Count characters of the report's text as Tocsin shows it.",
            )
    return handle(app, command, by)


def count(app: App, by: Actor, *, with_restricted: bool = False) -> Examples:
    """What an export would hold, in numbers alone. Refuses NOT_ALLOWED."""
    return _summed(*_gathered(app, by, with_restricted=with_restricted))


def export(
    app: App, by: Actor, *, reason: str, with_restricted: bool = False
) -> tuple[bytes, Examples]:
    """JSON lines, one a report, as training/passages has them, and what they hold.

    It goes on the record first. Refuses NOT_ALLOWED, and BAD_VALUE without a reason or examples.
    """
    found, left_out = _gathered(app, by, with_restricted=with_restricted)
    checked_texts((), reason)
    told = _summed(found, left_out)
    if not found:
        refuse(
            Code.BAD_VALUE,
            "Nothing was exported: there are no corrections that may be.",
            "`tocsin examples` counts those there are.",
        )
    lines = (json.dumps(passage(one), ensure_ascii=False) + "\n" for one in found)
    data = "".join(lines).encode("utf-8", "replace")
    said = ExamplesExported(
        by=by.named,
        at=app.clock(),
        reports=told.reports,
        corrections=told.corrections,
        left_out=told.left_out,
        with_restricted=with_restricted,
        sha256=sha256(data).hexdigest(),
        reason=reason,
    )
    with app.store.write() as db:
        ledger.record(app, db, said)
    return data, told


def _gathered(app: App, by: Actor, *, with_restricted: bool) -> tuple[list[Example], int]:
    """The examples, and how many reports are left out."""
    if not allows(app, by, EXPORT):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was done: none of your roles allows it.",
            "Ask an administrator or an inspector.",
        )
    if with_restricted and not allows(app, by, EXPORT_RESTRICTED):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was done: restricted cases and controlled reports are not yours to export.",
            "Do it without them, or ask an inspector.",
        )
    found: list[Example] = []
    left_out = 0
    for case in cases(app):
        for report_id in case.corrected:
            closed = case.restricted or case.reports[report_id].needs_originator
            one = None if closed and not with_restricted else _example(app, case, report_id)
            left_out += one is None
            found += [one] if one else []
    return sorted(found, key=lambda one: one.example_id), left_out


def cases(app: App) -> Iterator[Case]:
    """Real cases of which something is left to read."""
    for state in ("open", "closed"):
        after: views.Cursor | None = None
        while True:
            with app.store.read() as db:
                rows = views.queue(
                    db, officer_id="", unit="", sees_all=True, state=state, after=after, limit=_PAGE
                )
            for row in rows:
                case = case_of(app, row.case_id)
                if not (case.exercise or case.destroyed):
                    yield case
            if len(rows) < _PAGE:
                break
            after = rows[-1].cursor


def _example(app: App, case: Case, report_id: str) -> Example | None:
    """None where the report's bytes were destroyed with another case."""
    report = case.reports[report_id]
    with app.store.read() as db:
        body = bodies.body(db, app.vault, report.sha256)
    if body is None:
        return None
    stated = report.language.partition("-")[0].lower()
    return Example(
        example_id=f"desk-{case.case_id}-{report_id}",
        language=stated or language_of(body.text).code,
        marking=report.marking,
        text=body.text,
        corrected=case.corrected[report_id],
    )


def _summed(found: Sequence[Example], left_out: int) -> Examples:
    corrections: Counter[tuple[str, str, str]] = Counter()
    read: Counter[tuple[str, str, str]] = Counter()
    agreed: Counter[tuple[str, str, str]] = Counter()
    for example in found:
        for one in (each.correction for each in example.corrected):
            key = ("role" if one.stage is None else "stage", one.label, example.language)
            corrections[key] += 1
            read[key] += bool(one.was)
            agreed[key] += one.was == one.label
    return Examples(
        counts=tuple(
            Count(
                what=key[0],
                label=key[1],
                language=key[2],
                corrections=number,
                read=read[key],
                agreed=agreed[key],
            )
            for key, number in sorted(corrections.items())
        ),
        reports=len(found),
        corrections=corrections.total(),
        left_out=left_out,
        markings=tuple(sorted({one.marking for one in found} - {""})),
    )
