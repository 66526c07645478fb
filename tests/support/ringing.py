"""A browser's push subscription without a browser, and a channel that keeps what it is given."""

import os
import re
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tocsin.channels.base import HandedOver, Message
from tocsin.channels.web_push import WebPushChannel, WebPushSettings, key_from

SETTINGS = WebPushSettings(
    private_key=key_from(b"\x07" * 32),
    contact="mailto:duty@tocsin.example",
    allow_private=("127.0.0.1",),
)


def a_subscription(endpoint: str = "https://push.example/1") -> dict[str, Any]:
    """What the page posts of one: a point that is on the curve and a fresh secret."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"endpoint": endpoint, "keys": {"p256dh": spelled(raw), "auth": spelled(os.urandom(16))}}


def spelled(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


class PushBox(WebPushChannel):
    """As the real channel, but nothing leaves; it raises what it is told to."""

    def __init__(self) -> None:
        super().__init__(SETTINGS)
        self.sent: list[Message] = []
        self.raises: Exception | None = None

    def send(self, message: Message) -> HandedOver:
        self.sent.append(message)
        if self.raises:
            raise self.raises
        return HandedOver(provider_id="1", detail="201")

    @property
    def code(self) -> str:
        *_, code = re.finditer(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", self.sent[-1].short)
        return code[0]
