"""What is to be compared with subjects on watch behind the pages; planned as events happen."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.plans import SCREENING
from tocsin.store import jobs, views, watches
from tocsin.store.engine import Connection

SCREEN, RESCREEN = "screen", "rescreen"
_NAMES = (e.VictimNamed, e.ClaimNoted, e.WatchBegun, e.WatchWidened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Of how many reports a watch has been compared with how many; others came since."""

    done: int
    of: int


def plan_screening(
    db: Connection, case: Case, happened: Sequence[e.Event], position: int, now: datetime
) -> None:
    """A watch that was begun or widened is compared with everything past, and names that were put
    on the record with all watches of other cases. `position` is that of the last event."""
    planned = [
        _rescreen(case.case_id, one.watch_id, f"{position}.{number}", "", 0, now)
        for number, one in enumerate(happened)
        if isinstance(one, e.WatchBegun | e.WatchWidened)
    ]
    named = any(isinstance(one, _NAMES) for one in happened) and case.reports
    if named and watches.mark(db).live > len(case.live_watches):
        planned.append(screen_job(case.case_id, next(iter(case.reports)), f"{position}", now))
    jobs.plan(db, planned)


def screen_job(case_id: str, report_id: str, key: str, now: datetime) -> jobs.NewJob:
    """A report, and whom its case names, to be compared with all watches of other cases."""
    return jobs.NewJob(
        key=f"{SCREEN}:{key}:{report_id}",
        lane=SCREENING,
        kind=SCREEN,
        case_id=case_id,
        subject=report_id,
        due=now,
    )


def next_step(claimed: jobs.Claimed, after: str, done: int, now: datetime) -> jobs.NewJob:
    """What is left to do once reports up to `after` have been compared."""
    begun = claimed.key.split(":")[1]
    return _rescreen(claimed.case_id, claimed.subject, begun, after, done, now)


def _rescreen(
    case_id: str, watch_id: str, begun: str, after: str, done: int, now: datetime
) -> jobs.NewJob:
    return jobs.NewJob(
        key=f"{RESCREEN}:{begun}:{done}",
        lane=SCREENING,
        kind=RESCREEN,
        case_id=case_id,
        subject=watch_id,
        due=now,
        payload=json.dumps({"after": after, "done": done}),
    )


def place_of(claimed: jobs.Claimed) -> tuple[str, int]:
    """The report up to which a watch was compared, and how many that were."""
    told = json.loads(claimed.payload)
    return told["after"], told["done"]


def progress(db: Connection, case_id: str) -> dict[str, Progress]:
    """How far each watch of a case is that is still being compared with everything past."""
    found = {
        subject: json.loads(payload)["done"]
        for kind, subject, payload in jobs.live_of(db, SCREENING, case_id)
        if kind == RESCREEN
    }
    count = views.count_reports(db) if found else 0
    return {subject: Progress(done=done, of=count) for subject, done in found.items()}
