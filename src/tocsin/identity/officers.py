"""Officers: enrolled by an administrator, disabled at once, never deleted from the record."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import Connection

from tocsin.channels.addresses import checked_address
from tocsin.domain.actor import Actor, ActorKind, Role
from tocsin.domain.refusal import Code, refuse
from tocsin.store import people
from tocsin.store.engine import Store
from tocsin.store.instants import to_us

OFFICER_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
RESERVED = frozenset({ActorKind.SYSTEM.value, ActorKind.RECIPIENT.value, *Role})
"""Actors and roles are named so; an officer of that name could pass for them."""
MOST_NAME, MOST_UNIT = 200, 100


def enrol(
    store: Store,
    *,
    officer_id: str,
    name: str,
    unit: str,
    roles: Iterable[str],
    email: str | None,
) -> Actor:
    """Add an officer, who may sign in once invited.

    The id holds lower-case letters, digits, dots and dashes, at most 64, the first a letter
    or digit. Refuses BAD_VALUE, ADDRESS_INVALID and OFFICER_EXISTS.
    """
    if not OFFICER_ID.fullmatch(officer_id) or officer_id in RESERVED:
        _bad(
            "this cannot be an id",
            "Use up to 64 lower-case letters, digits, dots and dashes; no actor and no role.",
        )
    new = people.Officer(
        officer_id=officer_id,
        name=_words("name", name, MOST_NAME),
        email=checked_address(email) if email else None,
        unit=_words("unit", unit, MOST_UNIT),
        roles=_roles(roles),
    )
    with store.write() as db:
        people.add_officer(db, new)
    return actor_of(new)


def actor_of(officer: people.Officer | None) -> Actor:
    """Who acts when this officer does. Refuses NOT_SIGNED_IN where there is none or a disabled one.

    Raises ValueError for roles that this version does not know.
    """
    if officer is None or officer.disabled_at_us is not None:
        refuse(
            Code.NOT_SIGNED_IN,
            "You are not signed in: this account cannot be used.",
            "Ask an administrator.",
        )
    return Actor(
        kind=ActorKind.OFFICER,
        actor_id=officer.officer_id,
        unit=officer.unit,
        roles=frozenset(map(Role, officer.roles)),
    )


def change_roles(store: Store, officer_id: str, roles: Iterable[str]) -> people.Officer:
    """Replace the officer's roles, from the next request on.

    Refuses BAD_VALUE and OFFICER_UNKNOWN.
    """
    with store.write() as db:
        return _change(db, officer_id, roles=_roles(roles))


def disable(store: Store, officer_id: str, now: datetime) -> people.Officer:
    """Shut the officer out at once: sessions and tokens end, invites and passkeys are refused.

    Disabling again changes nothing. Refuses OFFICER_UNKNOWN.
    """
    with store.write() as db:
        officer = people.lock_officer(db, officer_id)
        if officer is None or officer.disabled_at_us is None:
            officer = _change(db, officer_id, disabled_at_us=to_us(now))
        people.revoke_all(db, officer_id, now)
    return officer


def officers_with(store: Store, unit: str | None, role: Role) -> list[people.Officer]:
    """The officers, by id, who hold `role` in `unit` (None: in any) and are not disabled."""
    with store.read() as db:
        return [
            officer
            for officer in people.officers(db)
            if officer.disabled_at_us is None
            and role in officer.roles
            and unit in {None, officer.unit}
        ]


def able(db: Connection, officer_id: str) -> people.Officer | None:
    """The officer unless disabled; None also where there is none."""
    officer = people.officer(db, officer_id)
    return officer if officer and officer.disabled_at_us is None else None


def require_able(db: Connection, officer_id: str) -> people.Officer:
    """The officer. Refuses OFFICER_UNKNOWN where there is none or a disabled one."""
    return able(db, officer_id) or refuse(
        Code.OFFICER_UNKNOWN,
        "Nothing was done: no officer with this id may sign in.",
        "List the officers to find the id.",
    )


def _change(db: Connection, officer_id: str, **changes: Any) -> people.Officer:
    # Locked, so that two changes at once do not undo one another: one may be `disable`.
    officer = people.lock_officer(db, officer_id)
    if officer is None:
        refuse(
            Code.OFFICER_UNKNOWN,
            "The officer was not changed: there is no officer with this id.",
            "List the officers to find the id.",
        )
    changed = replace(officer, **changes)
    people.change_officer(db, changed)
    return changed


def _roles(roles: Iterable[str]) -> tuple[str, ...]:
    wanted = set(roles)
    if unknown := wanted - set(Role):
        _bad(f"{len(unknown)} of the roles is unknown", f"The roles are {', '.join(sorted(Role))}.")
    return tuple(sorted(str(role) for role in wanted))


def _words(what: str, given: str, most: int) -> str:
    words = given.strip()
    if not 0 < len(words) <= most or not words.isprintable():
        _bad(f"the {what} is empty, too long or holds control characters", f"Use 1 to {most}.")
    return words


def _bad(why: str, remedy: str) -> NoReturn:
    refuse(Code.BAD_VALUE, f"The officer was not saved: {why}.", remedy)
