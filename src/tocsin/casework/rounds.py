"""What the log needs again and again: checkpoints, witnesses, cover, map roots, timestamps.

Each is one job that puts itself off when it is done, in a lane of its own. However many
processes share the database, one of them has the round; whatever it leaves undone, another
takes up when its lease ends. No warning and no deadline waits for any of it.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.casework import completeness, directory, ledger, logbook, witnessing
from tocsin.casework.house import App
from tocsin.channels import Message, NotHandedOver
from tocsin.channels.timestamping import AuthorityUnreached
from tocsin.domain.actor import Role
from tocsin.domain.kinds import Method
from tocsin.domain.ledger import HOUSE
from tocsin.domain.refusal import Code, Refusal
from tocsin.identity import officers
from tocsin.store import events, jobs
from tocsin.store import log as log_store
from tocsin.store.engine import Connection
from tocsin.store.instants import from_us, to_us

LANE = "log"
LEASE = timedelta(minutes=2)
"""Longer than a round takes in which forty witnesses are out of reach."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

log = logging.getLogger("tocsin.log")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What is done every `period`.

    `outside` may speak to the network and may be done twice where a lease is lost; `inside`
    shares the transaction that puts the job off, so it is done once.
    """

    period: timedelta
    outside: Callable[[App], None] = lambda _app: None
    inside: Callable[[App, Connection], None] = lambda _app, _db: None
    at_once: bool = True


def wanted(app: App) -> Mapping[str, Round]:
    """The rounds that the settings ask for, by kind."""
    settings = app.settings
    found = {"map": Round(period=MINUTE, inside=_root)}
    if logbook.is_watched(app):
        every = timedelta(seconds=settings.witness_every_s)
        found["witness"] = Round(period=every, outside=_ask)
    if settings.cover_every_s:
        every = timedelta(seconds=settings.cover_every_s)
        found["cover"] = Round(period=every, inside=_cover, at_once=False)
    else:
        found["checkpoint"] = Round(period=MINUTE, outside=_sign)
    if settings.timestamp_url:
        found["anchor"] = Round(period=HOUR, outside=_anchor)
    found["keys"] = Round(period=DAY, outside=_keys)
    return found


def begin(app: App) -> None:
    """Plan every round that is asked for and not planned, or put off too far.

    Too far is beyond its period: the clock was set back, or the period was shortened.
    """
    now, rounds = app.clock(), wanted(app)
    with app.store.read() as db:
        if not _missing(db, rounds, now):
            return
    with app.store.write() as db:
        events.lock_head(db)  # processes that start together must not plan a round twice
        missing = _missing(db, rounds, now)
        jobs.plan(
            db,
            [
                jobs.NewJob(
                    key=_key(kind),
                    lane=LANE,
                    kind=kind,
                    case_id=HOUSE,
                    subject="",
                    due=now if one.at_once else now + one.period,
                )
                for kind, one in missing.items()
            ],
        )


def work_once(app: App, lane: str, worker: str) -> bool:
    """Do one round that is due; False when none is.

    A round whose lease is lost meanwhile is somebody else's: nothing is put off.
    """
    begin(app)
    with app.store.write() as db:
        found = jobs.claim(db, lane=lane, now=app.clock(), worker=worker, lease=LEASE)
    if not found:
        return False
    try:
        do(app, found[0])
    except Refusal as refusal:
        if refusal.code is not Code.LEASE_LOST:
            raise
    return True


def do(app: App, claimed: jobs.Claimed) -> None:
    """Do a round and put it off. Refuses LEASE_LOST where another has it by now."""
    one = wanted(app).get(claimed.kind)
    if one is None:  # the settings no longer ask for it
        with app.store.write() as db:
            jobs.cancel(db, [claimed.key])
        return
    one.outside(app)
    with app.store.write() as db:
        events.lock_head(db)  # before the job's row, as everybody locks them
        one.inside(app, db)
        jobs.postpone(db, claimed, _next(from_us(claimed.due_us), one.period, app.clock()))


def _next(due: datetime, period: timedelta, now: datetime) -> datetime:
    """When the cadence that `due` belongs to comes next; what was missed is not made up for."""
    return due + period * ((now - due) // period + 1)


def _missing(db: Connection, rounds: Mapping[str, Round], now: datetime) -> dict[str, Round]:
    dues = jobs.live_dues(db, LANE)
    return {
        kind: one
        for kind, one in rounds.items()
        if (due := dues.get(_key(kind))) is None or due > to_us(now + one.period)
    }


def _key(kind: str) -> str:
    return f"log:{kind}"


def _sign(app: App) -> None:
    with app.store.read() as db:
        is_empty = not events.last_position(db)
    if not is_empty:
        logbook.sign(app)


def _ask(app: App) -> None:
    # Under cover, only what the cover's round has signed is shown outside at its cadence.
    done = witnessing.ask_all(app, anew=not app.settings.cover_every_s)
    for one in done.asked if done else ():
        if one.trouble:
            log.warning("Witness %s: %s.", one.url, one.trouble)
    for alarm in logbook.alarms(app):
        log.warning("The log: %s", alarm)


def _cover(app: App, db: Connection) -> None:
    """Fill what was recorded since the last checkpoint up to a whole number of blocks, and sign.

    Whoever sees checkpoints sees a log that grows by one block each time, unless more was
    recorded than a block holds.
    """
    newest = log_store.newest_checkpoint(db)
    grown = events.read_head(db).position - (newest.size if newest else 0)
    block = app.settings.cover_leaves
    for _ in range(-grown % block if grown else block):
        ledger.cover(app, db, app.clock())
    logbook.sign_in(app, db, events.read_head(db))


def _root(app: App, db: Connection) -> None:
    completeness.root_now(app, db, covering_all=False)


def _keys(app: App) -> None:
    """Warn ahead of recipients' keys that expire: by mail to those who keep the directory.

    The directory's page shows them on top as well, to everybody who opens it.
    """
    by_unit: dict[str, list[str]] = {}
    for notice in directory.due_notices(app, app.clock()):
        by_unit.setdefault(notice.unit, []).append(notice.text)
    channel = app.channels.get(Method.EMAIL)
    for unit, texts in by_unit.items():
        log.warning("Unit %s: %s keys of recipients have expired or soon will.", unit, len(texts))
        for one in officers.officers_with(app.store, unit=unit, role=Role.DELIVERER):
            if channel is None or not one.email:
                continue
            message = Message(
                key=f"keys:{app.clock():%Y-%m-%d}:{one.officer_id}",
                to_name=one.officer_id,
                to_address=one.email,
                subject="Tocsin: keys of recipients expire",
                body="\n".join([*texts, "", f"{app.settings.base_url}/directory", ""]),
            )
            with suppress(NotHandedOver):  # it stands in the directory, and comes again tomorrow
                channel.send(message)


def _anchor(app: App) -> None:
    try:
        witnessing.anchor(app)
    except AuthorityUnreached as unreached:
        log.warning("The timestamp authority was not reached: %s.", unreached.reason)
    except ValueError as error:
        log.warning("The timestamp authority's answer was refused: %s.", error)
