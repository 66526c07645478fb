"""A cable between two parties on this machine that a test can cut, or let fall silent."""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Coroutine
from typing import Any, Self

CHUNK = 65_536


class Cable:
    """`with Cable(to) as cable:` carries what is said on `cable.port` to `to`: a port here, or
    the path of a Unix socket. With `tls` it is spoken to in TLS."""

    def __init__(
        self, to: int | str, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
    ) -> None:
        self._to, self._host, self._tls, self.port = to, host, tls, 0
        self._ends: set[asyncio.StreamWriter] = set()
        self._talks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._flows = asyncio.Event()
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self) -> None:
        """Every connection is reset and a new one is refused."""
        self._do(self._cut())

    def falls_silent(self) -> None:
        """Nothing comes through, and nobody is told: as if a wire had been pulled."""
        self._do(self._silent())

    def mend(self) -> None:
        """What was said into silence arrives now."""
        self._do(self._mend())

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _cut(self) -> None:
        self._server.close()
        for end in self._ends:
            end.transport.abort()

    async def _silent(self) -> None:
        self._flows.clear()

    async def _mend(self) -> None:
        self._flows.set()
        if not self.port or not self._server.is_serving():
            self._server = await asyncio.start_server(
                self._carry, self._host, self.port, ssl=self._tls, backlog=100
            )
            self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        await asyncio.sleep(0.02)  # a talk cancelled before it began would leave its end open
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await asyncio.sleep(0.02)  # transports that were dropped close on the loop's next turns

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks.add(talk := asyncio.current_task())  # type: ignore[arg-type]
        self._ends.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            await self._flows.wait()
            if isinstance(self._to, str):
                back, there = await asyncio.open_unix_connection(self._to)
            else:
                back, there = await asyncio.open_connection("127.0.0.1", self._to)
            self._ends.add(there)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._flow(reader, there))
                both.create_task(self._flow(back, writer))
        except (OSError, asyncio.CancelledError, ExceptionGroup):
            pass
        finally:
            for end in (writer, there):
                if end:
                    self._ends.discard(end)
                    end.transport.abort()
            self._talks.discard(talk)  # type: ignore[arg-type]

    async def _flow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until either end is gone, which ends the other direction too."""
        while some := await reader.read(CHUNK):
            await self._flows.wait()
            writer.write(some)
            await writer.drain()
        with contextlib.suppress(OSError):
            await writer.drain()
        raise ConnectionResetError
