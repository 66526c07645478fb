"""Deliveries as the views show them, and by which names providers report of them."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from tocsin.store import schema
from tocsin.store.prepared import flat
from tocsin.store.upsert import insert_or_keep, upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One warning to one recipient and how far it has come."""

    delivery_id: str
    case_id: str
    warning_id: str
    recipient_id: str
    method: str
    state: str
    updated_us: int


_delivery = schema.delivery_view
_PUT_DELIVERY = upsert(_delivery, *(c.name for c in _delivery.c if not c.primary_key))
_DELIVERY = select(_delivery).where(_delivery.c.delivery_id == bindparam("wanted"))
_DELIVERIES = (
    select(_delivery)
    .where(_delivery.c.case_id == bindparam("case"))
    .order_by(_delivery.c.delivery_id)
)
_PUT_PROVIDER = insert_or_keep(schema.provider_view)
_NAMED_BY_PROVIDER = select(schema.provider_view.c.delivery_id).where(
    schema.provider_view.c.method == bindparam("by"),
    schema.provider_view.c.provider_id == bindparam("wanted"),
)
_NEWEST_BY = (
    select(_delivery)
    .where(_delivery.c.method == bindparam("by"), _delivery.c.updated_us >= bindparam("since"))
    .order_by(_delivery.c.updated_us.desc(), _delivery.c.delivery_id)
    .limit(bindparam("most"))
)


def upsert_delivery(db: Connection, row: DeliveryRow) -> None:
    """Show the delivery as `row` from now on."""
    _PUT_DELIVERY.run(db, **flat(row))


def delivery(db: Connection, delivery_id: str) -> DeliveryRow | None:
    """The delivery, or None."""
    row = db.execute(_DELIVERY, {"wanted": delivery_id}).one_or_none()
    return None if row is None else DeliveryRow(**row._mapping)


def deliveries(db: Connection, case_id: str) -> list[DeliveryRow]:
    """The case's deliveries."""
    return [DeliveryRow(**row._mapping) for row in db.execute(_DELIVERIES, {"case": case_id})]


def put_provider_id(
    db: Connection, *, method: str, provider_id: str, delivery_id: str, case_id: str
) -> None:
    """Remember by which name a provider may report of a delivery."""
    _PUT_PROVIDER.run(
        db, method=method, provider_id=provider_id, delivery_id=delivery_id, case_id=case_id
    )


def named_by_provider(db: Connection, method: str, provider_id: str) -> list[str]:
    """The deliveries that a provider calls so; more than one where it uses names again."""
    return list(db.execute(_NAMED_BY_PROVIDER, {"by": method, "wanted": provider_id}).scalars())


def newest_by(db: Connection, method: str, *, since_us: int, limit: int) -> list[DeliveryRow]:
    """The deliveries by a method that changed last, the newest first."""
    wanted = {"by": method, "since": since_us, "most": limit}
    return [DeliveryRow(**row._mapping) for row in db.execute(_NEWEST_BY, wanted)]
