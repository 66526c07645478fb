"""Cases in every class, put on the record of a house, and witnesses who cosign it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from tests.builders import BEN, CARLA, DAY, GRETA, NOW, RECIPIENT, Desk, a_report, not_owed
from tests.record.logbook import POLICY, WITNESSES
from tocsin.app import App
from tocsin.casework import logbook
from tocsin.casework.records import sealed_rows
from tocsin.domain import commands as c
from tocsin.domain import duties as d
from tocsin.domain import events as e
from tocsin.domain.kinds import Matter, Method, OutcomeKind, ReactionKind, WindowDecision
from tocsin.domain.serial import to_plain
from tocsin.record.leaf import ZERO
from tocsin.store import events, log
from tocsin.store.instants import to_us

LATER = NOW + 2 * DAY
"""Two days after most cases began, and when the rest did."""


def rejected() -> Desk:
    desk = Desk()
    delivery_id = desk.handed_over()
    desk.does(RECIPIENT, c.React, delivery_id=delivery_id, kind=ReactionKind.REJECTED, words="no")
    return desk


def told() -> Desk:
    desk = Desk()
    desk.attests(desk.planned(Method.IN_PERSON), understood=False)
    return desk


def handed_over() -> Desk:
    desk = Desk()
    desk.handed_over()
    return desk


def stood_down() -> Desk:
    desk = Desk().released()
    desk.does(
        BEN, c.DecideWindow, warning_id="w1", decision=WindowDecision.STAND_DOWN, reason="over"
    )
    desk.does(CARLA, c.ConfirmStandDown, proposal_id=desk.last_proposal)
    return desk


def waived_and_closed() -> Desk:
    desk = Desk().waived()
    desk.does(GRETA, c.RecordOutcome, outcome=OutcomeKind.UNKNOWN, claims="none", source="police")
    return desk.closed()


def no_duty() -> Desk:
    return Desk().found().found(not_owed()).determined(Matter.NO_DUTY)


def found(began: datetime) -> Desk:
    """A duty found at once on a report acquired just then."""
    return Desk(now=began).opened(replace(a_report(), acquired_at=began)).found()


def destroyed(desk: Desk) -> Desk:
    desk.waits(timedelta(minutes=5))
    desk.does(BEN, c.ProposeDestruction, authority="Archive law", reason="ten years")
    desk.does(CARLA, c.ConfirmDestruction, proposal_id=desk.last_proposal)
    return desk


def of_every_class() -> dict[str, tuple[Desk, str]]:
    """A case of each class, by its number; one without a duty, and one of another year."""
    return {
        "C-UNDECIDED": (found(LATER), d.UNDECIDED),
        "C-LAPSED": (Desk().found(), d.LAPSED),
        "C-UNDELIVERED": (Desk().released(), d.UNDELIVERED),
        "C-HANDED": (handed_over(), d.HANDED_OVER),
        "C-TOLD": (told(), d.TOLD),
        "C-REJECTED": (rejected(), d.REJECTED),
        "C-KNOWN": (Desk().stood_down(), d.ACKNOWLEDGED),
        "C-CLOSED": (Desk().closed(), d.ACKNOWLEDGED),
        "C-DOWN": (stood_down(), d.STOOD_DOWN),
        "C-WAIVED": (waived_and_closed(), d.WAIVED + "already_aware"),
        "C-NODUTY": (no_duty(), d.NOT_OWED),
        "C-DRILL": (Desk().opened(exercise=True).found(), d.EXERCISE),
        "C-GONE": (destroyed(Desk().closed()), d.ACKNOWLEDGED),
        "C-NEVER": (Desk().found(not_owed()), ""),
        "C-OLD": (found(NOW - 400 * DAY), ""),
    }


def put(app: App, cases: Mapping[str, Desk]) -> None:
    """Put the desks' events on the record, one of each case in turn, as work goes in a house."""
    waiting = {case_id: list(desk.happened) for case_id, desk in cases.items()}
    with app.store.write() as db:
        while waiting:
            for case_id in list(waiting):
                happened = waiting[case_id].pop(0)
                if not waiting[case_id]:
                    del waiting[case_id]
                _append(app, db, case_id, happened)


def _append(app: App, db, case_id: str, event: e.Event) -> None:
    head = events.lock_head(db)
    rows = sealed_rows(
        app,
        head,
        case_id=case_id,
        tail=events.case_tail(db, case_id) or (0, ZERO),
        at_us=to_us(event.at),
        policy_pack=bytes(32),
        said=[{**to_plain(event), "kind": type(event).__name__, "case_id": case_id}],
    )
    events.append(db, head, rows)
    if isinstance(event, e.CaseDestroyed):
        events.destroy_contents(db, case_id, event.last_seq_destroyed)


def cosigned(app: App, at: datetime = LATER) -> int:
    """The size of the newest checkpoint, now cosigned by both witnesses of the policy."""
    app.trust = POLICY
    checkpoint = logbook.sign(app)
    with app.store.write() as db:
        for one in WITNESSES:
            line = one.sign(checkpoint, int(at.timestamp()))
            log.put_cosignature(
                db,
                log.CosignatureRow(
                    size=checkpoint.size,
                    name=line.name,
                    key_id=line.key_id.hex(),
                    line=line.text,
                    at_us=to_us(at),
                ),
            )
        events.lock_head(db)
        events.set_witnessed(db, size=checkpoint.size, digest=checkpoint.digest)
    return checkpoint.size
