"""A real Matrix homeserver on this machine, in memory: Synapse, as its own process."""

import hashlib
import hmac
import json
import secrets
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

NAME = "tocsin.example"
START_S = 90
_SECRET = secrets.token_hex(16)
_PLENTY = {"per_second": 10_000, "burst_count": 10_000}


@dataclass(frozen=True)
class Account:
    """Somebody with a Matrix client."""

    url: str
    user_id: str
    token: str = field(repr=False)

    def call(self, method: str, path: str, content: Any = None) -> Any:
        """The JSON that the client-server API answers; an error is one here."""
        answer = httpx2.request(
            method,
            f"{self.url}{path}",
            headers={"Authorization": f"Bearer {self.token}"},
            json={} if content is None and method != "GET" else content,
            timeout=20,
            trust_env=False,
        )
        return answer.raise_for_status().json()

    def client(self, method: str, path: str, content: Any = None) -> Any:
        return self.call(method, f"/_matrix/client/v3{path}", content)

    def join(self, room: str) -> None:
        self.client("POST", f"/rooms/{quote(room)}/join")

    def invited_to(self) -> list[str]:
        return list(self.client("GET", "/sync").get("rooms", {}).get("invite", {}))

    def messages(self, room: str) -> list[dict[str, Any]]:
        """The messages of a room as they came, latest first."""
        came = self.client("GET", f"/rooms/{quote(room)}/messages?dir=b&limit=50")["chunk"]
        return [event for event in came if event["type"] == "m.room.message"]

    def say(self, room: str, words: str) -> str:
        path = f"/rooms/{quote(room)}/send/m.room.message/{secrets.token_hex(4)}"
        return str(self.client("PUT", path, {"msgtype": "m.text", "body": words})["event_id"])

    def read(self, room: str, event_id: str) -> None:
        self.client("POST", f"/rooms/{quote(room)}/receipt/m.read/{quote(event_id)}")


@dataclass(frozen=True)
class Synapse:
    """The server at `url`; `admin` may everything."""

    url: str
    admin: Account

    def register(self, name: str) -> Account:
        return _register(self.url, name)

    def slow_down(self, account: Account) -> None:
        """Let `account` send one message, and no more for a long time."""
        path = f"/_synapse/admin/v1/users/{quote(account.user_id)}/override_ratelimit"
        self.admin.call("POST", path, {"messages_per_second": 1, "burst_count": 1})


def _register(url: str, name: str, *, admin: bool = False) -> Account:
    with httpx2.Client(base_url=url, trust_env=False, timeout=20) as client:
        nonce = client.get("/_synapse/admin/v1/register").json()["nonce"]
        given = [nonce, name, "password", "admin" if admin else "notadmin"]
        mac = hmac.new(_SECRET.encode(), "\0".join(given).encode(), hashlib.sha1).hexdigest()
        told = {"nonce": nonce, "username": name, "password": "password", "admin": admin}
        answer = client.post("/_synapse/admin/v1/register", json={**told, "mac": mac})
        made = answer.raise_for_status().json()
    return Account(url, made["user_id"], made["access_token"])


@contextmanager
def running_synapse(folder: Path) -> Iterator[Synapse]:
    """Synapse while the block runs; what it keeps lies in memory and in `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "synapse.json"  # which is YAML too
    config.write_text(json.dumps(_config(folder, port)))
    (folder / "key").write_text(f"ed25519 a_1 {b64encode(secrets.token_bytes(32)).decode()}\n")
    url = f"http://127.0.0.1:{port}"
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "synapse.app.homeserver", "--config-path", str(config)],
            cwd=folder,
            stdout=said,
            stderr=said,
        )
    try:
        _wait(url, process, folder / "said")
        yield Synapse(url, _register(url, "admin", admin=True))
    finally:
        process.kill()  # nothing it holds is wanted any more, and a calm end takes a second
        process.wait(20)


def _wait(url: str, process: "subprocess.Popen[bytes]", said: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx2.get(f"{url}/health", trust_env=False).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"Synapse did not start: {said.read_text(errors='replace')[-2000:]}")


def _config(folder: Path, port: int) -> dict[str, Any]:
    resources = [{"names": ["client"], "compress": False}]
    listener = {
        "port": port,
        "type": "http",
        "bind_addresses": ["127.0.0.1"],
        "resources": [*resources, {"names": ["health"], "compress": False}],
    }
    rates = ("rc_message", "rc_registration", "rc_room_creation")
    joins = ("local", "remote")
    invites = ("per_room", "per_user", "per_issuer")
    return {
        "server_name": NAME,
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": ":memory:"}},
        "signing_key_path": str(folder / "key"),
        "media_store_path": str(folder),
        "enable_media_repo": False,
        "registration_shared_secret": _SECRET,
        "macaroon_secret_key": "m",
        "form_secret": "f",
        "report_stats": False,
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "bcrypt_rounds": 4,
        "presence": {"enabled": False},
        "caches": {"sync_response_cache_duration": "0s"},  # a test asks the same twice
        **dict.fromkeys(rates, _PLENTY),
        "rc_joins": dict.fromkeys(joins, _PLENTY),
        "rc_invites": dict.fromkeys(invites, _PLENTY),
    }
