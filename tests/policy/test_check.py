"""A pack that could mislead is not adopted, and its author is told where and what to do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.small import SMALL, V1, changed, faults, with_base
from tocsin.domain.refusal import Code, Refusal
from tocsin.policy.check import check
from tocsin.policy.pack import MOST_BYTES, load, shipped, shipped_names

NOBODY = "when = 'directed == \"no\"'"
DELETED = "without = [] # "


def test_a_whole_pack_has_no_fault() -> None:
    assert faults(SMALL) == []


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_pack_has_no_fault(name: str) -> None:
    assert [str(fault) for fault in check(shipped(name), name=name)] == []


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        (NOBODY, "when = 'directed == \"nobody\"'", "nobody", "cannot be true"),
        ('over = ["all_else"]', "", '[[threshold.rule]]', "overlaps all_else (undecided) for"),
        ('over = ["all_else"]', 'over = ["all_five"]', 'over = ["all_five"]', "stands after"),
        (NOBODY, "when = 'nationality == \"x\"'", "nationality", "undeclared reference"),
        (NOBODY, "when = '[directed].all(a, a == \"no\")'", "[directed]", "undeclared reference"),
        (NOBODY, "when = 'directed.matches(\"no\")'", "matches", "undeclared reference"),
        ('label = "When"', 'label = "Which passport"', "needs = [", "nationality"),
        ("allow = 'protectors_tried'", "allow = 'protectors_tried && !protectors_tried'",
         "checks = [", "cannot be met"),
        ("allowed = true", "allowed = false", "[[example]]", "no_means is met"),
        ('tried = "yes" } }', 'tried = "unknown" } }', "[[example]]", "not met"),
        ('outcome = "not_owed"\nwhen', 'outcome = "undecided"\nwhen', "[[example]]",
         "undecided, not not_owed"),
        ("[victims]", "[victors]", "[victors]", "Extra inputs"),
        ("discharges = true", "discharges = false", "[[recipient]]", "discharges the duty"),
        ('name = "police"', 'name = "victim"', "[[recipient]]", "named twice"),
        ('status = "quoted"', 'status = "sure"', 'status = "sure"', "'quoted'"),
        ("[states.XA]", "[states.Exampleland]", "[states.Exampleland]", "pattern"),
        ("number = 1", "number = 100", "number = 100", "less than or equal"),
        ('clause = "All five."\n', "", "[[threshold.rule]]", "Field required"),
        ('extends = "house"', 'extends = "house"\nwithout = ["role.king"]', "without",
         "no role.king to leave out"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_remedy(
    old: str, new: str, line: str, complaint: str
) -> None:
    text = changed(old, new)
    told = next(fault for fault in faults(text) if complaint in fault.what)
    assert told.line
    assert line in text.split("\n")[told.line - 1]
    assert told.remedy.endswith((".", ":"))
    assert told.key


@pytest.mark.parametrize(
    ("old", "complaint"),
    [
        ("[threshold.meaning.harm]", "what this finding means"),
        ("[[example]]", "no example ends in"),
        ("[waiver.no_means]", "grounds to waive, or say in [no_waiver]"),
        ("[victims]", "this table is missing"),
    ],
)
def test_what_is_missing_is_named(old: str, complaint: str) -> None:
    start = SMALL.index(old)
    end = SMALL.index("\n\n", start)
    left = SMALL[:start] + SMALL[end:]
    assert any(complaint in fault.what for fault in faults(left))


def test_a_hole_is_refused_with_an_example() -> None:
    (fault,) = faults(changed('|| impending != "yes"', ""))
    assert fault.key == "threshold"
    assert "no rule answers when harm yes, directed yes, credible yes" in fault.what
    assert "impending no" in fault.what


def test_all_faults_are_told_at_once() -> None:
    text = changed(NOBODY, "when = 'ally'").replace("allow = 'protectors_tried'", "allow = 'x'")
    assert {fault.key for fault in faults(text)} == {
        "threshold.rule.2.when", "waiver.no_means.checks.1.allow"
    }  # fmt: skip


def test_a_kept_pack_still_loads_though_it_may_not_be_adopted_any_more() -> None:
    assert load(V1, name="us_ic_icd191").about.version == "1"
    found = {fault.key for fault in check(V1, name="us_ic_icd191")}
    assert {"victims", "recipient", "role", "escalation", "records", "example"} <= found


@pytest.mark.parametrize(
    "data",
    [
        b"a." * 20_000 + b"b = 1",
        b"[" + b"a." * 20_000 + b"b]",
        b"x = " + b"[" * 900 + b"]" * 900,
        b"x = " + b"{ a = " * 400 + b"1" + b"}" * 400,
        b"x = " + b"9" * 5_000,
        b"x = 2024-99-99",
        b'x = "\xed\xa0\x80"',
        b"x = 1" * 60_000,
        b"\x00",
        b"".join(b"k%d = 1\n" % n for n in range(20_000)),
        with_base(SMALL)[:3_000],
        with_base(SMALL) + b"#" * MOST_BYTES,
    ],
)
def test_hostile_bytes_are_refused_in_little_time(data: bytes) -> None:
    found = check(data, name="hostile")
    assert 0 < len(found) <= 101
    with pytest.raises(Refusal) as refused:
        load(data, name="hostile")
    assert refused.value.code is Code.PACK_INVALID


LINES = SMALL.split("\n")
WORDS = st.sampled_from(
    ["", "true", "harm", '"no"', "0", "[]", "{}", "unknown", "not_owed", "99d", "[[a]]", "\x00",
     '"""', "name = 'x'", "over = []", "nationality", "# ======== extended above: the pack x ====="]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_mutated_pack_loads_or_is_refused_and_never_fails_otherwise(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "twice", "swap", "value", "word"])):
            case "drop":
                del lines[at]
            case "twice":
                lines.insert(at, lines[at])
            case "swap":
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case "value":
                lines[at] = f"{lines[at].partition('=')[0]}= {data.draw(WORDS)}"
            case "word":
                words = lines[at].split(" ")
                words[data.draw(st.integers(0, len(words) - 1))] = data.draw(WORDS)
                lines[at] = " ".join(words)
    text = "\n".join(lines)
    for fault in faults(text):
        assert fault.what
        assert fault.remedy
        assert fault.line is None or fault.line <= len(with_base(text).decode().split("\n"))
