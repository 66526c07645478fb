"""Timestamps by an outside authority: what is asked for, and what an answer proves.

A token says that the authority saw the SHA-256 of a message no later than a time. Its
signature is checked at that time, so that a token outlives the authority's certificate.
Source: RFC 3161; RFC 5816.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from cryptography.x509 import Certificate, load_der_x509_certificate
from rfc3161_client import (
    PKIStatus,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

MAX_RESPONSE_BYTES = 2**16

_VERSION = b"\x02\x01\x01"
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
_GRANTED = (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS)
_WANT_CERTIFICATES = b"\x01\x01\xff"


def request(message: bytes, *, nonce: int) -> bytes:
    """The DER TimeStampReq for `message`: its SHA-256, `nonce`, and a wish for certificates.

    Raises ValueError unless 0 < nonce < 2**63.
    """
    if not 0 < nonce < 2**63:
        raise ValueError("a nonce is positive and below 2**63")
    imprint = _der(0x30, _SHA256 + _der(0x04, sha256(message).digest()))
    number = _der(0x02, nonce.to_bytes(nonce.bit_length() // 8 + 1))
    return _der(0x30, _VERSION + imprint + number + _WANT_CERTIFICATES)


def verify_token(
    response: bytes,
    message: bytes,
    roots: Sequence[Certificate | bytes],
    *,
    nonce: int | None = None,
) -> datetime:
    """When an authority under one of `roots` (DER or parsed) saw `message`, in UTC.

    `response` is the DER TimeStampResp. Raises ValueError for anything that does not prove
    that: refused, about something else, another nonce, not signed by a certificate for
    timestamping under these roots and valid at that time, malformed.
    """
    if len(response) > MAX_RESPONSE_BYTES:
        raise ValueError("too large for a timestamp")
    known = [load_der_x509_certificate(root) if isinstance(root, bytes) else root for root in roots]
    # One at a time: of two roots with one name, the library would try either.
    for root in known:
        try:
            parsed = decode_timestamp_response(response)
            VerifierBuilder(roots=[root], nonce=nonce).build().verify_message(parsed, message)
            return parsed.tst_info.gen_time
        except (ValueError, VerificationError):
            continue
    # The library's own words may quote the response.
    raise ValueError("not a timestamp of this message by a known authority")


def claimed(response: bytes, message: bytes, *, nonce: int) -> datetime:
    """When whoever made `response` says to have seen `message`, in UTC; nothing is proved.

    Raises ValueError unless it is a granted timestamp of this message and `nonce`: what an
    authority refuses is not to be kept as its word.
    """
    if len(response) > MAX_RESPONSE_BYTES:
        raise ValueError("too large for a timestamp")
    try:
        parsed = decode_timestamp_response(response)
        told = parsed.tst_info if parsed.status in _GRANTED else None
    except ValueError:  # the library's own words may quote the response
        told = None
    if told is None or told.nonce != nonce:
        raise ValueError("not a timestamp, or not the one asked for")
    if told.message_imprint.message != sha256(message).digest():
        raise ValueError("a timestamp of something else")
    return told.gen_time


def _der(tag: int, content: bytes) -> bytes:
    """A short value: nothing here reaches 128 bytes, where lengths take another form."""
    return bytes((tag, len(content))) + content
