"""Mail, against a real server that takes it, refuses it, or misbehaves."""

import socket
import time
from datetime import UTC, datetime
from email import charset, policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.mail import Does, MailServer, Stage
from tocsin.channels.base import (
    FailureReason,
    HandedOver,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
)
from tocsin.channels.mail_message import compose
from tocsin.channels.mail_parts import encoded
from tocsin.channels.smtp import SmtpChannel, SmtpSettings
from tocsin.domain.refusal import Code, Refusal

NOW = datetime(2030, 5, 14, 12, 0, tzinfo=UTC)


def a_message(**changes: object) -> Message:
    values = {
        "key": "w1.r2",
        "to_name": "Ana Pop",
        "to_address": "ana@example.org",
        "subject": "Warning",
        "body": "Stay at home.\n.\n..dots\nFrom here on.\n",
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]


def settings(port: int, **changes: object) -> SmtpSettings:
    values = {
        "host": "localhost",
        "port": port,
        "security": "none",
        "sender": "duty@tocsin.example",
        "sender_name": "Duty team",
        "timeout_s": 2,
        "deadline_s": 5,
    }
    return SmtpSettings(**{**values, **changes})  # type: ignore[arg-type]


def send(server: MailServer, message: Message | None = None, **changes: object) -> HandedOver:
    changes = {"security": server.security, **changes}
    channel = SmtpChannel(settings(server.port, **changes), clock=lambda: NOW)
    return channel.send(message or a_message())


def composed(message: Message, at: datetime = NOW) -> EmailMessage:
    """The mail as another reader understands it."""
    content = bytes(compose(message, settings(25), at))
    return BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(content)


def failure(server: MailServer, message: Message | None = None, **changes: object) -> NotHandedOver:
    with pytest.raises(NotHandedOver) as failed:
        send(server, message, **changes)
    assert "example.org" not in str(failed.value)
    return failed.value


def test_a_mail_is_handed_over_with_its_exact_words_and_plain_headers() -> None:
    with MailServer() as server:
        answer = send(server)
    assert answer == HandedOver(provider_id="Q1MAIL", detail="250 2.0.0")
    (received,) = server.messages
    assert (received.sender, received.recipients) == ("duty@tocsin.example", ("ana@example.org",))
    assert received.mail.get_content().replace("\r\n", "\n") == a_message().body
    assert dict(received.mail.items()) == {
        "From": "Duty team <duty@tocsin.example>",
        "To": "Ana Pop <ana@example.org>",
        "Subject": "Warning",
        "Date": "Tue, 14 May 2030 12:00:00 +0000",
        "Message-ID": "<w1.r2@tocsin.example>",
        "Content-Language": "en",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "7bit",
        "MIME-Version": "1.0",
    }


def test_a_retry_with_the_same_key_carries_the_same_message_id() -> None:
    with MailServer() as server:
        server.at["CONTENT"] = Does.KEEP_AND_DROP
        assert isinstance(failure(server), OutcomeUnknown)
        del server.at["CONTENT"]
        send(server)
    assert [one.mail["Message-ID"] for one in server.messages] == ["<w1.r2@tocsin.example>"] * 2


def test_keys_that_fit_no_message_id_still_give_one_of_their_own() -> None:
    ids = {
        composed(a_message(key=key))["Message-ID"]
        for key in ("w1:officer", "w1:other", "w1:officer", "w1>@evil.example", "k" * 200)
    }
    assert len(ids) == 4
    assert all(one.endswith("@tocsin.example>") and one.count("@") == 1 for one in ids)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_travels_over_tls_and_signs_in(security: str, tmp_path: Path) -> None:
    with MailServer(security=security, users={"duty": "tick tock"}) as server:  # type: ignore[arg-type]
        trusted = {"ca_file": server.ca_file(tmp_path), "username": "duty"}
        send(server, password="tick tock", **trusted)
        refused = failure(server, password="wrong", **trusted)
    assert len(server.messages) == 1
    assert (type(refused), refused.reason) == (Passing, FailureReason.SIGN_IN_REFUSED)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("flaw", ["unknown authority", "other name"])
def test_a_certificate_that_does_not_prove_the_server_is_refused(
    security: str, flaw: str, tmp_path: Path
) -> None:
    name = "other.example" if flaw == "other name" else "localhost"
    with MailServer(security=security, certified_for=name) as server:  # type: ignore[arg-type]
        ca_file = server.ca_file(tmp_path) if flaw == "other name" else None
        failed = failure(server, ca_file=ca_file)
    assert (type(failed), failed.reason) == (Passing, FailureReason.TLS_FAILED)
    assert server.messages == []


def test_nothing_is_sent_in_clear_when_starttls_is_not_offered() -> None:
    with MailServer() as server:
        failed = failure(server, security="starttls")
    assert (type(failed), failed.reason) == (Passing, FailureReason.TLS_MISSING)
    assert server.messages == []


R = FailureReason


@pytest.mark.parametrize(
    ("stage", "does", "kind", "reason"),
    [
        ("GREETING", "554 5.3.2 no service", Passing, R.SERVER_REFUSED),
        ("GREETING", "421 later", Passing, R.SERVER_BUSY),
        ("GREETING", Does.DROP, Passing, R.DISCONNECTED),
        ("MAIL", "451 4.3.0 later", Passing, R.SERVER_BUSY),
        ("MAIL", "550 5.7.1 not you", Permanent, R.SENDER_REFUSED),
        ("MAIL", "530 5.7.0 sign in first", Passing, R.SIGN_IN_REFUSED),
        ("MAIL", "nonsense", Passing, R.BAD_ANSWER),
        ("MAIL", "250 " + "x" * 9_000, Passing, R.BAD_ANSWER),
        ("RCPT", "450 4.2.0 <ana@example.org> greylisted", Passing, R.SERVER_BUSY),
        ("RCPT", "550 5.1.1 <ana@example.org> unknown", Permanent, R.RECIPIENT_REFUSED),
        ("RCPT", Does.DROP, Passing, R.DISCONNECTED),
        ("DATA", "554 5.6.0 no", Permanent, R.CONTENT_REFUSED),
        ("DATA", Does.DROP, Passing, R.DISCONNECTED),
        ("CONTENT", "452 4.3.1 full", Passing, R.SERVER_BUSY),
        ("CONTENT", "550 5.7.1 looks like spam", Permanent, R.CONTENT_REFUSED),
        ("CONTENT", "nonsense", OutcomeUnknown, R.BAD_ANSWER),
        ("CONTENT", Does.DROP, OutcomeUnknown, R.NO_ANSWER),
        ("CONTENT", Does.KEEP_AND_DROP, OutcomeUnknown, R.NO_ANSWER),
    ],
)
def test_every_failure_is_passing_permanent_or_unknown_for_a_stated_reason(
    stage: Stage, does: str | Does, kind: type[NotHandedOver], reason: FailureReason
) -> None:
    with MailServer(at={stage: does}) as server:
        failed = failure(server)
    assert (type(failed), failed.reason) == (kind, reason)
    assert len(server.messages) == (does is Does.KEEP_AND_DROP)


def test_only_codes_of_an_answer_are_repeated() -> None:
    with MailServer(at={"RCPT": "550 5.1.1 <ana@example.org> unknown"}) as server:
        assert failure(server).detail == "550 5.1.1"


@pytest.mark.parametrize("does", [Does.HANG, Does.DRIP])
@pytest.mark.parametrize(
    ("stage", "kind"), [("GREETING", Passing), ("RCPT", Passing), ("CONTENT", OutcomeUnknown)]
)
def test_a_server_that_hangs_or_drips_is_cut_at_the_deadline(
    does: Does, stage: Stage, kind: type[NotHandedOver]
) -> None:
    with MailServer(at={stage: does}) as server:
        began = time.monotonic()
        failed = failure(server, timeout_s=10, deadline_s=0.4)
        assert time.monotonic() - began < 2
    assert type(failed) is kind
    assert failed.reason is (R.NO_ANSWER if kind is OutcomeUnknown else R.TIMED_OUT)


def test_a_handshake_that_never_ends_is_cut_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        channel = SmtpChannel(
            settings(silent.getsockname()[1], host="127.0.0.1", security="tls", deadline_s=0.3)
        )
        with pytest.raises(Passing) as failed:
            channel.send(a_message())
    assert failed.value.reason is R.TIMED_OUT


def test_a_server_that_is_not_there_is_a_passing_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Passing) as failed:
        SmtpChannel(settings(port)).send(a_message())
    assert failed.value.reason is R.UNREACHABLE

    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(Passing) as failed:
        SmtpChannel(settings(port)).send(a_message())
    assert failed.value.reason is R.HOST_NOT_FOUND


def test_an_address_beyond_ascii_needs_a_server_that_takes_it() -> None:
    message = a_message(to_address="анна@example.org", to_name="Анна")
    with MailServer(smtputf8=False) as server:
        failed = failure(server, message)
    assert (type(failed), failed.reason) == (Permanent, R.ADDRESS_UNSUPPORTED)
    with MailServer() as server:
        send(server, message)
    assert server.messages[0].recipients == ("анна@example.org",)


def test_what_another_library_made_of_the_charset_changes_no_header(monkeypatch) -> None:
    """Apprise has every header of its process spelled octet by octet, which cuts names in two."""
    monkeypatch.setitem(charset.CHARSETS, "utf-8", (charset.QP, charset.QP, "utf-8"))
    encoded.cache_clear()
    assert encoded("ליאור בן־דוד") == "=?utf-8?b?15zXmdeQ15XXqCDXkdef1r7Xk9eV15M=?="


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ('Șerban Țîru, "the" tall', "Rămâneți acasă."),
        ("ליאור בן־דוד", "אזהרה: אל תצאו מהבית בשעה 18:00."),
        ("نازنین کریمی", "هشدار: از خانه بیرون نروید. می\u200cدانیم."),
        ("王小明", "警告:请留在家中。" * 60),
    ],
)
def test_names_and_words_of_every_script_arrive_unchanged(name: str, words: str) -> None:
    with MailServer() as server:
        send(server, a_message(to_name=name, subject=words[:60], body=words + "\n", language="he"))
    (received,) = server.messages
    assert received.content.isascii()
    assert received.mail["To"].addresses[0].display_name == name
    assert received.mail["Subject"] == words[:60]
    assert received.mail.get_content().replace("\r\n", "\n") == words + "\n"


def test_an_exercise_says_so_in_its_subject() -> None:
    mail = composed(a_message(exercise=True))
    assert mail["Subject"] == "EXERCISE Warning"


PIECES = [
    "é",
    "ș",
    "王",
    "ב",
    " ",
    "  ",
    *',<>@"\\():;.',
    "=?utf-8?q?",
    "?=",
    "eve@example.net",
    "x",
]
LINE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join).filter(lambda s: len(s) < 300)


@given(LINE, LINE, st.text("aZ09-", max_size=62).map("k{}k".format))
def test_no_name_or_subject_becomes_another_address_or_header(
    name: str, subject: str, key: str
) -> None:
    mail = compose(a_message(to_name=name, subject=subject, key=key), settings(25), NOW)
    content, read = bytes(mail), composed(a_message(to_name=name, subject=subject, key=key))
    assert read.keys() == [name for name, _ in mail.headers]
    (recipient,) = read["To"].addresses
    assert recipient.addr_spec == "ana@example.org"
    # Where encoded words meet in a name, this reader adds or drops blanks.
    assert recipient.display_name.replace(" ", "") == name.replace(" ", "")
    assert read["Subject"] == subject
    assert read["Message-ID"] == f"<{key}@tocsin.example>"
    assert max(map(len, content.splitlines())) <= 998
    assert read.get_content().replace("\r\n", "\n") == a_message().body


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "mail.example.org"},
        {"host": "192.0.2.1"},
        {"host": ""},
        {"host": "local\nhost", "security": "tls"},
        {"security": "ssl"},
        {"port": 0},
        {"username": "a\r\nb"},
        {"hello_name": "a b"},
        {"sender": "duty@TOCSIN.example"},
        {"sender_name": "a\nb"},
        {"deadline_s": 0},
    ],
)
def test_settings_that_would_send_in_clear_or_make_no_sense_are_refused(
    changes: dict[str, object],
) -> None:
    with pytest.raises(Refusal) as refused:
        settings(**{"port": 25, **changes})  # type: ignore[arg-type]
    assert refused.value.code is Code.SETTINGS_INVALID


def test_an_unreadable_certificate_file_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("none")
    for name in ("absent.pem", "empty.pem"):
        with pytest.raises(Refusal):
            SmtpChannel(settings(25, ca_file=tmp_path / name))


def test_a_password_is_not_shown() -> None:
    assert "tick" not in repr(settings(25, username="duty", password="tick tock"))
