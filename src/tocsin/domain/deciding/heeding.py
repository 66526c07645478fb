"""Decisions on a warning given to us. It is owed an answer, whoever gave it."""

from datetime import datetime, timedelta

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case, Proposal
from tocsin.domain.deciding.context import (
    Context,
    about,
    confirmed,
    decides,
    proposed,
    said,
    the_claim,
    the_inbound,
    the_open_proposal,
    the_question,
    two_people,
)
from tocsin.domain.deciding.intake import not_in_future, the_report
from tocsin.domain.inbound import Owed, SenderQuestion, untested
from tocsin.domain.kinds import Matter
from tocsin.domain.refusal import Code, refuse

MOST_INBOUND, MOST_CLAIMS, MOST_QUESTIONS = 100, 1_000, 1_000
LONGEST_LINE, LONGEST_TAG = 500, 35
LONGEST_AHEAD = timedelta(days=366)


def bounded(count: int, most: int, noun: str) -> None:
    if count > most:
        refuse(
            Code.BAD_VALUE,
            f"Nothing was recorded: a case holds at most {most:,} {noun}.",
            "Open another case for what is more.",
        )


def ahead(at: datetime, ctx: Context, noun: str) -> datetime:
    """A time to come, within a year: a clock that is put off for ever is none."""
    if not ctx.now < at <= ctx.now + LONGEST_AHEAD:
        refuse(
            Code.BAD_VALUE,
            f"Nothing was recorded: {noun} must lie ahead, within 366 days.",
            "Give a date and a time to come.",
        )
    return at


def _line(words: str, noun: str) -> str:
    return said(words, noun, LONGEST_LINE)


def _optional(words: str, noun: str, longest: int = LONGEST_LINE) -> str:
    return said(words, noun, longest) if words.strip() else ""


@decides(c.RecordInbound, on_closed=True)
def record_inbound(case: Case, command: c.RecordInbound, ctx: Context) -> list[e.Event]:
    report = the_report(case, command.report_id)
    not_in_future(command.received_at, ctx, "the time at which we were warned")
    sender = _line(command.sender, "who warned us")
    if any(
        (one.report_id, one.sender.casefold()) == (report.report_id, sender.casefold())
        for one in case.inbound.values()
    ):
        refuse(
            Code.INBOUND_KNOWN,
            "Nothing was recorded: this report stands as a warning from this sender already.",
            "Add claims and questions to that one.",
        )
    bounded(len(case.inbound) + 1, MOST_INBOUND, "warnings given to us")
    inbound_id = f"i{len(case.inbound) + 1}"
    happened: list[e.Event] = [
        e.InboundRecorded(
            **ctx.stamp,
            inbound_id=inbound_id,
            report_id=report.report_id,
            sender=sender,
            contact_id=_optional(command.contact_id, "the contact's number"),
            received_at=command.received_at,
            path=_line(command.path, "the path by which it came"),
            answer_to=_optional(command.answer_to, "where to answer"),
        )
    ]
    if not case.is_open:
        happened.append(e.CaseReopened(**ctx.stamp, reason="a warning given to us was recorded"))
    return happened + _claims(case, inbound_id, command.claims, command.language, ctx)


def _claims(
    case: Case, inbound_id: str, claims: tuple[str, ...], language: str, ctx: Context
) -> list[e.Event]:
    bounded(len(case.claims) + len(claims), MOST_CLAIMS, "claims")
    language = _optional(language, "the language", LONGEST_TAG)
    return [
        e.ClaimNoted(
            **ctx.stamp,
            claim_id=f"c{number}",
            inbound_id=inbound_id,
            words=said(words, "the claim's own words"),
            language=language,
        )
        for number, words in enumerate(claims, len(case.claims) + 1)
    ]


@decides(c.NoteClaim)
def note_claim(case: Case, command: c.NoteClaim, ctx: Context) -> list[e.Event]:
    inbound = the_inbound(case, command.inbound_id)
    return _claims(case, inbound.inbound_id, (command.words,), command.language, ctx)


@decides(c.GiveReceipt)
def give_receipt(case: Case, command: c.GiveReceipt, ctx: Context) -> list[e.Event]:
    inbound = the_inbound(case, command.inbound_id)
    not_in_future(command.given_at, ctx, "the time of the receipt")
    return [
        e.ReceiptGiven(
            **ctx.stamp,
            inbound_id=inbound.inbound_id,
            given_at=command.given_at,
            path=_line(command.path, "the way it was given"),
            to_whom=_line(command.to_whom, "to whom it was given"),
            words=said(command.words, "the words of the receipt"),
        )
    ]


@decides(c.NameInboundOwner)
def name_inbound_owner(case: Case, command: c.NameInboundOwner, ctx: Context) -> list[e.Event]:
    """Somebody, always: an owner gives way to another, never to nobody."""
    inbound = the_inbound(case, command.inbound_id)
    officer_id = said(command.officer_id, "an officer", 100)
    if officer_id == inbound.owner:
        return []
    words = "a reason for the change"
    reason = said(command.reason, words) if inbound.owner else _optional(command.reason, words)
    return [
        e.InboundOwnerNamed(
            **ctx.stamp, inbound_id=inbound.inbound_id, officer_id=officer_id, reason=reason
        )
    ]


@decides(c.RecordClaimTest)
def record_claim_test(case: Case, command: c.RecordClaimTest, ctx: Context) -> list[e.Event]:
    """As often as it is tested; the newest result stands, the others stay."""
    claim = the_claim(case, command.claim_id)
    how = said(command.how, "how the claim was tested")
    return [e.ClaimTested(**ctx.stamp, claim_id=claim.claim_id, how=how, result=command.result)]


@decides(c.LeaveClaimUntested)
def leave_claim(case: Case, command: c.LeaveClaimUntested, ctx: Context) -> list[e.Event]:
    claim = the_claim(case, command.claim_id)
    if claim.tests:
        refuse(
            Code.CLAIM_TESTED,
            "Nothing was recorded: this claim has been tested.",
            "Record another test; what the first one showed stays.",
        )
    reason = said(command.reason, "why it is not tested")
    return [e.ClaimLeftUntested(**ctx.stamp, claim_id=claim.claim_id, reason=reason)]


@decides(c.AskSender)
def ask_sender(case: Case, command: c.AskSender, ctx: Context) -> list[e.Event]:
    inbound = the_inbound(case, command.inbound_id)
    bounded(len(case.questions) + 1, MOST_QUESTIONS, "questions")
    return [
        e.SenderAsked(
            **ctx.stamp,
            question_id=f"q{len(case.questions) + 1}",
            inbound_id=inbound.inbound_id,
            question=said(command.question, "the question"),
            due_at=ahead(command.due_at, ctx, "the time by which they are to answer"),
        )
    ]


def _unanswered(case: Case, question_id: str) -> SenderQuestion:
    question = the_question(case, question_id)
    if question.replies:
        refuse(
            Code.QUESTION_ANSWERED,
            "Nothing was recorded: the sender has answered this question.",
            "Ask what is still open as a question of its own.",
        )
    return question


@decides(c.AskSenderAgain)
def ask_again(case: Case, command: c.AskSenderAgain, ctx: Context) -> list[e.Event]:
    question = _unanswered(case, command.question_id)
    return [
        e.SenderAskedAgain(
            **ctx.stamp,
            question_id=question.question_id,
            due_at=ahead(command.due_at, ctx, "the time by which they are to answer"),
            words=_optional(command.words, "the words", 8_000) or question.question,
        )
    ]


@decides(c.RecordSenderReply, on_closed=True)
def record_sender_reply(case: Case, command: c.RecordSenderReply, ctx: Context) -> list[e.Event]:
    """However late: what they say counts, and opens a closed case."""
    question = the_question(case, command.question_id)
    not_in_future(command.replied_at, ctx, "the time of the answer")
    happened: list[e.Event] = [
        e.SenderReplied(
            **ctx.stamp,
            question_id=question.question_id,
            words=said(command.words, "the answer's words"),
            replied_at=command.replied_at,
        )
    ]
    if not case.is_open:
        happened.append(e.CaseReopened(**ctx.stamp, reason="whoever warned us has answered"))
    return happened


@decides(c.GoOnWithoutReply)
def go_on_without(case: Case, command: c.GoOnWithoutReply, ctx: Context) -> list[e.Event]:
    """Only once their silence is on the record."""
    question = _unanswered(case, command.question_id)
    if not question.silences:
        refuse(
            Code.REPLY_NOT_OVERDUE,
            "Nothing was recorded: the sender still has time to answer.",
            "Wait for the answer, or for its clock to run out.",
        )
    reason = said(command.reason, "why we go on without an answer")
    return [e.WentOnWithoutReply(**ctx.stamp, question_id=question.question_id, reason=reason)]


def _proposed_answer(case: Case, inbound_id: str) -> Proposal | None:
    return case.open_about(Matter.ANSWER, "inbound_id", inbound_id)


@decides(c.ProposeAnswer)
def propose_answer(case: Case, command: c.ProposeAnswer, ctx: Context) -> list[e.Event]:
    inbound = the_inbound(case, command.inbound_id)
    words = said(command.words, "the words of the answer")
    if _proposed_answer(case, inbound.inbound_id):
        refuse(
            Code.ALREADY_PROPOSED,
            "Nothing was proposed: an answer to this sender waits for release already.",
            "Have it released or returned.",
        )
    return [proposed(case, ctx, Matter.ANSWER, words, {"inbound_id": inbound.inbound_id})]


@decides(c.ConfirmAnswer)
def confirm_answer(case: Case, command: c.ConfirmAnswer, ctx: Context) -> list[e.Event]:
    """Whoever wrote the words never releases them."""
    proposal = the_open_proposal(case, command.proposal_id)
    about(proposal.matter, Matter.ANSWER)
    two_people(proposal, ctx)
    return [
        confirmed(ctx, proposal.proposal_id),
        e.AnswerReleased(
            **ctx.stamp,
            inbound_id=proposal.particulars["inbound_id"],
            words=proposal.reason,
            accepted=command.accepted,
        ),
    ]


@decides(c.ReturnAnswer)
def return_answer(case: Case, command: c.ReturnAnswer, ctx: Context) -> list[e.Event]:
    proposal = the_open_proposal(case, command.proposal_id)
    about(proposal.matter, Matter.ANSWER)
    reason = said(command.reason, "a reason")
    return [e.Rejected(**ctx.stamp, proposal_id=proposal.proposal_id, reason=reason)]


@decides(c.GiveAnswer)
def give_answer(case: Case, command: c.GiveAnswer, ctx: Context) -> list[e.Event]:
    inbound = the_inbound(case, command.inbound_id)
    if not inbound.released_answer:
        refuse(
            Code.ANSWER_NOT_RELEASED,
            "Nothing was recorded: no words for this sender have been released.",
            "Propose an answer and have it released.",
        )
    not_in_future(command.given_at, ctx, "the time of the answer")
    return [
        e.SenderAnswered(
            **ctx.stamp,
            inbound_id=inbound.inbound_id,
            given_at=command.given_at,
            path=_line(command.path, "the way it was given"),
            to_whom=_line(command.to_whom, "to whom it was given"),
            words=inbound.released_answer,
        )
    ]


@decides(c.LeaveSenderUnanswered)
def leave_unanswered(case: Case, command: c.LeaveSenderUnanswered, ctx: Context) -> list[e.Event]:
    inbound = the_inbound(case, command.inbound_id)
    if not (inbound.owes_receipt if command.owed is Owed.RECEIPT else inbound.owes_answer):
        refuse(
            Code.BAD_VALUE,
            "Nothing was recorded: this is owed no more.",
            "Look at the case again.",
        )
    reason = said(command.reason, "why it is not given")
    return [
        e.SenderLeftUnanswered(
            **ctx.stamp, inbound_id=inbound.inbound_id, owed=command.owed, reason=reason
        )
    ]


def unheeded(case: Case) -> list[str]:
    """What is still owed to whoever warned us, in plain words."""
    missing = []
    for one in case.inbound.values():
        label = f"warning {one.inbound_id} given to us"
        missing += [f"{label}: no receipt is given"] * one.owes_receipt
        missing += [f"{label}: nobody owns it"] * (not one.owner)
        missing += [f"{label}: its sender is not answered"] * one.owes_answer
    missing += [
        f"claim {one.claim_id}: it is neither tested nor explained"
        for one in untested(case.claims.values())
    ]
    return missing + [
        f"question {one.question_id}: there is neither an answer nor a reason to go on without"
        for one in case.questions.values()
        if one.waits
    ]
