"""Leased jobs: every deadline and delivery that must still happen.

A job is claimed for a while under a new `lease_number`. Whoever lost the lease
(it ran out and another claimed the job) can no longer finish it, so its
transaction rolls back. The same statements run on both databases.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Update, bindparam, case, func, null, or_, select, update

from tocsin.domain.refusal import Code, refuse
from tocsin.store import schema
from tocsin.store.instants import to_us
from tocsin.store.prepared import Prepared
from tocsin.store.upsert import upsert

_job = schema.job
_c = _job.c
_LIVE = or_(_c.state == "waiting", _c.state == "leased")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to plan. `key` names the work: planning it again moves it, never doubles it.

    `payload` is canonical JSON.
    """

    key: str
    lane: str
    kind: str
    case_id: str
    subject: str
    due: datetime
    payload: str = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A job held by `lease_owner` until `lease_until_us`; `tries` counts this claim too."""

    key: str
    lane: str
    kind: str
    case_id: str
    subject: str
    due_us: int
    payload: str
    tries: int
    lease_owner: str
    lease_number: int
    lease_until_us: int


_PLAN = upsert(
    _job,
    "due_us",
    "payload",
    only=or_(_c.state == "waiting", _c.state == "cancelled"),
    state="waiting",
    lease_owner=null(),
)
_CANCEL = Prepared(
    update(_job).where(_c.key == bindparam("wanted"), _LIVE).values(state="cancelled")
)
_DUE = (
    select(
        _c.key, _c.lane, _c.kind, _c.case_id, _c.subject, _c.due_us, _c.payload, _c.tries,
        _c.lease_number,
    )
    .where(
        _c.lane == bindparam("lane"),
        _c.due_us <= bindparam("now"),
        _LIVE,
        or_(_c.state == "waiting", _c.lease_until_us <= bindparam("now")),
    )
    .order_by(_c.due_us, _c.key)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)  # fmt: skip
_LEASE = (
    update(_job)
    .where(_c.key.in_(bindparam("keys", expanding=True)))
    .values(
        state="leased",
        lease_owner=bindparam("owner"),
        lease_until_us=bindparam("until"),
        lease_number=_c.lease_number + 1,
        tries=_c.tries + 1,
    )
)
_HELD = (
    _c.key == bindparam("held_key"),
    _c.lease_owner == bindparam("held_by"),
    _c.lease_number == bindparam("held_number"),
)
# A cancelled job whose lease nobody took may be finished: its outcome must not roll back.
_FINISH = (
    update(_job)
    .where(*_HELD, or_(_c.state == "leased", _c.state == "cancelled"))
    .values(
        state=case((_c.state == "leased", "done"), else_=_c.state),
        done_us=bindparam("at"),
        lease_owner=null(),
    )
)
_POSTPONE = (
    update(_job)
    .where(*_HELD, _c.state == "leased")
    .values(state="waiting", due_us=bindparam("at"), lease_owner=null(), lease_until_us=null())
)
_RENEW = update(_job).where(*_HELD, _c.state == "leased").values(lease_until_us=bindparam("at"))
_LIVE_KEYS = select(_c.key, _c.case_id).where(_c.lane == bindparam("lane"), _LIVE)
_LIVE_DUES = select(_c.key, _c.due_us).where(_c.lane == bindparam("lane"), _LIVE)
_OVERDUE = (
    select(func.count(), func.min(_c.due_us))
    .where(_c.lane == bindparam("lane"), _LIVE, _c.due_us <= bindparam("now"))
)  # fmt: skip
_COUNTS = select(_c.lane, _c.state, func.count()).group_by(_c.lane, _c.state)


def plan(db: Connection, jobs: Sequence[NewJob]) -> None:
    """Plan `jobs`; one that waits or was cancelled is moved, one leased or done is left alone.

    Work that may recur therefore needs a key of its own each time.
    """
    rows = [
        {
            "key": new.key,
            "lane": new.lane,
            "kind": new.kind,
            "case_id": new.case_id,
            "subject": new.subject,
            "due_us": to_us(new.due),
            "payload": new.payload,
            "state": "waiting",
            "lease_number": 0,
            "tries": 0,
        }
        for new in jobs
    ]
    _PLAN.run_all(db, rows)


def cancel(db: Connection, keys: Sequence[str]) -> None:
    """Let none of `keys` start any more. One in flight may still be finished, not postponed."""
    _CANCEL.run_all(db, [{"wanted": key} for key in keys])


def claim(
    db: Connection, *, lane: str, now: datetime, worker: str, lease: timedelta, limit: int = 1
) -> list[Claimed]:
    """Lease up to `limit` jobs that are due, or whose lease ran out, the longest due first."""
    at, until = to_us(now), to_us(now + lease)
    due = db.execute(_DUE, {"lane": lane, "now": at, "most": limit}).all()
    if due:
        keys = [row.key for row in due]
        db.execute(_LEASE, {"keys": keys, "owner": worker, "until": until})
    return [
        Claimed(
            **{**row._mapping, "tries": row.tries + 1, "lease_number": row.lease_number + 1},
            lease_owner=worker,
            lease_until_us=until,
        )
        for row in due
    ]


def finish(db: Connection, claimed: Claimed, now: datetime) -> None:
    """The job is done. Refuses LEASE_LOST where another holds it by now."""
    _if_held(db, _FINISH, claimed, now)


def postpone(db: Connection, claimed: Claimed, due: datetime) -> None:
    """Give the job back to wait until `due`. Refuses LEASE_LOST as `finish` does."""
    _if_held(db, _POSTPONE, claimed, due)


def renew(db: Connection, claimed: Claimed, until: datetime) -> Claimed:
    """Hold the job until `until`. Refuses LEASE_LOST as `finish` does."""
    _if_held(db, _RENEW, claimed, until)
    return replace(claimed, lease_until_us=to_us(until))


def live_keys(db: Connection, lane: str) -> dict[str, str]:
    """The jobs of `lane` that wait or are leased: key to case."""
    return {row.key: row.case_id for row in db.execute(_LIVE_KEYS, {"lane": lane})}


def live_of(db: Connection, lane: str, case_id: str) -> list[tuple[str, str, str]]:
    """Kind, subject and payload of a case's jobs in a lane that are still to be done."""
    found = select(_c.kind, _c.subject, _c.payload)
    return [
        tuple(row) for row in db.execute(found.where(_c.lane == lane, _c.case_id == case_id, _LIVE))
    ]


def live_dues(db: Connection, lane: str) -> dict[str, int]:
    """The jobs of `lane` that wait or are leased: key to `due_us`."""
    return {row.key: row.due_us for row in db.execute(_LIVE_DUES, {"lane": lane})}


def overdue(db: Connection, lane: str, now: datetime) -> tuple[int, int | None]:
    """How many live jobs of `lane` are due by `now`, and the earliest one's `due_us`."""
    count, earliest = db.execute(_OVERDUE, {"lane": lane, "now": to_us(now)}).one()
    return count, earliest


def counts(db: Connection) -> dict[tuple[str, str], int]:
    """How many jobs there are by `(lane, state)`."""
    return {(lane, state): count for lane, state, count in db.execute(_COUNTS)}


def _if_held(db: Connection, change: Update, claimed: Claimed, at: datetime) -> None:
    held: dict[str, Any] = {
        "held_key": claimed.key,
        "held_by": claimed.lease_owner,
        "held_number": claimed.lease_number,
        "at": to_us(at),
    }
    if db.execute(change, held).rowcount != 1:
        refuse(
            Code.LEASE_LOST,
            "The job was not settled: it was cancelled, or its lease ran out and it was taken.",
            "Nothing to do: whoever holds it now settles it.",
        )
