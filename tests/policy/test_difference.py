"""What changes when one policy takes another's place."""

from datetime import timedelta

from tests.builders import PACK
from tests.policy.other import other, together
from tocsin.domain.duty import Duty
from tocsin.policy.difference import difference, every_findings, length
from tocsin.policy.pack import load


def test_every_combination_of_findings_is_tried_once() -> None:
    tried = [repr(one) for one in every_findings()]
    assert len(tried) == len(set(tried)) == 2_430


def test_other_words_alone_change_nothing_that_decides() -> None:
    data = PACK.text.encode() + b"\n# EXAMPLE\n"
    changed = difference(PACK, load(data, name="us_ic_icd191"))
    assert changed.is_none
    assert changed.combinations == 2_430


def test_what_is_ruled_otherwise_is_counted_with_an_example() -> None:
    changed = difference(PACK, other())
    assert all(one.before is not one.after and one.example for one in changed.decided)
    ruled = sum(PACK.assess(one).duty is not other().assess(one).duty for one in every_findings())
    assert sum(one.count for one in changed.decided) == ruled


def test_a_pack_put_beside_another_only_ever_makes_it_stricter() -> None:
    gravity = [Duty.NOT_OWED, Duty.UNDECIDED, Duty.OWED]
    changed = difference(PACK, together())
    assert changed.decided
    assert all(gravity.index(one.after) > gravity.index(one.before) for one in changed.decided)


def test_grounds_clocks_urgency_coverage_and_words_are_told_before_and_after() -> None:
    said = {one.what: (one.before, one.after) for one in difference(PACK, other()).changes}
    before, after = said["Clock: triage"]
    assert before == "imminent 15 min, near 60 min, later 4 h"
    assert after == "imminent 5 min, near 3 h, later 5 h"
    assert said["What counts as imminent"] == ("harm within 24 h", "harm within 2 d")
    assert said["Ground to waive: armed conflict"][1] == ""
    assert "two units" in said["Ground to waive: already aware"][1]
    assert said["Threats from one's own state, under other_directive"] == ("", "not covered")
    assert said["A warning must say"][1] == "what, call, basis"


def test_lengths_are_told_in_the_largest_unit_that_fits() -> None:
    told = {15: "15 min", 90: "90 min", 120: "2 h", 60 * 24: "24 h", 60 * 48: "2 d"}
    assert {minutes: length(timedelta(minutes=minutes)) for minutes in told} == told
