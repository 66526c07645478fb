"""Matrix, against a real Synapse; and against servers that are none."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.synapse import Account, Synapse, running_synapse
from tocsin.channels.base import (
    FailureReason,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
    Report,
    Reported,
    Reporting,
)
from tocsin.channels.matrix import MatrixChannel, MatrixSettings
from tocsin.domain.directory import EncryptionKey, KeyKind
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal

R = FailureReason


@pytest.fixture(scope="module")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with running_synapse(tmp_path_factory.mktemp("synapse")) as server:
        yield server


@pytest.fixture(scope="module")
def duty(synapse: Synapse) -> Account:
    return synapse.register("duty")


def settings(account: Account, **changes: object) -> MatrixSettings:
    values = {
        "homeserver": account.url,
        "user_id": account.user_id,
        "access_token": account.token,
        "room_secret": b"a secret of the house",
    }
    return MatrixSettings(**{**values, **changes})  # type: ignore[arg-type]


def a_message(to: str, **changes: object) -> Message:
    values = {
        "key": "w1.r2",
        "to_name": "Ana Pop",
        "to_address": to,
        "subject": "Warning",
        "body": "Stay at home.",
        "method": Method.MATRIX,
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]


def failure(channel: MatrixChannel, message: Message) -> NotHandedOver:
    with pytest.raises(NotHandedOver) as failed:
        channel.send(message)
    assert "example" not in str(failed.value)
    return failed.value


def reports(channel: MatrixChannel, wait_s: float = 0) -> list[Report]:
    came: list[Report] = []
    channel.reports(came.append, wait_s)
    return came


def the_room_of(person: Account) -> str:
    (room,) = person.invited_to()
    person.join(room)
    return room


def test_a_person_is_invited_to_one_direct_room_and_reads_the_exact_words_there(
    synapse: Synapse, duty: Account
) -> None:
    ana = synapse.register("ana")
    first = MatrixChannel(settings(duty)).send(a_message(ana.user_id, exercise=True))
    repeat = MatrixChannel(settings(duty)).send(a_message(ana.user_id, exercise=True))
    assert first == repeat
    assert first.detail == "200, not joined yet"
    room = the_room_of(ana)
    (message,) = ana.messages(room)
    assert message["event_id"] == first.provider_id
    assert message["content"] == {
        "msgtype": "m.text",
        "body": "EXERCISE Warning\n\nStay at home.",
    }
    other = MatrixChannel(settings(duty)).send(a_message(ana.user_id, key="w2.r2"))
    assert (len(ana.messages(room)), other.detail) == (2, "200")
    assert ana.invited_to() == []


def test_who_left_is_asked_back_and_who_was_banned_is_not(synapse: Synapse, duty: Account) -> None:
    eva = synapse.register("eva")
    channel = MatrixChannel(settings(duty))
    channel.send(a_message(eva.user_id))
    room = the_room_of(eva)
    eva.client("POST", f"/rooms/{room}/leave")
    assert channel.send(a_message(eva.user_id, key="w2")).detail == "200, not joined yet"
    assert the_room_of(eva) == room
    duty.client("POST", f"/rooms/{room}/ban", {"user_id": eva.user_id})
    failed = failure(channel, a_message(eva.user_id, key="w3"))
    assert (type(failed), failed.reason) == (Permanent, R.RECIPIENT_REFUSED)


def test_a_receipt_and_an_answer_come_back_and_count_only_from_whom_we_wrote_to(
    synapse: Synapse, duty: Account
) -> None:
    kept: list[str] = []
    channel = MatrixChannel(settings(duty), load=lambda: kept[-1] if kept else "", save=kept.append)
    bea, eve = synapse.register("bea"), synapse.register("eve")
    event = channel.send(a_message(bea.user_id)).provider_id
    room = the_room_of(bea)
    duty.client("POST", f"/rooms/{room}/invite", {"user_id": eve.user_id})
    eve.join(room)
    reports(channel)
    eve.read(room, event)
    eve.say(room, "I am Bea.")
    bea.read(room, event)
    assert Report(kind=Reported.DISPLAYED, provider_id=event, address=bea.user_id) in reports(
        channel, 5
    )
    bea.say(room, "Who says " + "s" * 5_000)
    (answer,) = reports(channel, 5)
    assert (answer.kind, answer.address) == (Reported.REPLIED, bea.user_id)
    assert (answer.words[:9], len(answer.words)) == ("Who says ", 4_000)
    assert reports(MatrixChannel(settings(duty), load=lambda: kept[-1])) == []


def test_what_was_not_taken_is_given_again(synapse: Synapse, duty: Account) -> None:
    channel = MatrixChannel(settings(duty))
    lea = synapse.register("lea")
    channel.send(a_message(lea.user_id))
    room = the_room_of(lea)
    reports(channel)
    lea.say(room, "Understood.")

    def breaks(_: Report) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        channel.reports(breaks, 5)
    assert [report.words for report in reports(channel, 5)] == ["Understood."]
    assert isinstance(channel, Reporting)


def test_a_room_of_many_is_written_to_and_everybody_in_it_may_answer(
    synapse: Synapse, duty: Account
) -> None:
    ivo = synapse.register("ivo")
    room = ivo.client("POST", "/createRoom", {"invite": [duty.user_id], "room_version": "11"})[
        "room_id"
    ]
    channel = MatrixChannel(settings(duty))
    failed = failure(channel, a_message(room))
    assert (type(failed), failed.reason) == (Permanent, R.RECIPIENT_REFUSED)
    duty.join(room)
    assert channel.send(a_message(room)).detail == "200"
    reports(channel)
    ivo.say(room, "Which street?")
    (answer,) = reports(channel, 5)
    assert (answer.address, answer.words) == (room, "Which street?")


def test_every_refusal_of_a_real_server_has_its_kind(synapse: Synapse, duty: Account) -> None:
    nobody = a_message("@nobody:tocsin.example")
    failed = failure(MatrixChannel(settings(duty)), nobody)
    assert (type(failed), failed.reason) == (Permanent, R.RECIPIENT_REFUSED)
    stranger = MatrixChannel(settings(duty, access_token="unknown"))
    failed = failure(stranger, nobody)
    assert (type(failed), failed.reason) == (Passing, R.SIGN_IN_REFUSED)
    with pytest.raises(Passing):
        reports(stranger)
    too_long = a_message(synapse.admin.user_id, body="x" * 70_000)
    failed = failure(MatrixChannel(settings(duty)), too_long)
    assert (type(failed), failed.reason) == (Permanent, R.TOO_LONG)


def test_a_limit_is_a_passing_failure_that_tells_how_long(synapse: Synapse) -> None:
    slow = synapse.register("slow")
    room = slow.client("POST", "/createRoom", {"room_version": "11"})["room_id"]
    synapse.slow_down(slow)
    channel = MatrixChannel(settings(slow))

    def send_many() -> None:
        for number in range(9):
            channel.send(a_message(room, key=f"w{number}"))

    with pytest.raises(Passing) as limited:
        send_many()
    assert limited.value.reason is R.RATE_LIMITED
    assert re.fullmatch("429 M_LIMIT_EXCEEDED, retry after [1-9] s", limited.value.detail)


def test_a_key_is_never_ignored(duty: Account) -> None:
    sealed = a_message(
        "@ana:tocsin.example", encrypt_to=EncryptionKey(key_kind=KeyKind.AGE, text="")
    )
    failed = failure(MatrixChannel(settings(duty)), sealed)
    assert (type(failed), failed.reason) == (Permanent, R.KEY_UNUSABLE)


Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def fake() -> Iterator[tuple[Account, list[Answer]]]:
    """A homeserver that does to the PUT what the list's only item does."""
    does: list[Answer] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            does[0](self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    yield Account(url, "@duty:tocsin.example", "token"), does
    server.shutdown()
    server.server_close()
    thread.join(10)


def says(status: int, body: bytes) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def drops(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def hangs(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.recv(1)  # until the other side gives up


def error(code: str) -> bytes:
    return json.dumps({"errcode": code, "error": "@ana:example.org"}).encode()


@pytest.mark.parametrize(
    ("does", "kind", "reason"),
    [
        (hangs, OutcomeUnknown, R.NO_ANSWER),
        (drops, OutcomeUnknown, R.BAD_ANSWER),
        (says(200, b"<p>Sign in"), OutcomeUnknown, R.BAD_ANSWER),
        (says(200, b"{}"), OutcomeUnknown, R.BAD_ANSWER),
        (says(200, b'{"event_id":"$a\\nb"}'), OutcomeUnknown, R.BAD_ANSWER),
        (says(200, b"[" * 50_000), OutcomeUnknown, R.BAD_ANSWER),
        (says(200, b" " * 100_000), OutcomeUnknown, R.BAD_ANSWER),
        (says(504, b"proxy"), OutcomeUnknown, R.NO_ANSWER),
        (says(502, b"proxy"), Passing, R.SERVER_BUSY),
        (says(404, b"proxy"), Passing, R.RECIPIENT_REFUSED),
        (says(307, b""), Passing, R.ADDRESS_UNSUPPORTED),
        (says(500, error("M_UNKNOWN")), Passing, R.SERVER_BUSY),
        (says(400, error("M_BAD_JSON")), Permanent, R.SERVER_REFUSED),
    ],
)
def test_after_the_words_have_left_silence_means_that_nobody_knows(
    fake: tuple[Account, list[Answer]],
    does: Answer,
    kind: type[NotHandedOver],
    reason: FailureReason,
) -> None:
    account, doing = fake
    doing.append(does)
    deadline_s = 0.3 if does is hangs else 10
    channel = MatrixChannel(settings(account, deadline_s=deadline_s))
    failed = failure(channel, a_message("!room:tocsin.example"))
    assert (type(failed), failed.reason) == (kind, reason)


def test_a_server_that_is_away_is_a_passing_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        account = Account(
            f"http://127.0.0.1:{taken.getsockname()[1]}", "@duty:tocsin.example", "token"
        )
    channel = MatrixChannel(settings(account))
    failed = failure(channel, a_message("@ana:tocsin.example"))
    assert (type(failed), failed.reason) == (Passing, R.UNREACHABLE)
    with pytest.raises(Passing):
        reports(channel)


@pytest.mark.parametrize(
    "changes",
    [
        {"homeserver": "http://matrix.example"},
        {"user_id": "duty"},
        {"user_id": "!room:example.org"},
        {"access_token": "a\nb"},
        {"access_token": ""},
        {"room_secret": b"short"},
        {"deadline_s": 0},
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(changes: dict[str, object]) -> None:
    account = Account("https://matrix.example", "@duty:example.org", "token")
    assert "token" not in repr(settings(account))
    with pytest.raises(Refusal) as refused:
        settings(account, **changes)
    assert refused.value.code is Code.SETTINGS_INVALID
