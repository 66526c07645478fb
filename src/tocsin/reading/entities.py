"""Mentions as entities: one for each person, group, thing that a text speaks of in a role.

Two mentions of one role are of one entity where their words are the same, where one is the head
and name of the other ("Galan", "Senator Luis Carlos Galan"), where one is the other's initials,
or where they stand in apposition ("the Farabundo Marti Front (FMLN)"), and where they overlap.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations

from tocsin.reading.understood import Mention, Role

MOST = 400  # mentions that are compared with each other; the likeliest of them
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_NO_WORD = re.compile(r"[^\w\s]")
_SMALL = frozenset({"of", "the", "for", "and", "de", "la", "las", "los", "del", "y", "e", "el"})
_APPOSED = re.compile(r"\s?[(\[]\s?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """`words` are those of its likeliest mention; `probability` that it truly fills the role."""

    words: str
    role: Role
    mentions: tuple[Mention, ...]
    probability: float

    def __post_init__(self) -> None:
        if not self.mentions:
            raise ValueError("an entity without a mention")


@lru_cache(maxsize=4096)
def plain(words: str) -> str:
    """Lower case without punctuation and articles: how words are compared."""
    bare = _NO_WORD.sub("", words.lower())
    return " ".join(_ARTICLES.sub(" ", bare).split())


Aliases = Collection[tuple[str, str]]  # pairs of plain words, in order, known to mean one


def entities(text: str, mentions: Sequence[Mention], aliases: Aliases = ()) -> tuple[Entity, ...]:
    """What the mentions speak of, in the order of first mention; each with its likeliest chance."""
    return tuple(
        Entity(
            words=(best := max(group, key=lambda one: (one.probability, -one.start))).words,
            role=best.role,
            mentions=group,
            probability=best.probability,
        )
        for group in grouped(text, mentions, aliases)
    )


def grouped(
    text: str, mentions: Sequence[Mention], aliases: Aliases = ()
) -> list[tuple[Mention, ...]]:
    """The mentions that speak of one, together and in order."""
    ranked = sorted(mentions, key=lambda one: (-one.probability, one.start, one.end, one.role))
    kept = sorted(ranked[:MOST], key=lambda one: (one.start, one.end, one.role))
    leader = list(range(len(kept)))

    def lead(at: int) -> int:
        while leader[at] != at:
            leader[at] = at = leader[leader[at]]
        return at

    by_role = {role: [at for at, one in enumerate(kept) if one.role is role] for role in Role}
    for one, other in chain.from_iterable(combinations(own, 2) for own in by_role.values()):
        if lead(one) != lead(other) and same(text, kept[one], kept[other], aliases):
            leader[lead(other)] = lead(one)
    groups: dict[int, list[Mention]] = {}
    for at, mention in enumerate(kept):
        groups.setdefault(lead(at), []).append(mention)
    return [tuple(group) for group in groups.values()]


def same(text: str, one: Mention, other: Mention, aliases: Aliases = ()) -> bool:
    """Whether two mentions of one role, the first standing first, are of one entity."""
    a, b = plain(one.words), plain(other.words)
    if a == b or other.start < one.end or (min(a, b), max(a, b)) in aliases:
        return True
    if not a or not b:
        return False
    return (
        contains(a, b)
        or contains(b, a)
        or initials(a) == b
        or initials(b) == a
        or (other.start - one.end <= 3 and bool(_APPOSED.match(text[one.end : other.start])))
    )


def contains(long: str, short: str) -> bool:
    """Whether the shorter is the longer's end, or its name: the same last word and nothing else."""
    words, few = long.split(), short.split()
    return len(few) < len(words) and words[-1] == few[-1] and set(few) <= set(words)


@lru_cache(maxsize=4096)
def initials(words: str) -> str | None:
    """ "farabundo marti national liberation front": fmnlf; None for fewer than three words."""
    own = [word for word in words.split() if word not in _SMALL]
    return "".join(word[0] for word in own) if len(own) > 2 else None
