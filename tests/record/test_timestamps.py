"""A timestamp proves a time, or nothing at all."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from tests.support.timestamp_authority import EPOCH, TimestampAuthority
from tocsin.record.timestamps import MAX_RESPONSE_BYTES, request, verify_token

MESSAGE = b"tocsin.example/log\n5\n..."
AT = datetime(2030, 5, 14, 12, 0, tzinfo=UTC)
AUTHORITY = TimestampAuthority(clock=lambda: AT)
RESPONSE = AUTHORITY.respond(request(MESSAGE, nonce=7))


@given(st.binary(), st.integers(1, 2**63 - 1))
def test_a_request_holds_the_hash_the_nonce_and_a_wish_for_certificates(
    message: bytes, nonce: int
) -> None:
    asked = tsp.TimeStampReq.load(request(message, nonce=nonce), strict=True).native
    assert asked["message_imprint"]["hash_algorithm"]["algorithm"] == "sha256"
    assert asked["message_imprint"]["hashed_message"] == sha256(message).digest()
    assert (asked["nonce"], asked["cert_req"]) == (nonce, True)


@pytest.mark.parametrize("nonce", [0, -1, 2**63])
def test_a_nonce_is_a_positive_number_of_63_bits(nonce: int) -> None:
    with pytest.raises(ValueError, match="nonce"):
        request(MESSAGE, nonce=nonce)


def test_a_token_tells_when_the_authority_saw_the_message() -> None:
    der = AUTHORITY.root.public_bytes(Encoding.DER)
    assert verify_token(RESPONSE, MESSAGE, [AUTHORITY.root], nonce=7) == AT
    assert verify_token(RESPONSE, MESSAGE, [TimestampAuthority().root, der]) == AT


def test_a_token_outlives_the_authoritys_certificate() -> None:
    brief = TimestampAuthority(clock=lambda: EPOCH, lifetime=timedelta(days=1))
    response = brief.respond(request(MESSAGE, nonce=7))
    assert verify_token(response, MESSAGE, [brief.root]) == EPOCH


@pytest.mark.parametrize(
    ("message", "roots", "nonce"),
    [
        (b"other", [AUTHORITY.root], 7),
        (MESSAGE, [AUTHORITY.root], 8),
        (MESSAGE, [TimestampAuthority().root], 7),
        (MESSAGE, [], 7),
    ],
)
def test_a_token_for_anything_else_proves_nothing(
    message: bytes, roots: list[Any], nonce: int
) -> None:
    with pytest.raises(ValueError, match="not a timestamp"):
        verify_token(RESPONSE, message, roots, nonce=nonce)


@pytest.mark.parametrize(
    "authority",
    [
        TimestampAuthority(refuses=True),
        TimestampAuthority(for_timestamping=False),
        TimestampAuthority(critical=False),
        TimestampAuthority(lifetime=timedelta(days=1)),
        TimestampAuthority(twist=lambda info: info.update(nonce=None)),
        TimestampAuthority(
            twist=lambda info: info.update(
                message_imprint={
                    "hash_algorithm": {"algorithm": "sha1"},
                    "hashed_message": bytes(20),
                }
            )
        ),
    ],
    ids=["refused", "other purpose", "purpose not critical", "expired", "no nonce", "SHA-1"],
)
def test_a_token_that_was_not_given_properly_proves_nothing(authority: TimestampAuthority) -> None:
    response = authority.respond(request(MESSAGE, nonce=7))
    with pytest.raises(ValueError, match="not a timestamp"):
        verify_token(response, MESSAGE, [authority.root], nonce=7)


@pytest.mark.parametrize("bit", [0, 7])
def test_no_flipped_bit_changes_what_a_token_proves(bit: int) -> None:
    for place in range(len(RESPONSE)):
        changed = bytearray(RESPONSE)
        changed[place] ^= 1 << bit
        try:
            at = verify_token(bytes(changed), MESSAGE, [AUTHORITY.root], nonce=7)
        except ValueError:
            continue
        assert at == AT


@given(st.binary() | st.integers(0, len(RESPONSE) - 1).map(lambda end: RESPONSE[:end]))
def test_whatever_else_arrives_is_refused(response: bytes) -> None:
    with pytest.raises(ValueError, match="not a timestamp"):
        verify_token(response, MESSAGE, [AUTHORITY.root])


def test_an_answer_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        verify_token(bytes(MAX_RESPONSE_BYTES + 1), MESSAGE, [AUTHORITY.root])
