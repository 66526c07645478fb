"""Fold events into a case. Total: an event on the record always applies."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tocsin.domain.case import Case
from tocsin.domain.events import CaseDestroyed, CaseOpened, Event
from tocsin.domain.evolving import (
    correcting,
    decisions,
    deliveries,
    dispatches,
    heeding,
    publications,
    requiring,
    retention,
)
from tocsin.domain.evolving.steps import STEPS

__all__ = [
    "correcting",
    "decisions",
    "deliveries",
    "dispatches",
    "evolve",
    "evolved",
    "heeding",
    "publications",
    "requiring",
    "retention",
]


def evolve(case: Case | None, happened: Iterable[Event]) -> Case:
    """The case after these events; a case begins with `CaseOpened`.

    One that was destroyed begins with `CaseDestroyed`, whether or not what went
    before can still be read.
    """
    for _, after in evolved(case, happened):
        case = after
    if case is None:
        raise ValueError("a case has at least one event")
    return case


def evolved(case: Case | None, happened: Iterable[Event]) -> Iterator[tuple[Event, Case]]:
    """Each event with the case after it."""
    for event in happened:
        if isinstance(event, CaseDestroyed):
            case = retention.tombstone(event)
        elif case is None:
            if not isinstance(event, CaseOpened):
                raise ValueError("a case begins with CaseOpened")
            case = _opened(event)
        else:
            case = replace(STEPS[type(event)](case, event), seq=case.seq + 1)
        yield event, case


def _opened(event: CaseOpened) -> Case:
    return Case(
        case_id=event.case_id,
        unit=event.unit,
        title=event.title,
        policy=event.policy,
        pack_hash=event.pack_hash,
        opened_at=event.at,
        seq=1,
        restricted=event.restricted,
        exercise=event.exercise,
        urgency=event.urgency,
        must_tell=event.must_tell,
        members=frozenset({event.by}),
    )
