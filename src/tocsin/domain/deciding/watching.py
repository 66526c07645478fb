"""Decisions on subjects on watch. Silence keeps them there; two people end a watch."""

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.deciding.context import (
    Context,
    about,
    confirmed,
    decides,
    proposed,
    said,
    the_inbound,
    the_open_proposal,
    the_sighting,
    the_watch,
    two_people,
)
from tocsin.domain.deciding.heeding import ahead, bounded
from tocsin.domain.folding import words
from tocsin.domain.inbound import BirthDate, Watch
from tocsin.domain.kinds import Matter
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.sighting import SightingAnswer

MOST_WATCHES, MOST_NAMES, LONGEST_NAME = 200, 100, 200


def _names(names: tuple[str, ...], noun: str) -> tuple[str, ...]:
    """As written, each once; of something that is only signs nothing could be found."""
    kept = tuple(dict.fromkeys(said(one, noun, LONGEST_NAME) for one in names))
    if any(not words(one) for one in kept):
        refuse(
            Code.BAD_VALUE,
            f"Nothing was recorded: {noun} has neither a letter nor a digit.",
            "Write it as it stands in the warning.",
        )
    return kept


def _fit(*several: tuple[object, ...]) -> None:
    if any(len(one) > MOST_NAMES for one in several):
        refuse(
            Code.BAD_VALUE,
            f"Nothing was recorded: a watch holds at most {MOST_NAMES} names, dates of birth and "
            "identifiers each.",
            "Put the others on a watch of their own.",
        )


@decides(c.PutOnWatch, on_closed=True)
def put_on_watch(case: Case, command: c.PutOnWatch, ctx: Context) -> list[e.Event]:
    bounded(len(case.watches) + 1, MOST_WATCHES, "watches")
    if command.inbound_id:
        the_inbound(case, command.inbound_id)
    names = _names(command.names, "a name")
    if not names:
        said("", "a name")
    identifiers = _names(command.identifiers, "an identifier")
    _fit(names, command.births, identifiers)
    review_at = command.review_at and ahead(command.review_at, ctx, "the review")
    return [
        e.WatchBegun(
            **ctx.stamp,
            watch_id=f"s{len(case.watches) + 1}",
            names=names,
            births=tuple(dict.fromkeys(command.births)),
            identifiers=identifiers,
            reason=said(command.reason, "why they are watched"),
            inbound_id=command.inbound_id,
            review_at=review_at,
        )
    ]


@decides(c.WidenWatch, on_closed=True)
def widen_watch(case: Case, command: c.WidenWatch, ctx: Context) -> list[e.Event]:
    watch = the_watch(case, command.watch_id)
    names, births, identifiers = _new(watch, command)
    if not (names or births or identifiers):
        refuse(
            Code.BAD_VALUE,
            "Nothing was added: the watch holds all of this already.",
            "Give another name, date of birth or identifier.",
        )
    _fit(watch.names + names, watch.births + births, watch.identifiers + identifiers)
    return [
        e.WatchWidened(
            **ctx.stamp,
            watch_id=watch.watch_id,
            names=names,
            births=births,
            identifiers=identifiers,
            reason=said(command.reason, "where this comes from"),
        )
    ]


def _new(
    watch: Watch, command: c.WidenWatch
) -> tuple[tuple[str, ...], tuple[BirthDate, ...], tuple[str, ...]]:
    return (
        tuple(one for one in _names(command.names, "a name") if one not in watch.names),
        tuple(one for one in dict.fromkeys(command.births) if one not in watch.births),
        tuple(
            one
            for one in _names(command.identifiers, "an identifier")
            if one not in watch.identifiers
        ),
    )


@decides(c.RenewWatch, on_closed=True)
def renew_watch(case: Case, command: c.RenewWatch, ctx: Context) -> list[e.Event]:
    watch = the_watch(case, command.watch_id)
    review_at = command.review_at and ahead(command.review_at, ctx, "the next review")
    reason = said(command.reason, "what you looked at and why it goes on")
    return [
        e.WatchRenewed(
            **ctx.stamp, watch_id=watch.watch_id, reason=reason, review_at=review_at or None
        )
    ]


def _unsighted(watch: Watch) -> None:
    if watch.waiting:
        refuse(
            Code.WATCH_SIGHTED,
            "The watch was not ended: its subject may have been met, and nobody has said whether "
            "it is the same person.",
            "Look at it, and answer.",
        )


@decides(c.ProposeWatchEnd, on_closed=True)
def propose_watch_end(case: Case, command: c.ProposeWatchEnd, ctx: Context) -> list[e.Event]:
    watch = the_watch(case, command.watch_id)
    _unsighted(watch)
    if case.open_about(Matter.WATCH_END, "watch_id", watch.watch_id):
        refuse(
            Code.ALREADY_PROPOSED,
            "Nothing was proposed: the end of this watch waits for an answer already.",
            "Confirm or reject that proposal.",
        )
    reason = said(command.reason, "a reason")
    return [proposed(case, ctx, Matter.WATCH_END, reason, {"watch_id": watch.watch_id})]


@decides(c.ConfirmWatchEnd, on_closed=True)
def confirm_watch_end(case: Case, command: c.ConfirmWatchEnd, ctx: Context) -> list[e.Event]:
    proposal = the_open_proposal(case, command.proposal_id)
    about(proposal.matter, Matter.WATCH_END)
    two_people(proposal, ctx)
    watch = the_watch(case, proposal.particulars["watch_id"])
    _unsighted(watch)
    return [
        confirmed(ctx, proposal.proposal_id),
        e.WatchEnded(**ctx.stamp, watch_id=watch.watch_id, reason=proposal.reason),
    ]


@decides(c.RecordSighting, on_closed=True)
def record_sighting(case: Case, command: c.RecordSighting, ctx: Context) -> list[e.Event]:
    """Nothing where it is known already; what is new about the same place is asked anew."""
    watch = case.watches.get(command.watch_id)
    place = command.report_id, command.list_id, command.row
    if watch is None or not watch.is_live:
        return []
    before = [one for one in watch.sightings.values() if one.source == place]
    if any(one.waits or one.answer is SightingAnswer.SAME for one in before):
        return []
    pairs = {pair.key for one in before for pair in one.found}
    known = {one for sighting in before for one in sighting.identifiers}
    nothing_new = pairs.issuperset(one.key for one in command.found)
    if before and nothing_new and known.issuperset(command.identifiers):
        return []
    return [
        e.SubjectSighted(
            **ctx.stamp,
            watch_id=watch.watch_id,
            sighting_id=f"h{len(watch.sightings) + 1}",
            report_id=command.report_id,
            list_id=command.list_id,
            row=command.row,
            found=command.found,
            identifiers=command.identifiers,
        )
    ]


@decides(c.AnswerSighting, on_closed=True)
def answer_sighting(case: Case, command: c.AnswerSighting, ctx: Context) -> list[e.Event]:
    """A closed case opens again on a subject who was met: that is never lost on a list."""
    watch = the_watch(case, command.watch_id)
    sighting = the_sighting(watch, command.sighting_id)
    settles = command.answer is SightingAnswer.CANNOT_TELL
    reason = said(command.reason, "what would settle it" if settles else "how you know")
    if sighting.answer is command.answer and not sighting.waits:
        refuse(
            Code.BAD_VALUE,
            "Nothing was recorded: the sighting has this answer already.",
            "Answer it otherwise where the answer was wrong.",
        )
    happened: list[e.Event] = [
        e.SightingAnswered(
            **ctx.stamp,
            watch_id=watch.watch_id,
            sighting_id=sighting.sighting_id,
            answer=command.answer,
            reason=reason,
        )
    ]
    if command.answer is SightingAnswer.SAME and not case.is_open:
        reason = "a subject on watch was met, as an officer confirmed"
        happened.append(e.CaseReopened(**ctx.stamp, reason=reason))
    return happened
