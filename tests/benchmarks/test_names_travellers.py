"""What the benchmark of travellers counts, on names of our own."""

import math

import pytest

from benchmarks.names_travellers import Asking, alerts, composed, threshold


def test_the_threshold_is_the_highest_that_finds_so_many():
    scores = [5.0, 4.0, 3.0, 2.0, -math.inf]
    assert [threshold(scores, recall) for recall in (0.2, 0.8)] == [5.0, 2.0]
    assert threshold(scores, 0.9) == math.inf


@pytest.mark.parametrize(("recall", "count"), [(0.5, 250.0), (1.0, 750.0)])
def test_alerts_are_strangers_at_or_above_it(recall, count):
    assert alerts([4.0, 2.0], [4.0, 3.0, 2.0, -math.inf], recall) == count
    assert alerts([4.0, -math.inf], [4.0], 1.0) == math.inf


def test_a_person_counts_as_found_by_a_right_candidate_alone():
    asking = Asking(pairs=(), owner=(0, 0, 1), right=(False, True, False), count=2)
    assert asking.best((9.0, 1.0, 5.0), only_right=True) == [1.0, -math.inf]
    assert asking.best((9.0, 1.0, 5.0), only_right=False) == [9.0, 5.0]


def test_composed_travellers_are_not_on_the_list_and_the_same_each_time():
    names = [f"{given} {family}" for given in ("Ann", "Bo", "Cy") for family in ("Dix", "Eco")][:5]
    assert composed(names, 1) == composed(names, 1) == ["Cy Eco"]
