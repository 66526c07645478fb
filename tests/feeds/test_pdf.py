"""PDF: pages of text, in bounded time and memory."""

import pytest

from tests.feeds.hostile import WORDS, a_mail, a_pdf
from tocsin.feeds import DefectCode, Limits, ReadReport, read_report


def codes(report: ReadReport) -> set[DefectCode]:
    return {defect.code for defect in report.defects}


def test_the_text_of_every_page_is_read():
    report = read_report(a_pdf("One", "Two"), filename="a.pdf", media_type="application/pdf")
    assert (report.text, report.defects) == ("One\n\nTwo", ())


@pytest.mark.parametrize(
    ("data", "text", "expected"),
    [
        (a_pdf(WORDS, script="app.alert(1)"), WORDS, {DefectCode.PDF_ACTIVE}),
        (a_pdf(WORDS, password="secret"), "", {DefectCode.PDF_ENCRYPTED, DefectCode.NO_TEXT}),
        (a_pdf(WORDS)[:300], "", {DefectCode.PDF_BROKEN, DefectCode.NO_TEXT}),
        (b"%PDF-1.7\nnothing", "", {DefectCode.PDF_BROKEN, DefectCode.NO_TEXT}),
        (a_pdf(""), "", {DefectCode.NO_TEXT}),
        (a_pdf(WORDS, bomb_bytes=400_000_000), "", {DefectCode.PDF_BROKEN, DefectCode.NO_TEXT}),
    ],
    ids=["script", "encrypted", "cut", "hollow", "no text", "flate bomb"],
)
def test_a_bad_pdf_is_kept_with_its_defects(data, text, expected):
    report = read_report(data)
    assert (report.text, codes(report)) == (text, expected)


def test_only_so_many_pages_are_read():
    report = read_report(a_pdf("One", "Two", "Three"), limits=Limits(pages=2))
    assert (report.text, codes(report)) == ("One\n\nTwo", {DefectCode.PDF_PAGES_CUT})


def test_slow_attachments_are_stopped_and_the_mail_around_them_is_read():
    slow = a_pdf(*[WORDS] * 20, bomb_bytes=50_000_000)
    mail = a_mail((slow, "application/pdf", "a.pdf"), (b"After it", "text/plain", "b.txt"))
    report = read_report(mail.as_bytes(), limits=Limits(read_seconds=3))
    assert DefectCode.READING_STOPPED in codes(report)
    assert WORDS in report.text
    assert "After it" in report.text
    assert [part.text is None for part in report.parts] == [False, True, False]
