"""The directory as it is searched: where each contact stands on the record; codes on their way.

`contact_view` holds names and what is protected, as words to compare; whoever found a contact
opens its record. Instants are microseconds (`_us`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)

from tocsin.store import schema
from tocsin.store.events import EventRow
from tocsin.store.prepared import flat
from tocsin.store.upsert import upsert

_contact, _check = schema.contact_view, schema.way_check
_event, _key = schema.event, schema.record_key
_PUT = upsert(_contact, *(column.name for column in _contact.c if not column.primary_key))
_PUT_CHECK = upsert(_check, "code_hash", "expires_us", "tries")
_RECORDED = (
    select(_event, _key.c.wrapped)
    .select_from(_contact)
    .join(_event, _event.c.position == _contact.c.position)
    .outerjoin(_key, _key.c.position == _event.c.position)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """A contact as it is sought. `name`, `folded` and `protects` are folded words, the last two a
    line each; `version` counts its records, `position` is the newest one's.

    `key_expires_us` is when its first key ends, `tried_us` when the way was verified that has
    waited longest; both `NEVER_US` where there is none, or where the contact was removed.
    """

    contact_id: str
    unit: str
    contact_kind: str
    name: str
    folded: str
    protects: str
    removed: bool
    version: int
    position: int
    key_expires_us: int
    tried_us: int


def put(db: Connection, row: ContactRow) -> None:
    """Show the contact as `row` from now on."""
    _PUT.run(db, **flat(row))


def everyone(db: Connection) -> dict[str, ContactRow]:
    """Every contact by id, removed or not."""
    rows = (ContactRow(**row._mapping) for row in db.execute(select(_contact)))
    return {row.contact_id: row for row in rows}


def by_id(db: Connection, contact_id: str) -> EventRow | None:
    """The newest record of a contact, removed or not; `case_seq` is its version."""
    return next(iter(_rows(db, _RECORDED.where(_contact.c.contact_id == contact_id))), None)


def listed(
    db: Connection,
    *,
    unit: str | None,
    words: Sequence[str] = (),
    among: Collection[str] | None = None,
    after: str = "",
    limit: int,
) -> list[EventRow]:
    """Records of contacts that are not removed, by name: those of `unit`, or of all where None.

    Each of `words` (folded) stands in the name, the id or what is protected. `among` are ids.
    `after` is the id of the last contact of the page before.
    """
    chosen = _RECORDED.where(*_of(unit), *(_contact.c.folded.like(f"%{one}%") for one in words))
    if among is not None:
        chosen = chosen.where(_contact.c.contact_id.in_(list(among)))
    if after:
        last = select(_contact.c.name).where(_contact.c.contact_id == after).scalar_subquery()
        chosen = chosen.where(tuple_(_contact.c.name, _contact.c.contact_id) > tuple_(last, after))
    return _rows(db, chosen.order_by(_contact.c.name, _contact.c.contact_id).limit(limit))


def protectors(db: Connection, *, unit: str | None) -> list[tuple[str, str]]:
    """Id and folded `protects`, a line each, of every contact that protects something."""
    chosen = select(_contact.c.contact_id, _contact.c.protects).where(
        *_of(unit), _contact.c.protects != ""
    )
    return [(contact_id, lines) for contact_id, lines in db.execute(chosen)]


def troubled(
    db: Connection,
    *,
    unit: str | None,
    keys_until_us: int,
    tried_until_us: int | None,
    limit: int,
) -> list[EventRow]:
    """Records of contacts with a key that ends by then, those first; then of those untried by then.

    Without `tried_until_us`, of the former alone.
    """
    wanted = [_contact.c.key_expires_us <= keys_until_us]
    if tried_until_us is not None:
        wanted.append(_contact.c.tried_us <= tried_until_us)
    order = (_contact.c.key_expires_us, _contact.c.tried_us, _contact.c.contact_id)
    return _rows(db, _RECORDED.where(*_of(unit), or_(*wanted)).order_by(*order).limit(limit))


def count(db: Connection, *, unit: str | None) -> int:
    """How many contacts there are that are not removed."""
    return db.execute(select(func.count()).select_from(_contact).where(*_of(unit))).scalar_one()


def _of(unit: str | None) -> list[ColumnElement[bool]]:
    there = _contact.c.removed.is_(False)
    return [there] if unit is None else [there, _contact.c.unit == unit]


def _rows(db: Connection, chosen: Select[Any]) -> list[EventRow]:
    return [EventRow(**row._mapping) for row in db.execute(chosen)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayCheck:
    """A code on its way to an address. `tries` counts wrong codes typed."""

    contact_id: str
    way: int
    code_hash: str
    expires_us: int
    tries: int = 0


def put_check(db: Connection, row: WayCheck) -> None:
    """Keep the code; one that was sent to this way before is no use any more."""
    _PUT_CHECK.run(db, **flat(row))


def check(db: Connection, contact_id: str, way: int) -> WayCheck | None:
    """The code on its way there, expired or not."""
    row = db.execute(select(_check).where(*_this(contact_id, way))).one_or_none()
    return None if row is None else WayCheck(**row._mapping)


def count_try(db: Connection, contact_id: str, way: int) -> None:
    """A wrong code was typed."""
    db.execute(update(_check).where(*_this(contact_id, way)).values(tries=_check.c.tries + 1))


def drop_checks(db: Connection, contact_id: str, way: int | None = None) -> None:
    """Forget the code of a way, or all of a contact's."""
    chosen = _this(contact_id, way) if way is not None else [_check.c.contact_id == contact_id]
    db.execute(delete(_check).where(*chosen))


def _this(contact_id: str, way: int) -> list[ColumnElement[bool]]:
    return [_check.c.contact_id == contact_id, _check.c.way == way]
