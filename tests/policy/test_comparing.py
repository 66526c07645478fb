"""What another policy would decide otherwise is told, and nothing else is."""

from collections import Counter

from tests.builders import PACK
from tests.policy.other import other, together
from tests.policy.small import SMALL, V1, changed, small
from tocsin.domain.duty import Duty
from tocsin.policy.beside import InForce
from tocsin.policy.comparing import compare, rulings
from tocsin.policy.exhaustive import findings_of
from tocsin.policy.pack import load, shipped
from tocsin.policy.soundness import ALL, KEYS


def said(before: InForce, after: InForce) -> dict[str, tuple[str, str]]:
    return {one.what: (one.before, one.after) for one in compare(before, after).changes}


def test_other_words_alone_change_nothing_that_decides() -> None:
    found = compare(small(), small(SMALL + "\n# EXAMPLE\n", name="again"))
    assert found.is_none
    assert found.combinations == 2_430


def test_a_rule_that_changed_is_told_by_inputs_in_words_and_by_example() -> None:
    stricter = small(
        changed('outcome = "not_owed"\nwhen', 'outcome = "undecided"\nwhen'), name="stricter"
    )
    found = compare(small(), stricter)
    (ruled,) = found.decided
    assert (ruled.before, ruled.after, ruled.count) == (Duty.NOT_OWED, Duty.UNDECIDED, 810)
    assert ruled.when == ("“directed at somebody” is no",)
    (example,) = found.changes
    assert example.what.startswith("Example shouting of stricter: ")
    assert (example.before, example.after) == ("not owed", "undecided")


def test_packs_beside_each_other_are_compared_as_they_rule() -> None:
    both = together()
    ruled = Counter((PACK.assess(f).duty, both.assess(f).duty) for f in map(findings_of, KEYS))
    otherwise = {turn: count for turn, count in ruled.items() if len(set(turn)) > 1}
    found = compare(PACK, both).decided
    assert {(one.before, one.after): one.count for one in found} == otherwise
    assert {after for _, after in otherwise} == {Duty.UNDECIDED, Duty.OWED}
    assert compare(both, both).is_none


def test_grounds_clocks_urgency_coverage_and_words_are_told_before_and_after() -> None:
    told = said(PACK, other())
    before, after = told["Clock: make the five findings"]
    assert before == "imminent 15 min, near 1 h, later 4 h"
    assert after == "imminent 5 min, near 3 h, later 5 h"
    assert told["What counts as imminent"] == ("harm within 24 h", "harm within 48 h")
    assert told["Ground to waive: armed conflict"][1] == ""
    assert "two units" in told["Ground to waive: already aware"][1]
    assert told["Threats from one's own state"] == ("covered", "not covered")
    assert told["A warning must say"][1].startswith("what may happen, whom to call")
    own = said(PACK, together())["Threats from one's own state"]
    assert own == ("covered", "covered by us_ic_icd191 alone")


def test_an_example_is_told_by_what_may_be_waived() -> None:
    text = SMALL.replace("[waiver.no_means]", "[waiver.no_way]").replace('"no_means"', '"no_way"')
    told = said(small(), small(text, name="other"))
    assert told["Ground to waive: no means"][1] == told["Ground to waive: no way"][0] == ""
    waived = [one for what, one in told.items() if what.startswith("Example ")]
    assert waived == [
        ("owed, may be waived", "owed, may not be waived"),
        ("owed, may not be waived", "owed, may be waived"),
    ]


def test_a_recipient_in_other_words_is_the_same_recipient() -> None:
    words = said(small(), small(changed("The intended victim", "The person at risk")))
    assert words == {
        "Recipient: victim": (
            "The intended victim: may be told, and it discharges the duty",
            "The person at risk: may be told, and it discharges the duty",
        )
    }
    told = said(small(), small(changed('name = "police"', 'name = "guard"')))
    assert told["Recipient: police"] == ("The police: must be told", "")


def test_the_second_version_of_icd_191_decides_every_input_as_the_first() -> None:
    first = load(V1, name="us_ic_icd191")
    second = load(shipped("us_ic_icd191"), name="us_ic_icd191")
    assert (first.about.version, second.about.version) == ("1", "2")
    assert compare(first, second).decided == ()
    assert not [what for what in said(first, second) if what.startswith(("Clock", "Ground"))]
    assert rulings(first) == rulings(second)
    assert first.pack_hash == "1fbbadae2d80df04331aded587c8afb79b63a6959517d715c53f06397d0cec52"
    assert first.truth.of(Duty.OWED) | first.truth.of(Duty.NOT_OWED) != ALL
