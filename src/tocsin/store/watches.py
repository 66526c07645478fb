"""Who is on watch, across cases; a view over the record."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select, tuple_

from tocsin.domain.inbound import Watch
from tocsin.store import schema, views
from tocsin.store.upsert import upsert

_watch, _case = schema.watch_view, schema.case_view
_PUT = upsert(_watch, "position", "told")
_REMOVE = delete(_watch).where(
    _watch.c.case_id == bindparam("case"), _watch.c.watch_id == bindparam("watch")
)
_MARK = select(func.coalesce(func.max(_watch.c.position), 0), func.count())
_KEYS = select(_watch.c.case_id, _watch.c.watch_id, _watch.c.position)
_SOME = select(_watch).where(
    tuple_(_watch.c.case_id, _watch.c.watch_id).in_(bindparam("wanted", expanding=True))
)
_URGENCY = select(_case.c.case_id, _case.c.urgency).where(
    _case.c.case_id.in_(bindparam("wanted", expanding=True))
)
_WATCHING = select(_case.c.case_id, _case.c.case_seq, _case.c.urgency).where(
    _case.c.case_id.in_(select(_watch.c.case_id))
)
_MOST = 400  # asked for in one statement

Key = tuple[str, str]
"""A case and the number of a watch in it."""


class Mark(NamedTuple):
    """As long as it stays the same, so does every watch: the last event of one, and how many."""

    position: int
    live: int


class Watching(NamedTuple):
    """A case that has somebody on watch, as of its event `case_seq`."""

    case_id: str
    case_seq: int
    urgency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A live watch as of the event at `position`; all as entered."""

    case_id: str
    watch_id: str
    position: int
    exercise: bool
    names: tuple[str, ...]
    births: tuple[str, ...]
    identifiers: tuple[str, ...]

    @property
    def key(self) -> Key:
        return self.case_id, self.watch_id


def put(db: Connection, case_id: str, watch: Watch, position: int, *, exercise: bool) -> None:
    """Show a watch as of the event at `position`."""
    told = [watch.names, [one.born for one in watch.births], watch.identifiers]
    _PUT.run(
        db,
        case_id=case_id,
        watch_id=watch.watch_id,
        position=position,
        exercise=exercise,
        told=json.dumps(told),
    )


def remove(db: Connection, case_id: str, watch_id: str) -> None:
    """Watch for its names no more."""
    db.execute(_REMOVE, {"case": case_id, "watch": watch_id})


def mark(db: Connection) -> Mark:
    return Mark(*db.execute(_MARK).one())


def positions(db: Connection) -> dict[Key, int]:
    """Every live watch and its last event."""
    return {(row.case_id, row.watch_id): row.position for row in db.execute(_KEYS)}


def some(db: Connection, keys: Sequence[Key]) -> list[Watched]:
    """These watches, as far as they live."""
    found = []
    for at in range(0, len(keys), _MOST):
        for row in db.execute(_SOME, {"wanted": keys[at : at + _MOST]}):
            names, births, identifiers = map(tuple, json.loads(row.told))
            found.append(
                Watched(
                    case_id=row.case_id,
                    watch_id=row.watch_id,
                    position=row.position,
                    exercise=row.exercise,
                    names=names,
                    births=births,
                    identifiers=identifiers,
                )
            )
    return found


def urgencies(db: Connection, cases: Collection[str]) -> dict[str, str]:
    """How near the harm is in each of these cases, as the queue shows it."""
    wanted = sorted(cases)
    found: dict[str, str] = {}
    for at in range(0, len(wanted), _MOST):
        rows = db.execute(_URGENCY, {"wanted": wanted[at : at + _MOST]})
        found |= {row.case_id: row.urgency for row in rows}
    return found


def watching(db: Connection, *, officer_id: str, unit: str, sees_all: bool) -> list[Watching]:
    """The cases with live watches that this officer may see, as `views.queue` shows them."""
    seen = _WATCHING if sees_all else _WATCHING.where(views.MINE)
    told = {} if sees_all else {"officer": officer_id, "unit": unit}
    return [Watching(*row) for row in db.execute(seen, told)]
