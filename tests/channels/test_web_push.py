"""Web push: what a browser's side opens with npm's http_ece, and the example of the RFC."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.push_service import PushService, running_push_service
from tests.support.ringing import a_subscription
from tocsin.channels.base import (
    FailureReason,
    HandedOver,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
)
from tocsin.channels.web_push import WebPushChannel, WebPushSettings, encrypt
from tocsin.domain.directory import EncryptionKey, KeyKind
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal

R = FailureReason
NOW = datetime(2030, 5, 14, 12, 0, tzinfo=UTC)
KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"  # of the example in RFC 8291


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with running_push_service() as running:
        yield running


def settings(**changes: object) -> WebPushSettings:
    values = {
        "private_key": KEY,
        "contact": "mailto:duty@tocsin.example",
        "allow_private": ("127.0.0.1",),
    }
    return WebPushSettings(**{**values, **changes})  # type: ignore[arg-type]


def a_message(subscription: str, **changes: object) -> Message:
    values = {
        "key": "w1.r2",
        "to_name": "Ana Pop",
        "to_address": subscription,
        "subject": "Warning",
        "body": "Stay at home, in the room without windows.",
        "short": "Stay at home. אל תצאו.",
        "link": "https://tocsin.example/w/1",
        "method": Method.WEB_PUSH,
        "imminent": True,
        "expires_at": NOW + timedelta(minutes=90),
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]


def send(
    service: PushService, path: str = "/201", deadline_s: float = 20, **changes: object
) -> HandedOver:
    channel = WebPushChannel(settings(deadline_s=deadline_s), clock=lambda: NOW)
    return channel.send(a_message(service.subscription(path), **changes))


def failure(service: PushService, path: str, **changes: object) -> NotHandedOver:
    with pytest.raises(NotHandedOver) as failed:
        send(service, path, **changes)
    assert "127.0.0.1" not in str(failed.value)
    return failed.value


def test_a_browser_opens_the_exact_words_and_its_service_learns_only_how_urgent_they_are(
    service: PushService,
) -> None:
    answer = send(service, exercise=True)
    came = service.received()
    assert answer == HandedOver(provider_id=f"/message/{len(came)}", detail="201")
    assert json.loads(came[-1]["plain"]) == {
        "key": "w1.r2",
        "title": "EXERCISE Warning",
        "text": "Stay at home. אל תצאו.",
        "link": "https://tocsin.example/w/1",
        "language": "en",
        "exercise": True,
        "imminent": True,
    }
    headers = came[-1]["headers"]
    assert (headers["ttl"], headers["urgency"]) == ("5400", "high")
    assert came[-1]["claims"] == {
        "point": settings().application_server_key,
        "aud": service.url,
        "exp": int((NOW + timedelta(hours=12)).timestamp()),
        "sub": "mailto:duty@tocsin.example",
    }


def test_a_repeat_replaces_the_first_and_another_warning_does_not(service: PushService) -> None:
    for key in ("w1.r2", "w1.r2", "w2.r2"):
        send(service, key=key)
    topics = [one["headers"]["topic"] for one in service.received()[-3:]]
    assert topics[0] == topics[1] != topics[2]
    assert {len(topic) for topic in topics} == {32}


def test_lengths_tell_nothing_and_nothing_is_cut(service: PushService) -> None:
    for short in ("", "y", "x" * 400, "x" * 2_800):
        send(service, short=short)
    (size,) = {one["bytes"] for one in service.received()[-4:]}
    assert 3_072 < size <= 4_096
    failed = failure(service, "/201", short="", body="x" * 4_000)
    assert (type(failed), failed.reason) == (Permanent, R.TOO_LONG)


@pytest.mark.parametrize(
    ("expires_at", "ttl"),
    [
        (NOW + timedelta(microseconds=1), "0"),
        (NOW + timedelta(99), "2419200"),
        (None, "2419200"),
    ],
)
def test_a_push_waits_no_longer_than_its_words_are_of_use(
    service: PushService, expires_at: datetime | None, ttl: str
) -> None:
    send(service, expires_at=expires_at, imminent=False)
    headers = service.received()[-1]["headers"]
    assert (headers["ttl"], headers["urgency"]) == (ttl, "normal")


def test_words_that_are_no_use_any_more_are_not_pushed(service: PushService) -> None:
    before = len(service.received())
    failed = failure(service, "/201", expires_at=NOW)
    assert (type(failed), failed.reason) == (Permanent, R.EXPIRED)
    assert len(service.received()) == before


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        ("/404", Permanent, R.RECIPIENT_REFUSED),
        ("/410", Permanent, R.RECIPIENT_REFUSED),
        ("/413", Permanent, R.TOO_LONG),
        ("/400", Permanent, R.SERVER_REFUSED),
        ("/403", Passing, R.SIGN_IN_REFUSED),
        ("/429", Passing, R.RATE_LIMITED),
        ("/503", Passing, R.SERVER_BUSY),
        ("/hang", OutcomeUnknown, R.NO_ANSWER),
    ],
)
def test_every_failure_is_passing_permanent_or_unknown_for_a_stated_reason(
    service: PushService, path: str, kind: type[NotHandedOver], reason: FailureReason
) -> None:
    failed = failure(service, path, deadline_s=0.3 if path == "/hang" else 20)
    assert (type(failed), failed.reason) == (kind, reason)


def test_a_service_inside_is_not_called_unless_it_is_named(service: PushService) -> None:
    before = len(service.received())
    channel = WebPushChannel(settings(allow_private=()))
    with pytest.raises(Permanent) as failed:
        channel.send(a_message(service.subscription("/201")))
    assert failed.value.reason is R.ADDRESS_UNSUPPORTED
    assert len(service.received()) == before


@pytest.mark.parametrize(
    ("endpoint", "accepted"),
    [
        ("https://push.example/1", True),
        ("https://8.8.8.8/1", True),
        ("http://127.0.0.1:8080/1", True),  # named in allow_private
        ("http://127.0.0.2/1", False),
        ("https://192.168.1.1/1", False),
        ("https://[fd00::1]/1", False),
        ("https://[64:ff9b::a00:1]/1", False),
        ("https://push.localhost/1", False),
    ],
)
def test_a_subscription_that_cannot_work_is_told_before_it_is_kept(
    endpoint: str, accepted: bool
) -> None:
    channel, given = WebPushChannel(settings()), a_subscription(endpoint)
    assert channel.accepts(json.dumps(given)) is accepted
    given["keys"]["p256dh"] = "BA" + "A" * 85
    assert not channel.accepts(json.dumps(given))
    assert channel.application_server_key == settings().application_server_key


def test_a_key_is_never_ignored_and_a_point_off_the_curve_is_told(service: PushService) -> None:
    key = EncryptionKey(key_kind=KeyKind.AGE, text="")
    assert failure(service, "/201", encrypt_to=key).reason is R.KEY_UNUSABLE
    off_curve = PushService(service.url, {**service.keys, "p256dh": "BA" + "A" * 85})
    failed = failure(off_curve, "/201")
    assert (type(failed), failed.reason) == (Permanent, R.KEY_UNUSABLE)


def test_the_example_of_the_rfc_comes_out_byte_for_byte() -> None:
    """RFC 8291, section 5 and appendix A."""

    def raw(text: str) -> bytes:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))

    sealed = encrypt(
        b"When I grow up, I want to be a watermelon\x02",
        raw(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx"
            "aOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        raw("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=raw("DGv6ra1nlYgDCS1FRnbzlw"),
        key=ec.derive_private_key(int.from_bytes(raw(KEY)), ec.SECP256R1()),
    )
    assert sealed == raw(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"
        "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"private_key": ""},
        {"private_key": "A" * 43},
        {"private_key": "é"},
        {"contact": "duty@tocsin.example"},
        {"contact": "mailto:nobody"},
        {"contact": "http://tocsin.example"},
        {"deadline_s": 0},
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(changes: dict[str, object]) -> None:
    assert KEY not in repr(settings())
    with pytest.raises(Refusal) as refused:
        settings(**changes)
    assert refused.value.code is Code.SETTINGS_INVALID
