"""From how likely each word begins a role and is inside it to mentions with a score."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.reading.encoder_windows import ROLES, Raw
from tocsin.reading.published import sigmoid
from tocsin.reading.understood import Role

LEAST = 0.06  # below this score nothing is kept
_LONGEST = 24  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Words `first` up to `past` in a role; `score` is not yet calibrated."""

    first: int
    past: int
    role: Role
    score: float


def mentions(raw: Raw, least: float = LEAST) -> Iterator[Found]:
    """For each likely beginning of a role its likely ends; those of one role may overlap.

    One end where a new mention may begin inside, one where none does: "bomb" in "car bomb" is
    both the next mention and part of this one, and which is meant the entity's scorer decides.
    """
    chances = sigmoid(raw.roles)
    for at, role in enumerate(ROLES):
        begins, inside = chances[:, 0, at], chances[:, 1, at]
        lists = begins.tolist(), inside.tolist()
        for first in map(int, np.flatnonzero(begins >= least)):
            ends = {_end(*lists, first, apart) for apart in (False, True)}
            for past, ended in sorted(ends):
                score = float((begins[first] * inside[first:past].mean() * ended) ** (1 / 3))
                if score >= least:
                    yield Found(first=first, past=past, role=role, score=score)


def _end(
    begins: Sequence[float], inside: Sequence[float], first: int, apart: bool
) -> tuple[int, float]:
    """Where a mention that begins at `first` most likely ends, and how likely it ends there.

    A word goes on with the mention as likely as it is inside, given that the word before was; if
    `apart`, as likely as it is also no beginning.
    """
    going, best, ended, past = 1.0, 0.0, 1.0, first + 1
    for at in range(first + 1, min(first + _LONGEST, len(begins)) + 1):
        on = 0.0
        if at < len(begins):
            before = max(inside[at - 1], begins[first], 0.02)
            on = min(1.0, inside[at] * (1 - apart * begins[at]) / before)
        if going * (1 - on) > best:
            best, past = going * (1 - on), at
            ended = 1 - min(1.0, inside[at] / max(inside[at - 1], 0.02)) if at < len(begins) else 1
        going *= on
        if going < best:
            break
    return past, max(ended, 0.02)
