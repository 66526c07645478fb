"""What happened, as far as a report tells: incidents by kind, each with the entities near it."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tocsin.reading.entities import Entity
from tocsin.reading.understood import Role

# Words that speak of a kind, as they begin.
_CUES = {
    "attack": "attack|kill|murder|assassinat|shot|shoot|massacre|ambush|machine-?gun|slain|fired",
    "bombing": "bomb|explo|dynamit|blast|detonat|car-?bomb|grenade",
    "kidnapping": "kidnap|abduct|hostage|captiv|ransom|seized",
    "arson": "arson|burn|fires?\\b|torch|incendiary|flames",
    "robbery": "robb|stole|loot|holdup|hold-up|money",
    "forced work stoppage": "strike|stoppage|shutdown|curfew|transport",
}
_NEAR = {kind: re.compile(rf"\b(?:{cues})", re.IGNORECASE) for kind, cues in _CUES.items()}
_SHARED = (Role.PERPETRATOR_ORGANISATION,)  # one group is often behind all that a report tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """`kind` as MUC-4 names it, with the probability that the report tells of one."""

    kind: str
    probability: float
    entities: tuple[Entity, ...]


def incidents(
    text: str, kinds: Mapping[str, float], found: Sequence[Entity], *, least: float = 0.4
) -> tuple[Incident, ...]:
    """The likeliest kind, and others from `least` on; each entity with the kind told nearest to it.

    A group that is behind one is behind all.
    """
    ranked = sorted(kinds, key=lambda kind: -kinds[kind])
    told = [kind for at, kind in enumerate(ranked) if not at or kinds[kind] >= least]
    cues = {kind: [cue.start() for cue in _NEAR[kind].finditer(text)] for kind in told}
    held: dict[str, list[Entity]] = {kind: [] for kind in told}
    for entity in found:
        near = min(told, key=lambda kind: _distance(entity, cues[kind])) if told else ""
        for kind in told if entity.role in _SHARED else [near]:
            held[kind].append(entity)
    return tuple(
        Incident(kind=kind, probability=kinds[kind], entities=tuple(held[kind])) for kind in told
    )


def _distance(entity: Entity, cues: Sequence[int]) -> float:
    """Characters between an entity's nearest mention and the nearest cue."""
    best = float("inf")
    for mention in entity.mentions:
        at = bisect_left(cues, mention.start)
        best = min([best, *(abs(cue - mention.start) for cue in cues[max(at - 1, 0) : at + 1])])
    return best
