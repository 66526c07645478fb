"""Invites: sign-in links that work once."""

from datetime import datetime, timedelta

from tocsin.domain.refusal import Code, refuse
from tocsin.identity import sessions
from tocsin.identity.officers import able, require_able
from tocsin.identity.secret import Randomness, fresh, hashed
from tocsin.store import people
from tocsin.store.engine import Store
from tocsin.store.instants import to_us


def invite(
    store: Store, officer_id: str, now: datetime, lifetime: timedelta, randomness: Randomness
) -> str:
    """A secret to put into a link for this officer.

    Refuses OFFICER_UNKNOWN where there is no such officer or a disabled one.
    """
    secret = fresh(randomness)
    with store.write() as db:
        require_able(db, officer_id)
        people.add_invite(
            db,
            people.Invite(
                token_hash=hashed(secret),
                officer_id=officer_id,
                created_us=to_us(now),
                expires_us=to_us(now + lifetime),
            ),
        )
    return secret


def redeem(
    store: Store, secret: str, now: datetime, lifetime: timedelta, randomness: Randomness
) -> str:
    """A session token of `lifetime` for the invite, whose use and the session commit together.

    Only on a person's POST: mail scanners follow links. Refuses INVITE_INVALID for any
    invite that is unknown, used, expired or its officer's no more, without telling which.
    """
    with store.write() as db:
        officer_id = people.use_invite(db, hashed(secret), now)
        if officer_id is None or able(db, officer_id) is None:
            refuse(
                Code.INVITE_INVALID,
                "You were not signed in: this link is unknown, used or too old.",
                "Ask an administrator for a new one.",
            )
        return sessions.begin(db, officer_id, now, lifetime, randomness)
