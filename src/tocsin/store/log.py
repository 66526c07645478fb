"""What was signed over the log, and by whom: checkpoints, cosignatures, anchors, keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, select

from tocsin.store import schema
from tocsin.store.prepared import Prepared, flat
from tocsin.store.upsert import insert_or_keep, upsert

_checkpoint, _cosignature = schema.checkpoint, schema.cosignature
_anchor, _witness, _key = schema.anchor, schema.witness, schema.log_key
_witnessed = schema.witnessed

_PUT = insert_or_keep(_checkpoint)
_NEWEST = select(_checkpoint).order_by(_checkpoint.c.size.desc()).limit(1)
_AT = select(_checkpoint).where(_checkpoint.c.size == bindparam("wanted"))
_BEFORE = (
    select(_checkpoint)
    .where(_checkpoint.c.signed_at_us < bindparam("at"))
    .order_by(_checkpoint.c.size.desc())
)
_COSIGN = insert_or_keep(_cosignature)
_LINES = (
    select(_cosignature)
    .where(_cosignature.c.size == bindparam("wanted"))
    .order_by(_cosignature.c.name, _cosignature.c.key_id)
)
_WITNESSED = insert_or_keep(_witnessed)
_WITNESSED_SIZES = select(_witnessed.c.size).order_by(_witnessed.c.size)
_WITNESSED_BEFORE = select(func.max(_witnessed.c.size)).where(_witnessed.c.at_us < bindparam("at"))
_ANCHOR = insert_or_keep(_anchor)
_ANCHORS = select(_anchor).where(_anchor.c.size > bindparam("after")).order_by(_anchor.c.size)
_LAST_ANCHOR = select(_anchor).order_by(_anchor.c.size.desc()).limit(1)
_SAW = upsert(_witness, "size", "asked_us", "cosigned_us", "trouble")
_WITNESSES = select(_witness).order_by(_witness.c.url)
_PUT_KEY = Prepared(insert(_key))
_KEYS = Prepared(select(_key).order_by(_key.c.generation))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRow:
    """A checkpoint as the house signed it: the whole note, without cosignatures."""

    size: int
    note: str
    signed_at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CosignatureRow:
    """One witness's signature line over the checkpoint of `size` leaves."""

    size: int
    name: str
    key_id: str
    line: str
    at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorRow:
    """A timestamp authority's DER response over the text of the checkpoint of `size` leaves."""

    size: int
    token: bytes
    at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessRow:
    """How a witness stands: what it last cosigned, and what went wrong last ("" for nothing)."""

    url: str
    size: int
    asked_us: int
    cosigned_us: int | None
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """One generation of the log's keys: two verifier keys, one a line.

    `position` is the record's that began it; 0 for the first generation.
    """

    generation: int
    origin: str
    keys: str
    position: int
    at_us: int


def put_checkpoint(db: Connection, row: CheckpointRow) -> None:
    """Keep a checkpoint; the first one signed at a size stands."""
    _PUT.run(db, **flat(row))


def newest_checkpoint(db: Connection) -> CheckpointRow | None:
    """The checkpoint over most leaves."""
    row = db.execute(_NEWEST).one_or_none()
    return CheckpointRow(**row._mapping) if row else None


def checkpoint_at(db: Connection, size: int) -> CheckpointRow | None:
    """The checkpoint over `size` leaves, if one was signed."""
    row = db.execute(_AT, {"wanted": size}).one_or_none()
    return CheckpointRow(**row._mapping) if row else None


def checkpoints_before(db: Connection, at_us: int) -> list[CheckpointRow]:
    """The newest hundred checkpoints signed before an instant, the largest first."""
    rows = db.execute(_BEFORE.limit(100), {"at": at_us})
    return [CheckpointRow(**row._mapping) for row in rows]


def put_cosignature(db: Connection, row: CosignatureRow) -> None:
    """Keep a cosignature; the first of a key over a checkpoint stands."""
    _COSIGN.run(db, **flat(row))


def cosignatures(db: Connection, size: int) -> list[CosignatureRow]:
    """Every cosignature over the checkpoint of `size` leaves."""
    return [CosignatureRow(**row._mapping) for row in db.execute(_LINES, {"wanted": size})]


def put_witnessed(db: Connection, size: int, at_us: int) -> None:
    """Note that a quorum has cosigned the checkpoint of `size` leaves; the first time stands."""
    _WITNESSED.run(db, size=size, at_us=at_us)


def witnessed_sizes(db: Connection) -> list[int]:
    """Sizes at which a quorum cosigned, ascending."""
    return list(db.execute(_WITNESSED_SIZES).scalars())


def witnessed_before(db: Connection, at_us: int) -> int | None:
    """The largest size at which a quorum had cosigned before an instant."""
    size: int | None = db.execute(_WITNESSED_BEFORE, {"at": at_us}).scalar_one()
    return size


def put_anchor(db: Connection, row: AnchorRow) -> None:
    """Keep a timestamp; the first over a checkpoint stands."""
    _ANCHOR.run(db, **flat(row))


def anchors(db: Connection, after: int = 0) -> list[AnchorRow]:
    """The anchors of checkpoints over more than `after` leaves, ascending."""
    return [AnchorRow(**row._mapping) for row in db.execute(_ANCHORS, {"after": after})]


def newest_anchor(db: Connection) -> AnchorRow | None:
    """The anchor over most leaves."""
    row = db.execute(_LAST_ANCHOR).one_or_none()
    return AnchorRow(**row._mapping) if row else None


def put_witness(db: Connection, row: WitnessRow) -> None:
    """Note how a witness stands."""
    _SAW.run(db, **flat(row))


def witnesses(db: Connection) -> list[WitnessRow]:
    """Every witness that was ever asked, by address."""
    return [WitnessRow(**row._mapping) for row in db.execute(_WITNESSES)]


def put_key(db: Connection, row: KeyRow) -> None:
    """Add a generation of keys; the same generation twice is an error."""
    _PUT_KEY.run(db, **flat(row))


def keys(db: Connection) -> Sequence[KeyRow]:
    """Every generation of the log's keys, the first first."""
    return [
        KeyRow(generation=generation, origin=origin, keys=keys, position=position, at_us=at_us)
        for generation, origin, keys, position, at_us in _KEYS.run(db)
    ]
