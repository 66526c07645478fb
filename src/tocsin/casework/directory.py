"""The directory of those who may have to be warned: each change of it is on the record.

A unit keeps its own contacts; others, but for inspectors, find none of them. Checks of keys and
addresses are made before the transaction, and whoever changed the contact meanwhile wins.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import NoReturn

from tocsin.casework import ledger, records
from tocsin.casework.access import allows
from tocsin.casework.contact_checks import checked, checked_reason
from tocsin.casework.house import App
from tocsin.casework.intake import new_id
from tocsin.casework.project import show_contact
from tocsin.domain.actor import Actor, Role
from tocsin.domain.directory import (
    VERIFIED_FOR,
    WARN_AHEAD,
    Contact,
    Way,
    closeness,
    troubles,
)
from tocsin.domain.folding import words
from tocsin.domain.ledger import DIRECTORY, ContactRecorded
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.store import contacts as stored
from tocsin.store import events
from tocsin.store.engine import Connection
from tocsin.store.instants import from_us, to_us

MOST_LISTED = 1_000
READ, MANAGE = "read_directory", "manage_directory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A contact as it stands. `version` counts its records, from 1."""

    contact: Contact
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record of a contact: who changed which of its fields when, and why."""

    version: int
    at: datetime
    by: str
    reason: str
    contact: Contact
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNotice:
    """A key that has expired or soon will; the text names nobody."""

    contact_id: str
    unit: str
    expires_at: datetime
    text: str


def put(app: App, contact: Contact, by: Actor, reason: str, *, version: int | None = None) -> Kept:
    """Keep a contact, or what it is from now on; without an id it is a new one and gets one.

    It belongs to the officer's unit. What was verified stays so while method and address do;
    nothing else counts as verified. `version` is the one that the officer saw. Refuses
    NOT_ALLOWED, RECIPIENT_UNKNOWN, BAD_VALUE, ADDRESS_INVALID, CHANGED_MEANWHILE, and what
    `checked_key` and `checked_language` refuse.
    """
    may(app, by, MANAGE)
    before = open_one(app, contact.contact_id, by) if contact.contact_id else None
    if before and version not in (None, before.version):
        _changed_meanwhile()
    given = replace(contact, unit=before.contact.unit if before else by.unit)
    fresh = checked(given, before.contact if before else None, app.clock())
    if not contact.contact_id:
        (kept,) = _add(app, [fresh], by, reason)
        return kept
    return write(app, fresh, by, reason, after=before.version if before else 0)


def put_all(app: App, fresh: Sequence[Contact], by: Actor, reason: str) -> list[Kept]:
    """Keep new contacts, all or none; each is `checked` already. Refuses as `put` does."""
    may(app, by, MANAGE)
    return _add(app, fresh, by, reason)


def remove(
    app: App, contact_id: str, by: Actor, reason: str, *, version: int | None = None
) -> Kept:
    """Offer a contact no more. It stays on the record. Refuses as `put` does."""
    may(app, by, MANAGE)
    before = open_one(app, contact_id, by)
    gone = replace(before.contact, removed=True)
    return write(app, gone, by, reason, after=before.version if version is None else version)


def contact(app: App, contact_id: str, by: Actor) -> Contact:
    """The contact, removed or not. Refuses RECIPIENT_UNKNOWN, also for another unit's."""
    return standing(app, contact_id, by).contact


def standing(app: App, contact_id: str, by: Actor) -> Kept:
    """The contact with its version. Refuses as `contact` does."""
    may(app, by, READ)
    found = as_kept(app, contact_id)
    if found is None or _unit(by) not in (None, found.contact.unit):
        _unknown()
    return found


def known(app: App, contact_id: str) -> Contact | None:
    """The contact, whoever asks, or None: for the house's own use."""
    found = as_kept(app, contact_id)
    return found.contact if found else None


def as_kept(app: App, contact_id: str) -> Kept | None:
    """As `known`, with the version."""
    with app.store.read() as db:
        row = stored.by_id(db, contact_id) if contact_id.isascii() else None
    return _kept(app, row) if row else None


def contacts(
    app: App,
    by: Actor,
    text: str = "",
    protecting: str = "",
    *,
    after: str = "",
    limit: int = MOST_LISTED,
) -> list[Contact]:
    """Contacts by name, those removed left out.

    Every word of `text` stands in the name, the id or what is protected; `protecting` is a place
    or an event that they protect. `after` is the id of the last one of the page before.
    """
    may(app, by, READ)
    with app.store.read() as db:
        unit = _unit(by)
        among = _protecting(db, unit, (protecting,)).keys() if protecting.strip() else None
        found = stored.listed(
            db, unit=unit, words=words(text), among=among, after=after, limit=limit
        )
    return _opened(app, found)


def count(app: App, by: Actor) -> int:
    """How many contacts this officer may see, those removed left out."""
    may(app, by, READ)
    with app.store.read() as db:
        return stored.count(db, unit=_unit(by))


def protectors_of(
    app: App, victim_name: str, known_as: Iterable[str], place: str, by: Actor
) -> list[Contact]:
    """Those who protect the victim or the place, the likeliest first: a proposal, to be judged."""
    may(app, by, READ)
    with app.store.read() as db:
        unit = _unit(by)
        near = _protecting(db, unit, (victim_name, *known_as, place))
        found = stored.listed(db, unit=unit, among=near.keys(), limit=MOST_LISTED)
    return sorted(_opened(app, found), key=lambda one: -near[one.contact_id])


def expiring(
    app: App, by: Actor, now: datetime, *, limit: int = MOST_LISTED
) -> list[tuple[Contact, Way]]:
    """Ways that may fail when they are needed (`troubles`), of at most `limit` contacts.

    Contacts whose keys expire first come first.
    """
    may(app, by, READ)
    with app.store.read() as db:
        rows = stored.troubled(
            db,
            unit=_unit(by),
            keys_until_us=to_us(now + WARN_AHEAD),
            tried_until_us=to_us(now - VERIFIED_FOR),
            limit=limit,
        )
    return [(one, way) for one in _opened(app, rows) for way in one.ways if troubles(way, now)]


def due_notices(app: App, now: datetime) -> list[DueNotice]:
    """Keys of every unit that have expired or expire within 30 days, for a daily round."""
    with app.store.read() as db:
        until = to_us(now + WARN_AHEAD)
        rows = stored.troubled(
            db, unit=None, keys_until_us=until, tried_until_us=None, limit=MOST_LISTED
        )
    return [_notice(one, key, now) for one in _opened(app, rows) for key in _ending(one, now)]


def history(app: App, contact_id: str, by: Actor) -> list[Change]:
    """Every change of a contact, the newest first. Refuses as `contact` does."""
    standing(app, contact_id, by)
    with app.store.read() as db:
        found = records.of_case(app, db, DIRECTORY + contact_id)
    return list(_changes(found))[::-1]


def may(app: App, by: Actor, action: str) -> None:
    """Refuse NOT_ALLOWED unless `by` may do it."""
    if not allows(app, by, action):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was done: none of your roles allows it in the directory.",
            "Ask a deliverer, a follow-up owner or a determining officer.",
        )


def open_one(app: App, contact_id: str, by: Actor) -> Kept:
    """A contact that this officer may change. Refuses RECIPIENT_UNKNOWN."""
    found = standing(app, contact_id, by)
    if found.contact.removed:
        refuse(
            Code.RECIPIENT_UNKNOWN,
            "Nothing was done: this contact was removed from the directory.",
            "Enter it anew.",
        )
    return found


def write(app: App, fresh: Contact, by: Actor, reason: str, *, after: int) -> Kept:
    """Put a contact on the record as its version `after + 1`. Refuses CHANGED_MEANWHILE."""
    with app.store.write() as db:
        return write_in(app, db, fresh, by, reason, after=after)


def write_in(
    app: App, db: Connection, fresh: Contact, by: Actor, reason: str, *, after: int
) -> Kept:
    """As `write`, in the caller's transaction."""
    said = ContactRecorded(
        by=by.named, at=app.clock(), contact=fresh, reason=checked_reason(reason)
    )
    events.lock_head(db)
    stream = DIRECTORY + fresh.contact_id
    seq, _ = events.case_tail(db, stream) or (0, b"")
    if seq != after:
        _changed_meanwhile()
    _responsible(app, db, fresh)
    head = ledger.record(app, db, said, stream=stream)
    show_contact(db, fresh, version=seq + 1, position=head.position)
    # A code proves the address that it was sent to; what is edited is tried anew.
    before = _ways_of(app, db, stream, seq) if after else []
    if fresh.removed or _addresses(fresh)[: len(before)] != before:
        stored.drop_checks(db, fresh.contact_id)
    return Kept(contact=fresh, version=seq + 1)


def _ways_of(app: App, db: Connection, stream: str, seq: int) -> list[tuple[str, str]]:
    (before,) = records.of_case(app, db, stream, seq - 1)[:1]
    return _addresses(_said(before).contact)


def _addresses(one: Contact) -> list[tuple[str, str]]:
    return [(way.method.value, way.address) for way in one.ways]


def _add(app: App, fresh: Sequence[Contact], by: Actor, reason: str) -> list[Kept]:
    with app.store.write() as db:
        events.lock_head(db)
        return [
            write_in(
                app,
                db,
                replace(one, contact_id=_new_id(app, db), unit=by.unit),
                by,
                reason,
                after=0,
            )
            for one in fresh
        ]


def _new_id(app: App, db: Connection) -> str:
    while stored.by_id(db, found := new_id(app, "K")) is not None:
        pass
    return found


def _responsible(app: App, db: Connection, fresh: Contact) -> None:
    if not fresh.responsible or fresh.removed:
        return
    row = stored.by_id(db, fresh.responsible) if fresh.responsible.isascii() else None
    one = _kept(app, row).contact if row else None
    if one is None or one.removed or one.unit != fresh.unit or one.contact_id == fresh.contact_id:
        refuse(
            Code.RECIPIENT_UNKNOWN,
            "The contact was not kept: whoever is responsible is not in your directory.",
            "Give the number of another contact of your unit, such as K-7F3K-9QWM, or none.",
        )


def _unit(by: Actor) -> str | None:
    return None if Role.INSPECTOR in by.roles else by.unit


def _protecting(db: Connection, unit: str | None, names: Iterable[str]) -> dict[str, int]:
    """How close each comes to protecting what goes by `names`, by id; who does not is left out."""
    sought = tuple(names)
    found = {
        contact_id: closeness(lines.split("\n"), sought)
        for contact_id, lines in stored.protectors(db, unit=unit)
    }
    return {contact_id: near for contact_id, near in found.items() if near}


def _opened(app: App, rows: Iterable[events.EventRow]) -> list[Contact]:
    return [_kept(app, row).contact for row in rows]


def _kept(app: App, row: events.EventRow) -> Kept:
    return Kept(contact=_said(records.opened(app, row)).contact, version=row.case_seq)


def _said(record: records.Record) -> ContactRecorded:
    said = records.event_of(record)
    if not isinstance(said, ContactRecorded):
        raise TypeError("a contact's stream holds another record")
    return said


def _changes(found: Iterable[records.Record]) -> Iterator[Change]:
    before: Contact | None = None
    for record in found:
        said = _said(record)
        changed = [
            one.name
            for one in fields(Contact)
            if before and getattr(before, one.name) != getattr(said.contact, one.name)
        ]
        yield Change(
            version=record.case_seq,
            at=from_us(record.at_us),
            by=said.by,
            reason=said.reason,
            contact=said.contact,
            changed=tuple(changed),
        )
        before = said.contact


def _ending(one: Contact, now: datetime) -> Iterator[datetime]:
    for way in one.ways:
        if way.key and way.key.expires_at and way.key.expires_within(now, WARN_AHEAD):
            yield way.key.expires_at


def _notice(one: Contact, at: datetime, now: datetime) -> DueNotice:
    when = "expired" if at <= now else "expires"
    text = f"Contact {one.contact_id}: a key {when} on {at:%Y-%m-%d}. Ask for a new one."
    return DueNotice(contact_id=one.contact_id, unit=one.unit, expires_at=at, text=text)


def _unknown() -> NoReturn:
    refuse(
        Code.RECIPIENT_UNKNOWN,
        "Nothing was done: the directory has no such contact.",
        "Look for it by name.",
    )


def _changed_meanwhile() -> NoReturn:
    raise Refusal(
        Code.CHANGED_MEANWHILE,
        "The contact was not changed: somebody else has changed it meanwhile.",
        "Look at it again, then change what still needs it.",
    )
