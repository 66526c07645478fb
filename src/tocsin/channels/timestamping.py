"""Asking an authority for a timestamp. Source: RFC 3161, 3.4."""

import ssl

from tocsin.channels.base import FailureReason
from tocsin.channels.posting import Unreached, post
from tocsin.record.timestamps import MAX_RESPONSE_BYTES, request

__all__ = ["AuthorityUnreached", "timestamp"]


class AuthorityUnreached(Unreached):
    """The authority gave no answer that could be read; ask again later."""


def timestamp(
    url: str, message: bytes, *, nonce: int, timeout_s: float, tls: ssl.SSLContext | None = None
) -> bytes:
    """The DER TimeStampResp of the authority at `url` for `message`, which stays here.

    Nothing in it is verified: `record.timestamps.verify_token` does that, with the same
    `nonce`, a fresh random number of 1 to 2**63 - 1. Blocks for at most `timeout_s`; not to be
    called from an event loop. Raises `AuthorityUnreached`.
    """
    asked = request(message, nonce=nonce)
    try:
        reply = post(
            url,
            asked,
            media_type="application/timestamp-query",
            timeout_s=timeout_s,
            most_bytes=MAX_RESPONSE_BYTES,
            tls=tls,
        )
    except Unreached as error:
        raise AuthorityUnreached(error.reason) from error
    if reply.status == 200 and reply.media_type == "application/timestamp-reply":
        return reply.body
    refused = FailureReason.BAD_ANSWER if reply.status == 200 else FailureReason.SERVER_REFUSED
    raise AuthorityUnreached(refused)
