"""A witness is asked once, within bounds, whatever listens at its address."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from tests.support.serving import serving
from tests.support.small_log import AT_S, SmallLog, policy
from tocsin.channels.base import FailureReason
from tocsin.channels.witness import Reply, WitnessUnreached, add_checkpoint
from tocsin.record.witnessing import MAX_REPLY_BYTES, cosignatures, read_reply, read_size
from tocsin.witness.cosigning import Witness
from tocsin.witness.folder import found, open_witness
from tocsin.witness.server import create

LOG = SmallLog()
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"
Script = Callable[[socket.socket], None]


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    found(tmp_path, "witness.example/overseer", bytes(32))
    (tmp_path / "logs").write_text(policy(LOG))
    return open_witness(tmp_path)


@contextmanager
def answering(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server of one talk, which `script` holds; the address it listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            connection, _ = server.accept()
            try:
                if tls:
                    connection = tls.wrap_socket(connection, server_side=True)
                script(connection)
            except OSError:
                pass  # whoever asked has given up, which is what these tests are about
            finally:
                connection.close()

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield f"http{'s' * bool(tls)}://localhost:{server.getsockname()[1]}".replace(
            "localhost", "localhost" if tls else "127.0.0.1"
        )
        thread.join(20)


def read_request(connection: socket.socket) -> bytes:
    """The whole request: to close on unread bytes would reset the connection."""
    came, length = b"", 0
    while b"\r\n\r\n" not in came or len(came.partition(b"\r\n\r\n")[2]) < length:
        came += connection.recv(2**16)
        if told := re.search(rb"(?i)\r\ncontent-length: ([0-9]+)\r\n", came):
            length = int(told[1])
    return came


def says(*pieces: bytes, every_s: float = 0) -> Script:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(every_s)

    return script


def ask(url: str, timeout_s: float = 20, tls: ssl.SSLContext | None = None) -> Reply:
    return add_checkpoint(url, LOG.body(0, 5), timeout_s=timeout_s, tls=tls)


def failure(url: str, timeout_s: float = 20, tls: ssl.SSLContext | None = None) -> FailureReason:
    with pytest.raises(WitnessUnreached) as unreached:
        ask(url, timeout_s, tls)
    return unreached.value.reason


def test_a_real_witness_cosigns_and_tells_the_size_it_holds(witness: Witness) -> None:
    with serving(create(witness, lambda: AT_S)) as url:
        first = add_checkpoint(url, LOG.body(0, 5), timeout_s=20)
        again = add_checkpoint(url, LOG.body(0, 9), timeout_s=20)
        second = add_checkpoint(f"{url}/", LOG.body(5, 9), timeout_s=20)
    assert (first.status, again.status, second.status) == (200, 409, 200)
    assert read_size(again.body) == 5
    lines = read_reply(first.body)
    assert len(cosignatures(lines, LOG.checkpoint(5), witness.keys, now_s=AT_S)) == 2


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    elsewhere = b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with answering(says(elsewhere)) as url:
        assert ask(url).status == 307


def test_the_whole_body_goes_to_the_submission_prefix() -> None:
    came = bytearray()

    def script(connection: socket.socket) -> None:
        came.extend(read_request(connection))
        connection.sendall(OK)

    # The signature differs each time it is made, so the body is made once.
    body = LOG.body(0, 5)
    with answering(script) as url, pytest.MonkeyPatch.context() as patched:
        patched.setattr(SmallLog, "body", lambda *_: body)
        patched.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        assert ask(f"{url}/prefix/").body == b"yes"
    head, _, sent = bytes(came).partition(b"\r\n\r\n")
    assert head.startswith(b"POST /prefix/add-checkpoint HTTP/1.1\r\n")
    assert sent == body


@pytest.mark.parametrize(
    "url", ["", "witness.example", "ftp://127.0.0.1/", "file:///etc/passwd", "http://"]
)
def test_only_http_is_spoken(url: str) -> None:
    assert failure(url) is FailureReason.ADDRESS_UNSUPPORTED


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (says(b"220 mail.example ESMTP\r\n"), FailureReason.BAD_ANSWER),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nyes"), FailureReason.BAD_ANSWER),
        (says(b"HTTP/1.1 200 OK\r\n\r\n", bytes(MAX_REPLY_BYTES + 1)), FailureReason.BAD_ANSWER),
        (says(b"HTTP/1.1 200 OK\r\nA: " + b"a" * 2**20), FailureReason.BAD_ANSWER),
        (says(), FailureReason.BAD_ANSWER),
    ],
    ids=["not HTTP", "broken off", "without end", "headers without end", "silent"],
)
def test_an_answer_that_is_none_is_told_from_one(script: Script, reason: FailureReason) -> None:
    with answering(script) as url:
        assert failure(url) is reason


def test_what_is_packed_small_is_not_unpacked_here() -> None:
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nyes"
    with answering(says(packed)) as url:
        assert ask(url).body == b"yes"


@pytest.mark.parametrize(
    "script",
    [
        says(OK[:20], every_s=3),
        says(*(bytes([byte]) for byte in OK), every_s=0.1),
        says(OK[:-3], *(bytes([byte]) for byte in b"yes" * 9), every_s=0.2),
    ],
    ids=["hangs", "drips its head", "drips its body"],
)
def test_no_witness_holds_us_longer_than_we_allow(script: Script) -> None:
    began = time.monotonic()
    with answering(script) as url:
        assert failure(url, timeout_s=0.5) is FailureReason.TIMED_OUT
        assert time.monotonic() - began < 2


def test_where_nobody_listens_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert failure(f"http://127.0.0.1:{port}") is FailureReason.UNREACHABLE


def test_a_name_that_leads_nowhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure("http://witness.example") is FailureReason.HOST_NOT_FOUND


def test_only_a_certified_witness_is_spoken_to_over_tls() -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    serving_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(serving_tls)
    for known, expected in ((authority, b"yes"), (stranger, None)):
        tls = ssl.create_default_context()
        known.configure_trust(tls)
        with answering(says(OK), serving_tls) as url:
            if expected:
                assert ask(url, tls=tls).body == expected
            else:
                assert failure(url, tls=tls) is FailureReason.TLS_FAILED
