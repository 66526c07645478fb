"""An authority is asked for a time; only its own, whole answer counts."""

from datetime import UTC, datetime

import pytest

from tests.support.timestamp_authority import REJECTION, TimestampAuthority
from tocsin.channels.base import FailureReason
from tocsin.channels.timestamping import AuthorityUnreached, timestamp
from tocsin.record.timestamps import MAX_RESPONSE_BYTES, request, verify_token

MESSAGE = b"tocsin.example/log\n5\n..."
AT = datetime(2030, 5, 14, 12, 0, tzinfo=UTC)
MEDIA = "application/timestamp-reply"


def test_an_authority_sees_the_hash_alone_and_proves_the_time() -> None:
    with TimestampAuthority(clock=lambda: AT) as authority:
        response = timestamp(authority.url, MESSAGE, nonce=7, timeout_s=20)
    assert authority.requests == [request(MESSAGE, nonce=7)]
    assert MESSAGE not in authority.requests[0]
    assert verify_token(response, MESSAGE, [authority.root], nonce=7) == AT


def test_a_refusal_comes_back_as_it_is_and_proves_nothing() -> None:
    with TimestampAuthority(refuses=True) as authority:
        response = timestamp(authority.url, MESSAGE, nonce=7, timeout_s=20)
    assert response == REJECTION
    with pytest.raises(ValueError, match="not a timestamp"):
        verify_token(response, MESSAGE, [authority.root], nonce=7)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, MEDIA, b""), FailureReason.SERVER_REFUSED),
        ((200, "text/html", b"<p>Sign in"), FailureReason.BAD_ANSWER),
        ((200, MEDIA, bytes(MAX_RESPONSE_BYTES + 1)), FailureReason.BAD_ANSWER),
    ],
)
def test_any_other_answer_is_none(answer: tuple[int, str, bytes], reason: FailureReason) -> None:
    with (
        TimestampAuthority(answer=answer) as authority,
        pytest.raises(AuthorityUnreached) as unreached,
    ):
        timestamp(authority.url, MESSAGE, nonce=7, timeout_s=20)
    assert unreached.value.reason is reason


def test_an_authority_that_is_away_is_told() -> None:
    with TimestampAuthority() as authority:
        url = authority.url
    with pytest.raises(AuthorityUnreached) as unreached:
        timestamp(url, MESSAGE, nonce=7, timeout_s=20)
    assert unreached.value.reason is FailureReason.UNREACHABLE
