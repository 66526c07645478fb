"""Who the tests are about. Ines and her house are fictitious."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.domain.actor import Actor, ActorKind, Role
from tocsin.identity import officers
from tocsin.store.engine import Store

NOON = datetime(2024, 3, 7, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
INES = Actor(
    kind=ActorKind.OFFICER, actor_id="ines.a", unit="watch", roles=frozenset({Role.ANALYST})
)


def enrolled(store: Store, **changes: Any) -> Actor:
    whole = {
        "officer_id": "ines.a",
        "name": "Ines Aldana",
        "unit": "watch",
        "roles": ["analyst"],
        "email": "ines@watch.example",
    }
    return officers.enrol(store, **whole | changes)
