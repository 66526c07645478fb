"""The gate: which reports are worth a full reading, at a small cost for ordinary news.

Words, pairs of words, beginnings of words and pairs of those are hashed into 2**20 places, each
with a weight (logistic regression, `training/gate`). A text is judged by its windows: a threat
amid a megabyte of ordinary text weighs as much as it would alone. What the gate cannot judge
passes: few words, words it has never met, a language it was not taught.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.reading.normal_matching import matching
from tocsin.reading.published import published

BITS = 20
KINDS = 4  # of features that each word brings: word, pair, beginning, pair of beginnings
BEGINNING = 5  # letters
WINDOW, STEP = 48, 24  # words: about a sentence or two
# Words: a shorter text is read in any case. A veiled threat has no word of its own to tell it.
FEWEST = 100
_PIECE = 1 << 15  # characters that are hashed at once
# Of 32 bits: multiplying longer numbers takes several times as long.
_BASE, _MIXER = 0x9E3779B1, 0x85EBCA6B
_SALTS = np.array([0x0, 0x7F4A7C15, 0xC2B2AE35, 0x27D4EB2F], np.uint32)
_POINTS = 0x30000
Numbers = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """Whether a text is to be read in full; `probability` that it speaks of a threat or violence.

    `why` is "probability", "too short", "unknown words" or "language not taught".
    """

    passes: bool
    probability: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """`weights` (in `scale`) and `known` (1 for each word of the training texts): 2**20 places.

    `threshold` is a probability; `least_known` the share of known words below which it cannot
    judge. Texts are taken in normal form (`normal.normalise`).
    """

    weights: NDArray[np.int8]
    scale: float
    known: NDArray[np.uint8]
    bias: float
    threshold: float
    least_known: float
    languages: frozenset[str]
    id: str

    @classmethod
    def load(cls) -> "Gate":
        """The gate that ships. Raises ModelUnusable if its weights are not its manifest's."""
        return _shipped()

    def passes(self, text: str, language: str = "") -> bool:
        return self.judge(text, language).passes

    def probability(self, text: str) -> float:
        """That of the likeliest window."""
        return self._weighed(text)[0]

    def probabilities(self, texts: Sequence[str]) -> list[float]:
        return [self.probability(text) for text in texts]

    def judge(self, text: str, language: str = "") -> GateResult:
        """Whether `text` passes and why; `language` is an ISO 639-1 code where one is known."""
        probability, words, known = self._weighed(text)
        if probability >= self.threshold:
            passes, why = True, "probability"
        elif words < FEWEST:
            passes, why = True, "too short"
        elif language and language not in self.languages:
            passes, why = True, "language not taught"
        elif known < self.least_known:
            passes, why = True, "unknown words"
        else:
            passes, why = False, "probability"
        return GateResult(passes=passes, probability=probability, why=why)

    def _weighed(self, text: str) -> tuple[float, int, float]:
        """Probability, number of words, and the share of known ones where that is smallest."""
        best, least, words = -np.inf, 1.0, 0
        for places in features(text):
            count = places.shape[1]
            words += count
            first = np.arange(0, max(count - STEP, 1), STEP)
            past = np.minimum(first + WINDOW, count)
            weights = _sums(self.weights[places].sum(axis=0, dtype=np.int32))
            share = self.scale * (KINDS * (past - first)) ** -0.5
            best = max(best, float(((weights[past] - weights[first]) * share).max()))
            past = np.minimum(first + 2 * WINDOW, count)
            known = _sums(self.known[places[0]])
            shares = (known[past] - known[first]) / np.maximum(past - first, WINDOW)
            least = min(least, float(shares[: max(len(shares) - 2, 1)].min()))
        if not words:
            return 0.0, 0, 0.0
        return 1 / (1 + float(np.exp(-best - self.bias))), words, least


def _sums(values: "NDArray[Any]") -> NDArray[np.int64]:
    """Of the first 0, 1, 2, ... values."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sums


def features(text: str) -> "list[NDArray[np.intp]]":
    """The places of the features, shape (KINDS, words), for each piece of `text`.

    Places are the same in every process and on every machine.
    """
    small = matching(text)
    found = []
    for at in range(0, len(small), _PIECE):
        places = _places(small[at : at + _PIECE])
        if places.shape[1]:
            found.append(places)
    return found


def _places(text: str) -> "NDArray[np.intp]":
    points = np.frombuffer(text.encode("utf-32-le", "replace"), "<u4")
    powers, inverses, classes = _tables()
    kinds = classes.take(points, mode="clip")
    alone, letter = kinds == 2, kinds == 1
    edge = letter[1:] != letter[:-1]
    starts, ends = alone.copy(), alone.copy()
    starts[0] |= letter[0]
    starts[1:] |= edge & letter[1:]
    ends[-1] |= letter[-1]
    ends[:-1] |= edge & letter[:-1]
    first, past = np.flatnonzero(starts), np.flatnonzero(ends) + 1
    sums = np.zeros(len(points) + 1, np.uint32)
    np.cumsum((points + np.uint32(1)) * powers[: len(points)], dtype=np.uint32, out=sums[1:])
    base, shift = sums[first], inverses[first]
    words = (sums[past] - base) * shift
    beginnings = (sums[np.minimum(past, first + BEGINNING)] - base) * shift
    hashed = np.empty((KINDS, len(words)), np.uint32)
    hashed[0], hashed[2] = words, beginnings
    hashed[1::2] = hashed[::2] * np.uint32(_MIXER)
    hashed[1::2, 1:] += hashed[::2, :-1]
    hashed += _SALTS[:, None]
    hashed ^= hashed >> np.uint32(15)
    hashed *= np.uint32(_MIXER)
    return (hashed >> np.uint32(32 - BITS)).astype(np.intp)


@cache
def _tables() -> tuple[Numbers, Numbers, NDArray[np.uint8]]:
    """Powers of the base, their inverses (all modulo 2**32), and the class of each code point.

    Classes: 0 between words, 1 in a word, 2 a word of its own (scripts without blanks).
    """
    powers = np.full(_PIECE, _BASE, np.uint32)
    inverses = np.full(_PIECE, pow(_BASE, -1, 1 << 32), np.uint32)
    powers[0] = inverses[0] = 1
    classes = np.array([chr(point).isalnum() for point in range(_POINTS)], np.uint8)
    for start, end in ((0xE00, 0xE80), (0x3040, 0x3100), (0x3400, 0xA000), (0x20000, _POINTS)):
        classes[start:end] *= 2
    return np.cumprod(powers, dtype=np.uint32), np.cumprod(inverses, dtype=np.uint32), classes


@cache
def _shipped() -> Gate:
    folder = files("tocsin.reading").joinpath("weights")
    manifest: dict[str, Any] = json.loads(folder.joinpath("gate.json").read_text("utf-8"))
    (data,) = published(folder, {"gate.npz": manifest["sha256"]}).values()
    with np.load(BytesIO(data), allow_pickle=False) as arrays:
        weights, known = arrays["weights"], arrays["known"]
    return Gate(
        weights=weights,
        scale=manifest["scale"],
        known=np.unpackbits(known, count=1 << BITS),
        bias=manifest["bias"],
        threshold=manifest["threshold"],
        least_known=manifest["least_known"],
        languages=frozenset(manifest["languages"]),
        id=manifest["id"],
    )
