"""What a warning given to us and a watch wait for. Pure."""

from collections.abc import Iterator
from datetime import datetime

from tocsin.domain.case import Case, deadline_key
from tocsin.domain.duty import Clock
from tocsin.domain.inbound import Inbound, untested
from tocsin.domain.kinds import Matter
from tocsin.web.pages.case_public_needs import Need


def _due(case: Case, clock: Clock, subject: str) -> datetime | None:
    deadline = case.deadlines.get(deadline_key(clock, subject))
    return deadline.due_at if deadline else None


def inbound_needs(case: Case) -> Iterator[Need]:
    for one in case.inbound.values():
        ids = {"inbound_id": one.inbound_id}
        if one.owes_receipt:
            due = _due(case, Clock.INBOUND_RECEIPT, one.inbound_id)
            what = f"Give a receipt to {one.sender}, who warned us"
            yield Need(what=what, step="give_receipt", ids=ids, due=due)
        if not one.owner:
            due = _due(case, Clock.INBOUND_OWNER, one.inbound_id)
            what = f"Name who owns the warning from {one.sender}"
            yield Need(what=what, step="name_inbound_owner", ids=ids, due=due)
        if one.owes_answer:
            yield from _answer(case, one)
    for claim in untested(case.claims.values()):
        what = f"Test claim {claim.claim_id}, or say why not"
        yield Need(what=what, step="record_claim_test", ids={"claim_id": claim.claim_id})
    for asked in case.questions.values():
        if asked.waits:
            yield Need(
                what=f"They keep silent on {asked.question_id}: ask again, or go on without"
                if asked.silences
                else f"Record the sender's answer to {asked.question_id}",
                step="ask_sender_again" if asked.silences else "record_sender_reply",
                ids={"question_id": asked.question_id},
                due=_due(case, Clock.SENDER_REPLY, asked.question_id),
            )


def _answer(case: Case, one: Inbound) -> Iterator[Need]:
    """Words first, then their release, then the telling; once nothing is open any more."""
    ids = {"inbound_id": one.inbound_id}
    if proposal := case.open_about(Matter.ANSWER, "inbound_id", one.inbound_id):
        yield Need(
            what=f"Release or return the answer to {one.sender}",
            step="release_answer",
            ids={"proposal_id": proposal.proposal_id},
            barred={proposal.by: "You wrote these words."},
        )
    elif one.released_answer:
        yield Need(what=f"Give {one.sender} the released answer", step="give_answer", ids=ids)
    elif not _is_open(case, one):
        what = f"Write the answer to {one.sender}: what was done"
        yield Need(what=what, step="propose_answer", ids=ids)


def _is_open(case: Case, one: Inbound) -> bool:
    claims = [claim for claim in case.claims.values() if claim.inbound_id == one.inbound_id]
    asked = (question for question in case.questions.values() if question.waits)
    return bool(untested(claims)) or any(each.inbound_id == one.inbound_id for each in asked)


def sighting_due(case: Case, watch_id: str) -> datetime | None:
    """When the sightings of a watch are to be answered."""
    return _due(case, Clock.SIGHTING, watch_id)


def watch_needs(case: Case) -> Iterator[Need]:
    """Also of a closed case."""
    for watch_id in case.live_watches:
        watch, ids = case.watches[watch_id], {"watch_id": watch_id}
        review = _due(case, Clock.WATCH_REVIEW, watch_id)
        if watch.waiting:
            first, count = watch.waiting[0], len(watch.waiting)
            where = f"report {first.report_id}" if first.report_id else f"list {first.list_id}"
            more = f"; {count - 1} more {'waits' if count == 2 else 'wait'}" if count > 1 else ""
            yield Need(
                what=f"Say whether it is {watch.names[0]}, who is on watch: {where}{more}",
                step="answer_sighting",
                ids=ids | {"sighting_id": first.sighting_id},
                due=sighting_due(case, watch_id),
            )
        elif not case.open_about(Matter.WATCH_END, "watch_id", watch_id):
            what = f"Review the watch on {watch.names[0]}: renew it, or propose to end it"
            yield Need(what=what, step="renew_watch", ids=ids, due=review)
