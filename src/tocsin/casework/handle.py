"""`handle`: the only function that changes a case."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby

from tocsin.casework.access import require
from tocsin.casework.house import App
from tocsin.casework.project import project, show
from tocsin.channels import checked_address
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.domain.commands import Command, NameRecipient, OpenCase
from tocsin.domain.deciding import Context, decide
from tocsin.domain.events import EVENTS, Event
from tocsin.domain.evolving import evolve
from tocsin.domain.kinds import Method
from tocsin.domain.plans import CancelJob, Plan, PlanJob, react
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.serial import from_plain, to_plain
from tocsin.identity import officers
from tocsin.record.chain import next_entry
from tocsin.record.leaf import ZERO, case_pseudonym, leaf_hash
from tocsin.store import events, jobs
from tocsin.store.engine import Connection
from tocsin.store.instants import to_us

Also = Callable[[Connection], None]

_CASE_ID = re.compile(r"[!-~]{1,128}")
_SURROGATE = re.compile("[\ud800-\udfff]")


def handle(
    app: App,
    command: Command,
    by: Actor,
    *,
    finishing: jobs.Claimed | None = None,
    also: Also | None = None,
) -> Case:
    """Apply one command: events, views and jobs in one transaction.

    `finishing` is the leased job this command completes; a lost lease undoes
    everything. `also` writes, first and in the same transaction, what the
    command refers to (a report's bytes). Raises Refusal; nothing has changed then.
    """
    try:
        with app.store.write() as db:
            if also:
                also(db)
            case = apply(app, db, command, by)
            if finishing:
                jobs.finish(db, finishing, app.clock())
    except ValueError:
        _spelled(command)
        raise
    app.cache.put(case)
    return case


def apply(app: App, db: Connection, command: Command, by: Actor) -> Case:
    """One command inside a transaction that the caller commits."""
    head = events.lock_head(db)
    tail = tail_of(db, command.case_id)
    if tail and isinstance(command, OpenCase):
        refuse(
            Code.CHANGED_MEANWHILE,
            "No case was opened: another has its number.",
            "Do it again; it then gets a number of its own.",
        )
    case = load(app, db, command.case_id, tail[0]) if tail else None
    require(app, by, command, case)
    _known_officer(db, getattr(command, "officer_id", None))
    _reachable(command)
    policy = app.policy_for(case) if case else app.policy
    now = app.clock()
    after, happened = decide(case, command, Context(by=by, now=now, policy=policy))
    if not happened:
        return after
    seq, previous = tail or (0, ZERO)
    rows = _rows(app, after, happened, seq=seq, previous=previous, at=now)
    head = events.append(db, head, rows)
    plans: list[Plan] = []
    for event in happened:
        case = evolve(case, [event])
        project(db, case, event, to_us(now))
        plans += react(event, case)
    _plan(db, after.case_id, plans)
    show(db, after, head.position, to_us(now))
    return after


def tail_of(db: Connection, case_id: str) -> tuple[int, bytes] | None:
    """The case's last number and leaf hash; None also for what cannot be a case's id."""
    return events.case_tail(db, case_id) if _CASE_ID.fullmatch(case_id) else None


def _known_officer(db: Connection, officer_id: str | None) -> None:
    """Nobody is admitted or named to follow up who could never sign in to do it."""
    if officer_id is not None:
        # What cannot be an id is not asked for: PostgreSQL takes no NUL.
        officers.require_able(db, officer_id if officers.OFFICER_ID.fullmatch(officer_id) else "")


def _reachable(command: Command) -> None:
    """An address no mail can go to is refused when it is entered, not when it is needed."""
    if isinstance(command, NameRecipient) and command.method is Method.EMAIL:
        checked_address(command.address)


def _spelled(command: Command) -> None:
    """Refuse half a character (a lone surrogate): no record, file or mail can carry one."""
    if _SURROGATE.search(json.dumps(to_plain(command), ensure_ascii=False)):
        refuse(
            Code.BAD_VALUE,
            "Nothing was done: the text holds characters that are none.",
            "Type it again, or save it as UTF-8 first.",
        )


def load(app: App, db: Connection, case_id: str, seq: int) -> Case:
    """The case as of event `seq`, from the cache as far as it goes."""
    known = app.cache.get(case_id)
    if known is not None and known.seq == seq:
        return known
    if known is not None and known.seq > seq:
        known = None
    rows = events.case_events(db, case_id, known.seq if known else 0)
    return evolve(known, map(event_of, rows))


def event_of(row: events.EventRow) -> Event:
    """The event that a row of the record says."""
    plain = json.loads(row.body)
    kind = EVENTS[plain.pop("kind")]
    if kind.__name__ != "CaseOpened":
        del plain["case_id"]
    return from_plain(kind, plain)


def _rows(
    app: App, case: Case, happened: Sequence[Event], *, seq: int, previous: bytes, at: datetime
) -> list[events.EventRow]:
    pseudonym = case_pseudonym(app.keys.pseudonym, case.case_id)
    pack = bytes.fromhex(case.pack_hash)
    rows = []
    for number, event in enumerate(happened, seq + 1):
        kind = type(event).__name__
        entry = next_entry(
            position=0,
            case_id=case.case_id,
            case_pseudonym=pseudonym,
            case_seq=number,
            previous=previous,
            at_us=to_us(at),
            fields={**to_plain(event), "kind": kind, "case_id": case.case_id},
            seed=app.randomness(32),
            policy_pack=pack,
        )
        previous = leaf_hash(entry.leaf)
        rows.append(
            events.EventRow(
                case_id=case.case_id,
                case_seq=number,
                kind=kind,
                at_us=entry.at_us,
                body=entry.body,
                seed=entry.seed,
                leaf=entry.leaf,
                leaf_hash=previous,
            )
        )
    return rows


def _plan(db: Connection, case_id: str, plans: Sequence[Plan]) -> None:
    """Jobs are planned when events happen; unlike views they are not replayed.

    Neighbours of a kind go to the database together.
    """
    changes = [plan for plan in plans if isinstance(plan, PlanJob | CancelJob)]
    for kind, some in groupby(changes, type):
        if kind is CancelJob:
            jobs.cancel(db, [plan.key for plan in some])
        else:
            jobs.plan(db, [_job(case_id, plan) for plan in some if isinstance(plan, PlanJob)])


def _job(case_id: str, plan: PlanJob) -> jobs.NewJob:
    return jobs.NewJob(
        key=plan.key,
        lane=plan.lane,
        kind=plan.kind,
        case_id=case_id,
        subject=plan.subject,
        due=plan.due,
    )
