"""Figures on passages kept apart, per language, beside a classifier of character n-grams."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tocsin.reading.multilingual import runs
from training.multilingual.model import HEADS
from training.multilingual.passages import ROLES, Passage

SEED = 20261122
Logits = list[np.ndarray]


def figures(train: list[Passage], test: list[Passage], logits: list[Logits]) -> dict[str, Any]:
    """By language and for all: F1 of threat (ours and the peer's, with bootstrap intervals of all),
    accuracy of the rest, exact F1 of roles."""
    peer = _peer(train, test)
    ours = np.array([1 / (1 + np.exp(-one[0][0])) for one in logits])
    told = np.array([one.threat > 0.5 for one in test])
    found: dict[str, Any] = {}
    for language in (*sorted({one.language for one in test}), "all"):
        rows = [at for at, one in enumerate(test) if language in ("all", one.language)]
        found[language] = {
            "passages": len(rows),
            "threat F1": f1(told[rows], ours[rows] > 0.5),
            "threat recall": float((ours[rows] > 0.5)[told[rows]].mean()),
            "threat F1 of character n-grams": f1(told[rows], peer[rows] > 0.5),
            **_accuracies([test[at] for at in rows], [logits[at] for at in rows]),
        }
    draw = np.random.default_rng(SEED)
    drawn = [draw.integers(0, len(test), len(test)) for _ in range(1000)]
    for name, values in (("threat F1", ours), ("threat F1 of character n-grams", peer)):
        spread = [f1(told[rows], values[rows] > 0.5) for rows in drawn]
        found["all"][f"{name}, 95 %"] = [
            round(float(v), 3) for v in np.percentile(spread, [2.5, 97.5])
        ]
    found["all"]["threat ECE"] = ece(ours, told)
    return found


def f1(told: np.ndarray, said: np.ndarray) -> float:
    return round(float(2 * (told & said).sum() / max(told.sum() + said.sum(), 1)), 3)


def ece(probabilities: np.ndarray, told: np.ndarray) -> float:
    """Expected calibration error of ten bins of like width."""
    bins = np.minimum((probabilities * 10).astype(int), 9)
    gaps = [
        abs(probabilities[bins == one].mean() - told[bins == one].mean()) * (bins == one).sum()
        for one in np.unique(bins)
    ]
    return round(float(sum(gaps) / len(told)), 4)


def _accuracies(passages: Sequence[Passage], logits: Sequence[Logits]) -> dict[str, float]:
    """Right is what either reader said."""
    hits: dict[str, list[bool]] = {name: [] for name in ("kind", "harm", "stage", "certainty")}
    threatened: list[tuple[bool, bool]] = []
    gold = right = said = near = 0
    for one, made in zip(passages, logits, strict=True):
        named = dict(zip(HEADS, made, strict=True))
        for name, labels in (("kind", one.kind[None]), ("harm", one.harm[None]),
                             ("stage", one.stages), ("certainty", one.certainties)):  # fmt: skip
            guesses = named[name].reshape(len(labels), -1).argmax(axis=1)
            hits[name] += [bool(row[guess] > 0) for row, guess in zip(labels, guesses, strict=True)]
            if name == "stage":
                threatened += [
                    (bool(row[0] > 0.5), guess == 0)
                    for row, guess in zip(labels, guesses, strict=True)
                ]
        found = spans_of(named["tag"], one.spans, one.text)
        gold, said, right = gold + len(one.roles), said + len(found), right + len(one.roles & found)
        near += sum(
            any(role == told[0] and start < told[2] and told[1] < end for told in one.roles)
            for role, start, end in found
        )
    truth, guess = map(np.array, zip(*threatened, strict=True))
    return {name: round(float(np.mean(each)), 3) for name, each in hits.items()} | {
        "sentence threatened F1": f1(truth, guess),
        "roles exact F1": round(2 * right / max(gold + said, 1), 3),
        "roles said that overlap one of the kind": round(near / max(said, 1), 3),
    }


def spans_of(
    tags: np.ndarray, spans: Sequence[tuple[int, int]], text: str
) -> frozenset[tuple[str, int, int]]:
    """The roles that the code which reads reports makes of these logits."""
    shares = np.exp(tags - tags.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    found = runs(text, [(*span, 0) for span in spans], shares)
    return frozenset((ROLES[role], start, end) for role, start, end, _ in found)


def _peer(train: Sequence[Passage], test: Sequence[Passage]) -> np.ndarray:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    made = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
        LogisticRegression(C=10, max_iter=2000, class_weight="balanced"),
    )
    made.fit([one.text for one in train], [one.threat > 0.5 for one in train])
    return np.asarray(made.predict_proba([one.text for one in test])[:, 1])
