# ruff: noqa: E501, S311 - tables read better in long lines
"""Train the matcher on aligned pairs: additive weights first, then trees for what they miss.

    python -m training.names.scorer DATA LIST src/tocsin/names/tables

DATA holds pairs_open.tsv and tokens_*.tsv, LIST is rigour's person_names.txt (`listed.py`). Rows kept back (`training/names/samples.py`) are not
learnt from, nor looked at for the threshold, unless --everything is given (for release).
"""

import argparse
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Final

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tocsin.names.edits import Edits
from tocsin.names.features import COUNT, NAMES
from tocsin.names.forms import read_name
from tocsin.names.matching import ADDED, Matcher, Model, digest, ready
from tocsin.names.trees import Forest, ballot
from training.names.generated import generated
from training.names.listed import SCRIPTS, listed
from training.names.samples import Pair, pairs, sorted_forms

SEED: Final = 20111
MADE: Final = 14_000
LISTED: Final = 1_500  # of each script, with what words may stand for and without
FOLDS: Final = 3
# Of the additive figures, which may only count for and which only against.
_FOR: Final = frozenset({"rarity", "loss", "parts", "initials", "nicknames"})
# Of all figures: more of it never makes a pair less (or, -1, more) likely.
_MONOTONE: Final = {
    "nats": 0, "loss": 1, "worst share": 1, "mean share": 1, "greatest loss": 1, "left, fewer": -1,
    "worst begins otherwise": -1, "share of the patronymic": 1, "closest conflict": 0, "share of rarity, less": 1, "strain": 1, "greatest strain": 1, "worst edit": 1,
    "poor parts": -1, "patronymic taken for a name": -1, "rarity left, less": -1,
    "patronymics left, fewer": -1, "known apart": -1, "father and son exchanged": -1, "rarity of names left, less": -1,
}  # fmt: skip
PARAMETERS: Final[dict[str, Any]] = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": 20, "min_data_in_leaf": 40, "lambda_l2": 3.0,
    "feature_fraction": 0.6, "bagging_fraction": 0.8, "bagging_freq": 1, "verbosity": -1, "seed": SEED,
    "num_threads": 1, "deterministic": True, "monotone_constraints": [_MONOTONE.get(name, 0) for name in NAMES],
}  # fmt: skip
ROUNDS: Final = 250
Figures = NDArray[np.float32]


def bare() -> Matcher:
    """A matcher that only measures."""
    none = np.zeros(0, np.int32)
    zero, real = np.zeros(1, np.int32), np.zeros(1, np.float32)
    forest = ballot(Forest(none, zero, real, zero, zero, real), COUNT)
    model = Model(np.zeros(COUNT, np.float32), 0.0, forest)
    return Matcher(tables=Edits.load().tables(), model=model, threshold=0.5)


def figures(rows: list[Pair], symbols: bool = True) -> Figures:
    """(rows, COUNT); without `symbols` no word is known to be another in a different form."""
    ones = ready([read_name(row.one) for row in rows])
    others = ready([read_name(row.other) for row in rows])
    if not symbols:
        ones, others = (
            replace(
                one, words=one.words._replace(symbol_begin=np.zeros_like(one.words.symbol_begin))
            )
            for one in (ones, others)
        )
    places = np.arange(len(rows), dtype=np.int32)
    return bare().figures(ones, places, others, places)


def additive(
    x: Figures, y: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights of the additive figures and, last, the bias, by logistic regression in bounds."""
    part = np.column_stack([x[:, list(ADDED)], np.ones(len(x))]).astype(np.float64)
    bounds = [(0.0, None) if NAMES[k] in _FOR else (None, 0.0) for k in ADDED] + [(None, None)]

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = part @ w
        error = 1 / (1 + np.exp(-odds)) - y
        value = weight @ (np.logaddexp(0, odds) - y * odds) + 1e-3 * w @ w
        return float(value), part.T @ (weight * error) + 2e-3 * w

    return np.asarray(minimize(loss, np.zeros(part.shape[1]), jac=True, bounds=bounds).x)


def fit(x: Figures, y: NDArray[np.float64], weight: NDArray[np.float64]) -> tuple[Model, Any]:
    w = additive(x, y, weight)
    base = x[:, list(ADDED)] @ w[:-1] + w[-1]
    data = lightgbm.Dataset(x, y, weight=weight, init_score=base)
    booster = lightgbm.train(PARAMETERS, data, ROUNDS)
    full = np.zeros(COUNT, np.float32)
    full[list(ADDED)] = w[:-1]
    return Model(full, float(w[-1]), ballot(forest(booster), COUNT)), booster


def forest(booster: Any) -> Forest:
    """The booster's trees as plain arrays."""
    columns: list[list[float]] = [[], [], [], [], []]

    def put(node: dict[str, Any]) -> int:
        place = len(columns[0])
        for column in columns:
            column.append(0)
        if "leaf_value" in node:
            columns[0][place], columns[4][place] = -1, node["leaf_value"]
        else:
            columns[0][place], columns[1][place] = node["split_feature"], node["threshold"]
            columns[2][place] = put(node["left_child"])
            columns[3][place] = put(node["right_child"])
        return place

    roots = [put(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    kinds = (np.int32, np.float32, np.int32, np.int32, np.float32)
    return Forest(
        np.array(roots, np.int32), *(np.array(c, k) for c, k in zip(columns, kinds, strict=True))
    )


def odds_of(model: Model, booster: Any, x: Figures) -> NDArray[np.float64]:
    return np.asarray(x @ model.weight + model.bias + booster.predict(x, raw_score=True))


def best_threshold(odds: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """The log-odds with the greatest F1, and that F1."""
    order = np.argsort(-odds)
    hits = np.cumsum(y[order])
    score = 2 * hits / (np.arange(1, len(y) + 1) + y.sum())
    at = int(np.argmax(score))
    return float(odds[order][at]), float(score[at])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("list", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--everything", action="store_true", help="hold no row back: for release")
    given = parser.parse_args()
    rows = [
        row for row in pairs(given.data / "pairs_open.tsv") if given.everything or not row.check
    ]
    made = generated(given.data, Random(SEED), MADE)
    unknown, known = (
        [
            row
            for number, script in enumerate(SCRIPTS)
            for row in listed(given.list, script, Random(SEED + 2 * number + step), LISTED)
        ]
        for step in (0, 1)
    )
    both = rows + made + unknown + known
    x = np.vstack([figures(rows + made), figures(unknown, False), figures(known)])
    y = np.array([row.same for row in both], np.float64)
    weight = np.repeat([1.0, 0.4, 0.2], [len(rows), len(made), len(unknown + known)])
    fold = np.array([hash_of(row) % FOLDS for row in both])
    odds = np.zeros(len(both))
    for number in range(FOLDS):
        model, booster = fit(x[fold != number], y[fold != number], weight[fold != number])
        odds[fold == number] = odds_of(model, booster, x[fold == number])
    real = np.arange(len(both)) < len(rows)
    threshold, score = best_threshold(odds[real], y[real])
    print(
        f"F1 {score:.4f} at {threshold:+.2f} nats over folds; made pairs: F1 {best_threshold(odds[~real], y[~real])[1]:.4f}"
    )
    model, booster = fit(x, y, weight)
    gains = sorted(zip(booster.feature_importance("gain"), NAMES, strict=True), reverse=True)
    print(", ".join(f"{name} {gain:.0f}" for gain, name in gains[:40]))
    print(
        dict(zip([NAMES[k] for k in ADDED], model.weight[list(ADDED)].round(2), strict=True)),
        model.bias,
    )
    save(given.out, model, forest(booster), threshold)


def hash_of(row: Pair) -> int:
    import zlib

    return zlib.crc32(sorted_forms(read_name(row.one)).encode())


def save(folder: Path, model: Model, trees: Forest, threshold: float) -> None:
    arrays: dict[str, NDArray[Any]] = dict(trees._asdict())
    arrays |= {"weight": model.weight, "bias": np.array([model.bias], np.float32)}
    np.savez_compressed(folder / "matching.npz", **arrays)
    chosen = 1 / (1 + np.exp(-threshold))
    (folder / "matching.toml").write_text(
        f'format = 1\nsha256 = "{digest(arrays)}"\nthreshold = {chosen:.6f}\n'
    )


if __name__ == "__main__":
    main()
