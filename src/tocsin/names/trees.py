"""Boosted trees, all asked at once: every figure strikes out the leaves that it forbids."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.names.compiling import inner_numeric
from tocsin.names.native import Floats, Ints

MOST_LEAVES: Final = 31


class Forest(NamedTuple):
    """`root` (trees,) and, for every node: the figure it asks for (-1: a leaf), the bound up to
    which one goes `left`, else `right`, and the leaf's value in nats."""

    root: Ints
    figure: Ints
    bound: Floats
    left: Ints
    right: Ints
    value: Floats


class Ballot(NamedTuple):
    """The same trees by figure: figure f has the bounds from begin[f] to before begin[f + 1],
    rising; beyond each, the `tree` keeps only the leaves in `kept` (bits, the leftmost the lowest).
    `value` (trees, leaves): nats; of the leaves left to a tree, the leftmost counts."""

    begin: Ints
    bound: Floats
    tree: NDArray[np.uint16]
    kept: Ints
    value: Floats


def ballot(forest: Forest, figures: int) -> Ballot:
    """Raises ValueError for a tree of too many leaves."""
    asked: list[tuple[int, float, int, int]] = []
    values = np.zeros((len(forest.root), MOST_LEAVES), np.float32)
    figure, left, right = (column.tolist() for column in (forest.figure, forest.left, forest.right))

    def leaves(node: int, tree: int, first: int) -> int:
        """Numbers the leaves below a node from `first` on; the number after the last."""
        if figure[node] < 0:
            if first == MOST_LEAVES:
                raise ValueError("a tree has too many leaves")
            values[tree, first] = forest.value[node]
            return first + 1
        middle = leaves(left[node], tree, first)
        struck = (1 << middle) - (1 << first)
        asked.append((figure[node], float(forest.bound[node]), tree, ~struck))
        return leaves(right[node], tree, middle)

    for tree, root in enumerate(forest.root.tolist()):
        leaves(root, tree, 0)
    asked.sort()
    whole = np.array([(figure, tree, kept) for figure, _, tree, kept in asked], np.int32)
    whole = whole.reshape(-1, 3)
    return Ballot(
        begin=np.searchsorted(whole[:, 0], np.arange(figures + 1)).astype(np.int32),
        bound=np.array([bound for _, bound, _, _ in asked], np.float32),
        tree=whole[:, 1].astype(np.uint16),
        kept=whole[:, 2].copy(),
        value=values,
    )


# The place of the only bit that is set, by the five highest bits of its product.
_PRODUCT: Final = 0x077CB531
_BIT: Final = np.zeros(32, np.int32)
for _place in range(32):
    _BIT[((1 << _place) * _PRODUCT & 0xFFFFFFFF) >> 27] = _place


@inner_numeric
def vote(forest: Ballot, figures: Floats, left: Ints) -> float:
    """The sum over all trees, in nats; `left` (trees,) is scratch."""
    trees = forest.value.shape[0]
    for tree in range(trees):
        left[tree] = -1
    for figure in range(figures.shape[0]):
        first, last = forest.begin[figure], forest.begin[figure + 1]
        beyond = first + np.searchsorted(forest.bound[first:last], figures[figure])
        for place in range(first, beyond):
            left[forest.tree[place]] &= forest.kept[place]
    total = 0.0
    for tree in range(trees):
        bits = int(left[tree])
        total += forest.value[tree, _BIT[((bits & -bits) * _PRODUCT & 0xFFFFFFFF) >> 27]]
    return total


def votes(forest: Ballot) -> NDArray[np.int32]:
    """Scratch for `vote`."""
    return np.zeros(len(forest.value), np.int32)
