"""Steps for closing, legal holds and destruction."""

from dataclasses import replace

from tocsin.domain import events as e
from tocsin.domain.case import Case, CaseState
from tocsin.domain.evolving.decisions import overtaken
from tocsin.domain.evolving.steps import on, put
from tocsin.domain.kinds import Matter
from tocsin.domain.retention import LegalHold


@on(e.CaseClosed)
def _(case: Case, event: e.CaseClosed) -> Case:
    return replace(case, state=CaseState.CLOSED, closed_at=event.at)


@on(e.CaseReopened)
def _(case: Case, event: e.CaseReopened) -> Case:
    case = overtaken(case, "", Matter.DESTRUCTION)
    return replace(case, state=CaseState.OPEN, closed_at=None, reviewed_at=event.at)


@on(e.LegalHoldPlaced)
def _(case: Case, event: e.LegalHoldPlaced) -> Case:
    hold = LegalHold(
        hold_id=event.hold_id,
        authority=event.authority,
        reason=event.reason,
        placed_by=event.by,
        placed_at=event.at,
    )
    return replace(case, holds=put(case.holds, event.hold_id, hold))


@on(e.LegalHoldLifted)
def _(case: Case, event: e.LegalHoldLifted) -> Case:
    hold = replace(
        case.holds[event.hold_id],
        lifted_by=event.by,
        lifted_at=event.at,
        lifted_because=event.reason,
    )
    return replace(case, holds=put(case.holds, event.hold_id, hold))


def tombstone(event: e.CaseDestroyed) -> Case:
    """All that is left of a case, from this event alone."""
    return Case(
        case_id=event.case_id,
        unit=event.unit,
        title="Destroyed",
        policy=event.policy,
        pack_hash=event.pack_hash,
        opened_at=event.opened_at,
        seq=event.case_seq,
        state=CaseState.CLOSED,
        restricted=event.restricted,
        exercise=event.exercise,
        members=frozenset(event.members),
        closed_at=event.closed_at,
        tombstone=event,
    )
