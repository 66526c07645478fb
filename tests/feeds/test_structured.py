"""JSON: our own format strictly, any other as text that says what it said."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.refusal import Code, Refusal
from tocsin.feeds import DefectCode, read_report

OURS = {
    "tocsin_report": 1,
    "text": "They will attack the concert.",
    "title": "A threat",
    "language": "en",
    "acquired_at": "2024-03-07T09:00:00+03:00",
    "received_from": "Liaison",
    "reliability": "B",
    "credibility": 2,
    "marking": "EXAMPLE",
    "originator": "Station",
    "originator_controls": ["ORCON"],
}


def test_our_own_format_gives_its_fields_as_hints():
    report = read_report(json.dumps(OURS).encode(), filename="a.json")
    assert (report.text, report.title, report.language) == (OURS["text"], "A threat", "en")
    assert dict(report.hints) == {
        **{name: value for name, value in OURS.items() if name not in ("tocsin_report", "text")},
        "credibility": "2",
        "originator_controls": ("ORCON",),
    }
    assert report.defects == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"extra": 1}, Code.UNKNOWN_FIELD),
        ({"tocsin_report": 2}, Code.BAD_VALUE),
        ({"tocsin_report": True}, Code.BAD_VALUE),
        ({"text": ""}, Code.REPORT_EMPTY),
        ({"text": ["x"]}, Code.BAD_VALUE),
        ({"title": "x" * 501}, Code.BAD_VALUE),
        ({"title": "a\0b"}, Code.BAD_VALUE),
        ({"language": "no language"}, Code.BAD_VALUE),
        ({"acquired_at": "2024-03-07T09:00:00"}, Code.TIME_WITHOUT_ZONE),
        ({"acquired_at": "2024-03-07"}, Code.TIME_WITHOUT_ZONE),
        ({"acquired_at": "yesterday"}, Code.BAD_VALUE),
        ({"reliability": "G"}, Code.BAD_VALUE),
        ({"credibility": 7}, Code.BAD_VALUE),
        ({"originator_controls": "ORCON"}, Code.BAD_VALUE),
        ({"originator_controls": [""]}, Code.BAD_VALUE),
    ],
)
def test_our_own_format_refuses_what_it_does_not_know(changed, code):
    with pytest.raises(Refusal) as refused:
        read_report(json.dumps(OURS | changed).encode())
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ('{"tocsin_report": 1, "text": "a", "text": "b"}', DefectCode.JSON_DUPLICATE_KEYS),
        ('{"a": 1} trailing', DefectCode.JSON_BROKEN),
        ('{"a": ' + "9" * 5000 + "}", DefectCode.JSON_BROKEN),
        ('{"a": 1e999}', DefectCode.JSON_ODD_NUMBERS),
        ('{"a": NaN}', DefectCode.JSON_ODD_NUMBERS),
        ("[" * 50_000 + "]" * 50_000, DefectCode.JSON_TOO_DEEP),
    ],
    ids=["duplicate", "trailing", "long number", "overflow", "not a number", "deep"],
)
def test_bad_json_is_shown_as_received_with_the_defect(source, code):
    report = read_report(source.encode(), filename="a.json")
    assert (report.text, [d.code for d in report.defects]) == (source, [code])
    assert report.hints == {}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), json_values, min_size=1, max_size=4))
def test_other_json_is_readable_text_that_means_the_same(value):
    report = read_report(json.dumps(value).encode(), filename="a.json")
    if not report.defects:
        assert json.loads(report.text) == value
