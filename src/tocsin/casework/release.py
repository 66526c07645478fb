"""One door out: whatever leaves the house passes here, released, by hash, for its audience."""

from dataclasses import dataclass

from tocsin.casework.access import require
from tocsin.casework.handle import Also, handle, load, tail_of
from tocsin.casework.house import App
from tocsin.casework.reads import read_case
from tocsin.casework.spoken import short_text
from tocsin.casework.text_parts import check_texts
from tocsin.channels import Message, address_for
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case, Delivery
from tocsin.domain.commands import ReleaseWarning
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.findings import Urgency
from tocsin.domain.leak import Leak, LeakKind, Source, find_leaks
from tocsin.domain.phrases import phrases_for
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.warning import (
    AcceptedLeak,
    Block,
    ThreatWarning,
    WarningKind,
    block_among,
    headline,
    text_sha256,
)
from tocsin.identity import links
from tocsin.store import bodies, events
from tocsin.store.engine import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """Exact words for one recipient. Made by `released_for` alone.

    `text` and its hash are the whole, in every language; `block` is what this recipient reads.
    """

    text: str
    text_sha256: str
    block: Block
    blocks: tuple[Block, ...]
    exercise: bool
    recipient_name: str

    @property
    def headline(self) -> str:
        return self.block.headline

    @property
    def language(self) -> str:
        return self.block.language


def released_for(case: Case, delivery: Delivery) -> Released:
    """The words a delivery carries. Raises RuntimeError if they are not the released ones."""
    warning = the_warning(case, delivery.warning_id)
    release, draft = warning.release, warning.draft
    if release is None or text_sha256(draft.text) != release.text_sha256:
        raise RuntimeError("words that were not released were about to leave")
    if delivery.text_sha256 != release.text_sha256:
        raise RuntimeError("a delivery carries other words than those released")
    recipient, blocks = case.recipients[delivery.recipient_id], draft.blocks
    return Released(
        text=draft.text,
        text_sha256=release.text_sha256,
        block=block_among(blocks, recipient.language),
        blocks=blocks,
        exercise=case.exercise,
        recipient_name=recipient.name,
    )


def message_for(app: App, case: Case, delivery: Delivery) -> Message:
    """The message that brings released words: the words, the link, the code, nothing else."""
    released = released_for(case, delivery)
    recipient = case.recipients[delivery.recipient_id]
    way, link = recipient.ways[delivery.way], link_for(app, delivery)
    code = code_for(app, delivery)
    say, warning = phrases_for(released.language), case.warnings[delivery.warning_id]
    cancels = warning.kind is WarningKind.CANCEL  # that it is over is worth hearing late, too
    mark = f"{' - '.join([say.exercise] * 3)}\n\n" if case.exercise else ""
    body = (
        f"{mark}{released.block.text}\n{say.please_confirm}\n{link}\n"
        f"{say.your_code}{say.separator}{code}\n\n{say.page_note}\n"
    )
    return Message(
        key=delivery.key,
        to_name=recipient.name,
        to_address=address_for(delivery.method, way.address),
        subject=(f"{say.exercise}{say.separator}" if case.exercise else "") + released.headline,
        body=body,
        language=released.language,
        exercise=case.exercise,
        method=delivery.method,
        short=short_text(released.block, link, code, exercise=case.exercise),
        link=link,
        imminent=case.clock_urgency is Urgency.IMMINENT,
        expires_at=None if cancels else warning.draft.words.window.closes,
        encrypt_to=way.key,
    )


def code_for(app: App, delivery: Delivery) -> str:
    """The code that confirms these exact words, for whoever brings them."""
    return links.code(app.keys.links, delivery.delivery_id, delivery.text_sha256)


def link_for(app: App, delivery: Delivery) -> str:
    """The recipient's page; nobody can guess it."""
    token = links.link_token(app.keys.links, delivery.delivery_id)
    return f"{app.settings.base_url}/w/{token}"


def leaks_of(app: App, case: Case, warning: ThreatWarning) -> tuple[Leak, ...]:
    """What of the draft stands only in what may not leave."""
    return find_leaks(warning.draft.text, _sources(app, case), _may_leave(case, warning))


def leaks_beside(app: App, case: Case, warning: ThreatWarning, text: str) -> tuple[Leak, ...]:
    """What of a text that goes with a released warning stands only in what may not leave."""
    told = [*_may_leave(case, warning), warning.draft.text]
    return find_leaks(text, _sources(app, case), told)


def leaks_back(app: App, case: Case, report_id: str, text: str) -> tuple[Leak, ...]:
    """What of a text for the sender of a report stands only in other reports."""
    sources = _sources(app, case)
    theirs = [one.text for one in sources if one.report_id == report_id]
    return find_leaks(text, [one for one in sources if one.report_id != report_id], theirs)


def _sources(app: App, case: Case) -> list[Source]:
    sources = []
    with app.store.read() as db:
        for report in case.reports.values():
            body = bodies.body(db, app.vault, report.sha256)
            protected = (report.received_from, report.originator, report.acquired_by)
            sources.append(
                Source(
                    report_id=report.report_id,
                    text=body.text if body else "",
                    tearline=report.tearline,
                    protected=tuple(name for name in protected if name.strip()),
                )
            )
    return sources


def _may_leave(case: Case, warning: ThreatWarning) -> list[str]:
    """Words told anyway: the victims' own names and places, the window, whom to call."""
    words = warning.draft.words
    told: list[str] = []
    for one in (words, *warning.draft.translations):
        say = phrases_for(one.language)
        heads = (headline(kind, say) for kind in WarningKind)
        told += [one.window.told(one.language), one.call, *heads, *say.labels]
    if warning.references:
        followed = case.warnings[warning.references]
        told.append(followed.draft.text)
        if followed.release:
            told.append(f"{followed.release.released_at:%Y-%m-%d %H:%M} UTC")
    for victim_id in warning.victim_ids:
        victim = case.victims[victim_id]
        told += [victim.name, victim.place, *victim.known_as]
    return told


def release(app: App, command: ReleaseWarning, by: Actor) -> Case:
    """Release exact words, after the check against the reports.

    A source's name never passes. Other words that stand only in what may not
    leave pass when the release authority accepts each of them with a reason.
    """
    case = read_case(app, command.case_id, by)
    require(app, by, command, case)
    check_texts(app, case, the_warning(case, command.warning_id))
    leaks = leaks_of(app, case, the_warning(case, command.warning_id))
    only_accepted(leaks, command.accepted, "the words", "what may not leave")
    return handle(app, command, by, also=same_reports(app, case))


def only_accepted(
    leaks: tuple[Leak, ...], accepted: tuple[AcceptedLeak, ...], said: str, only_in: str
) -> None:
    """Refuse a source always, and other marked words that nobody accepted with a reason."""
    if any(leak.kind is LeakKind.SOURCE for leak in leaks):
        refuse(
            Code.SOURCE_EXPOSED,
            f"Nothing was released: a source, an originator or who acquired it is named in {said}.",
            "Return it; take the marked words out.",
        )
    unaccepted = {leak.words for leak in leaks}
    unaccepted -= {one.words for one in accepted if one.reason.strip()}
    if unaccepted:
        refuse(
            Code.PROTECTED_WORDS,
            f"Nothing was released: {len(unaccepted)} phrases, names or numbers in {said} stand "
            f"only in {only_in}.",
            "Return it, or accept each of them with a reason.",
        )


def same_reports(app: App, case: Case) -> Also:
    """What makes sure, where words are let go, that they were compared with every report."""

    def check(db: Connection) -> None:
        events.lock_head(db)
        tail = tail_of(db, case.case_id)
        if tail is None or load(app, db, case.case_id, tail[0]).reports != case.reports:
            refuse(
                Code.CHANGED_MEANWHILE,
                "Nothing was released: a report came in while the words were being checked.",
                "Look at the check again, then release.",
            )

    return check
