"""Two duties at once: never laxer than either, whatever is found, asked or counted."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import PACK, PARTICULARS, refused
from tests.policy.other import NO_GROUNDS, OTHER, other, together
from tocsin.domain.duty import Clause, Clock, Duty, Policy, Requirement, requirements
from tocsin.domain.findings import Urgency
from tocsin.domain.refusal import Code
from tocsin.policy import beside
from tocsin.policy.exhaustive import findings_of
from tocsin.policy.soundness import KEYS

GRAVITY = [Duty.NOT_OWED, Duty.UNDECIDED, Duty.OWED]
AWARE = dict(PARTICULARS["already_aware"]) | {"seen_in_writing": "yes"}


def test_no_finding_is_ruled_laxer_than_either_pack_rules_it() -> None:
    both, packs = together(), (PACK, other())
    seen = set()
    for findings in map(findings_of, KEYS):
        apart = [one.assess(findings) for one in packs]
        ruled = both.assess(findings)
        assert GRAVITY.index(ruled.duty) == max(GRAVITY.index(one.duty) for one in apart)
        assert [one.duty for one in ruled.each] == [one.duty for one in apart]
        assert len(ruled.clauses) == sum(len(one.clauses) for one in apart)
        assert {one.pack for one in ruled.clauses} == {one.name for one in packs}
        seen.add(tuple(one.duty for one in apart))
    assert len(seen) >= 6  # the packs truly disagree


def test_every_clock_is_the_shorter_and_every_threat_the_nearer() -> None:
    both, packs = together(), (PACK, other())
    shorter = set()
    for clock, urgency in product(Clock, Urgency):
        spans = [one.interval(clock, urgency) for one in packs]
        assert both.interval(clock, urgency) == min(spans)
        shorter.add(spans.index(min(spans)))
    assert shorter == {0, 1}
    nearness = list(Urgency)
    for hours in (None, *range(0, 400, 3)):
        until = None if hours is None else timedelta(hours=hours)
        near = min(nearness.index(one.urgency(until)) for one in packs)
        assert nearness.index(both.urgency(until)) == near


@given(
    code=st.sampled_from([*PARTICULARS, "x9"]),
    drops=st.sets(st.sampled_from([*AWARE, "category", "which_conflict"])),
    writing=st.sampled_from(["yes", "no", "unknown", ""]),
)
def test_nothing_is_waived_that_either_pack_would_not_waive(
    code: str, drops: set[str], writing: str
) -> None:
    both = together()
    given = dict(PARTICULARS.get(code, {})) | {"seen_in_writing": writing}
    given = {name: words for name, words in given.items() if name not in drops}
    if both.waive(code, given).allowed:
        for pack in (PACK, other()):
            asked = {need.name for need in pack.grounds[code].needs}
            only = {name: words for name, words in given.items() if name in asked}
            assert pack.waive(code, only).allowed


def test_a_ground_of_both_asks_what_either_asks_and_needs_every_check() -> None:
    both = together()
    assert list(both.grounds) == ["already_aware"]
    ground = both.grounds["already_aware"]
    assert {need.name for need in ground.needs} == AWARE.keys()
    assert ground.two_units
    assert both.waive("already_aware", AWARE).allowed
    unmet = both.waive("already_aware", AWARE | {"seen_in_writing": "no"})
    assert not unmet.allowed
    assert "other_directive: " in unmet.why
    assert "us_ic_icd191" not in unmet.why


def test_a_particular_that_the_packs_read_as_different_kinds_leaves_no_ground() -> None:
    assert PACK.grounds.keys() & other().grounds.keys() == {"already_aware", "no_means"}
    assert not together().waive("no_means", PARTICULARS["no_means"]).allowed


def test_beside_a_pack_without_grounds_nothing_can_be_waived() -> None:
    both = together(NO_GROUNDS)
    assert not both.grounds
    assert not any(both.waive(code, PARTICULARS[code]).allowed for code in PACK.grounds)


def test_what_either_demands_of_a_warning_is_demanded() -> None:
    asked = {*PACK.minimum_content, *other().minimum_content}
    assert set(together().minimum_content) == asked


def test_the_bytes_hold_both_packs_and_load_alone() -> None:
    both = together()
    assert both.name == "us_ic_icd191+other_directive"
    assert both.pack_hash == hashlib.sha256(both.text.encode()).hexdigest()
    assert [one.pack_hash for one in both.packs] == [PACK.pack_hash, other().pack_hash]
    again = beside.load(both.text.encode(), name="anything")
    assert again.pack_hash == both.pack_hash


def test_one_pack_alone_is_the_pack_itself() -> None:
    data = PACK.text.encode()
    assert beside.join([(PACK.name, data)]) == data
    assert beside.load(data, name=PACK.name).pack_hash == PACK.pack_hash
    assert beside.gather(["us_ic_icd191"]) == data


@pytest.mark.parametrize("names", [[], ["a", "a"], ["a", "b", "c", "d", "e"]])
def test_none_twice_or_too_many_are_refused(names: list[str]) -> None:
    with refused(Code.BAD_VALUE):
        beside.join([(name, OTHER) for name in names])


def test_what_holds_several_already_is_not_put_beside_another() -> None:
    with refused(Code.PACK_INVALID):
        beside.join([("both", together().text.encode()), ("other", OTHER)])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"the pack other_directive", b"the pack us_ic_icd191"),
        (b'version = "1"\njurisdiction = "EXAMPLE"', b"version = 1"),
        (b"# ======== beside each other: the pack other_directive ========\n", b""),
    ],
)
def test_bytes_that_were_tampered_with_are_refused(old: bytes, new: bytes) -> None:
    data = together().text.encode()
    assert old in data
    with refused(Code.PACK_INVALID):
        beside.load(data.replace(old, new), name="both")


CLAUSE = Clause(rule="whom", clause="EXAMPLE", status="design", source="EXAMPLE")


@dataclass(frozen=True, eq=False)
class Telling:
    """A pack that says whom to tell."""

    name: str
    recipients: tuple[Requirement, ...]


def _told(name: str, *, required: bool, discharges: bool = True) -> Requirement:
    return Requirement(
        name=name, who=f"the {name}", discharges=discharges, required=required, clause=CLAUSE
    )


def test_whoever_either_pack_says_to_tell_is_told_and_required_where_either_requires_it() -> None:
    one = Telling("one", (_told("victim", required=True), _told("police", required=False)))
    two = Telling("two", (_told("police", required=True, discharges=False),))
    packs: tuple[object, ...] = (one, two)
    both = beside.Beside(name="", pack_hash="", text="", packs=packs, grounds={})  # type: ignore[arg-type]
    assert [(r.name, r.required, r.discharges) for r in requirements(both)] == [
        ("victim", True, True),
        ("police", True, False),
    ]
    assert requirements(both)[1].clause.clause == "one: EXAMPLE / two: EXAMPLE"


def test_a_policy_that_says_nothing_of_recipients_requires_nobody_in_particular() -> None:
    policy: Policy = other()
    assert requirements(policy) == ()
