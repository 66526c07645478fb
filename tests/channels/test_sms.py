"""Text messages, against npm's SMPP server: it takes them, refuses, falls silent, dies."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.support.smpp_server import SmppServer
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
from tocsin.channels.sms import SmsChannel, SmsSettings
from tocsin.domain.directory import EncryptionKey, KeyKind
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal

NOW = datetime(2030, 5, 14, 12, 0, tzinfo=UTC)
SOON = datetime(2030, 5, 14, 18, 30, tzinfo=UTC)
ANA = "+15555550100"
R = FailureReason


@pytest.fixture(scope="module")
def started() -> Iterator[SmppServer]:
    with SmppServer() as server:
        yield server


@pytest.fixture
def server(started: SmppServer) -> SmppServer:
    started.reset()
    return started


@pytest.fixture
def channel(server: SmppServer) -> Iterator[SmsChannel]:
    with_it = SmsChannel(settings(server.port), clock=lambda: NOW)
    yield with_it
    with_it.close()


def settings(port: int, **changes: object) -> SmsSettings:
    values = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "system_id": "tocsin",
        "password": "tick",
        "sender": "+15555550199",
        "timeout_s": 2,
        "deadline_s": 5,
    }
    return SmsSettings(**{**values, **changes})  # type: ignore[arg-type]


def a_message(**changes: object) -> Message:
    values = {
        "key": "w1.r2",
        "to_name": "Ana Pop",
        "to_address": ANA,
        "subject": "Warning",
        "body": "Stay at home {all of you}.",
        "method": Method.SMS,
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]


def failure(channel: SmsChannel, **changes: object) -> NotHandedOver:
    with pytest.raises(NotHandedOver) as failed:
        channel.send(a_message(**changes))
    assert "5555" not in str(failed.value)
    return failed.value


def reported(channel: SmsChannel, wait_s: float = 5) -> list[Report]:
    taken: list[Report] = []
    channel.reports(taken.append, wait_s)
    return taken


def test_a_text_message_arrives_with_its_words_its_end_and_a_request_for_a_receipt(
    server: SmppServer, channel: SmsChannel
) -> None:
    answer = channel.send(a_message(expires_at=SOON, imminent=True))
    got = server.next("submitted")
    assert answer == HandedOver(provider_id=got["id"], detail="parts: 1")
    assert got["message"] == "Stay at home {all of you}."
    assert (got["to"], got["source"], got["ton"]) == ("15555550100", "15555550199", [1, 1])
    assert (got["registered"], got["urgency"], got["coding"]) == (1, 3, 0)
    assert got["expires"] == "2030-05-14T18:30:00.000Z"
    assert isinstance(channel, Reporting)


def test_the_shorter_words_are_sent_where_there_are_some(
    server: SmppServer, channel: SmsChannel
) -> None:
    channel.send(a_message(short="At home!"))
    assert server.next("submitted")["message"] == "At home!"


@pytest.mark.parametrize(
    "words", ["Не выходите из дома до вечера. " * 3, "🚨 Stay! " * 20, "[Stay] at home. " * 15]
)
def test_long_words_travel_in_parts_that_join_and_a_retry_repeats_their_reference(
    words: str, server: SmppServer, channel: SmsChannel
) -> None:
    first = channel.send(a_message(body=words))
    channel.send(a_message(body=words))
    count = int(first.detail.removeprefix("parts: "))
    got = server.all("submitted", 2 * count)
    assert count > 1
    assert first.provider_id == ",".join(one["id"] for one in got[:count])
    assert "".join(one["message"] for one in got[:count]) == words
    assert [one["udh"] for one in got[:count]] == [one["udh"] for one in got[count:]]
    assert len({one["reference"] for one in got}) == 1
    assert len({one["udh"][0][:8] for one in got}) == 1


def test_a_centre_is_asked_to_let_us_in_once_for_many_messages_from_many_threads(
    server: SmppServer, channel: SmsChannel
) -> None:
    threads = [
        threading.Thread(target=channel.send, args=(a_message(key=f"k{number}"),))
        for number in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert server.next("bound")["system_id"] == "tocsin"
    server.all("submitted", 20)
    assert "bound" not in server.seen()


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (0x0B, Permanent, R.RECIPIENT_REFUSED),
        (0x01, Permanent, R.CONTENT_REFUSED),
        (0x0A, Passing, R.SENDER_REFUSED),
        (0x14, Passing, R.RATE_LIMITED),
        (0x58, Passing, R.RATE_LIMITED),
        (0x08, Passing, R.SERVER_BUSY),
        (0x45, Passing, R.SERVER_REFUSED),
        (0x400, Passing, R.SERVER_REFUSED),
    ],
)
def test_a_refused_message_is_passing_or_permanent_for_a_stated_reason(
    status: int,
    kind: type[NotHandedOver],
    reason: FailureReason,
    server: SmppServer,
    channel: SmsChannel,
) -> None:
    server.do("plan", does=[status])
    failed = failure(channel)
    assert (type(failed), failed.reason) == (kind, reason)
    assert failed.detail == f"0x{status:08X}"
    channel.send(a_message())


@pytest.mark.parametrize("does", ["silent", "die"])
def test_no_answer_to_a_message_leaves_its_outcome_unknown(does: str, server: SmppServer) -> None:
    channel = SmsChannel(settings(server.port, timeout_s=0.5))
    server.do("plan", does=[does])
    failed = failure(channel)
    assert (type(failed), failed.reason) == (OutcomeUnknown, R.NO_ANSWER)
    assert channel.send(a_message()).provider_id  # bound again where it was lost
    channel.close()


@pytest.mark.parametrize(
    ("does", "reason"), [("silent", R.NO_ANSWER), ("die", R.NO_ANSWER), (0x58, R.RATE_LIMITED)]
)
def test_once_a_part_was_taken_nobody_knows_what_the_recipient_has(
    does: str | int, reason: FailureReason, server: SmppServer
) -> None:
    channel = SmsChannel(settings(server.port, timeout_s=0.5))
    server.do("plan", does=["take", does])
    failed = failure(channel, body="Не выходите из дома. " * 4)
    assert (type(failed), failed.reason) == (OutcomeUnknown, reason)
    channel.close()


@pytest.mark.parametrize(
    ("status", "reason"),
    [(0x0E, R.SIGN_IN_REFUSED), (0x05, R.SERVER_BUSY), ("silent", R.TIMED_OUT)],
)
def test_a_centre_that_lets_nobody_in_is_a_passing_failure(
    status: int | str, reason: FailureReason, server: SmppServer
) -> None:
    channel = SmsChannel(settings(server.port, timeout_s=0.3))
    server.do("bind", status=status)
    failed = failure(channel)
    assert (type(failed), failed.reason) == (Passing, reason)
    with pytest.raises(Passing):
        channel.reports(lambda _: None, 0)
    channel.close()


def test_a_centre_that_is_not_there_is_a_passing_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    channel = SmsChannel(settings(port))
    failed = failure(channel)
    assert (type(failed), failed.reason) == (Passing, R.UNREACHABLE)
    channel.close()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"body": "ж" * 500}, R.TOO_LONG),
        ({"expires_at": NOW}, R.EXPIRED),
        ({"method": Method.EMAIL, "to_address": "ana@example.org"}, R.ADDRESS_UNSUPPORTED),
    ],
)
def test_what_no_text_message_can_carry_is_refused_before_anything_is_sent(
    changes: dict[str, object], reason: FailureReason, server: SmppServer, channel: SmsChannel
) -> None:
    failed = failure(channel, **changes)
    assert (type(failed), failed.reason) == (Permanent, reason)
    assert "bound" not in server.seen()


def test_a_receipt_that_overtakes_the_answer_is_kept_and_acknowledged_once_taken(
    server: SmppServer, channel: SmsChannel
) -> None:
    server.do("plan", does=["early"])
    provider_id = channel.send(a_message()).provider_id
    with pytest.raises(RuntimeError, match="disk"):
        channel.reports(_full_disk, 5)
    assert "answered" not in server.seen()
    expected = Report(kind=Reported.DELIVERED, provider_id=provider_id, detail="DELIVRD")
    assert reported(channel) == [expected]
    answered = server.next("answered")
    assert (answered["name"], answered["status"]) == (provider_id, 0)
    assert reported(channel, 0) == []


def _full_disk(_: Report) -> None:
    raise RuntimeError("disk full")


def test_a_receipt_by_tags_is_reported_and_one_that_says_on_the_way_is_only_acknowledged(
    server: SmppServer, channel: SmsChannel
) -> None:
    channel.reports(lambda _: None, 0)
    for state in (1, 5):
        tags = {"receipted_message_id": "m7", "message_state": state}
        server.do("deliver", pdu={"esm_class": 4, "short_message": "", **tags}, name=str(state))
    expected = Report(kind=Reported.UNDELIVERABLE, provider_id="m7", detail="UNDELIV")
    assert reported(channel) == [expected]
    assert [one["status"] for one in server.all("answered", 2)] == [0, 0]


@pytest.mark.parametrize(("words", "coding"), [("3917 {ok}", 0), ("Понял, 3917 👍", 8)])
def test_an_answer_of_a_person_is_reported_with_number_and_words(
    words: str, coding: int, server: SmppServer, channel: SmsChannel
) -> None:
    channel.reports(lambda _: None, 0)
    sender = {"source_addr": ANA[1:], "source_addr_ton": 1}
    pdu = {**sender, "data_coding": coding, "short_message": words}
    server.do("deliver", pdu=pdu, name="a")
    assert reported(channel) == [Report(kind=Reported.REPLIED, address=ANA, words=words)]


def _delivered(name: str, number: int, text: bytes, **more: Any) -> dict[str, Any]:
    hex_ = (bytes((5, 0, 3, 9, 2, number)) + text).hex()
    pdu = {"source_addr": ANA[1:], "source_addr_ton": 1, "esm_class": 0x40, "data_coding": 8}
    return {"name": name, "pdu": {**pdu, "hex": hex_, **more}}


def test_an_answer_in_parts_is_one_answer_whatever_their_order(
    server: SmppServer, channel: SmsChannel
) -> None:
    channel.reports(lambda _: None, 0)
    words = "Понял 👍 3917".encode("utf-16-be")
    server.do("deliver", **_delivered("second", 2, words[14:]))  # in the midst of a sign
    assert reported(channel, 0.1) == []
    assert "answered" not in server.seen()
    server.do("deliver", **_delivered("first", 1, words[:14]))
    expected = Report(kind=Reported.REPLIED, address=ANA, words="Понял 👍 3917")
    assert reported(channel) == [expected]
    assert {one["name"] for one in server.all("answered", 2)} == {"first", "second"}


def test_a_silent_centre_is_asked_whether_it_is_there(server: SmppServer) -> None:
    channel = SmsChannel(settings(server.port, quiet_s=0.1))
    channel.reports(lambda _: None, 0)
    server.all("enquired", 2)
    channel.close()
    server.next("unbound")


@pytest.mark.parametrize("data", ["ffffffff" * 4, "0000000f00000005" + "00" * 8])
def test_a_packet_of_no_sensible_length_ends_the_session_and_no_more(
    data: str, server: SmppServer, channel: SmsChannel
) -> None:
    channel.send(a_message())
    server.do("raw", data=data)
    server.next("closed")
    try:
        channel.send(a_message())
    except OutcomeUnknown:  # it was under way as the session ended; the next begins another
        channel.send(a_message())


def test_what_the_centre_asks_and_we_do_not_know_is_refused_and_the_session_kept(
    server: SmppServer, channel: SmsChannel
) -> None:
    channel.send(a_message())
    server.do("raw", data="00000010000000990000000000000001")
    channel.send(a_message())
    server.all("submitted", 2)
    assert "closed" not in server.seen()


def test_text_messages_travel_over_tls_to_the_server_that_proves_its_name(tmp_path: Path) -> None:
    authority, paths = trustme.CA(), [tmp_path / name for name in ("key", "cert", "ca")]
    certificate = authority.issue_cert("localhost")
    certificate.private_key_pem.write_to_path(str(paths[0]))
    certificate.cert_chain_pems[0].write_to_path(str(paths[1]))
    authority.cert_pem.write_to_path(str(paths[2]))
    with SmppServer(tls=(paths[0], paths[1])) as server:
        values = {"security": "tls", "ca_file": paths[2]}
        for host, fails in {"localhost": False, "127.0.0.1": True}.items():
            channel = SmsChannel(settings(server.port, host=host, **values))
            if fails:
                assert failure(channel).reason is R.TLS_FAILED
            else:
                assert channel.send(a_message()).provider_id == "m1"
            channel.close()


def test_a_key_that_a_text_message_cannot_use_is_never_sent_in_clear(
    server: SmppServer, channel: SmsChannel
) -> None:
    key = EncryptionKey(key_kind=KeyKind.AGE, text="age1")
    failed = failure(channel, encrypt_to=key)
    assert (type(failed), failed.reason) == (Permanent, R.KEY_UNUSABLE)
    assert "bound" not in server.seen()


def test_a_centre_that_hangs_holds_nobody_beyond_the_deadline(server: SmppServer) -> None:
    channel = SmsChannel(settings(server.port, timeout_s=30, deadline_s=0.3))
    server.do("plan", does=["silent"])
    began = time.monotonic()
    assert isinstance(failure(channel), OutcomeUnknown)
    assert time.monotonic() - began < 2
    channel.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "sms.example.org"},
        {"host": "sms example", "security": "tls"},
        {"security": "starttls"},
        {"port": 0},
        {"system_id": ""},
        {"password": "ninechars"},
        {"sender": "A name too long"},
        {"sender": "+0"},
        {"timeout_s": 0},
        {"most_parts": 0},
        {"window": 0},
    ],
)
def test_settings_that_would_send_in_clear_or_make_no_sense_are_refused(
    changes: dict[str, object],
) -> None:
    with pytest.raises(Refusal) as refused:
        settings(**{"port": 2775, **changes})  # type: ignore[arg-type]
    assert refused.value.code is Code.SETTINGS_INVALID


def test_a_password_is_not_shown() -> None:
    assert "tick" not in repr(settings(2775))
