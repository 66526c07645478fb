"""A warning given to us is an obligation, and silence neither meets nor ends it."""

from datetime import timedelta

import pytest

from tests.builders import ANNA, BEN, CARLA, DAY, EVA, GRETA, HOUR, MINUTE, NOW, Desk, refused
from tests.domain.warned import (
    CLAIMS,
    answered,
    asked,
    checked,
    excused,
    owned,
    receipted,
    warned,
    watched,
)
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import Role
from tocsin.domain.deciding.follow_up import blanks
from tocsin.domain.duty import Clock
from tocsin.domain.inbound import ClaimResult, ClaimState, Inbound, Owed
from tocsin.domain.plans import Answered, Call, react
from tocsin.domain.refusal import Code


def clocks(desk: Desk) -> set[tuple[Clock, str]]:
    ours = (Clock.INBOUND_RECEIPT, Clock.INBOUND_OWNER, Clock.SENDER_REPLY)
    return {(one.clock, one.subject) for one in desk.case.deadlines.values() if one.clock in ours}


def test_a_warning_given_to_us_runs_a_clock_for_a_receipt_and_one_for_an_owner() -> None:
    desk = warned()
    assert clocks(desk) == {(Clock.INBOUND_RECEIPT, "i1"), (Clock.INBOUND_OWNER, "i1")}
    assert desk.due_in(Clock.INBOUND_RECEIPT, "i1") == -15 * MINUTE  # since it reached us
    assert desk.due_in(Clock.INBOUND_OWNER, "i1") == 15 * MINUTE
    assert clocks(receipted(desk)) == {(Clock.INBOUND_OWNER, "i1")}
    assert clocks(owned(desk)) == set()
    assert GRETA.actor_id in desk.case.members


def test_its_claims_stand_in_their_own_words_and_order() -> None:
    desk = warned()
    desk.does(ANNA, c.NoteClaim, inbound_id="i1", words=" 2 гранаты ", language="ru")
    assert [one.words for one in desk.case.claims.values()] == [*CLAIMS, "2 гранаты"]
    assert {one.state for one in desk.case.claims.values()} == {ClaimState.UNTESTED}


def test_nothing_says_whether_the_sender_is_a_friend() -> None:
    fields = set(Inbound.__dataclass_fields__) | set(c.RecordInbound.__dataclass_fields__)
    assert not fields & {"friend", "foe", "ally", "adversary", "nationality", "state", "trust"}


def test_the_same_report_from_the_same_sender_is_one_obligation_and_from_another_two() -> None:
    desk = warned()
    with refused(Code.INBOUND_KNOWN):
        warned(desk, sender="THE LIAISON OFFICE of Ostmark")
    assert list(warned(desk, sender="A caller", answer_to="").case.inbound) == ["i1", "i2"]
    assert list(desk.case.claims) == ["c1", "c2", "c3", "c4"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"report_id": "R9"}, Code.REPORT_UNKNOWN),
        ({"received_at": NOW + HOUR}, Code.TIME_IN_FUTURE),
        ({"sender": " "}, Code.PARTICULARS_MISSING),
        ({"path": ""}, Code.PARTICULARS_MISSING),
        ({"claims": ("",)}, Code.PARTICULARS_MISSING),
        ({"claims": ("x",) * 1_001}, Code.BAD_VALUE),
    ],
)
def test_a_warning_without_sender_path_report_or_claims_of_its_own_is_refused(
    changes: dict[str, object], code: Code
) -> None:
    desk = Desk().opened()
    with refused(code):
        warned(desk, **changes)


def test_a_warning_recorded_in_a_closed_case_reopens_it() -> None:
    desk = warned(Desk().closed())
    assert desk.case.is_open
    assert clocks(desk) == {(Clock.INBOUND_RECEIPT, "i1"), (Clock.INBOUND_OWNER, "i1")}


def test_an_owner_gives_way_to_another_with_a_reason_and_never_to_nobody() -> None:
    desk = owned(warned())
    with refused(Code.PARTICULARS_MISSING):
        owned(desk, BEN.actor_id)
    with refused(Code.PARTICULARS_MISSING):
        owned(desk, " ", reason="nobody has time")
    owned(desk, BEN.actor_id, reason="she is on leave")
    assert desk.case.inbound["i1"].owner == BEN.actor_id
    assert desk.does(BEN, c.NameInboundOwner, inbound_id="i1", officer_id=BEN.actor_id) == []


def test_every_test_of_a_claim_stays_and_one_not_tested_says_why() -> None:
    desk = checked(warned(), "c1", result=ClaimResult.CONTRADICTED)
    checked(desk, "c1", result=ClaimResult.BORNE_OUT)
    results = [one.result for one in desk.case.claims["c1"].tests]
    assert results == [ClaimResult.CONTRADICTED, ClaimResult.BORNE_OUT]
    with refused(Code.CLAIM_TESTED):
        desk.does(ANNA, c.LeaveClaimUntested, claim_id="c1", reason="old")
    with refused(Code.PARTICULARS_MISSING):
        desk.does(ANNA, c.LeaveClaimUntested, claim_id="c2", reason="")
    desk.does(ANNA, c.LeaveClaimUntested, claim_id="c2", reason="the camp is gone")
    assert desk.case.claims["c2"].state is ClaimState.EXPLAINED
    assert checked(desk, "c2").case.claims["c2"].state is ClaimState.TESTED


def test_silence_on_a_question_goes_on_the_record_and_asks_for_the_next_step() -> None:
    desk = asked(warned(), hours=48)
    assert desk.due_in(Clock.SENDER_REPLY, "q1") == 48 * HOUR
    with refused(Code.REPLY_NOT_OVERDUE):
        desk.does(BEN, c.GoOnWithoutReply, question_id="q1", reason="no time")
    new = desk.waits(48 * HOUR).lapses()
    assert any(isinstance(one, e.DeadlineLapsed) and one.subject == "q1" for one in new)
    assert (desk.case.questions["q1"].silences, desk.case.questions["q1"].waits) == (1, True)
    again = desk.runs(Clock.SENDER_REPLY, "q1")
    assert again
    assert (again.level, again.due_at > desk.now) == (1, True)
    desk.does(BEN, c.GoOnWithoutReply, question_id="q1", reason="they never answer")
    assert not desk.runs(Clock.SENDER_REPLY, "q1")


def test_a_question_asked_again_has_its_new_time_and_keeps_how_long_it_has_escalated() -> None:
    desk = asked(warned(), hours=1).waits(HOUR)
    desk.lapses()
    desk.does(ANNA, c.AskSenderAgain, question_id="q1", due_at=desk.now + DAY)
    question = desk.case.questions["q1"]
    assert (question.times, question.silences) == (2, 1)
    assert desk.due_in(Clock.SENDER_REPLY, "q1") == DAY
    running = desk.runs(Clock.SENDER_REPLY, "q1")
    assert running
    assert running.level == 1


@pytest.mark.parametrize("wrong", [timedelta(0), -HOUR, 367 * DAY])
def test_a_due_time_lies_ahead_and_within_a_year(wrong: timedelta) -> None:
    desk = warned()
    with refused(Code.BAD_VALUE):
        desk.does(ANNA, c.AskSender, inbound_id="i1", question="When?", due_at=desk.now + wrong)


def test_an_answer_counts_however_late_and_opens_a_closed_case() -> None:
    desk = excused(checked(owned(receipted(asked(warned(Desk().stood_down()), hours=1)))))
    desk.waits(HOUR).lapses()
    desk.does(BEN, c.GoOnWithoutReply, question_id="q1", reason="they never answer")
    desk.closed().waits(90 * DAY)
    reply = {"words": "His cousin.", "replied_at": desk.now}
    desk.does(ANNA, c.RecordSenderReply, question_id="q1", **reply)
    assert desk.case.is_open
    with refused(Code.QUESTION_ANSWERED):
        desk.does(ANNA, c.AskSenderAgain, question_id="q1", due_at=desk.now + DAY)


def test_a_case_is_not_closed_while_anything_is_owed_to_the_sender() -> None:
    desk = asked(warned(Desk().stood_down()), hours=1)
    owed = [
        "warning i1 given to us: no receipt is given",
        "warning i1 given to us: nobody owns it",
        "warning i1 given to us: its sender is not answered",
        "claim c1: it is neither tested nor explained",
        "claim c2: it is neither tested nor explained",
        "question q1: there is neither an answer nor a reason to go on without",
    ]
    assert blanks(desk.case) == owed
    with refused(Code.CASE_HAS_BLANKS):
        desk.does(BEN, c.ProposeClosing, reason="enough")
    answered(checked(owned(receipted(desk))))
    assert blanks(desk.case) == owed[-1:]
    desk.does(ANNA, c.RecordSenderReply, question_id="q1", words="None.", replied_at=desk.now)
    assert not desk.closed().case.is_open


def test_whoever_gets_no_receipt_and_no_answer_gets_none_for_a_recorded_reason() -> None:
    desk = excused(warned(answer_to=""), Owed.RECEIPT)
    assert not desk.runs(Clock.INBOUND_RECEIPT, "i1")
    with refused(Code.BAD_VALUE):
        excused(desk, Owed.RECEIPT)
    assert "its sender is not answered" in " ".join(blanks(desk.case))
    excused(desk)
    assert "its sender is not answered" not in " ".join(blanks(desk.case))


def test_an_answer_leaves_in_words_that_another_officer_released() -> None:
    desk = owned(warned())
    told = {"given_at": desk.now, "path": "a letter", "to_whom": "the liaison office"}
    with refused(Code.ANSWER_NOT_RELEASED):
        desk.does(ANNA, c.GiveAnswer, inbound_id="i1", **told)
    desk.does(EVA, c.ProposeAnswer, inbound_id="i1", words="We asked him.")
    with refused(Code.SAME_OFFICER):
        desk.does(EVA, c.ConfirmAnswer, proposal_id="p1")
    with refused(Code.ALREADY_PROPOSED):
        desk.does(ANNA, c.ProposeAnswer, inbound_id="i1", words="We did not.")
    desk.does(EVA, c.ReturnAnswer, proposal_id="p1", reason="too much")
    assert answered(desk).case.inbound["i1"].answers[0].words == "We have looked and found nothing."


def test_who_must_act_is_called_and_called_no_more_once_it_is_done() -> None:
    desk = warned()
    (recorded, *_) = (one for one in desk.happened if isinstance(one, e.InboundRecorded))
    called = {one.role for one in react(recorded, desk.case) if isinstance(one, Call)}
    assert called == {Role.DETERMINING_OFFICER}
    (named, *_) = desk.does(BEN, c.NameInboundOwner, inbound_id="i1", officer_id=GRETA.actor_id)
    plans = list(react(named, desk.case))
    assert [one.officer_id for one in plans if isinstance(one, Call)] == [GRETA.actor_id]
    excuse = excused(desk) and desk.happened[-1]
    assert Answered(topic="heed:i1") in list(react(excuse, desk.case))
    desk.does(GRETA, c.ProposeAnswer, inbound_id="i1", words="Thank you.")
    assert {one.role for one in react(desk.happened[-1], desk.case) if isinstance(one, Call)} == {
        Role.RELEASE_AUTHORITY
    }
    lapsed = [
        one for one in desk.waits(HOUR).lapses()
        if isinstance(one, e.DeadlineLapsed) and one.clock is Clock.INBOUND_RECEIPT
    ]  # fmt: skip
    owner = [one.officer_id for one in react(lapsed[0], desk.case) if isinstance(one, Call)]
    assert GRETA.actor_id in owner


def test_a_year_of_silence_ends_nothing() -> None:
    desk = watched(asked(owned(warned())))
    before = (desk.case.inbound, dict(desk.case.claims), desk.case.live_watches)
    for _ in range(20):
        desk.waits(20 * DAY).lapses()
    case = desk.case
    assert (case.inbound, dict(case.claims), case.live_watches) == before
    assert case.questions["q1"].waits
    assert case.questions["q1"].silences == 20 - 0
    assert {Clock.INBOUND_RECEIPT, Clock.SENDER_REPLY, Clock.WATCH_REVIEW} <= {
        one.clock for one in case.deadlines.values()
    }
    assert CARLA.actor_id not in case.members
