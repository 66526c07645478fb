"""What all tables are made of: the two sets of them, and columns that bound what they hold."""

from sqlalchemy import BigInteger, CheckConstraint, Column, LargeBinary, MetaData, Text

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
NEVER_US = 2**63 - 1
"""Stands for "no deadline" where instants are ordered: NULLs sort differently."""

ID, NAME, WORDS = 128, 400, 4_000

TEXT = Text().with_variant(Text(collation="C"), "postgresql")

truth = MetaData(naming_convention=_NAMES)
views = MetaData(naming_convention=_NAMES)


def text(name: str, most: int = ID, *, null: bool = False, key: bool = False) -> Column[str]:
    """Words of at most `most` characters."""
    bound = CheckConstraint(f"length({name}) <= {most}", name=f"{name}_length")
    return Column(name, TEXT, bound, nullable=null, primary_key=key)


def long(name: str, *, null: bool = False) -> Column[str]:
    """Words that are bounded elsewhere."""
    return Column(name, TEXT, nullable=null)


def number(name: str, *, null: bool = False, key: bool = False) -> Column[int]:
    """A whole number of 64 bits."""
    return Column(name, BigInteger, nullable=null, primary_key=key, autoincrement=False)


def blob(name: str, *, length: str = "", key: bool = False) -> Column[bytes]:
    """Bytes; `length` is a condition on how many, such as "= 32"."""
    bound = [CheckConstraint(f"length({name}) {length}", name=f"{name}_length")] if length else []
    return Column(name, LargeBinary, *bound, nullable=False, primary_key=key)


def one_of(name: str, *values: str) -> CheckConstraint:
    """That a column holds one of these words."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({allowed})", name=f"{name}_known")
