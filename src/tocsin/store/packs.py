"""Policy packs as they were when a decision used them, by content hash."""

from sqlalchemy import Connection, bindparam, select

from tocsin.store import schema
from tocsin.store.upsert import insert_or_keep

_pack = schema.policy_pack
_PUT = insert_or_keep(_pack)
_TEXT = select(_pack.c.text).where(_pack.c.hash == bindparam("wanted"))
_NAME = select(_pack.c.name).where(_pack.c.hash == bindparam("wanted"))
_HASHES = select(_pack.c.hash)


def put_pack(db: Connection, *, pack_hash: str, name: str, text: str) -> None:
    """Keep a pack; the same hash twice is one pack."""
    _PUT.run(db, hash=pack_hash, name=name, text=text)


def pack_text(db: Connection, pack_hash: str) -> str | None:
    """The pack's text as loaded, or None."""
    return db.execute(_TEXT, {"wanted": pack_hash}).scalar_one_or_none()


def pack_name(db: Connection, pack_hash: str) -> str | None:
    """What the pack is called, or None."""
    return db.execute(_NAME, {"wanted": pack_hash}).scalar_one_or_none()


def hashes(db: Connection) -> list[str]:
    """The hash of every pack that was ever proposed or in force here, in hex."""
    return list(db.execute(_HASHES).scalars())
