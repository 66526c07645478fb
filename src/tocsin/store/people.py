"""Officers and what proves who they are. Secrets are kept as hashes only.

Rows mirror the columns, instants are microseconds (`_us`). What may be used
once is used by one conditional statement, so two attempts cannot both succeed.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    Text,
    Update,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from tocsin.domain.refusal import Code, refuse
from tocsin.store import schema
from tocsin.store.instants import to_us

_officer, _passkey, _session = schema.officer, schema.passkey, schema.session
_invite, _token, _challenge = schema.invite, schema.api_token, schema.challenge
_try = schema.code_try


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer; `roles` sorted. A disabled officer keeps the name on the record."""

    officer_id: str
    name: str
    email: str | None
    unit: str
    roles: tuple[str, ...]
    disabled_at_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A WebAuthn credential; `public_key` in COSE form."""

    credential_id: bytes
    officer_id: str
    public_key: bytes
    sign_count: int
    name: str
    created_at_us: int
    last_used_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser."""

    token_hash: str
    officer_id: str
    created_us: int
    expires_us: int
    last_seen_us: int
    revoked_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """A sign-in link that works once."""

    token_hash: str
    officer_id: str
    created_us: int
    expires_us: int
    used_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A program's key; it acts as its officer."""

    token_hash: str
    officer_id: str
    name: str
    created_us: int
    expires_us: int | None
    revoked_us: int | None = None
    last_used_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A challenge handed to an authenticator for one `purpose`."""

    challenge_hash: str
    officer_id: str | None
    purpose: str
    expires_us: int


# Officers

_OFFICER = select(_officer).where(_officer.c.officer_id == bindparam("wanted"))
_LOCK_OFFICER = _OFFICER.with_for_update()
_OFFICERS = select(_officer).order_by(_officer.c.officer_id)
_CHANGE_OFFICER = (
    update(_officer)
    .where(_officer.c.officer_id == bindparam("wanted"))
    .values(
        {name: bindparam(name) for name in ("name", "email", "unit", "roles", "disabled_at_us")}
    )
)


def add_officer(db: Connection, new: Officer) -> None:
    """Add an officer. Refuses OFFICER_EXISTS for an id in use."""
    try:
        with db.begin_nested():
            db.execute(insert(_officer), _flat(new))
    except IntegrityError as error:
        if officer(db, new.officer_id) is None:
            raise
        refuse(
            Code.OFFICER_EXISTS,
            "The officer was not added: this id is in use.",
            "Choose another id, or change the officer who has it.",
        )
        raise AssertionError from error


def change_officer(db: Connection, changed: Officer) -> None:
    """Replace all but the id. Refuses OFFICER_UNKNOWN for an id not in use."""
    row = _flat(changed)
    row["wanted"] = row.pop("officer_id")
    if db.execute(_CHANGE_OFFICER, row).rowcount != 1:
        refuse(
            Code.OFFICER_UNKNOWN,
            "The officer was not changed: there is no officer with this id.",
            "List the officers to find the id.",
        )


def officer(db: Connection, officer_id: str) -> Officer | None:
    """The officer, disabled or not; or None."""
    row = db.execute(_OFFICER, {"wanted": officer_id}).one_or_none()
    return None if row is None else _whole(row._mapping)


def lock_officer(db: Connection, officer_id: str) -> Officer | None:
    """As `officer`, held against other changes until this transaction ends."""
    row = db.execute(_LOCK_OFFICER, {"wanted": officer_id}).one_or_none()
    return None if row is None else _whole(row._mapping)


def officers(db: Connection) -> list[Officer]:
    """Every officer, disabled or not, by id."""
    return [_whole(row._mapping) for row in db.execute(_OFFICERS)]


def _flat(row: Officer) -> dict[str, Any]:
    return asdict(row) | {"roles": ",".join(sorted(row.roles))}


def _whole(found: Any) -> Officer:
    return Officer(**{**found, "roles": tuple(filter(None, found["roles"].split(",")))})


# Passkeys

_PASSKEY = select(_passkey).where(_passkey.c.credential_id == bindparam("wanted"))
_PASSKEYS = (
    select(_passkey)
    .where(_passkey.c.officer_id == bindparam("officer"))
    .order_by(_passkey.c.created_at_us, _passkey.c.credential_id)
)
_never_counts = (_passkey.c.sign_count == 0) & (_passkey.c.sign_count == bindparam("count"))
_PASSKEY_USED = (
    update(_passkey)
    .where(_passkey.c.credential_id == bindparam("wanted"))
    .where((_passkey.c.sign_count < bindparam("count")) | (_never_counts))
    .values(sign_count=bindparam("count"), last_used_us=bindparam("at"))
)
_DROP_PASSKEY = delete(_passkey).where(
    _passkey.c.credential_id == bindparam("wanted"), _passkey.c.officer_id == bindparam("officer")
)


def add_passkey(db: Connection, new: Passkey) -> None:
    """Keep a passkey. Raises IntegrityError for a credential that is there already."""
    db.execute(insert(_passkey), asdict(new))


def passkey(db: Connection, credential_id: bytes) -> Passkey | None:
    """The passkey, or None."""
    row = db.execute(_PASSKEY, {"wanted": credential_id}).one_or_none()
    return None if row is None else Passkey(**row._mapping)


def passkeys(db: Connection, officer_id: str) -> list[Passkey]:
    """The officer's passkeys, oldest first."""
    return [Passkey(**row._mapping) for row in db.execute(_PASSKEYS, {"officer": officer_id})]


def passkey_used(db: Connection, credential_id: bytes, sign_count: int, now: datetime) -> bool:
    """Note a use. False where the counter did not grow: the key may have been copied.

    Authenticators without a counter always send 0.
    Source: WebAuthn Level 2, section 7.2, step 21
    """
    used = {"wanted": credential_id, "count": sign_count, "at": to_us(now)}
    return db.execute(_PASSKEY_USED, used).rowcount == 1


def remove_passkey(db: Connection, credential_id: bytes, officer_id: str) -> bool:
    """Forget a passkey of this officer. False where there is none."""
    gone = db.execute(_DROP_PASSKEY, {"wanted": credential_id, "officer": officer_id})
    return gone.rowcount == 1


# Sessions

_SESSION = select(_session).where(_session.c.token_hash == bindparam("wanted"))
_SEEN = (
    update(_session)
    .where(_session.c.token_hash == bindparam("wanted"))
    .values(last_seen_us=bindparam("at"))
)


def _revoking(table: Table, column: str) -> Update:
    return (
        update(table)
        .where(table.c[column] == bindparam("wanted"), table.c.revoked_us.is_(None))
        .values(revoked_us=bindparam("at"))
    )


_REVOKE_SESSION = _revoking(_session, "token_hash")
_REVOKE_SESSIONS = _revoking(_session, "officer_id")
_REVOKE_TOKEN = _revoking(_token, "token_hash")
_REVOKE_TOKENS = _revoking(_token, "officer_id")


def add_session(db: Connection, new: Session) -> None:
    """Begin a session."""
    db.execute(insert(_session), asdict(new))


def session(db: Connection, token_hash: str) -> Session | None:
    """The session, expired, revoked or not; or None."""
    row = db.execute(_SESSION, {"wanted": token_hash}).one_or_none()
    return None if row is None else Session(**row._mapping)


def session_seen(db: Connection, token_hash: str, now: datetime) -> None:
    """Note that the session is in use. This is a durable write: not on every request."""
    db.execute(_SEEN, {"wanted": token_hash, "at": to_us(now)})


def revoke_session(db: Connection, token_hash: str, now: datetime) -> bool:
    """Sign out. False where there was nothing to revoke."""
    return db.execute(_REVOKE_SESSION, {"wanted": token_hash, "at": to_us(now)}).rowcount == 1


def revoke_all(db: Connection, officer_id: str, now: datetime) -> int:
    """Sign the officer out everywhere: sessions and API tokens. Returns how many."""
    one = {"wanted": officer_id, "at": to_us(now)}
    return db.execute(_REVOKE_SESSIONS, one).rowcount + db.execute(_REVOKE_TOKENS, one).rowcount


# Invites

_INVITE = select(_invite.c.officer_id).where(_invite.c.token_hash == bindparam("wanted"))
_USE_INVITE = (
    update(_invite)
    .where(
        _invite.c.token_hash == bindparam("wanted"),
        _invite.c.used_us.is_(None),
        _invite.c.expires_us > bindparam("at"),
    )
    .values(used_us=bindparam("at"))
)


def add_invite(db: Connection, new: Invite) -> None:
    """Keep an invite."""
    db.execute(insert(_invite), asdict(new))


def use_invite(db: Connection, token_hash: str, now: datetime) -> str | None:
    """The invited officer's id, the first time and in time only; else None."""
    if db.execute(_USE_INVITE, {"wanted": token_hash, "at": to_us(now)}).rowcount != 1:
        return None
    return str(db.execute(_INVITE, {"wanted": token_hash}).scalar_one())


# API tokens

_TOKEN = select(_token).where(_token.c.token_hash == bindparam("wanted"))
_TOKENS = (
    select(_token)
    .where(_token.c.officer_id == bindparam("officer"))
    .order_by(_token.c.created_us, _token.c.token_hash)
)
_TOKEN_USED = (
    update(_token)
    .where(_token.c.token_hash == bindparam("wanted"))
    .values(last_used_us=bindparam("at"))
)


def add_api_token(db: Connection, new: ApiToken) -> None:
    """Keep an API token."""
    db.execute(insert(_token), asdict(new))


def api_token(db: Connection, token_hash: str) -> ApiToken | None:
    """The token, expired, revoked or not; or None."""
    row = db.execute(_TOKEN, {"wanted": token_hash}).one_or_none()
    return None if row is None else ApiToken(**row._mapping)


def api_tokens(db: Connection, officer_id: str) -> list[ApiToken]:
    """The officer's tokens, oldest first."""
    return [ApiToken(**row._mapping) for row in db.execute(_TOKENS, {"officer": officer_id})]


def api_token_used(db: Connection, token_hash: str, now: datetime) -> None:
    """Note a use. This is a durable write: not on every request."""
    db.execute(_TOKEN_USED, {"wanted": token_hash, "at": to_us(now)})


def revoke_api_token(db: Connection, token_hash: str, now: datetime) -> bool:
    """End a token. False where there was nothing to revoke."""
    return db.execute(_REVOKE_TOKEN, {"wanted": token_hash, "at": to_us(now)}).rowcount == 1


# Challenges

_CHALLENGE = select(_challenge).where(_challenge.c.challenge_hash == bindparam("wanted"))
_TAKE = delete(_challenge).where(_challenge.c.challenge_hash == bindparam("wanted"))
_EXPIRED = delete(_challenge).where(_challenge.c.expires_us <= bindparam("at"))


def add_challenge(db: Connection, new: Challenge, now: datetime) -> None:
    """Keep a challenge and forget those that expired."""
    db.execute(_EXPIRED, {"at": to_us(now)})
    db.execute(insert(_challenge), asdict(new))


def take_challenge(
    db: Connection, challenge_hash: str, *, purpose: str, now: datetime
) -> Challenge | None:
    """The challenge, once, in time and for its purpose only; else None. It is gone either way."""
    row = db.execute(_CHALLENGE, {"wanted": challenge_hash}).one_or_none()
    if row is None or db.execute(_TAKE, {"wanted": challenge_hash}).rowcount != 1:
        return None
    found = Challenge(**row._mapping)
    return found if found.purpose == purpose and found.expires_us > to_us(now) else None


# Wrong codes, to slow guessing down

_CODE_LOCK = 0x636F6465  # "code"
_LOCK_TRIES = select(
    func.pg_advisory_xact_lock(_CODE_LOCK, func.hashtext(bindparam("delivery", type_=Text)))
)
_TRIES = select(func.count()).where(
    _try.c.delivery_id == bindparam("delivery"), _try.c.at_us > bindparam("since")
)


def lock_code_tries(db: Connection, delivery_id: str) -> None:
    """Hold this delivery's tries until the transaction ends, so that none goes uncounted."""
    if db.dialect.name == "postgresql":
        db.execute(_LOCK_TRIES, {"delivery": delivery_id})


def add_code_try(db: Connection, delivery_id: str, now: datetime) -> None:
    """Note a wrong code."""
    db.execute(insert(_try), {"delivery_id": delivery_id, "at_us": to_us(now)})


def code_tries(db: Connection, delivery_id: str, since: datetime) -> int:
    """How many wrong codes were given for this delivery after `since`."""
    return db.execute(_TRIES, {"delivery": delivery_id, "since": to_us(since)}).scalar_one()
