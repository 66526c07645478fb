"""Warnings to the public: checked against the reports, published, cancelled, kept for everybody."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from tocsin.casework import lists
from tocsin.casework.access import allows, require
from tocsin.casework.handle import apply, handle
from tocsin.casework.house import App
from tocsin.casework.minting import UNSENT, publication_of
from tocsin.casework.reads import read_case
from tocsin.casework.release import leaks_beside, same_reports
from tocsin.domain import commands as c
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.domain.deciding.publishing import the_publication
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.kinds import Method
from tocsin.domain.leak import LeakKind
from tocsin.domain.public import Publication, PublicNotice, PublishedNotice, Reference, Status
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.serial import from_plain
from tocsin.domain.warning import WarningKind, WarningWords, compose
from tocsin.store import published
from tocsin.store.engine import Connection

Publishing = c.PreparePublication | c.ConfirmPublication | c.CancelPublication
MOST_SHOWN = 1_000
"""So many of the newest messages stand in the list and the feed; each keeps its own page."""
SHAM = (Status.EXERCISE, Status.TEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """A message that went out. `said` is its publication as JSON, the same for ever."""

    said: str
    message: WarningKind
    chain: str

    @property
    def publication(self) -> Publication:
        return from_plain(Publication, json.loads(self.said))


def publish(app: App, command: Publishing, by: Actor) -> Case:
    """Carry out one of the three. A cancellation is checked when it is written, never again:
    nothing may hold it up."""
    case = read_case(app, command.case_id, by)
    require(app, by, command, case)
    if isinstance(command, c.CancelPublication):
        return _stop_lists(app, handle(app, command, by), command.publication_id, by)
    if isinstance(command, c.PreparePublication):
        return _prepare(app, case, command, by)
    one = the_publication(case, command.publication_id)
    _nothing_leaks(app, case, one.warning_id, one.notice, one.cancellation)
    same = same_reports(app, case)
    with app.store.write() as db:  # nobody is told without the lists being on their way
        same(db)
        after = apply(app, db, command, by)
        after = _to_lists(app, db, after, one.publication_id, by)
    app.cache.put(after)
    return after


def _prepare(app: App, case: Case, command: c.PreparePublication, by: Actor) -> Case:
    """What CAP cannot say is refused now, and not when it must go out."""
    _nothing_leaks(app, case, command.warning_id, command.notice, command.cancellation)
    if set(command.lists) - {one.list_id for one in lists_of(app, case, by)}:
        refuse(
            Code.LIST_UNKNOWN,
            "Nothing was prepared: there is no such list.",
            "Choose among the lists of the unit that has the case.",
        )

    def check(db: Connection) -> None:
        same(db)
        draft = case.warnings[command.warning_id].draft
        for words in ((draft.words, *draft.translations), command.cancellation):
            cap_text(_trial(app, command, words))

    same = same_reports(app, case)
    return handle(app, command, by, also=check)


def _trial(app: App, command: c.PreparePublication, words: tuple[WarningWords, ...]) -> Publication:
    public = app.settings.public
    return Publication(
        sender=public.sender if public else UNSENT,
        identifier=UNSENT,
        sent=app.clock().replace(microsecond=0),
        status=command.status,
        message=WarningKind.ALERT,
        words=words,
        notice=command.notice,
    )


def _nothing_leaks(
    app: App,
    case: Case,
    warning_id: str,
    notice: PublicNotice,
    cancellation: tuple[WarningWords, ...],
) -> None:
    """What is said beside the released words passes the same door as they did."""
    said = [notice.event, notice.web, *(area.description for area in notice.areas)]
    said += [" ".join(pair) for area in notice.areas for pair in area.geocodes.items()]
    said += [compose(words, WarningKind.CANCEL, None) for words in cancellation]
    leaks = leaks_beside(app, case, the_warning(case, warning_id), "\n".join(said))
    if any(leak.kind is LeakKind.SOURCE for leak in leaks):
        refuse(
            Code.SOURCE_EXPOSED,
            "Nothing was done: the event, an area or the cancellation names a source, an "
            "originator or who acquired it.",
            "Say it without them.",
        )
    if leaks:
        refuse(
            Code.PROTECTED_WORDS,
            f"Nothing was done: {len({leak.words for leak in leaks})} phrases, names or numbers "
            "in the event, an area or the cancellation stand only in what may not leave.",
            "Say it in words of the released warning.",
        )


def lists_of(app: App, case: Case, by: Actor) -> list[lists.MailingList]:
    """The lists that a publication of the case may go to as well: its unit's, whoever asks."""
    return lists.of_unit(app, case.unit) if allows(app, by, "read_directory") else []


def _to_lists(app: App, db: Connection, case: Case, publication_id: str, by: Actor) -> Case:
    """What is public is public: where a list cannot be served, that goes on the record."""
    one = case.publications[publication_id]
    # Not asked what whoever confirms may see: the lists stand in what they confirm.
    for chosen in (row for row in lists.of_unit(app, case.unit) if row.list_id in one.lists):
        for method in sorted({method for method, _ in chosen.subscribers}):
            case = _dispatch(app, db, case, one, chosen.list_id, Method(method), by)
    return case


def _dispatch(
    app: App,
    db: Connection,
    case: Case,
    one: PublishedNotice,
    list_id: str,
    method: Method,
    by: Actor,
) -> Case:
    command = c.PlanDispatch(
        case_id=case.case_id,
        warning_id=one.warning_id,
        list_id=list_id,
        method=method,
        publication_id=one.publication_id,
    )
    try:
        return apply(app, db, command, by)
    except Refusal as refusal:
        words = f"Publication {one.publication_id} did not go to list {list_id}: {refusal}"
        return apply(app, db, c.RecordRemark(case_id=case.case_id, words=words), by)


def _stop_lists(app: App, case: Case, publication_id: str, by: Actor) -> Case:
    """What is on its way to a list is stopped; who was told is told by a cancellation released."""
    for dispatch in list(case.dispatches.values()):
        under_way = not (dispatch.is_over or dispatch.cancelled)
        if dispatch.publication_id == publication_id and under_way:
            command = c.CancelDispatch(
                case_id=case.case_id,
                dispatch_id=dispatch.dispatch_id,
                reason=f"publication {publication_id} was cancelled",
            )
            try:
                case = handle(app, command, by)
            except Refusal as refusal:
                words = f"Dispatch {dispatch.dispatch_id} was not stopped: {refusal}"
                case = handle(app, c.RecordRemark(case_id=case.case_id, words=words), by)
    return case


def preview(app: App, case: Case, one: PublishedNotice, *, cancels: bool = False) -> Publication:
    """What would go out if it were confirmed, or cancelled, now."""
    sent = app.clock().replace(microsecond=0)
    shown = publication_of(app, case, one, cancels=cancels, sent=sent)
    if not cancels or one.sent_as:
        return shown
    # It would name what it cancels, which has no name yet.
    unsent = Reference(sender=shown.sender, identifier=UNSENT, sent=sent)
    references = (*shown.references, unsent)
    return replace(shown, identifier=f"{UNSENT}-CANCEL", references=references)


def cap_text(publication: Publication) -> str:
    """The CAP message of a publication, not yet signed. Refuses BAD_VALUE with the rule broken."""
    from tocsin.feeds.cap.write import write

    return write(publication).decode()


def messages(app: App, statuses: Sequence[Status]) -> list[Public]:
    """What went out, the newest first."""
    with app.store.read() as db:
        rows = published.newest(db, [one.value for one in statuses], MOST_SHOWN)
    return [_public(row) for row in rows]


def chain_of(app: App, identifier: str) -> list[Public]:
    """Every message of the chain that this one is of, the oldest first. Refuses
    PUBLICATION_UNKNOWN."""
    with app.store.read() as db:
        row = published.get(db, identifier) if _is_plain(identifier) else None
        rows = published.chain_of(db, row.chain) if row else []
    return [_public(one) for one in rows] or _no_such()


def signed(app: App, identifier: str) -> bytes:
    """A message as it was signed, byte for byte. Refuses PUBLICATION_UNKNOWN."""
    with app.store.read() as db:
        found = published.xml_of(db, identifier) if _is_plain(identifier) else None
    return found or _no_such()


def _public(row: published.Row) -> Public:
    return Public(said=row.said, message=WarningKind(row.message), chain=row.chain)


def _is_plain(identifier: str) -> bool:
    return identifier.isascii() and identifier.isprintable()


def _no_such() -> NoReturn:
    refuse(
        Code.PUBLICATION_UNKNOWN,
        "Nothing was shown: no message to the public has this name.",
        "Look at the list of warnings.",
    )
