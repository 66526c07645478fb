"""The packs that come with Tocsin, each beside each: never laxer than either."""

from itertools import combinations, product

import pytest

from tocsin.domain.duty import Clock, Duty, requirements
from tocsin.domain.findings import Urgency
from tocsin.policy import beside
from tocsin.policy.beside import Beside
from tocsin.policy.comparing import rulings
from tocsin.policy.pack import Pack, load, shipped, shipped_names
from tocsin.policy.soundness import ALL

PAIRS = list(combinations(shipped_names(), 2))


def alone(name: str) -> Pack:
    return load(shipped(name), name=name)


@pytest.mark.parametrize("names", PAIRS, ids="+".join)
def test_two_shipped_packs_beside_each_other_are_never_laxer_than_either(
    names: tuple[str, str],
) -> None:
    both, packs = beside.load(beside.gather(names), name=""), [alone(name) for name in names]
    assert isinstance(both, Beside)
    assert [one.pack_hash for one in both.packs] == [one.pack_hash for one in packs]
    ruled, (first, second) = rulings(both), map(rulings, packs)
    assert ruled[Duty.OWED] == first[Duty.OWED] | second[Duty.OWED]
    assert ruled[Duty.NOT_OWED] == first[Duty.NOT_OWED] & second[Duty.NOT_OWED]
    assert sum(ruled.values()) == ALL
    for clock, urgency in product(Clock, Urgency):
        assert both.interval(clock, urgency) == min(p.interval(clock, urgency) for p in packs)
    for code, ground in both.grounds.items():
        asked = {need.name for need in ground.needs}
        assert all(asked >= {need.name for need in p.grounds[code].needs} for p in packs)
        assert ground.two_units == any(p.grounds[code].two_units for p in packs)
    assert all(set(both.minimum_content) >= set(one.minimum_content) for one in packs)
    told = {one.name: one for one in requirements(both)}
    for one in (one for pack in packs for one in requirements(pack)):
        assert told[one.name].required or not one.required


def test_california_requires_the_victim_and_the_police_to_be_told() -> None:
    told = requirements(alone("us_clinical"))
    assert [one.name for one in told if one.required] == ["intended_victim", "police"]
    assert all(one.clause.source for one in told)
