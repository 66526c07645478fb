"""A map held in memory, and honest answers from it."""

import random
from bisect import bisect_left
from collections import Counter
from typing import NamedTuple

from tocsin.record.prefix_map import Pair, PrefixTree, begins_with, spell_proof


class Answer(NamedTuple):
    prefix: bytes
    pairs: tuple[Pair, ...]
    proof: bytes


class House:
    """A map, and what it answers about any prefix."""

    def __init__(self, pairs):
        self.pairs = sorted(pairs)
        self.tree = PrefixTree(self.pairs)

    def answer(self, prefix):
        found, steps = self.tree.search(prefix)
        if begins_with(found[0].key, prefix):
            return Answer(prefix, tuple(found), spell_proof(steps))
        return Answer(prefix, (), spell_proof(steps, other=found[0]))


def a_house(chance: random.Random, tags: int = 12) -> House:
    """Tags of 1 to 20 pairs, some of which begin as their neighbours do."""
    pairs: list[Pair] = []
    tag = chance.randbytes(32)
    for _ in range(tags):
        shared = chance.choice([0, 0, 1, 2, 31])
        tag = tag[:shared] + chance.randbytes(32 - shared)
        indexes = chance.sample(range(2**20), chance.randint(1, 20))
        pairs += [Pair(tag + index.to_bytes(8), chance.randbytes(32)) for index in indexes]
    return House({pair.key: pair for pair in pairs}.values())


class Shelf:
    """`Blocks` in memory, which counts what is read and written."""

    def __init__(self, pairs=()):
        self.stored = dict(pairs)
        self.blocks: dict[bytes, bytes] = {}
        self.read, self.written = Counter(), Counter()

    def pairs(self, prefix):
        self.read[prefix] += 1
        keys = sorted(self.stored)
        start = bisect_left(keys, prefix)
        under = (key for key in keys[start:] if key.startswith(prefix))
        return [Pair(key, self.stored[key]) for key in under]

    def block(self, prefix):
        self.read[prefix] += 1
        return self.blocks.get(prefix)

    def put_block(self, prefix, data):
        self.written[prefix] += 1
        self.blocks[prefix] = data
