"""One way in for every format: bounded, strict about refusals, patient with defects."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.feeds.hostile import WORDS, a_mail, a_nested_mail, a_part_bomb, a_pdf
from tocsin.domain.refusal import Code, Refusal
from tocsin.feeds import DefectCode, Limits, ReadReport, read_report
from tocsin.feeds.extract import Reading
from tocsin.feeds.model import Extract
from tocsin.feeds.sniff import media_type_of

TYPES = ["text/plain", "text/html", "message/rfc822", "application/json", "application/pdf"]
SEEDS = [
    a_mail(
        (b"PK\x03\x04", "application/zip", "a.zip"), (b"<p>x", "text/html", "a.html")
    ).as_bytes(),
    a_nested_mail(6),
    b"MIME-Version: 1.0\nContent-Type: multipart/digest; boundary*0*=''%41; boundary*1=b\n\n--Ab",
    b"<html lang=en><title>t</title><p style='display:none' onclick=x>y<script>z</script>",
    b'{"tocsin_report": 1, "text": "x", "acquired_at": "2024-03-07T09:00:00Z"}',
    b"+ADw-script+AD4- \xff\xfe\x00",
]


def codes(report: ReadReport) -> set[DefectCode]:
    return {defect.code for defect in report.defects}


def refusal(data: bytes, **given: object) -> Code:
    with pytest.raises(Refusal) as refused:
        read_report(data, **given)  # type: ignore[arg-type]
    return refused.value.code


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A well-formed report with a few of its bytes replaced, and noise behind it."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for at, byte in draw(
        st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), max_size=6)
    ):
        data[at] = byte
    return bytes(data) + draw(st.binary(max_size=20))


@pytest.mark.parametrize("media_type", TYPES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.one_of(st.binary(max_size=400), damaged()),
    charset=st.sampled_from([None, "utf-7", "idna", "utf-16", "big5", "x"]),
)
def test_no_bytes_make_a_reader_fail_with_anything_but_a_refusal(media_type, data, charset):
    try:
        found = Reading(Limits(read_seconds=5)).read(data, media_type, charset)
    except Refusal:
        return
    assert not {"\0", "\r"} & set(found.text)
    assert found.text.encode("utf-8").decode() == found.text


@given(
    data=st.binary(max_size=300),
    name=st.one_of(
        st.none(), st.text(max_size=20), st.sampled_from(["a.eml", "a.pdf", "../b.html"])
    ),
    declared=st.one_of(st.none(), st.text(max_size=30), st.sampled_from(TYPES)),
)
def test_every_claim_about_every_content_gives_a_media_type(data, name, declared):
    assert "/" in media_type_of(data, name, declared, Extract())


@pytest.mark.parametrize("media_type", [None, *TYPES])
@pytest.mark.parametrize("data", [*SEEDS[:4], b"%PDF-1.7\n", b"\xff" * 50])
def test_the_whole_reader_keeps_what_is_bad_with_its_defects(media_type, data):
    report = read_report(data, filename="..\\a.eml", media_type=media_type)
    assert report.size_bytes == len(data)
    assert DefectCode.NAME_CHANGED in codes(report)


@pytest.mark.parametrize("nothing", [b"", b" \r\n\t", b"\0\0"])
def test_an_empty_report_is_refused(nothing):
    assert refusal(nothing) is Code.REPORT_EMPTY


def test_a_report_over_the_limit_is_refused_and_one_at_the_limit_is_read():
    limits = Limits(report_bytes=10)
    assert refusal(b"x" * 11, limits=limits) is Code.REPORT_TOO_LARGE
    assert read_report(b"x" * 10, limits=limits).text == "x" * 10


@pytest.mark.parametrize(
    ("bomb", "limits"),
    [
        (a_part_bomb(10_000), Limits()),
        (a_nested_mail(60), Limits()),
        (a_nested_mail(5_000), Limits()),
        (a_mail((b"x" * 2_000, "text/plain", "a.txt")).as_bytes(), Limits(expanded_bytes=1_000)),
    ],
)
def test_a_mail_with_too_many_or_too_deep_or_too_large_parts_is_refused(bomb, limits):
    assert refusal(bomb, limits=limits) is Code.REPORT_TOO_COMPLEX


def test_a_report_that_takes_too_long_is_kept_as_its_source_with_the_defect():
    endless = a_nested_mail(19) + b"\n" * 9_000_000
    report = read_report(endless, limits=Limits(read_seconds=0.5))
    assert DefectCode.READING_STOPPED in codes(report)
    assert WORDS in report.text


def test_a_reader_that_dies_takes_nothing_down_with_it(monkeypatch):
    monkeypatch.setattr("tocsin.feeds.reader.sys.executable", "/bin/false")
    report = read_report(b"<html>" + WORDS.encode())
    assert (codes(report), report.text) == ({DefectCode.READING_STOPPED}, f"<html>{WORDS}")


def test_text_over_the_limit_is_cut_and_says_so():
    report = read_report(b"abcdef", limits=Limits(text_characters=3))
    assert (report.text, codes(report)) == ("abc", {DefectCode.TEXT_CUT})


@pytest.mark.parametrize(
    ("data", "claims", "media_type"),
    [
        (b"<!-- x --><!DOCTYPE html><p>x", {"media_type": "text/plain"}, "text/html"),
        (a_pdf(WORDS), {"filename": "a.txt"}, "application/pdf"),
        (a_mail().as_bytes(), {"media_type": "text/html"}, "message/rfc822"),
        (WORDS.encode(), {"media_type": "application/pdf"}, "text/plain"),
        (WORDS.encode(), {"filename": "a.pdf"}, "text/plain"),
    ],
)
def test_the_content_decides_the_type_and_a_contradiction_is_a_defect(data, claims, media_type):
    report = read_report(data, **claims)
    assert (report.media_type, codes(report)) == (media_type, {DefectCode.TYPE_MISMATCH})


@pytest.mark.parametrize(
    ("data", "filename", "media_type"),
    [
        (WORDS.encode(), "a.txt", "text/plain"),
        (b"From: a@b.example\n\nx", "a.eml", "message/rfc822"),
        (b"[EXAMPLE] Words [end]", None, "text/plain"),
        (b"To: all\nFrom: Station\n\nA memorandum", None, "text/plain"),
        (b'{"a": 1}', None, "application/json"),
    ],
)
def test_a_name_that_fits_the_content_is_believed_without_a_defect(data, filename, media_type):
    report = read_report(data, filename=filename)
    assert (report.media_type, report.defects) == (media_type, ())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04\x14\0" + b"\0" * 40, DefectCode.ARCHIVE_NOT_OPENED),
        (b"\x1f\x8b\x08\0" + b"\0" * 40, DefectCode.ARCHIVE_NOT_OPENED),
        (b"\0" * 257 + b"ustar" + b"\0" * 250, DefectCode.ARCHIVE_NOT_OPENED),
        (b"\x89PNG\r\n\x1a\n\0\0", DefectCode.TYPE_NOT_READ),
        (bytes(range(256)), DefectCode.TYPE_NOT_READ),
    ],
)
def test_archives_stay_closed_and_other_binaries_unread(data, code):
    report = read_report(data)
    assert (report.text, codes(report)) == ("", {code})
