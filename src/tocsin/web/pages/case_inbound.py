"""A warning given to us: its receipt, owner, claims, the questions to its sender, the answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from tocsin.casework import directory
from tocsin.casework.access import allows
from tocsin.casework.answering import answer_leaks
from tocsin.domain import commands as c
from tocsin.domain.deciding.context import the_claim, the_inbound, the_question
from tocsin.domain.directory import ContactKind
from tocsin.domain.inbound import ClaimResult, Inbound, Owed
from tocsin.domain.leak import Leak
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.warning import AcceptedLeak
from tocsin.web.pages.case_deliver import officers
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.case_triage import local, source, told_in, zones
from tocsin.web.pages.forms import Form

MOST_LINE, MOST_CONTACTS = 500, 100
PARTNERS = frozenset({ContactKind.PARTNER_SERVICE, ContactKind.LIAISON_POST, ContactKind.OFFICE})


def inbound_of(at: At) -> Inbound:
    return the_inbound(at.case, at.ids["inbound_id"])


def _about(at: At) -> Mapping[str, Any]:
    return {"inbound": inbound_of(at), "owed": at.query.get("owed", ""), **zones(at)}


def now_shown(at: At) -> Form:
    """A time that is mostly now, in the zone in which this case was spoken of last."""
    zone = told_in(at)
    return Form.showing(zone=zone, given_at=local(at.app.clock(), zone))


def zoned(form: Form, name: str, ask: str) -> datetime:
    return form.instant(name, form.zone("zone"), ask)


def _contacts(at: At) -> Mapping[str, Any]:
    """The report beside, and partners of the directory, to be named by their number."""
    found = (
        directory.contacts(at.app, at.officer, "", limit=MOST_CONTACTS)
        if allows(at.app, at.officer, directory.READ)
        else []
    )
    partners = [one for one in found if one.contact_kind in PARTNERS]
    return {"contacts": partners, **source(at), **zones(at)}


def _from_report(at: At) -> Form:
    report = at.report
    zone = told_in(at)
    return Form.showing(
        sender=report.originator or report.received_from,
        zone=zone,
        received_at=local(report.acquired_at, zone),
        language=report.language,
    )


@step(
    "/reports/{report_id}/inbound",
    c.RecordInbound,
    title="A warning given to us",
    button="Record it as a warning given to us",
    show=_from_report,
    more=_contacts,
)
def record_inbound(form: Form, at: At) -> c.RecordInbound:
    sender = form.text("sender", "Enter who warned us", longest=MOST_LINE)
    contact_id = form.text("contact_id", longest=100)
    if contact_id:
        try:
            directory.open_one(at.app, contact_id, at.officer)
        except Refusal as refusal:
            form.wrong("contact_id", f"{refusal.what} {refusal.remedy}")
    received_at = zoned(form, "received_at", "Enter when they warned us")
    path = form.text("path", "Enter the path by which it came", longest=MOST_LINE)
    answer_to = form.text("answer_to", longest=MOST_LINE)
    claims = form.lines("claims", most=100, longest=4_000)
    language = form.text("language", longest=35)
    form.done()
    return c.RecordInbound(
        case_id=at.case_id,
        report_id=at.report.report_id,
        sender=sender,
        contact_id=contact_id,
        received_at=received_at,
        path=path,
        answer_to=answer_to,
        claims=claims,
        language=language,
    )


@step(
    "/inbound/{inbound_id}/receipt",
    c.GiveReceipt,
    title="The receipt",
    button="Record the receipt",
    show=now_shown,
    more=_about,
)
def give_receipt(form: Form, at: At) -> c.GiveReceipt:
    given_at = zoned(form, "given_at", "Enter when it was given")
    path = form.text("path", "Enter the way it was given", longest=MOST_LINE)
    to_whom = form.text("to_whom", "Enter to whom", longest=MOST_LINE)
    words = form.text("words", "Enter the words of the receipt")
    form.done()
    return c.GiveReceipt(
        case_id=at.case_id,
        inbound_id=inbound_of(at).inbound_id,
        given_at=given_at,
        path=path,
        to_whom=to_whom,
        words=words,
    )


def _candidates(at: At) -> Mapping[str, Any]:
    return {"inbound": inbound_of(at), "officers": officers(at)}


@step(
    "/inbound/{inbound_id}/owner",
    c.NameInboundOwner,
    title="Who owns this warning",
    button="Name the owner",
    show=lambda at: Form.showing(officer_id=inbound_of(at).owner),
    more=_candidates,
)
def name_inbound_owner(form: Form, at: At) -> c.NameInboundOwner:
    inbound = inbound_of(at)
    officer_id = form.text("officer_id", "Choose who owns it", longest=100)
    if officer_id not in {one.officer_id for one in officers(at)}:
        form.wrong("officer_id", "Choose an officer")
    reason = form.text("reason", "Say why the owner changes" if inbound.owner else "")
    form.done()
    return c.NameInboundOwner(
        case_id=at.case_id, inbound_id=inbound.inbound_id, officer_id=officer_id, reason=reason
    )


@step(
    "/inbound/{inbound_id}/claims",
    c.NoteClaim,
    title="A claim of the warning",
    button="Note the claim",
    more=_about,
)
def note_claim(form: Form, at: At) -> c.NoteClaim:
    words = form.text("words", "Enter the claim, word for word")
    language = form.text("language", longest=35)
    form.done()
    inbound_id = inbound_of(at).inbound_id
    return c.NoteClaim(case_id=at.case_id, inbound_id=inbound_id, words=words, language=language)


def _claim(at: At) -> Mapping[str, Any]:
    return {"claim": the_claim(at.case, at.ids["claim_id"])}


@step(
    "/claims/{claim_id}/test",
    c.RecordClaimTest,
    title="Test a claim",
    button="Record the test",
    more=_claim,
)
def record_claim_test(form: Form, at: At) -> c.RecordClaimTest:
    how = form.text("how", "Say how it was tested")
    result = form.choice("result", ClaimResult, "Choose what the test showed")
    form.done()
    claim_id = the_claim(at.case, at.ids["claim_id"]).claim_id
    return c.RecordClaimTest(case_id=at.case_id, claim_id=claim_id, how=how, result=result)


@step(
    "/claims/{claim_id}/leave",
    c.LeaveClaimUntested,
    title="A claim that is not tested",
    button="Record why not",
    more=_claim,
)
def leave_claim(form: Form, at: At) -> c.LeaveClaimUntested:
    reason = form.text("reason", "Say why it is not tested")
    form.done()
    claim_id = the_claim(at.case, at.ids["claim_id"]).claim_id
    return c.LeaveClaimUntested(case_id=at.case_id, claim_id=claim_id, reason=reason)


def _zone_shown(at: At) -> Form:
    return Form.showing(zone=told_in(at))


@step(
    "/inbound/{inbound_id}/ask",
    c.AskSender,
    title="Ask whoever warned us",
    button="Record the question",
    show=_zone_shown,
    more=_about,
)
def ask_sender(form: Form, at: At) -> c.AskSender:
    question = form.text("question", "Enter what they were asked")
    due_at = zoned(form, "due_at", "Enter by when they are to answer")
    form.done()
    inbound_id = inbound_of(at).inbound_id
    return c.AskSender(case_id=at.case_id, inbound_id=inbound_id, question=question, due_at=due_at)


def _question(at: At) -> Mapping[str, Any]:
    return {"question": the_question(at.case, at.ids["question_id"]), **zones(at)}


@step(
    "/questions/{question_id}/again",
    c.AskSenderAgain,
    title="Ask again",
    button="Record that they were asked again",
    show=_zone_shown,
    more=_question,
)
def ask_sender_again(form: Form, at: At) -> c.AskSenderAgain:
    words = form.text("words")
    due_at = zoned(form, "due_at", "Enter by when they are to answer")
    form.done()
    question_id = the_question(at.case, at.ids["question_id"]).question_id
    return c.AskSenderAgain(case_id=at.case_id, question_id=question_id, due_at=due_at, words=words)


@step(
    "/questions/{question_id}/reply",
    c.RecordSenderReply,
    title="What the sender answered",
    button="Record the sender's answer",
    show=now_shown,
    more=_question,
)
def record_sender_reply(form: Form, at: At) -> c.RecordSenderReply:
    words = form.text("words", "Enter the answer, word for word")
    replied_at = zoned(form, "given_at", "Enter when they answered")
    form.done()
    question_id = the_question(at.case, at.ids["question_id"]).question_id
    return c.RecordSenderReply(
        case_id=at.case_id, question_id=question_id, words=words, replied_at=replied_at
    )


@step(
    "/questions/{question_id}/without",
    c.GoOnWithoutReply,
    title="Go on without an answer",
    button="Go on without",
    more=_question,
)
def go_on_without(form: Form, at: At) -> c.GoOnWithoutReply:
    reason = form.text("reason", "Say why we go on without an answer")
    form.done()
    question_id = the_question(at.case, at.ids["question_id"]).question_id
    return c.GoOnWithoutReply(case_id=at.case_id, question_id=question_id, reason=reason)


@step(
    "/inbound/{inbound_id}/answer",
    c.ProposeAnswer,
    title="The answer to whoever warned us",
    button="Propose these words",
    more=_about,
)
def propose_answer(form: Form, at: At) -> c.ProposeAnswer:
    words = form.text("words", "Enter what they are to be told")
    form.done()
    return c.ProposeAnswer(case_id=at.case_id, inbound_id=inbound_of(at).inbound_id, words=words)


def _answer(at: At) -> Mapping[str, Any]:
    proposal = at.proposal
    inbound = the_inbound(at.case, proposal.particulars.get("inbound_id", ""))
    leaks = answer_leaks(at.app, at.case, proposal)
    return {"proposal": proposal, "inbound": inbound, "leaks": leaks, "seen": _seen(leaks)}


def _seen(leaks: Sequence[Leak]) -> str:
    """Which marked words the officer had before them."""
    return sha256(repr(leaks).encode()).hexdigest()[:16]


@step(
    "/answers/{proposal_id}/release",
    c.ConfirmAnswer,
    title="Release the answer to whoever warned us",
    button="Release these words",
    more=_answer,
    fields="release_answer",
)
def release_answer(form: Form, at: At) -> c.ConfirmAnswer:
    """One reason for all marked words, each of which the page shows."""
    leaks = answer_leaks(at.app, at.case, at.proposal)
    if form.text("seen", longest=100) != _seen(leaks):
        refuse(
            Code.CHANGED_MEANWHILE,
            "Nothing was released: a report has come in since you opened this.",
            "Look at the marked words below, then release or return the answer.",
        )
    reason = form.text("reason", "Say why the marked words may leave" if leaks else "")
    form.ticked("confirmed", "Tick that these words may be told to them")
    form.done()
    marked = dict.fromkeys(one.words for one in leaks)
    accepted = tuple(AcceptedLeak(words=words, reason=reason) for words in marked)
    return c.ConfirmAnswer(
        case_id=at.case_id, proposal_id=at.proposal.proposal_id, accepted=accepted
    )


@step(
    "/answers/{proposal_id}/return",
    c.ReturnAnswer,
    title="Return the answer to its author",
    button="Return it",
    more=_answer,
)
def return_answer(form: Form, at: At) -> c.ReturnAnswer:
    reason = form.text("reason", "Say what must change")
    form.done()
    return c.ReturnAnswer(case_id=at.case_id, proposal_id=at.proposal.proposal_id, reason=reason)


@step(
    "/inbound/{inbound_id}/answered",
    c.GiveAnswer,
    title="The answer was given",
    button="Record that it was given",
    show=now_shown,
    more=_about,
)
def give_answer(form: Form, at: At) -> c.GiveAnswer:
    given_at = zoned(form, "given_at", "Enter when it was given")
    path = form.text("path", "Enter the way it was given", longest=MOST_LINE)
    to_whom = form.text("to_whom", "Enter to whom", longest=MOST_LINE)
    form.done()
    inbound_id = inbound_of(at).inbound_id
    return c.GiveAnswer(
        case_id=at.case_id, inbound_id=inbound_id, given_at=given_at, path=path, to_whom=to_whom
    )


@step(
    "/inbound/{inbound_id}/unanswered",
    c.LeaveSenderUnanswered,
    title="Why the sender is not told",
    button="Record why not",
    show=lambda at: Form.showing(owed=at.query.get("owed", "")),
    more=_about,
)
def leave_unanswered(form: Form, at: At) -> c.LeaveSenderUnanswered:
    owed = form.choice("owed", Owed, "Choose what they are not given")
    reason = form.text("reason", "Say why not")
    form.done()
    return c.LeaveSenderUnanswered(
        case_id=at.case_id, inbound_id=inbound_of(at).inbound_id, owed=owed, reason=reason
    )
