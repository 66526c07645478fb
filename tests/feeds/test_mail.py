"""Mail: every leaf read, hashed and listed, nothing taken on trust."""

import base64
import hashlib
from email.message import EmailMessage

import pytest

from tests.feeds.hostile import WORDS, a_mail, a_nested_mail, a_pdf
from tocsin.feeds import DefectCode, ReadReport, read_report


def codes(report: ReadReport) -> list[DefectCode]:
    return [defect.code for defect in report.defects]


def raw(head: str, body: str) -> bytes:
    return f"MIME-Version: 1.0\r\n{head}\r\n\r\n{body}".encode()


def test_a_mail_shows_its_headers_body_and_readable_attachments():
    page, pdf = b"<html><p>At the embassy", a_pdf("Page one")
    mail = a_mail((page, "text/html", "a.html"), (pdf, "application/pdf", "b.pdf"))
    mail["Content-Language"] = "en"
    report = read_report(mail.as_bytes(), filename="x.eml", media_type="message/rfc822")
    assert (report.title, report.language, report.defects) == ("A threat", "en", ())
    assert report.text.startswith(
        "From: Duty officer <duty@station.example>\nDate: Thu, 07 Mar 2024"
    )
    assert WORDS in report.text
    assert "--- a.html ---\nAt the embassy\n\n--- b.pdf ---\nPage one" in report.text
    assert [(p.name, p.sha256) for p in report.parts[1:]] == [
        ("a.html", hashlib.sha256(page).hexdigest()),
        ("b.pdf", hashlib.sha256(pdf).hexdigest()),
    ]


def test_what_cannot_be_read_is_hashed_listed_and_not_read():
    report = read_report(
        a_mail((b"PK\x03\x04\0", "application/zip", "../../etc/passwd")).as_bytes()
    )
    part = report.parts[1]
    assert (part.name, part.text, part.size_bytes) == ("passwd", None, 5)
    assert codes(report) == [DefectCode.NAME_CHANGED, DefectCode.ARCHIVE_NOT_OPENED]
    assert "--- passwd ---\n(not read)" in report.text


def test_encoded_headers_are_decoded_and_stay_on_one_line():
    report = read_report(
        raw("Subject: =?utf-8?b?0JrQvtC90YbQtdGA0YI=?=\r\n =?koi8-r?q?=0AFrom:_x?=", "x")
    )
    assert report.title == "Концерт From: x"


@pytest.mark.parametrize("as_attachment", [True, False])
def test_a_mail_inside_a_mail_is_read(as_attachment):
    inner, outer = a_mail(body="Innermost words"), a_mail()
    if as_attachment:
        outer.add_attachment(
            inner.as_bytes(), maintype="application", subtype="octet-stream", filename="i.eml"
        )
    else:
        outer.add_attachment(inner)
    report = read_report(outer.as_bytes())
    assert "Innermost words" in report.text
    assert report.text.count("Subject: A threat") == 2


def test_a_mail_attached_in_base64_is_read_all_the_same():
    inner = base64.encodebytes(a_mail(body="Innermost words").as_bytes()).decode()
    report = read_report(
        raw("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64", inner)
    )
    assert "Innermost words" in report.text


def test_alternatives_that_agree_are_shown_once_and_others_all():
    def alternatives(page: str) -> ReadReport:
        mail: EmailMessage = a_mail()
        mail.add_alternative(page, subtype="html")
        return read_report(mail.as_bytes())

    assert alternatives(f"<p>{WORDS}</p>").text.count(WORDS) == 1
    other = alternatives("<p>All is well, nothing to see</p>")
    assert WORDS in other.text
    assert "nothing to see" in other.text
    assert codes(other) == [DefectCode.MAIL_ALTERNATIVES_DIFFER]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (a_nested_mail(3), DefectCode.MAIL_TRUNCATED),
        (raw("Content-Type: multipart/mixed", WORDS), DefectCode.MAIL_MALFORMED),
        (raw("Content-Transfer-Encoding: x-none", WORDS), DefectCode.TRANSFER_ENCODING_UNKNOWN),
        (raw("Content-Type: text/plain; charset=punycode", WORDS), DefectCode.CHARSET_UNKNOWN),
        (raw("Subject: =?utf-8?b?a?=", WORDS), DefectCode.MAIL_MALFORMED),
        (raw(f"Content-Type: multipart/mixed; b*{'9' * 5000}=x", WORDS), DefectCode.MAIL_MALFORMED),
        (raw("Content-Type: text/plain; name*=idna''%ff", WORDS), DefectCode.MAIL_MALFORMED),
        (
            raw(
                "Content-Type: multipart/mixed; boundary=b",
                f"--b\r\n\r\n{WORDS}\r\n--b--\r\n{WORDS * 9}",
            ),
            DefectCode.MAIL_OUTSIDE_TEXT,
        ),
    ],
)
def test_a_mail_that_departs_from_its_format_is_kept_with_the_defect(data, code):
    report = read_report(data)
    assert code in codes(report)
    assert WORDS in report.text


def test_a_part_with_a_script_is_text_with_a_defect():
    report = read_report(raw("Content-Type: text/html", f"<p>{WORDS}<script>alert(1)</script>"))
    assert (report.text, codes(report)) == (WORDS, [DefectCode.HTML_SCRIPT])
