"""Webhooks, to a partner whose judge nobody here wrote; and the receipts it posts back."""

import json
import socket
import ssl
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.support.webhooks import Partner, running_partner
from tocsin.channels.base import (
    FailureReason,
    HandedOver,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
    Report,
    Reported,
)
from tocsin.channels.webhook import WebhookChannel, WebhookSettings, verify_callback
from tocsin.domain.directory import EncryptionKey, KeyKind
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal

R = FailureReason
HOUSE_SECRET = b"a secret of the house"
WORDS = "Stay at home. אל תצאו."


@pytest.fixture(scope="module")
def partner() -> Iterator[Partner]:
    with running_partner(HOUSE_SECRET.decode()) as running:
        yield running


def a_message(url: str, **changes: object) -> Message:
    values = {
        "key": "w1.r2",
        "to_name": "Partner",
        "to_address": url,
        "subject": "Warning",
        "body": WORDS,
        "method": Method.WEBHOOK,
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]


def a_channel(
    *, secret: bytes = HOUSE_SECRET, timeout_s: float = 20, late: timedelta = timedelta()
) -> WebhookChannel:
    settings = WebhookSettings(
        secret=secret, timeout_s=timeout_s, allow_private=("127.0.0.1", "localhost")
    )
    return WebhookChannel(settings, clock=lambda: datetime.now(UTC) - late)


def send(url: str, *, timeout_s: float = 20, **changes: object) -> HandedOver:
    return a_channel(timeout_s=timeout_s).send(a_message(url, **changes))


def failure(url: str, **changes: object) -> NotHandedOver:
    with pytest.raises(NotHandedOver) as failed:
        send(url, **changes)
    assert "127.0.0.1" not in str(failed.value)
    return failed.value


def test_a_partner_takes_what_is_genuine_and_knows_a_repeat(partner: Partner) -> None:
    expires_at = datetime(2030, 5, 14, 12, 0, tzinfo=UTC)
    message = {
        "expires_at": expires_at,
        "exercise": True,
        "imminent": True,
        "link": "https://a.example",
    }
    first = send(f"{partner.url}/take", **message)
    assert (first.provider_id[:4], first.detail) == ("msg_", "200")
    send(f"{partner.url}/take", **message)
    one, two = partner.received()[-2:]
    assert [one["verdict"], two["verdict"]] == ["", ""]
    assert one["headers"]["webhook-id"] == two["headers"]["webhook-id"] == "w1.r2"
    told = json.loads(one["body"])
    assert (told["type"], told["timestamp"][-1]) == ("warning.delivery", "Z")
    assert told["data"] == {
        "key": "w1.r2",
        "language": "en",
        "exercise": True,
        "subject": "Warning",
        "body": WORDS,
        "short": "",
        "link": "https://a.example",
        "expires_at": "2030-05-14T12:00:00Z",
        "imminent": True,
    }


def test_a_partner_refuses_an_altered_body_an_old_time_and_another_secret(partner: Partner) -> None:
    send(f"{partner.url}/take")
    came = partner.received()[-1]
    body = came["body"].encode()
    headers = {name: value for name, value in came["headers"].items() if "webhook" in name}
    assert partner.takes(headers, body)
    assert not partner.takes(headers, body.replace(b"Stay", b"Flee"))
    assert not partner.takes(headers | {"webhook-id": "w1.r3"}, body)
    for channel in (a_channel(secret=bytes(32)), a_channel(late=timedelta(minutes=10))):
        with pytest.raises(Permanent) as refused:
            channel.send(a_message(f"{partner.url}/take"))
        assert (refused.value.reason, refused.value.detail) == (R.SERVER_REFUSED, "401")


@pytest.mark.parametrize(
    ("path", "kind", "reason", "detail"),
    [
        ("/status/410", Permanent, R.RECIPIENT_REFUSED, "410"),
        ("/status/404", Permanent, R.RECIPIENT_REFUSED, "404"),
        ("/status/413", Permanent, R.TOO_LONG, "413"),
        ("/status/400", Permanent, R.SERVER_REFUSED, "400"),
        ("/status/429/30", Passing, R.RATE_LIMITED, "429, retry after 30 s"),
        ("/status/429/nonsense", Passing, R.RATE_LIMITED, "429"),
        ("/status/408", Passing, R.SERVER_BUSY, "408"),
        ("/status/503/9", Passing, R.SERVER_BUSY, "503, retry after 9 s"),
        ("/status/504", OutcomeUnknown, R.NO_ANSWER, "504"),
        ("/redirect", Permanent, R.ADDRESS_UNSUPPORTED, "307"),
        ("/drop", OutcomeUnknown, R.BAD_ANSWER, "bad-answer"),
        ("/garbage", OutcomeUnknown, R.BAD_ANSWER, "bad-answer"),
        ("/endless", OutcomeUnknown, R.BAD_ANSWER, "bad-answer"),
    ],
)
def test_every_failure_is_passing_permanent_or_unknown_for_a_stated_reason(
    partner: Partner, path: str, kind: type[NotHandedOver], reason: FailureReason, detail: str
) -> None:
    before = len(partner.received())
    failed = failure(f"{partner.url}{path}")
    assert (type(failed), failed.reason, failed.detail) == (kind, reason, detail)
    assert len(partner.received()) == before + 1


@pytest.mark.parametrize("path", ["/hang", "/slow"])
def test_a_partner_that_hangs_or_drips_is_cut_and_nobody_knows(partner: Partner, path: str) -> None:
    began = time.monotonic()
    failed = failure(f"{partner.url}{path}", timeout_s=0.4)
    assert time.monotonic() - began < 2
    assert (type(failed), failed.reason) == (OutcomeUnknown, R.NO_ANSWER)


def test_a_success_without_a_name_is_no_more_than_handed_over(partner: Partner) -> None:
    assert send(f"{partner.url}/silent") == HandedOver(provider_id="", detail="204")


def test_where_nobody_listens_is_a_passing_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    failed = failure(url)
    assert (type(failed), failed.reason) == (Passing, R.UNREACHABLE)


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "0.1.2.3",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.1.2.3",
        "64:ff9b::a01:203",
        "2002:a01:203::1",
    ],
)
def test_a_name_that_leads_inside_is_never_connected_to(
    inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leads(*_: object, **__: object) -> list[object]:
        return [(2, 1, 6, "", (place, 443)) for place in ("93.184.215.14", inside)]

    def connects(*_: object, **__: object) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "getaddrinfo", leads)
    monkeypatch.setattr("httpx2.AsyncClient", connects)
    failed = failure("https://partner.example/hook")
    assert (type(failed), failed.reason) == (Permanent, R.ADDRESS_UNSUPPORTED)


def test_what_was_checked_is_what_is_connected_to(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(partner.url.rpartition(":")[2])
    looked_up = []

    def leads(*_: object, **__: object) -> list[object]:
        looked_up.append(1)
        return [(2, 1, 6, "", ("127.0.0.1" if len(looked_up) == 1 else "192.0.2.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", leads)
    assert send(f"http://localhost:{port}/silent").detail == "204"
    assert looked_up == [1]


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("partner.example", None, None),
        ("unnamed.example", Permanent, R.ADDRESS_UNSUPPORTED),
        ("other.example", Passing, R.TLS_FAILED),
    ],
)
def test_a_host_named_by_the_operator_may_be_inside_and_must_prove_its_name(
    name: str,
    kind: type[NotHandedOver] | None,
    reason: FailureReason | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority, real = trustme.CA(), socket.getaddrinfo
    authority.cert_pem.write_to_path(str(tmp_path / "ca"))

    def leads(host: str, *how: Any, **more: Any) -> list[Any]:
        return real("127.0.0.1" if host == name else host, *how, **more)

    monkeypatch.setattr(socket, "getaddrinfo", leads)
    settings = WebhookSettings(
        secret=HOUSE_SECRET,
        allow_private=("partner.example", "other.example"),
        ca_file=tmp_path / "ca",
    )
    with tls_partner(authority, "partner.example") as (port, hosts):
        message, channel = a_message(f"https://{name}:{port}/hook"), WebhookChannel(settings)
        if kind is None:
            assert channel.send(message).provider_id == "request-7"
            assert hosts == [f"{name}:{port}"]
            return
        with pytest.raises(kind) as failed:
            channel.send(message)
        assert (failed.value.reason, hosts) == (reason, [])


@contextmanager
def tls_partner(authority: trustme.CA, name: str) -> Iterator[tuple[int, list[str]]]:
    """Its port, and the Host of each request that it took."""
    hosts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            hosts.append(self.headers["Host"])
            self.send_response(202)
            self.send_header("X-Request-Id", "request-7")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(tls)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port, hosts
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def test_a_key_is_never_ignored() -> None:
    key = EncryptionKey(key_kind=KeyKind.AGE, text="")
    failed = failure("https://partner.example/hook", encrypt_to=key)
    assert (type(failed), failed.reason) == (Permanent, R.KEY_UNUSABLE)


def test_each_address_has_a_secret_of_its_own_that_libraries_take() -> None:
    urls = ("https://a.example", "https://b.example")
    one, other = map(a_channel().secret_for, urls)
    assert one == a_channel().secret_for(urls[0]) != other
    assert one != a_channel(secret=bytes(32)).secret_for(urls[0])
    assert {len(b64decode(secret.removeprefix("whsec_"))) for secret in (one, other)} == {32}


NOW = datetime(2030, 5, 14, 12, 0, tzinfo=UTC)
SECRET = f"whsec_{b64encode(bytes(range(32))).decode()}"
OTHER_SECRET = f"whsec_{b64encode(bytes(32)).decode()}"
RECEIPT = (
    b'{"type":"warning.receipt","data":{"key":"w1.r2","receipt":"replied","words":"Understood."}}'
)


def signed(body: bytes, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    """Headers as the library for partners who write Python makes them."""
    from standardwebhooks import Webhook

    signature = Webhook(secret).sign("r1", at, body.decode())
    return {
        "Webhook-Id": "r1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": f"v1,AAAA {signature}",
    }


def test_a_signed_receipt_becomes_a_report() -> None:
    assert verify_callback(signed(RECEIPT), RECEIPT, secret=SECRET, now=NOW) == Report(
        kind=Reported.REPLIED, key="w1.r2", words="Understood."
    )


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (signed(RECEIPT), RECEIPT.replace(b"Under", b"Mis")),
        (signed(RECEIPT, secret=OTHER_SECRET), RECEIPT),
        (signed(RECEIPT, NOW - timedelta(seconds=301)), RECEIPT),
        (signed(RECEIPT, NOW + timedelta(seconds=301)), RECEIPT),
        (signed(RECEIPT) | {"Webhook-Timestamp": "²"}, RECEIPT),
        (signed(RECEIPT) | {"Webhook-Signature": "v1,é"}, RECEIPT),
        (signed(b"x" * 70_000), b"x" * 70_000),
        ({}, RECEIPT),
    ],
    ids=["altered", "other secret", "old", "early", "no time", "no letters", "long", "unsigned"],
)
def test_a_receipt_that_is_not_proven_is_refused(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        verify_callback(headers, body, secret=SECRET, now=NOW)
    assert refused.value.code is Code.SIGNATURE_INVALID


@pytest.mark.parametrize(
    "body",
    [
        b'{"type":"warning.delivery","data":{"key":"w1","receipt":"displayed"}}',
        b'{"type":"warning.receipt","data":{"key":"w1","receipt":"understood"}}',
        b'{"type":"warning.receipt","data":{"key":"w1","receipt":["displayed"]}}',
        b'{"type":"warning.receipt","data":{"key":"","receipt":"displayed"}}',
        b'{"type":"warning.receipt","data":{"receipt":"replied","key":"w1","words":7}}',
        b'{"type":"warning.receipt","data":{"receipt":"replied","key":"w1","words":" "}}',
        b'{"type":"warning.receipt","data":[]}',
        b"[" * 9_000,
        b"{}",
    ],
)
def test_a_receipt_that_says_nothing_known_is_refused_even_if_signed(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        verify_callback(signed(body), body, secret=SECRET, now=NOW)
    assert refused.value.code is Code.BAD_VALUE


@pytest.mark.parametrize(
    "changes",
    [{"secret": b"short"}, {"timeout_s": 0}, {"deadline_s": 0}, {"allow_private": ("A.example",)}],
)
def test_settings_that_cannot_work_are_refused_at_once(changes: dict[str, Any]) -> None:
    assert "secret" not in repr(WebhookSettings(secret=HOUSE_SECRET))
    with pytest.raises(Refusal) as refused:
        WebhookSettings(**{"secret": HOUSE_SECRET, **changes})
    assert refused.value.code is Code.SETTINGS_INVALID
