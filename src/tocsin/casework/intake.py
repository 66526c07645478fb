"""Receiving: bytes kept, read, hashed; the same bytes twice are one report."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tocsin.casework import sources
from tocsin.casework.access import allows, may_read
from tocsin.casework.handle import apply, handle
from tocsin.casework.house import App
from tocsin.casework.reads import case_of, read_case
from tocsin.casework.sighting import Look, look, record_sightings
from tocsin.casework.watchlist import HAN, MOST_SCREENED, MOST_SIGNS
from tocsin.domain.actor import SYSTEM, Actor
from tocsin.domain.commands import (
    AddReport,
    Command,
    OpenCase,
    ReceiveAgain,
    RecordInbound,
)
from tocsin.domain.findings import Urgency
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.report import Credibility, Reliability, Report
from tocsin.domain.serial import instant
from tocsin.feeds import Limits, ReadReport, read_report
from tocsin.record.sealing import RANDOMNESS_BYTES
from tocsin.store import bodies, views
from tocsin.store.engine import Connection

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U to misread aloud


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a person or a feed says of a report beside its bytes.

    `urgency` is None when nobody has said how near the harm is: it then counts as
    imminent. `case_id` adds the report to a case; empty opens one. `warned_by` makes it a warning
    given to us, when it was acquired; `claims` are what it says, one by one.
    """

    content: bytes
    acquired_at: datetime
    acquired_by: str
    received_from: str
    reliability: Reliability = Reliability.F
    credibility: Credibility = Credibility.SIX
    marking: str = ""
    originator: str = ""
    originator_controls: tuple[str, ...] = ()
    language: str = ""
    title: str = ""
    tearline: str = ""
    filename: str | None = None
    media_type: str | None = None
    urgency: Urgency | None = None
    case_id: str = ""
    restricted: bool = False
    exercise: bool = False
    warned_by: str = ""
    warned_path: str = ""
    answer_to: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the giver of a report gets back; no case number where they may not see it.

    `sighted_in` are the other cases in which a subject on watch is named in it; `same_story_in`
    those that hold the same story, as far as they may see them.
    """

    report_id: str
    sha256: str
    case_id: str
    again: bool
    defects: tuple[str, ...]
    sighted_in: tuple[str, ...] = ()
    same_story_in: tuple[str, ...] = ()


def receive(app: App, given: Received, by: Actor) -> Receipt:
    """Keep a report and open a case on it, or add it to one.

    Raises Refusal when it cannot be read at all, lacks a zone, or may not be
    received by this officer; nothing is kept then.
    """
    _may_receive(app, given, by)
    given = replace(given, acquired_at=_zoned(given.acquired_at))
    limits = Limits(report_bytes=app.settings.report_bytes)
    read = read_report(
        given.content, filename=given.filename, media_type=given.media_type, limits=limits
    )
    given = _with_hints(given, read)
    try:
        return _once(app, given, read, by)
    except Refusal as refusal:
        if refusal.code is not Code.CHANGED_MEANWHILE:
            raise
        # Somebody else received the same bytes at this very moment; theirs stand.
        return _once(app, given, read, by)


def same_story_in(app: App, given: Received, by: Actor) -> tuple[str, ...]:
    """Open cases that this officer may read and that hold this very story; nothing is kept.

    Refuses what `receive` would.
    """
    _may_receive(app, given, by)
    limits = Limits(report_bytes=app.settings.report_bytes)
    read = read_report(
        given.content, filename=given.filename, media_type=given.media_type, limits=limits
    )
    return sources.same_as(app, read.text, by, exercise=given.exercise)


def _may_receive(app: App, given: Received, by: Actor) -> None:
    """Asked before anything is read, so that nobody learns from the answer what is held."""
    if allows(app, by, "receive_report"):
        return
    if not given.case_id or not allows(app, by, "add_report", read_case(app, given.case_id, by)):
        refuse(
            Code.NOT_ALLOWED,
            "The report was not received: none of your roles allows it.",
            "Give it to an analyst or a determining officer.",
        )


def _zoned(at: datetime) -> datetime:
    if at.utcoffset() is None:
        refuse(
            Code.TIME_WITHOUT_ZONE,
            "The report was not received: its time of acquisition has no zone.",
            "Give the time with its offset, such as 2024-03-07T14:00+03:00.",
        )
    try:
        return at.astimezone(UTC)
    except OverflowError:
        refuse(
            Code.BAD_VALUE,
            "The report was not received: its time of acquisition lies in no calendar.",
            "Correct the year.",
        )


def _once(app: App, given: Received, read: ReadReport, by: Actor) -> Receipt:
    with app.store.read() as db:
        known = views.report_by_sha256(db, read.sha256)
    if known is not None:
        return _again(app, given, known, read, by)
    report = _report(app, given, read)
    sighted: list[str] = []
    exercise = case_of(app, given.case_id).exercise if given.case_id else given.exercise
    seen = look(app, read.text, exercise=exercise, soon=True)

    def keep(db: Connection) -> None:
        sighted[:] = _keep(app, db, given, read, seen, report.report_id, command.case_id)

    command: Command
    if given.case_id:
        command = AddReport(case_id=given.case_id, report=report)
    else:
        command = OpenCase(
            case_id=new_id(app, "C"),
            report=report,
            title=report.title,
            urgency=given.urgency,
            restricted=given.restricted,
            exercise=given.exercise,
        )
    then = _warning(given, command.case_id, report.report_id)
    case = handle(app, command, by, also=keep, then=then)
    return Receipt(
        report_id=report.report_id,
        sha256=read.sha256,
        case_id=case.case_id,
        again=False,
        defects=report.defects,
        sighted_in=_seen(app, sighted, by),
        same_story_in=sources.cases_like(app, case, report.report_id, by),
    )


def _keep(
    app: App,
    db: Connection,
    given: Received,
    read: ReadReport,
    seen: Look,
    report_id: str,
    case_id: str,
) -> list[str]:
    """The bytes, which reports they are like, and in which cases they name a subject on watch."""
    bodies.put_body(
        db,
        app.vault,
        sha256=read.sha256,
        content=given.content,
        text=read.text,
        now=app.clock(),
        randomness=app.randomness(RANDOMNESS_BYTES),
    )
    sighted = record_sightings(app, db, seen, report_id=report_id, case_id=case_id)
    sources.keep(app, db, report_id, read.text, exercise=seen.exercise)
    return sighted


def _warning(given: Received, case_id: str, report_id: str) -> tuple[Command, ...]:
    """The obligation that comes with a report, where somebody gave it to us as a warning."""
    if not given.warned_by.strip():
        return ()
    return (
        RecordInbound(
            case_id=case_id,
            report_id=report_id,
            sender=given.warned_by,
            received_at=given.acquired_at,
            path=given.warned_path,
            answer_to=given.answer_to,
            claims=given.claims,
            language=given.language,
        ),
    )


def _seen(app: App, cases: Sequence[str], by: Actor) -> tuple[str, ...]:
    return tuple(one for one in cases if may_read(app, by, case_of(app, one)))


def _again(
    app: App, given: Received, known: views.ReportRow, read: ReadReport, by: Actor
) -> Receipt:
    receipt = Receipt(
        report_id=known.report_id, sha256=known.sha256, case_id="", again=True, defects=()
    )
    command = ReceiveAgain(
        case_id=known.case_id,
        report_id=known.report_id,
        acquired_at=given.acquired_at,
        acquired_by=given.acquired_by,
        received_from=given.received_from,
    )
    sighted: list[str] = []
    warned, speaker = _warned_again(app, given, known, by)
    seen = look(app, read.text, exercise=case_of(app, known.case_id).exercise, soon=True)

    def heed(db: Connection) -> None:
        sighted[:] = record_sightings(
            app, db, seen, report_id=known.report_id, case_id=known.case_id
        )
        for one in warned:
            apply(app, db, one, speaker)

    case = handle(app, command, by, also=heed)
    shown = known.case_id if may_read(app, by, case) else ""
    return replace(receipt, case_id=shown, sighted_in=_seen(app, sighted, by))


def _warned_again(
    app: App, given: Received, known: views.ReportRow, by: Actor
) -> tuple[tuple[Command, ...], Actor]:
    """Each sender is owed an answer, once for the same bytes; also in a case that whoever
    received them may not see: the house itself then puts it on the record."""
    case = case_of(app, known.case_id)
    senders = {
        one.sender.casefold() for one in case.inbound.values() if one.report_id == known.report_id
    }
    again = case.destroyed or given.warned_by.strip().casefold() in senders
    warned = () if again else _warning(given, known.case_id, known.report_id)
    return warned, by if allows(app, by, "record_inbound", case) else SYSTEM


def _report(app: App, given: Received, read: ReadReport) -> Report:
    first_words = " ".join(read.text.split())[:80]
    title = given.title or read.title or first_words or "Report without words"
    return Report(
        report_id=new_id(app, "R"),
        sha256=read.sha256,
        size_bytes=read.size_bytes,
        media_type=read.media_type,
        title=title.replace("\0", "\N{SYMBOL FOR NULL}")[:200],  # as the text shows it
        acquired_at=given.acquired_at,
        acquired_by=given.acquired_by,
        received_at=app.clock(),
        received_from=given.received_from,
        reliability=given.reliability,
        credibility=given.credibility,
        marking=given.marking,
        originator=given.originator,
        originator_controls=given.originator_controls,
        language=given.language or read.language or "",
        tearline=given.tearline,
        defects=(*(defect.what for defect in read.defects), *_unscreened(read.text)),
    )


def _unscreened(text: str) -> list[str]:
    """What of a report so long is not compared."""
    signs = len(text) > MOST_SIGNS < len(HAN.findall(text))
    if len(text) <= MOST_SCREENED and not signs:
        return []
    least = f"{MOST_SIGNS:,} Han characters" if signs else f"{MOST_SCREENED:,} characters"
    return [f"Names beyond its first {least} are not compared with subjects on watch."]


def _with_hints(given: Received, read: ReadReport) -> Received:
    """Fields that a report in our JSON format brings along stand where nobody said otherwise.

    Of two times of acquisition the earlier counts, and controls add up: a document
    can neither delay the clock nor free itself from its originator.
    """
    hints = dict(read.hints)
    try:
        changes: dict[str, object] = {}
        if "acquired_at" in hints:
            changes["acquired_at"] = min(given.acquired_at, instant(str(hints["acquired_at"])))
        if "reliability" in hints and given.reliability is Reliability.F:
            changes["reliability"] = Reliability(str(hints["reliability"]))
        if "credibility" in hints and given.credibility is Credibility.SIX:
            changes["credibility"] = Credibility(str(hints["credibility"]))
        for name in ("received_from", "marking", "originator", "title", "language"):
            if name in hints and not getattr(given, name):
                changes[name] = str(hints[name])
        if "originator_controls" in hints:
            controls = (*given.originator_controls, *map(str, hints["originator_controls"]))
            changes["originator_controls"] = tuple(dict.fromkeys(controls))
    except ValueError as error:
        raise Refusal(
            Code.BAD_VALUE,
            "The report was not received: one of its fields has no such value.",
            "Correct the report's JSON fields.",
        ) from error
    return replace(given, **changes)  # type: ignore[arg-type]  # each value was just typed above


def new_id(app: App, prefix: str) -> str:
    """A number people can say on the telephone: C-7F3K-9QWM."""
    number = int.from_bytes(hashlib.sha256(app.randomness(16)).digest()[:5])
    digits = "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{prefix}-{digits[:4]}-{digits[4:]}"
