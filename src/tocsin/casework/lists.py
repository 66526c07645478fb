"""Lists of subscribers: kept by officers, joined and left by the subscribers themselves.

A list's name and how many are on it stand on the house's record, addresses nowhere but sealed.
Whoever has left stays away until they join again themselves: no import brings them back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from tocsin.casework import ledger
from tocsin.casework.contact_checks import checked_reason
from tocsin.casework.directory import MANAGE, READ, may
from tocsin.casework.dispatched import DispatchProgress, members, progress
from tocsin.casework.house import App
from tocsin.casework.intake import new_id
from tocsin.casework.list_file import Entry, checked
from tocsin.casework.list_file import read as read_file
from tocsin.domain.actor import Actor, Role
from tocsin.domain.kinds import Method
from tocsin.domain.ledger import ListChanged
from tocsin.domain.refusal import Code, refuse
from tocsin.identity import subscriptions
from tocsin.record.list_key import KEY_BYTES, NONCE_BYTES, ListKey, bound_to
from tocsin.record.sealing import RANDOMNESS_BYTES
from tocsin.store import events
from tocsin.store import lists as stored
from tocsin.store.engine import Connection
from tocsin.store.instants import to_us

__all__ = [
    "AT_A_TIME",
    "Added",
    "DispatchProgress",
    "Entry",
    "MailingList",
    "add_file",
    "add_many",
    "all_of",
    "create",
    "key_of",
    "members",
    "one",
    "progress",
    "remove",
    "stop",
    "unsubscribe",
]

AT_A_TIME = 5_000
"""Subscribers in one transaction, so that no deadline waits for a long file."""
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingList:
    """A list; `subscribers` by method and language."""

    list_id: str
    name: str
    unit: str
    subscribers: Mapping[tuple[str, str], int]

    @property
    def total(self) -> int:
        return sum(self.subscribers.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """How many are new; the others were known, whether still on the list or not."""

    added: int
    known: int


def create(app: App, name: str, by: Actor, reason: str) -> MailingList:
    """A new, empty list of the officer's unit. Refuses NOT_ALLOWED and BAD_VALUE."""
    may(app, by, MANAGE)
    list_id, said = new_id(app, "L"), _name(name)
    fresh = app.randomness(KEY_BYTES)
    key = app.vault.seal(
        fresh, bound_to=bound_to(list_id), randomness=app.randomness(RANDOMNESS_BYTES)
    )
    row = stored.ListRow(
        list_id=list_id,
        name=said,
        unit=by.unit,
        created_us=to_us(app.clock()),
        sealed_key=key.sealed,
        wrapped=key.wrapped,
    )
    with app.store.write() as db:
        events.lock_head(db)
        stored.put_list(db, row)
        _tell(app, db, row, by, reason)
    return MailingList(list_id=list_id, name=said, unit=by.unit, subscribers={})


def all_of(app: App, by: Actor) -> list[MailingList]:
    """The lists of the officer's unit; an inspector sees every unit's. Refuses NOT_ALLOWED."""
    may(app, by, READ)
    return of_unit(app, None if Role.INSPECTOR in by.roles else by.unit)


def of_unit(app: App, unit: str | None) -> list[MailingList]:
    """The lists of a unit, or of all, for a caller who has asked what the officer may see."""
    with app.store.read() as db:
        return [_shown(db, row) for row in stored.all_lists(db, unit)]


def one(app: App, list_id: str, by: Actor) -> MailingList:
    """Refuses NOT_ALLOWED and LIST_UNKNOWN, also for another unit's."""
    may(app, by, READ)
    with app.store.read() as db:
        return _shown(db, _theirs(db, list_id, by))


def add_file(app: App, list_id: str, data: bytes, by: Actor, reason: str) -> Added:
    """Put whoever stands in a CSV file on a list; see `list_file`. Refuses as `add_many` does."""
    may(app, by, MANAGE)
    return add_many(app, list_id, read_file(data), by, reason)


def add_many(app: App, list_id: str, rows: Sequence[Entry], by: Actor, reason: str) -> Added:
    """Put people on a list who have agreed to be on it, as the reason says. All or none are
    accepted; they are then written some thousands at a time, and doing it again goes on.

    Refuses NOT_ALLOWED, LIST_UNKNOWN, and BAD_VALUE naming faults by line.
    """
    may(app, by, MANAGE)
    with app.store.read() as db:
        row = _theirs(db, list_id, by)
        there = stored.macs(db, list_id)
    key, found = _key(app, row), [(_mac(app, list_id, one), one) for one in checked(rows)]
    fresh = [(mac, one) for mac, one in found if (one.method.value, mac) not in there]
    for at in range(0, len(fresh), AT_A_TIME) or (0,):
        with app.store.write() as db:
            events.lock_head(db)
            _add(app, db, key, list_id, fresh[at : at + AT_A_TIME])
            _tell(app, db, row, by, reason)
    return Added(added=len(fresh), known=len(found) - len(fresh))


def remove(app: App, list_id: str, method: Method, address: str, by: Actor, reason: str) -> None:
    """Take somebody off a list for good. Refuses as `one` does, and RECIPIENT_UNKNOWN."""
    may(app, by, MANAGE)
    mac = _mac_of(app, list_id, method, address)
    with app.store.write() as db:
        events.lock_head(db)
        row, known = _theirs(db, list_id, by), stored.by_mac(db, list_id, method.value, mac)
        if known is None or known.removed_us is not None:
            refuse(
                Code.RECIPIENT_UNKNOWN,
                "Nobody was taken off the list: this address is not on it.",
                "Look at the address again.",
            )
        _leave(app, db, list_id, known.number)
        _tell(app, db, row, by, reason)


def unsubscribe(app: App, token: str) -> None:
    """Leave a list by the token of any of its messages; doing so twice is no error.

    Refuses LINK_UNKNOWN.
    """
    named = subscriptions.leaver(app.keys.links, token)
    if named is None:
        _unknown_link()
    with app.store.write() as db:
        known = stored.subscriber(db, *named)
        if known is not None and known.removed_us is None:
            _leave(app, db, *named)


def stop(app: App, method: Method, address: str) -> int:
    """Take an address off every list, as its owner asks by writing back; from how many."""
    left = 0
    with app.store.write() as db:
        for row in stored.all_lists(db, None):
            mac = _mac_of(app, row.list_id, method, address)
            known = stored.by_mac(db, row.list_id, method.value, mac)
            if known is not None and known.removed_us is None:
                _leave(app, db, row.list_id, known.number)
                left += 1
    return left


def key_of(app: App, db: Connection, list_id: str) -> ListKey:
    """What opens the addresses of a list. Refuses LIST_UNKNOWN."""
    return _key(app, _known(db, list_id))


# Helpers


def _add(
    app: App, db: Connection, key: ListKey, list_id: str, fresh: Sequence[tuple[bytes, Entry]]
) -> None:
    first, now = stored.last_number(db, list_id) + 1, to_us(app.clock())
    nonces = app.randomness(NONCE_BYTES * len(fresh))
    rows = [
        stored.SubscriberRow(
            list_id=list_id,
            number=number,
            method=one.method.value,
            sealed=key.seal(one.address, number, nonces[at : at + NONCE_BYTES]),
            address_mac=mac,
            language=one.language,
            added_us=now,
            removed_us=None,
        )
        for number, at, (mac, one) in zip(
            range(first, first + len(fresh)), range(0, len(nonces), NONCE_BYTES), fresh, strict=True
        )
    ]
    stored.add(db, rows)


def _leave(app: App, db: Connection, list_id: str, number: int) -> None:
    stored.change(db, list_id, number, removed_us=to_us(app.clock()), sealed=b"")


def _tell(app: App, db: Connection, row: stored.ListRow, by: Actor, reason: str) -> None:
    told = ListChanged(
        by=by.named,
        at=app.clock(),
        list_id=row.list_id,
        name=row.name,
        subscribers=sum(stored.counts(db, row.list_id).values()),
        reason=checked_reason(reason),
    )
    ledger.record(app, db, told)


def _shown(db: Connection, row: stored.ListRow) -> MailingList:
    counts = stored.counts(db, row.list_id)
    return MailingList(list_id=row.list_id, name=row.name, unit=row.unit, subscribers=counts)


def _theirs(db: Connection, list_id: str, by: Actor) -> stored.ListRow:
    row = _known(db, list_id)
    if Role.INSPECTOR not in by.roles and row.unit != by.unit:
        _unknown_list()
    return row


def _known(db: Connection, list_id: str) -> stored.ListRow:
    found = subscriptions.LIST_ID.fullmatch(list_id)
    row = stored.one_list(db, list_id) if found else None
    return row or _unknown_list()


def _key(app: App, row: stored.ListRow) -> ListKey:
    sealed, wrapped = bytes(row.sealed_key), bytes(row.wrapped)
    return ListKey(app.vault.open(sealed, wrapped, bound_to=bound_to(row.list_id)))


def _mac(app: App, list_id: str, entry: Entry) -> bytes:
    return _mac_of(app, list_id, entry.method, entry.address)


def _mac_of(app: App, list_id: str, method: Method, address: str) -> bytes:
    return subscriptions.address_mac(app.keys.links, list_id, method.value, address)


def _name(name: str) -> str:
    said = " ".join(name.split())
    if not 0 < len(said) <= LONGEST_NAME or not said.isprintable():
        refuse(
            Code.BAD_VALUE,
            "No list was made: it has no name.",
            f"Name it in one line of at most {LONGEST_NAME} characters.",
        )
    return said


def _unknown_list() -> NoReturn:
    refuse(Code.LIST_UNKNOWN, "Nothing was done: there is no such list.", "Look at the lists.")


def _unknown_link() -> NoReturn:
    refuse(
        Code.LINK_UNKNOWN,
        "Nothing was changed: this link or number is not one of ours, or is too old.",
        "Use the link in the newest message, or ask once more.",
    )
