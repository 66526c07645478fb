"""npm's smpp as a message centre on this machine, in the Node that Playwright brings."""

import json
import queue
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.missing import missing

HERE = Path(__file__).parent
PACKAGES = HERE.parent / "interop/npm/package.json"
PATIENCE_S = 10


class SmppServer:
    """`with SmppServer() as server:` listens on `server.port`.

    With `tls`, the files of a key and of a certificate, it talks TLS.
    """

    def __init__(self, tls: tuple[Path, Path] | None = None) -> None:
        from playwright._impl._driver import compute_driver_executable

        if not (PACKAGES.parent / "node_modules/smpp").exists():
            missing("npm's smpp is not installed: run tools/interop.sh")
        node, _ = compute_driver_executable()
        self._command = [node, HERE / "smpp_server.mjs", PACKAGES, *(tls or ())]
        self._events: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.port = 0

    def __enter__(self) -> Self:
        self._child = subprocess.Popen(
            list(map(str, self._command)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.port = self.next("listening")["port"]
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.close()
        try:
            self._child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        self._child.stdout.close()

    def _read(self) -> None:
        assert self._child.stdout
        for line in self._child.stdout:
            self._events.put(json.loads(line))

    def do(self, what: str, **how: Any) -> None:
        """Ask for what tests/support/smpp_server.mjs knows."""
        assert self._child.stdin
        self._child.stdin.write(json.dumps({"do": what, **how}) + "\n")
        self._child.stdin.flush()

    def next(self, event: str) -> dict[str, Any]:
        """The next event of that name; those before it are passed over."""
        while True:
            found = self._events.get(timeout=PATIENCE_S)
            if found["event"] == event:
                return found

    def all(self, event: str, count: int) -> list[dict[str, Any]]:
        return [self.next(event) for _ in range(count)]

    def seen(self) -> list[str]:
        """The names of events that have come and were not asked for."""
        names = []
        while not self._events.empty():
            names.append(self._events.get()["event"])
        return names

    def reset(self) -> None:
        """Drop all sessions, and do again what is asked for by nobody."""
        self.do("reset")
        self.next("reset")
