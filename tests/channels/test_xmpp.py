"""Chat messages, against a real Prosody and a client that acknowledges, marks and answers."""

import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from slixmpp import ClientXMPP

from tests.support.prosody import CLEAR, MANAGED, PASSWORD, PLAIN, Person, Prosody
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
    Reporting,
)
from tocsin.channels.xmpp import XmppChannel, XmppSettings
from tocsin.domain.directory import EncryptionKey, KeyKind
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal

R = FailureReason
ANA = f"ana@{MANAGED}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prosody]:
    with Prosody(tmp_path_factory.mktemp("prosody")) as running:
        yield running


@pytest.fixture
def channel(server: Prosody) -> Iterator[XmppChannel]:
    signed_in = XmppChannel(settings(server))
    yield signed_in
    signed_in.close()


def settings(server: Prosody | None = None, **changes: object) -> XmppSettings:
    values = {
        "jid": f"duty@{MANAGED}",
        "password": PASSWORD,
        "host": "127.0.0.1",
        "port": server.port if server else 5222,
        "ca_file": server.ca_file if server else None,
        "timeout_s": 5,
        "deadline_s": 10,
    }
    return XmppSettings(**{**values, **changes})  # type: ignore[arg-type]


def a_message(**changes: object) -> Message:
    values = {
        "key": "w1.r2",
        "to_name": "Ana Pop",
        "to_address": ANA,
        "subject": "Warning",
        "body": "Rămâneți <acasă> & așteptați.\nאזהרה",
        "language": "ro",
        "method": Method.XMPP,
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]


def failure(channel: XmppChannel, **changes: object) -> NotHandedOver:
    with pytest.raises(NotHandedOver) as failed:
        channel.send(a_message(**changes))
    assert "example" not in str(failed.value)
    return failed.value


def failure_with(server: Prosody, **changes: object) -> NotHandedOver:
    channel = XmppChannel(settings(server, **changes))
    try:
        return failure(channel)
    finally:
        channel.close()


def until(channel: XmppChannel, wanted: Report) -> None:
    """Take reports until that one: messages of other tests are answered too."""
    taken: list[Report] = []
    while wanted not in taken:
        before = len(taken)
        channel.reports(taken.append, 10)
        assert len(taken) > before, taken


@pytest.mark.parametrize(
    ("host", "security", "detail"),
    [
        (MANAGED, "starttls", "acknowledged"),
        (MANAGED, "tls", "acknowledged"),
        (PLAIN, "starttls", "pong"),
        (CLEAR, "none", "pong"),
    ],
)
def test_a_message_is_handed_over_once_the_server_says_that_it_has_it(
    host: str, security: str, detail: str, server: Prosody
) -> None:
    port = server.tls_port if security == "tls" else server.port
    channel = XmppChannel(settings(server, jid=f"duty@{host}", security=security, port=port))
    handed_over = channel.send(a_message(to_address=f"ana@{host}"))
    assert handed_over == HandedOver(provider_id="", detail=detail)
    channel.close()


def test_a_message_arrives_with_its_words_its_key_and_a_request_for_a_receipt(
    server: Prosody, channel: XmppChannel
) -> None:
    with Person(server, PLAIN) as ana:
        plain = XmppChannel(settings(server, jid=f"duty@{PLAIN}"))
        plain.send(a_message(to_address=ana.address, key="w1:first/key"))
        plain.close()
        got = ana.next()
        while got["id"] != "w1:first/key":  # others may have waited for her
            got = ana.next()
    assert got["body"] == a_message().body
    assert (got["type"], got["lang"], got["from"].bare) == ("chat", "ro", f"duty@{PLAIN}")
    assert got["request_receipt"]
    assert got.xml.find("{urn:xmpp:chat-markers:0}markable") is not None


def test_receipts_markers_and_answers_are_reported(server: Prosody, channel: XmppChannel) -> None:
    duty = f"duty@{MANAGED}"
    with Person(server) as ana:
        channel.send(a_message(key="w2"))
        assert isinstance(channel, Reporting)
        until(channel, Report(kind=Reported.DELIVERED, key="w2", address=ANA))
        ana.does(lambda client: client.plugin["xep_0333"].send_marker(duty, "w2", "displayed"))
        until(channel, Report(kind=Reported.DISPLAYED, key="w2", address=ANA))
        ana.does(lambda client: client.send_message(duty, "Понял: 3917", mtype="chat"))
        until(channel, Report(kind=Reported.REPLIED, address=ANA, words="Понял: 3917"))


def test_an_answer_is_acknowledged_only_once_it_is_taken(
    server: Prosody, channel: XmppChannel
) -> None:
    def says(client: ClientXMPP) -> None:
        said = client.make_message(f"duty@{MANAGED}", "3917", mtype="chat")
        said["id"], said["request_receipt"] = "hers", True
        said.send()

    with Person(server) as ana:
        channel.reports(lambda _: None, 0)
        ana.does(says)
        with pytest.raises(RuntimeError, match="disk"):
            channel.reports(_full_disk, 5)
        channel.close()  # as if the process had died with it
        assert ana.got.empty()
        until(channel, Report(kind=Reported.REPLIED, address=ANA, words="3917"))
        assert ana.next()["receipt"] == "hers"


def _full_disk(_: Report) -> None:
    raise RuntimeError("disk full")


def test_what_comes_back_at_once_is_permanent_and_what_comes_back_later_is_reported(
    server: Prosody, channel: XmppChannel
) -> None:
    failed = failure(channel, to_address=f"nobody@{MANAGED}")
    assert (type(failed), failed.reason) == (Permanent, R.RECIPIENT_REFUSED)
    assert failed.detail == "service-unavailable"

    def bounces(client: ClientXMPP) -> None:
        error = client.make_message(got["from"], mtype="error")
        error["id"], error["error"]["condition"] = "w3", "recipient-unavailable"
        error.send()

    with Person(server) as ana:
        channel.send(a_message(key="w3"))
        while (got := ana.next())["id"] != "w3":
            pass
        ana.does(bounces)
        why = "recipient-unavailable"
        until(channel, Report(kind=Reported.UNDELIVERABLE, key="w3", address=ANA, detail=why))


def test_many_threads_share_one_stream(server: Prosody, channel: XmppChannel) -> None:
    done: list[HandedOver] = []
    threads = [
        threading.Thread(target=lambda key=f"k{n}": done.append(channel.send(a_message(key=key))))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert done == [HandedOver(provider_id="", detail="acknowledged")] * 20


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"password": "wrong"}, R.SIGN_IN_REFUSED),
        ({"ca_file": None}, R.TLS_FAILED),
        ({"ca_file": None, "security": "tls"}, R.TLS_FAILED),
        ({"jid": f"duty@{PLAIN}", "security": "tls"}, R.TLS_FAILED),
        ({"jid": f"duty@{CLEAR}"}, R.TLS_MISSING),
    ],
)
def test_a_server_that_is_not_proved_or_does_not_let_us_in_is_a_passing_failure(
    changes: dict[str, object], reason: FailureReason, server: Prosody
) -> None:
    port = server.tls_port if changes.get("security") == "tls" else server.port
    failed = failure_with(server, **{"port": port, **changes})
    assert (type(failed), failed.reason) == (Passing, reason)


def test_a_server_that_is_not_there_or_says_nothing_is_a_passing_failure(server: Prosody) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        failed = failure_with(server, port=port, timeout_s=0.3)
        assert (type(failed), failed.reason) == (Passing, R.TIMED_OUT)
    failed = failure_with(server, port=port)
    assert (type(failed), failed.reason) == (Passing, R.UNREACHABLE)


def test_a_server_that_talks_without_end_or_of_its_own_types_is_cut_off(server: Prosody) -> None:
    for said in (b"<?xml version='1.0'?><!DOCTYPE a [", b"<a><b>" + b"x" * 1_100_000):
        with socket.create_server(("127.0.0.1", 0)) as hostile:
            hostile.settimeout(5)
            threading.Thread(target=_say, args=(hostile, said), daemon=True).start()
            failed = failure_with(server, port=hostile.getsockname()[1])
        assert (type(failed), failed.reason) == (Passing, R.DISCONNECTED)


def _say(listening: socket.socket, said: bytes) -> None:
    talk, _ = listening.accept()
    with talk:
        talk.settimeout(5)
        talk.sendall(said)
        while talk.recv(4096):
            pass


@pytest.mark.parametrize("ends", [False, True])
def test_no_answer_to_a_message_leaves_its_outcome_unknown_and_the_next_one_is_sent(
    ends: bool, tmp_path: Path
) -> None:
    server = Prosody(tmp_path)
    channel = XmppChannel(settings(server, timeout_s=3 if ends else 2))
    with server:
        channel.send(a_message())
        server.signal(signal.SIGSTOP)
        if ends:
            threading.Timer(0.2, server.signal, (signal.SIGKILL,)).start()
        failed = failure(channel, key="w9")
        server.signal(signal.SIGCONT)
    assert (type(failed), failed.reason) == (OutcomeUnknown, R.NO_ANSWER)
    with server:
        assert channel.send(a_message(key="w9")).detail == "acknowledged"
        channel.close()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"body": "Stay\x0bhome"}, R.CONTENT_REFUSED),
        ({"encrypt_to": EncryptionKey(key_kind=KeyKind.AGE, text="age1")}, R.KEY_UNUSABLE),
        ({"method": Method.MATRIX, "to_address": "@ana:example.org"}, R.ADDRESS_UNSUPPORTED),
    ],
)
def test_what_a_chat_cannot_carry_is_refused_before_anything_is_sent(
    changes: dict[str, object], reason: FailureReason
) -> None:
    failed = failure(XmppChannel(settings()), **changes)
    assert (type(failed), failed.reason) == (Permanent, reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "xmpp.example.org", "security": "none"},
        {"host": "a b"},
        {"security": "ssl"},
        {"port": 0},
        {"jid": f"duty@{MANAGED}/desk"},
        {"password": ""},
        {"deadline_s": 0},
    ],
)
def test_settings_that_would_send_in_clear_or_make_no_sense_are_refused(
    changes: dict[str, object],
) -> None:
    with pytest.raises(Refusal) as refused:
        settings(**changes)
    assert refused.value.code is Code.SETTINGS_INVALID


def test_a_password_is_not_shown() -> None:
    assert PASSWORD not in repr(settings())
