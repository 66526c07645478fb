"""Kept connections: fewer talks, and every promise of a talk of its own."""

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.channels.test_smtp import a_message, settings
from tests.support.mail import Does, MailServer
from tocsin.channels import smtp_talk
from tocsin.channels.base import FailureReason, OutcomeUnknown, Passing, Permanent
from tocsin.channels.smtp import SmtpChannel
from tocsin.domain.refusal import Refusal


@contextmanager
def post(server: MailServer, **changes: object) -> Iterator[SmtpChannel]:
    channel = SmtpChannel(settings(server.port, **{"security": server.security, **changes}))
    try:
        yield channel
    finally:
        channel.close()


def messages(count: int) -> list[str]:
    return [f"w{number}" for number in range(count)]


def test_messages_follow_each_other_on_one_connection() -> None:
    with MailServer() as server, post(server) as channel:
        for key in messages(3):
            channel.send(a_message(key=key))
    assert server.said == ["HELLO", "QUIT"]
    assert len({one.mail["Message-ID"] for one in server.messages}) == 3


def test_threads_share_no_more_connections_than_are_allowed() -> None:
    with MailServer() as server, post(server, connections=2) as one, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: one.send(a_message(key=key)), messages(24)))
    assert len(server.messages) == 24
    assert server.said.count("HELLO") <= 2


def test_a_connection_ends_when_it_has_carried_its_share() -> None:
    with MailServer() as server, post(server, per_connection=2) as channel:
        for key in messages(4):
            channel.send(a_message(key=key))
    assert server.said == ["HELLO", "QUIT"] * 2


def test_a_connection_that_nobody_uses_is_ended() -> None:
    with MailServer() as server, post(server, idle_s=0.1) as channel:
        channel.send(a_message())
        ends_at = time.monotonic() + 5
        while "QUIT" not in server.said and time.monotonic() < ends_at:
            time.sleep(0.02)
        assert server.said == ["HELLO", "QUIT"]
        channel.send(a_message(key="next"))
    assert len(server.messages) == 2


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_dead_connection_is_replaced_and_counts_as_no_failure(
    security: str, tmp_path: object
) -> None:
    with MailServer(security=security) as server:  # type: ignore[arg-type]
        trusted = {"ca_file": server.ca_file(tmp_path)}  # type: ignore[arg-type]
        with post(server, **trusted) as channel:
            channel.send(a_message())
            channel.send(a_message(key="second"))
            assert server.said == ["HELLO"]
            server.drop_all()
            channel.send(a_message(key="third"))
    assert len(server.messages) == 3


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("does", [Does.DROP, "421 4.3.2 enough"])
def test_one_that_ends_before_the_content_is_tried_anew_once(stage: str, does: str | Does) -> None:
    with MailServer() as server, post(server) as channel:
        channel.send(a_message())
        server.at[stage] = does  # type: ignore[index]
        with pytest.raises(Passing):
            channel.send(a_message(key="second"))
        assert server.said.count("HELLO") == 2
        server.at.clear()
        channel.send(a_message(key="third"))
    assert len(server.messages) == 2


def test_silence_after_the_content_is_never_tried_anew() -> None:
    with MailServer() as server, post(server) as channel:
        channel.send(a_message())
        server.at["CONTENT"] = Does.KEEP_AND_DROP
        with pytest.raises(OutcomeUnknown):
            channel.send(a_message(key="second"))
    assert len(server.messages) == 2
    assert server.said.count("HELLO") == 1


def test_a_refused_recipient_spoils_nothing_for_the_next() -> None:
    with MailServer() as server, post(server) as channel:
        channel.send(a_message())
        server.at["RCPT"] = "550 5.1.1 unknown"
        for key in messages(2):
            with pytest.raises(Permanent) as failed:
                channel.send(a_message(key=key))
            assert failed.value.reason is FailureReason.RECIPIENT_REFUSED
        server.at.clear()
        channel.send(a_message(key="last", to_address="ben@example.org"))
    assert server.said == ["HELLO", "RSET", "RSET", "QUIT"]
    assert server.messages[-1].recipients == ("ben@example.org",)


def test_a_late_word_is_not_taken_for_the_next_answer() -> None:
    with MailServer() as server, post(server) as channel:
        server.at["CONTENT"] = "250 2.0.0 first\r\n250 2.0.0 nobody asked"
        channel.send(a_message())
        server.at["RCPT"] = "550 5.1.1 unknown"
        with pytest.raises(Permanent) as failed:
            channel.send(a_message(key="second"))
    assert failed.value.reason is FailureReason.RECIPIENT_REFUSED
    assert server.said.count("HELLO") == 2


def test_a_connection_long_silent_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_talk, "STALE_S", 0)
    with MailServer() as server, post(server) as channel:
        channel.send(a_message())
        channel.send(a_message(key="second"))
    assert server.said == ["HELLO", "RSET", "QUIT"]


def test_who_waits_for_a_connection_waits_no_longer_than_the_deadline() -> None:
    with (
        MailServer(at={"CONTENT": Does.HANG}) as server,
        post(server, connections=1, deadline_s=0.4) as channel,
        ThreadPoolExecutor(2) as pool,
    ):
        began = time.monotonic()
        tries = [pool.submit(channel.send, a_message(key=key)) for key in messages(2)]
        failed = {type(one.exception(10)) for one in tries}
        assert time.monotonic() - began < 2
    assert failed == {OutcomeUnknown, Passing}


def test_a_channel_that_is_dropped_leaves_no_connection_behind() -> None:
    with MailServer() as server:
        channel = SmtpChannel(settings(server.port))
        channel.send(a_message())
        del channel
        gc.collect()
        ends_at = time.monotonic() + 5
        while "QUIT" not in server.said and time.monotonic() < ends_at:
            time.sleep(0.02)
    assert server.said == ["HELLO", "QUIT"]


def test_the_bounds_of_a_pool_are_checked() -> None:
    for changes in ({"connections": 0}, {"connections": 65}, {"idle_s": 0}, {"per_connection": 0}):
        with pytest.raises(Refusal):
            replace(settings(25), **changes)  # type: ignore[arg-type]
