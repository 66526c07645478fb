"""Search proofs from the map's tables, and its root: built whole, and after an addition.

Every record has two tags: its case, which nine others share, and whom it names, whom three
others name too. "First asked" reads buckets from the database; "again" finds them kept.
"""

from collections.abc import Iterator
from functools import partial
from random import Random

from benchmarks.log.ground import (
    SHA256,
    core_s,
    hashes_a_second,
    hashing_s,
    house_for,
    rate,
    row,
    subject,
)
from benchmarks.scale import Scale
from benchmarks.table import Row, median
from tocsin.app import App
from tocsin.record.map_blocks import Prover, update
from tocsin.record.prefix_map import verify_prefix
from tocsin.record.tags import SUBJECT, folded, tag
from tocsin.store import tagged

A_SECOND = 5_000
WHOLE_S_A_MILLION = 15
LEAF_HASHED, INNER_HASHED = 75, 67  # bytes: a pair of ours, and a node over two
MOST_CACHED = 65_536  # all buckets
ADDED = (1, 200)
ONE_OF_ALL = 0.01


def measure(scale: Scale, app: App | None = None) -> Iterator[Row]:
    """The root's rows, then those of proofs that something, or nothing, is there."""
    with house_for(scale.leaves, app) as house:
        yield from _root(house, scale)
        yield from _proofs(house, scale)


def _root(house: App, scale: Scale) -> Iterator[Row]:
    with house.store.write() as db:
        blocks, keys = tagged.StoredBlocks(db, scale.leaves), tagged.fresh_keys(db, 0, scale.leaves)
        whole_s = core_s(lambda: update(blocks, keys))
        floor_s = hashing_s({LEAF_HASHED: len(keys), INNER_HASHED: len(keys) - 1})
        most = WHOLE_S_A_MILLION * len(keys) / 1_000_000
        what = f"map root of {len(keys):,} pairs"
        yield row(what, whole_s, "s", "its hashes alone", floor_s, most=most)
        for count in ADDED:
            drawn = [_drawn(keys, count, seed) for seed in range(scale.rounds)]
            added_s = median([core_s(partial(update, blocks, some)) for some in drawn])
            part, ratio = f"{what}, {count} more", ONE_OF_ALL if count == 1 else None
            yield row(part, added_s * 1e3, "ms", "built whole", whole_s * 1e3, most_ratio=ratio)


def _proofs(house: App, scale: Scale) -> Iterator[Row]:
    chance = Random(7)  # noqa: S311  # the same in every run
    numbers = [chance.randrange(scale.leaves) for _ in range(scale.proofs)]
    names = [folded(subject(number, scale.leaves)) for number in numbers]
    with house.store.read() as db:
        prover = Prover(tagged.StoredBlocks(db, scale.leaves), MOST_CACHED)
        for what, asked in (
            ("a search", names),
            ("finding nothing", [f"nobody {name}" for name in names]),
        ):
            tags = [tag(house.keys.tags, SUBJECT, one) for one in asked]
            yield from _asked(f"proof of {what}", prover, tags)


def _asked(what: str, prover: Prover, tags: list[bytes]) -> Iterator[Row]:
    root, first = prover.root(), rate(map(prover.prove, tags))
    answers = [prover.prove(one) for one in tags]
    again = rate(map(prover.prove, tags))
    verified = rate(
        verify_prefix(root, one, pairs, proof)
        for one, (pairs, proof) in zip(tags, answers, strict=True)
    )
    for how, value, least in (
        ("made, first asked", first, None),
        ("made, again", again, A_SECOND),
        ("verified", verified, A_SECOND),
    ):
        yield row(f"{what}, {how}", value, "/s", SHA256, hashes_a_second(), least=least)


def _drawn(keys: list[bytes], count: int, seed: int) -> list[bytes]:
    chance = Random(seed)  # noqa: S311  # the same in every run
    return chance.sample(keys, min(count, len(keys)))
