"""Radicale, a CalDAV server that nobody here wrote, on a port of this machine."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen


@dataclass(frozen=True)
class Calendars:
    """One empty calendar; answers are (status, body)."""

    url: str

    def put(self, name: str, entry: bytes) -> int:
        """Keep an entry under `name`; the status that the server answers."""
        return self._ask("PUT", name, entry)[0]

    def get(self, name: str) -> bytes:
        """The entry as the server keeps it."""
        return self._ask("GET", name)[1]

    def _ask(self, method: str, name: str, body: bytes | None = None) -> tuple[int, bytes]:
        request = Request(f"{self.url}{name}", data=body, method=method)  # noqa: S310
        request.add_header("Authorization", "Basic dXNlcjo=")  # "user:"
        request.add_header("Content-Type", "text/calendar; charset=utf-8")
        with urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read()


@contextmanager
def running_radicale(folder: Path) -> Iterator[Calendars]:
    """A server that keeps its calendars in `folder` while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", "-m", "radicale", "--config", ""),
            *("--server-hosts", f"127.0.0.1:{port}", "--auth-type", "none"),
            *("--storage-filesystem-folder", str(folder)),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr
        said = []
        for line in server.stderr:
            said.append(line)
            if "server ready" in line:
                break
        else:
            raise RuntimeError(f"Radicale did not start: {''.join(said)}")
        calendars = Calendars(f"http://127.0.0.1:{port}/user/warnings/")
        calendars._ask("MKCALENDAR", "")
        yield calendars
    finally:
        server.terminate()
        server.communicate(timeout=20)
