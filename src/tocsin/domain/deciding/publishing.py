"""Decisions on what goes public: two people before it stands, one to take it back."""

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.deciding.context import (
    Context,
    confirmed,
    decides,
    proposed,
    said,
    the_open_proposal,
    two_people,
)
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.kinds import Matter
from tocsin.domain.public import PublicationState, PublicNotice, PublishedNotice, Status
from tocsin.domain.publishing import Minted
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.warning import ThreatWarning, WarningKind, WarningWords

MOST_LISTS, MOST_SHAPES = 50, 200_000
"""Of the shapes of all areas: characters, so that the message stays one that others read."""


def the_publication(case: Case, publication_id: str) -> PublishedNotice:
    if publication_id not in case.publications:
        refuse(
            Code.PUBLICATION_UNKNOWN,
            "Nothing was done: this case has no such publication.",
            "Look at the case again.",
        )
    return case.publications[publication_id]


def phrase(case_id: str) -> str:
    """What must be typed before an actual warning goes public."""
    return f"LIVE {case_id}"


def standing(case: Case, warning_id: str, status: Status) -> PublishedNotice | None:
    """What stands in public of a warning or of one that it follows."""
    chain = {warning_id}
    while earlier := case.warnings[warning_id].references:
        chain.add(warning_id := earlier)
    live = (
        one
        for one in case.publications.values()
        if one.state is PublicationState.LIVE and one.warning_id in chain and one.status is status
    )
    return next(live, None)


@decides(c.PreparePublication)
def prepare_publication(case: Case, command: c.PreparePublication, ctx: Context) -> list[e.Event]:
    """Nothing goes live without its cancellation, so nothing is prepared without it."""
    warning = _publishable(case, command.warning_id, ctx)
    _status_fits(case, command.status)
    _bounded(command.notice, command.lists)
    _cancels(warning, command.cancellation)
    _none_waits(case, command)
    live = standing(case, warning.warning_id, command.status)
    if command.follows != (live.publication_id if live else ""):
        refuse(
            Code.ALREADY_PUBLISHED if live else Code.NOT_PUBLISHED,
            "Nothing was prepared: an update follows what stands in public, and nothing else does.",
            f"Follow {live.publication_id}." if live else "Prepare it without one to follow.",
        )
    publication_id = f"n{len(case.publications) + 1}"
    reason = f"{command.status.value}: {command.notice.event.strip()}"
    proposal = proposed(case, ctx, Matter.PUBLICATION, reason, {"publication_id": publication_id})
    prepared = e.PublicationPrepared(
        **ctx.stamp,
        publication_id=publication_id,
        warning_id=warning.warning_id,
        message=WarningKind.UPDATE if live else WarningKind.ALERT,
        status=command.status,
        notice=command.notice,
        cancellation=command.cancellation,
        lists=command.lists,
        follows=command.follows,
        proposal_id=proposal.proposal_id,
    )
    return [prepared, proposal]


@decides(c.ConfirmPublication)
def confirm_publication(case: Case, command: c.ConfirmPublication, ctx: Context) -> list[e.Event]:
    """Two people, always; checked again as of now."""
    one = the_publication(case, command.publication_id)
    if not case.is_waiting(one):
        refuse(
            Code.NOT_PREPARED,
            "Nothing was published: this does not wait to be confirmed.",
            "Prepare it anew if it still should be published.",
        )
    two_people(the_open_proposal(case, one.proposal_id), ctx)
    _publishable(case, one.warning_id, ctx)
    live = standing(case, one.warning_id, one.status)
    if one.follows != (live.publication_id if live else ""):
        refuse(
            Code.CHANGED_MEANWHILE,
            "Nothing was published: what stands in public has changed since this was prepared.",
            "Reject it, and prepare it anew.",
        )
    if one.status is Status.ACTUAL and command.typed != phrase(case.case_id):
        refuse(
            Code.PHRASE_WRONG,
            "Nothing was published: the phrase for a live warning was not typed exactly.",
            "Type the word LIVE, a space and the number of the case.",
        )
    minted = _minted(ctx)
    published = e.Published(
        **ctx.stamp,
        publication_id=one.publication_id,
        sender=minted.message.sender,
        identifier=minted.message.identifier,
        sent=minted.message.sent,
        references=case.messages_of(one),
        cap_sha256=minted.cap_sha256,
    )
    return [confirmed(ctx, one.proposal_id), published]


@decides(c.CancelPublication, on_closed=True)
def cancel_publication(case: Case, command: c.CancelPublication, ctx: Context) -> list[e.Event]:
    """At once, by one officer, in the words that two have approved."""
    one = the_publication(case, command.publication_id)
    if one.state is not PublicationState.LIVE:
        refuse(
            Code.NOT_PUBLISHED,
            "Nothing was cancelled: this does not stand in public.",
            "Cancel the newest one of its chain.",
        )
    reason, minted = said(command.reason, "a reason"), _minted(ctx)
    return [
        e.PublicationCancelled(
            **ctx.stamp,
            publication_id=one.publication_id,
            sender=minted.message.sender,
            identifier=minted.message.identifier,
            sent=minted.message.sent,
            references=case.messages_of(one),
            cap_sha256=minted.cap_sha256,
            reason=reason,
        )
    ]


def _minted(ctx: Context) -> Minted:
    if ctx.minted is None:
        raise ValueError("what goes public comes with its message")
    return ctx.minted


def _publishable(case: Case, warning_id: str, ctx: Context) -> ThreatWarning:
    """A warning that was released, that nothing has replaced, and whose time is not over."""
    warning = the_warning(case, warning_id)
    if not warning.is_released or warning.kind is WarningKind.CANCEL:
        refuse(
            Code.WARNING_NOT_RELEASED,
            "Nothing was published: only a released warning or update can be.",
            "Have its words released; what stands in public is cancelled by itself.",
        )
    if warning not in case.current_warnings():
        refuse(
            Code.WORDS_CHANGED,
            "Nothing was published: another warning has replaced these words.",
            "Publish the newest released warning.",
        )
    if warning.draft.words.window.closes <= ctx.now:
        refuse(
            Code.WINDOW_OVER,
            "Nothing was published: the window it speaks of is over.",
            "Release an update with the window that holds now.",
        )
    for victim_id in warning.victim_ids:
        determined = case.victims[victim_id].determination
        if determined is None or determined.matter is not Matter.WARN:
            refuse(
                Code.NOT_DETERMINED_TO_WARN,
                "Nothing was published: no determination to warn stands for one of its victims.",
                "Propose to warn and have it confirmed.",
            )
    return warning


def _status_fits(case: Case, status: Status) -> None:
    if case.exercise is (status is Status.ACTUAL):
        refuse(
            Code.STATUS_WRONG,
            "Nothing was prepared: an exercise is never called actual, nor the actual an exercise.",
            "Choose Exercise or Test in an exercise, and Actual in every other case.",
        )


def _bounded(notice: PublicNotice, lists: tuple[str, ...]) -> None:
    shapes = sum(len(shape) for area in notice.areas for shape in (*area.polygons, *area.circles))
    if shapes > MOST_SHAPES or len(lists) > MOST_LISTS or len(set(lists)) < len(lists):
        refuse(
            Code.BAD_VALUE,
            "Nothing was prepared: its areas are too detailed, or a list is named twice.",
            f"Simplify the areas; choose each of at most {MOST_LISTS} lists once.",
        )


def _cancels(warning: ThreatWarning, cancellation: tuple[WarningWords, ...]) -> None:
    spoken = (warning.draft.words, *warning.draft.translations)
    wanted, given = (
        [(one.language.lower(), one.window) for one in each] for each in (spoken, cancellation)
    )
    if wanted != given:
        refuse(
            Code.CANCELLATION_MISSING,
            "Nothing was prepared: its cancellation is not written in every language of the "
            "warning, in their order and of the same window.",
            "Write beforehand what takes the warning back; nothing goes live without it.",
        )


def _none_waits(case: Case, command: c.PreparePublication) -> None:
    for one in case.publications.values():
        same = (one.warning_id, one.status) == (command.warning_id, command.status)
        if same and case.is_waiting(one):
            refuse(
                Code.ALREADY_PROPOSED,
                "Nothing was prepared: a publication of this warning waits for an answer already.",
                "Confirm or reject that one.",
            )
