"""Under which names subjects are on watch, across cases; a view over the record."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, delete, select

from tocsin.store import schema
from tocsin.store.upsert import insert_or_keep

_watch = schema.watch_view
_PUT = insert_or_keep(_watch)
_REMOVE = delete(_watch).where(
    _watch.c.case_id == bindparam("case"), _watch.c.watch_id == bindparam("watch")
)
_ALL = select(_watch.c.case_id, _watch.c.watch_id, _watch.c.folded, _watch.c.exercise).order_by(
    _watch.c.case_id, _watch.c.watch_id
)


def put(
    db: Connection, case_id: str, watch_id: str, folded: Collection[str], *, exercise: bool
) -> None:
    """Watch for these folded names too. One beyond the column's length is cut after a word."""
    for one in sorted(set(folded)):
        short = one if len(one) <= schema.NAME else one[: schema.NAME].rpartition(" ")[0]
        if short:
            named = {"case_id": case_id, "watch_id": watch_id, "folded": short}
            _PUT.run(db, **named, exercise=exercise)


def remove(db: Connection, case_id: str, watch_id: str) -> None:
    """Watch for its names no more."""
    db.execute(_REMOVE, {"case": case_id, "watch": watch_id})


def every(db: Connection) -> list[tuple[str, str, str, bool]]:
    """Each watched name as (case, watch, folded name, whether that case is an exercise)."""
    return [(row.case_id, row.watch_id, row.folded, row.exercise) for row in db.execute(_ALL)]
