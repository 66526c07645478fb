"""Dispatches to lists: batches of members, each with its intent on the record before a byte leaves.

As in `sending`, but one event tells of a whole batch, several batches share a transaction, and
lists have threads and connections of their own: no warning to a person waits behind them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Event

from tocsin.casework.handle import apply
from tocsin.casework.house import App
from tocsin.casework.list_messages import Composer
from tocsin.casework.lists import key_of
from tocsin.casework.sending import is_away, printed
from tocsin.channels import (
    Channel,
    FailureReason,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
)
from tocsin.domain.actor import SYSTEM
from tocsin.domain.case import Case
from tocsin.domain.commands import WorkBatches
from tocsin.domain.dispatch import Batch, Dispatch
from tocsin.domain.dispatching import Ended
from tocsin.domain.numbering import numbers_in, spelled
from tocsin.domain.refusal import Code, Refusal
from tocsin.record.list_key import ListKey
from tocsin.store import events, jobs, lists
from tocsin.store.engine import Connection

AT_ONCE, AHEAD, CHUNK = 8, 4, 16
"""Threads; batches begun at a time; members a thread takes at a time."""
MOST_DOWN = 8
"""So many times in a row out of reach, and the rest of the batch is not tried."""
_DOWN = frozenset(
    {
        FailureReason.HOST_NOT_FOUND,
        FailureReason.UNREACHABLE,
        FailureReason.TIMED_OUT,
        FailureReason.DISCONNECTED,
        FailureReason.TLS_FAILED,
        FailureReason.TLS_MISSING,
        FailureReason.SIGN_IN_REFUSED,
    }
)
NOT_BEGUN = "stopped before it was begun"


@dataclass(slots=True)
class Told:
    """What the channel said of some members."""

    handed_over: dict[int, str] = field(default_factory=dict)
    passing: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    failed: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    detail: str = ""

    def add(self, other: "Told") -> None:
        self.handed_over |= other.handed_over
        self.passing += other.passing
        self.unknown += other.unknown
        self.gone += other.gone
        for reason, numbers in other.failed.items():
            self.failed[reason] += numbers
        self.detail = other.detail or self.detail


@dataclass(slots=True, kw_only=True, eq=False)
class Begun:
    """A batch that is open on the record: who waits, their sealed addresses, what came back."""

    claimed: jobs.Claimed
    dispatch_id: str
    batch: int
    attempt: int
    waiting: tuple[int, ...]
    people: dict[int, tuple[bytes, str]]
    key: ListKey
    composer: Composer
    channel: Channel | None
    told: Told = field(default_factory=Told)
    out: int = 0
    down: int = 0

    @property
    def ended(self) -> Ended:
        told = self.told
        order = sorted(told.handed_over)
        return Ended(
            batch=self.batch,
            attempt=self.attempt,
            handed_over=spelled(order),
            passing=spelled(told.passing),
            unknown=spelled(told.unknown),
            gone=spelled(told.gone),
            failed={reason: spelled(numbers) for reason, numbers in sorted(told.failed.items())},
            provider_ids=tuple(told.handed_over[number] for number in order),
            detail=told.detail,
        )


def turn(
    app: App, db: Connection, ended: Sequence[Begun], claimed: Sequence[jobs.Claimed]
) -> tuple[list[Begun], list[Case]]:
    """Record what ended, but for batches that others hold by now, and put the intents to send
    others on the record, in the caller's transaction; a job of what is settled is finished."""
    kept = [one for one in ended if _is_finished(app, db, one.claimed)]
    begun: list[Begun] = []
    cases: list[Case] = []
    for dispatch_id in sorted({_of(one.claimed) for one in kept} | set(map(_of, claimed))):
        theirs = [one for one in kept if one.dispatch_id == dispatch_id]
        begins = sorted((one for one in claimed if _of(one) == dispatch_id), key=_batch)
        command = WorkBatches(
            case_id=(*(one.claimed for one in theirs), *begins)[0].case_id,
            dispatch_id=dispatch_id,
            ended=tuple(one.ended for one in theirs),
            begins=tuple(map(_batch, begins)),
        )
        case = _applied(app, db, command)
        batches = case.dispatches[dispatch_id].batches if case else ()
        goes = [one for one in begins if batches and batches[_batch(one) - 1].is_open]
        for one in begins:
            if one not in goes:
                jobs.finish(db, one, app.clock())
        if case:
            cases.append(case)
            begun += _begun(app, db, case, case.dispatches[dispatch_id], goes)
    return begun, cases


def _applied(app: App, db: Connection, command: WorkBatches) -> Case | None:
    try:
        return apply(app, db, command, SYSTEM)
    except Refusal as refusal:
        if refusal.code is not Code.CASE_DESTROYED:
            raise
        return None


def _begun(
    app: App, db: Connection, case: Case, dispatch: Dispatch, claimed: Sequence[jobs.Claimed]
) -> Iterable[Begun]:
    if not claimed:
        return
    key, composer = key_of(app, db, dispatch.list_id), Composer(app, case, dispatch)
    channel = app.list_channels.get(dispatch.method) or app.channels.get(dispatch.method)
    for one in claimed:
        batch: Batch = dispatch.batches[_batch(one) - 1]
        waiting = numbers_in(batch.waiting)
        yield Begun(
            claimed=one,
            dispatch_id=dispatch.dispatch_id,
            batch=batch.number,
            attempt=batch.attempts,
            waiting=waiting,
            people=lists.between(db, dispatch.list_id, waiting[0], waiting[-1]),
            key=key,
            composer=composer,
            channel=channel or (app.outbox if case.exercise else None),
        )


def send(one: Begun, numbers: Iterable[int], stop: Event | None = None) -> Told:
    """Speak to the channel for some members of a batch; nothing is raised but bugs."""
    told = Told()
    for number in numbers:
        if one.down >= MOST_DOWN or (stop and stop.is_set()) or one.channel is None:
            told.passing.append(number)
            told.detail = told.detail or (NOT_BEGUN if one.channel else "no-channel")
            continue
        person = one.people.get(number)
        if person is None:
            told.gone.append(number)
            continue
        try:
            message = one.composer.message(number, one.key.address(person[0], number), person[1])
        except (ValueError, Refusal):
            told.failed["message-refused"].append(number)
            continue
        _send(one, one.channel, message, number, told)
    return told


def _send(one: Begun, channel: Channel, message: Message, number: int, told: Told) -> None:
    try:
        told.handed_over[number] = printed(channel.send(message).provider_id)
        one.down = 0
    except Passing as failure:
        told.passing.append(number)
        told.detail = printed(f"{failure.reason.value} {failure.detail}".strip())
        one.down = one.down + 1 if failure.reason in _DOWN else 0
    except Permanent as failure:
        told.failed[failure.reason.value].append(number)
    except OutcomeUnknown as failure:
        told.unknown.append(number)
        told.detail = printed(f"{failure.reason.value} {failure.detail}".strip())
    except NotHandedOver as failure:
        raise RuntimeError(
            "a channel said neither yes, nor no, nor that it does not know"
        ) from failure


def work_batch(app: App, claimed: jobs.Claimed) -> None:
    """One batch, from its intent to its end."""
    for one in _turned(app, [], [claimed]):
        one.told.add(send(one, one.waiting))
        _turned(app, [one], [])


def _turned(app: App, ended: list[Begun], claimed: list[jobs.Claimed]) -> list[Begun]:
    with app.store.write() as db:
        events.lock_head(db)
        begun, cases = turn(app, db, ended, claimed)
    for case in cases:
        app.cache.put(case)
    return begun


class Dispatcher:
    """Works one lane of lists: keeps its threads busy, records batches as they come back."""

    def __init__(self, app: App, lane: str, worker: str, *, at_once: int = AT_ONCE) -> None:
        self._app, self._lane, self._worker = app, lane, worker
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix=lane)
        self._back: SimpleQueue[tuple[Begun, Told | BaseException]] = SimpleQueue()
        self._open: list[Begun] = []
        self._stop = Event()
        self._renewed: datetime | None = None

    @property
    def is_idle(self) -> bool:
        return not self._open

    def work(self, wait_s: float) -> bool:
        """One round; waits at most `wait_s` for an answer. False when there was nothing to do."""
        ended = [one for one in self._open if not one.out]
        if ended or len(self._open) < AHEAD:
            self._turn(ended)
        if self._open:
            self._bring_back(wait_s)
            self._hold()
        return bool(self._open)

    def _turn(self, ended: list[Begun], *, take: bool = True) -> None:
        """Record what ended and begin as many: one transaction for both."""
        app, now = self._app, self._app.clock()
        free = AHEAD - len(self._open) + len(ended) if take else 0
        if not ended:  # an idle lane writes nothing
            with app.store.read() as db:
                if not free or not jobs.overdue(db, self._lane, now)[0]:
                    return
        begun: list[Begun] = []
        failed: Exception | None = None
        try:
            with app.store.write() as db:
                events.lock_head(db)
                begun, cases = turn(app, db, ended, self._claimed(db, free))
            for case in cases:
                app.cache.put(case)
        except Exception as bug:
            if is_away(bug):
                raise
            begun, failed = self._one_by_one(ended, free, bug)
        self._go(ended, begun)
        if failed:
            raise failed

    def _claimed(self, db: Connection, limit: int) -> list[jobs.Claimed]:
        lease, now = timedelta(seconds=self._app.settings.lease_s), self._app.clock()
        return jobs.claim(
            db, lane=self._lane, now=now, worker=self._worker, lease=lease, limit=limit
        )

    def _one_by_one(
        self, ended: list[Begun], free: int, last: Exception
    ) -> tuple[list[Begun], Exception]:
        """What cannot be recorded or begun holds up no other: its lease ends, and it is tried
        again. Also gives the last of what went wrong."""
        with self._app.store.write() as db:
            events.lock_head(db)
            claimed = self._claimed(db, free)
        begun: list[Begun] = []
        parts: list[tuple[list[Begun], list[jobs.Claimed]]] = [([one], []) for one in ended]
        for over, taken in [*parts, *(([], [one]) for one in claimed)]:
            try:
                begun += _turned(self._app, over, taken)
            except Exception as its_own:
                if is_away(its_own):
                    raise
                last = its_own
        return begun, last

    def _go(self, ended: list[Begun], begun: list[Begun]) -> None:
        self._open = [one for one in self._open if one not in ended] + begun
        for one in begun:
            for at in range(0, len(one.waiting), CHUNK):
                one.out += 1
                self._pool.submit(self._send, one, one.waiting[at : at + CHUNK])

    def _send(self, one: Begun, numbers: Sequence[int]) -> None:
        told: Told | BaseException
        try:
            told = send(one, numbers, self._stop)
        except BaseException as bug:  # noqa: BLE001 - raised again where the lane is worked
            told = bug
        self._back.put((one, told))

    def _bring_back(self, wait_s: float) -> None:
        bug: BaseException | None = None
        with suppress(Empty):
            back = self._back.get(timeout=wait_s)
            while True:
                one, told = back
                one.out -= 1
                if isinstance(told, Told):
                    one.told.add(told)
                else:
                    bug = told
                    self._open = [other for other in self._open if other is not one]
                back = self._back.get_nowait()
        if bug:  # the batch stays open on the record until its lease ends
            raise bug

    def _hold(self) -> None:
        """A slow channel must not cost the lease: whoever took it would send everything again."""
        app, now = self._app, self._app.clock()
        lease = timedelta(seconds=app.settings.lease_s)
        if self._renewed is None or now - self._renewed >= lease / 3:
            with app.store.write() as db:
                events.lock_head(db)  # before the jobs' rows, as everybody locks them
                for one in self._open:
                    with suppress(Refusal):  # its end will not be recorded; others hold it
                        one.claimed = jobs.renew(db, one.claimed, now + lease)
            self._renewed = now

    def close(self) -> None:
        """Begin nothing more; what a thread has in hand ends and is recorded."""
        self._stop.set()
        while self._open:
            self._bring_back(1)
            self._turn([one for one in self._open if not one.out], take=False)
        self._pool.shutdown(wait=True)


def _is_finished(app: App, db: Connection, one: jobs.Claimed) -> bool:
    try:
        jobs.finish(db, one, app.clock())
    except Refusal as refusal:
        if refusal.code is not Code.LEASE_LOST:
            raise
        return False
    return True


def _of(one: jobs.Claimed) -> str:
    return one.subject.rpartition("/")[0]


def _batch(one: jobs.Claimed) -> int:
    return int(one.subject.rpartition("/")[2])
