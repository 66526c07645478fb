"""Sessions: kept on the server, so that ending one ends it."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection

from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Refusal
from tocsin.identity.officers import able, actor_of, require_able
from tocsin.identity.secret import TOUCH_EVERY, Randomness, fresh, hashed
from tocsin.store import people
from tocsin.store.engine import Store
from tocsin.store.instants import from_us, to_us


def start(
    store: Store, officer_id: str, now: datetime, lifetime: timedelta, randomness: Randomness
) -> str:
    """Sign the officer in; the token is for the browser's cookie and is kept nowhere else.

    Refuses OFFICER_UNKNOWN where there is no such officer or a disabled one.
    """
    with store.write() as db:
        require_able(db, officer_id)
        return begin(db, officer_id, now, lifetime, randomness)


def begin(
    db: Connection, officer_id: str, now: datetime, lifetime: timedelta, randomness: Randomness
) -> str:
    """As `start`, within a transaction that has established who it is."""
    token = fresh(randomness)
    people.add_session(
        db,
        people.Session(
            token_hash=hashed(token),
            officer_id=officer_id,
            created_us=to_us(now),
            expires_us=to_us(now + lifetime),
            last_seen_us=to_us(now),
        ),
    )
    return token


def who(store: Store, token: str, now: datetime) -> Actor | None:
    """Whose session this is; None when it is unknown, over, ended or its officer is disabled."""
    with store.read() as db:
        session = people.session(db, hashed(token))
        if session is None or session.revoked_us is not None or session.expires_us <= to_us(now):
            return None
        officer = able(db, session.officer_id)
    if officer is None:
        return None
    if now - from_us(session.last_seen_us) >= TOUCH_EVERY:
        # A full disk must not sign anybody out: they come to see what is wrong.
        with suppress(Refusal), store.write() as db:
            people.session_seen(db, session.token_hash, now)
    return actor_of(officer)


def end(store: Store, token: str, now: datetime) -> bool:
    """Sign out. False where there was nothing to end."""
    with store.write() as db:
        return people.revoke_session(db, hashed(token), now)


def end_all(store: Store, officer_id: str, now: datetime) -> int:
    """Sign the officer out everywhere, API tokens included. Returns how many ended."""
    with store.write() as db:
        return people.revoke_all(db, officer_id, now)
