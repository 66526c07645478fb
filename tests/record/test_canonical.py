"""One value, one spelling; every other spelling is refused."""

import json
from enum import StrEnum

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record import canonical as module
from tocsin.record.canonical import MAX_DEPTH, canonical, canonical_fields, joined, parse

LIMIT = 2**53
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# Characters either side of the surrogates, where UTF-16 order and Python's part.
KEYS = TEXT | st.text('a\ue000\uffff\U00010000\U0001f514\x00\x7f\u2028"\\/', max_size=4)
SCALARS = st.none() | st.booleans() | st.integers(1 - LIMIT, LIMIT - 1) | TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5)
)


class Kind(StrEnum):
    WAIVER = "waiver"


@given(VALUES)
def test_the_bytes_are_those_of_an_independent_rfc_8785_library(value):
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_what_is_written_is_read_back(value):
    assert parse(canonical(value)) == value


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_fields_spelled_one_by_one_are_the_object_spelled_at_once(fields):
    assert joined(canonical_fields(fields)) == canonical(fields)


@pytest.mark.parametrize("room", [MAX_DEPTH - 1, MAX_DEPTH])
def test_a_field_may_nest_no_deeper_by_itself_than_in_its_object(room):
    deep: object = []
    for _ in range(room - 1):
        deep = [deep]
    outcomes = []
    for spell in (canonical, lambda fields: joined(canonical_fields(fields))):
        try:
            outcomes.append(spell({"a": deep}))
        except ValueError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]
    assert isinstance(outcomes[0], bytes) == (room < MAX_DEPTH)


@pytest.mark.parametrize("fields", [{"\ud800": 1}, {"a": "\ud800"}, {1: "a"}, {"a": 1.5}])
def test_fields_without_a_canonical_form_are_refused_by_themselves_too(fields):
    with pytest.raises(ValueError, match=r"canonical form|string"):
        canonical_fields(fields)


def test_keys_are_sorted_by_utf_16_units():
    value = {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "\r": 4, "1": 5}
    assert list(json.loads(canonical(value))) == ["\r", "1", "\u20ac", "\U0001f600", "\ufb33"]


def test_tuples_and_string_enumerations_are_lists_and_strings():
    assert canonical({"kind": (Kind.WAIVER, True)}) == b'{"kind":["waiver",true]}'


@pytest.mark.parametrize(
    "value",
    [
        *(1.0, float("nan"), LIMIT, -LIMIT, "\ud800", {"\udfff": 1}, {1: 2}, {None: 1}, {1, 2}),
        *(b"bytes", object(), [1.5], {"a": {"b": 0.5}}),
    ],
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError, match=r"canonical form|must be a string") as caught:
        canonical(value)
    assert type(caught.value) is ValueError


def test_a_refused_text_is_not_repeated_in_the_error():
    with pytest.raises(ValueError, match="surrogate") as caught:
        canonical({"who": "Ada Example \ud800"})
    assert "Ada" not in repr(caught.value)


def nested(depth):
    return b"[" * depth + b"]" * depth


def test_nesting_is_bounded_in_both_directions():
    assert canonical(parse(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    with pytest.raises(ValueError, match="nested too deeply"):
        parse(nested(MAX_DEPTH + 1))
    with pytest.raises(ValueError, match="not JSON"):
        parse(nested(1_000_000))
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(ValueError, match="nested too deeply"):
        canonical(loop)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b" 1", b"1 ", b"1.0", b"1e3", b"-0", b"01", b"NaN", b"Infinity", b"-Infinity"),
        *(b'{"a":1,"a":1}', b'{"b":1,"a":2}', b'{"a": 1}', b'"\\u0041"', b'"\\/"', b'"\\u000A"'),
        *(b'"\\ud800"', b'"\xff"', b"\xef\xbb\xbf1", "1".encode("utf-16"), b"9007199254740992"),
        *(b"1" * 5000, b'"open', b"[1,]", b"\x00", b'"\t"', b"nul"),
    ],
)
def test_every_other_spelling_is_refused(data):
    with pytest.raises(ValueError, match=r"^not JSON$|^not canonical$|canonical form") as caught:
        parse(data)
    assert type(caught.value) is ValueError


@given(st.binary(max_size=40) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_accepted_is_exactly_canonical(data):
    try:
        value = parse(data)
    except ValueError:
        return
    assert rfc8785.dumps(value) == data


def test_size_is_bounded_before_parsing(monkeypatch):
    assert parse(b'"abc"', max_bytes=5) == "abc"
    with pytest.raises(ValueError, match="too large"):
        parse(b'"abc"', max_bytes=4)
    monkeypatch.setattr(module, "MAX_STRUCTURE_BYTES", 3)
    assert parse(b'["[[[[,,,,\\"[[[["]') == ['[[[[,,,,"[[[[']
    assert parse(b'"[[[["') == "[[[["
    with pytest.raises(ValueError, match="too many values"):
        parse(b'["","","",""]')
    with pytest.raises(ValueError, match="too many values"):
        parse(b"[[]]")


def test_a_text_of_quotes_does_not_take_quadratic_time():
    with pytest.raises(ValueError, match="not JSON"):
        parse(b'"\\' * 4_000_000)
