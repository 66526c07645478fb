"""An event loop in a thread of its own, for channels that keep a connection open."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from typing import Any, TypeVar

T = TypeVar("T")
_GRACE_S = 5


class Background:
    """Runs talks for other threads; the thread starts with the first one."""

    def __init__(self, name: str) -> None:
        self._name, self._lock = name, threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def ask(self, talk: Coroutine[Any, Any, T], within_s: float) -> T:
        """The talk's result. Blocks; not to be called from an event loop.

        Raises what it raises, or TimeoutError when `within_s` is over: then it is cancelled.
        """
        future = asyncio.run_coroutine_threadsafe(_within(talk, within_s), self._running())
        try:
            return future.result(within_s + _GRACE_S)
        except CancelledError:
            raise TimeoutError("the channel was closed") from None
        finally:
            future.cancel()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name=self._name, daemon=True
                )
                self._thread.start()
            return self._loop

    def close(self) -> None:
        """End the talks that still run, and the thread. The next `ask` starts anew."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop and thread:
            asyncio.run_coroutine_threadsafe(_end_all(), loop).result(_GRACE_S)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(_GRACE_S)
            loop.close()


async def _within(talk: Coroutine[Any, Any, T], within_s: float) -> T:
    async with asyncio.timeout(within_s):
        return await talk


async def _end_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)  # transports that were just closed close on the loop's next turn
