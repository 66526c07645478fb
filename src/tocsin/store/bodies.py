"""Reports as they came: the bytes, and the text that was read in them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from tocsin.store import schema
from tocsin.store.instants import to_us
from tocsin.store.upsert import insert_or_keep

_body = schema.report_body
_PUT = insert_or_keep(_body)
_GET = select(_body).where(_body.c.sha256 == bindparam("wanted"))
_NUL, _SEEN_NUL = "\0", "\N{SYMBOL FOR NULL}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A report's bytes, their SHA-256 in lower-case hex, and its text with NUL shown as U+2400."""

    sha256: str
    bytes: bytes
    text: str
    received_at_us: int


def put_body(db: Connection, *, sha256: str, content: bytes, text: str, now: datetime) -> None:
    """Keep a report's bytes; the same bytes twice are one body.

    PostgreSQL keeps no NUL in text, so NUL becomes U+2400 on both databases.
    """
    _PUT.run(
        db,
        sha256=sha256,
        bytes=content,
        text=text.replace(_NUL, _SEEN_NUL),
        received_at_us=to_us(now),
    )


def body(db: Connection, sha256: str) -> Body | None:
    """The body with this hash, or None."""
    row = db.execute(_GET, {"wanted": sha256}).one_or_none()
    return None if row is None else Body(**row._mapping)
