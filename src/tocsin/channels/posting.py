"""One POST to a service that a house asks for something: bounded in time and size."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import httpx2

from tocsin import __version__
from tocsin.channels.base import FailureReason


class Unreached(Exception):
    """No answer came that could be read. `reason` is safe to show and to record."""

    def __init__(self, reason: FailureReason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered; whatever the status, nothing was followed."""

    status: int
    body: bytes
    media_type: str = ""


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
    """Send `body` to `url`, or to the path `below` it, and return the answer.

    Blocks; not to be called from an event loop.

    `timeout_s` bounds the whole talk and `most_bytes` the answer. No redirect is followed,
    no proxy of the environment used, and certificates are always checked, by `tls` or else
    by the system's authorities. Raises `Unreached`.
    """
    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL:
        raise Unreached(FailureReason.ADDRESS_UNSUPPORTED) from None
    if address.scheme not in ("http", "https") or not address.host:
        raise Unreached(FailureReason.ADDRESS_UNSUPPORTED)
    if below:
        address = address.copy_with(path=address.path.rstrip("/") + below)
    headers = {
        "Content-Type": media_type,
        "Accept-Encoding": "identity",  # what is packed could be small here and huge there
        "User-Agent": f"tocsin/{__version__}",
    }
    try:
        return asyncio.run(_talk(address, body, headers, timeout_s, most_bytes, tls))
    except (httpx2.HTTPError, OSError) as error:
        raise Unreached(_reason(error)) from error


async def _talk(
    url: httpx2.URL,
    body: bytes,
    headers: dict[str, str],
    timeout_s: float,
    most_bytes: int,
    tls: ssl.SSLContext | None,
) -> Reply:
    # The library bounds each wait only; a server that sends a byte a second could hold us.
    async with (
        asyncio.timeout(timeout_s),
        httpx2.AsyncClient(
            verify=tls or _system_tls(), trust_env=False, follow_redirects=False, timeout=timeout_s
        ) as client,
        client.stream("POST", url, content=body, headers=headers) as response,
    ):
        came = bytearray()
        async for piece in response.aiter_raw():
            came += piece
            if len(came) > most_bytes:
                raise Unreached(FailureReason.BAD_ANSWER)
        media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Reply(status=response.status_code, body=bytes(came), media_type=media)


@lru_cache(maxsize=1)
def _system_tls() -> ssl.SSLContext:
    # Reading the system's authorities takes longer than the rest of a talk.
    return httpx2.create_ssl_context(trust_env=False)


def _reason(error: BaseException) -> FailureReason:
    for cause in _causes(error):
        match cause:
            case ssl.SSLError():
                return FailureReason.TLS_FAILED
            case socket.gaierror():
                return FailureReason.HOST_NOT_FOUND
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
