"""What may be read of a case, by whom. No reading goes around `read_case`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NoReturn

from tocsin.casework.access import allows, may_read
from tocsin.casework.glances import Glance
from tocsin.casework.handle import load, tail_of
from tocsin.casework.house import App
from tocsin.casework.records import Record, event_of, folded, of_case
from tocsin.domain.actor import Actor, ActorKind, Role
from tocsin.domain.case import Case
from tocsin.domain.narrate import narrate
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.report import Report
from tocsin.domain.stage import Stage, stage
from tocsin.store import bodies, views
from tocsin.store.instants import from_us

MOST_GLANCED = 4
DESTROYED = "What was recorded here has lawfully been destroyed."

_UNSOUGHT = re.compile("[\0\ud800-\udfff]")  # no title holds these, and databases refuse them


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of the history in plain words."""

    position: int
    case_seq: int
    kind: str
    at: datetime
    by: str
    words: str


def case_of(app: App, case_id: str) -> Case:
    """The case as it stands, whoever asks: for the house's own use. Refuses CASE_UNKNOWN."""
    with app.store.read() as db:
        tail = tail_of(db, case_id)
        if tail is None:
            _no_such_case()
        case = load(app, db, case_id, tail[0])
    app.cache.put(case)
    return case


def read_case(app: App, case_id: str, by: Actor) -> Case:
    """The case, for somebody who may see it; otherwise as if there were none."""
    case = case_of(app, case_id)
    if not may_read(app, by, case):
        _no_such_case()
    return case


def report_text(app: App, case_id: str, report_id: str, by: Actor) -> str:
    """What a report says, as text."""
    return _body(app, case_id, report_id, by).text


def glance(app: App, case: Case) -> Glance | None:
    """What reading makes of the newest reports of a case not yet triaged; None until it has."""
    if stage(case) is not Stage.TRIAGE:
        return None
    newest = list(case.reports.values())[-MOST_GLANCED:]
    found = [app.glances.of(one, partial(_text_if_kept, app, one)) for one in newest]
    return max(filter(None, found), key=lambda one: one.confidence, default=None)


def _text_if_kept(app: App, report: Report) -> str | None:
    with app.store.read() as db:
        kept = bodies.body(db, app.vault, report.sha256)
    return kept.text if kept else None


def report_bytes(app: App, case_id: str, report_id: str, by: Actor) -> bytes:
    """A report's original bytes."""
    return _body(app, case_id, report_id, by).bytes


def _body(app: App, case_id: str, report_id: str, by: Actor) -> bodies.Body:
    case = read_case(app, case_id, by)
    if report_id not in case.reports:
        refuse(
            Code.REPORT_UNKNOWN,
            "Nothing was shown: this case has no such report.",
            "Look at the case again.",
        )
    with app.store.read() as db:
        found = bodies.body(db, app.vault, case.reports[report_id].sha256)
    if found is None:
        raise RuntimeError("a report on the record has no body")
    return found


def history(app: App, case_id: str, by: Actor) -> list[Told]:
    """Everything that happened in a case, oldest first, in plain words."""
    read_case(app, case_id, by)
    with app.store.read() as db:
        found = of_case(app, db, case_id)
    return list(_told(found))


def _told(found: list[Record]) -> Iterator[Told]:
    case, at_last = None, folded(None, found)
    for record in found:
        case = folded(case, [record])
        event = event_of(record) if record.body is not None else None
        # What led to a destruction has no case before it; the one after it will do.
        told_of = case or at_last
        words = narrate(event, told_of) if event and told_of else DESTROYED
        yield Told(
            position=record.position,
            case_seq=record.case_seq,
            kind=record.kind,
            at=from_us(record.at_us),
            by=event.by if event else "",
            words=words,
        )


def queue(
    app: App,
    by: Actor,
    *,
    state: str = "open",
    after: views.Cursor | None = None,
    limit: int = 50,
    text: str = "",
) -> list[views.CaseRow]:
    """Cases this officer may see, the least time left first. Refuses NOT_ALLOWED."""
    if not allows(app, by, "read_queue"):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was shown: none of your roles reads cases.",
            "Ask an administrator for a role.",
        )
    with app.store.read() as db:
        return views.queue(
            db,
            officer_id=by.actor_id,
            unit=by.unit,
            sees_all=Role.INSPECTOR in by.roles,
            state=state,
            after=after,
            limit=limit,
            text=_UNSOUGHT.sub("", text),
        )


def notices(app: App, by: Actor) -> list[views.NoticeRow]:
    """The calls on this officer that nobody has answered yet."""
    if by.kind is not ActorKind.OFFICER or not allows(app, by, "read_queue"):
        return []
    with app.store.read() as db:
        found = views.notices_for(
            db, officer_id=by.actor_id, unit=by.unit, roles=sorted(r.value for r in by.roles)
        )
    # A call names a case; of a restricted one only its members may hear.
    return [notice for notice in found if may_read(app, by, case_of(app, notice.case_id))]


def raw_events(app: App, case_id: str, by: Actor) -> list[dict[str, object]]:
    """The events themselves, as the record keeps them."""
    read_case(app, case_id, by)
    with app.store.read() as db:
        found = of_case(app, db, case_id)
    return [record.fields for record in found if record.body is not None]


def _no_such_case() -> NoReturn:
    refuse(Code.CASE_UNKNOWN, "Nothing was shown: there is no such case.", "Check its number.")
