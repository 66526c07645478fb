"""Train the gate: `python -m training.gate.train MUC_FOLDER [--to FOLDER]`.

The threshold comes from five-fold cross-validation on what is trained on: the highest that lets
TARGET of each kind through. Seeds are fixed; the weights that come of the
same texts and library versions are the same.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from tocsin.reading.gate import BITS, KINDS, STEP, WINDOW, Gate, features
from training.gate.texts import (
    LANGUAGE,
    Example,
    buried,
    calm,
    defused,
    muc,
    ordinary,
    passages,
    violent,
)

SEED, FOLDS, PENALTY, LEAST_KNOWN = 20261122, 5, 30.0, 0.4
TARGET = {"muc": 0.995, "violent": 0.97}
FEWEST_TEXTS, MOST_CALM = 15, 0.005
CALM = frozenset({"calm", "ordinary"})
Windows = list[np.ndarray]


def windows(text: str) -> Windows:
    """The places of each window, as the gate sees them: shape (KINDS, words)."""
    return [
        places[:, first : first + WINDOW]
        for places in features(text)
        for first in range(0, max(places.shape[1] - STEP, 1), STEP)
    ]


def matrix(rows: Sequence[np.ndarray], usual: np.ndarray) -> csr_matrix:
    """One row a window: how often each telling place, over the root of all."""
    sizes = [row.size for row in rows]
    values = np.repeat([size**-0.5 for size in sizes], sizes).astype(np.float32)
    values *= np.concatenate([usual[row.ravel()] for row in rows])
    columns = np.concatenate([row.ravel() for row in rows])
    ends = np.concatenate([[0], np.cumsum(sizes)])
    made = csr_matrix((values, columns, ends), shape=(len(rows), 1 << BITS))
    made.sum_duplicates()
    made.eliminate_zeros()
    return made


def telling(examples: Sequence[Example], cut: Sequence[Windows]) -> np.ndarray:
    """1 for each place that FEWEST_TEXTS or more texts have, and hardly any calm text.

    Rare ones are noise in a new text; those of calm texts are words such as "of" and "you".
    """
    seen, calm = np.zeros(1 << BITS, np.int32), np.zeros(1 << BITS, np.int32)
    for one, some in zip(examples, cut, strict=True):
        places = np.unique(np.concatenate([each.ravel() for each in some]))
        seen[places] += 1
        if one.source in CALM:
            calm[places] += 1
    limit = MOST_CALM * sum(one.source in CALM for one in examples)
    return ((seen >= FEWEST_TEXTS) & (calm <= limit)).astype(np.float32)


def fitted(
    examples: Sequence[Example], cut: Sequence[Windows], rounds: int = 2
) -> tuple[Any, float]:
    """Weights and bias. Of a text that must pass the likeliest window counts, of others all."""
    usual = telling(examples, cut)
    picked = [list(range(len(each))) for each in cut]
    weights = np.zeros(1 << BITS)
    bias = 0.0
    for _ in range(rounds):
        rows = [cut[at][window] for at, some in enumerate(picked) for window in some]
        told = [examples[at].passes for at, some in enumerate(picked) for _ in some]
        shares = [examples[at].weight / len(some) for at, some in enumerate(picked) for _ in some]
        model = LogisticRegression(C=PENALTY, max_iter=300, tol=1e-3)
        model.fit(matrix(rows, usual), told, sample_weight=shares)
        weights, bias = model.coef_[0], float(model.intercept_[0])
        for at, one in enumerate(examples):
            if one.passes and len(cut[at]) > 1:
                picked[at] = [int(np.argmax([_raw(weights, each) for each in cut[at]]))]
    return weights, bias


def _raw(weights: Any, places: np.ndarray) -> float:
    return float(weights[places].sum() / places.size**0.5)


def scores(weights: Any, bias: float, cut: Iterable[Windows]) -> np.ndarray:
    """The probability of each text: that of its likeliest window."""
    best = np.array([max(_raw(weights, each) for each in some) for some in cut]) + bias
    return 1 / (1 + np.exp(-best))


def crossed(examples: Sequence[Example], cut: Sequence[Windows]) -> np.ndarray:
    """Each text's probability from weights that were not fitted on it."""
    folds = np.random.default_rng(SEED).integers(0, FOLDS, len(examples))
    found = np.zeros(len(examples))
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        weights, bias = fitted([examples[at] for at in inside], [cut[at] for at in inside])
        found[outside] = scores(weights, bias, [cut[at] for at in outside])
    return found


def threshold(examples: Sequence[Example], found: np.ndarray) -> float:
    """The highest that lets TARGET of each kind that must pass through. Short texts pass anyway."""
    limits = []
    for source, target in TARGET.items():
        rows = [at for at, one in enumerate(examples) if one.passes and one.source == source]
        limits.append(float(np.sort(found[rows])[int((1 - target) * len(rows))]))
    return min(limits)


def texts(folder: Path) -> list[Example]:
    file = folder / "train.jsonl"
    told = [*muc(file), *calm(file, SEED), *passages()]
    told += [*ordinary(SEED), *violent(SEED), *defused(SEED)]
    threats = [one for one in told if one.source == "passage" and one.passes]
    return [one for one in (*told, *buried(threats, SEED)) if windows(one.text)]


def kept(weights: Any, bias: float, limit: float, examples: Sequence[Example], to: Path) -> Gate:
    """Write the weights in eight bits and their manifest, so that both are the same every time."""
    scale = float(np.abs(weights).max() / 127)
    small = np.round(weights / scale).astype(np.int8)
    known = np.zeros(1 << BITS, np.uint8)
    for one in examples:
        if one.source != "made":
            for places in features(one.text):
                known[places[0]] = 1
    to.mkdir(parents=True, exist_ok=True)
    with ZipFile(to / "gate.npz", "w") as archive:
        for name, array in (("weights", small), ("known", np.packbits(known))):
            data = BytesIO()
            np.lib.format.write_array(data, array, allow_pickle=False)
            archive.writestr(ZipInfo(f"{name}.npy"), data.getvalue(), compress_type=8)
    digest = sha256((to / "gate.npz").read_bytes()).hexdigest()
    manifest = {
        "id": f"gate-{digest[:8]}",
        "sha256": digest,
        "scale": scale,
        "bias": bias,
        "threshold": limit,
        "least_known": LEAST_KNOWN,
        "languages": [LANGUAGE],
        "trained_on": "MUC-4 train (public domain); training/passages and training/gate (CC0)",
        "seed": SEED,
    }
    (to / "gate.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return Gate(
        weights=small,
        scale=scale,
        known=known,
        bias=bias,
        threshold=limit,
        least_known=LEAST_KNOWN,
        languages=frozenset({LANGUAGE}),
        id=manifest["id"],
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("muc", type=Path)
    asked.add_argument("--to", type=Path, default=Path("src/tocsin/reading/weights"))
    options = asked.parse_args()
    examples = texts(options.muc)
    cut = [windows(one.text) for one in examples]
    found = crossed(examples, cut)
    limit = threshold(examples, found)
    for source in ("muc", "calm", "passage", "buried", "violent", "defused", "ordinary", "made"):
        for passes in (True, False):
            kind = [one.source == source and one.passes is passes for one in examples]
            if any(kind):
                share, told = (found[kind] >= limit).mean(), "must" if passes else "need not"
                print(f"{source:8} {told:8} {share:.3f} of {sum(kind)} pass by probability")
    weights, bias = fitted(examples, cut)
    gate = kept(weights, bias, limit, examples, options.to)
    print(f"{gate.id}, threshold {limit:.4f}, bias {bias:.2f}, {KINDS} kinds of features")


if __name__ == "__main__":
    main()
