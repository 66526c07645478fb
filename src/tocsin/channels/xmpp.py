"""XMPP: chat messages whose receipts (XEP-0184) and markers (XEP-0333) name our key."""

import asyncio
import contextlib
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from tocsin.channels.addresses import address_for
from tocsin.channels.background import Background
from tocsin.channels.base import (
    FailureReason,
    HandedOver,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
    Report,
)
from tocsin.channels.xmpp_stream import Heard, Stream
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class XmppSettings:
    """Our account and its server. Raises `Refusal` (settings-invalid).

    The server proves by its certificate that it is the one of the account's domain, whatever
    `host` it is reached at. `timeout_s` bounds signing in and the answer to a message,
    `deadline_s` the whole of a message.
    """

    jid: str
    password: str = field(repr=False)
    host: str
    port: int = 5222
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Path | None = None
    timeout_s: float = 20
    deadline_s: float = 60

    def __post_init__(self) -> None:
        checks = {
            "security is starttls, tls or none": self.security in ("starttls", "tls", "none"),
            "messages leave in clear only to this machine": self.security != "none"
            or _is_loopback(self.host),
            "a host is named": bool(re.fullmatch("[!-~]+", self.host)),
            "a port is 1 to 65535": 0 < self.port < 65_536,
            "jid is a bare address such as duty@example.org": _is_bare(self.jid),
            "a password is given": bool(self.password),
            "times are positive": self.timeout_s > 0 and self.deadline_s > 0,
        }
        for rule, is_kept in checks.items():
            if not is_kept:
                refuse(Code.SETTINGS_INVALID, f"XMPP was not set up: {rule}.")


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _is_bare(jid: str) -> bool:
    try:
        return address_for(Method.XMPP, jid) == jid
    except Refusal:
        return False


# Text that XML 1.0 cannot carry would end the stream for everybody's messages.
_UNFIT = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmppChannel:
    """Keeps one stream open, and opens it again when it is lost; threads may share it.

    A `Report` of a receipt or a marker has the key it names and the address it is from: whoever
    takes it must see that the message went there, for anybody may name any key.
    """

    name = "xmpp"

    def __init__(self, settings: XmppSettings) -> None:
        self._settings = settings
        self._background = Background("xmpp")
        self._reporting = threading.Lock()
        self._begin()
        try:
            self._tls = ssl.create_default_context(cafile=settings.ca_file)
        except OSError as error:
            refuse(
                Code.SETTINGS_INVALID,
                f"XMPP was not set up: {type(error).__name__} reading ca_file.",
                "Name a readable file of PEM certificates in ca_file.",
            )
        # The library logs whole stanzas, at times as errors.
        logging.getLogger("slixmpp").setLevel(logging.CRITICAL + 1)

    def _begin(self) -> None:
        self._stream: Stream | None = None
        self._opening = asyncio.Lock()

    def send(self, message: Message) -> HandedOver:
        """Hand the message over. Raises `Passing`, `Permanent` or `OutcomeUnknown`."""
        if message.encrypt_to:
            raise Permanent(FailureReason.KEY_UNUSABLE, "a chat is read by its servers")
        if not _is_bare(message.to_address):
            raise Permanent(FailureReason.ADDRESS_UNSUPPORTED, "not an XMPP address")
        if _UNFIT.search(message.body):
            raise Permanent(FailureReason.CONTENT_REFUSED, "a control character")
        said = threading.Event()
        try:
            with _sorted_out():
                detail = self._background.ask(
                    self._submit(message, said), self._settings.deadline_s
                )
        except Passing as failure:
            unanswered = (FailureReason.TIMED_OUT, FailureReason.DISCONNECTED)
            if said.is_set() and failure.reason in unanswered:
                raise OutcomeUnknown(FailureReason.NO_ANSWER, failure.reason) from None
            raise
        return HandedOver(provider_id="", detail=detail)

    def reports(self, take: Callable[[Report], None], wait_s: float) -> None:
        """Give what is there to `take`, or else what comes first within `wait_s`.

        The server is told that we have it only when `take` has returned; where it never is, it
        gives a message again (XEP-0198).
        """
        ends_at = time.monotonic() + wait_s
        if not self._reporting.acquire(timeout=wait_s):
            return
        try:
            while found := self._next(ends_at):
                stream, heard = found
                take(heard.report)
                ends_at = 0
                with contextlib.suppress(ConnectionError, TimeoutError):
                    self._background.ask(stream.taken(heard), self._settings.timeout_s)
        finally:
            self._reporting.release()

    def close(self) -> None:
        """Sign out. The channel may be used again."""
        if self._stream:
            with contextlib.suppress(TimeoutError):
                self._background.ask(self._stream.leave(), 2)
        self._background.close()
        self._begin()

    async def _submit(self, message: Message, said: threading.Event) -> str:
        stream = await self._opened()
        said.set()
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                return await stream.submit(message)
        except TimeoutError:
            # A server answers at once: this connection leads nowhere any more.
            stream.end()
            raise

    async def _opened(self) -> Stream:
        async with self._opening:
            if not (self._stream and self._stream.is_open):
                stream = Stream(self._settings, self._tls)
                try:
                    async with asyncio.timeout(self._settings.timeout_s):
                        await stream.open()
                except BaseException:
                    stream.end()
                    raise
                self._stream = stream
            return self._stream

    def _next(self, ends_at: float) -> tuple[Stream, Heard] | None:
        wait_s = max(ends_at - time.monotonic(), 0)
        with _sorted_out():
            return self._background.ask(self._next_heard(wait_s), wait_s + self._settings.timeout_s)

    async def _next_heard(self, wait_s: float) -> tuple[Stream, Heard] | None:
        stream = await self._opened()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                while stream.is_open and not stream.untaken:
                    stream.news.clear()
                    await stream.news.wait()
        if stream.untaken:
            return stream, stream.untaken[0]
        if not stream.is_open:
            raise ConnectionResetError
        return None


@contextlib.contextmanager
def _sorted_out() -> Iterator[None]:
    """Name every failure; a fault an operator can mend is a passing one."""
    try:
        yield
    except NotHandedOver:
        raise
    except ssl.SSLError as error:
        raise Passing(FailureReason.TLS_FAILED, type(error).__name__) from None
    except TimeoutError:
        raise Passing(FailureReason.TIMED_OUT) from None
    except socket.gaierror:
        raise Passing(FailureReason.HOST_NOT_FOUND) from None
    except ConnectionResetError:
        raise Passing(FailureReason.DISCONNECTED) from None
    except OSError as error:
        raise Passing(FailureReason.UNREACHABLE, type(error).__name__) from None
