"""What went public: the signed messages, byte for byte, and what their pages are made from."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from tocsin.store import schema
from tocsin.store.prepared import flat

_message = schema.published_message
_COLUMNS = [column for column in _message.c if column.name != "xml"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A message without its bytes. `chain` is the identifier of the first one of its chain, and
    `said` the publication as JSON."""

    identifier: str
    case_id: str
    publication_id: str
    message: str
    status: str
    chain: str
    sent_us: int
    said: str


def put(db: Connection, row: Row, xml: bytes) -> None:
    """Keep a message for good."""
    db.execute(insert(_message).values(**flat(row), xml=xml))


def get(db: Connection, identifier: str) -> Row | None:
    found = db.execute(select(*_COLUMNS).where(_message.c.identifier == identifier)).one_or_none()
    return Row(**found._mapping) if found else None


def xml_of(db: Connection, identifier: str) -> bytes | None:
    """The signed bytes."""
    wanted = select(_message.c.xml).where(_message.c.identifier == identifier)
    found = db.execute(wanted).scalar_one_or_none()
    return None if found is None else bytes(found)


def chain_of(db: Connection, chain: str) -> list[Row]:
    """Every message of a chain, the oldest first."""
    wanted = select(*_COLUMNS).where(_message.c.chain == chain).order_by(_message.c.sent_us)
    return [Row(**row._mapping) for row in db.execute(wanted)]


def newest(db: Connection, statuses: Sequence[str], most: int) -> list[Row]:
    """The newest messages of these statuses, the newest first."""
    wanted = (
        select(*_COLUMNS)
        .where(_message.c.status.in_(statuses))
        .order_by(_message.c.sent_us.desc(), _message.c.identifier)
        .limit(most)
    )
    return [Row(**row._mapping) for row in db.execute(wanted)]
