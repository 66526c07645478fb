"""Reports as they came, sealed: the bytes, and the text that was read in them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from tocsin.record.sealing import Vault
from tocsin.store import schema
from tocsin.store.instants import to_us
from tocsin.store.prepared import Prepared
from tocsin.store.upsert import insert_or_keep

_body, _key = schema.report_body, schema.report_key
_PUT = insert_or_keep(_body)
_PUT_KEY = insert_or_keep(_key)
_GET = (
    select(_body.c.sealed, _key.c.wrapped, _body.c.received_at_us)
    .join(_key, _key.c.sha256 == _body.c.sha256)
    .where(_body.c.sha256 == bindparam("wanted"))
)
_DELETE = Prepared(delete(_body).where(_body.c.sha256 == bindparam("gone")))
_DELETE_KEY = Prepared(delete(_key).where(_key.c.sha256 == bindparam("gone")))
_NUL, _SEEN_NUL = "\0", "\N{SYMBOL FOR NULL}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A report's bytes, their SHA-256 in lower-case hex, and its text with NUL shown as U+2400."""

    sha256: str
    bytes: bytes
    text: str
    received_at_us: int


def put_body(
    db: Connection,
    vault: Vault,
    *,
    sha256: str,
    content: bytes,
    text: str,
    now: datetime,
    randomness: bytes,
) -> None:
    """Keep a report's bytes; the same bytes twice are one body. `randomness` is 44 bytes."""
    written = text.replace(_NUL, _SEEN_NUL).encode("utf-8", "surrogatepass")
    whole = len(content).to_bytes(4) + content + written
    sealed = vault.seal(whole, bound_to=bytes.fromhex(sha256), randomness=randomness)
    # Body before key: where another transaction keeps the same bytes, its pair must stand whole.
    if _PUT.run(db, sha256=sha256, sealed=sealed.sealed, received_at_us=to_us(now)).rowcount == 1:
        _PUT_KEY.run(db, sha256=sha256, wrapped=sealed.wrapped)


def body(db: Connection, vault: Vault, sha256: str) -> Body | None:
    """The body with this hash, or None."""
    row = db.execute(_GET, {"wanted": sha256}).one_or_none()
    return None if row is None else opened(vault, sha256, *row)


def kept(db: Connection) -> set[str]:
    """The SHA-256 of every report that is here."""
    return set(db.execute(select(_body.c.sha256)).scalars())


def destroy(db: Connection, sha256: str) -> None:
    """Delete a report's key and what it opened, for good."""
    _DELETE_KEY.run(db, gone=sha256)
    _DELETE.run(db, gone=sha256)


def opened(
    vault: Vault, sha256: str, sealed: bytes, wrapped: bytes, received_at_us: int = 0
) -> Body:
    """What was sealed under this hash. Raises ValueError where any of it was changed."""
    whole = vault.open(bytes(sealed), bytes(wrapped), bound_to=bytes.fromhex(sha256))
    end = 4 + int.from_bytes(whole[:4])
    return Body(
        sha256=sha256,
        bytes=whole[4:end],
        text=whole[end:].decode("utf-8", "surrogatepass"),
        received_at_us=received_at_us,
    )
