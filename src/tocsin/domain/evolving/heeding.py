"""Steps for warnings given to us and for subjects on watch."""

from dataclasses import replace
from typing import Any

from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.evolving.steps import on, put
from tocsin.domain.inbound import (
    Claim,
    ClaimTest,
    Inbound,
    Owed,
    SenderQuestion,
    SenderReply,
    Told,
    Watch,
)
from tocsin.domain.sighting import Sighting


@on(e.InboundRecorded)
def _(case: Case, event: e.InboundRecorded) -> Case:
    inbound = Inbound(
        inbound_id=event.inbound_id,
        report_id=event.report_id,
        sender=event.sender,
        contact_id=event.contact_id,
        received_at=event.received_at,
        recorded_at=event.at,
        path=event.path,
        answer_to=event.answer_to,
    )
    return replace(case, inbound=put(case.inbound, event.inbound_id, inbound))


def _inbound(case: Case, inbound_id: str, **changes: Any) -> Case:
    changed = replace(case.inbound[inbound_id], **changes)
    return replace(case, inbound=put(case.inbound, inbound_id, changed))


def _told(event: e.ReceiptGiven | e.SenderAnswered) -> Told:
    return Told(
        given_at=event.given_at,
        path=event.path,
        to_whom=event.to_whom,
        words=event.words,
        by=event.by,
    )


@on(e.ReceiptGiven)
def _(case: Case, event: e.ReceiptGiven) -> Case:
    receipts = (*case.inbound[event.inbound_id].receipts, _told(event))
    return _inbound(case, event.inbound_id, receipts=receipts)


@on(e.InboundOwnerNamed)
def _(case: Case, event: e.InboundOwnerNamed) -> Case:
    case = replace(case, members=case.members | {event.officer_id})
    return _inbound(case, event.inbound_id, owner=event.officer_id)


@on(e.ClaimNoted)
def _(case: Case, event: e.ClaimNoted) -> Case:
    claim = Claim(
        claim_id=event.claim_id,
        inbound_id=event.inbound_id,
        words=event.words,
        language=event.language,
    )
    return replace(case, claims=put(case.claims, event.claim_id, claim))


@on(e.ClaimTested)
def _(case: Case, event: e.ClaimTested) -> Case:
    claim = case.claims[event.claim_id]
    test = ClaimTest(how=event.how, result=event.result, by=event.by, at=event.at)
    tested = replace(claim, tests=(*claim.tests, test))
    return replace(case, claims=put(case.claims, event.claim_id, tested))


@on(e.ClaimLeftUntested)
def _(case: Case, event: e.ClaimLeftUntested) -> Case:
    claim = replace(case.claims[event.claim_id], untested_because=event.reason)
    return replace(case, claims=put(case.claims, event.claim_id, claim))


@on(e.SenderAsked)
def _(case: Case, event: e.SenderAsked) -> Case:
    question = SenderQuestion(
        question_id=event.question_id,
        inbound_id=event.inbound_id,
        question=event.question,
        asked_at=event.at,
        due_at=event.due_at,
    )
    return replace(case, questions=put(case.questions, event.question_id, question))


def _question(case: Case, question_id: str, **changes: Any) -> Case:
    changed = replace(case.questions[question_id], **changes)
    return replace(case, questions=put(case.questions, question_id, changed))


@on(e.SenderAskedAgain)
def _(case: Case, event: e.SenderAskedAgain) -> Case:
    return _question(
        case,
        event.question_id,
        asked_at=event.at,
        due_at=event.due_at,
        times=case.questions[event.question_id].times + 1,
        without="",
    )


@on(e.SenderReplied)
def _(case: Case, event: e.SenderReplied) -> Case:
    reply = SenderReply(words=event.words, replied_at=event.replied_at, by=event.by)
    replies = (*case.questions[event.question_id].replies, reply)
    return _question(case, event.question_id, replies=replies)


@on(e.WentOnWithoutReply)
def _(case: Case, event: e.WentOnWithoutReply) -> Case:
    return _question(case, event.question_id, without=event.reason)


def silent(case: Case, question_id: str) -> Case:
    """The case with the sender's silence on a question counted."""
    return _question(case, question_id, silences=case.questions[question_id].silences + 1)


@on(e.AnswerReleased)
def _(case: Case, event: e.AnswerReleased) -> Case:
    return _inbound(case, event.inbound_id, released_answer=event.words)


@on(e.SenderAnswered)
def _(case: Case, event: e.SenderAnswered) -> Case:
    answers = (*case.inbound[event.inbound_id].answers, _told(event))
    return _inbound(case, event.inbound_id, answers=answers)


@on(e.SenderLeftUnanswered)
def _(case: Case, event: e.SenderLeftUnanswered) -> Case:
    name = "no_receipt" if event.owed is Owed.RECEIPT else "no_answer"
    return _inbound(case, event.inbound_id, **{name: event.reason})


@on(e.WatchBegun)
def _(case: Case, event: e.WatchBegun) -> Case:
    watch = Watch(
        watch_id=event.watch_id,
        names=event.names,
        births=event.births,
        identifiers=event.identifiers,
        reason=event.reason,
        inbound_id=event.inbound_id,
        begun_at=event.at,
        reviewed_at=event.at,
        review_at=event.review_at,
    )
    return replace(case, watches=put(case.watches, event.watch_id, watch))


def _watch(case: Case, watch_id: str, **changes: Any) -> Case:
    changed = replace(case.watches[watch_id], **changes)
    return replace(case, watches=put(case.watches, watch_id, changed))


@on(e.WatchWidened)
def _(case: Case, event: e.WatchWidened) -> Case:
    watch = case.watches[event.watch_id]
    return _watch(
        case,
        event.watch_id,
        names=(*watch.names, *event.names),
        births=(*watch.births, *event.births),
        identifiers=(*watch.identifiers, *event.identifiers),
    )


@on(e.WatchRenewed)
def _(case: Case, event: e.WatchRenewed) -> Case:
    sightings = {
        one.sighting_id: replace(
            one, reason=event.reason, answered_at=event.at, answered_by=event.by
        )
        if one.waits and one.by_whole_name
        else one
        for one in case.watches[event.watch_id].sightings.values()
    }
    return _watch(
        case,
        event.watch_id,
        reviewed_at=event.at,
        review_at=event.review_at,
        sightings=sightings,
    )


@on(e.WatchEnded)
def _(case: Case, event: e.WatchEnded) -> Case:
    return _watch(case, event.watch_id, ended_at=event.at, ended_because=event.reason)


@on(e.SubjectSighted)
def _(case: Case, event: e.SubjectSighted) -> Case:
    known = case.watches[event.watch_id].sightings
    sighting = Sighting(
        sighting_id=event.sighting_id or f"h{len(known) + 1}",  # it had none before names compared
        report_id=event.report_id,
        list_id=event.list_id,
        row=event.row,
        found=event.found,
        identifiers=event.identifiers,
        at=event.at,
    )
    return _watch(case, event.watch_id, sightings=put(known, sighting.sighting_id, sighting))


@on(e.SightingAnswered)
def _(case: Case, event: e.SightingAnswered) -> Case:
    known = case.watches[event.watch_id].sightings
    answered = replace(
        known[event.sighting_id],
        answer=event.answer,
        reason=event.reason,
        answered_at=event.at,
        answered_by=event.by,
    )
    return _watch(case, event.watch_id, sightings=put(known, event.sighting_id, answered))
