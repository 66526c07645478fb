"""What became of each member of a dispatch: shown from the record, and heard of afterwards."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import zip_longest

from tocsin.casework.house import App
from tocsin.domain import events as e
from tocsin.domain.case import Case, DeliveryState
from tocsin.domain.dispatch import Dispatch
from tocsin.domain.kinds import Method
from tocsin.domain.numbering import numbers_in
from tocsin.store import dispatches
from tocsin.store import lists as stored
from tocsin.store.engine import Connection
from tocsin.store.schema import NAME

_S = DeliveryState
OFF_THE_LIST = "off-the-list"


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchProgress:
    """How far a dispatch has come: members by state, as a `DeliveryState` says it."""

    dispatch_id: str
    list_name: str
    method: Method
    counts: Mapping[DeliveryState, int]
    started: datetime | None
    finished: datetime | None
    cancelled: str


def progress(app: App, case: Case) -> list[DispatchProgress]:
    """How far each dispatch of a case has come, the newest first."""
    found = []
    with app.store.read() as db:
        for one in case.dispatches.values():
            row = stored.one_list(db, one.list_id)
            known = dispatches.counts(db, case.case_id, number_of(one.dispatch_id))
            found.append(
                DispatchProgress(
                    dispatch_id=one.dispatch_id,
                    list_name=row.name if row else one.list_id,
                    method=one.method,
                    counts=_counts(one, known),
                    started=one.started_at,
                    finished=one.finished_at,
                    cancelled=one.cancelled,
                )
            )
    return found[::-1]


def members(
    app: App, case: Case, dispatch_id: str, *, state: str = "", after: int = 0, limit: int = 100
) -> list[dispatches.MemberRow]:
    """A page of the members of whom anything is known, by number, in a state or in all."""
    with app.store.read() as db:
        return dispatches.listed(
            db, case.case_id, number_of(dispatch_id), state=state, after=after, limit=limit
        )


def number_of(dispatch_id: str) -> int:
    """The number of a dispatch in its case."""
    return int(dispatch_id.rpartition("-l")[2])


def _counts(dispatch: Dispatch, known: Mapping[str, int]) -> dict[DeliveryState, int]:
    """Who has no row stands where their batch does."""
    counts = {DeliveryState(state): count for state, count in known.items()}
    waiting = dispatch.members - sum(known.values())
    sending = sum(
        len(numbers_in(one.waiting))
        for one in dispatch.batches
        if one.attempts == 1 and one.is_open
    )
    stands = DeliveryState.CANCELLED if dispatch.cancelled else DeliveryState.PLANNED
    for state, count in ((DeliveryState.ATTEMPTED, sending), (stands, waiting - sending)):
        if count > 0:
            counts[state] = counts.get(state, 0) + count
    return counts


def show_members(db: Connection, case: Case, event: e.Event, at_us: int) -> None:
    """Show what an event says of a dispatch's members; `case` is the case after it."""
    match event:
        case e.BatchEnded():
            dispatches.put(db, sorted(_ended(case, event, at_us), key=lambda row: row.number))
            dispatch = case.dispatches[event.dispatch_id]
            if dispatch.method is not Method.EMAIL:  # who reports of mail repeats our own key
                named = list(_named(event))
                dispatches.name_by_provider(db, dispatch.method.value, case.case_id, named)
        case e.BatchReceipts():
            rows = partial(_rows, case, event.dispatch_id, 1, at_us)
            dispatches.report(db, list(rows(_S.DELIVERED, event.delivered)))
            dispatches.report(db, list(rows(_S.OPENED, event.displayed)))
            lost = rows(_S.FAILED, event.undeliverable, reason="undeliverable")
            dispatches.report(db, list(lost))
        case e.DispatchCancelled():
            waiting = (
                number
                for batch in case.dispatches[event.dispatch_id].batches
                if batch.attempts and not batch.is_open
                for number in numbers_in(batch.waiting)
            )
            of = number_of(event.dispatch_id)
            dispatches.cancel(db, case.case_id, of, waiting, at_us)
        case _:
            return


def _ended(case: Case, event: e.BatchEnded, at_us: int) -> Iterator[dispatches.MemberRow]:
    rows = partial(_rows, case, event.dispatch_id, event.attempt, at_us)
    again = _S.CANCELLED if case.dispatches[event.dispatch_id].cancelled else _S.ATTEMPTED
    yield from rows(_S.HANDED_OVER, event.handed_over, provider_ids=event.provider_ids)
    yield from rows(again, event.passing, reason="passing")
    yield from rows(again, event.unknown, reason="unknown")
    yield from rows(_S.CANCELLED, event.gone, reason=OFF_THE_LIST)
    for reason, ranges in event.failed.items():
        yield from rows(_S.FAILED, ranges, reason=reason)


def _rows(
    case: Case,
    dispatch_id: str,
    attempt: int,
    at_us: int,
    state: DeliveryState,
    ranges: str,
    *,
    reason: str | None = None,
    provider_ids: Sequence[str] = (),
) -> Iterator[dispatches.MemberRow]:
    of = number_of(dispatch_id)
    for number, provider_id in zip_longest(numbers_in(ranges), provider_ids):
        yield dispatches.MemberRow(
            case_id=case.case_id,
            dispatch=of,
            number=number,
            state=state.value,
            attempts=attempt,
            provider_id=provider_id or None,
            reason=reason,
            updated_us=at_us,
        )


def _named(event: e.BatchEnded) -> Iterator[tuple[str, str]]:
    """Each part of a long text message by its provider's name for it, and the member's key."""
    pairs = zip(numbers_in(event.handed_over), event.provider_ids, strict=False)
    for number, provider_id in pairs:
        for part in filter(None, provider_id.split(",")):
            yield part[:NAME], f"{event.dispatch_id}.{number}"
