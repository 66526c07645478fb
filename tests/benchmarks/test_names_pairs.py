"""The pair benchmark counts as its docstring says."""

import numpy as np
import pytest

from benchmarks.names_pairs import best_threshold, f1, interval, recall_at, rows_of

SCORES = np.array([0.9, 0.8, 0.7, 0.4, 0.3, 0.2])
SAME = np.array([True, True, False, True, False, False])


def test_f1_counts_what_fires_at_the_threshold() -> None:
    assert f1(SCORES, SAME, 0.8) == pytest.approx(0.8)
    assert f1(SCORES, SAME, 1.0) == 0.0


def test_the_best_threshold_takes_equal_scores_together() -> None:
    assert best_threshold(SCORES, SAME) == 0.4
    assert best_threshold(np.array([0.5, 0.5, 0.1]), np.array([True, False, False])) == 0.5


def test_recall_counts_only_what_no_more_than_the_false_alarms_outrank() -> None:
    assert recall_at(SCORES, SAME, 0.0) == pytest.approx(2 / 3)
    assert recall_at(SCORES, SAME, 0.4) == 1.0


def test_the_interval_holds_the_value() -> None:
    low, high = interval(np.tile(SCORES, 50), np.tile(SAME, 50), 0.8)
    assert low < f1(SCORES, SAME, 0.8) < high


def test_the_table_sets_the_best_peer_beside_each_figure() -> None:
    mine = {"core": 0.97, "low": 0.96, "high": 0.98, "recall": 0.8}
    rows = rows_of(mine, {"one": {"core": 0.7, "recall": 0.1}, "other": {"core": 0.8}})
    assert [(row.beside, row.baseline, row.met) for row in rows] == [
        ("other", 0.8, True),
        ("one", 0.1, False),
    ]
