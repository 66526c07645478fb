"""Boosted trees as plain arrays: read by a loop of our own."""

from typing import NamedTuple

from tocsin.names.compiling import numeric
from tocsin.names.native import Floats, Ints


class Forest(NamedTuple):
    """`root` (trees,) and, for every node: the figure it asks for (-1: a leaf), the bound up to
    which one goes `left`, else `right`, and the leaf's value in nats."""

    root: Ints
    figure: Ints
    bound: Floats
    left: Ints
    right: Ints
    value: Floats


@numeric
def vote(forest: Forest, figures: Floats) -> float:
    """The sum over all trees, in nats."""
    total = 0.0
    for tree in range(forest.root.shape[0]):
        node = forest.root[tree]
        while forest.figure[node] >= 0:
            below = figures[forest.figure[node]] <= forest.bound[node]
            node = forest.left[node] if below else forest.right[node]
        total += forest.value[node]
    return total
