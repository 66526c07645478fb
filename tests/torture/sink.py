"""A mail server of a process of its own that keeps on disk what it takes, and dies in every way.

Before it keeps a mail it looks into the house's database: is the intent on the record?
"""

import asyncio
import json
import os
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle
from typing import Any

FATES = ("mail", "data", "content", "silent", "drops", "busy")
"""What becomes of a mail: its connection is closed at MAIL, at DATA, in the content, after it
without an answer, after the answer; or it is put off."""
_REST_S = 0.003
_KNOWN = "SELECT state FROM delivery_view WHERE delivery_id = "


def main() -> None:
    """`{"file", "port", "database", "every"}`: every so many mails one meets a fate; 0: none.

    Without a database nothing is looked up, and no mail is rested on: it is as fast as it can be.
    """
    asyncio.run(_serve(json.loads(sys.argv[1])))


async def _serve(given: dict[str, Any]) -> None:
    keep = os.open(given["file"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    known, fates = _asking(given["database"]), _fates(given["every"])
    rest_s = _REST_S if given["database"] else 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Talk(reader, writer, keep, known, fates, rest_s).go()
        except (OSError, EOFError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(talk, "127.0.0.1", given["port"], backlog=100)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - this is the answer
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


def _fates(every: int) -> Iterator[str]:
    rest = ("",) * (every - 1)
    return cycle([one for fate in FATES for one in (*rest, fate)] if every else [""])


def _asking(database: str) -> Callable[[str], str]:
    """What the house's table says of a delivery; "" where it knows none."""

    @cache  # opened when the first mail comes: the house may be built later than this
    def opened() -> Any:
        if not database.startswith("postgresql"):
            path = database.partition(":///")[2]
            return sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        import psycopg

        return psycopg.connect(database.replace("+psycopg", ""), autocommit=True)

    def ask(key: str) -> str:
        mark = "%s" if database.startswith("postgresql") else "?"
        (state,) = opened().execute(f"{_KNOWN}{mark}", (key,)).fetchone() or ("",)
        return str(state)

    return ask if database else lambda _: "unasked"


class _Talk:
    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        keep: int,
        known: Callable[[str], str],
        fates: Iterator[str],
        rest_s: float,
    ) -> None:
        self._reader, self._writer, self._keep = reader, writer, keep
        self._known, self._fates, self._rest_s = known, fates, rest_s
        self._fate, self._to = "", ""

    async def go(self) -> None:
        await self._say("220 sink")
        while line := await self._reader.readline():
            match line[:4].upper():
                case b"QUIT":
                    return
                case b"MAIL":
                    self._fate = next(self._fates)
                    self._dies_at("mail")
                case b"RCPT":
                    self._to = line.decode().partition("<")[2].partition(">")[0]
                    if self._to.startswith("nobody"):
                        await self._say("550 5.1.1 nobody")
                        continue
                case b"DATA":
                    self._dies_at("data")
                    await self._content()
                    continue
            await self._say("250 OK")

    async def _content(self) -> None:
        await self._say("354 go on")
        if self._fate == "content":
            await self._reader.readexactly(20)
            self._dies_at("content")
        content = await self._reader.readuntil(b"\r\n.\r\n")
        await asyncio.sleep(self._rest_s)
        if self._fate == "busy":
            self._tell(fate="busy")
            await self._say("451 4.3.0 later")
            return
        key = re.search(rb"(?im)^Message-ID:\s*<([^@>]+)@", content)
        name = key[1].decode() if key else ""
        self._tell(at=time.time_ns(), key=name, to=self._to, state=self._known(name))
        self._dies_at("silent")
        await self._say("250 2.0.0 OK")
        self._dies_at("drops")

    def _tell(self, **what: object) -> None:
        os.write(self._keep, json.dumps(what).encode() + b"\n")

    def _dies_at(self, where: str) -> None:
        if self._fate == where:
            self._tell(fate=where)
            raise EOFError

    async def _say(self, line: str) -> None:
        self._writer.write(f"{line}\r\n".encode())
        await self._writer.drain()


if __name__ == "__main__":
    main()
