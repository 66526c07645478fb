"""What reading is scored by: role fillers, templates, calibration, and intervals around each.

CEAF-REE (Du, Rush, Cardie 2021, "strict"): for each role of a report the entities read are paired
one to one with those of the key, and a pair counts where every mention read is one of the key's.
Templates (Du, Rush, Cardie 2021, "GTT"): of all ways to pair templates read with the key's of the
same incident type, the one with the best F1 of the report counts; within a pair an entity read is
right if some entity of the key's role holds all its mentions. Written from these definitions.
"""

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

ROLES = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")
Entity = Sequence[str]  # the words of its mentions
Roles = Mapping[str, Sequence[Entity]]
Number = float


@dataclass(frozen=True, slots=True)
class Counts:
    """Right and read (precision), right and told by the key (recall)."""

    right: int = 0
    read: int = 0
    found: int = 0
    told: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.right + other.right,
            self.read + other.read,
            self.found + other.found,
            self.told + other.told,
        )

    @property
    def precision(self) -> float:
        return self.right / self.read if self.read else 0.0

    @property
    def recall(self) -> float:
        return self.found / self.told if self.told else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def total(counts: Sequence[Counts]) -> Counts:
    return sum(counts, Counts())


def plain(words: str) -> str:
    """Lower case without punctuation, articles and blanks too many: how words are compared."""
    bare = words.lower().translate(str.maketrans("", "", string.punctuation))
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", bare).split())


def fillers(read: Roles, told: Roles) -> dict[str, Counts]:
    """CEAF-REE of one report, by role."""
    return {role: _paired(read.get(role, ()), told.get(role, ())) for role in ROLES}


def _paired(read: Sequence[Entity], told: Sequence[Entity]) -> Counts:
    keys = [set(map(plain, entity)) for entity in told]
    fits = [[set(map(plain, one)) <= key for key in keys] for one in read]
    right = _matching(fits, len(keys))
    return Counts(right, len(read), right, len(told))


def _matching(fits: Sequence[Sequence[bool]], keys: int) -> int:
    """How many can be paired at most (augmenting paths)."""
    holder: list[int | None] = [None] * keys

    def place(one: int, seen: set[int]) -> bool:
        for key in range(keys):
            if fits[one][key] and key not in seen:
                seen.add(key)
                held = holder[key]
                if held is None or place(held, seen):
                    holder[key] = one
                    return True
        return False

    return sum(place(one, set()) for one in range(len(fits)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One incident: its type ("attack"; in a key also "bombing / attack") and who filled it."""

    kind: str
    roles: Roles


def templates(read: Sequence[Template], told: Sequence[Template]) -> dict[str, Counts]:
    """The GTT score of one report, by role and for `incident_type`."""
    keys = [one for at, one in enumerate(told) if one not in told[:at]]
    best: dict[str, Counts] | None = None
    for pairs in _pairings(read, keys):
        counts = _of_pairs(read, keys, pairs)
        if best is None or total([*counts.values()]).f1 > total([*best.values()]).f1:
            best = counts
    return best or {}


def _pairings(
    read: Sequence[Template], told: Sequence[Template], taken: tuple[int | None, ...] = ()
) -> Iterator[tuple[int | None, ...]]:
    """For each template read the one of the key that it is paired with, or none."""
    if len(taken) == len(read):
        yield taken
        return
    for at, key in enumerate(told):
        if at not in taken and read[len(taken)].kind in key.kind:
            yield from _pairings(read, told, (*taken, at))
    yield from _pairings(read, told, (*taken, None))


def _of_pairs(
    read: Sequence[Template], told: Sequence[Template], pairs: Sequence[int | None]
) -> dict[str, Counts]:
    counts = dict.fromkeys(("incident_type", *ROLES), Counts())
    for one, key in zip(read, pairs, strict=True):
        other = None if key is None else told[key]
        counts["incident_type"] += Counts(int(key is not None), 1, 0, 0)
        for role in ROLES:
            entities = one.roles.get(role, ())
            keys = other.roles.get(role, ()) if other else ()
            counts[role] += Counts(sum(_held(e, keys) for e in entities), len(entities), 0, 0)
    for at, other in enumerate(told):
        own = read[pairs.index(at)] if at in pairs else None
        counts["incident_type"] += Counts(0, 0, int(own is not None), 1)
        for role in ROLES:
            keys = other.roles.get(role, ())
            entities = own.roles.get(role, ()) if own else ()
            found = sum(any(_held(e, [key]) for e in entities) for key in keys)
            counts[role] += Counts(0, 0, found, len(keys))
    return counts


def _held(entity: Entity, keys: Sequence[Entity]) -> bool:
    words = set(map(plain, entity))
    return any(words <= set(map(plain, key)) for key in keys)


def binary(read: Sequence[bool], told: Sequence[bool]) -> Counts:
    right = sum(r and t for r, t in zip(read, told, strict=True))
    return Counts(right, sum(read), right, sum(told))


def calibration_error(
    probabilities: Sequence[float], truths: Sequence[bool], bins: int = 10
) -> float:
    """ECE: mean distance of probability and share of truth in bins of equal width."""
    inside: list[list[int]] = [[] for _ in range(bins)]
    for at, p in enumerate(probabilities):
        inside[min(int(p * bins), bins - 1)].append(at)
    apart = [
        abs(sum(probabilities[at] - truths[at] for at in chosen)) for chosen in inside if chosen
    ]
    return sum(apart) / max(len(probabilities), 1)


def interval(
    documents: int, score: Callable[[Sequence[int]], Number], rounds: int = 1000
) -> tuple[float, float]:
    """Bootstrap over documents: where the middle 95 % of the scores lie. Seeded."""
    random = Random(17)  # noqa: S311 - no secret
    drawn = sorted(score(random.choices(range(documents), k=documents)) for _ in range(rounds))
    return drawn[int(rounds * 0.025)], drawn[int(rounds * 0.975)]
