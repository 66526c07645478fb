"""Reports, victims, findings, originators, and who may know."""

from datetime import timedelta

import pytest

from tests.builders import (
    ANNA,
    BEN,
    CARLA,
    CASE,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    PARTICULARS,
    Desk,
    a_report,
    findings,
    not_owed,
    refused,
)
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.deciding import Context, decide
from tocsin.domain.deciding.context import DECIDERS
from tocsin.domain.duty import Clock, Duty
from tocsin.domain.evolving.steps import STEPS
from tocsin.domain.findings import Answer, Evidence, Finding, Findings
from tocsin.domain.kinds import Matter, OriginatorReply, VictimKind
from tocsin.domain.refusal import Code


def test_every_command_has_its_decision_and_every_event_its_step() -> None:
    assert set(DECIDERS) == set(c.COMMANDS.values()) - {c.OpenCase}
    assert set(STEPS) == set(e.EVENTS.values()) - {e.CaseOpened, e.CaseDestroyed}


def test_a_case_opens_on_a_report_and_admits_who_opened_it() -> None:
    case = Desk().opened().case
    assert (case.unit, case.members, list(case.reports)) == ("east", {"anna.lind"}, ["R1"])
    assert case.pack_hash == Desk().policy.pack_hash


def test_nothing_is_done_to_a_case_that_does_not_exist() -> None:
    ctx = Context(by=BEN, now=NOW, policy=Desk().policy)
    with refused(Code.CASE_UNKNOWN):
        decide(None, c.RecordRemark(case_id=CASE, words="hello"), ctx)


def test_a_case_is_opened_once() -> None:
    desk = Desk().opened()
    with pytest.raises(ValueError, match="once"):
        desk.opened()


def test_a_report_is_not_acquired_in_the_future() -> None:
    with refused(Code.TIME_IN_FUTURE):
        Desk().opened(a_report(acquired_at=NOW + MINUTE))
    with refused(Code.TIME_IN_FUTURE):
        Desk().opened().does(ANNA, c.AddReport, report=a_report("R2", acquired_at=NOW + MINUTE))


def test_words_that_a_person_must_give_are_neither_blank_nor_boundless() -> None:
    desk = Desk().opened()
    for words in ("", " \n", "x" * 8_001):
        with refused(Code.PARTICULARS_MISSING):
            desk.does(BEN, c.RecordRemark, words=words)


def test_a_report_is_in_a_case_once() -> None:
    desk = Desk().opened()
    with refused(Code.BAD_VALUE):
        desk.does(ANNA, c.AddReport, report=a_report("R1", acquired_by="somebody.else"))


@pytest.mark.parametrize("again", [True, False], ids=["same bytes", "another report"])
def test_an_earlier_acquisition_moves_the_clock_back(again: bool) -> None:
    desk = Desk().named()
    earlier = NOW - 40 * MINUTE
    if again:
        came = {"report_id": "R1", "acquired_by": "joe.park", "received_from": "desk north"}
        desk.does(ANNA, c.ReceiveAgain, acquired_at=earlier, **came)
    else:
        desk.does(ANNA, c.AddReport, report=a_report("R2", acquired_at=earlier))
    triage = desk.runs(Clock.TRIAGE, "v1")
    assert triage
    assert triage.starts_at == earlier


def test_a_later_acquisition_moves_no_clock() -> None:
    desk = Desk().named()
    before = desk.case.deadlines
    desk.does(
        ANNA,
        c.ReceiveAgain,
        report_id="R1",
        acquired_at=NOW,
        acquired_by="joe.park",
        received_from="desk north",
    )
    assert desk.case.deadlines == before


def test_what_the_case_does_not_hold_is_refused() -> None:
    desk = Desk().named()
    with refused(Code.REPORT_UNKNOWN):
        desk.does(ANNA, c.SetTearline, report_id="R9", tearline="substance")
    with refused(Code.VICTIM_UNKNOWN):
        desk.does(ANNA, c.RecordFindings, victim_id="v9", findings=findings())


def test_findings_rest_only_on_reports_of_the_case() -> None:
    evidence = Evidence(report_id="R9", start=0, end=4, words="they")
    made = findings()
    resting = Findings(
        **{n.value: getattr(made, n.value) for n in made.answers() if n.value != "harm"},
        harm=Finding(answer=Answer.YES, basis="said so", evidence=(evidence,)),
    )
    with refused(Code.REPORT_UNKNOWN):
        Desk().named().does(ANNA, c.RecordFindings, victim_id="v1", findings=resting)


@pytest.mark.parametrize(
    ("made", "duty"),
    [
        (findings(), Duty.OWED),
        (not_owed(), Duty.NOT_OWED),
        (findings(credible=Answer.UNKNOWN), Duty.UNDECIDED),
        (findings(credible=Answer.NO), Duty.UNDECIDED),
    ],
)
def test_findings_are_recorded_with_what_the_pack_makes_of_them(made: Findings, duty: Duty) -> None:
    victim = Desk().found(made).case.victims["v1"]
    assert victim.duty is duty
    assert victim.clauses
    assert victim.analysts == {"anna.lind"}


def test_findings_that_may_owe_a_duty_unsettle_a_waiver() -> None:
    desk = Desk().waived().found(findings(credible=Answer.UNKNOWN))
    assert desk.case.victims["v1"].determination is None
    assert desk.due_in(Clock.DECISION, "v1") == HOUR


def test_a_new_report_sets_waivers_aside_and_leaves_warnings_standing() -> None:
    waived, warned = Desk().waived(), Desk().determined()
    for desk in (waived, warned):
        desk.does(ANNA, c.AddReport, report=a_report("R2"))
    assert waived.case.victims["v1"].determination is None
    assert warned.case.victims["v1"].determination


def test_a_new_report_reopens_a_closed_case() -> None:
    desk = Desk().found(not_owed()).determined(Matter.NO_DUTY).closed().waits(9 * DAY)
    desk.does(ANNA, c.AddReport, report=a_report("R2"))
    assert desk.case.is_open
    assert desk.case.victims["v1"].determination is None
    assert desk.due_in(Clock.DECISION, "v1") == HOUR
    assert desk.due_in(Clock.REVIEW) == 12 * HOUR


@pytest.mark.parametrize("news", ["a report", "findings"])
def test_a_waiver_proposed_before_the_news_cannot_be_confirmed_after_it(news: str) -> None:
    particulars = PARTICULARS["already_aware"]
    desk = Desk().proposed(Matter.WAIVE, ground="already_aware", particulars=particulars)
    if news == "a report":
        desk.does(ANNA, c.AddReport, report=a_report("R2"))
    else:
        desk.found()
    with refused(Code.NOTHING_PROPOSED):
        desk.does(CARLA, c.ConfirmDetermination, proposal_id="p1")


def test_a_proposal_to_warn_survives_a_new_report() -> None:
    desk = Desk().proposed()
    desk.does(ANNA, c.AddReport, report=a_report("R2"))
    desk.does(CARLA, c.ConfirmDetermination, proposal_id="p1")
    assert desk.case.victims["v1"].determination


def test_a_reply_needs_a_question() -> None:
    with refused(Code.ORIGINATOR_NOT_ASKED):
        Desk().opened().does(
            BEN, c.RecordOriginatorReply, report_id="R1", reply=OriginatorReply.CONSENTS, words="ok"
        )


def test_officers_are_admitted_with_a_reason_and_the_case_restricted() -> None:
    desk = Desk().opened()
    with refused(Code.PARTICULARS_MISSING):
        desk.does(ANNA, c.AdmitOfficer, officer_id="dmitri.vale", reason=" ")
    desk.does(ANNA, c.AdmitOfficer, officer_id="dmitri.vale", reason="second unit")
    desk.does(ANNA, c.RestrictCase, restricted=True, reason="a source is close")
    assert "dmitri.vale" in desk.case.members
    assert desk.case.restricted


def test_a_case_holds_a_bounded_number_of_victims_and_reports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tocsin.domain.deciding.intake.MOST_VICTIMS", 1)
    monkeypatch.setattr("tocsin.domain.deciding.intake.MOST_REPORTS", 1)
    desk = Desk().named()
    with refused(Code.BAD_VALUE):
        desk.does(ANNA, c.NameVictim, name="another", kind=VictimKind.PERSON)
    with refused(Code.BAD_VALUE):
        desk.does(ANNA, c.AddReport, report=a_report("R2"))


def test_on_a_closed_case_only_what_may_come_late_is_heard() -> None:
    desk = Desk().closed().waits(timedelta(days=1))
    with refused(Code.CASE_CLOSED):
        desk.named()
    desk.does(BEN, c.RecordRemark, words="I disagreed", dissent=True)
    assert not desk.case.is_open
