"""The worker: claims a due job, does it, records what came of it. Recovery is the same path."""

from collections.abc import Callable
from datetime import timedelta

from tocsin.casework.handle import apply, handle
from tocsin.casework.house import App
from tocsin.casework.reads import case_of
from tocsin.casework.release import message_for
from tocsin.channels import HandedOver, Message, OutcomeUnknown, Passing, Permanent
from tocsin.domain.actor import SYSTEM, Role
from tocsin.domain.case import Case
from tocsin.domain.commands import Lapse, RecordAttempt, StartAttempt
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import Method
from tocsin.domain.plans import DEADLINE, DELIVERY
from tocsin.domain.refusal import Code, Refusal
from tocsin.identity import officers
from tocsin.store import events, jobs
from tocsin.store.engine import Connection

LANES = (DEADLINE, DELIVERY)
OVERTAKEN = frozenset({Code.LEASE_LOST, Code.DELIVERY_SETTLED})
"""Refused so because another worker holds the job, or has done it, by now."""


def work_once(app: App, lane: str, worker: str) -> bool:
    """Do one due job of a lane; False when none is due.

    A job whose lease is lost meanwhile is somebody else's: nothing is written.
    """
    claimed = claim(app, lane, worker)
    if claimed is None:
        return False
    try:
        WORK[claimed.kind](app, claimed)
    except Refusal as refusal:
        if refusal.code is Code.CASE_DESTROYED:
            _finish(app, claimed)
        elif refusal.code not in OVERTAKEN:
            raise
    return True


def work_all(app: App, worker: str) -> int:
    """Do everything that is due now, deadlines first; how many jobs that was."""
    done = 0
    while any(work_once(app, lane, worker) for lane in LANES):
        done += 1
    return done


def claim(app: App, lane: str, worker: str) -> jobs.Claimed | None:
    """Lease the longest due job of a lane."""
    with app.store.write() as db:
        found = jobs.claim(db, lane=lane, now=app.clock(), worker=worker, lease=_lease(app))
    return found[0] if found else None


def _lapse(app: App, claimed: jobs.Claimed) -> None:
    number = int(claimed.key.rpartition("!")[2])
    command = Lapse(case_id=claimed.case_id, number=number, clock=Clock(claimed.subject))
    with app.store.write() as db:
        case = apply(app, db, command, SYSTEM)
        early = [one for one in case.deadlines.values() if one.number == number]
        # A clock set back since the claim: the deadline still runs, so its job must wait.
        if early:
            jobs.postpone(db, claimed, early[0].due_at)
        else:
            jobs.finish(db, claimed, app.clock())
    app.cache.put(case)


def _attempt(app: App, claimed: jobs.Claimed) -> None:
    """Intent on the record, then the network, then the answer on the record.

    A job claimed a second time finds its attempt open: the record then says
    "outcome unknown" and the same key is sent again.
    """
    message = _message(app, claimed)

    def held(db: Connection) -> None:
        events.lock_head(db)  # before the job's row, as whoever cancels it locks them
        jobs.renew(db, claimed, app.clock() + _lease(app))

    try:
        start = StartAttempt(case_id=claimed.case_id, delivery_id=claimed.subject)
        case = handle(app, start, SYSTEM, also=held)
    except Refusal as refusal:
        if refusal.code is not Code.DELIVERY_SETTLED:
            raise
        _finish(app, claimed)
        return
    delivery = case.deliveries[claimed.subject]
    if not delivery.attempt_open:
        _finish(app, claimed)
        return
    result = _send(app, message) if message else _UNSENDABLE
    record = RecordAttempt(
        case_id=case.case_id, delivery_id=claimed.subject, attempt=delivery.attempts, **result
    )
    handle(app, record, SYSTEM, finishing=claimed)


_UNSENDABLE = {
    "result": "permanent",
    "reason": "message-refused",
    "detail": "the recipient's name, address or language cannot stand in an e-mail",
}


def _message(app: App, claimed: jobs.Claimed) -> Message | None:
    """The message, made before any attempt begins; None where no mail can carry it."""
    case = case_of(app, claimed.case_id)
    try:
        return message_for(app, case, case.deliveries[claimed.subject])
    except ValueError:
        return None
    except Refusal as refusal:
        if refusal.code is not Code.ADDRESS_INVALID:
            raise
        return None


def _send(app: App, message: Message) -> dict[str, str]:
    """What the channel answered, in the terms of `RecordAttempt`."""
    channel = app.channels.get(Method.EMAIL) or (app.outbox if message.exercise else None)
    if channel is None:
        return {
            "result": "passing",
            "reason": "no-channel",
            "detail": "no mail server is set up; set [mail] in the settings",
        }
    try:
        handed: HandedOver = channel.send(message)
    except Passing as failure:
        return {"result": "passing", "reason": failure.reason, "detail": failure.detail}
    except Permanent as failure:
        return {"result": "permanent", "reason": failure.reason, "detail": failure.detail}
    except OutcomeUnknown as unknown:
        return {"result": "unknown", "reason": unknown.reason, "detail": unknown.detail}
    return {"result": "handed_over", "provider_id": handed.provider_id, "detail": handed.detail}


def _ring(app: App, claimed: jobs.Claimed) -> None:
    """Call officers by mail: a case number and that it waits, nothing else."""
    channel = app.channels.get(Method.EMAIL)
    if channel is not None:
        case = case_of(app, claimed.case_id)
        for officer_id, address in _to_ring(app, case, claimed.subject):
            message = Message(
                key=f"{claimed.key}:{officer_id}",
                to_name=officer_id,
                to_address=address,
                subject=f"Tocsin: case {case.case_id} waits",
                body=f"Case {case.case_id} waits for you.\n{app.settings.base_url}/\n",
            )
            try:
                channel.send(message)
            except (Passing, Permanent, OutcomeUnknown):
                # The notice stands on the desk and the clock goes on; the bell is a help beside.
                continue
    _finish(app, claimed)


def _to_ring(app: App, case: Case, subject: str) -> list[tuple[str, str]]:
    """Address of the officer named, or of all who hold the role and may see the case."""
    if subject in {role.value for role in Role}:
        people = officers.officers_with(app.store, unit=case.unit, role=Role(subject))
    else:
        with app.store.read() as db:
            named = officers.able(db, subject)
        people = [named] if named else []
    return [
        (one.officer_id, one.email)
        for one in people
        if one.email and (not case.restricted or one.officer_id in case.members)
    ]


def _lease(app: App) -> timedelta:
    return timedelta(seconds=app.settings.lease_s)


def _finish(app: App, claimed: jobs.Claimed) -> None:
    with app.store.write() as db:
        jobs.finish(db, claimed, app.clock())


WORK: dict[str, Callable[[App, jobs.Claimed], None]] = {
    "lapse": _lapse,
    "attempt": _attempt,
    "ring": _ring,
}
