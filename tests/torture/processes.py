"""Processes of their own that a test speaks to, and may kill."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Came:
    """A mail as the sink took it; `state` is what the table said of its delivery just then."""

    at: datetime
    key: str
    to: str
    state: str


class Told:
    """A process that is spoken to a line at a time and answers each with a number."""

    def __init__(self, module: str, *given: str, before: Sequence[str] = ()) -> None:
        strangers = {name for name in os.environ if name.startswith("TOCSIN_")}
        self._process = subprocess.Popen(
            [*before, sys.executable, "-m", module, *given],
            env={name: value for name, value in os.environ.items() if name not in strangers},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())

    def say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def ask(self, line: str) -> int:
        self.say(line)
        return self.answer()

    def end(self) -> None:
        with self._process as process:
            assert process.stdin
            process.stdin.close()
            try:
                process.wait(30)
            finally:
                process.kill()

    def kill(self) -> None:
        self._process.kill()
        self.end()


@dataclass(kw_only=True)
class Sink:
    """tests/torture/sink.py on one port for good, however often it is killed."""

    file: Path
    database: str
    every: int
    port: int = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def start(self) -> None:
        given = {"file": str(self.file), "database": self.database, "every": self.every}
        self._process = Told("tests.torture.sink", json.dumps(given | {"port": self.port}))
        self.port = self._process.answer()

    def kill(self) -> None:
        self._process.kill()

    def __exit__(self, *_: object) -> None:
        self._process.end()

    def _lines(self) -> list[dict[str, Any]]:
        return list(map(json.loads, self.file.read_bytes().splitlines()))

    def count(self) -> int:
        """Lines so far, each a mail that came or a fate that was met."""
        return self.file.read_bytes().count(b"\n")

    def fates(self) -> Counter[str]:
        return Counter(one["fate"] for one in self._lines() if "fate" in one)

    def came(self) -> list[Came]:
        return [
            Came(
                at=datetime.fromtimestamp(one.pop("at") / 1e9, UTC),
                **one,
            )
            for one in self._lines()
            if "key" in one
        ]
