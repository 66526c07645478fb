"""Lists and who is on them: addresses sealed, found again by their keyed hash alone.

A number on a list belongs to one address for good; whoever leaves keeps it, without the address.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from tocsin.store import schema
from tocsin.store.prepared import Prepared, PreparedInsert, flat

_list, _subscriber = schema.mailing_list, schema.subscriber
_c = _subscriber.c
_ON = (_c.removed_us.is_(None),)
_ADD = PreparedInsert(_subscriber)
_AUDIENCE = Prepared(
    select(_c.number, _c.address_mac)
    .where(_c.list_id == bindparam("of"), _c.method == bindparam("by"), *_ON)
    .order_by(_c.number)
)
_BETWEEN = Prepared(
    select(_c.number, _c.sealed, _c.language)
    .where(
        _c.list_id == bindparam("of"),
        _c.number.between(bindparam("first"), bindparam("last")),
        *_ON,
    )
    .order_by(_c.number)
)
_MACS = Prepared(select(_c.method, _c.address_mac).where(_c.list_id == bindparam("of")))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """A list. `sealed_key`, under the vault, is the key of its addresses."""

    list_id: str
    name: str
    unit: str
    created_us: int
    sealed_key: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberRow:
    """One address on a list, until `removed_us`; `sealed` is empty once it has left."""

    list_id: str
    number: int
    method: str
    sealed: bytes
    address_mac: bytes
    language: str
    added_us: int
    removed_us: int | None


def put_list(db: Connection, row: ListRow) -> None:
    """Keep a new list."""
    db.execute(_list.insert(), flat(row))


def rename(db: Connection, list_id: str, name: str) -> None:
    db.execute(update(_list).where(_list.c.list_id == list_id).values(name=name))


def one_list(db: Connection, list_id: str) -> ListRow | None:
    """The list, or None."""
    row = db.execute(select(_list).where(_list.c.list_id == list_id)).one_or_none()
    return None if row is None else ListRow(**row._mapping)


def all_lists(db: Connection, unit: str | None) -> list[ListRow]:
    """The lists of a unit, or all where None, by name."""
    chosen = select(_list).order_by(_list.c.name, _list.c.list_id)
    if unit is not None:
        chosen = chosen.where(_list.c.unit == unit)
    return [ListRow(**row._mapping) for row in db.execute(chosen)]


def add(db: Connection, rows: Sequence[SubscriberRow]) -> None:
    """New numbers on a list."""
    _ADD.run_all(db, list(map(flat, rows)))


def last_number(db: Connection, list_id: str) -> int:
    """The highest number ever given on a list; 0 for none."""
    chosen = select(func.max(_c.number)).where(_c.list_id == list_id)
    return db.execute(chosen).scalar_one() or 0


def macs(db: Connection, list_id: str) -> set[tuple[str, bytes]]:
    """Method and keyed hash of every address that ever was on a list, or was asked for."""
    return {(method, bytes(mac)) for method, mac in _MACS.run(db, of=list_id)}


def subscriber(db: Connection, list_id: str, number: int) -> SubscriberRow | None:
    """Whoever has this number, on the list or not; or None."""
    return _one(db, _c.list_id == list_id, _c.number == number)


def by_mac(db: Connection, list_id: str, method: str, mac: bytes) -> SubscriberRow | None:
    """Whoever has this address, on the list or not; or None."""
    return _one(db, _c.list_id == list_id, _c.method == method, _c.address_mac == mac)


def change(db: Connection, list_id: str, number: int, **values: Any) -> None:
    """Set columns of one subscriber."""
    chosen = update(_subscriber).where(_c.list_id == list_id, _c.number == number)
    db.execute(chosen.values(**values))


def audience(db: Connection, list_id: str, method: str) -> tuple[list[int], str]:
    """The numbers of all who are on a list now, and the SHA-256, hex, over them and their hashes:
    for each, in order, the number in eight bytes and the 32 bytes of the address's keyed hash."""
    numbers, digest = [], hashlib.sha256()
    for number, mac in _AUDIENCE.run(db, of=list_id, by=method):
        numbers.append(number)
        digest.update(number.to_bytes(8) + mac)
    return numbers, digest.hexdigest()


def between(db: Connection, list_id: str, first: int, last: int) -> dict[int, tuple[bytes, str]]:
    """Sealed address and language of those on a list with these numbers, by number."""
    found = _BETWEEN.run(db, of=list_id, first=first, last=last)
    return {number: (bytes(sealed), language) for number, sealed, language in found}


def counts(db: Connection, list_id: str) -> dict[tuple[str, str], int]:
    """How many are on a list by method and language."""
    chosen = (
        select(_c.method, _c.language, func.count())
        .where(_c.list_id == list_id, *_ON)
        .group_by(_c.method, _c.language)
    )
    return {(method, language): count for method, language, count in db.execute(chosen)}


def _one(db: Connection, *where: Any) -> SubscriberRow | None:
    row = db.execute(select(_subscriber).where(*where)).one_or_none()
    return None if row is None else SubscriberRow(**row._mapping)
