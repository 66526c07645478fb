"""After delivery: the window's end, the outcome, and closing with nothing blank."""

import pytest

from tests.builders import (
    ANNA,
    BEN,
    CARLA,
    DMITRI,
    GRETA,
    HOUR,
    PARTICULARS,
    Desk,
    findings,
    not_owed,
    refused,
)
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.deciding.follow_up import blanks
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import Matter, OutcomeKind, VictimKind, WindowDecision
from tocsin.domain.refusal import Code
from tocsin.domain.warning import WarningKind


def decides(desk: Desk, decision: WindowDecision, warning_id: str = "w1") -> list[e.Event]:
    return desk.does(
        BEN, c.DecideWindow, warning_id=warning_id, decision=decision, reason="as things stand"
    )


# The window's end


def test_the_windows_end_demands_a_decision_and_closes_nothing() -> None:
    desk = Desk()
    desk.acted(desk.acknowledged())
    desk.waits(48 * HOUR)
    lapsed = [one.clock for one in desk.lapses() if isinstance(one, e.DeadlineLapsed)]
    assert Clock.WINDOW_END in lapsed
    assert desk.case.is_open
    assert desk.due_in(Clock.WINDOW_END, "w1") == HOUR
    assert desk.case.current_warnings()


@pytest.mark.parametrize("decision", [WindowDecision.RENEW, WindowDecision.WIDEN])
def test_renewing_is_done_only_when_the_update_is_released(decision: WindowDecision) -> None:
    desk = Desk().released()
    decides(desk, decision)
    assert desk.runs(Clock.WINDOW_END, "w1")
    desk.follows(WarningKind.UPDATE)
    assert desk.runs(Clock.WINDOW_END, "w1") is None
    assert desk.runs(Clock.WINDOW_END, "w2")


def test_standing_down_takes_two_people_and_stops_the_clock() -> None:
    desk = Desk().released()
    decides(desk, WindowDecision.STAND_DOWN)
    assert desk.runs(Clock.WINDOW_END, "w1")
    with refused(Code.ALREADY_PROPOSED):
        decides(desk, WindowDecision.STAND_DOWN)
    with refused(Code.SAME_OFFICER):
        desk.does(BEN, c.ConfirmStandDown, proposal_id=desk.last_proposal)
    with refused(Code.NOTHING_PROPOSED):
        desk.does(CARLA, c.ConfirmClosing, proposal_id=desk.last_proposal)
    desk.does(CARLA, c.ConfirmStandDown, proposal_id=desk.last_proposal)
    assert desk.runs(Clock.WINDOW_END, "w1") is None


def test_a_stand_down_may_be_rejected_and_the_clock_goes_on() -> None:
    desk = Desk().released()
    decides(desk, WindowDecision.STAND_DOWN)
    desk.does(CARLA, c.RejectDetermination, proposal_id=desk.last_proposal, reason="too early")
    assert desk.runs(Clock.WINDOW_END, "w1")


def test_only_a_warning_in_force_has_a_window_to_decide() -> None:
    desk = Desk().determined()
    desk.drafted()
    with refused(Code.NO_WINDOW):
        decides(desk, WindowDecision.RENEW)
    with refused(Code.WARNING_UNKNOWN):
        decides(desk, WindowDecision.RENEW, "w9")
    desk.releases("w1")
    desk.follows(WarningKind.CANCEL)
    for warning_id in ("w1", "w2"):
        with refused(Code.NO_WINDOW):
            decides(desk, WindowDecision.STAND_DOWN, warning_id)


# Closing


def test_closing_takes_two_people_and_stops_every_clock() -> None:
    desk = Desk().stood_down()
    desk.does(BEN, c.ProposeClosing, reason="done")
    with refused(Code.ALREADY_PROPOSED):
        desk.does(CARLA, c.ProposeClosing, reason="done")
    with refused(Code.SAME_OFFICER):
        desk.does(BEN, c.ConfirmClosing, proposal_id=desk.last_proposal)
    desk.does(CARLA, c.ConfirmClosing, proposal_id=desk.last_proposal)
    assert not desk.case.is_open
    assert not desk.case.deadlines


def a_lone_determination() -> Desk:
    desk = Desk().found()
    desk.does(BEN, c.WarnAlone, victim_id="v1", reason="tonight")
    return desk


def not_acted() -> Desk:
    desk = Desk()
    desk.acknowledged()
    return desk


def planned_only() -> Desk:
    desk = Desk()
    desk.planned()
    return desk


def updated() -> Desk:
    desk = Desk()
    desk.acted(desk.acknowledged())
    desk.follows(WarningKind.UPDATE)
    return desk


def a_proposal_to_warn() -> Desk:
    return Desk().waived().proposed()


def two_victims() -> Desk:
    desk = Desk().stood_down()
    desk.does(ANNA, c.NameVictim, name="another", kind=VictimKind.PERSON)
    return desk


@pytest.mark.parametrize(
    ("desk", "blank"),
    [
        (Desk().opened(), "no intended victim is named"),
        (Desk().named(), "victim v1: the findings are missing"),
        (Desk().found(), "victim v1: nothing is determined"),
        (a_lone_determination(), "victim v1: the lone determination is not reviewed"),
        (Desk().determined(), "victim v1: no warning is released"),
        (Desk().released(), "victim v1: warning w1 has not been brought to anybody"),
        (Desk().released(), "warning w1: it is in force, neither stood down nor cancelled"),
        (Desk().released(), "no outcome is recorded; unknown is one"),
        (planned_only(), "delivery 7F3K-d1: it is not settled"),
        (not_acted(), "delivery 7F3K-d1: whether action was taken is missing"),
        (updated(), "victim v1: warning w2 has not been brought to anybody"),
        (a_proposal_to_warn(), "proposal p2: it is not answered"),
        (two_victims(), "victim v2: the findings are missing"),
    ],
)
def test_a_case_does_not_close_while_something_is_blank(desk: Desk, blank: str) -> None:
    assert blank in blanks(desk.case)
    with refused(Code.CASE_HAS_BLANKS):
        desk.does(BEN, c.ProposeClosing, reason="done")


def test_what_has_become_blank_since_the_proposal_stops_its_confirmation() -> None:
    desk = Desk().stood_down()
    desk.does(BEN, c.ProposeClosing, reason="done")
    closing = desk.last_proposal
    desk.does(ANNA, c.NameVictim, name="another", kind=VictimKind.PERSON)
    with refused(Code.CASE_HAS_BLANKS):
        desk.does(CARLA, c.ConfirmClosing, proposal_id=closing)


def test_a_case_in_which_nothing_was_owed_closes_without_an_outcome() -> None:
    assert not Desk().found(not_owed()).determined(Matter.NO_DUTY).closed().case.is_open


def test_an_outcome_counts_after_closing_too() -> None:
    desk = Desk().closed()
    desk.does(
        GRETA,
        c.RecordOutcome,
        outcome=OutcomeKind.OCCURRED,
        claims="the hall was attacked",
        source="two newspapers",
    )
    assert [one.outcome for one in desk.case.outcomes] == ["unknown", "occurred"]


def test_no_single_officer_ends_a_duty_whatever_they_try() -> None:
    desk = Desk().found(findings())
    desk.proposed(
        Matter.WAIVE, DMITRI, ground="no_means", particulars=PARTICULARS["no_means"]
    ).waits(500 * HOUR).lapses()
    with refused(Code.SAME_OFFICER):
        desk.does(DMITRI, c.ConfirmDetermination, proposal_id="p1")
    with refused(Code.CASE_HAS_BLANKS):
        desk.does(DMITRI, c.ProposeClosing, reason="quiet")
    assert desk.case.victims["v1"].determination is None
