"""Codes that try an address of the directory; lists and who is on them.

A frozen copy of what changed in `schema.truth`.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}
ID, NAME = 128, 400

_Text = Text().with_variant(Text(collation="C"), "postgresql")

tables = MetaData(naming_convention=_NAMES)


def _text(name: str, most: int = ID, *, key: bool = False) -> Column[str]:
    bound = CheckConstraint(f"length({name}) <= {most}", name=f"{name}_length")
    return Column(name, _Text, bound, nullable=False, primary_key=key)


def _number(name: str, *, null: bool = False, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null, primary_key=key, autoincrement=False)


def _blob(name: str, length: str = "") -> Column[bytes]:
    bound = [CheckConstraint(f"length({name}) {length}", name=f"{name}_length")] if length else []
    return Column(name, LargeBinary, *bound, nullable=False)


way_check = Table(
    "way_check",
    tables,
    _text("contact_id", key=True),
    _number("way", key=True),
    _text("code_hash", 64),
    _number("expires_us"),
    _number("tries"),
)

mailing_list = Table(
    "mailing_list",
    tables,
    _text("list_id", key=True),
    _text("name", NAME),
    _text("unit"),
    _number("created_us"),
    _blob("sealed_key", "= 48"),
    _blob("wrapped", "= 60"),
)
# Numbers are never given anew. Who has left keeps no address, and stays known by its keyed hash.
subscriber = Table(
    "subscriber",
    tables,
    _text("list_id", key=True),
    _number("number", key=True),
    _text("method"),
    _blob("sealed"),
    _blob("address_mac", "= 32"),
    _text("language"),
    _number("added_us"),
    _number("removed_us", null=True),
    UniqueConstraint("list_id", "method", "address_mac"),
)
# Byte for byte what went public.
published_message = Table(
    "published_message",
    tables,
    _text("identifier", key=True),
    _text("case_id"),
    _text("publication_id"),
    _text("message"),
    _text("status"),
    _text("chain"),
    _number("sent_us"),
    _blob("xml"),
    Column("said", _Text, nullable=False),
    CheckConstraint("message IN ('alert', 'update', 'cancel')", name="message_known"),
    CheckConstraint("status IN ('Actual', 'Exercise', 'Test')", name="status_known"),
    UniqueConstraint("case_id", "publication_id", "message"),
    Index(None, "status", "sent_us"),
    Index(None, "chain"),
)


def upgrade() -> None:
    """Make the new tables."""
    tables.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    """Never: the record only grows. Go back by restoring a backup."""
    raise NotImplementedError
