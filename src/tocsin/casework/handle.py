"""`handle`: the only function that changes a case."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby

from tocsin.casework import force
from tocsin.casework.access import require
from tocsin.casework.audience import audience
from tocsin.casework.house import App
from tocsin.casework.minting import mint
from tocsin.casework.project import project, show
from tocsin.casework.records import event_of, folded, of_case, sealed_rows
from tocsin.casework.screening_jobs import plan_screening
from tocsin.channels import address_for
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.domain.commands import Command, ConfirmDestruction, NameRecipient, OpenCase
from tocsin.domain.deciding import Context, decide
from tocsin.domain.duties import duties_of
from tocsin.domain.events import CaseDestroyed, Event
from tocsin.domain.kinds import Method
from tocsin.domain.plans import CancelJob, Plan, PlanJob, react
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.retention import DutyTold
from tocsin.domain.serial import to_plain
from tocsin.identity import officers
from tocsin.record.leaf import ZERO
from tocsin.store import bodies, events, jobs, sources
from tocsin.store.engine import Connection
from tocsin.store.instants import to_us

Also = Callable[[Connection], None]

_CASE_ID = re.compile(r"[!-}][!-~]{0,127}")  # a tilde begins the house's own streams
_SURROGATE = re.compile("[\ud800-\udfff]")


def handle(
    app: App,
    command: Command,
    by: Actor,
    *,
    finishing: jobs.Claimed | None = None,
    also: Also | None = None,
    then: Sequence[Command] = (),
) -> Case:
    """Apply one command: events, views and jobs in one transaction.

    `finishing` is the leased job this command completes; a lost lease undoes
    everything. `also` writes, first and in the same transaction, what the
    command refers to (a report's bytes); `then` are commands on the same case that stand or fall
    with it. Raises Refusal; nothing has changed then.
    """
    try:
        with app.store.write() as db:
            if also:
                also(db)
            case = apply(app, db, command, by)
            for one in then:
                case = apply(app, db, one, by)
            if finishing:
                jobs.finish(db, finishing, app.clock())
    except ValueError:
        for one in (command, *then):
            _spelled(one)
        raise
    app.cache.put(case)
    if case.destroyed:
        app.store.scrub()
    return case


def apply(
    app: App, db: Connection, command: Command, by: Actor, *, known: Case | None = None
) -> Case:
    """One command inside a transaction that the caller commits.

    `known` is the case as the transaction left it: the cache holds no uncommitted one.
    """
    head = events.lock_head(db)
    tail = tail_of(db, command.case_id)
    if tail and isinstance(command, OpenCase):
        refuse(
            Code.CHANGED_MEANWHILE,
            "No case was opened: another has its number.",
            "Do it again; it then gets a number of its own.",
        )
    case = load(app, db, command.case_id, tail[0], known) if tail else None
    require(app, by, command, case)
    _known_officer(db, getattr(command, "officer_id", None))
    _reachable(command)
    policy = app.policy_for(case) if case else force.policy_of(app, db, by.unit)
    now = app.clock()
    ctx = Context(
        by=by,
        now=now,
        policy=policy,
        duties=_duties(app, db, command, now),
        minted=mint(app, db, command, case, now),
        audience=audience(app, db, command),
    )
    steps = decide(case, command, ctx)
    if case and not steps:
        return case
    happened, after = [event for event, _ in steps], steps[-1][1]
    head = events.append(db, head, _rows(app, head, after, happened, tail or (0, ZERO)))
    plans: list[Plan] = []
    for position, (event, now_so) in enumerate(steps, head.position - len(steps) + 1):
        _destroy(db, case, event)
        case = now_so
        project(db, case, event, position, to_us(now))
        plans += react(event, case)
    _plan(db, after.case_id, plans)
    plan_screening(db, after, happened, head.position, now)
    show(db, after, head.position, to_us(now))
    return after


def _duties(app: App, db: Connection, command: Command, now: datetime) -> tuple[DutyTold, ...]:
    """What a destruction leaves of a case to count, read off its events while they are there."""
    if not isinstance(command, ConfirmDestruction):
        return ()
    found = of_case(app, db, command.case_id)
    return duties_of((event_of(one) for one in found if one.body is not None), at=now)


def tail_of(db: Connection, case_id: str) -> tuple[int, bytes] | None:
    """The case's last number and leaf hash; None also for what cannot be a case's id."""
    return events.case_tail(db, case_id) if _CASE_ID.fullmatch(case_id) else None


def _known_officer(db: Connection, officer_id: str | None) -> None:
    """Nobody is admitted or named to follow up who could never sign in to do it."""
    if officer_id is not None:
        # What cannot be an id is not asked for: PostgreSQL takes no NUL.
        officers.require_able(db, officer_id if officers.OFFICER_ID.fullmatch(officer_id) else "")


def _reachable(command: Command) -> None:
    """An address nothing can go to is refused when it is entered, not when it is needed."""
    if isinstance(command, NameRecipient):
        for method, address in (
            (command.method, command.address),
            *((way.method, way.address) for way in command.ways),
        ):
            if not method.by_hand or method is Method.VOICE:
                address_for(method, address)


def _spelled(command: Command) -> None:
    """Refuse half a character (a lone surrogate): no record, file or mail can carry one."""
    if _SURROGATE.search(json.dumps(to_plain(command), ensure_ascii=False)):
        refuse(
            Code.BAD_VALUE,
            "Nothing was done: the text holds characters that are none.",
            "Type it again, or save it as UTF-8 first.",
        )


def load(app: App, db: Connection, case_id: str, seq: int, known: Case | None = None) -> Case:
    """The case as of event `seq`, from `known` or the cache as far as it goes."""
    known = known or app.cache.get(case_id)
    if known is not None and known.seq == seq:
        return known
    if known is not None and known.seq > seq:
        known = None
    case = folded(known, of_case(app, db, case_id, known.seq if known else 0))
    if case is None:
        raise RuntimeError("a case on the record neither opens nor says that it was destroyed")
    return case


def _rows(
    app: App, head: events.Head, case: Case, happened: Sequence[Event], tail: tuple[int, bytes]
) -> list[events.EventRow]:
    return sealed_rows(
        app,
        head,
        case_id=case.case_id,
        tail=tail,
        at_us=to_us(happened[0].at),
        policy_pack=bytes.fromhex(case.pack_hash),
        said=[
            {**to_plain(event), "kind": type(event).__name__, "case_id": case.case_id}
            for event in happened
        ],
    )


def _destroy(db: Connection, before: Case | None, event: Event) -> None:
    """Shred what a lawful destruction names: keys of events and of reports, and which are alike."""
    if isinstance(event, CaseDestroyed) and before is not None:
        events.destroy_contents(db, before.case_id, event.last_seq_destroyed)
        for report in before.reports.values():
            bodies.destroy(db, report.sha256)
            sources.forget(db, report.report_id)


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
