"""One XMPP stream, signed in: messages out until the server has them, and what comes back."""

import asyncio
import socket
import ssl
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from slixmpp import ClientXMPP
from slixmpp.exceptions import IqTimeout
from slixmpp.plugins.xep_0198.stanza import Ack, RequestAck
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath

from tocsin.channels.base import (
    LONGEST_REPLY,
    FailureReason,
    Message,
    NotHandedOver,
    Passing,
    Permanent,
    Report,
    Reported,
)

MOST_BYTES = 1024 * 1024
"""One stanza, or what is read at once of many; servers refuse far smaller ones."""

MOST_UNTAKEN = 1_000
QUIET_S = 60

_RECEIPTS, _MARKERS = "urn:xmpp:receipts", "urn:xmpp:chat-markers:0"
_NEWS = {
    f"{{{_RECEIPTS}}}received": Reported.DELIVERED,
    f"{{{_MARKERS}}}received": Reported.DELIVERED,
    f"{{{_MARKERS}}}displayed": Reported.DISPLAYED,
    f"{{{_MARKERS}}}acknowledged": Reported.DISPLAYED,
}


class Account(Protocol):
    """What a stream needs to know of the settings."""

    @property
    def jid(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def security(self) -> str: ...
    @property
    def timeout_s(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One report, of the stanza that was the `number`th on its stream."""

    report: Report
    number: int
    stanza: Any = field(repr=False)


class _Client(ClientXMPP):
    """slixmpp's client, with bounds on what a server may say."""

    _unread, _tail = 0, b""

    def data_received(self, data: bytes) -> None:  # type: ignore[override]
        self._unread += len(data)
        if b"<!DOCTYPE" in self._tail + data or self._unread > MOST_BYTES:
            self.abort()
            return
        self._tail = data[-8:]
        super().data_received(data)

    def abort(self) -> None:
        """Once: asyncio before Python 3.12 fails where a closed TLS transport is closed again."""
        if self.transport and not self.transport.is_closing():
            super().abort()

    def reconnect(self, *_: object, **__: object) -> None:
        """A lost stream stays lost: the next one begins anew."""
        self.abort()

    def incoming_filter(self, xml: ET.Element) -> ET.Element:
        self._unread = 0
        return xml


class Stream:
    """Used from the event loop it was made in. `open` once, then `is_open` until it is lost."""

    def __init__(self, account: Account, tls: ssl.SSLContext) -> None:
        self._account, self.is_open = account, False
        self.untaken: deque[Heard] = deque()
        self.news = asyncio.Event()
        self._pending: dict[str, tuple[str, asyncio.Future[None]]] = {}
        loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = loop.create_future()
        client = self._client = _Client(account.jid, account.password, ssl_context=tls, loop=loop)
        client.enable_starttls = account.security == "starttls"
        client.enable_direct_tls = account.security == "tls"
        client.enable_plaintext = account.security == "none"
        client.plugin["feature_mechanisms"].unencrypted_scram = account.security == "none"
        client.auto_authorize, client.auto_subscribe = None, False
        keep = {"keepalive": True, "interval": QUIET_S, "timeout": account.timeout_s}
        client.register_plugin("xep_0199", keep)
        client.register_plugin("xep_0198", {"allow_resume": False, "window": 2**31})
        managed: Any = client.plugin["xep_0198"]
        self._managed = managed
        self._managed.send_ack = self._acknowledge
        client.register_handler(Callback("heard", StanzaPath("message"), self._hear))
        for event, act in {
            "stream_negotiated": self._on_ready,
            "connection_failed": self._on_failure,
            "ssl_invalid_chain": self._on_failure,
            "failed_all_auth": self._on_no_sign_in,
            "disconnected": lambda why: self.end(why if isinstance(why, OSError) else None),
            "stanza_acked": lambda stanza: self._settle(stanza["id"], None),
        }.items():
            client.add_event_handler(event, act)

    async def open(self) -> None:
        """Connect, sign in and be present. Raises `Passing` or OSError; the caller bounds it."""
        self._client.connect(self._account.host, self._account.port)
        await self._ready
        self.is_open = True
        self._client.send_presence()

    def _is_safe(self) -> bool:
        transport = self._client.transport
        return self._account.security == "none" or bool(
            transport and transport.get_extra_info("ssl_object")
        )

    def _on_ready(self, _: Any) -> None:
        if not self._is_safe():
            self._on_failure(Passing(FailureReason.TLS_MISSING))
        elif not self._client.bound:
            self._on_failure(Passing(FailureReason.BAD_ANSWER, "no resource bound"))
        elif not self._ready.done():
            self._ready.set_result(None)

    def _on_no_sign_in(self, _: Any) -> None:
        reason = FailureReason.SIGN_IN_REFUSED if self._is_safe() else FailureReason.TLS_MISSING
        self._on_failure(Passing(reason))

    def _on_failure(self, why: object) -> None:
        # slixmpp tells in words that a name was not found, and with an exception all else.
        known = why if isinstance(why, (OSError, NotHandedOver)) else socket.gaierror()
        if not self._ready.done():
            self._ready.set_exception(known)
        self.end()

    async def submit(self, message: Message) -> str:
        """How the server said that it has the message.

        Raises `Passing` or `Permanent` where the message comes back, ConnectionResetError where
        the stream is lost. The caller bounds the wait.
        """
        if message.key in self._pending:
            await asyncio.shield(self._pending[message.key][1])
            return "as before"
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending[message.key] = message.to_address, answer
        try:
            self._client.send(self._stanza(message))
            if "stream_management" in self._client.features:
                self._client.send(RequestAck(self._client))
                await answer
                return "acknowledged"
            await self._answered_after(answer)
            return "pong"
        finally:
            self._pending.pop(message.key, None)

    def _stanza(self, message: Message) -> Any:
        stanza = self._client.Message()
        stanza["to"], stanza["type"], stanza["id"] = message.to_address, "chat", message.key
        stanza["lang"] = message.language
        stanza["body"] = message.body
        stanza.append(ET.Element(f"{{{_RECEIPTS}}}request"))
        stanza.append(ET.Element(f"{{{_MARKERS}}}markable"))
        return stanza

    async def _answered_after(self, answer: asyncio.Future[None]) -> None:
        """A server does things in order: what it answers now comes after what it took before."""
        ping: asyncio.Future[float] = asyncio.ensure_future(
            self._client.plugin["xep_0199"].ping(timeout=self._account.timeout_s)
        )
        either: set[asyncio.Future[Any]] = {ping, answer}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            ping.result()
        except IqTimeout:
            raise TimeoutError from None
        finally:
            ping.cancel()

    def _settle(self, key: str, failure: BaseException | None) -> None:
        _, answer = self._pending.get(key, ("", None))
        if not answer or answer.done():
            return
        if failure:
            answer.set_exception(failure)
            answer.exception()  # a wait that was over before has nobody to tell
        else:
            answer.set_result(None)

    def _hear(self, stanza: Any) -> None:
        if stanza["type"] == "error" and stanza["id"] in self._pending:
            to_address, _ = self._pending[stanza["id"]]
            if stanza["from"].bare == to_address:
                self._settle(stanza["id"], _failure(stanza))
            return
        for report in _reports(stanza):
            heard = Heard(report=report, number=self._managed.handled, stanza=stanza)
            self.untaken.append(heard)
            self.news.set()
        if len(self.untaken) > MOST_UNTAKEN:
            self.end()  # the server gives again what we did not acknowledge

    async def taken(self, heard: Heard) -> None:
        """The report is kept: tell the server, and the sender where they asked."""
        if not self.is_open or not self.untaken or self.untaken[0] is not heard:
            return
        self.untaken.popleft()
        self._acknowledge()
        is_asked = heard.stanza.xml.find(f"{{{_RECEIPTS}}}request") is not None
        if is_asked and heard.report.kind is Reported.REPLIED and heard.stanza["id"]:
            receipt = self._client.Message()
            receipt["to"], receipt["type"] = heard.stanza["from"], "chat"
            receipt.append(ET.Element(f"{{{_RECEIPTS}}}received", id=heard.stanza["id"]))
            self._client.send(receipt)

    def _acknowledge(self) -> None:
        """Tell how many stanzas we have; those not yet taken, and later ones, are not counted."""
        if self._client.transport and self._managed.enabled_in:
            ack = Ack(self._client)
            first = self.untaken[0].number if self.untaken else self._managed.handled + 1
            ack["h"] = (first - 1) % 2**32
            self._client.send_raw(str(ack))

    def end(self, why: OSError | None = None) -> None:
        """Drop the connection. What is unacknowledged, the server gives again."""
        self.is_open = False
        if not self._ready.done():
            self._ready.set_exception(why or ConnectionResetError())
            self._ready.exception()  # nobody may wait for it any more
        for key in list(self._pending):
            self._settle(key, ConnectionResetError())
        self.news.set()
        self._client.cancel_connection_attempt()
        self._client.abort()
        if self._client._run_out_filters:  # slixmpp ends it only when it is forgotten
            self._client._run_out_filters.cancel()

    async def leave(self) -> None:
        """Close the stream as one should."""
        await self._client.disconnect(1.0)
        self.end()


def _reports(stanza: Any) -> Iterator[Report]:
    address, kind = stanza["from"].bare, stanza["type"]
    if kind == "error":
        if stanza["id"]:
            detail = f"{stanza['error']['condition']}"[:60]
            yield Report(
                kind=Reported.UNDELIVERABLE, key=stanza["id"], address=address, detail=detail
            )
        return
    for element in stanza.xml:
        if (news := _NEWS.get(element.tag)) and (key := element.get("id")):
            yield Report(kind=news, key=key[:200], address=address)
    if kind in ("chat", "normal") and (words := stanza["body"]):
        yield Report(kind=Reported.REPLIED, address=address, words=words[:LONGEST_REPLY])


# An error whose sort says that nothing will help, though another day it may.
_MAY_PASS = {"remote-server-not-found", "remote-server-timeout", "internal-server-error"}


def _failure(stanza: Any) -> NotHandedOver:
    """RFC 6120, 8.3.2: the type says whether to try again."""
    condition, kind = str(stanza["error"]["condition"])[:60], stanza["error"]["type"]
    if condition == "policy-violation" or condition == "resource-constraint":
        return Passing(FailureReason.RATE_LIMITED, condition)
    if kind == "auth":
        return Passing(FailureReason.SENDER_REFUSED, condition)
    if kind == "wait" or condition in _MAY_PASS:
        return Passing(FailureReason.SERVER_BUSY, condition)
    if kind == "modify":
        return Permanent(FailureReason.CONTENT_REFUSED, condition)
    return Permanent(FailureReason.RECIPIENT_REFUSED, condition)
