"""Asking a witness to cosign a checkpoint. Source: C2SP tlog-witness."""

import ssl

from tocsin.channels.posting import Reply, Unreached, post
from tocsin.record.witnessing import MAX_REPLY_BYTES

__all__ = ["Reply", "WitnessUnreached", "add_checkpoint"]


class WitnessUnreached(Unreached):
    """The witness gave no answer that could be read; ask again later."""


def add_checkpoint(
    url: str, body: bytes, *, timeout_s: float, tls: ssl.SSLContext | None = None
) -> Reply:
    """Ask the witness whose submission prefix is `url`; `body` is `Request.spelled`.

    Whatever the status, it is the witness's answer. Nothing in it is verified. Blocks for at
    most `timeout_s`; not to be called from an event loop. Raises `WitnessUnreached`.
    """
    try:
        return post(
            url,
            body,
            below="/add-checkpoint",
            media_type="text/plain; charset=utf-8",
            timeout_s=timeout_s,
            most_bytes=MAX_REPLY_BYTES,
            tls=tls,
        )
    except Unreached as error:
        raise WitnessUnreached(error.reason) from error
