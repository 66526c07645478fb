"""An alert that comes in as a report: words, area and times to read, faults as defects."""

from pathlib import Path

import pytest

from tests.builders import refused
from tests.feeds.cap.test_sign import signed
from tests.feeds.hostile import a_mail
from tocsin.domain.refusal import Code
from tocsin.feeds import DefectCode, read_report

SAMPLES = Path(__file__).parent / "samples"
WHOLE = (SAMPLES / "one_language.xml").read_bytes()


@pytest.mark.parametrize("declared", [None, "application/cap+xml", "text/xml", "application/xml"])
def test_an_alert_reads_as_a_report(declared):
    report = read_report(WHOLE, filename="alert.xml", media_type=declared)
    assert (report.media_type, report.defects) == ("application/cap+xml", ())
    assert (report.title, report.language) == ("Avoid large gatherings", "en-GB")
    for words in (
        "CAP: Exercise Update, Restricted",
        "Description: An attack on a concert is being prepared.",
        "Instruction: Stay away.",
        "Expires: 2024-03-09T18:00:00+03:00",
        "Area: The city; polygons: 1; circle 55.7558,37.6173 25.0 km; SAME 006109; SAME 006110",
        "Refers to: duty@warnings.example,sample-0,2024-03-07T17:00:00+03:00",
    ):
        assert words in report.text


def test_its_faults_are_defects_and_its_words_are_still_there():
    report = read_report((SAMPLES / "faulty.xml").read_bytes())
    assert {defect.code for defect in report.defects} == {DefectCode.CAP_FAULT}
    assert "sender: CAP demands it." in {defect.what for defect in report.defects}
    assert "Event: Flood <b>now</b>" in report.text


def test_a_signature_nobody_verified_is_pointed_out():
    assert [defect.code for defect in read_report(signed()).defects] == [
        DefectCode.CAP_SIGNATURE_NOT_VERIFIED
    ]


def test_a_broken_alert_is_kept_as_the_text_it_is():
    report = read_report(WHOLE[:-20])
    assert DefectCode.CAP_UNREADABLE in {defect.code for defect in report.defects}
    assert "Stay away." in report.text


def test_an_alert_in_a_mail_is_read_too():
    report = read_report(a_mail((WHOLE, "application/cap+xml", "alert.cap")).as_bytes())
    assert any("Stay away." in (part.text or "") for part in report.parts)


def test_an_alert_of_too_many_parts_is_refused():
    with refused(Code.REPORT_TOO_COMPLEX):
        read_report(WHOLE.replace(b"</info>", b"<a/>" * 100_001 + b"</info>"))
