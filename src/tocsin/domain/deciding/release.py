"""Decisions on the words of a warning: draft, return, release by hash."""

from datetime import datetime

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain import parity
from tocsin.domain.case import Case
from tocsin.domain.deciding.context import Context, decides, said, the_victim
from tocsin.domain.kinds import Matter, OriginatorReply
from tocsin.domain.phrases import checked_language
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.warning import ThreatWarning, WarningKind, compose_all, text_sha256

MOST_LANGUAGES = 12


def the_warning(case: Case, warning_id: str) -> ThreatWarning:
    if warning_id not in case.warnings:
        refuse(
            Code.WARNING_UNKNOWN,
            "Nothing was done: this case has no such warning.",
            "Look at the case again.",
        )
    return case.warnings[warning_id]


@decides(c.DraftWarning)
def draft_warning(case: Case, command: c.DraftWarning, ctx: Context) -> list[e.Event]:
    """Words may be drafted before anybody has determined; they leave only after."""
    if not command.victim_ids:
        refuse(
            Code.VICTIM_UNKNOWN,
            "No draft: it is for nobody.",
            "Choose at least one intended victim.",
        )
    for victim_id in command.victim_ids:
        the_victim(case, victim_id)
    known = the_warning(case, command.warning_id) if command.warning_id else None
    if known and known.is_released:
        refuse(
            Code.WARNING_RELEASED_ALREADY,
            "No draft: released words are never changed.",
            "Draft an update or a cancellation that follows it.",
        )
    follows = _followed(case, command)
    texts = _composed(command, follows)
    text = "\n".join(texts)
    return [
        e.WarningDrafted(
            **ctx.stamp,
            warning_id=known.warning_id if known else f"w{len(case.warnings) + 1}",
            warning_kind=command.kind,
            references=command.references,
            victim_ids=command.victim_ids,
            version=known.draft.version + 1 if known else 1,
            words=command.words,
            text=text,
            text_sha256=text_sha256(text),
            translations=command.translations,
            texts=texts if command.translations else (),
        )
    ]


def _composed(command: c.DraftWarning, follows: datetime | None) -> tuple[str, ...]:
    """The text in each language; each tells of the same window."""
    spoken = (command.words, *command.translations)
    if len(spoken) > MOST_LANGUAGES or len({one.window for one in spoken}) > 1:
        refuse(
            Code.BAD_VALUE,
            "No draft: its languages do not tell of the same window, or are too many.",
            f"Give the same window in each of at most {MOST_LANGUAGES} languages.",
        )
    for one in spoken:
        checked_language(one.language)
    if len({one.language.lower() for one in spoken}) < len(spoken):
        refuse(
            Code.BAD_VALUE,
            "No draft: one language is given twice.",
            "Give each language once.",
        )
    return compose_all(command.words, command.translations, command.kind, follows)


def _followed(case: Case, command: c.DraftWarning) -> datetime | None:
    """When the warning that this one follows was released; None for a first one."""
    if command.kind is WarningKind.ALERT:
        if command.references:
            refuse(
                Code.BAD_VALUE,
                "No draft: a first warning follows no other.",
                "Choose update or cancel.",
            )
        return None
    followed = the_warning(case, command.references)
    if followed.release is None or followed not in case.current_warnings():
        refuse(
            Code.WARNING_NOT_RELEASED,
            "No draft: the warning it follows is not the newest one released.",
            "Follow the newest released warning.",
        )
    before, now = set(followed.victim_ids), set(command.victim_ids)
    if not before <= now or (command.kind is WarningKind.CANCEL and before != now):
        refuse(
            Code.BAD_VALUE,
            "No draft: a warning that follows another is for everybody whom that one was for.",
            "Choose the same intended victims; an update may add some, a cancellation may not.",
        )
    return followed.release.released_at


@decides(c.ReleaseWarning)
def release(case: Case, command: c.ReleaseWarning, ctx: Context) -> list[e.Event]:
    """Release exactly these words. The author never releases their own."""
    warning = the_warning(case, command.warning_id)
    draft = warning.draft
    if warning.is_released:
        refuse(
            Code.WARNING_RELEASED_ALREADY,
            "Nothing was released: these words have been released before.",
            "Plan their delivery, or draft an update.",
        )
    if command.text_sha256 != draft.text_sha256:
        refuse(
            Code.WORDS_CHANGED,
            "Nothing was released: the words have changed since you read them.",
            "Read the newest version and release that.",
        )
    if draft.author == ctx.by.actor_id:
        refuse(
            Code.SAME_OFFICER,
            "Nothing was released: you wrote these words.",
            "Ask another release authority.",
        )
    if draft.returned:
        refuse(
            Code.WORDS_CHANGED,
            "Nothing was released: this draft was returned to its author.",
            "A new version is needed.",
        )
    _may_be_told(case, warning, ctx)
    override = _originators_heard(case, command)
    cancels = warning.kind is WarningKind.CANCEL and command.parity is None
    return [
        e.WarningReleased(
            **ctx.stamp,
            warning_id=warning.warning_id,
            version=draft.version,
            author=draft.author,
            text_sha256=draft.text_sha256,
            residual_risk=said(command.residual_risk, "the risk that remains, and who accepts it"),
            accepted=command.accepted,
            originator_overridden=override,
            exercise=case.exercise,
            parity=None if cancels else parity.checked(command.parity),
        )
    ]


def _may_be_told(case: Case, warning: ThreatWarning, ctx: Context) -> None:
    for victim_id in warning.victim_ids:
        standing = the_victim(case, victim_id).determination
        # A cancellation ends a warning; nobody needs to determine to warn for it.
        if warning.kind is WarningKind.CANCEL:
            continue
        if standing is None or standing.matter is not Matter.WARN:
            refuse(
                Code.NOT_DETERMINED_TO_WARN,
                "Nothing was released: nobody has determined to warn one of its victims.",
                "Propose to warn and have it confirmed.",
            )
    if warning.kind is not WarningKind.CANCEL and warning.draft.words.window.closes <= ctx.now:
        refuse(
            Code.WINDOW_OVER,
            "Nothing was released: the window it speaks of is over.",
            "Give the window that holds now.",
        )
    if warning.references and the_warning(case, warning.references) not in case.current_warnings():
        refuse(
            Code.WORDS_CHANGED,
            "Nothing was released: another warning has followed the same one meanwhile.",
            "Draft it again, following the newest.",
        )


def _originators_heard(case: Case, command: c.ReleaseWarning) -> str:
    """ORCON blocks the release of text, with a clock and never silently."""
    controlled = [report for report in case.reports.values() if report.needs_originator]
    waiting = objecting = False
    for report in controlled:
        query = case.queries.get(report.report_id)
        if query is None:
            refuse(
                Code.ORIGINATOR_NOT_ASKED,
                "Nothing was released: the originator of a report was not asked.",
                "Record the question to the originator; their answer has a clock.",
            )
        waiting |= query.reply is None and not query.lapsed
        objecting |= query.reply is OriginatorReply.OBJECTS or (
            query.reply is None and query.lapsed
        )
    if waiting and not command.override_originator.strip():
        refuse(
            Code.ORIGINATOR_PENDING,
            "Nothing was released: an originator has not answered and still has time.",
            "Wait for the answer or its clock, or state why it cannot wait.",
        )
    if objecting and not command.override_originator.strip():
        refuse(
            Code.ORIGINATOR_OBJECTS,
            "Nothing was released: an originator objects or kept silent.",
            "Take their words out, or state why the warning goes all the same.",
        )
    return command.override_originator.strip() if waiting or objecting else ""


@decides(c.ReturnWarning)
def return_warning(case: Case, command: c.ReturnWarning, ctx: Context) -> list[e.Event]:
    warning = the_warning(case, command.warning_id)
    if warning.is_released:
        refuse(
            Code.WARNING_RELEASED_ALREADY,
            "Nothing was returned: these words have been released.",
            "Draft an update or a cancellation.",
        )
    return [
        e.WarningReturned(
            **ctx.stamp,
            warning_id=warning.warning_id,
            version=warning.draft.version,
            reason=said(command.reason, "a reason"),
        )
    ]
