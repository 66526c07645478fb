"""Steps for dispatches to lists."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.dispatch import Batch, Dispatch, batches_of
from tocsin.domain.evolving.steps import on, put
from tocsin.domain.numbering import counted, numbers_in, spelled


@on(e.DispatchPlanned)
def _(case: Case, event: e.DispatchPlanned) -> Case:
    dispatch = Dispatch(
        dispatch_id=event.dispatch_id,
        warning_id=event.warning_id,
        list_id=event.list_id,
        method=event.method,
        publication_id=event.publication_id,
        text_sha256=event.text_sha256,
        planned_at=event.at,
        batches=batches_of(event.members, event.batch_size),
    )
    return replace(case, dispatches=put(case.dispatches, event.dispatch_id, dispatch))


@on(e.BatchStarted)
def _(case: Case, event: e.BatchStarted) -> Case:
    dispatch = case.dispatches[event.dispatch_id]
    batch = replace(dispatch.batches[event.batch - 1], attempts=event.attempt, is_open=True)
    dispatch = replace(dispatch.with_batch(batch), started_at=dispatch.started_at or event.at)
    return replace(case, dispatches=put(case.dispatches, event.dispatch_id, dispatch))


@on(e.BatchOutcomeUnknown)
def _(case: Case, event: e.BatchOutcomeUnknown) -> Case:
    dispatch = case.dispatches[event.dispatch_id]
    batch = replace(dispatch.batches[event.batch - 1], is_open=False)
    return _with(case, dispatch.with_batch(batch), event.at)


@on(e.BatchEnded)
def _(case: Case, event: e.BatchEnded) -> Case:
    dispatch = case.dispatches[event.dispatch_id]
    batch = dispatch.batches[event.batch - 1]
    ended = replace(
        batch,
        is_open=False,
        waiting=spelled((*numbers_in(event.passing), *numbers_in(event.unknown))),
        handed_over=batch.handed_over + counted(event.handed_over),
        failed=batch.failed + sum(map(counted, event.failed.values())),
        gone=batch.gone + counted(event.gone),
    )
    return _with(case, dispatch.with_batch(ended), event.at)


@on(e.BatchReceipts)
def _(case: Case, event: e.BatchReceipts) -> Case:
    dispatch = case.dispatches[event.dispatch_id]
    reached = {*numbers_in(event.delivered), *numbers_in(event.displayed)}
    lost = {*numbers_in(event.undeliverable)} - reached
    for batch in dispatch.batches:
        if batch.waiting and not batch.is_open:
            dispatch = dispatch.with_batch(_heard(batch, reached, lost))
    dispatch = replace(
        dispatch,
        delivered=dispatch.delivered + counted(event.delivered),
        displayed=dispatch.displayed + counted(event.displayed),
        undeliverable=dispatch.undeliverable + counted(event.undeliverable),
    )
    return _with(case, dispatch, event.at)


def _heard(batch: Batch, reached: set[int], lost: set[int]) -> Batch:
    """Of an attempt whose outcome was unknown a report may come: then nobody tries again."""
    waiting = set(numbers_in(batch.waiting))
    return replace(
        batch,
        waiting=spelled(waiting - reached - lost),
        handed_over=batch.handed_over + len(waiting & reached),
        failed=batch.failed + len(waiting & lost),
    )


@on(e.DispatchCancelled)
def _(case: Case, event: e.DispatchCancelled) -> Case:
    dispatch = replace(case.dispatches[event.dispatch_id], cancelled=event.reason)
    return _with(case, dispatch, event.at)


def _with(case: Case, dispatch: Dispatch, at: datetime) -> Case:
    if dispatch.is_over:
        unreached = dispatch.total("failed") + dispatch.undeliverable
        rung = dispatch.rung_seq or (case.seq + 1 if unreached else 0)
        finished = dispatch.finished_at or at
        dispatch = replace(dispatch, finished_at=finished, rung_seq=rung)
    known: Mapping[str, Dispatch] = case.dispatches
    return replace(case, dispatches=put(known, dispatch.dispatch_id, dispatch))
