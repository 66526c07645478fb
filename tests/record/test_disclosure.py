"""Any fields can be shown, the others stay hidden, and nothing else can be shown in their place."""

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.record.builders import HOUSE_KEY, PACK
from tocsin.record.canonical import canonical, parse
from tocsin.record.chain import next_entry
from tocsin.record.commitments import salts_from
from tocsin.record.disclosure import Disclosure, check
from tocsin.record.leaf import ZERO, case_pseudonym

NAMES = ["kind", "by", "ground", "intended_victim", "source", "tearline"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**53 - 1) | st.text('a\u20ac"\\\0', max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab"), inner, max_size=2),
    max_leaves=5,
)
FIELDS = st.dictionaries(st.sampled_from(NAMES), VALUES).map(
    lambda some: {**some, "kind": "Waived"}
)
SUBSETS = st.sets(st.sampled_from(NAMES))


def an_entry(fields, number=1):
    return next_entry(
        position=0,
        case_id="7F3K",
        case_pseudonym=case_pseudonym(HOUSE_KEY, "7F3K"),
        case_seq=1,
        previous=ZERO,
        at_us=number,
        fields=fields,
        seed=sha256(b"seed %d" % number).digest(),
        policy_pack=PACK,
    )


def secret(name):
    """A value that is found wherever it is, in whatever spelling."""
    return sha256(name.encode()).hexdigest()


ENTRY = an_entry({name: secret(name) for name in NAMES})


def disclosed(*names, entry=ENTRY):
    return Disclosure.of(entry.leaf, entry.body, entry.seed, names)


@given(FIELDS, SUBSETS)
def test_any_fields_are_shown_and_read_back(fields, names):
    entry = an_entry(fields)
    disclosure = disclosed(*(names & fields.keys()), entry=entry)
    assert check(disclosure) == {name: fields[name] for name in fields if name in names}
    assert len(disclosure.hidden) == len(fields.keys() - names)
    assert Disclosure.from_value(parse(canonical(disclosure.to_value()))) == disclosure


@given(SUBSETS)
def test_nothing_hidden_is_in_the_bytes(names):
    data = canonical(disclosed(*names).to_value())
    salts = salts_from(ENTRY.seed, NAMES)
    assert ENTRY.seed.hex().encode() not in data
    for name in NAMES:
        traces = (secret(name), salts[name].hex(), f'"{name}"')
        assert [trace.encode() in data for trace in traces] == [name in names] * 3


def test_golden_bytes_pin_the_form():
    entry = an_entry({"kind": "Waived", "ground": 3})
    assert canonical(disclosed("ground", entry=entry).to_value()).decode() == (
        '{"hidden":["'
        "MT+qROw4ZqaIG92ho6i7Jk86Mpcf6W33uc0Hxz6tjDM="
        '"],"leaf":"' + b64encode(entry.leaf).decode() + '","shown":{"ground":{"salt":"'
        "0c2f80544e302a2a30e8e966ec673062"
        '","value":"3"}}}'
    )


@given(st.sampled_from(NAMES), VALUES)
def test_a_forged_value_is_refused(name, value):
    shown = disclosed("kind", name).shown
    forged = replace(disclosed("kind", name), shown={**shown, name: (value, shown[name][1])})
    with pytest.raises(ValueError, match="does not match its leaf"):
        check(forged)


@given(st.integers(0, 127))
def test_a_forged_salt_is_refused(bit):
    value, salt = disclosed("source").shown["source"]
    forged = (int.from_bytes(salt) ^ 1 << bit).to_bytes(16)
    with pytest.raises(ValueError, match="does not match its leaf"):
        check(replace(disclosed("source"), shown={"source": (value, forged)}))


def test_a_value_under_another_name_is_refused():
    honest = disclosed("kind", "source")
    kind, source = honest.shown["kind"], honest.shown["source"]
    for shown in (
        {"kind": source, "source": kind},
        {"kind": kind, "by": source},
        {"kind": kind, "source": source, "by": source},
        {"kind": kind},
    ):
        with pytest.raises(ValueError, match="does not match its leaf"):
            check(replace(honest, shown=shown))


@given(st.permutations(range(4)), st.integers(0, 3))
def test_moved_repeated_or_dropped_commitments_are_refused(order, place):
    honest = disclosed("kind", "source")
    moved = tuple(honest.hidden[at] for at in order)
    if moved != honest.hidden:
        with pytest.raises(ValueError, match="ascending"):
            replace(honest, hidden=moved)
    with pytest.raises(ValueError, match="each once"):
        replace(honest, hidden=tuple(sorted([*honest.hidden, honest.hidden[place]])))
    dropped = honest.hidden[:place] + honest.hidden[place + 1 :]
    with pytest.raises(ValueError, match="does not match its leaf"):
        check(replace(honest, hidden=dropped))


def test_a_field_is_not_shown_and_hidden_at_once():
    both = {*disclosed("kind").hidden, *disclosed("source").hidden}
    with pytest.raises(ValueError, match="does not match its leaf"):
        check(replace(disclosed("kind"), hidden=tuple(sorted(both))))


def test_a_disclosure_opens_no_other_leaf():
    other = an_entry({name: secret(name) for name in NAMES}, 2)
    with pytest.raises(ValueError, match="does not match its leaf"):
        check(replace(disclosed("kind"), leaf=other.leaf))


def test_a_name_written_twice_is_refused():
    text = canonical(disclosed("kind").to_value())
    shown = text[text.index(b'"kind"') : -2]
    with pytest.raises(ValueError, match="not canonical"):
        parse(text.replace(shown, shown + b"," + shown))


def test_a_field_that_the_body_lacks_cannot_be_shown():
    with pytest.raises(ValueError, match="no such field"):
        disclosed("kind", "nothing")


@given(st.data())
def test_any_other_form_is_refused(data):
    value = json.loads(canonical(disclosed("kind", "source").to_value()))
    node = value
    while True:
        step = data.draw(
            st.sampled_from(list(node) if isinstance(node, dict) else range(len(node)))
        )
        inner = node[step]
        if not (isinstance(inner, (dict, list)) and data.draw(st.booleans())):
            break
        node = inner
    node[step] = data.draw(st.sampled_from([None, True, 1, "", "zz", "AA==", [], {}, ["1"]]))
    with pytest.raises(ValueError, match=r"."):
        check(Disclosure.from_value(parse(rfc8785.dumps(value))))


def test_a_value_is_written_in_its_one_spelling():
    value = disclosed("kind").to_value()
    value["shown"]["kind"]["value"] += " "
    with pytest.raises(ValueError, match="not canonical"):
        Disclosure.from_value(value)
