"""A file of contacts: what it holds, or which of its lines are at fault."""

import contextlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW
from tocsin.casework import directory_file
from tocsin.casework.directory_file import COLUMNS, read
from tocsin.domain.directory import KeyKind, QuietHours
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal


def why(data):
    with pytest.raises(Refusal) as refused:
        read(data, NOW)
    assert refused.value.code is Code.BAD_VALUE
    return refused.value.what


def test_every_column_is_read():
    row = dict.fromkeys(COLUMNS, "") | {
        "kind": "person", "name": "EXAMPLE Ana", "languages": "pt; en", "zone": "Europe/Lisbon",
        "quiet": "23:00-06:30", "protects": "Hall;", "remark": "EXAMPLE",
        "way2_method": "voice", "way2_address": "+44 20 7946 0000", "way2_label": "night",
    }  # fmt: skip
    text = ",".join(row) + "\n" + ",".join(row.values()) + "\n\n"
    (one,) = read(b"\xef\xbb\xbf" + text.encode(), NOW)
    assert (one.languages, one.protects) == (("pt", "en"), ("Hall",))
    assert one.quiet == QuietHours(begins="23:00", ends="06:30")
    (way,) = one.ways
    assert (way.method, way.address, way.label) == (Method.VOICE, "+442079460000", "night")


def test_a_key_comes_with_its_day(monkeypatch):
    monkeypatch.setattr("tocsin.casework.contact_checks._checked_key", lambda key, _now: key)
    head = b"kind,name,way1_method,way1_address,way1_key_kind,way1_key,way1_key_expires\n"
    (one,) = read(head + b"office,EXAMPLE,email,a@example.org,age,age1x,2024-03-08\n", NOW)
    assert one.ways[0].key.key_kind is KeyKind.AGE
    assert one.ways[0].key.expires_at == NOW.replace(hour=0) + timedelta(days=1)
    for row in (b"age,,", b"age,age1x,soon", b"pgp,x,"):
        assert "line 2: way1_key" in why(head + b"office,EXAMPLE,email,a@example.org," + row)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "line 1"),
        (b"kind\n", "line 1"),
        (b"kind,name,name\n", "line 1"),
        (b"kind,name,secret\n", "column 3 is not known"),
        (b"kind,name\noffice\n", "line 2: it has 1 fields, not 2"),
        (b'kind,name\noffice,"EXAMPLE\n', "no CSV"),
        (b"kind,name\noffice,\xff\n", "not UTF-8"),
        (b"kind,name\noffice,\n", "line 2: The contact was not kept: name does not fit"),
        (b"kind,name,quiet\noffice,EXAMPLE,late\n", "line 2: quiet hours begin"),
        (b"kind,name\noffice,EXAMPLE\noffice,example\n", "line 3: the same stands in line 2"),
        (b"kind,name\n" + b"king,EXAMPLE\n" * 30, "And 10 more"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(data, said):
    assert said in why(data)


def test_no_file_is_too_large_to_be_refused(monkeypatch):
    monkeypatch.setattr(directory_file, "MOST_ROWS", 2)
    monkeypatch.setattr(directory_file, "MOST_BYTES", 100)
    assert "over 2 contacts" in why(b"kind,name\n" + b"office,A\noffice,B\noffice,C\n")
    assert "over 100 bytes" in why(b"x" * 101)


@given(st.binary(max_size=80) | st.text(max_size=60).map(lambda t: f"kind,name\n{t}".encode()))
def test_whatever_is_in_a_file_it_is_read_or_refused(data):
    with contextlib.suppress(Refusal):
        assert isinstance(read(data, NOW), list)
