"""A pack with an error does not load, and says where."""

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.small import V1
from tocsin.domain.refusal import Code, Refusal
from tocsin.policy.pack import MOST_BYTES, load, shipped
from tocsin.policy.places import line_of

GOOD = V1.decode()


def refusal_of(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as refused:
        load(data, name="tried")
    assert refused.value.code is Code.PACK_INVALID
    assert refused.value.remedy
    return refused.value


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) >= 1
    return GOOD.replace(old, new, 1)


def line_with(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), start=1) if words in line)


@pytest.mark.parametrize(
    ("old", "new", "place", "complaint"),
    [
        ("[pack]", '[pack]\ncolour = "red"', "pack.colour", "Extra inputs"),
        ("[pack]", "[packs]", "pack", "Field required"),
        ('version = "1"', "version = 1", "pack.version", "valid string"),
        ("own_state_threats = true", "", "coverage.own_state_threats", "Field required"),
        ("own_state_threats = true", 'own_state_threats = "no"', "coverage.own", "valid boolean"),
        ('outcome = "owed"', 'outcome = "maybe"', "threshold.rule.1.outcome", "'owed'"),
        ('status = "quoted"', 'status = "true"', "status", "'quoted'"),
        ("specific_to_this_threat'", "victim_nationality'", "checks.1.allow", "undeclared"),
        ("number = 2", "number = 1", "waiver", "same number"),
        ("number = 2", 'number = "2"', "waiver.armed_conflict.number", "valid integer"),
        ("two_units = true", "two_units = false", "violent_actor.two_units", "two units"),
        ('name = "not_specific"', 'name = "not_impending"', "threshold.rule", "same name"),
        ('name = "told_at"', 'name = "who_told"', "already_aware.needs", "same name"),
        ('kind = "instant"', 'kind = "date"', "already_aware.needs.2.kind", "'instant'"),
        ('imminent = "15m"', 'imminent = "0m"', "clocks.triage.imminent", "length of time"),
        ('imminent = "15m"', "imminent = 15", "clocks.triage.imminent", "length of time"),
        ('imminent = "15m"', 'imminent = "999d"', "clocks.triage.imminent", "length of time"),
        ('imminent = "15m"', 'imminent = "2h"', "clocks.triage", "nearer threat"),
        ("[clocks.triage]", "[clocks.tea]", "clocks.triage", "Field required"),
        ('near_within = "7d"', 'near_within = "24h"', "urgency", "shorter"),
        ('"basis"]', '"nationality"]', "warning.minimum_content.6", "'what'"),
        ("[waiver.already_aware]", "[waiver.Already]", "waiver.Already", "pattern"),
    ],
)
def test_an_error_is_refused_with_its_place(old: str, new: str, place: str, complaint: str) -> None:
    refusal = refusal_of(changed(old, new).encode())
    assert place in refusal.what
    assert complaint in refusal.what


@pytest.mark.parametrize(
    ("new", "complaint"),
    [
        ('victim_nationality == "x"', "undeclared reference to 'victim_nationality'"),
        ("harm", "must answer yes or no"),
        ('specific == "no" && 1 / 0 == 1', "rule.5: not_specific when"),
        ('specific != "yes"', "silence must not|an unknown must not"),
        ('specific == "no" && kind_of_harm == "killing"', "no rule answers"),
        ("true", "silence must not|an unknown must not"),
    ],
)
def test_a_rule_that_could_err_or_close_by_silence_is_refused(new: str, complaint: str) -> None:
    text = changed("when = 'specific == \"no\"'", f"when = '{new}'")
    refusal = refusal_of(text.encode())
    assert re.search(complaint, refusal.what)


def test_the_line_of_an_error_is_given() -> None:
    text = changed("when = 'directed == \"no\"'", "when = 'ally'")
    assert f"line {line_with(text, chr(39) + 'ally' + chr(39))}," in refusal_of(text.encode()).what


def test_many_errors_are_counted_not_poured_out() -> None:
    refusal = refusal_of(GOOD.replace('source = "', 'sauce = "').encode())
    assert re.search(r"and \d+ more", refusal.what)
    assert refusal.what.count("line ") <= 5


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "pack: Field required"),
        (b"\xff", "line 1: it is not UTF-8"),
        (b"[pack]\ntitle = \n", "line 2"),
        (b"[pack]\n[pack]", "line 2"),
        (b"x = " + b"[" * 5_000, "not TOML|too deep"),
        (b"#" * (MOST_BYTES + 1), "larger than 256 KiB"),
    ],
)
def test_bytes_that_are_no_pack_are_refused(data: bytes, complaint: str) -> None:
    assert re.search(complaint, refusal_of(data).what)


@settings(max_examples=25, deadline=None)
@given(damage=st.binary(min_size=1, max_size=40), at=st.integers(0, len(GOOD.encode())))
def test_damaged_bytes_are_refused_or_make_another_pack(damage: bytes, at: int) -> None:
    whole = GOOD.encode()
    data = whole[:at] + damage + whole[at + len(damage) :]
    try:
        said = load(data, name="tried").pack_hash
    except Refusal as refusal:
        said = refusal.code
    assert said in (Code.PACK_INVALID, hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("name", ["nowhere", "../pack", "US_IC", "", "a" * 300])
def test_a_pack_that_is_not_shipped_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(Refusal, match="us_ic_icd191") as refused:
        shipped(name)
    assert refused.value.code is Code.PACK_UNKNOWN


def test_the_hash_is_that_of_the_bytes_and_the_text_gives_them_back() -> None:
    data = GOOD.replace("\n", "\r\n").encode()
    pack = load(data, name="us_ic_icd191")
    assert pack.pack_hash == hashlib.sha256(data).hexdigest()
    assert pack.text.encode() == data


TOML = '''a = 1
[[t.rule]]
name = "x"
[[t.rule]] # second
words = """
name = "not a key"
"""
name = "y"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 1),
        (("t", "rule"), 2),
        (("t", "rule", 0, "name"), 3),
        (("t", "rule", 1), 4),
        (("t", "rule", 1, "name"), 8),
        (("t", "rule", 1, "absent"), 4),
        (("absent",), None),
    ],
)
def test_a_place_is_found_or_its_nearest_table(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(TOML, path) == line
