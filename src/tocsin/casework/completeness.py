"""What stands under a tag, and the proof that it is all: the map, its roots, and searches."""

from dataclasses import dataclass

from tocsin.casework import ledger, records
from tocsin.casework.house import App
from tocsin.domain.ledger import MapRooted
from tocsin.record.map_blocks import Prover, update
from tocsin.record.tags import MAP_FUNCTION, tags_of
from tocsin.store import events, tagged
from tocsin.store.engine import Connection

BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRoot:
    """A root of the map: where it stands in the log, and how many leaves and pairs it covers."""

    index: int
    root: bytes
    covered: int
    pairs: int


def begin(app: App) -> None:
    """Give a record that an older version kept its place in the map."""
    with app.store.read() as db:
        if not tagged.is_missing(db):
            return
    with app.store.write() as db:
        events.lock_head(db)
        if tagged.is_missing(db):
            rebuild_map(app, db)


def root_now(app: App, db: Connection, *, covering_all: bool = True) -> MapRoot | None:
    """The map's newest root, put on the record where there is something new to cover.

    Without `covering_all`, only new tags are something new. Rehashes what came since the last
    root, in the caller's transaction. None for a record in which there is nothing to cover.
    """
    head = events.lock_head(db)
    newest = newest_root(app, db, head)
    fresh = tagged.fresh_keys(db, head.mapped, head.position)
    is_covered = head.position == (newest.index + 1 if newest else 0)
    if is_covered or not (fresh or covering_all):
        return newest
    covered = head.position
    root = update(tagged.StoredBlocks(db, covered), fresh)
    pairs = (newest.pairs if newest else 0) + len(fresh)
    said = MapRooted(
        by="system",
        at=app.clock(),
        root=root.hex(),
        covered=covered,
        pairs=pairs,
        map_function=MAP_FUNCTION,
    )
    # The head is ours until the transaction ends, so the root's own leaf is the very next.
    ledger.record(app, db, said)
    events.set_mapped(db, covered)
    return MapRoot(index=covered, root=root, covered=covered, pairs=pairs)


def newest_root(app: App, db: Connection, head: events.Head | None = None) -> MapRoot | None:
    """The newest root on the record; None before the first."""
    covered = (head or events.read_head(db)).mapped
    row = events.event_at(db, covered + 1) if covered else None
    if row is None:
        return None
    said = records.opened(app, row).fields
    return MapRoot(
        index=covered, root=bytes.fromhex(said["root"]), covered=covered, pairs=said["pairs"]
    )


def prover(db: Connection, root: MapRoot) -> Prover:
    """Proofs against that root; `db` must stay open as long."""
    return Prover(tagged.StoredBlocks(db, root.covered))


def rebuild_map(app: App, db: Connection) -> int:
    """Build the pairs anew from every body that can be opened; how many there are.

    What was destroyed keeps the pairs it had: they are read back from the old ones.
    """
    head = events.lock_head(db)
    kept = tagged.pairs_of_destroyed(db)
    tagged.clear(db)
    pairs, position = 0, 0
    while rows := records.everything(app, db, position, BATCH):
        position = rows[-1].position
        fresh = [
            (events.pair_key(tag, row.index), row.leaf_hash, row.position)
            for row in rows
            if row.body is not None
            for tag in tags_of(app.keys.tags, row.case_id, row.kind, row.fields)
        ]
        tagged.put(db, fresh)
        pairs += len(fresh)
    tagged.put(db, kept)
    update(tagged.StoredBlocks(db, head.mapped), tagged.fresh_keys(db, 0, head.mapped))
    return pairs + len(kept)
