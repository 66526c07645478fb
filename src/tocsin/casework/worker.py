"""The worker: claims a due job, does it, records what came of it. Recovery is the same path."""

from collections.abc import Callable

from tocsin.casework.dispatching import work_batch
from tocsin.casework.handle import apply
from tocsin.casework.house import App
from tocsin.casework.reads import case_of
from tocsin.casework.screening import rescreen, screen
from tocsin.casework.screening_jobs import RESCREEN, SCREEN
from tocsin.casework.sending import begin, claim, record, transmit
from tocsin.channels import Message, OutcomeUnknown, Passing, Permanent
from tocsin.domain.actor import SYSTEM, Role
from tocsin.domain.case import Case
from tocsin.domain.commands import Lapse
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import Method
from tocsin.domain.plans import LANES
from tocsin.domain.refusal import Code, Refusal
from tocsin.identity import officers
from tocsin.store import jobs

OVERTAKEN = frozenset({Code.LEASE_LOST, Code.DELIVERY_SETTLED})
"""Refused so because another worker holds the job, or has done it, by now."""


def work_once(app: App, lane: str, worker: str) -> bool:
    """Do one due job of a lane; False when none is due.

    A job whose lease is lost meanwhile is somebody else's: nothing is written.
    """
    found = claim(app, lane, worker)
    if not found:
        return False
    claimed = found[0]
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
    """A job claimed a second time finds its attempt open: the record then says
    "outcome unknown" and the same key is sent again.
    """
    for one in begin(app, [claimed]):
        record(app, [(one, transmit(app, one))])


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


def _finish(app: App, claimed: jobs.Claimed) -> None:
    with app.store.write() as db:
        jobs.finish(db, claimed, app.clock())


WORK: dict[str, Callable[[App, jobs.Claimed], None]] = {
    "lapse": _lapse,
    "attempt": _attempt,
    "ring": _ring,
    "batch": work_batch,
    SCREEN: screen,
    RESCREEN: rescreen,
}
