"""What came back by mail, read from a real Dovecot; and servers that are none."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.channels.test_bounces import A_REPLY, AN_ABSENCE, bounce
from tests.channels.test_smtp import settings
from tests.support.dovecot import PASSWORD, Dovecot, dovecot
from tocsin.channels.base import FailureReason, Passing, Report, Reported, Reporting
from tocsin.channels.mailbox import Mailbox
from tocsin.channels.smtp import MailboxSettings, SmtpChannel
from tocsin.domain.refusal import Code, Refusal

UNRELATED = b"From: eve@example.net\r\nSubject: Offer\r\n\r\nBuy.\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as one:
        yield one


def at(server: Dovecot, user: str, **changes: object) -> MailboxSettings:
    values = {
        "host": "localhost",
        "port": server.tls_port,
        "username": user,
        "password": PASSWORD,
        "ca_file": server.ca_file,
        "timeout_s": 5,
        "poll_s": 0.05,
    }
    return MailboxSettings(**{**values, **changes})  # type: ignore[arg-type]


def test_bounces_and_answers_become_reports_and_are_flagged_once_taken(server: Dovecot) -> None:
    for mail in (bounce("failed", "5.1.1"), UNRELATED, AN_ABSENCE, A_REPLY):
        server.deliver("all", mail)
    channel = SmtpChannel(settings(25, mailbox=at(server, "all")))
    assert isinstance(channel, Reporting)
    taken: list[Report] = []
    channel.reports(taken.append, 0)
    assert [(one.kind, one.key) for one in taken] == [
        (Reported.UNDELIVERABLE, "w1.r2"),
        (Reported.DELIVERED, "w1.r2"),
        (Reported.REPLIED, "w1.r2"),
    ]
    assert server.seen("all") == 3
    channel.reports(taken.append, 0)
    assert len(taken) == 3


def test_without_a_mailbox_the_channel_does_not_claim_to_hear() -> None:
    assert not isinstance(SmtpChannel(settings(25)), Reporting)


def test_what_could_not_be_taken_is_given_again(server: Dovecot) -> None:
    server.deliver("again", A_REPLY)
    mailbox = Mailbox(at(server, "again", security="none", port=server.port), "tocsin.example")

    def fail(_: Report) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk"):
        mailbox.reports(fail, 0)
    taken: list[Report] = []
    mailbox.reports(taken.append, 0)
    assert len(taken) == 1


def test_news_that_comes_while_waiting_is_given_at_once(server: Dovecot) -> None:
    server.deliver("later", UNRELATED)
    taken: list[Report] = []
    coming = threading.Timer(0.2, server.deliver, ["later", A_REPLY])
    coming.start()
    began = time.monotonic()
    Mailbox(at(server, "later"), "tocsin.example").reports(taken.append, 30)
    coming.join()
    assert len(taken) == 1
    assert time.monotonic() - began < 10


def test_a_wrong_password_and_an_unproven_server_are_passing_failures(server: Dovecot) -> None:
    for changes, reason in (
        ({"password": "wrong"}, FailureReason.SIGN_IN_REFUSED),
        ({"host": "127.0.0.1"}, FailureReason.TLS_FAILED),
        ({"folder": "Nowhere"}, FailureReason.BAD_ANSWER),
    ):
        with pytest.raises(Passing) as failed:
            Mailbox(at(server, "all", **changes), "tocsin.example").reports(print, 0)
        assert failed.value.reason is reason


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (b"", FailureReason.TIMED_OUT),
        (b"* OK ready\r\n* CAPABILITY IMAP4rev1\r\n* 1 FETCH {99999999999}\r\n", None),
        (b"* OK ready\r\n* 1 FETCH {" + b"9" * 5_000 + b"}\r\n", FailureReason.BAD_ANSWER),
        (b"nonsense\r\n" * 3, FailureReason.BAD_ANSWER),
    ],
)
def test_a_server_that_hangs_or_talks_nonsense_is_cut(
    says: bytes, reason: FailureReason | None
) -> None:
    held: list[socket.socket] = []

    def speak(silent: socket.socket) -> None:
        held.append(silent.accept()[0])
        held[0].sendall(says)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        speaking = threading.Thread(target=speak, args=[silent])
        speaking.start()
        port = silent.getsockname()[1]
        one = MailboxSettings(
            host="127.0.0.1", port=port, security="none", username="u", deadline_s=0.5
        )
        began = time.monotonic()
        with pytest.raises(Passing) as failed:
            Mailbox(one, "tocsin.example").reports(print, 0)
        speaking.join()
        held[0].close()
    assert time.monotonic() - began < 3
    assert failed.value.reason is (reason or FailureReason.UNREACHABLE)


def test_settings_that_would_sign_in_in_clear_are_refused() -> None:
    for changes in ({"host": "mail.example.org", "security": "none"}, {"username": ""}):
        with pytest.raises(Refusal) as refused:
            MailboxSettings(**{"host": "localhost", "username": "u", **changes})  # type: ignore[arg-type]
        assert refused.value.code is Code.SETTINGS_INVALID
