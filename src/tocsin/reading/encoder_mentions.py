"""From how likely each word begins a role and is inside it to mentions with a score."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.reading.encoder_windows import ROLES, Raw
from tocsin.reading.understood import Role

LEAST = 0.06  # below this score nothing is kept
_LONGEST = 24  # words
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Words `first` up to `past` in a role; `score` is not yet calibrated."""

    first: int
    past: int
    role: Role
    score: float


def sigmoid(logits: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -30, 30))))


def mentions(raw: Raw, least: float = LEAST) -> Iterator[Found]:
    """The likeliest end of each likely beginning, none overlapping another of its role."""
    chances = sigmoid(raw.roles)
    for at, role in enumerate(ROLES):
        begins, inside = chances[:, 0, at], chances[:, 1, at]
        best = sorted(
            (_ended(begins, inside, int(first), role) for first in np.flatnonzero(begins >= least)),
            key=lambda one: (-one.score, one.first),
        )
        taken = np.zeros(len(begins), bool)
        for one in best:
            if one.score >= least and not taken[one.first : one.past].any():
                taken[one.first : one.past] = True
                yield one


def _ended(begins: Floats, inside: Floats, first: int, role: Role) -> Found:
    """Where a mention that begins at `first` most likely ends.

    A word goes on with the mention as likely as it is inside, and not a beginning, given that the
    word before was inside.
    """
    going, best, past = 1.0, 0.0, first + 1
    for at in range(first + 1, min(first + _LONGEST, len(begins)) + 1):
        on = 0.0
        if at < len(begins):
            on = min(1.0, inside[at] * (1 - begins[at]) / max(inside[at - 1], begins[first], 0.02))
        if going * (1 - on) > best:
            best, past = going * (1 - on), at
        going *= on
        if going < best:
            break
    score = float(np.sqrt(begins[first] * inside[first:past].mean()))
    return Found(first=first, past=past, role=role, score=score)
