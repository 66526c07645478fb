"""Which reports share which runs of words, and what was found of them.

A frozen copy of what changed in `schema.truth`.
"""

from alembic import op
from sqlalchemy import BigInteger, CheckConstraint, Column, Index, MetaData, Table, Text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}
ID = 128

_Text = Text().with_variant(Text(collation="C"), "postgresql")

tables = MetaData(naming_convention=_NAMES)


def _text(name: str, *, key: bool = False) -> Column[str]:
    bound = CheckConstraint(f"length({name}) <= {ID}", name=f"{name}_length")
    return Column(name, _Text, bound, nullable=False, primary_key=key)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=False, primary_key=key, autoincrement=False)


source_report = Table(
    "source_report",
    tables,
    _number("number", key=True),
    _text("report_id"),
    _number("sampled"),
    _number("words"),
    _text("root"),
)
source_run = Table(
    "source_run",
    tables,
    _number("run", key=True),
    _number("number", key=True),
    Index(None, "number"),
    sqlite_with_rowid=False,
)
source_link = Table(
    "source_link",
    tables,
    _text("report_id", key=True),
    _text("other_id", key=True),
    _text("relation"),
    _number("share_ppm"),
    _number("other_share_ppm"),
    Column("runs", _Text, nullable=False),
    CheckConstraint("relation IN ('same', 'derived')", name="relation_known"),
    Index(None, "other_id"),
)


def upgrade() -> None:
    """Make the new tables."""
    tables.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    """Never: the record only grows. Go back by restoring a backup."""
    raise NotImplementedError
