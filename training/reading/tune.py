"""Calibration and the scorer of entities, from what the encoder says of the dev reports.

`python -m training.reading.tune MUC4_FOLDER MODEL_FOLDER`: MODEL_FOLDER holds model.onnx and
tokenizer.json; reading.json is written there. Everything that is fitted here is fitted on dev;
the figures printed are from cross-validation by report, so that none was fitted on itself.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from benchmarks.reading import Reading, key_fillers, key_templates, quality, reading
from benchmarks.reading_scores import binary, calibration_error, fillers, templates, total
from benchmarks.table import shown
from tocsin.reading.encoder import Encoded, Encoder, in_onnx
from tocsin.reading.encoder_mentions import mentions
from tocsin.reading.encoder_windows import CERTAINTIES, DOCUMENT, ROLES, STAGES, Network, Raw
from tocsin.reading.entities import Entity, grouped, plain
from tocsin.reading.entities_scoring import Candidate, candidates
from tocsin.reading.understood import Role, Stage
from training.reading import corpus, networks
from training.reading.evidence import aliases, evidence, reports
from training.reading.windows import tokenizer

FOLDS = 5
NAMES = {role: name for name, role in corpus.MUC_ROLES.items()}
Floats = npt.NDArray[np.float64]
Known = dict[str, Any]  # evidence and aliases of the training reports
Maker = Callable[[dict[str, Any]], Encoder]
_TREES = {
    "n_estimators": 120,
    "max_depth": 3,
    "learning_rate": 0.05,
    "subsample": 0.6,
    "min_samples_leaf": 12,
    "max_features": 0.5,
    "random_state": 7,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dev:
    """The dev reports: the key's lines, what the network says, the candidates it leads to."""

    keys: Sequence[dict[str, Any]]
    raws: Sequence[Raw]
    documents: Sequence[corpus.Document]

    def part(self, chosen: Sequence[int]) -> "Dev":
        return Dev(
            keys=[self.keys[at] for at in chosen],
            raws=[self.raws[at] for at in chosen],
            documents=[self.documents[at] for at in chosen],
        )


def platt(logits: Floats, truths: Floats, strength: float = 1.0) -> list[float]:
    """Slope and shift that make a logit a probability; drawn to 0 where truths are few."""
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
    return {name: labels[:, at] for at, name in enumerate(DOCUMENT)}


def of_documents(dev: Dev) -> dict[str, list[float]]:
    logits = np.array([raw.document for raw in dev.raws], np.float64)
    return {
        name: platt(logits[:, at], told, 1.0 if told.sum() > 20 else 0.1)
        for at, (name, told) in enumerate(truths(dev).items())
    }


def judged(dev: Dev) -> dict[Role, tuple[Floats, Floats]]:
    """By role the logits of mentions, and whether the document has those words in that role."""
    found: dict[Role, list[tuple[float, bool]]] = {role: [] for role in ROLES}
    for document, raw in zip(dev.documents, dev.raws, strict=True):
        known = {(plain(document.text[start:end]), role) for start, end, role in document.mentions}
        for one in mentions(raw):
            words = document.text[raw.offsets[one.first, 0] : raw.offsets[one.past - 1, 1]]
            if one.role in document.roles:
                logit = float(np.log(one.score / (1 - min(one.score, 1 - 1e-9))))
                found[one.role].append((logit, (plain(words), one.role) in known))
    return {
        role: (np.array([p[0] for p in pairs]), np.array([float(p[1]) for p in pairs]))
        for role, pairs in found.items()
    }


def of_roles(dev: Dev, passages: Dev) -> dict[str, list[float]]:
    """MUC-4's five by its dev reports; of the others, which only passages have, all together."""
    told, other = judged(dev), judged(passages)
    rest = [role for role in ROLES if role not in NAMES]
    shared = platt(
        np.concatenate([other[role][0] for role in rest]),
        np.concatenate([other[role][1] for role in rest]),
    )
    return {role: platt(*told[role]) if role in NAMES else shared for role in ROLES}


def of_sentences(passages: Dev) -> tuple[float, float]:
    """Temperatures of stage and certainty."""
    stages = np.concatenate([raw.stages for raw in passages.raws]).astype(np.float64)
    certain = np.concatenate([raw.certainties for raw in passages.raws]).astype(np.float64)
    told = [one for document in passages.documents for one in document.sentences]
    return (
        temperature(stages, np.array([STAGES.index(one.stage) for one in told])),
        temperature(certain, np.array([CERTAINTIES.index(one.certainty) for one in told])),
    )


def right(one: Candidate, key: dict[str, list[list[str]]]) -> bool:
    return any(one.words in map(plain, entity) for entity in key[NAMES[one.role]])


def chosen(every: Sequence[Candidate], chances: Floats, least: float) -> list[Entity]:
    """Of each group the likeliest words, if likely enough."""
    best: dict[int, int] = {}
    for at, one in enumerate(every):
        if one.group not in best or chances[at] > chances[best[one.group]]:
            best[one.group] = at
    return [
        Entity(
            words=every[at].best.words,
            role=every[at].role,
            mentions=every[at].mentions,
            probability=float(chances[at]),
        )
        for at in best.values()
        if chances[at] >= least
    ]


def trees(features: Floats, told: Floats) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(**_TREES).fit(features, told)


def crossed(every: Sequence[Sequence[Candidate]], told: Sequence[Floats]) -> list[Floats]:
    """Of each report the chances of its candidates, by trees that never saw it."""
    chances = [np.zeros(len(one)) for one in every]
    for held in folds(len(every)):
        rest = sorted(set(range(len(every))) - set(held.tolist()))
        fitted = trees(
            np.array([c.features for at in rest for c in every[at]]),
            np.concatenate([told[at] for at in rest]),
        )
        for at in held:
            if every[at]:
                chances[at] = fitted.predict_proba(np.array([c.features for c in every[at]]))[:, 1]
    return chances


def plainly(model: GradientBoostingClassifier) -> list[list[list[float]]]:
    """Trees as nodes [feature or -1, at most, left, right, value]."""
    return [
        [
            [
                int(max(own.feature[at], -1)),
                float(own.threshold[at]),
                int(own.children_left[at]),
                int(own.children_right[at]),
                round(float(own.value[at, 0, 0]) * model.learning_rate, 6),
            ]
            for at in range(own.node_count)
        ]
        for own in (tree.tree_ for (tree,) in model.estimators_)
    ]


def best_f1(chances: Sequence[float], told: Floats) -> float:
    """From which probability on to say yes."""
    return max(
        (round(float(at), 2) for at in np.arange(0.1, 0.8, 0.02)),
        key=lambda at: binary([one >= at for one in chances], (told > 0).tolist()).f1,
    )


def fitted(dev: Dev, passages: Dev, known: Known, make: Maker) -> dict[str, Any]:
    """Everything in reading.json, from these reports."""
    stages, certainties = of_sentences(passages)
    calibration = {
        "document": of_documents(dev),
        "roles": of_roles(dev, passages),
        "stages": stages,
        "certainties": certainties,
    }
    entities = {**known, "trees": [], "first": 0.0}
    read = list(
        understood(dev, make({"calibration": calibration, "entities": entities, "enough": {}}))
    )
    alike = set(known["aliases"])
    every = [
        candidates(one.text, encoded, grouped(one.text, encoded.mentions, alike), known["evidence"])
        for one, encoded in read
    ]
    keys = [key_fillers(key) for key in dev.keys]
    told = [
        np.array([float(right(c, key)) for c in own]) for own, key in zip(every, keys, strict=True)
    ]
    model = trees(np.array([c.features for own in every for c in own]), np.concatenate(told))
    share = float(np.concatenate(told).mean())
    entities |= {"trees": plainly(model), "first": float(np.log(share / (1 - share)))}
    enough = thresholds(dev, [encoded for _, encoded in read], every, crossed(every, told))
    return {"calibration": calibration, "entities": entities, "enough": enough}


def thresholds(
    dev: Dev,
    read: Sequence[Encoded],
    every: Sequence[Sequence[Candidate]],
    chances: Sequence[Floats],
) -> dict[str, float]:
    """From which probability on an entity, a report, a kind counts, for the most F1."""
    enough = {
        "relevant": best_f1([o.relevant for o in read], truths(dev)["relevant"]),
        "threatened": best_f1([o.threatened for o in read], truths(dev)["threatened"]),
        "kind": 0.3,
        "entity": 0.28,
    }

    def made(changed: dict[str, float]) -> list[Reading]:
        return [
            reading(key, encoded, chosen(own, chance, 0), enough | changed)
            for key, encoded, own, chance in zip(dev.keys, read, every, chances, strict=True)
        ]

    def fills(least: float) -> float:
        pairs = zip(made({"entity": least}), dev.keys, strict=True)
        return total([c for r, k in pairs for c in fillers(r.fillers, key_fillers(k)).values()]).f1

    def fits(least: float) -> float:
        pairs = zip(made({"kind": least}), dev.keys, strict=True)
        every = [templates(r.templates, key_templates(k)) for r, k in pairs]
        return total([c for counts in every for c in counts.values()]).f1

    enough["entity"] = max(np.arange(0.2, 0.42, 0.02).round(2).tolist(), key=fills)
    enough["kind"] = max((0.2, 0.25, 0.3, 0.35, 0.4, 0.5), key=fits)
    return enough


def understood(dev: Dev, encoder: Encoder) -> Iterator[tuple[corpus.Document, Encoded]]:
    for one, raw in zip(dev.documents, dev.raws, strict=True):
        yield one, encoder.understood(one.text, [(s.start, s.end) for s in one.sentences], raw)


def readings(dev: Dev, encoder: Encoder) -> list[Reading]:
    return [
        reading(key, encoded, encoder.entities(one.text, encoded), encoder.enough)
        for key, (one, encoded) in zip(dev.keys, understood(dev, encoder), strict=True)
    ]


def cross_validated(dev: Dev, passages: Dev, known: Known, make: Maker) -> list[Reading]:
    """Each report read with what was fitted on others."""
    read: dict[int, Reading] = {}
    for held in folds(len(dev.keys), seed=5):
        rest = sorted(set(range(len(dev.keys))) - set(held.tolist()))
        own = readings(dev.part(held.tolist()), make(fitted(dev.part(rest), passages, known, make)))
        read |= dict(zip(held.tolist(), own, strict=True))
    return [read[at] for at in range(len(dev.keys))]


def tune(muc4: Path, folder: Path, network: Network | None = None) -> None:
    """Fit, print what cross-validation says of it, and write reading.json."""
    pieces = tokenizer(folder / "tokenizer.json")
    network = network or in_onnx((folder / "model.onnx").read_bytes())
    own, short = corpus.read_muc(muc4, "dev"), corpus.read_passages("dev")
    dev = Dev(keys=reports(muc4, "dev"), raws=networks.raws(own, pieces, network), documents=own)
    passages = Dev(keys=(), raws=networks.raws(short, pieces, network), documents=short)
    train = reports(muc4, "train")
    known = {"evidence": evidence(train), "aliases": aliases(train)}

    def make(numbers: dict[str, Any]) -> Encoder:
        return Encoder(pieces, network, numbers, "dev")

    print(shown(list(quality(dev.keys, cross_validated(dev, passages, known, make)))))
    numbers = fitted(dev, passages, known, make)
    of_passages(passages, make(numbers))
    print(numbers["enough"])
    (folder / "reading.json").write_text(json.dumps(numbers, separators=(",", ":")) + "\n")


def of_passages(passages: Dev, encoder: Encoder) -> None:
    """Stage and certainty of the sentences of passages kept apart: share right, and ECE."""
    told = [one for document in passages.documents for one in document.sentences]
    read = [one for _, encoded in understood(passages, encoder) for one in encoded.sentences]
    for name, chances, truth in (
        ("stage", [one.stages for one in read], [one.stage for one in told]),
        ("certainty", [one.certainties for one in read], [one.certainty for one in told]),
    ):
        best = [max(one.items(), key=itemgetter(1)) for one in chances]
        hits = [label == true for (label, _), true in zip(best, truth, strict=True)]
        error = calibration_error([chance for _, chance in best], hits)
        print(f"{name}: {np.mean(hits):.3f} of {len(hits)} right, ECE {error:.3f}")
    threats = binary(
        [one.stages[Stage.THREATENED] >= 0.5 for one in read],
        [one.stage is Stage.THREATENED for one in told],
    )
    print(f"threatened: P {threats.precision:.3f} R {threats.recall:.3f} F1 {threats.f1:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("muc4", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--network", type=Path, help="another ONNX file, to compare with")
    told = parser.parse_args()
    tune(told.muc4, told.model, in_onnx(told.network.read_bytes()) if told.network else None)


if __name__ == "__main__":
    main()
