"""Weigh the rules of threat: `python -m training.reading.threat_rules MUC4_FOLDER`.

Needs scikit-learn (never at run time). Sentences and reports are weighed on the passages with odd
numbers; those with even numbers are left for measuring. Threatened incidents are weighed on
MUC-4's train.jsonl; with `--half` on every second document of it, so that the others can be used
to measure. Nothing of MUC-4 goes into the weights but numbers. The same seed gives the same file.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from tocsin.reading.normal import normalise
from tocsin.reading.sentences import sentences
from tocsin.reading.threats_weighing import (
    Weights,
    agreeing,
    incident_features,
    report_features,
    staged,
)
from tocsin.reading.threats_words import Classed, lexicon
from tocsin.reading.understood import Certainty, Stage
from training.reading.threat_passages import documents, passages, threatened

WEIGHTS = Path(__file__).parents[2] / "src" / "tocsin" / "reading" / "threats_weights.json"
SEED = 7
STRENGTH = {"stage": 1.0, "certainty": 1.0, "report": 0.3, "incident": 0.1}
RECALL = 0.92  # of the threats of passages not seen, how many a report's score must reach
ORDINARY = 0.07  # the weight of a stretch of an ordinary report; a passage weighs 1
NEAR = 0.9  # of the best F1, for the sake of recall
Read = tuple[Mapping[str, Any], list[set[str]]]
Rows = Sequence[Mapping[str, float]]


def classes(text: str, spans: Sequence[tuple[int, int]], language: str) -> list[Classed]:
    """Every sentence in classes."""
    words = lexicon(language)
    folded = words.folded(text)
    return [words.classed(folded, start, end) for start, end in spans]


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    told = _of_passages(list(_ordinary(Path(arguments[0]))))
    told |= _of_incidents(Path(arguments[0]), told, half="--half" in arguments)
    told["seed"] = SEED
    WEIGHTS.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")
    return 0


def _ordinary(folder: Path) -> Iterator[Read]:
    """Reports of MUC-4 without any incident, three sentences each, as passages without a threat."""
    for document in documents(folder, half=True):
        if document["key_templates"]:
            continue
        text = normalise(document["text"]).text
        spans = sentences(text, "en")[2:]
        for at in range(0, len(spans) - 2, 9):
            label = {"stage": "none", "certainty": "none"}
            passage = {"threat": False, "sentences": [label] * 3}
            yield passage, agreeing(classes(text, spans[at : at + 3], "en"))


def _of_passages(ordinary: list[Read]) -> dict[str, Any]:
    labelled = [
        (passage, agreeing(classes(text, spans, language)))
        for language, passage, text, spans in passages(odd=True)
    ]
    read = ordinary + labelled
    weight = [ORDINARY] * len(ordinary) + [1.0] * len(labelled)
    labels = [sentence for passage, _ in read for sentence in passage["sentences"]]
    groups = [number for number, (_, found) in enumerate(read) for _ in found]
    rows = [dict.fromkeys(own, 1.0) for _, found in read for own in found]
    each = [weight[number] for number in groups]
    told: dict[str, Any] = {
        name: _table(rows, [one[name] for one in labels], list(order), STRENGTH[name], each)
        for name, order in (("stage", Stage), ("certainty", Certainty))
    }
    # What a sentence is taken for is weighed as on passages never seen.
    shares = iter(_across(rows, [one["stage"] for one in labels], STRENGTH["stage"], each, groups))
    features = [
        report_features(found, [dict(zip(Stage, next(shares), strict=True)) for _ in found])
        for _, found in read
    ]
    threats = [bool(passage["threat"]) for passage, _ in read]
    told["report"] = _line(features, threats, "report", weight)
    scores = _across(features, threats, STRENGTH["report"], weight, range(len(read)))[:, 1]
    of_threats = [one for one, yes in zip(scores, threats, strict=True) if yes]
    told["report_from"] = round(float(np.quantile(of_threats, 1 - RECALL)), 3)
    return told


def _model(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=5000, random_state=SEED)


def _table(
    rows: Rows, labels: Sequence[str], order: Sequence[str], strength: float, weight: list[float]
) -> dict[str, list[float]]:
    """By feature one weight for each answer."""
    vectors = DictVectorizer()
    model = _model(strength).fit(vectors.fit_transform(rows), labels, sample_weight=weight)
    places = [list(model.classes_).index(label) for label in order]
    columns = np.vstack([model.intercept_, model.coef_.T])[:, places]
    names = ["bias", *vectors.get_feature_names_out()]
    return {name: _rounded(row) for name, row in zip(names, columns, strict=True)}


def _across(
    rows: Rows, labels: Sequence[Any], strength: float, weight: list[float], groups: Sequence[int]
) -> Any:
    """The shares of each answer, by models that did not see the group; stages in their order."""
    shares = cross_val_predict(
        _model(strength), DictVectorizer().fit_transform(rows), labels, groups=groups,
        cv=GroupKFold(5), method="predict_proba", params={"sample_weight": np.array(weight)},
    )  # fmt: skip
    answers = sorted(set(labels))
    return shares[:, [answers.index(stage) for stage in Stage]] if len(answers) > 2 else shares


def _line(rows: Rows, labels: Sequence[bool], name: str, weight: list[float]) -> dict[str, float]:
    """By feature one weight, for yes."""
    vectors = DictVectorizer()
    model = _model(STRENGTH[name])
    model.fit(vectors.fit_transform(rows), labels, sample_weight=weight)
    names = ["bias", *vectors.get_feature_names_out()]
    return dict(zip(names, _rounded([model.intercept_[0], *model.coef_[0]]), strict=True))


def _rounded(row: Iterable[float]) -> list[float]:
    return [round(float(one), 3) for one in row]


def _of_incidents(folder: Path, told: dict[str, Any], *, half: bool) -> dict[str, Any]:
    weights = Weights(**(told | {"incident": {}, "incident_from": 0.5}))
    rows, labels = [], []
    for document in documents(folder, half=half):
        text = normalise(document["text"]).text
        sentenced = classes(text, sentences(text, "en"), "en")
        stages = [staged(own, weights) for own in agreeing(sentenced)]
        rows.append(incident_features(sentenced, stages))
        labels.append(threatened(document))
    # As many yes as no, in weight.
    share = sum(labels) / len(labels)
    weight = [0.5 / share if yes else 0.5 / (1 - share) for yes in labels]
    scores = _across(rows, labels, STRENGTH["incident"], weight, range(len(rows)))[:, 1]
    return {
        "incident": _line(rows, labels, "incident", weight),
        "incident_from": _lowest(scores, labels),
    }


def _lowest(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The lowest score from which F1 on documents not seen is near the best."""
    ranked = sorted(zip(scores, labels, strict=True), reverse=True)
    found, values = 0, []
    for count, (score, yes) in enumerate(ranked, 1):
        found += yes
        values.append((2 * found / (count + sum(labels)), float(score)))
    best = max(value for value, _ in values)
    return round(min(score for value, score in values if value >= NEAR * best), 3)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
