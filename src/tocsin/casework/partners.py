"""Signed receipts that partners' systems post for warnings they were sent."""

import json
from collections.abc import Mapping
from typing import Any

from tocsin.casework.hearing import hear
from tocsin.casework.house import App
from tocsin.casework.reads import case_of
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, refuse
from tocsin.identity import links
from tocsin.store import deliveries


def hear_partner(app: App, headers: Mapping[str, str], body: bytes) -> None:
    """Put a partner's receipt on the record.

    It is signed with the secret of the address the warning went to, which the body names by its
    key alone. Refuses SIGNATURE_INVALID alike for what is altered or old, and for what was never
    sent to anybody.
    """
    from tocsin.channels.webhook import WebhookChannel, verify_callback

    channel, address = app.channels.get(Method.WEBHOOK), _sent_to(app, _key(body))
    if not isinstance(channel, WebhookChannel) or not address:
        refuse(
            Code.SIGNATURE_INVALID,
            "The receipt was not taken: its signature is not one of a partner we have warned.",
            "Sign it with the secret of the address that the warning was sent to.",
        )
    secret = channel.secret_for(address)
    hear(app, Method.WEBHOOK, verify_callback(headers, body, secret=secret, now=app.clock()))


def partner_secret(app: App, address: str) -> str:
    """What the partner at a webhook's address checks our signatures with, and signs receipts.

    Refuses SETTINGS_INVALID where no webhooks are set up, and ADDRESS_INVALID.
    """
    from tocsin.channels.webhook import WebhookChannel

    channel = app.channels.get(Method.WEBHOOK)
    if not isinstance(channel, WebhookChannel):
        refuse(
            Code.SETTINGS_INVALID,
            "No secret was printed: this house sends no webhooks.",
            "Put a table [webhook] into the settings.",
        )
    return channel.secret_for(address)


def _key(body: bytes) -> str:
    """The key that the body names; "" where it names none. Nothing of it is believed yet."""
    try:
        said: Any = json.loads(body)
        key = said["data"]["key"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return key if isinstance(key, str) and links.DELIVERY_ID.fullmatch(key) else ""


def _sent_to(app: App, key: str) -> str:
    with app.store.read() as db:
        row = deliveries.delivery(db, key) if key else None
    if row is None:
        return ""
    case = case_of(app, row.case_id)
    delivery = case.deliveries.get(row.delivery_id)
    if delivery is None or delivery.method is not Method.WEBHOOK:
        return ""
    return case.recipients[delivery.recipient_id].ways[delivery.way].address
