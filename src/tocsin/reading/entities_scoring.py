"""How likely an entity truly fills its role: boosted trees over what the encoder says of it.

A mention is judged alone, an entity by all its mentions, its place, the sentence around it, the
report, the other candidates, and by how often its words filled the role in the training reports
against how often they stood there at all.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Protocol

import numpy as np

from tocsin.reading.entities import Aliases, Entity, grouped, plain
from tocsin.reading.published import sigmoid
from tocsin.reading.understood import Mention, Role, SentenceReading, Stage

# Those that MUC-4 names; entities in other roles keep the chance of their likeliest mention.
SCORED = (
    Role.PERPETRATOR_PERSON,
    Role.PERPETRATOR_ORGANISATION,
    Role.VICTIM,
    Role.TARGET,
    Role.WEAPON,
)
_STAGES = (Stage.THREATENED, Stage.ATTEMPTED, Stage.DONE, Stage.DENIED, Stage.NONE)


class Told(Protocol):
    """What is needed of encoder.Encoded."""

    @property
    def mentions(self) -> Sequence[Mention]: ...
    @property
    def sentences(self) -> Sequence[SentenceReading]: ...
    @property
    def kinds(self) -> Mapping[str, float]: ...
    @property
    def relevant(self) -> float: ...
    @property
    def threatened(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Mentions of one role with the very same plain words, and numbers about them."""

    words: str
    role: Role
    mentions: tuple[Mention, ...]
    group: int
    features: tuple[float, ...]

    @property
    def best(self) -> Mention:
        return max(self.mentions, key=lambda one: (one.probability, -one.start))


Evidence = Mapping[str, Mapping[str, Sequence[float]]]


def candidates(
    text: str, told: Told, groups: Sequence[Sequence[Mention]], evidence: Evidence
) -> list[Candidate]:
    """What may fill a role, with features; candidates of one of the `groups` are of one entity.

    `evidence`: by role and plain words, in how many reports they filled it and stood there.
    """
    report, every = _of_report(told), [one for group in groups for one in group]
    best = {
        role: sorted((one.probability for one in every if one.role is role), reverse=True)
        for role in SCORED
    }
    starts = [sentence.start for sentence in told.sentences]
    made = []
    for number, group in enumerate(groups):
        role, top = group[0].role, max(one.probability for one in group)
        if role not in SCORED:
            continue
        for words in dict.fromkeys(plain(one.words) for one in group):
            own = tuple(one for one in group if plain(one.words) == words)
            features = (
                *_of_mentions(own, len(text)),
                *_of_rivals(own, every, best[role]),
                _logit(top),
                float(len(group)),
                float(max(one.probability for one in own) < top),
                *_of_words(words, role, evidence),
                *_of_sentence(own, told.sentences, starts),
                *(float(role is one) for one in SCORED),
                *report,
            )
            made.append(
                Candidate(words=words, role=role, mentions=own, group=number, features=features)
            )
    return made


def _logit(chance: float) -> float:
    kept = min(max(chance, 1e-4), 1 - 1e-4)
    return log(kept / (1 - kept))


def _of_report(told: Told) -> tuple[float, ...]:
    kinds = sorted(told.kinds.values(), reverse=True)
    return (
        _logit(told.relevant),
        _logit(told.threatened),
        *(_logit(told.kinds[kind]) for kind in ("attack", "bombing", "kidnapping", "arson")),
        _logit(kinds[0]),
        float(len(told.sentences)),
    )


def _of_mentions(own: Sequence[Mention], size: int) -> tuple[float, ...]:
    chances = [one.probability for one in own]
    none = 1.0
    for chance in chances:
        none *= 1 - chance
    return (
        _logit(max(chances)),
        _logit(sum(chances) / len(chances)),
        _logit(1 - none),
        float(len(own)),
        own[0].start / max(size, 1),
        log(1 + own[0].start),
    )


def _of_rivals(
    own: Sequence[Mention], every: Sequence[Mention], best: Sequence[float]
) -> tuple[float, ...]:
    """Other roles that claim the same words, and how many likelier candidates the role has."""
    chance = max(one.probability for one in own)
    claims = (
        other.probability
        for other in every
        for one in own
        if other.role is not one.role and other.start < one.end and one.start < other.end
    )
    role = [other for other in every if other.role is own[0].role]
    return (
        max((o.probability for o in role for one in own if _within(one, o)), default=0.0),
        max((o.probability for o in role for one in own if _within(o, one)), default=0.0),
        max(claims, default=0.0),
        float(sum(one > chance for one in best)),
        _logit(chance) - _logit(best[0]),
        sum(best),
    )


def _within(one: Mention, other: Mention) -> bool:
    return (
        other.start <= one.start
        and one.end <= other.end
        and one.end - one.start < other.end - other.start
    )


def _of_words(words: str, role: Role, evidence: Evidence) -> tuple[float, ...]:
    known, parts = evidence.get(role, {}), words.split()
    filled, seen = known.get(words, (0.0, 0.0))
    head_filled, head_seen = known.get(f"*{parts[-1]}" if parts else "", (0.0, 0.0))
    return (
        (filled + 0.4) / (seen + 2),
        log(1 + seen),
        (head_filled + 0.4) / (head_seen + 2),
        log(1 + head_seen),
        float(len(parts)),
        float(any(part.isdigit() for part in parts)),
        float(words.endswith("s")),
    )


def _of_sentence(
    own: Sequence[Mention], sentences: Sequence[SentenceReading], starts: Sequence[int]
) -> tuple[float, ...]:
    at = bisect_right(starts, max(own, key=lambda one: one.probability).start) - 1
    if at < 0:
        return (0.0,) * (len(_STAGES) + 1)
    return (*(sentences[at].stages[stage] for stage in _STAGES), float(at))


class Scorer:
    """The trees of reading.json: each a list of nodes [feature, at most, left, right, value]."""

    def __init__(self, numbers: Mapping[str, Any]) -> None:
        self._evidence: Evidence = numbers["evidence"]
        self.aliases: Aliases = {(one, other) for one, other in numbers["aliases"]}
        self._first: float = numbers["first"]
        trees: Sequence[Sequence[Sequence[float]]] = numbers["trees"]
        nodes = np.zeros((len(trees), max(map(len, trees), default=0), 5))
        for place, tree in enumerate(trees):
            nodes[place, : len(tree)] = tree
        # A leaf leads to itself, so that all go down as often as the deepest must.
        self._leads = nodes[:, :, 2:4].astype(np.int64)
        leaves = nodes[:, :, 0] < 0
        self._leads[leaves] = np.broadcast_to(np.arange(nodes.shape[1]), leaves.shape)[leaves][
            :, None
        ]
        self._features = np.maximum(nodes[:, :, 0], 0).astype(np.int64)
        self._at_most, self._values = nodes[:, :, 1], nodes[:, :, 4]
        self._depth = max(map(_depth, trees), default=0)

    def probabilities(self, features: Sequence[Sequence[float]]) -> list[float]:
        """Of each candidate's features that it is an entity of its role."""
        if not features:
            return []
        given = np.asarray(features, np.float64)
        rows, trees = np.arange(len(given))[:, None], np.arange(len(self._values))
        at = np.zeros((len(given), len(trees)), np.int64)
        for _ in range(self._depth):
            more = given[rows, self._features[trees, at]] > self._at_most[trees, at]
            at = self._leads[trees, at, more.astype(np.int64)]
        total = self._first + self._values[trees, at].sum(1)
        return [float(one) for one in sigmoid(total)]

    def entities(self, text: str, told: Told) -> tuple[Entity, ...]:
        """Every entity, however unlikely, in order of first mention.

        Of an entity's mentions the likeliest words stand for it.
        """
        groups = grouped(text, told.mentions, self.aliases)
        found = [*candidates(text, told, groups, self._evidence)]
        likely = self.probabilities([one.features for one in found])
        scores: dict[Mention, float] = {
            mention: chance
            for one, chance in zip(found, likely, strict=True)
            for mention in one.mentions
        }
        made = []
        for group in groups:
            chances = [scores.get(one, one.probability) for one in group]
            at = max(range(len(group)), key=lambda n: (chances[n], group[n].probability))
            made.append(
                Entity(
                    words=group[at].words,
                    role=group[at].role,
                    mentions=group,
                    probability=chances[at],
                )
            )
        return tuple(made)


def _depth(tree: Sequence[Sequence[float]], at: int = 0) -> int:
    """How many steps lead to the farthest leaf below a node."""
    feature, _, left, right, _ = tree[at]
    return 0 if feature < 0 else 1 + max(_depth(tree, int(left)), _depth(tree, int(right)))
