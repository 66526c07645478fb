"""Contents are sealed; the log's tree, checkpoints and map stand beside the record.

A frozen copy of what changed in `schema.truth`. Events keep their leaves byte for byte.
"""

from collections.abc import Callable
from typing import Any

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
    insert,
    text,
)

from tocsin.record.sealing import Vault

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}
ID, NAME = 128, 400
BATCH = 500

_Text = Text().with_variant(Text(collation="C"), "postgresql")

tables = MetaData(naming_convention=_NAMES)


def _text(name: str, most: int = ID, *, key: bool = False) -> Column[str]:
    bound = CheckConstraint(f"length({name}) <= {most}", name=f"{name}_length")
    return Column(name, _Text, bound, nullable=False, primary_key=key)


def _long(name: str) -> Column[str]:
    return Column(name, _Text, nullable=False)


def _number(name: str, *, null: bool = False, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null, primary_key=key, autoincrement=False)


def _blob(name: str, *, length: str = "", key: bool = False) -> Column[bytes]:
    bound = [CheckConstraint(f"length({name}) {length}", name=f"{name}_length")] if length else []
    return Column(name, LargeBinary, *bound, nullable=False, primary_key=key)


head = Table(
    "head",
    tables,
    _number("id", key=True),
    _number("position"),
    _number("updated_at_us"),
    _blob("frontier", length="% 32 = 0"),
    _number("witnessed_size"),
    _blob("witnessed", length="= 32"),
    _number("mapped"),
    CheckConstraint("id = 1", name="only_one"),
)
event = Table(
    "event",
    tables,
    _number("position", key=True),
    _text("case_id"),
    _number("case_seq"),
    _number("at_us"),
    _blob("sealed", length=">= 48"),
    _blob("leaf", length="= 384"),
    _blob("leaf_hash", length="= 32"),
    UniqueConstraint("case_id", "case_seq"),
    CheckConstraint("position > 0 AND case_seq > 0", name="counts_from_one"),
)
record_key = Table(
    "record_key", tables, _number("position", key=True), _blob("wrapped", length="= 60")
)
report_body = Table(
    "report_body",
    tables,
    _text("sha256", 64, key=True),
    _blob("sealed"),
    _number("received_at_us"),
)
report_key = Table(
    "report_key", tables, _text("sha256", 64, key=True), _blob("wrapped", length="= 60")
)
Table(
    "tile",
    tables,
    _number("level", key=True),
    _number("number", key=True),
    _blob("hashes", length="= 8192"),
    _blob("root", length="= 32"),
)
Table("checkpoint", tables, _number("size", key=True), _long("note"), _number("signed_at_us"))
Table(
    "cosignature",
    tables,
    _number("size", key=True),
    _text("name", NAME, key=True),
    _text("key_id", 8, key=True),
    _long("line"),
    _number("at_us"),
)
Table("witnessed", tables, _number("size", key=True), _number("at_us"))
Table("anchor", tables, _number("size", key=True), _blob("token"), _number("at_us"))
Table(
    "witness",
    tables,
    _text("url", NAME, key=True),
    _number("size"),
    _number("asked_us"),
    _number("cosigned_us", null=True),
    _text("trouble", NAME),
)
Table(
    "log_key",
    tables,
    _number("generation", key=True),
    _text("origin", NAME),
    _long("keys"),
    _number("position"),
    _number("at_us"),
)
Table(
    "map_pair",
    tables,
    _blob("key", length="= 40", key=True),
    _blob("value", length="= 32"),
    _number("position"),
    Index(None, "position"),
    sqlite_with_rowid=False,
)
Table(
    "map_block",
    tables,
    _blob("prefix", length="<= 1", key=True),
    _blob("children", length="= 8192"),
)

_APPEND_ONLY = ("event", "tile", "checkpoint", "cosignature", "witnessed", "anchor", "log_key")
_REFUSE_SQLITE = """
CREATE TRIGGER {table}_append_only_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_FUNCTION = """
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$
"""
_REFUSE_POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION append_only()
"""


def upgrade() -> None:
    """Carry the record over, sealing what it says, and refuse changes of what is signed."""
    db = op.get_bind()
    for name in ("head", "event", "report_body"):
        db.execute(text(f"CREATE TABLE plain_{name} AS SELECT * FROM {name}"))  # noqa: S608
        db.execute(text(f"DROP TABLE {name}"))
    if db.dialect.name == "postgresql":
        db.execute(text("DROP FUNCTION event_append_only()"))
    tables.create_all(db, checkfirst=False)
    _carry_head()
    _carry("event", "position", 0)
    _carry("report_body", "sha256", "")
    for name in ("head", "event", "report_body"):
        db.execute(text(f"DROP TABLE plain_{name}"))
    if db.dialect.name == "postgresql":
        db.execute(text(_FUNCTION))
    for table in _APPEND_ONLY:
        if db.dialect.name == "postgresql":
            db.execute(text(_REFUSE_POSTGRESQL.format(table=table)))
            continue
        for verb in ("UPDATE", "DELETE"):
            db.execute(text(_REFUSE_SQLITE.format(table=table, verb=verb)))


def _carry_head() -> None:
    """The frontier is left empty: whoever opens the house builds the tree from the leaves."""
    db = op.get_bind()
    position, at_us = db.execute(text("SELECT position, updated_at_us FROM plain_head")).one()
    fresh = {"frontier": b"", "witnessed_size": 0, "witnessed": bytes(32), "mapped": 0}
    db.execute(insert(head), {"id": 1, "position": position, "updated_at_us": at_us} | fresh)


def _carry(name: str, key: str, after: int | str) -> None:
    """Seal every row of a plain table, a batch at a time."""
    db = op.get_bind()
    batch = text(f"SELECT * FROM plain_{name} WHERE {key} > :after ORDER BY {key} LIMIT {BATCH}")  # noqa: S608
    while rows := db.execute(batch, {"after": after}).mappings().all():
        after = rows[-1][key]
        for row in rows:
            (_event if name == "event" else _report)(dict(row))


def _event(row: dict[str, Any]) -> None:
    vault, randomness = _sealer()
    content = bytes(row.pop("seed")) + row.pop("body").encode()
    del row["kind"]
    sealed = vault.seal(content, bound_to=bytes(row["leaf_hash"]), randomness=randomness(44))
    db = op.get_bind()
    db.execute(insert(event), row | {"sealed": sealed.sealed})
    db.execute(insert(record_key), {"position": row["position"], "wrapped": sealed.wrapped})


def _report(row: dict[str, Any]) -> None:
    vault, randomness = _sealer()
    content = bytes(row.pop("bytes"))
    whole = len(content).to_bytes(4) + content + row.pop("text").encode("utf-8", "surrogatepass")
    bound = bytes.fromhex(row["sha256"])
    sealed = vault.seal(whole, bound_to=bound, randomness=randomness(44))
    db = op.get_bind()
    db.execute(insert(report_body), row | {"sealed": sealed.sealed})
    db.execute(insert(report_key), {"sha256": row["sha256"], "wrapped": sealed.wrapped})


def _sealer() -> tuple[Vault, Callable[[int], bytes]]:
    """The house's vault and randomness, which a house that has a record brings along."""
    config = op.get_context().config
    if config is None or config.attributes["sealer"] is None:
        raise RuntimeError("a record in the clear was opened without the house's key")
    sealer: tuple[Vault, Callable[[int], bytes]] = config.attributes["sealer"]
    return sealer


def downgrade() -> None:
    """Never: the record only grows. Go back by restoring a backup."""
    raise NotImplementedError
