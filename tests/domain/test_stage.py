"""What a case waits for next, from the first report to the last word."""

from tests.builders import ANNA, BEN, CARLA, EVA, RECIPIENT, Desk, a_report, findings, not_owed
from tocsin.domain import commands as c
from tocsin.domain.findings import Answer
from tocsin.domain.kinds import Matter, Method
from tocsin.domain.stage import Stage, duty_of, stage


def test_a_case_goes_through_every_stage_of_the_road() -> None:
    desk, seen = Desk(), []

    def at(expected: Stage) -> None:
        seen.append(stage(desk.case))
        assert seen[-1] is expected

    desk.named()
    at(Stage.TRIAGE)
    desk.found()
    at(Stage.DETERMINE)
    desk.proposed()
    at(Stage.CONFIRM)
    desk.does(CARLA, c.ConfirmDetermination, proposal_id="p1")
    at(Stage.WRITE)
    desk.drafted()
    at(Stage.RELEASE)
    desk.releases("w1")
    at(Stage.DELIVER)
    delivery_id = desk.handed_over()
    at(Stage.AWAIT_ANSWER)
    desk.does(RECIPIENT, c.Acknowledge, delivery_id=delivery_id)
    at(Stage.FOLLOW_UP)
    desk.acted(delivery_id)
    desk.stood_down()
    at(Stage.CLOSE)
    desk.closed()
    at(Stage.CLOSED)
    desk.does(ANNA, c.AddReport, report=a_report("R2"))
    at(Stage.CLOSE)
    desk.closed().does(BEN, c.ProposeDestruction, authority="Archive law 12", reason="due")
    at(Stage.CLOSED)
    desk.does(CARLA, c.ConfirmDestruction, proposal_id=desk.last_proposal)
    at(Stage.DESTROYED)
    assert set(seen) == set(Stage)


def test_a_returned_draft_waits_for_its_author() -> None:
    desk = Desk().determined()
    desk.does(EVA, c.ReturnWarning, warning_id=desk.drafted(), reason="say where")
    assert stage(desk.case) is Stage.WRITE


def test_a_delivery_that_failed_for_good_leaves_the_case_to_be_delivered() -> None:
    desk = Desk()
    desk.attempted(desk.planned(), "permanent", reason="bounced")
    assert stage(desk.case) is Stage.DELIVER


def test_a_planned_meeting_is_not_yet_a_delivery() -> None:
    desk = Desk()
    desk.planned(Method.IN_PERSON)
    assert stage(desk.case) is Stage.DELIVER


def test_a_case_waits_for_the_victim_who_is_least_far() -> None:
    desk = Desk().stood_down().named("another")
    assert stage(desk.case) is Stage.TRIAGE


def test_somebody_warned_alone_is_past_triage() -> None:
    desk = Desk().named()
    desk.does(BEN, c.WarnAlone, victim_id="v1", reason="tonight")
    assert stage(desk.case) is Stage.WRITE


def test_the_gravest_duty_among_the_victims_is_shown() -> None:
    desk = Desk().opened()
    shown = [duty_of(desk.case)]
    for number, made in enumerate(
        (not_owed(), findings(credible=Answer.UNKNOWN), findings()), start=1
    ):
        desk.named()
        shown.append(duty_of(desk.case))
        desk.found(made, f"v{number}")
        shown.append(duty_of(desk.case))
    assert shown == [
        *("unassessed", "unassessed", "not_owed"),
        *("unassessed", "undecided"),
        *("undecided", "owed"),
    ]


def test_a_case_without_a_duty_waits_only_to_be_closed() -> None:
    assert stage(Desk().found(not_owed()).determined(Matter.NO_DUTY).case) is Stage.CLOSE
