"""Attempts: intent on the record, then the network, then the answer on the record.

Several jobs share a transaction at either end, so that a thousand recipients cost hundreds of
commits, not thousands. What the channel does in between holds up nobody else: every send has
a thread of its own, and one partner has at most two of them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from urllib.parse import urlsplit

from tocsin.casework.handle import apply
from tocsin.casework.house import App
from tocsin.casework.reads import case_of
from tocsin.casework.release import message_for
from tocsin.casework.turns import Turns
from tocsin.channels import (
    HandedOver,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
)
from tocsin.channels.base import FailureReason
from tocsin.domain.actor import SYSTEM
from tocsin.domain.case import Case
from tocsin.domain.commands import RecordAttempts, StartAttempts
from tocsin.domain.delivering import Answered
from tocsin.domain.kinds import Method
from tocsin.domain.plans import SCREENING, lane_of
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import events, jobs
from tocsin.store.engine import Connection

AT_ONCE, TO_PARTNERS_AT_ONCE = 16, 64
LONGEST_ID = 20_000
LONGEST_SEND, CLOSE_S = timedelta(minutes=10), 50.0
"""How long a send is left alone before it is repeated, and waited for when the house closes."""
STEP_ASIDE = timedelta(seconds=1)
"""How long a message waits while its partner has enough under way."""
_OF_PARTNERS = frozenset({Method.WEBHOOK, Method.WEB_PUSH, Method.APPRISE})
_AWAY = frozenset({Code.STORE_UNAVAILABLE, Code.STORE_FULL})
_RESULTS: dict[type[NotHandedOver], str] = {
    Passing: "passing",
    Permanent: "permanent",
    OutcomeUnknown: "unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that is open on the record; `message` is None where none can be made."""

    claimed: jobs.Claimed
    attempt: int
    message: Message | None

    @property
    def partner(self) -> str:
        return partner_of(self.message) if self.message else ""


def partner_of(message: Message) -> str:
    """Whose server the message goes to where each recipient has their own; else ""."""
    if message.method not in _OF_PARTNERS:
        return ""
    return urlsplit(message.to_address).netloc or message.to_address


def is_away(failure: BaseException) -> bool:
    """Whether it is the database that is not there: everything is kept for when it is."""
    return isinstance(failure, Refusal) and failure.code in _AWAY


def begin(app: App, claimed: Sequence[jobs.Claimed]) -> list[Attempt]:
    """Put the intents on the record. What is settled, or no longer leased, is left out."""
    messages = {one.key: message_of(app, one) for one in claimed}
    with app.store.write() as db:
        events.lock_head(db)  # before the jobs' rows, as whoever cancels one locks them
        held = [one for one in claimed if _is_held(app, db, one)]
        cases = [_started(app, db, case_id, theirs) for case_id, theirs in _by_case(held)]
        known = {case.case_id: case for case in cases if case}
        open_now: list[Attempt] = []
        for one in held:
            case = known.get(one.case_id)
            delivery = case.deliveries[one.subject] if case else None
            if delivery is None or not delivery.attempt_open:
                jobs.finish(db, one, app.clock())
                continue
            open_now.append(
                Attempt(claimed=one, attempt=delivery.attempts, message=messages[one.key])
            )
    for case in known.values():
        app.cache.put(case)
    return open_now


def record(app: App, answers: Sequence[tuple[Attempt, Answered]]) -> None:
    """Put what the channels answered on the record, but for jobs that others hold by now."""
    with app.store.write() as db:
        events.lock_head(db)
        kept = [(one, said) for one, said in answers if _is_finished(app, db, one.claimed)]
        cases = []
        for case_id, theirs in groupby(
            sorted(kept, key=lambda pair: pair[0].claimed.case_id),
            key=lambda pair: pair[0].claimed.case_id,
        ):
            command = RecordAttempts(case_id=case_id, answers=tuple(said for _, said in theirs))
            if case := _unless_destroyed(app, db, command):
                cases.append(case)
    for case in cases:
        app.cache.put(case)


def transmit(app: App, one: Attempt) -> Answered:
    """Speak to the channel; its answer in the terms of the record."""
    answered = partial(Answered, delivery_id=one.claimed.subject, attempt=one.attempt)
    message = one.message
    if message is None:
        return answered(
            result="permanent",
            reason="message-refused",
            detail="the recipient's name, address or language cannot stand in such a message",
        )
    if message.encrypt_to and message.encrypt_to.is_expired(app.clock()):
        detail = "their key has expired; ask for a new one and put it in the directory"
        return answered(result="permanent", reason=FailureReason.KEY_EXPIRED, detail=detail)
    channel = app.channels.get(message.method) or (app.outbox if message.exercise else None)
    if channel is None:
        by = message.method.replace("_", " ")
        detail = f"nothing is set up to send by {by}; see the settings"
        return answered(result="passing", reason="no-channel", detail=detail)
    try:
        handed: HandedOver = channel.send(message)
    except NotHandedOver as failure:
        result = next(word for kind, word in _RESULTS.items() if isinstance(failure, kind))
        return answered(result=result, reason=failure.reason, detail=printed(failure.detail))
    provider_id, detail = printed(handed.provider_id, LONGEST_ID), printed(handed.detail)
    return answered(result="handed_over", provider_id=provider_id, detail=detail)


def printed(text: str, most: int = 500) -> str:
    """What a partner says, as far as a record can hold it."""
    return "".join(filter(str.isprintable, text[:most]))


def message_of(app: App, claimed: jobs.Claimed) -> Message | None:
    """The message, made before any attempt begins; None where nothing can carry it."""
    try:
        case = case_of(app, claimed.case_id)
        return message_for(app, case, case.deliveries[claimed.subject])
    except ValueError:
        return None
    except Refusal as refusal:
        if refusal.code not in (Code.ADDRESS_INVALID, Code.CASE_DESTROYED):
            raise
        return None


def _by_case(claimed: Iterable[jobs.Claimed]) -> list[tuple[str, list[jobs.Claimed]]]:
    ordered = sorted(claimed, key=lambda one: one.case_id)
    return [(key, list(some)) for key, some in groupby(ordered, key=lambda one: one.case_id)]


def _started(app: App, db: Connection, case_id: str, jobs_: list[jobs.Claimed]) -> Case | None:
    wanted = tuple(one.subject for one in jobs_)
    return _unless_destroyed(app, db, StartAttempts(case_id=case_id, delivery_ids=wanted))


def _unless_destroyed(
    app: App, db: Connection, command: StartAttempts | RecordAttempts
) -> Case | None:
    try:
        return apply(app, db, command, SYSTEM)
    except Refusal as refusal:
        if refusal.code is not Code.CASE_DESTROYED:
            raise
        return None


def _is_held(app: App, db: Connection, one: jobs.Claimed) -> bool:
    try:
        jobs.renew(db, one, app.clock() + timedelta(seconds=app.settings.lease_s))
    except Refusal as refusal:
        if refusal.code is not Code.LEASE_LOST:
            raise
        return False
    return True


def _is_finished(app: App, db: Connection, one: jobs.Claimed) -> bool:
    try:
        jobs.finish(db, one, app.clock())
    except Refusal as refusal:
        if refusal.code is not Code.LEASE_LOST:
            raise
        return False
    return True


class Sender:
    """Works one lane: takes what is due while threads are free, records what they bring back."""

    def __init__(self, app: App, lane: str, worker: str) -> None:
        self._app, self._lane, self._worker = app, lane, worker
        self._has_partners = lane in map(lane_of, _OF_PARTNERS)
        self._at_once = TO_PARTNERS_AT_ONCE if self._has_partners else AT_ONCE
        self._pool = ThreadPoolExecutor(self._at_once, thread_name_prefix=lane)
        self._back: SimpleQueue[tuple[Attempt, Answered | Exception]] = SimpleQueue()
        self._unrecorded: list[tuple[Attempt, Answered]] = []
        self._turns = Turns()
        self._out = 0
        self._begun: dict[tuple[str, int], tuple[Attempt, datetime]] = {}
        self._renewed = app.clock()

    @property
    def is_idle(self) -> bool:
        return not self._out and not self._unrecorded

    def work(self, wait_s: float) -> bool:
        """One round; waits at most `wait_s` for an answer. False when there was nothing to do."""
        took = self.take()
        brought = self.bring_back(0 if took and self._out < self._at_once else wait_s)
        self.hold()
        return brought or took

    def take(self) -> bool:
        """Begin as many due attempts as threads are free, a few at a time: the first goes soon."""
        free = min(AT_ONCE, self._at_once - self._out - len(self._unrecorded))
        if free <= 0:
            return False
        claimed = claim(self._app, self._lane, self._worker, free)
        if claimed:
            self._begin(self._stepping_aside(claimed))
        return bool(claimed)

    def _begin(self, going: list[jobs.Claimed]) -> None:
        """Together; where that fails, one by one: what cannot begin holds up no other.

        Its lease ends, and it is tried again; the delivery's own clock calls people.
        """
        try:
            self._go(begin(self._app, going))
        except Exception as bug:
            if len(going) == 1 or is_away(bug):
                raise
            last: Exception = bug
            for one in going:
                try:
                    self._go(begin(self._app, [one]))
                except Exception as its_own:  # noqa: BLE001 - raised when the others have begun
                    last = its_own
            raise last from None

    def _go(self, attempts: list[Attempt]) -> None:
        now = self._app.clock()
        for one in attempts:
            self._out += 1
            self._turns.begins(one.partner, now)
            self._begun[one.claimed.key, one.attempt] = one, now
            try:
                self._pool.submit(self._send, one)
            except RuntimeError as no_thread:
                self._back.put((one, no_thread))

    def hold(self) -> None:
        """Renew the leases of sends that take long, so that nobody repeats them meanwhile."""
        now, lease = self._app.clock(), timedelta(seconds=self._app.settings.lease_s)
        long = [one for one, at in self._begun.values() if lease / 3 <= now - at < LONGEST_SEND]
        if long and now - self._renewed >= lease / 3:
            with self._app.store.write() as db:
                events.lock_head(db)
                for one in long:
                    _is_held(self._app, db, one.claimed)
            self._renewed = now

    def _stepping_aside(self, claimed: list[jobs.Claimed]) -> list[jobs.Claimed]:
        """Without what goes to a partner with enough under way; that waits a little."""
        if not self._has_partners:
            return claimed
        going: list[jobs.Claimed] = []
        waiting: list[jobs.Claimed] = []
        now, more = self._app.clock(), Counter[str]()
        for one in claimed:
            partner = self._partner(one)
            goes = self._turns.has_room(partner, more[partner], now)
            more[partner] += goes
            (going if goes else waiting).append(one)
        if waiting:
            with self._app.store.write() as db:
                events.lock_head(db)
                for one in waiting:
                    jobs.postpone(db, one, now + STEP_ASIDE)
        return going

    def _partner(self, one: jobs.Claimed) -> str:
        try:
            message = message_of(self._app, one)
        except Exception as bug:
            if is_away(bug):
                raise
            return ""  # it comes again, and is told, where the attempt begins
        return partner_of(message) if message else ""

    def bring_back(self, wait_s: float) -> bool:
        """Record every answer that is there, or comes first within `wait_s`."""
        bug: Exception | None = None
        back: list[tuple[Attempt, Answered | Exception]] = []
        with suppress(Empty):
            if self._out and wait_s:
                back.append(self._back.get(timeout=wait_s))
            while True:
                back.append(self._back.get_nowait())
        for one, said in back:
            self._out -= 1
            _, since = self._begun.pop((one.claimed.key, one.attempt))
            self._turns.ends(one.partner, since, self._app.clock())
            if isinstance(said, Answered):
                self._unrecorded.append((one, said))
            else:
                bug = said
        if self._unrecorded:
            bug = self._record() or bug
        if bug:
            raise bug
        return bool(back)

    def _record(self) -> Exception | None:
        """Together; where that fails, one by one: what cannot be recorded holds up no other."""
        try:
            record(self._app, self._unrecorded)
            self._unrecorded = []
        except Exception as bug:
            if is_away(bug):
                raise
            last: Exception = bug
        else:
            return None
        while self._unrecorded:
            try:
                record(self._app, self._unrecorded[:1])
            except Exception as its_own:
                if is_away(its_own):
                    raise
                last = its_own
            del self._unrecorded[0]
        return last

    def _send(self, one: Attempt) -> None:
        said: Answered | Exception
        try:
            said = transmit(self._app, one)
        except Exception as bug:  # noqa: BLE001 - raised again where the lane is worked
            said = bug
        except BaseException as end:  # noqa: BLE001 - it ends this thread, and not the lane's
            said = RuntimeError(f"a sender was ended: {type(end).__name__}")
        self._back.put((one, said))

    def close(self) -> None:
        """Let what is under way end, and record it; what takes longer is repeated by another."""
        self._pool.shutdown(wait=False)
        until, failed = monotonic() + CLOSE_S, None
        while not self.is_idle and monotonic() < until:
            try:
                self.bring_back(1)
            except Exception as bug:  # noqa: BLE001 - raised when the others are recorded
                failed = bug
                sleep(0.1)
        if failed:
            raise failed


def claim(app: App, lane: str, worker: str, limit: int = 1) -> list[jobs.Claimed]:
    """Lease the longest due jobs of a lane; a turn at comparing names may take long."""
    with app.store.read() as db:  # an idle lane writes nothing
        if not jobs.overdue(db, lane, app.clock())[0]:
            return []
    lease = timedelta(seconds=app.settings.lease_s * (10 if lane == SCREENING else 1))
    with app.store.write() as db:
        return jobs.claim(db, lane=lane, now=app.clock(), worker=worker, lease=lease, limit=limit)
