"""Legal holds, and the destruction of a closed case: on authority, by two people, for good."""

import pytest

from tests.builders import (
    ANNA,
    BEN,
    CARLA,
    CASE,
    DAY,
    DMITRI,
    GRETA,
    HOUR,
    RECIPIENT,
    Desk,
    a_report,
    not_owed,
    refused,
)
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM, Actor
from tocsin.domain.case import ProposalState
from tocsin.domain.duties import ACKNOWLEDGED, EXERCISE, NOT_OWED, WAIVED, duties_of
from tocsin.domain.duty import Clock
from tocsin.domain.evolving import evolve
from tocsin.domain.kinds import Matter, OutcomeKind, ReactionKind
from tocsin.domain.narrate import narrate
from tocsin.domain.plans import Answered, Call, react
from tocsin.domain.refusal import Code
from tocsin.domain.serial import from_plain, to_plain

LAW = "Archive law, section 12"


def places(desk: Desk, by: Actor = BEN) -> str:
    """The number of a legal hold placed."""
    desk.does(by, c.PlaceLegalHold, authority="Court order 7", reason="an appeal is pending")
    return list(desk.case.holds)[-1]


def lifts(desk: Desk, hold_id: str, by: Actor = CARLA) -> None:
    desk.does(by, c.LiftLegalHold, hold_id=hold_id, reason="the appeal is decided")


def proposes(desk: Desk, by: Actor = BEN) -> str:
    """The number of a proposal to destroy."""
    desk.does(by, c.ProposeDestruction, authority=LAW, reason="ten years are over")
    return desk.last_proposal


def confirms(desk: Desk, by: Actor = CARLA) -> list[e.Event]:
    return desk.does(by, c.ConfirmDestruction, proposal_id=desk.last_proposal)


def destroyed() -> Desk:
    desk = Desk().closed()
    lifts(desk, places(desk))
    desk.waits(3650 * DAY)
    proposes(desk)
    desk.waits(HOUR)
    confirms(desk)
    return desk


def with_an_outcome(desk: Desk) -> Desk:
    desk.does(GRETA, c.RecordOutcome, outcome=OutcomeKind.UNKNOWN, claims="none", source="police")
    return desk


# Legal holds


@pytest.mark.parametrize("desk", [Desk().opened(), Desk().closed()])
def test_a_hold_is_placed_on_any_case_and_lifted_by_another_officer(desk: Desk) -> None:
    hold_id = places(desk)
    assert desk.case.standing_holds == ("H1",)
    with refused(Code.SAME_OFFICER):
        lifts(desk, hold_id, BEN)
    lifts(desk, hold_id)
    hold = desk.case.holds["H1"]
    assert (hold.placed_by, hold.lifted_by) == (BEN.actor_id, CARLA.actor_id)
    assert desk.case.standing_holds == ()


def test_several_holds_stand_at_once_and_each_is_lifted_by_itself() -> None:
    desk = Desk().closed()
    assert [places(desk), places(desk, CARLA), places(desk)] == ["H1", "H2", "H3"]
    lifts(desk, "H1")
    lifts(desk, "H2", BEN)
    assert desk.case.standing_holds == ("H3",)
    for gone in ("H1", "H9"):
        with refused(Code.HOLD_UNKNOWN):
            lifts(desk, gone)


@pytest.mark.parametrize("blank", ["authority", "reason"])
@pytest.mark.parametrize("command", [c.PlaceLegalHold, c.ProposeDestruction])
def test_neither_hold_nor_destruction_without_authority_and_reason(
    command: type[c.Command], blank: str
) -> None:
    desk = Desk().closed()
    with refused(Code.PARTICULARS_MISSING):
        desk.does(BEN, command, **{"authority": LAW, "reason": "due"} | {blank: " \n"})


def test_holds_are_bounded() -> None:
    desk = Desk().opened()
    for _ in range(100):
        places(desk)
    with refused(Code.BAD_VALUE):
        places(desk)


def test_no_clock_runs_for_a_hold_and_none_stops() -> None:
    desk = Desk().found()
    before = desk.case.deadlines
    lifts(desk, places(desk))
    assert desk.case.deadlines == before


# Destruction


def test_a_case_is_destroyed_on_authority_by_two_officers() -> None:
    desk = Desk().closed()
    proposes(desk)
    with refused(Code.ALREADY_PROPOSED):
        proposes(desk, CARLA)
    with refused(Code.SAME_OFFICER):
        confirms(desk, BEN)
    assert [type(one) for one in confirms(desk)] == [e.Confirmed, e.CaseDestroyed]
    assert desk.case.destroyed


def test_an_open_case_is_not_destroyed() -> None:
    desk = Desk().stood_down()
    with refused(Code.CASE_OPEN):
        proposes(desk)


def test_a_hold_stops_the_proposal_and_one_that_came_later_its_confirmation() -> None:
    desk = Desk().closed()
    first = places(desk)
    with refused(Code.LEGAL_HOLD):
        proposes(desk)
    lifts(desk, first)
    proposes(desk)
    places(desk, DMITRI)
    with refused(Code.LEGAL_HOLD):
        confirms(desk)
    assert not desk.case.destroyed


def test_what_came_after_the_proposal_was_not_agreed_to_be_lost() -> None:
    desk = Desk().closed()
    proposal_id = proposes(desk)
    desk.does(BEN, c.RecordRemark, words="somebody asked for this case today")
    with refused(Code.CHANGED_MEANWHILE):
        confirms(desk)
    desk.does(CARLA, c.RejectDetermination, proposal_id=proposal_id, reason="look at it first")
    proposes(desk)
    confirms(desk)
    assert desk.case.destroyed


def test_a_destruction_may_be_rejected_and_proposed_again() -> None:
    desk = Desk().closed()
    proposal_id = proposes(desk)
    desk.does(CARLA, c.RejectDetermination, proposal_id=proposal_id, reason="too early")
    assert desk.case.proposals[proposal_id].state is ProposalState.REJECTED
    with refused(Code.NOTHING_PROPOSED):
        confirms(desk)
    proposes(desk, CARLA)
    confirms(desk, BEN)
    assert desk.case.destroyed


@pytest.mark.parametrize("news", ["report", "question"])
def test_what_reopens_a_case_overtakes_its_destruction(news: str) -> None:
    desk = Desk().closed()
    proposal_id = proposes(desk)
    if news == "report":
        new = desk.does(ANNA, c.AddReport, report=a_report("R2"))
    else:
        (delivery_id,) = desk.case.deliveries
        kind = ReactionKind.QUESTION
        new = desk.does(RECIPIENT, c.React, delivery_id=delivery_id, kind=kind, words="Is it over?")
    assert desk.case.proposals[proposal_id].state is ProposalState.OVERTAKEN
    assert desk.case.closed_at is None
    plans = [plan for event in new for plan in react(event, desk.case)]
    assert Answered(topic=f"proposal:{proposal_id}") in plans
    with refused(Code.NOTHING_PROPOSED):
        confirms(desk)


def test_only_a_proposal_to_destroy_destroys() -> None:
    desk = Desk().stood_down()
    desk.does(BEN, c.ProposeClosing, reason="done")
    with refused(Code.NOTHING_PROPOSED):
        confirms(desk)


def test_a_second_determining_officer_is_called_to_a_destruction() -> None:
    desk = Desk().closed()
    proposes(desk)
    (call,) = (plan for plan in react(desk.happened[-1], desk.case) if isinstance(plan, Call))
    assert call.topic == f"proposal:{desk.last_proposal}"
    assert LAW not in call.text


# What is left


def test_the_tombstone_says_on_whose_authority_by_whom_and_when() -> None:
    desk = destroyed()
    stone = desk.case.tombstone
    assert stone is not None
    assert (stone.authority, stone.reason) == (LAW, "ten years are over")
    assert (stone.proposed_by, stone.by) == (BEN.actor_id, CARLA.actor_id)
    assert stone.at == desk.now
    assert stone.held == ("H1",)
    assert desk.case.title == "Destroyed"


def test_a_destroyed_case_holds_nothing_but_who_may_read_of_it() -> None:
    before, after = Desk().closed().case, destroyed().case
    assert after.members == before.members
    assert (after.unit, after.opened_at, after.closed_at, after.policy, after.pack_hash) == (
        before.unit, before.opened_at, before.closed_at, before.policy, before.pack_hash,
    )  # fmt: skip
    for held in (
        after.reports, after.victims, after.proposals, after.queries, after.warnings,
        after.recipients, after.deliveries, after.outcomes, after.deadlines, after.holds,
        after.source_owners, after.window_decisions, after.follow_up_owner,
    ):  # fmt: skip
        assert not held


def test_a_restricted_exercise_stays_restricted_and_an_exercise() -> None:
    desk = Desk().opened(restricted=True, exercise=True).found(not_owed())
    proposes(desk.determined(Matter.NO_DUTY).closed())
    confirms(desk)
    assert (desk.case.restricted, desk.case.exercise) == (True, True)


@pytest.mark.parametrize(
    ("desk", "told"),
    [
        (Desk().stood_down().closed(), ACKNOWLEDGED),
        (Desk().found().found(not_owed()).determined(Matter.NO_DUTY).closed(), NOT_OWED),
        (with_an_outcome(Desk().waived()).closed(), WAIVED + "already_aware"),
        (with_an_outcome(Desk().opened(exercise=True).found().waived()).closed(), EXERCISE),
    ],
)
def test_no_duty_leaves_the_count_with_its_case(desk: Desk, told: str) -> None:
    before = duties_of(desk.happened, at=desk.now)
    assert [one.told for one in before] == [told]
    desk.waits(3650 * DAY)
    proposes(desk)
    confirms(desk)
    stone = desk.case.tombstone
    assert stone is not None
    assert stone.duties == before
    assert duties_of(desk.happened, at=desk.now + DAY) == before
    assert duties_of(desk.happened[stone.last_seq_destroyed :], at=desk.now) == before


def test_the_destroyed_case_is_built_from_its_last_event_alone() -> None:
    desk = destroyed()
    last = desk.happened[-1]
    assert isinstance(last, e.CaseDestroyed)
    again = from_plain(e.CaseDestroyed, to_plain(last))
    assert evolve(None, [again]) == evolve(None, desk.happened) == desk.case
    assert (desk.case.case_id, desk.case.seq) == (CASE, len(desk.happened))


def test_everything_before_the_proposal_goes_and_what_two_people_did_stays() -> None:
    desk = destroyed()
    stone = desk.case.tombstone
    assert stone is not None
    kept = desk.happened[stone.last_seq_destroyed :]
    assert [type(one) for one in kept] == [e.Proposed, e.Confirmed, e.CaseDestroyed]
    told = [narrate(event, desk.case) for event in kept]
    assert told[1] == f"Proposal {stone.proposal_id} was confirmed."
    assert told[2] == (
        f"The case was destroyed on the authority of {LAW}, as ben.okoro proposed and carla.ruiz "
        f"confirmed. What events 1 to {stone.last_seq_destroyed} said can no longer be read. "
        "Reason: ten years are over"
    )


@pytest.mark.parametrize(
    ("by", "command", "fields"),
    [
        (ANNA, c.AddReport, {"report": a_report("R2")}),
        (ANNA, c.RecordRemark, {"words": "but"}),
        (BEN, c.PlaceLegalHold, {"authority": "Court order 8", "reason": "too late"}),
        (CARLA, c.LiftLegalHold, {"hold_id": "H1", "reason": "again"}),
        (BEN, c.ProposeDestruction, {"authority": LAW, "reason": "again"}),
        (DMITRI, c.ConfirmDestruction, {"proposal_id": "p4"}),
        (CARLA, c.RejectDetermination, {"proposal_id": "p4", "reason": "too late"}),
        (GRETA, c.RecordOutcome, {"outcome": OutcomeKind.FALSE, "claims": "x", "source": "y"}),
        (RECIPIENT, c.Acknowledge, {"delivery_id": f"{CASE}-d1"}),
        (SYSTEM, c.Lapse, {"number": 1, "clock": Clock.REVIEW}),
    ],
)
def test_nothing_is_done_to_a_destroyed_case(
    by: Actor, command: type[c.Command], fields: dict[str, object]
) -> None:
    desk = destroyed()
    before = desk.case
    with refused(Code.CASE_DESTROYED):
        desk.does(by, command, **fields)
    assert desk.case is before
