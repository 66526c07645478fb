"""The history in plain words: a sentence for every kind of event, and bells without names."""

from functools import cache

import pytest

from tests.builders import (
    ANNA,
    BEN,
    CARLA,
    EVA,
    FINN,
    GRETA,
    HOUR,
    NOW,
    PARTICULARS,
    RECIPIENT,
    Desk,
    a_report,
)
from tests.domain.correcting import correcting
from tests.domain.heeding import BIRTH
from tests.domain.publicly import cancels, confirms, prepares
from tests.domain.telling import Telling
from tests.domain.warned import (
    answered,
    asked,
    checked,
    ended,
    excused,
    owned,
    receipted,
    warned,
    watched,
)
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM, Role
from tocsin.domain.case import Case
from tocsin.domain.delivering import Receipt
from tocsin.domain.dispatching import Audience, Ended
from tocsin.domain.evolving import evolve
from tocsin.domain.findings import Urgency
from tocsin.domain.inbound import ClaimResult, Owed
from tocsin.domain.kinds import Matter, Method, OriginatorReply, ReactionKind
from tocsin.domain.narrate import narrate
from tocsin.domain.plans import Answered, Call, CancelJob, PlanJob, react
from tocsin.domain.sighting import SightingAnswer, alike


def the_list(desk: Desk) -> None:
    """A dispatch to four: a worker dies, one is reached, one is not; then it is stopped."""
    desk.also["audience"] = Audience(unit="east", members="1-4", sha256="0" * 64, batch=2)
    desk.does(FINN, c.PlanDispatch, warning_id="w1", list_id="L-1", method=Method.EMAIL)
    dispatch = {"dispatch_id": "7F3K-l1"}
    desk.does(SYSTEM, c.WorkBatches, **dispatch, begins=(1,))
    desk.does(SYSTEM, c.WorkBatches, **dispatch, begins=(1,))
    ended = Ended(batch=1, attempt=2, handed_over="1", passing="2")
    desk.does(SYSTEM, c.WorkBatches, **dispatch, ended=(ended,))
    desk.does(SYSTEM, c.RecordBatchReceipts, **dispatch, undeliverable="1")
    desk.does(FINN, c.CancelDispatch, **dispatch, reason="the wrong list")


def the_warning_to_us(desk: Desk) -> None:
    """A warning given to us, from its receipt to the answer, and a watch from end to end."""
    excused(owned(receipted(asked(warned(desk), hours=1))), Owed.ANSWER)
    checked(desk, "c1", result=ClaimResult.BORNE_OUT)
    desk.does(ANNA, c.LeaveClaimUntested, claim_id="c2", reason="the camp is gone")
    desk.does(ANNA, c.AskSenderAgain, question_id="q1", due_at=desk.now + HOUR)
    desk.waits(HOUR).lapses()
    desk.does(BEN, c.GoOnWithoutReply, question_id="q1", reason="they keep silent")
    desk.does(ANNA, c.RecordSenderReply, question_id="q1", words="Nobody.", replied_at=desk.now)
    watched(answered(desk), births=(BIRTH,), identifiers=())
    more = {"names": ("T. Karelin",), "reason": "a second letter"}
    desk.does(ANNA, c.WidenWatch, watch_id="s1", **more)
    desk.does(SYSTEM, c.RecordSighting, watch_id="s1", report_id="R-9")
    found = {"found": (alike("T. Karelin", "Тимур Карелин", 0.97),), "identifiers": ("P 1",)}
    desk.does(SYSTEM, c.RecordSighting, watch_id="s1", list_id="5e1f", row=7, **found)
    for answer in (SightingAnswer.CANNOT_TELL, SightingAnswer.NOT_SAME):
        given = {"sighting_id": "h2", "answer": answer, "reason": "asked"}
        desk.does(ANNA, c.AnswerSighting, watch_id="s1", **given)
    desk.does(ANNA, c.RenewWatch, watch_id="s1", reason="seen", review_at=desk.now + HOUR)
    ended(desk)


def the_long_road() -> Desk:
    """A case in which everything that can happen does."""
    orcon = a_report(originator="desk north", originator_controls=("ORCON",))
    desk = Desk(policy=Telling()).opened(orcon).found().waits(HOUR)
    desk.lapses()
    came = {"acquired_at": NOW, "acquired_by": "joe.park", "received_from": "desk west"}
    desk.does(ANNA, c.ReceiveAgain, report_id="R1", **came)
    desk.does(ANNA, c.SetTearline, report_id="R1", tearline="An attack is being prepared.")
    desk.does(ANNA, c.CorrectReading, **correcting())
    desk.does(ANNA, c.SetUrgency, urgency=Urgency.IMMINENT, reason="tonight")
    desk.does(ANNA, c.AdmitOfficer, officer_id="dmitri.vale", reason="second unit")
    desk.does(ANNA, c.RestrictCase, restricted=True, reason="a source is close")
    desk.does(BEN, c.AskOriginator, report_id="R1", question="May we?")
    reply = OriginatorReply.CONSENTS
    desk.does(BEN, c.RecordOriginatorReply, report_id="R1", reply=reply, words="yes")
    desk.proposed()
    desk.does(CARLA, c.RejectDetermination, proposal_id="p1", reason="say more")
    ground = "already_aware"
    desk.proposed(Matter.WAIVE, ground=ground, particulars=PARTICULARS[ground])
    desk.does(CARLA, c.ConfirmDetermination, proposal_id="p2")
    desk.does(ANNA, c.AddReport, report=a_report("R2"))
    desk.does(BEN, c.WarnAlone, victim_id="v1", reason="it is now")
    desk.does(CARLA, c.ReviewBreakGlass, victim_id="v1", upheld=True, words="rightly")
    desk.drafted()
    desk.does(EVA, c.ReturnWarning, warning_id="w1", reason="say where")
    desk.drafted(warning_id="w1")
    desk.releases("w1")
    return _brought(desk)


def _brought(desk: Desk) -> Desk:
    prepares(desk)
    confirms(desk)
    cancels(desk)
    failing, given_up = desk.planned(), desk.planned()
    desk.attempted(failing, "unknown", detail="no answer")
    desk.attempted(failing, "permanent", reason="bounced")
    desk.does(FINN, c.CancelDelivery, delivery_id=given_up, reason="wrong mailbox")
    desk.attests(desk.planned(Method.IN_PERSON))
    answered = {"requirement": "police", "reason": "they are the threat"}
    desk.does(BEN, c.AnswerRequirement, victim_id="v1", **answered)
    delivery_id = desk.handed_over()
    receipt = {"receipt": Receipt.DELIVERED, "provider_id": "q-1"}
    desk.does(SYSTEM, c.RecordReceipt, delivery_id=delivery_id, **receipt)
    pause = {"until": desk.now + HOUR, "reason": "she is on a flight"}
    desk.does(FINN, c.PauseChasing, delivery_id=delivery_id, **pause)
    desk.does(FINN, c.ResumeChasing, delivery_id=delivery_id, reason="she has landed")
    recipient_id = desk.recipient(Method.VOICE)
    desk.does(FINN, c.PlanDeliveries, warning_id="w1", recipient_ids=(recipient_id,))
    desk.attests(list(desk.case.deliveries)[-1])
    the_list(desk)
    desk.does(RECIPIENT, c.Visit, delivery_id=delivery_id)
    desk.does(RECIPIENT, c.Acknowledge, delivery_id=delivery_id)
    desk.does(BEN, c.RecordReview, words="all is done")
    for one in desk.case.deliveries:
        desk.acted(one)
    desk.does(GRETA, c.RecordRemark, words="I would have gone earlier", dissent=True)
    the_warning_to_us(desk)
    desk.stood_down().closed()
    question = ReactionKind.QUESTION
    desk.does(RECIPIENT, c.React, delivery_id=delivery_id, kind=question, words="Is it over?")
    desk.acted(delivery_id)
    desk.closed()
    desk.does(BEN, c.PlaceLegalHold, authority="Court order 7", reason="an appeal")
    desk.does(CARLA, c.LiftLegalHold, hold_id="H1", reason="the appeal is decided")
    desk.does(BEN, c.ProposeDestruction, authority="Archive law 12", reason="ten years are over")
    desk.does(CARLA, c.ConfirmDestruction, proposal_id=desk.last_proposal)
    return desk


@cache
def told() -> list[tuple[e.Event, Case, str]]:
    case, lines = None, []
    for event in the_long_road().happened:
        case = evolve(case, [event])
        lines.append((event, case, narrate(event, case)))
    return lines


def test_every_kind_of_event_has_words() -> None:
    assert {type(event) for event, _, _ in told()} == set(e.EVENTS.values())
    for _, _, words in told():
        assert len(words) > 10
        assert "None" not in words
        assert "<" not in words


def test_an_event_that_nobody_has_words_for_is_a_bug() -> None:
    class Unheard(e.Event):
        pass

    with pytest.raises(ValueError, match="no words"):
        narrate(Unheard(by="x", at=NOW), told()[0][1])


@pytest.mark.parametrize(
    "sentence",
    [
        "Report R1 came once more, from desk west.",
        "Of report R1, passages were labelled: 2, 1 of them as reading (rules/1) had.",
        "Lapsed, undecided: nobody gave a determination (v1); escalated, level 1.",
        "Proposal p1 was rejected: say more",
        "The determination for v1 no longer stands: a new report was received.",
        "Attempt 1 of 7F3K-d1 began; its outcome is open.",
        "Attempt 1 of 7F3K-d4 was handed over to the channel; nobody has confirmed it.",
        "The page of 7F3K-d4 was opened. That is no confirmation.",
        "Dispatch 7F3K-l1 of warning w1 to list L-1 (email, 4 members) was planned.",
        "Attempt 2 at batch 1 of 7F3K-l1 began; its outcome is open.",
        "Of 7F3K-l1 the channel reports 0 delivered, 0 displayed, 1 undeliverable.",
        "Dissent: I would have gone earlier",
        "Claim c1 of i1 (ru): Тимур Карелин ist nach Norden gereist",
        "Claim c1 was tested, borne out: asked his landlord",
        "Claim c2 is not tested: the camp is gone",
        "Lapsed, undecided: nobody gave the answer of whoever warned us (q1); escalated, level 1.",
        "No answer to q1; we go on without: they keep silent",
        "Whoever gave us i1 gets no answer: no way back",
        "Timur Karelin / Тимур Карелин, born 1986 (low confidence) went on watch as s1: warned of",
        "To watch s1 was added T. Karelin: a second letter",
        "Proposal p4, to answer whoever warned us: We have looked and found nothing.",
        "Report R-9 names the subject of watch s1.",
        "The watch s1 on Timur Karelin was ended: he is another man",
        "Publication n1 was cancelled in public as T-1-over: a false alarm",
        "The case was reopened: the recipient asks a question.",
        "Legal hold H1 was placed on the authority of Court order 7: an appeal",
        "Legal hold H1 was lifted: the appeal is decided",
        "Proposal p9, to destroy the case on the authority of Archive law 12: ten years are over",
    ],
)
def test_the_history_reads_so(sentence: str) -> None:
    assert sentence in [words for _, _, words in told()]


# Jobs and calls


def plans(kind: type[e.Event]) -> list[object]:
    return [plan for event, case, _ in told() if type(event) is kind for plan in react(event, case)]


def test_every_deadline_set_is_a_job_and_every_deadline_met_cancels_it() -> None:
    jobs = {plan.key: plan for plan in plans(e.DeadlineSet) if isinstance(plan, PlanJob)}
    cancelled = {plan.key for plan in plans(e.DeadlineMet) if isinstance(plan, CancelJob)}
    assert len(jobs) == len(plans(e.DeadlineSet))
    assert cancelled < set(jobs)
    for event, _, _ in told():
        if isinstance(event, e.DeadlineSet):
            assert jobs[f"7F3K!{event.number}"].due == event.due_at


def test_no_job_has_the_key_of_another() -> None:
    keys = [
        plan.key
        for event, case, _ in told()
        for plan in react(event, case)
        if isinstance(plan, PlanJob)
    ]
    assert len(keys) == len(set(keys))


def test_mail_is_attempted_at_once_and_again_and_a_meeting_is_nobodys_job() -> None:
    planned = [plan for plan in plans(e.DeliveryPlanned) if isinstance(plan, PlanJob)]
    assert [plan.key for plan in planned if plan.kind == "attempt"] == [
        "7F3K-d1#1",
        "7F3K-d2#1",
        "7F3K-d4#1",
    ]
    assert [plan.subject for plan in planned if plan.kind == "ring"] == ["deliverer"] * 2
    assert [plan.key for plan in plans(e.AttemptOutcomeUnknown)] == ["7F3K-d1#2"]
    assert plans(e.DeliveryCancelled) == [
        CancelJob(key="7F3K-d2#1"),
        Answered(topic="bring:7F3K-d2"),
    ]


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (e.WarnedAlone, Role.DETERMINING_OFFICER),
        (e.Proposed, Role.DETERMINING_OFFICER),
        (e.DeadlineLapsed, Role.DETERMINING_OFFICER),
        (e.WarningDrafted, Role.RELEASE_AUTHORITY),
        (e.AttemptFailed, Role.FOLLOW_UP_OWNER),
        (e.ReactionRecorded, Role.FOLLOW_UP_OWNER),
    ],
)
def test_what_waits_for_somebody_calls_them(kind: type[e.Event], role: Role) -> None:
    assert role in {plan.role for plan in plans(kind) if isinstance(plan, Call)}


def test_a_second_lapse_calls_the_inspector() -> None:
    desk = Desk().found()
    for expected in (False, True):
        called = {
            plan.role
            for event in desk.waits(2 * HOUR).lapses()
            for plan in react(event, desk.case)
            if isinstance(plan, Call)
        }
        assert (Role.INSPECTOR in called) is expected


def test_a_proposal_that_the_news_has_overtaken_calls_nobody_any_more() -> None:
    desk = Desk().proposed(
        Matter.WAIVE, ground="already_aware", particulars=PARTICULARS["already_aware"]
    )
    (received, *_) = desk.does(ANNA, c.AddReport, report=a_report("R2"))
    assert Answered(topic="proposal:p1") in list(react(received, desk.case))


def test_no_call_carries_names_or_threat_words() -> None:
    calls = [plan for event, case, _ in told() for plan in react(event, case)]
    for secret in ("Visitors", "concert", "manager", "hall", "hugo", "Is it over", "Karelin"):
        assert secret not in repr(calls)
