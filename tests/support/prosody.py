"""Prosody as an XMPP server on this machine, and a person with a client of their own."""

import asyncio
import queue
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme
from slixmpp import ClientXMPP

from tests.support.missing import missing
from tocsin.channels.background import Background

PATIENCE_S = 10
MANAGED, PLAIN, CLEAR = "managed.example", "plain.example", "clear.example"
PASSWORD = "tick tock"


class Prosody:
    """`with Prosody(folder) as server:` listens in clear and for STARTTLS on `server.port`, and
    for TLS on `server.tls_port`.

    Accounts duty and ana, with `PASSWORD`, are at three hosts: `MANAGED` has stream management
    (XEP-0198), `PLAIN` not, and `CLEAR` neither that nor TLS.
    """

    def __init__(self, folder: Path) -> None:
        self.program = shutil.which("prosody") or missing("prosody: run tools/servers.sh")
        self.folder, self.ca_file = folder, folder / "authority.pem"
        self.port, self.tls_port = _free_ports(2)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_file))
        for host in (MANAGED, PLAIN):
            certificate = authority.issue_cert(host)
            certificate.private_key_pem.write_to_path(str(folder / f"{host}.key"))
            certificate.cert_chain_pems[0].write_to_path(str(folder / f"{host}.crt"))
        for host in (MANAGED, PLAIN, CLEAR):
            accounts = folder / "data" / host.replace(".", "%2e") / "accounts"
            accounts.mkdir(parents=True)
            for name in ("duty", "ana"):
                kept = f'return {{ ["password"] = "{PASSWORD}"; }};\n'
                (accounts / f"{name}.dat").write_text(kept)
        (folder / "prosody.cfg.lua").write_text(self._config())

    def __enter__(self) -> Self:
        with (self.folder / "output").open("wb") as output:
            self._child = subprocess.Popen(
                [self.program, "-F", "--config", str(self.folder / "prosody.cfg.lua")],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.signal(signal.SIGKILL)  # asked to end, it would first say goodbye
        self._child.wait(PATIENCE_S)

    def signal(self, number: signal.Signals) -> None:
        """Stop it, let it go on, or kill it."""
        self._child.send_signal(number)

    def _wait(self) -> None:
        ends_at = time.monotonic() + PATIENCE_S
        for port in (self.port, self.tls_port):
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if self._child.poll() is not None or time.monotonic() > ends_at:
                        output = (self.folder / "output").read_text()
                        raise RuntimeError(f"Prosody did not start: {output}") from None
                    time.sleep(0.02)

    def _config(self) -> str:
        def tls(host: str) -> str:
            key, crt = (self.folder / f"{host}.{end}" for end in ("key", "crt"))
            return f'ssl = {{ key = "{key}"; certificate = "{crt}" }}'

        return f"""
run_as_root = true
data_path = "{self.folder}/data"
pidfile = "{self.folder}/pid"
log = {{ {{ levels = {{ min = "warn" }}, to = "console" }} }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {self.port} }}
c2s_direct_tls_ports = {{ {self.tls_port} }}
s2s_ports = {{}}
c2s_direct_tls_ssl = {{ key = "{self.folder}/{MANAGED}.key";
  certificate = "{self.folder}/{MANAGED}.crt" }}
authentication = "internal_plain"
allow_unencrypted_plain_auth = false
modules_enabled = {{ "roster", "saslauth", "tls", "posix", "offline", "ping", "disco", "presence" }}
modules_disabled = {{ "s2s" }}
c2s_require_encryption = true
smacks_hibernation_time = 0
VirtualHost "{MANAGED}"
  modules_enabled = {{ "smacks" }}
  {tls(MANAGED)}
VirtualHost "{PLAIN}"
  {tls(PLAIN)}
VirtualHost "{CLEAR}"
  c2s_require_encryption = false
  modules_disabled = {{ "tls" }}
"""


class Person:
    """`with Person(server, host) as ana:` is signed in, and acknowledges what she receives.

    `got` has each message, and each receipt of her own, as it comes.
    """

    def __init__(self, server: Prosody, host: str = MANAGED, name: str = "ana") -> None:
        self._server, self._host, self.address = server, host, f"{name}@{host}"
        self._background = Background("person")
        self.got: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        self._background.ask(self._sign_in(), PATIENCE_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._background.ask(self._sign_out(), PATIENCE_S)
        self._background.close()

    async def _sign_in(self) -> None:
        tls = ssl.create_default_context(cafile=self._server.ca_file)
        self.client = ClientXMPP(
            self.address, PASSWORD, ssl_context=tls, loop=asyncio.get_running_loop()
        )
        for plugin in ("xep_0184", "xep_0333"):
            self.client.register_plugin(plugin)
        self.client.add_event_handler("message", self.got.put)
        self.client.add_event_handler("receipt_received", self.got.put)
        self.client.connect("127.0.0.1", self._server.port)
        await self.client.wait_until("session_start", PATIENCE_S)
        self.client.send_presence()
        await self.client.get_roster()  # answered after the presence was seen

    async def _sign_out(self) -> None:
        await self.client.disconnect(PATIENCE_S)

    def next(self) -> Any:
        return self.got.get(timeout=PATIENCE_S)

    def does(self, act: Callable[[ClientXMPP], object]) -> None:
        """Let the client do something, where it runs."""

        async def done() -> None:
            act(self.client)

        self._background.ask(done(), PATIENCE_S)


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports
