"""Inclusion and consistency proofs from stored tiles, made and verified; pymerkle's beside them.

Every tile was read once before, as in a house that runs; pymerkle too has answered each
question once before it is timed.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from random import Random

from benchmarks.ground import folder
from benchmarks.log.ground import PEER, SHA256, a_peer, hashes_a_second, house_for, rate, row
from benchmarks.scale import Scale
from benchmarks.table import Row
from tocsin.app import App
from tocsin.casework import logbook
from tocsin.record.leaf import leaf_hash
from tocsin.record.merkle import is_consistent, is_included
from tocsin.record.proofs import Tree
from tocsin.record.tiles import WIDTH
from tocsin.store import events
from tocsin.store.engine import Connection

MADE_A_SECOND, VERIFIED_A_SECOND = 15_000, 30_000


def measure(scale: Scale, app: App | None = None) -> Iterator[Row]:
    """Proofs a second in the whole log, and in as much of it as pymerkle is given."""
    with house_for(scale.leaves, app) as house, house.store.read() as db:
        whole, size = logbook.tree(house, db, scale.leaves), scale.peer_leaves
        yield from _included(whole, db, scale)
        yield from _consistent(whole, scale)
        yield from _included(logbook.tree(house, db, size), db, scale)
        yield from _peer(events.leaves(db, 0, size), scale)


def _included(tree: Tree, db: Connection, scale: Scale) -> Iterator[Row]:
    for index in range(0, tree.size, WIDTH):
        tree.inclusion(index)
    indexes, root = _drawn(tree.size, scale.proofs), tree.root()
    hashes = [leaf_hash(events.leaves(db, index, index + 1)[0]) for index in indexes]
    proofs = [tree.inclusion(index) for index in indexes]
    made = rate(map(tree.inclusion, indexes))
    verified = rate(
        is_included(hashed, index, tree.size, proof, root)
        for hashed, index, proof in zip(hashes, indexes, proofs, strict=True)
    )
    yield from _rows(f"inclusion in {tree.size:,}", made, verified)


def _consistent(tree: Tree, scale: Scale) -> Iterator[Row]:
    sizes, root = [1 + index for index in _drawn(tree.size, scale.proofs)], tree.root()
    roots = [tree.root_at(size) for size in sizes]
    proofs = [tree.consistency(size) for size in sizes]
    made = rate(map(tree.consistency, sizes))
    verified = rate(
        is_consistent(size, tree.size, proof, old, root)
        for size, old, proof in zip(sizes, roots, proofs, strict=True)
    )
    yield from _rows(f"consistency with {tree.size:,}", made, verified)


def _peer(leaves: list[bytes], scale: Scale) -> Iterator[Row]:
    with folder() as place, ExitStack() as stack:
        peer = a_peer(place / "peer.db")
        if peer is None:
            return
        stack.callback(peer.close)
        peer.append_entries(leaves)
        indexes = [1 + index for index in _drawn(len(leaves), -(-scale.proofs // 10))]
        root, bases = peer.get_root(), [peer.get_leaf(index) for index in indexes]
        proofs = [peer.prove_inclusion(index) for index in indexes]
        made = rate(map(peer.prove_inclusion, indexes))
        # It raises for a proof that does not verify, and returns nothing for one that does.
        verified = rate(
            proof.verify(base, root, index=index, size=len(leaves))
            for base, index, proof in zip(bases, indexes, proofs, strict=True)
        )
    yield from _rows(f"{PEER}: inclusion in {len(leaves):,}", made, verified, aimed=False)


def _drawn(size: int, count: int) -> list[int]:
    chance = Random(7)  # noqa: S311  # the same in every run
    return [chance.randrange(size) for _ in range(count)]


def _rows(what: str, made: float, verified: float, *, aimed: bool = True) -> Iterator[Row]:
    for how, value, least in (
        ("made", made, MADE_A_SECOND),
        ("verified", verified, VERIFIED_A_SECOND),
    ):
        aim = least if aimed else None
        yield row(f"{what}, {how}", value, "/s", SHA256, hashes_a_second(), least=aim)
