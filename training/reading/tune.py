"""Calibration and the scorer of entities, from what the encoder says of the dev reports.

`python -m training.reading.tune MUC4_FOLDER MODEL_FOLDER`: MODEL_FOLDER holds model.onnx and
tokenizer.json; reading.json is written there. Everything that is fitted here is fitted on dev;
the figures printed are from cross-validation by report, so that none was fitted on itself.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from benchmarks.reading_scores import Counts, calibration_error, fillers, total
from tocsin.reading.encoder import Encoder, in_onnx
from tocsin.reading.encoder_mentions import mentions, sigmoid
from tocsin.reading.encoder_windows import KINDS, Raw
from tocsin.reading.entities import plain
from tocsin.reading.entities_scoring import Candidate, candidates
from tocsin.reading.understood import Role
from training.reading import corpus, networks
from training.reading.evidence import aliases, evidence, reports
from training.reading.windows import tokenizer

FOLDS = 10
NAMES = {role: name for name, role in corpus.MUC_ROLES.items()}
Floats = npt.NDArray[np.float64]
_TREES = {"n_estimators": 120, "max_depth": 3, "learning_rate": 0.05, "subsample": 0.6,
          "min_samples_leaf": 12, "max_features": 0.5, "random_state": 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dev:
    """The dev reports: the key's lines, what the network says, the candidates it leads to."""

    keys: Sequence[dict[str, Any]]
    raws: Sequence[Raw]
    documents: Sequence[corpus.Document]


def platt(logits: Floats, truths: Floats, strength: float = 1.0) -> list[float]:
    """Slope and shift that make a logit a probability; drawn to what it was where truths are few."""
    if truths.min() == truths.max():
        return [1.0, 0.0]
    fitted = LogisticRegression(C=strength).fit(logits[:, None], truths)
    return [float(fitted.coef_[0, 0]), float(fitted.intercept_[0])]


def temperature(logits: Floats, truths: npt.NDArray[np.int64]) -> float:
    """What to multiply logits (N, K) with for the least log loss."""
    def lost(by: float) -> float:
        scaled = logits * by
        top = scaled.max(1)
        norm = top + np.log(np.exp(scaled - top[:, None]).sum(1))
        return float((norm - scaled[np.arange(len(truths)), truths]).mean())

    return float(min(np.geomspace(0.3, 3, 60), key=lost))


def folds(count: int, seed: int = 3) -> list[npt.NDArray[np.int64]]:
    order = np.random.default_rng(seed).permutation(count)
    return [order[at::FOLDS] for at in range(FOLDS)]


def truths(dev: Dev) -> dict[str, Floats]:
    labels = np.array([one.labels for one in dev.documents], np.float64)
    return {name: labels[:, at] for at, name in enumerate(corpus.DOCUMENT)}


def of_documents(dev: Dev) -> dict[str, list[float]]:
    logits = np.array([raw.document for raw in dev.raws], np.float64)
    return {name: platt(logits[:, at], told, 1.0 if told.sum() > 20 else 0.1)
            for at, (name, told) in enumerate(truths(dev).items())}


def judged(dev: Dev) -> dict[Role, tuple[Floats, Floats]]:
    """By role the logits of mentions, and whether the document has those words in that role."""
    found: dict[Role, list[tuple[float, bool]]] = {role: [] for role in corpus.ROLES}
    for document, raw in zip(dev.documents, dev.raws, strict=True):
        known = {(plain(document.text[start:end]), role) for start, end, role in document.mentions}
        for one in mentions(raw):
            words = document.text[raw.offsets[one.first, 0] : raw.offsets[one.past - 1, 1]]
            if one.role in document.roles:
                logit = float(np.log(one.score / (1 - min(one.score, 1 - 1e-9))))
                found[one.role].append((logit, (plain(words), one.role) in known))
    return {role: (np.array([p[0] for p in pairs]), np.array([float(p[1]) for p in pairs]))
            for role, pairs in found.items()}


def of_roles(dev: Dev, passages: Dev) -> dict[str, list[float]]:
    """MUC-4's five by its dev reports; of the others, which only passages have, all together."""
    told, other = judged(dev), judged(passages)
    rest = [role for role in corpus.ROLES if role not in NAMES]
    shared = platt(np.concatenate([other[role][0] for role in rest]),
                   np.concatenate([other[role][1] for role in rest]))
    return {role: platt(*told[role]) if role in NAMES else shared for role in corpus.ROLES}


def of_sentences(passages: Dev) -> tuple[float, float]:
    """Temperatures of stage and certainty."""
    stages = np.concatenate([raw.stages for raw in passages.raws]).astype(np.float64)
    certain = np.concatenate([raw.certainties for raw in passages.raws]).astype(np.float64)
    told = [one for document in passages.documents for one in document.sentences]
    return (
        temperature(stages, np.array([corpus.STAGES.index(one.stage) for one in told])),
        temperature(certain, np.array([corpus.CERTAINTIES.index(one.certainty) for one in told])),
    )


def gold(key: dict[str, Any]) -> dict[str, list[list[str]]]:
    return {role: [[words for words, _ in entity] for entity in entities]
            for role, entities in key["ree"].items()}


def right(one: Candidate, key: dict[str, list[list[str]]]) -> bool:
    return any(one.words in map(plain, entity) for entity in key[NAMES[one.role]])


def chosen(every: Sequence[Candidate], chances: Floats, least: float) -> dict[str, list[list[str]]]:
    """Of each group the likeliest words, if likely enough."""
    best: dict[int, int] = {}
    for at, one in enumerate(every):
        if one.group not in best or chances[at] > chances[best[one.group]]:
            best[one.group] = at
    read: dict[str, list[list[str]]] = {name: [] for name in corpus.MUC_ROLES}
    for at in best.values():
        if chances[at] >= least:
            read[NAMES[every[at].role]].append([every[at].best.words])
    return read


def trees(features: Floats, told: Floats) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(**_TREES).fit(features, told)


def crossed(every: Sequence[Sequence[Candidate]], told: Sequence[Floats]) -> list[Floats]:
    """Of each report the chances of its candidates, by trees that never saw it."""
    chances = [np.zeros(len(one)) for one in every]
    for held in folds(len(every)):
        rest = [at for at in range(len(every)) if at not in set(held.tolist())]
        fitted = trees(np.array([c.features for at in rest for c in every[at]]),
                       np.concatenate([told[at] for at in rest]))
        for at in held:
            if every[at]:
                chances[at] = fitted.predict_proba(np.array([c.features for c in every[at]]))[:, 1]
    return chances


def plainly(model: GradientBoostingClassifier) -> list[list[list[float]]]:
    """Trees as nodes [feature or -1, at most, left, right, value]."""
    made = []
    for (tree,) in model.estimators_:
        own = tree.tree_
        made.append([
            [int(max(own.feature[at], -1)), round(float(own.threshold[at]), 5),
             int(own.children_left[at]), int(own.children_right[at]),
             round(float(own.value[at, 0, 0]) * model.learning_rate, 5)]
            for at in range(own.node_count)
        ])
    return made


def tuned(muc4: Path, dev: Dev, passages: Dev, encoder: Any) -> dict[str, Any]:
    """reading.json, with the figures of cross-validation printed on the way."""
    train = reports(muc4, "train")
    known, alike = evidence(train), aliases(train)
    stages, certainties = of_sentences(passages)
    calibration = {"document": of_documents(dev), "roles": of_roles(dev, passages),
                   "stages": stages, "certainties": certainties}
    reader = encoder(calibration)
    every = [
        candidates(one.text, reader.understood(one.text, [(s.start, s.end) for s in one.sentences], raw),
                   known, set(alike))
        for one, raw in zip(dev.documents, dev.raws, strict=True)
    ]
    keys = [gold(key) for key in dev.keys]
    told = [np.array([float(right(c, key)) for c in own]) for own, key in zip(every, keys, strict=True)]
    chances = crossed(every, told)
    scores = {least: _score(every, chances, keys, least) for least in np.arange(0.16, 0.6, 0.02)}
    least = max(scores, key=lambda at: scores[at].f1)
    show(every, chances, told, keys, least)
    fitted = trees(np.array([c.features for own in every for c in own]), np.concatenate(told))
    share = float(np.concatenate(told).mean())
    return {
        "calibration": calibration,
        "entities": {"evidence": known, "aliases": alike, "trees": plainly(fitted),
                     "first": float(np.log(share / (1 - share))), "least": round(float(least), 3)},
    }


def _score(every: Sequence[Sequence[Candidate]], chances: Sequence[Floats],
           keys: Sequence[dict[str, list[list[str]]]], least: float) -> Counts:
    return total([
        total([*fillers(chosen(own, chance, least), key).values()])
        for own, chance, key in zip(every, chances, keys, strict=True)
    ])


def show(every: Sequence[Sequence[Candidate]], chances: Sequence[Floats], told: Sequence[Floats],
         keys: Sequence[dict[str, list[list[str]]]], least: float) -> None:
    """Cross-validated CEAF-REE, also by role, and the calibration error of entities."""
    counts = _score(every, chances, keys, least)
    print(f"CEAF-REE {counts.f1:.3f} P {counts.precision:.3f} R {counts.recall:.3f} at {least:.2f}")
    per = {role: Counts() for role in corpus.MUC_ROLES}
    for own, chance, key in zip(every, chances, keys, strict=True):
        for role, count in fillers(chosen(own, chance, least), key).items():
            per[role] += count
    print({role: round(count.f1, 3) for role, count in per.items()})
    flat, truth = np.concatenate(list(chances)), np.concatenate(list(told)) > 0
    print(f"candidates {len(flat)}, right {truth.sum()}, "
          f"ECE {calibration_error(flat.tolist(), truth.tolist()):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("muc4", type=Path)
    parser.add_argument("model", type=Path)
    told = parser.parse_args()
    pieces = tokenizer(told.model / "tokenizer.json")
    network = in_onnx((told.model / "model.onnx").read_bytes(), 1)
    own, short = corpus.read_muc(told.muc4, "dev"), corpus.read_passages("dev")
    dev = Dev(keys=reports(told.muc4, "dev"), raws=networks.raws(own, pieces, network), documents=own)
    passages = Dev(keys=(), raws=networks.raws(short, pieces, network), documents=short)

    def encoder(calibration: dict[str, Any]) -> Encoder:
        empty = {"evidence": {}, "aliases": [], "trees": [], "first": 0.0, "least": 0.5}
        return Encoder(pieces, network, {"calibration": calibration, "entities": empty}, "dev")

    numbers = tuned(told.muc4, dev, passages, encoder)
    (told.model / "reading.json").write_text(json.dumps(numbers, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
