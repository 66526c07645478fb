"""Bounces, receipts and answers, honest and hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.channels.base import LONGEST_REPLY, Report, Reported
from tocsin.channels.bounces import read_report
from tocsin.channels.mail_message import message_id

OURS = "tocsin.example"


def bounce(action: str, status: str, returned: str = "<w1.r2@tocsin.example>") -> bytes:
    """A delivery status notification as Postfix writes it (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@mx.example (Mail Delivery System)\r\nTo: duty@tocsin.example\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; ana@example.org\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--B\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: {returned}\r\nSubject: Warning\r\n\r\nStay at home.\r\n--B--\r\n"
    ).encode()


def answer(headers: str, body: str = "Thank you.\r\n") -> bytes:
    named = "In-Reply-To: <w1.r2@tocsin.example>\r\nFrom: Ana <ana@example.org>\r\n"
    return f"{named}{headers}\r\n{body}".encode()


A_REPLY = answer("", "I will.\r\n\r\nOn Tuesday, Duty team wrote:\r\n> Stay at home.\r\n")
AN_ABSENCE = answer("Auto-Submitted: auto-replied\r\n", "I am away.\r\n")


def displayed(mode: str, disposition: str = "displayed") -> bytes:
    """A receipt (RFC 8098)."""
    return (
        "From: ana@example.org\r\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="B"\r\n'
        "\r\n--B\r\n\r\nSeen.\r\n--B\r\nContent-Type: message/disposition-notification\r\n\r\n"
        "Original-Message-ID: <w1.r2@tocsin.example>\r\n"
        f"Disposition: {mode}/MDN-sent-manually; {disposition}\r\n\r\n--B--\r\n"
    ).encode()


def test_a_bounce_says_what_became_of_which_message() -> None:
    assert read_report(bounce("failed", "5.1.1"), OURS) == Report(
        kind=Reported.UNDELIVERABLE, key="w1.r2", detail="5.1.1"
    )
    assert read_report(bounce("Delivered", "2.0.0"), OURS) == Report(
        kind=Reported.DELIVERED, key="w1.r2", detail="2.0.0"
    )


@pytest.mark.parametrize("action", ["delayed", "relayed", "expanded", "", "faild"])
def test_what_is_neither_failed_nor_delivered_is_no_news(action: str) -> None:
    assert read_report(bounce(action, "4.4.1"), OURS) is None


def test_a_long_key_is_matched_by_the_whole_message_id() -> None:
    name = message_id("w" * 100, OURS)
    report = read_report(bounce("failed", "5.0.0", name), OURS)
    assert report
    assert (report.key, report.provider_id) == ("", name)


def test_a_bounce_of_somebody_elses_mail_is_no_news() -> None:
    for returned in ("<w1.r2@evil.example>", "<a b@tocsin.example>", "w1.r2@tocsin.example", ""):
        assert read_report(bounce("failed", "5.1.1", returned), OURS) is None


def test_a_receipt_is_displayed_only_where_a_person_saw_it() -> None:
    kinds = {
        ("manual-action", "displayed"): Reported.DISPLAYED,
        ("automatic-action", "displayed"): Reported.DELIVERED,
        ("manual-action", "deleted"): None,
    }
    for (mode, disposition), kind in kinds.items():
        report = read_report(displayed(mode, disposition), OURS)
        assert (report and report.kind) == kind


def test_a_reply_keeps_its_words_and_drops_what_it_quotes() -> None:
    assert read_report(A_REPLY, OURS) == Report(kind=Reported.REPLIED, key="w1.r2", words="I will.")
    endless = read_report(answer("", "x" * 9_000), OURS)
    assert endless
    assert len(endless.words) == LONGEST_REPLY


def test_words_come_in_any_charset_without_steering_characters() -> None:
    headers = "Content-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: base64"
    report = read_report(answer(headers + "\r\n", "0uDqIP8=\r\n"), OURS)
    assert report
    assert report.words == "Так я"
    report = read_report(
        answer("Content-Type: text/plain; charset=none\r\n", "a\x1b[2J\u202eb"), OURS
    )
    assert report
    assert report.words == "a[2Jb"


def test_an_out_of_office_is_delivered_and_never_a_reply() -> None:
    assert read_report(AN_ABSENCE, OURS) == Report(
        kind=Reported.DELIVERED, key="w1.r2", detail="automatic answer"
    )


def test_a_bounce_in_no_known_form_is_never_taken_for_delivered() -> None:
    daemon = AN_ABSENCE.replace(b"ana@example.org", b"MAILER-DAEMON@mx.example")
    assert read_report(daemon, OURS) is None
    failed = read_report(answer("X-Failed-Recipients: ana@example.org\r\n"), OURS)
    assert failed
    assert failed.kind is Reported.UNDELIVERABLE


@pytest.mark.parametrize(
    "bomb",
    [
        b"Content-Type: message/rfc822\r\n\r\n" * 8_000,
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
            for n in range(4_000)
        ),
        b"In-Reply-To: " + b"<" * 200_000 + b"\r\n\r\n",
        b"References:" + b" <a@tocsin.exampl>" * 14_000 + b"\r\n\r\n",
        answer("", "_" * 200_000),
        answer("", "On " + "x wrote " * 20_000),
    ],
)
def test_a_bomb_is_read_within_a_second(bomb: bytes) -> None:
    report = read_report(bomb, OURS)
    assert report is None or report.kind is Reported.REPLIED


LINES = st.lists(
    st.sampled_from(
        b"\r\n".join((bounce("failed", "5.1.1"), displayed("manual-action"), A_REPLY)).splitlines()
    )
    | st.sampled_from([b"", b"--B", b"--B--", b"Content-Type: \xff; charset*=\xe9''%"])
    | st.binary(max_size=20),
    max_size=40,
)


@given(LINES.map(b"\r\n".join))
def test_nothing_that_arrives_breaks_the_reader(data: bytes) -> None:
    report = read_report(data, OURS)
    assert report is None or report.key == "w1.r2" or report.provider_id or report.key
