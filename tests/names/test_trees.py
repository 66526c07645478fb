"""Trees that are asked all at once answer as trees that are walked down one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tocsin.names.trees import Forest, ballot, vote, votes

# Two trees over two figures: (f0 <= 1 ? (f1 <= 0 ? a : b) : c) and (f1 <= 2 ? d : e).
FOREST = Forest(
    root=np.array([0, 5], np.int32),
    figure=np.array([0, 1, -1, -1, -1, 1, -1, -1], np.int32),
    bound=np.array([1, 0, 0, 0, 0, 2, 0, 0], np.float32),
    left=np.array([1, 2, 0, 0, 0, 6, 0, 0], np.int32),
    right=np.array([4, 3, 0, 0, 0, 7, 0, 0], np.int32),
    value=np.array([0, 0, 1, 2, 4, 0, 8, 16], np.float32),
)


def walked(figures: list[float]) -> float:
    total = 0.0
    for root in FOREST.root:
        node = root
        while FOREST.figure[node] >= 0:
            below = figures[FOREST.figure[node]] <= FOREST.bound[node]
            node = FOREST.left[node] if below else FOREST.right[node]
        total += float(FOREST.value[node])
    return total


@given(st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0]), min_size=2, max_size=2))
def test_all_trees_at_once_add_up_to_what_each_says(figures: list[float]) -> None:
    forest = ballot(FOREST, 2)
    assert vote(forest, np.array(figures, np.float32), votes(forest)) == walked(figures)
