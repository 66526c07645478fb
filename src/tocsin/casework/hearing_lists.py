"""What channels report of those on a list: gathered, and put on the record many at a time."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tocsin.casework.dispatched import number_of
from tocsin.casework.handle import apply, load, tail_of
from tocsin.casework.house import App
from tocsin.domain.actor import SYSTEM
from tocsin.domain.case import Case, DeliveryState
from tocsin.domain.commands import RecordBatchReceipts
from tocsin.domain.delivering import Receipt
from tocsin.domain.numbering import numbers_in, spelled
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import dispatches, events
from tocsin.store.engine import Connection

_S = DeliveryState
_MEMBER = re.compile(r"[!-}][!-~]{0,99}-l[1-9][0-9]{0,5}\.[1-9][0-9]{0,11}")
HEARD_WITHIN = timedelta(seconds=1)
MOST_HEARD = 500
_NO_NEWS = {
    Receipt.DELIVERED: {_S.DELIVERED, _S.OPENED},
    Receipt.DISPLAYED: {_S.OPENED},
    Receipt.UNDELIVERABLE: {_S.DELIVERED, _S.OPENED, _S.FAILED, _S.CANCELLED},
}
"""In which states a report says nothing new, or nothing that can be so."""


@dataclass(slots=True)
class Heard:
    """Reports of members, written many at a time: at most a second after they came.

    What is lost with the process only leaves less known. That somebody was not reached is
    written at once.
    """

    app: App
    longest: timedelta = HEARD_WITHIN
    waiting: dict[Receipt, dict[str, set[int]]] = field(default_factory=dict)
    since: datetime | None = None
    count: int = 0

    def take(self, key: str, receipt: Receipt) -> None:
        """A report of the member whose key it is."""
        dispatch_id, _, number = key.rpartition(".")
        self.waiting.setdefault(receipt, {}).setdefault(dispatch_id, set()).add(int(number))
        now, self.count = self.app.clock(), self.count + 1
        self.since = self.since or now
        at_once = receipt is Receipt.UNDELIVERABLE or self.count >= MOST_HEARD
        if at_once or now - self.since >= self.longest:
            self.flush()

    def flush(self) -> None:
        """Write what was heard and is news."""
        for dispatch_id in sorted({one for theirs in self.waiting.values() for one in theirs}):
            theirs = {some: heard.get(dispatch_id, set()) for some, heard in self.waiting.items()}
            record_receipts(self.app, dispatch_id, theirs)
            for heard in self.waiting.values():  # kept until here, should the database be away
                heard.pop(dispatch_id, None)
        self.waiting, self.since, self.count = {}, None, 0


def is_member(key: str) -> bool:
    """Whether a key is that of a dispatch's member."""
    return _MEMBER.fullmatch(key) is not None


def record_receipts(
    app: App, dispatch_id: str, heard: Mapping[Receipt, Collection[int]]
) -> Case | None:
    """Put what is news of members on the record; None for a dispatch that nobody knows."""
    case_id = dispatch_id.rpartition("-l")[0]
    try:
        with app.store.write() as db:
            events.lock_head(db)
            tail = tail_of(db, case_id)
            case = load(app, db, case_id, tail[0]) if tail else None
            if case is None or dispatch_id not in case.dispatches:
                return None
            news = _news(db, case, dispatch_id, heard)
            case = apply(app, db, RecordBatchReceipts(case_id=case_id, **news), SYSTEM)
    except Refusal as refusal:
        if refusal.code is not Code.CASE_DESTROYED:
            raise
        return None
    app.cache.put(case)
    return case


def _news(
    db: Connection, case: Case, dispatch_id: str, heard: Mapping[Receipt, Collection[int]]
) -> dict[str, str]:
    dispatch = case.dispatches[dispatch_id]
    everybody = sorted({number for some in heard.values() for number in some})
    known = dispatches.states(db, case.case_id, number_of(dispatch_id), everybody)
    for number in set(everybody) - known.keys():
        batch = dispatch.batch_of(number)
        if batch and batch.attempts and number in numbers_in(batch.waiting):
            known[number] = _S.ATTEMPTED.value
    return {"dispatch_id": dispatch_id} | {
        receipt.value: spelled(
            one for one in heard.get(receipt, ()) if one in known and known[one] not in too_late
        )
        for receipt, too_late in _NO_NEWS.items()
    }
