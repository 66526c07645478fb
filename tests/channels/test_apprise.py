"""Apprise, with services on this machine that take, refuse or never answer."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tocsin.channels.apprise_channel import AppriseChannel, AppriseSettings
from tocsin.channels.base import (
    FailureReason,
    HandedOver,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
)
from tocsin.domain.directory import EncryptionKey, KeyKind
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal

R = FailureReason


class Service:
    """It takes what comes to /take, refuses at /refuse, sends on at /redirect, else hangs."""

    def __init__(self) -> None:
        self.received: list[tuple[str, Any]] = []
        service, self.over = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                path = self.path.partition("?")[0]
                service.received.append((path, body))
                status = {"/take": 200, "/refuse": 500, "/redirect": 307}.get(path)
                if status is None:
                    service.over.wait(20)
                    return
                self.send_response(status)
                self.send_header("Location", "/take")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    thread = threading.Thread(target=running.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield running
    running.over.set()
    running.server.shutdown()
    running.server.server_close()
    thread.join(10)


def a_message(address: str, **changes: object) -> Message:
    values = {
        "key": "w1.r2",
        "to_name": "Ana Pop",
        "to_address": address,
        "subject": "Warning",
        "body": "Stay at home.\\n :smile: <b>אל תצאו</b>",
        "method": Method.APPRISE,
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]


def failure(
    address: str, settings: AppriseSettings | None = None, **changes: object
) -> NotHandedOver:
    with pytest.raises(NotHandedOver) as failed:
        AppriseChannel(settings or AppriseSettings()).send(a_message(address, **changes))
    assert "127.0.0.1" not in str(failed.value)
    return failed.value


def test_a_service_gets_the_exact_words_which_is_no_more_than_a_hand_over(service: Service) -> None:
    channel = AppriseChannel(AppriseSettings())
    answer = channel.send(a_message(f"json://{service.place}/take", exercise=True))
    assert answer == HandedOver(provider_id="", detail="taken by the service")
    ((_, body),) = service.received
    told = json.loads(body)
    assert (told["title"], told["message"]) == (
        "EXERCISE Warning",
        "Stay at home.\\n :smile: <b>אל תצאו</b>",
    )


def test_the_short_words_go_where_there_are_some(service: Service) -> None:
    message = a_message(f"json://{service.place}/take", short="Stay at home.")
    AppriseChannel(AppriseSettings()).send(message)
    assert json.loads(service.received[0][1])["message"] == "Stay at home."


@pytest.mark.parametrize(
    "path",
    ["refuse", "refuse?optional=yes", "refuse?retry=3&wait=0", "redirect?redirect=yes"],
)
def test_a_service_that_refuses_is_told_by_itself_and_asked_once(
    service: Service, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    failed = failure(f"json://{service.place}/{path}")
    assert caplog.text == ""
    assert (type(failed), failed.reason, failed.detail) == (Passing, R.SERVER_REFUSED, "")
    assert len(service.received) == 1
    AppriseChannel(AppriseSettings()).send(a_message(f"json://{service.place}/take"))


@pytest.mark.parametrize("address", ["nosuch://example.org", "json://:x", "telegram://nothing"])
def test_an_address_that_leads_to_no_service_is_refused_for_good(address: str) -> None:
    failed = failure(address)
    assert (type(failed), failed.reason) == (Permanent, R.ADDRESS_UNSUPPORTED)


@pytest.mark.parametrize(
    ("timeout_s", "deadline_s", "detail"), [(0.3, 10, ""), (10, 0.3, "deadline")]
)
def test_a_service_that_hangs_is_left_and_nobody_knows(
    service: Service, timeout_s: float, deadline_s: float, detail: str
) -> None:
    began = time.monotonic()
    settings = AppriseSettings(timeout_s=timeout_s, deadline_s=deadline_s)
    failed = failure(f"json://{service.place}/hang?rto=60", settings)
    assert time.monotonic() - began < 4
    assert (type(failed), failed.reason, failed.detail) == (OutcomeUnknown, R.NO_ANSWER, detail)


def test_talks_that_do_not_end_are_not_heaped_up(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.channels.apprise_channel.MOST_TALKS", 1)
    channel = AppriseChannel(AppriseSettings(deadline_s=0.1))
    address = f"json://{service.place}/hang"
    with pytest.raises(OutcomeUnknown):
        channel.send(a_message(address))
    with pytest.raises(Passing) as busy:
        channel.send(a_message(address))
    assert busy.value.reason is R.SERVER_BUSY


def test_no_file_of_this_machine_is_read_for_an_address(service: Service, tmp_path: Path) -> None:
    """With this file, the service would ask for a token where the file says."""
    key = rsa.generate_private_key(65_537, 2_048)
    account = {
        "client_email": "duty@tocsin.example",
        "private_key_id": "1",
        "private_key": key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode(),
        "token_uri": f"http://{service.place}/take",
        "project_id": "project",
        "type": "service_account",
        "client_id": "1",
    }
    file = tmp_path / "account.json"
    file.write_text(json.dumps(account))
    failed = failure(f"fcm://project/token?mode=oauth2&keyfile={file}")
    assert isinstance(failed, Passing | Permanent)
    assert service.received == []


def test_a_key_is_never_ignored() -> None:
    key = EncryptionKey(key_kind=KeyKind.AGE, text="")
    failed = failure("json://example.org", encrypt_to=key)
    assert (type(failed), failed.reason) == (Permanent, R.KEY_UNUSABLE)


@pytest.mark.parametrize("changes", [{"timeout_s": 0}, {"deadline_s": -1}])
def test_times_that_cannot_be_are_refused_at_once(changes: dict[str, float]) -> None:
    with pytest.raises(Refusal) as refused:
        AppriseSettings(**changes)
    assert refused.value.code is Code.SETTINGS_INVALID
