"""Pairs of names that officers answered, to calibrate by what compares them; never by itself."""

import json
from hashlib import sha256

from tocsin.casework import ledger
from tocsin.casework.access import allows
from tocsin.casework.examples import EXPORT, EXPORT_RESTRICTED, cases
from tocsin.casework.house import App
from tocsin.casework.reads import case_of
from tocsin.casework.searching import checked_texts
from tocsin.casework.sighting import with_words
from tocsin.domain.actor import Actor
from tocsin.domain.ledger import ExamplesExported
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.sighting import Alike, SightingAnswer
from tocsin.store import bodies, views


def _text(app: App, report_id: str, *, with_restricted: bool) -> str:
    """Empty of a list, of a report that was destroyed, and of one that is not to be exported."""
    with app.store.read() as db:
        row = views.report(db, report_id) if report_id else None
        body = bodies.body(db, app.vault, row.sha256) if row else None
    if row is None or body is None:
        return ""
    case = case_of(app, row.case_id)
    closed = case.restricted or case.reports[report_id].needs_originator
    return "" if closed and not with_restricted else body.text


def _line(pair: Alike, answer: SightingAnswer | None) -> str:
    told = {
        "watched": pair.watched,
        "found": pair.found,
        "millionths": pair.millionths,
        "born": pair.born,
        "answer": answer,
    }
    return json.dumps(told, ensure_ascii=False) + "\n"


def export(
    app: App, by: Actor, *, reason: str, with_restricted: bool = False
) -> tuple[bytes, ExamplesExported]:
    """JSON lines, one a pair: both names, how probably one person, and what an officer said.

    It goes on the record first; there `corrections` are pairs and `reports` the sightings they
    come from. Exercises are left out. Refuses NOT_ALLOWED, and BAD_VALUE without a reason or pairs.
    """
    if not allows(app, by, EXPORT) or (with_restricted and not allows(app, by, EXPORT_RESTRICTED)):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was exported: none of your roles allows it.",
            "Ask an administrator; of restricted cases, an inspector.",
        )
    checked_texts((), reason)
    lines: list[str] = []
    sightings = left_out = 0
    for case in cases(app):
        answered = [
            one for watch in case.watches.values() for one in watch.sightings.values() if one.answer
        ]
        if case.restricted and not with_restricted:
            left_out += len(answered)
            continue
        sightings += len(answered)
        for one in answered:
            text = _text(app, one.report_id, with_restricted=with_restricted)
            words = (with_words(pair, text) for pair in one.found)
            lines += (_line(pair, one.answer) for pair in words if pair.found)
    if not lines:
        refuse(
            Code.BAD_VALUE,
            "Nothing was exported: there are no answers that may be.",
            "Answer sightings first.",
        )
    data = "".join(sorted(lines)).encode("utf-8", "replace")
    told = ExamplesExported(
        by=by.named,
        at=app.clock(),
        reports=sightings,
        corrections=len(lines),
        left_out=left_out,
        with_restricted=with_restricted,
        sha256=sha256(data).hexdigest(),
        reason=reason,
    )
    with app.store.write() as db:
        ledger.record(app, db, told)
    return data, told
