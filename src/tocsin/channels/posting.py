"""One request to a service over HTTP: bounded in time and size, and told whether it went out."""

import asyncio
import contextlib
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

import httpx2

from tocsin import __version__
from tocsin.channels.base import FailureReason, NotHandedOver, OutcomeUnknown, Passing, Permanent

Place: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address
_PERMANENT = {
    404: FailureReason.RECIPIENT_REFUSED,
    410: FailureReason.RECIPIENT_REFUSED,
    413: FailureReason.TOO_LONG,
}
_TRY_LATER = (408, 425)


class Unreached(Exception):
    """No answer came that could be read. `reason` is safe to show and to record.

    `written` tells that the request had begun to leave, and so may have been acted on.
    """

    def __init__(self, reason: FailureReason, *, written: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.written = reason, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered; whatever the status, nothing was followed. `headers` in small letters."""

    status: int
    body: bytes
    media_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def post(
    url: str,
    body: bytes,
    *,
    below: str = "",
    media_type: str,
    timeout_s: float,
    most_bytes: int,
    tls: ssl.SSLContext | None = None,
) -> Reply:
    """`talk` by POST with a body of `media_type`."""
    return talk(
        "POST",
        url,
        body,
        below=below,
        headers={"Content-Type": media_type},
        timeout_s=timeout_s,
        most_bytes=most_bytes,
        tls=tls,
    )


def talk(
    method: Literal["GET", "POST", "PUT"],
    url: str,
    body: bytes = b"",
    *,
    below: str = "",
    headers: Mapping[str, str] | None = None,
    timeout_s: float,
    most_bytes: int,
    tls: ssl.SSLContext | None = None,
    may_be_inside: Collection[str] | None = None,
) -> Reply:
    """Send `body` to `url`, or to `below` it (escaped, query included), and return the answer.

    Blocks; not to be called from an event loop.

    `timeout_s` bounds the whole talk and `most_bytes` the answer. No redirect is followed,
    no proxy of the environment used, and certificates are always checked, by `tls` or else
    by the system's authorities. Raises `Unreached`.

    With `may_be_inside`, for addresses that others gave us, only those hosts (names in ASCII)
    may lead to addresses that are not public; what was checked is what is connected to.
    """
    ends_at = time.monotonic() + timeout_s
    try:
        address = httpx2.URL(url.rstrip("/") + below if below else url)
    except httpx2.InvalidURL:
        raise Unreached(FailureReason.ADDRESS_UNSUPPORTED) from None
    if address.scheme not in ("http", "https") or not address.host:
        raise Unreached(FailureReason.ADDRESS_UNSUPPORTED)
    places = _looked_up(address, timeout_s)
    guarded = may_be_inside is not None and address.raw_host.decode() not in may_be_inside
    if guarded and not all(map(_is_outside, places)):
        raise Unreached(FailureReason.ADDRESS_UNSUPPORTED)
    request = _Request(method, address, body, headers or {}, most_bytes, tls or _system_tls())
    try:
        return asyncio.run(request.tried(places, ends_at))
    except (httpx2.HTTPError, OSError) as error:
        raise Unreached(_reason(error), written=request.written) from error


def _looked_up(address: httpx2.URL, timeout_s: float) -> list[Place]:
    """The addresses behind a name. A resolver cannot be told when to stop, so it is left behind."""
    found: queue.SimpleQueue[list[Place] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            host = address.raw_host.decode()
            answers = socket.getaddrinfo(host, address.port, type=socket.SOCK_STREAM)
            found.put([ipaddress.ip_address(answer[4][0]) for answer in answers])
        except (OSError, UnicodeError) as error:
            found.put(error if isinstance(error, OSError) else socket.gaierror())

    threading.Thread(target=look_up, daemon=True).start()
    try:
        places = found.get(timeout=timeout_s)
    except queue.Empty:
        raise Unreached(FailureReason.TIMED_OUT) from None
    if isinstance(places, OSError):
        raise Unreached(FailureReason.HOST_NOT_FOUND) from places
    return list(dict.fromkeys(places))


def is_loopback(host: str) -> bool:
    """Whether a host, as it is written, is this machine."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def is_inside(host: str) -> bool:
    """Whether a host, as it is written, is this machine or an address that is not public."""
    with contextlib.suppress(ValueError):
        return not _is_outside(ipaddress.ip_address(host))
    return host == "localhost" or host.endswith(".localhost")


def _is_outside(place: Place) -> bool:
    """Whether an address is a public one, and so is the IPv4 address that one of IPv6 may hold."""
    if isinstance(place, ipaddress.IPv6Address):
        held = place.ipv4_mapped or place.sixtofour
        if place in _NAT64:
            held = ipaddress.IPv4Address(place.packed[-4:])
        if held:
            return _is_outside(held)
    return place.is_global and not place.is_multicast and not place.is_reserved


class _Request:
    """A request and whether it has begun to leave."""

    def __init__(
        self,
        method: str,
        url: httpx2.URL,
        body: bytes,
        headers: Mapping[str, str],
        most_bytes: int,
        tls: ssl.SSLContext,
    ) -> None:
        self._method, self._url, self._body = method, url, body
        self._most_bytes, self._tls, self.written = most_bytes, tls, False
        self._headers = {
            "Host": url.netloc.decode(),
            "Accept-Encoding": "identity",  # what is packed could be small here and huge there
            "User-Agent": f"tocsin/{__version__}",
            **headers,
        }

    async def tried(self, places: list[Place], ends_at: float) -> Reply:
        """The answer of the first place that can be connected to."""
        # The library bounds each wait only; a server that sends a byte a second could hold us.
        async with asyncio.timeout(left := ends_at - time.monotonic()):
            for place in places[:-1]:
                try:
                    return await self._talk(place, left / len(places))
                except (httpx2.ConnectError, httpx2.ConnectTimeout):
                    continue
            return await self._talk(places[-1], left)

    async def _talk(self, place: Place, connect_s: float) -> Reply:
        extensions = {"sni_hostname": self._url.raw_host.decode(), "trace": self._note}
        async with (
            httpx2.AsyncClient(
                verify=self._tls,
                trust_env=False,
                follow_redirects=False,
                timeout=httpx2.Timeout(None, connect=connect_s),
            ) as client,
            client.stream(
                self._method,
                self._url.copy_with(host=str(place)),
                content=self._body,
                headers=self._headers,
                extensions=extensions,
            ) as response,
        ):
            came = bytearray()
            async for piece in response.aiter_raw():
                came += piece
                if len(came) > self._most_bytes:
                    raise Unreached(FailureReason.BAD_ANSWER, written=True)
            headers = {name.lower(): value for name, value in response.headers.items()}
            media = headers.get("content-type", "").partition(";")[0].strip().lower()
            return Reply(
                status=response.status_code, body=bytes(came), media_type=media, headers=headers
            )

    async def _note(self, event: str, _: object) -> None:
        self.written |= event.endswith("send_request_body.started")


@lru_cache(maxsize=1)
def _system_tls() -> ssl.SSLContext:
    # Reading the system's authorities takes longer than the rest of a talk.
    return httpx2.create_ssl_context(trust_env=False)


def _reason(error: BaseException) -> FailureReason:
    for cause in _causes(error):
        match cause:
            case ssl.SSLError():
                return FailureReason.TLS_FAILED
            case TimeoutError() | httpx2.TimeoutException():
                return FailureReason.TIMED_OUT
            case httpx2.LocalProtocolError():
                return FailureReason.ADDRESS_UNSUPPORTED
            case httpx2.RemoteProtocolError():
                return FailureReason.BAD_ANSWER
            case httpx2.ReadError() | httpx2.WriteError():
                return FailureReason.DISCONNECTED
            case _:
                continue
    return FailureReason.UNREACHABLE


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    # Deepest last, but what is most telling is asked for by kind, so the innermost decide first.
    chain = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    yield from reversed(chain)


def unreached(error: Unreached) -> NotHandedOver:
    """What no answer means for a message that the request would have handed over."""
    if error.written:
        garbled = error.reason is FailureReason.BAD_ANSWER
        reason = error.reason if garbled else FailureReason.NO_ANSWER
        return OutcomeUnknown(reason, str(error.reason))
    kind = Permanent if error.reason is FailureReason.ADDRESS_UNSUPPORTED else Passing
    return kind(error.reason)


def refused(reply: Reply) -> NotHandedOver:
    """What an answer other than 2xx means for the message in the request."""
    status, detail = reply.status, str(reply.status)
    if wait := re.fullmatch("[0-9]{1,6}", reply.headers.get("retry-after", "")):
        detail += f", retry after {wait[0]} s"
    if 300 <= status < 400:
        return Permanent(FailureReason.ADDRESS_UNSUPPORTED, detail)
    if status == 429:
        return Passing(FailureReason.RATE_LIMITED, detail)
    if status == 504:  # a gateway gave up waiting for whoever may have it
        return OutcomeUnknown(FailureReason.NO_ANSWER, detail)
    if status >= 500 or status in _TRY_LATER:
        return Passing(FailureReason.SERVER_BUSY, detail)
    return Permanent(_PERMANENT.get(status, FailureReason.SERVER_REFUSED), detail)
