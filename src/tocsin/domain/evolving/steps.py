"""How one event changes a case: the register of steps and what they share."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from tocsin.domain.case import Case
from tocsin.domain.events import Event

K = TypeVar("K")
V = TypeVar("V")
Step = Callable[[Case, Any], Case]

STEPS: dict[type[Event], Step] = {}


def on(kind: type[Event]) -> Callable[[Step], Step]:
    """Register the one step for a kind of event."""

    def register(step: Step) -> Step:
        if kind in STEPS:
            raise ValueError(f"two steps for {kind.__name__}")
        STEPS[kind] = step
        return step

    return register


def put(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    """The mapping with one entry set; order of first insertion is kept."""
    return {**mapping, key: value}


def with_victim(case: Case, victim_id: str, **changes: Any) -> Case:
    changed = replace(case.victims[victim_id], **changes)
    return replace(case, victims=put(case.victims, victim_id, changed))


def with_delivery(case: Case, delivery_id: str, **changes: Any) -> Case:
    changed = replace(case.deliveries[delivery_id], **changes)
    return replace(case, deliveries=put(case.deliveries, delivery_id, changed))
