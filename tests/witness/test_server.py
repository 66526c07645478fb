"""A witness on a port of this machine, asked as a log and a stranger would ask."""

import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.serving import serving
from tests.support.small_log import SmallLog, policy
from tests.witness.conftest import FORK, LOG, Clock
from tocsin.record.checkpoint import verified
from tocsin.record.note import VerifierKey
from tocsin.record.witnessing import MAX_REQUEST_BYTES, read_reply
from tocsin.witness import server
from tocsin.witness.cosigning import Witness
from tocsin.witness.folder import open_witness
from tocsin.witness.keep import STATE, log_id


class Talk:
    """Requests to one address; each answer is a status, a media type and a body."""

    def __init__(self, url: str) -> None:
        self.place = urlsplit(url).netloc

    def __call__(
        self, path: str, body: bytes | Iterator[bytes] | None = None, method: str = ""
    ) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(self.place, timeout=20)
        connection.request(method or ("GET" if body is None else "POST"), path, body)
        answer = connection.getresponse()
        told = answer.status, answer.headers["Content-Type"] or "", answer.read()
        connection.close()
        return told

    def add(self, body: bytes | Iterator[bytes]) -> tuple[int, str, bytes]:
        return self("/add-checkpoint", body)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def talk(witness: Witness, clock: Clock) -> Iterator[Talk]:
    with serving(server.create(witness, clock)) as url:
        yield Talk(url)


def test_every_status_of_the_protocol(talk: Talk, clock: Clock, witness: Witness) -> None:
    status, media, body = talk.add(LOG.body(0, 5))
    assert (status, media) == (200, "text/plain; charset=utf-8")
    assert [line.key_id for line in read_reply(body)] == [key.id for key in witness.keys]
    assert talk.add(LOG.body(3, 9)) == (409, "text/x.tlog.size", b"5\n")
    assert talk.add(FORK.body(5, 5)) == (409, "text/x.tlog.size", b"5\n")
    assert talk.add(FORK.body(5, 9))[0] == 422
    assert talk.add(LOG.body(9, 7))[0] == 400
    assert talk.add(b"hello")[0] == 400
    assert talk.add(SmallLog(seed=b"stranger").body(5, 9))[0] == 403
    assert talk.add(SmallLog(origin="other.example/log").body(0, 5))[0] == 404
    clock.now_s -= 1
    assert talk.add(LOG.body(5, 9))[0] == 503
    clock.now_s += 1
    assert talk.add(LOG.body(5, 9))[0] == 200


def test_everybody_may_see_the_newest_checkpoint_and_the_keys(talk: Talk, witness: Witness) -> None:
    path = f"/checkpoint/{log_id(LOG.origin)}"
    assert talk(path)[0] == 404
    talk.add(LOG.body(0, 5))
    _, _, keys = talk("/keys")
    known = [VerifierKey.from_text(line) for line in keys.decode().splitlines()]
    assert known == list(witness.keys)
    status, _, note = talk(path)
    assert (status, len(verified(note, [*known, *LOG.keys]).verified)) == (200, 4)


@pytest.mark.parametrize("log", ["0" * 64, "..", "..%2f..%2fwitness.key", "%00", LOG.origin])
def test_what_is_no_known_log_is_not_found(talk: Talk, log: str) -> None:
    status, _, body = talk(f"/checkpoint/{log}")
    assert status == 404
    assert b"\n\n" not in body


def test_the_page_says_who_witnesses_what(talk: Talk, witness: Witness) -> None:
    talk.add(LOG.body(0, 5))
    talk.add(FORK.body(5, 9))
    status, media, body = talk("/")
    page = BeautifulSoup(body, "html.parser")
    text = page.get_text(" ", strip=True)
    assert (status, media) == (200, "text/html; charset=utf-8")
    assert witness.name in text
    assert LOG.origin in text
    assert "5 records, cosigned 2030-03-17 17:46:40 UTC" in text
    assert "Contradictions kept as evidence 1" in text
    assert all(key.text in text for key in witness.keys)
    (link,) = [anchor["href"] for anchor in page.find_all("a")]
    assert talk(str(link))[0] == 200


def test_the_page_of_a_log_with_a_hostile_name_is_only_text(folder: Path) -> None:
    evil = SmallLog(origin="<script>alert(1)</script>&amp;")
    (folder / "logs").write_text(policy(evil))
    with serving(server.create(open_witness(folder), Clock())) as url:
        page = BeautifulSoup(Talk(url)("/")[2], "html.parser")
    assert page.find("script") is None
    assert evil.origin in page.get_text()


def test_a_body_without_end_is_cut_off(talk: Talk) -> None:
    assert talk.add(bytes(MAX_REQUEST_BYTES + 1))[0] == 413
    assert talk.add(iter([bytes(2**16)] * 17))[0] == 413
    assert talk.add(bytes(MAX_REQUEST_BYTES))[0] == 400


def test_a_body_that_never_comes_is_given_up(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BODY_TIMEOUT_S", 0.1)
    host, port = talk.place.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(
            b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 9\r\n\r\nold"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_caller_who_hangs_up_harms_nobody(talk: Talk) -> None:
    host, port = talk.place.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(
            b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 9\r\n\r\nold"
        )
    assert talk.add(LOG.body(0, 5))[0] == 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    st.sampled_from(["/add-checkpoint", "/", "/keys", "/checkpoint/x"]),
    st.sampled_from(["POST", "PUT", "DELETE", "PATCH"]),
    st.binary(max_size=2_000) | st.text(max_size=500).map(lambda text: f"old 0\n\n{text}".encode()),
)
def test_hostile_requests_are_refused_and_leave_no_trace(
    talk: Talk, witness: Witness, path: str, method: str, body: bytes
) -> None:
    assert talk(path, body, method)[0] in {400, 404, 405}
    assert witness.keep.latest(LOG.origin) is None


def test_of_requests_at_the_same_time_one_is_cosigned(talk: Talk) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda size: talk.add(LOG.body(0, size))[0], range(1, 9)))
    assert sorted(answers) == [200] + [409] * 7


def test_a_damaged_state_is_told_and_nothing_is_signed(
    talk: Talk, folder: Path, witness: Witness
) -> None:
    talk.add(LOG.body(0, 5))
    (folder / STATE / log_id(LOG.origin)).write_bytes(b"")
    places = ("/", f"/checkpoint/{log_id(LOG.origin)}")
    assert [talk(place)[0] for place in places] == [503, 503]
    assert talk.add(LOG.body(5, 9))[0] == 503


def test_no_answer_may_be_kept_or_played_as_something_else(witness: Witness, clock: Clock) -> None:
    with serving(server.create(replace(witness, logs={}), clock)) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert b"None yet." in answer.read()
        connection.close()
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
