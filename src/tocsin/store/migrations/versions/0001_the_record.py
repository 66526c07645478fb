"""The record, the jobs, the people.

A frozen copy of what `schema.truth` was: later revisions change the tables, never this file.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
ID, NAME = 128, 400

_Text = Text().with_variant(Text(collation="C"), "postgresql")

tables = MetaData(naming_convention=_NAMES)


def _text(name: str, most: int = ID, *, null: bool = False, key: bool = False) -> Column[str]:
    bound = CheckConstraint(f"length({name}) <= {most}", name=f"{name}_length")
    return Column(name, _Text, bound, nullable=null, primary_key=key)


def _long(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, _Text, nullable=null)


def _number(name: str, *, null: bool = False, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null, primary_key=key, autoincrement=False)


def _blob(name: str, *, length: str = "", key: bool = False) -> Column[bytes]:
    bound = [CheckConstraint(f"length({name}) {length}", name=f"{name}_length")] if length else []
    return Column(name, LargeBinary, *bound, nullable=False, primary_key=key)


def _one_of(name: str, *values: str) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({allowed})", name=f"{name}_known")


def _officer(*, null: bool = False) -> Column[str]:
    return Column("officer_id", _Text, ForeignKey("officer.officer_id"), nullable=null)


# The record

Table(
    "head",
    tables,
    _number("id", key=True),
    _number("position"),
    _number("updated_at_us"),
    CheckConstraint("id = 1", name="only_one"),
)
Table(
    "event",
    tables,
    _number("position", key=True),
    _text("case_id"),
    _number("case_seq"),
    _text("kind"),
    _number("at_us"),
    _long("body"),
    _blob("seed", length="= 32"),
    _blob("leaf", length="= 384"),
    _blob("leaf_hash", length="= 32"),
    UniqueConstraint("case_id", "case_seq"),
    CheckConstraint("position > 0 AND case_seq > 0", name="counts_from_one"),
)
Table(
    "report_body",
    tables,
    _text("sha256", 64, key=True),
    _blob("bytes"),
    _long("text"),
    _number("received_at_us"),
)
Table("policy_pack", tables, _text("hash", key=True), _text("name", NAME), _long("text"))

# Work to be done

Table(
    "job",
    tables,
    _text("key", NAME, key=True),
    _text("lane"),
    _text("kind"),
    _text("case_id"),
    _text("subject", NAME),
    _number("due_us"),
    _text("state"),
    _text("lease_owner", null=True),
    _number("lease_until_us", null=True),
    _number("lease_number"),
    _number("tries"),
    _long("payload"),
    _number("done_us", null=True),
    _one_of("state", "waiting", "leased", "done", "cancelled"),
    Index(None, "lane", "state", "due_us"),
)

# People

Table(
    "officer",
    tables,
    _text("officer_id", key=True),
    _text("name", NAME),
    _text("email", NAME, null=True),
    _text("unit"),
    _text("roles", NAME),
    _number("disabled_at_us", null=True),
)
Table(
    "passkey",
    tables,
    _blob("credential_id", length="<= 1023", key=True),
    _officer(),
    _blob("public_key", length="<= 4096"),
    _number("sign_count"),
    _text("name", NAME),
    _number("created_at_us"),
    _number("last_used_us", null=True),
    Index(None, "officer_id"),
)
Table(
    "session",
    tables,
    _text("token_hash", key=True),
    _officer(),
    _number("created_us"),
    _number("expires_us"),
    _number("last_seen_us"),
    _number("revoked_us", null=True),
    Index(None, "officer_id"),
)
Table(
    "invite",
    tables,
    _text("token_hash", key=True),
    _officer(),
    _number("created_us"),
    _number("expires_us"),
    _number("used_us", null=True),
)
Table(
    "api_token",
    tables,
    _text("token_hash", key=True),
    _officer(),
    _text("name", NAME),
    _number("created_us"),
    _number("expires_us", null=True),
    _number("revoked_us", null=True),
    _number("last_used_us", null=True),
    Index(None, "officer_id"),
)
Table(
    "challenge",
    tables,
    _text("challenge_hash", key=True),
    _officer(null=True),
    _text("purpose"),
    _number("expires_us"),
)
Table(
    "code_try", tables, _text("delivery_id"), _number("at_us"), Index(None, "delivery_id", "at_us")
)


_REFUSE_SQLITE = """
CREATE TRIGGER event_append_only_{verb} BEFORE {verb} ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only'); END
"""
_REFUSE_POSTGRESQL = (
    """
    CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'event is append-only' USING ERRCODE = '23001'; END $$
    """,
    """
    CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_append_only()
    """,
)


def upgrade() -> None:
    """Create the tables, the empty head, and the triggers that keep events as they are."""
    tables.create_all(op.get_bind(), checkfirst=False)
    op.execute("INSERT INTO head (id, position, updated_at_us) VALUES (1, 0, 0)")
    if op.get_bind().dialect.name == "sqlite":
        statements = [_REFUSE_SQLITE.format(verb=verb) for verb in ("UPDATE", "DELETE")]
    else:
        statements = list(_REFUSE_POSTGRESQL)
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    """Never: the record only grows. Go back by restoring a backup."""
    raise NotImplementedError
