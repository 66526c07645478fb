"""A browser with a push subscription, and its push service: Node, with npm's http_ece."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.support.webhooks import running_node
from tocsin.channels.addresses import address_for
from tocsin.domain.kinds import Method


@dataclass(frozen=True)
class PushService:
    """It answers with the status that the path names; /hang never answers."""

    url: str
    keys: dict[str, str]

    def subscription(self, path: str) -> str:
        given = json.dumps({"endpoint": self.url + path, "keys": self.keys})
        return address_for(Method.WEB_PUSH, given)

    def received(self) -> list[Any]:
        """What came and could be opened: `headers`, `bytes`, `plain`, and the token's `claims`."""
        came = httpx2.get(f"{self.url}/received", trust_env=False)
        return list(came.raise_for_status().json())


@contextmanager
def running_push_service() -> Iterator[PushService]:
    with running_node("push_service.mjs", "http_ece") as said:
        told = json.loads(said)
        keys = {name: told[name] for name in ("p256dh", "auth")}
        yield PushService(f"http://127.0.0.1:{told['port']}", keys)
