"""Each clock: from when, for how long, until what; and what silence does."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.builders import (
    ANNA,
    BEN,
    CARLA,
    DAY,
    FINN,
    GRETA,
    HOUR,
    MINUTE,
    NOW,
    RECIPIENT,
    Desk,
    a_report,
    a_window,
    not_owed,
    refused,
)
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM
from tocsin.domain.clocks import lapse
from tocsin.domain.duty import Clock
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import Matter, Method, OriginatorReply
from tocsin.domain.refusal import Code
from tocsin.domain.warning import WarningKind

ACQUIRED = NOW - 30 * MINUTE


def live(desk: Desk) -> set[tuple[Clock, str]]:
    return {(one.clock, one.subject) for one in desk.case.deadlines.values()}


def urgent(desk: Desk, urgency: Urgency) -> None:
    desk.does(ANNA, c.SetUrgency, urgency=urgency, reason="as reported")


def test_triage_runs_from_acquisition_and_not_from_arrival() -> None:
    desk = Desk().opened()
    triage = desk.runs(Clock.TRIAGE)
    assert triage
    assert (triage.starts_at, triage.due_at) == (ACQUIRED, ACQUIRED + 15 * MINUTE)


def test_naming_a_victim_buys_no_time() -> None:
    desk = Desk().opened().waits(20 * MINUTE).named()
    triage = desk.runs(Clock.TRIAGE, "v1")
    assert triage
    assert triage.starts_at == ACQUIRED
    assert (Clock.TRIAGE, "case") not in live(desk)


def test_a_victim_named_after_the_first_was_assessed_has_a_clock_of_its_own() -> None:
    desk = Desk().found().waits(DAY).named("another")
    assert desk.due_in(Clock.TRIAGE, "v2") == 15 * MINUTE


def test_findings_stop_triage_and_the_decision_counts_from_acquisition() -> None:
    desk = Desk().found()
    assert live(desk) == {(Clock.DECISION, "v1"), (Clock.REVIEW, "case")}
    decision = desk.runs(Clock.DECISION, "v1")
    assert decision
    assert (decision.starts_at, decision.due_at) == (ACQUIRED, ACQUIRED + HOUR)


def test_a_determination_to_warn_stops_the_decision_and_starts_the_first_attempt() -> None:
    desk = Desk().determined()
    assert live(desk) == {(Clock.FIRST_ATTEMPT, "v1"), (Clock.REVIEW, "case")}
    assert desk.due_in(Clock.FIRST_ATTEMPT, "v1") == 30 * MINUTE


def test_a_late_release_buys_the_first_attempt_no_time() -> None:
    desk = Desk().determined().waits(20 * MINUTE).released()
    assert desk.due_in(Clock.FIRST_ATTEMPT, "v1") == 10 * MINUTE


def test_only_the_review_runs_where_no_duty_was_determined() -> None:
    desk = Desk().found(not_owed()).determined(Matter.NO_DUTY)
    assert live(desk) == {(Clock.REVIEW, "case")}


def test_the_first_attempt_stops_when_one_begins_and_the_receipt_starts() -> None:
    desk = Desk()
    delivery_id = desk.planned()
    assert (Clock.FIRST_ATTEMPT, "v1") in live(desk)
    desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
    assert (Clock.FIRST_ATTEMPT, "v1") not in live(desk)
    assert desk.due_in(Clock.RECEIPT, delivery_id) == 15 * MINUTE


def test_the_receipt_stops_when_the_recipient_confirms_and_the_action_check_starts() -> None:
    desk = Desk()
    delivery_id = desk.handed_over()
    assert (Clock.RECEIPT, delivery_id) in live(desk)
    desk.waits(5 * MINUTE).does(RECIPIENT, c.Acknowledge, delivery_id=delivery_id)
    assert (Clock.RECEIPT, delivery_id) not in live(desk)
    assert desk.due_in(Clock.ACTION_CHECK, delivery_id) == 2 * HOUR
    desk.acted(delivery_id)
    assert (Clock.ACTION_CHECK, delivery_id) not in live(desk)


def test_an_update_has_a_first_attempt_of_its_own_from_its_release() -> None:
    desk = Desk()
    desk.acknowledged()
    desk.waits(HOUR).follows(WarningKind.UPDATE)
    assert desk.due_in(Clock.FIRST_ATTEMPT, "v1") == 30 * MINUTE


def test_newer_words_under_way_end_the_wait_for_a_receipt_unless_they_were_given_up() -> None:
    desk = Desk()
    old = desk.handed_over()
    desk.follows(WarningKind.UPDATE)
    new = desk.planned(warning_id="w2", recipient_id="r1")
    assert (Clock.RECEIPT, old) not in live(desk)
    desk.does(FINN, c.CancelDelivery, delivery_id=new, reason="the mailbox is watched")
    assert (Clock.RECEIPT, old) in live(desk)


def test_the_originators_clock_runs_from_the_question_to_the_answer() -> None:
    desk = Desk().opened(a_report(originator="desk north", originator_controls=("ORCON",)))
    desk.does(BEN, c.AskOriginator, report_id="R1", question="May we?")
    assert desk.due_in(Clock.ORIGINATOR_REPLY, "R1") == 30 * MINUTE
    desk.does(
        BEN, c.RecordOriginatorReply, report_id="R1", reply=OriginatorReply.OBJECTS, words="no"
    )
    assert (Clock.ORIGINATOR_REPLY, "R1") not in live(desk)


def test_the_review_always_runs_and_a_review_starts_it_anew() -> None:
    desk = Desk().opened()
    assert desk.due_in(Clock.REVIEW) == 12 * HOUR
    desk.waits(5 * HOUR).does(BEN, c.RecordReview, words="nothing new")
    assert desk.due_in(Clock.REVIEW) == 12 * HOUR


def test_the_window_ends_when_the_words_say_so_whatever_the_urgency() -> None:
    desk = Desk().released()
    assert desk.due_in(Clock.WINDOW_END, "w1") == 48 * HOUR
    urgent(desk, Urgency.LATER)
    assert desk.due_in(Clock.WINDOW_END, "w1") == 48 * HOUR


def test_an_attested_meeting_counts_from_the_meeting() -> None:
    desk = Desk()
    delivery_id = desk.planned(Method.IN_PERSON)
    desk.waits(HOUR).attests(delivery_id, told_at=NOW + 20 * MINUTE)
    check = desk.runs(Clock.ACTION_CHECK, delivery_id)
    assert check
    assert check.starts_at == NOW + 20 * MINUTE


# Urgency


def test_unstated_urgency_counts_as_imminent() -> None:
    unstated, imminent = Desk().opened(), Desk().opened(urgency=Urgency.IMMINENT)
    assert unstated.case.deadlines == imminent.case.deadlines


@pytest.mark.parametrize(
    ("urgency", "runs"),
    [(Urgency.IMMINENT, HOUR), (Urgency.NEAR, 4 * HOUR), (Urgency.LATER, DAY)],
)
def test_another_urgency_recomputes_the_clocks_from_their_start(
    urgency: Urgency, runs: timedelta
) -> None:
    desk = Desk().found()
    urgent(desk, urgency)
    decision = desk.runs(Clock.DECISION, "v1")
    assert decision
    assert (decision.starts_at, decision.due_at) == (ACQUIRED, ACQUIRED + runs)


def test_another_urgency_keeps_the_level_that_silence_has_reached() -> None:
    desk = Desk().found().waits(2 * HOUR)
    desk.lapses()
    urgent(desk, Urgency.NEAR)
    decision = desk.runs(Clock.DECISION, "v1")
    assert decision
    assert decision.level == 1


def test_the_urgency_is_raised_by_one_and_lowered_by_two() -> None:
    desk = Desk().found()
    urgent(desk, Urgency.NEAR)
    urgent(desk, Urgency.LATER)
    assert desk.case.urgency is Urgency.NEAR
    with refused(Code.ALREADY_PROPOSED):
        urgent(desk, Urgency.LATER)
    with refused(Code.SAME_OFFICER):
        desk.does(ANNA, c.ConfirmUrgency, proposal_id=desk.last_proposal)
    desk.does(BEN, c.ConfirmUrgency, proposal_id=desk.last_proposal)
    assert desk.case.urgency is Urgency.LATER
    urgent(desk, Urgency.IMMINENT)
    assert desk.case.urgency is Urgency.IMMINENT


def test_the_window_expected_is_kept_when_the_urgency_is_lowered() -> None:
    desk, expected = Desk().found(), a_window()
    urgent(desk, Urgency.NEAR)
    desk.does(ANNA, c.SetUrgency, urgency=Urgency.LATER, reason="as reported", expected=expected)
    desk.does(BEN, c.ConfirmUrgency, proposal_id=desk.last_proposal)
    assert desk.case.expected == expected


# Silence


def test_a_lapse_is_written_down_and_the_same_clock_runs_again_one_level_higher() -> None:
    desk = Desk().found().waits(30 * MINUTE)
    before = desk.runs(Clock.DECISION, "v1")
    lapsed, rearmed = desk.lapses()
    assert isinstance(lapsed, e.DeadlineLapsed)
    assert isinstance(rearmed, e.DeadlineSet)
    assert before
    assert (lapsed.number, lapsed.due_at, lapsed.level) == (before.number, before.due_at, 1)
    assert (rearmed.level, rearmed.due_at) == (1, desk.now + HOUR)
    assert rearmed.number != before.number
    desk.waits(HOUR).lapses()
    again = desk.runs(Clock.DECISION, "v1")
    assert again
    assert again.level == 2
    assert desk.case.lapses == 2


def test_a_deadline_not_yet_due_met_or_moved_does_not_lapse() -> None:
    desk = Desk().found()
    decision = desk.runs(Clock.DECISION, "v1")
    assert decision
    early = desk.does(SYSTEM, c.Lapse, number=decision.number, clock=Clock.DECISION)
    desk.determined().waits(DAY)
    late = desk.does(SYSTEM, c.Lapse, number=decision.number, clock=Clock.DECISION)
    assert early == late == []


def test_a_job_left_over_from_an_open_case_does_nothing_to_a_closed_one() -> None:
    desk = Desk().stood_down()
    numbers = [one.number for one in desk.case.deadlines.values()]
    desk.closed().waits(99 * DAY)
    for number in numbers:
        assert desk.does(SYSTEM, c.Lapse, number=number, clock=Clock.REVIEW) == []


def test_a_waiver_that_expires_is_set_aside_and_the_decision_runs_again() -> None:
    desk = Desk().waived().waits(12 * HOUR)
    desk.does(GRETA, c.RecordReview, words="looked")
    happened = desk.lapses()
    assert isinstance(happened[0], e.DeterminationSetAside)
    assert live(desk) == {(Clock.DECISION, "v1"), (Clock.REVIEW, "case")}
    assert desk.due_in(Clock.DECISION, "v1") == HOUR


def test_a_pack_with_short_clocks_cannot_make_a_case_ring_without_pause() -> None:
    hasty: Any = SimpleNamespace(pack_hash="00", interval=lambda *_: timedelta(seconds=1))
    desk = Desk().opened()
    deadline = desk.case.next_deadline
    assert deadline
    rearmed = lapse(desk.case, deadline, hasty, NOW, "system")[1]
    assert isinstance(rearmed, e.DeadlineSet)
    assert rearmed.due_at == NOW + MINUTE


def test_silence_for_a_month_leaves_the_case_open_undecided_and_escalated() -> None:
    desk = Desk().found()
    for _ in range(30):
        desk.waits(DAY).lapses()
    assert desk.case.is_open
    assert desk.case.victims["v1"].determination is None
    decision = desk.runs(Clock.DECISION, "v1")
    assert decision
    assert decision.level == 30


def test_a_deadline_carries_the_pack_it_was_computed_from() -> None:
    deadlines = [one for one in Desk().released().happened if isinstance(one, e.DeadlineSet)]
    assert {one.pack_hash for one in deadlines} == {Desk().policy.pack_hash}
    assert all(one.due_at == one.starts_at + timedelta(seconds=one.runs_s) for one in deadlines)


def test_who_meets_a_deadline_stands_beside_it() -> None:
    desk = Desk().proposed()
    met = desk.does(CARLA, c.ConfirmDetermination, proposal_id="p1")[1]
    assert isinstance(met, e.DeadlineMet)
    assert (met.clock, met.by) == (Clock.DECISION, "carla.ruiz")
