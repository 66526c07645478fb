"""What units work under: proposed by one, confirmed by another, and never by silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ANNA, BEN, CARLA, DMITRI, NOW, refused
from tocsin.domain import force as rules
from tocsin.domain.actor import Actor
from tocsin.domain.force import Answer, Force
from tocsin.domain.ledger import PolicyProposed
from tocsin.domain.refusal import Code, Refusal

FIRST, NEXT = "aa" * 32, "bb" * 32


def asked(force: Force, by: Actor = BEN, **changes: str) -> PolicyProposed:
    given = {"name": "next", "pack_hash": NEXT, "instead_of": FIRST, "reason": "EXAMPLE"} | changes
    return rules.propose(force, by, NOW, **given)


@pytest.fixture
def proposed() -> Force:
    return rules.after(Force(), [asked(Force())])


def test_a_proposal_alone_changes_nothing(proposed: Force) -> None:
    assert not proposed.standing
    assert proposed.waiting("east") is not None
    assert proposed.waiting("west") is None


@pytest.mark.parametrize("by", [CARLA, DMITRI])
def test_a_second_officer_of_this_unit_or_another_puts_it_in_force(
    proposed: Force, by: Actor
) -> None:
    done = rules.after(proposed, [rules.confirm(proposed, "P1", by, NOW)])
    one = done.standing["east"]
    assert (one.pack_hash, one.by, one.answered_by) == (NEXT, BEN.named, by.named)
    assert done.waiting("east") is None


def test_nobody_confirms_what_they_proposed(proposed: Force) -> None:
    with refused(Code.SAME_OFFICER):
        rules.confirm(proposed, "P1", BEN, NOW)


def test_its_author_may_withdraw_it_and_another_may_then_be_made(proposed: Force) -> None:
    gone = rules.after(proposed, [rules.reject(proposed, "P1", BEN, NOW, "a mistake")])
    assert gone.proposals["P1"].answer is Answer.REJECTED
    assert not gone.standing
    assert asked(gone).proposal_id == "P2"


def test_a_unit_has_one_open_proposal_at_a_time(proposed: Force) -> None:
    with refused(Code.ALREADY_PROPOSED):
        asked(proposed)
    assert asked(proposed, DMITRI).unit == "west"


def test_what_is_in_force_already_is_not_proposed() -> None:
    with refused(Code.BAD_VALUE):
        asked(Force(), pack_hash=FIRST)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 4_001])
def test_it_takes_a_reason_of_bounded_length(reason: str) -> None:
    with refused(Code.PARTICULARS_MISSING):
        asked(Force(), reason=reason)


def test_what_is_answered_or_was_never_made_is_not_answered(proposed: Force) -> None:
    done = rules.after(proposed, [rules.confirm(proposed, "P1", CARLA, NOW)])
    for number in ("P1", "P9"):
        with refused(Code.NOTHING_PROPOSED):
            rules.confirm(done, number, CARLA, NOW)
        with refused(Code.NOTHING_PROPOSED):
            rules.reject(done, number, CARLA, NOW, "EXAMPLE")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["propose", "confirm", "reject"]),
            st.sampled_from([ANNA, BEN, CARLA, DMITRI]),
            st.integers(1, 4),
        ),
        max_size=25,
    )
)
def test_in_no_order_of_acts_is_anything_in_force_that_two_people_did_not_choose(
    acts: list[tuple[str, Actor, int]],
) -> None:
    force = Force()
    for number, (act, by, which) in enumerate(acts):
        standing = dict(force.standing)
        try:
            if act == "propose":
                event = asked(force, by, pack_hash=f"{number:064x}")
            elif act == "confirm":
                event = rules.confirm(force, f"P{which}", by, NOW)
            else:
                event = rules.reject(force, f"P{which}", by, NOW, "EXAMPLE")
        except Refusal:
            continue
        force = rules.after(force, [event])
        assert act == "confirm" or force.standing == standing
    for unit, one in force.standing.items():
        assert one.unit == unit
        assert one.answer is Answer.CONFIRMED
        assert one.by != one.answered_by
