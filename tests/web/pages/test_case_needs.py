"""What a case waits for, at every step of its road."""

import pytest

from tests.builders import ANNA, BEN, CARLA, DAY, EVA, FINN, GRETA, HOUR, Desk, a_report
from tocsin.domain import commands as c
from tocsin.domain.actor import Role
from tocsin.domain.kinds import Matter, Method, ReactionKind, WindowDecision
from tocsin.policy.access import Access
from tocsin.web.pages.case_needs import needs
from tocsin.web.pages.case_steps import STEPS
from tocsin.web.pages.case_view import roles_for


def first(desk):
    return needs(desk.case)[0].step


def steps(desk):
    return [need.step for need in needs(desk.case)]


def test_the_road_asks_for_one_step_after_the_other():
    desk = Desk().opened()
    assert first(desk) == "name_victim"
    assert first(desk.named()) == "record_findings"
    assert first(desk.found()) == "propose_to_warn"
    assert first(desk.proposed()) == "confirm"
    desk.does(CARLA, c.ConfirmDetermination, proposal_id="p1")
    assert first(desk) == "new_warning"
    desk.drafted()
    assert first(desk) == "release_warning"
    desk.releases("w1")
    assert first(desk) == "name_owner"
    desk.does(BEN, c.NameFollowUpOwner, officer_id=GRETA.actor_id)
    assert first(desk) == "name_recipient"
    desk.recipient(Method.IN_PERSON)
    assert first(desk) == "plan_delivery"
    desk.does(FINN, c.PlanDelivery, warning_id="w1", recipient_id="r1")
    assert first(desk) == "attest"
    desk.attests(f"{desk.case.case_id}-d1")
    assert first(desk) == "record_action"
    desk.acted(f"{desk.case.case_id}-d1")
    assert set(steps(desk)) == {"decide_window", "record_review"}
    assert "propose_closing" in steps(desk.stood_down())
    desk.does(BEN, c.ProposeClosing, reason="done")
    assert "confirm" in steps(desk)
    desk.does(CARLA, c.ConfirmClosing, proposal_id=desk.last_proposal)
    assert needs(desk.case) == []


def test_a_closed_case_waits_only_for_the_answer_to_its_destruction():
    desk = Desk().closed()
    desk.does(BEN, c.ProposeDestruction, authority="Archive law 12", reason="due")
    (need,) = needs(desk.case)
    assert (need.step, set(need.barred)) == ("confirm", {BEN.actor_id})
    assert need.what == "Confirm or reject the proposal to destroy the case"
    desk.does(CARLA, c.ConfirmDestruction, proposal_id=desk.last_proposal)
    assert needs(desk.case) == []


def test_what_has_least_time_left_comes_first():
    desk = Desk().determined().waits(DAY)
    dues = [need.due for need in needs(desk.case) if need.due]
    assert dues == sorted(dues)


def test_whoever_took_the_first_part_is_barred_from_the_second():
    desk = Desk().proposed()
    assert set(needs(desk.case)[0].barred) == {BEN.actor_id}
    desk.does(CARLA, c.ConfirmDetermination, proposal_id="p1")
    desk.drafted()
    assert set(needs(desk.case)[0].barred) == {ANNA.actor_id}


def test_a_waiver_bars_analysts_and_whoever_acquired_a_report():
    desk = Desk().found()
    desk.proposed(
        Matter.WAIVE,
        ground="no_means",
        particulars={
            "channels_tried": "all",
            "last_tried_at": "2024-03-07T08:45:00+00:00",
            "protectors_tried": "yes",
            "why_no_means": "nobody knows",
        },
    )
    need = next(one for one in needs(desk.case) if one.step == "confirm")
    assert set(need.barred) == {BEN.actor_id, ANNA.actor_id, "hugo.berg"}


def test_a_lone_determination_waits_for_review_and_for_words():
    desk = Desk().found()
    desk.does(BEN, c.WarnAlone, victim_id="v1", reason="tonight")
    assert {"review_alone", "new_warning"} <= set(steps(desk))


def test_a_returned_draft_waits_for_its_author_and_an_originator_to_be_asked():
    desk = Desk().opened(a_report(originator="Northgate", originator_controls=("ORCON",)))
    desk.named().found().determined().drafted()
    assert steps(desk)[:2] == ["ask_originator", "release_warning"]
    desk.does(EVA, c.AskOriginator, report_id="R1", question="May we?")
    assert "record_reply" in steps(desk)
    desk.does(EVA, c.ReturnWarning, warning_id="w1", reason="too long")
    assert "edit_warning" in steps(desk)
    assert "release_warning" not in steps(desk)


def test_silence_after_a_handing_over_asks_for_another_way():
    desk = Desk()
    desk.handed_over()
    assert "name_recipient" in steps(desk.waits(HOUR))
    desk.recipient()
    assert "plan_delivery" in steps(desk)


def test_a_question_waits_for_an_answer_even_from_whoever_has_not_confirmed():
    desk = Desk()
    delivery_id = desk.handed_over()
    desk.does(
        GRETA,
        c.RecordReaction,
        delivery_id=delivery_id,
        kind=ReactionKind.QUESTION,
        words="How sure?",
    )
    assert any("asks something" in need.what for need in needs(desk.case))


def test_a_window_renewed_waits_for_the_words_that_say_so():
    desk = Desk().released().waits(3 * DAY)
    desk.does(
        GRETA, c.DecideWindow, warning_id="w1", decision=WindowDecision.RENEW, reason="still so"
    )
    need = next(one for one in needs(desk.case) if one.step == "new_warning")
    assert need.query == "follows=w1&kind=update"


@pytest.mark.parametrize("name", sorted(STEPS))
def test_every_step_is_allowed_to_somebody(name):
    if name != "confirm":
        assert roles_for(Access(), STEPS[name].action(None))


def test_who_may_do_a_step_is_read_off_the_policies():
    assert roles_for(Access(), "confirm_determination") == (Role.DETERMINING_OFFICER,)
    assert roles_for(Access(), "record_findings") == (Role.ANALYST,)
