"""API tokens: a program acts as the officer whose token it holds."""

from contextlib import suppress
from datetime import datetime, timedelta

from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.identity.officers import able, actor_of, require_able
from tocsin.identity.secret import TOUCH_EVERY, Randomness, fresh, hashed
from tocsin.store import people
from tocsin.store.engine import Store
from tocsin.store.instants import from_us, to_us

PREFIX = "tocsin_"
"""So that a leaked token is known for what it is, by people and by scanners."""
MOST_NAME = 100


def issue(
    store: Store,
    officer_id: str,
    *,
    name: str,
    now: datetime,
    randomness: Randomness,
    lifetime: timedelta | None = None,
) -> str:
    """A new token, shown once; `name` tells its owner what it is for.

    Refuses BAD_VALUE for the name, OFFICER_UNKNOWN where there is no such officer or a
    disabled one.
    """
    if not 0 < len(name.strip()) <= MOST_NAME or not name.isprintable():
        refuse(
            Code.BAD_VALUE,
            "The token was not made: its name is empty, too long or holds control characters.",
            f"Say in at most {MOST_NAME} characters what it is for.",
        )
    token = PREFIX + fresh(randomness)
    with store.write() as db:
        require_able(db, officer_id)
        people.add_api_token(
            db,
            people.ApiToken(
                token_hash=hashed(token),
                officer_id=officer_id,
                name=name.strip(),
                created_us=to_us(now),
                expires_us=None if lifetime is None else to_us(now + lifetime),
            ),
        )
    return token


def revoke(store: Store, officer_id: str, token_hash: str, now: datetime) -> None:
    """End a token of this officer, named by its hash; ending it again changes nothing.

    Refuses TOKEN_INVALID where the officer has no such token.
    """
    with store.write() as db:
        found = people.api_token(db, token_hash)
        if found is None or found.officer_id != officer_id:
            refuse(
                Code.TOKEN_INVALID,
                "No token was ended: there is none like this.",
                "List the tokens to find it.",
            )
        people.revoke_api_token(db, token_hash, now)


def who(store: Store, token: str, now: datetime) -> Actor | None:
    """Whose token this is; None when it is unknown, over, ended or its officer is disabled."""
    if not token.startswith(PREFIX):
        return None
    with store.read() as db:
        found = people.api_token(db, hashed(token))
        if found is None or found.revoked_us is not None:
            return None
        if found.expires_us is not None and found.expires_us <= to_us(now):
            return None
        officer = able(db, found.officer_id)
    if officer is None:
        return None
    if found.last_used_us is None or now - from_us(found.last_used_us) >= TOUCH_EVERY:
        # As for sessions: a full disk must not shut out those who only read.
        with suppress(Refusal), store.write() as db:
            people.api_token_used(db, found.token_hash, now)
    return actor_of(officer)
