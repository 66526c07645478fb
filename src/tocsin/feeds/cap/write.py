"""CAP 1.2 written strictly: what leaves here passes the schema and every rule of ours."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from lxml import etree  # type: ignore[import-untyped]

from tocsin.domain.areas import Area
from tocsin.domain.phrases import ENGLISH, phrases_for
from tocsin.domain.public import Publication, Reference, Status
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.warning import WarningKind, WarningWords
from tocsin.feeds.cap.document import CAP12, Element
from tocsin.feeds.cap.model import Alert, AlertArea, Info, Named, Resource
from tocsin.feeds.cap.read import read
from tocsin.feeds.cap.rules import MOST_HEADLINE

_MESSAGE_TYPES = {
    WarningKind.ALERT: "Alert",
    WarningKind.UPDATE: "Update",
    WarningKind.CANCEL: "Cancel",
}
_NOTES = {
    Status.ACTUAL: "",
    Status.EXERCISE: ENGLISH.exercise_note,
    Status.TEST: "This is a test. Nothing in it is real.",
}
_CANCELLED = "The warning that this message refers to is cancelled."
_MOST_OFFSET = timedelta(hours=14)
Parts = Iterable[tuple[str, "str | Parts"]]


def write(publication: Publication) -> bytes:
    """The CAP message of a publication, in UTF-8; the same bytes for the same publication.

    Raises Refusal BAD_VALUE, naming each broken rule and where, for what may not be published so.
    """
    if not publication.words:
        _unwritten("it has no words")
    languages = [words.language.lower() for words in publication.words]
    if len(set(languages)) < len(languages):
        _unwritten("a language is given twice")
    return _checked(alert_of(publication))


def write_ack(
    alert: Alert, *, sender: str, identifier: str, sent: datetime, note: str = ""
) -> bytes:
    """The message that tells the sender of `alert` it was received and accepted.

    Raises Refusal BAD_VALUE where `alert` cannot be referred to.
    """
    return _answer("Ack", alert, sender, identifier, sent, note)


def write_error(alert: Alert, *, sender: str, identifier: str, sent: datetime, note: str) -> bytes:
    """The message that tells the sender of `alert` it was not accepted; `note` says why.

    Raises Refusal BAD_VALUE where `alert` cannot be referred to or no reason is given.
    """
    return _answer("Error", alert, sender, identifier, sent, note)


def alert_of(publication: Publication) -> Alert:
    """The alert that `write` writes. Times are whole seconds in the zone of each window."""
    zone = publication.words[0].window.zone
    cancels = publication.message is WarningKind.CANCEL
    notes = (_NOTES[publication.status], _CANCELLED if cancels else "")
    return Alert(
        identifier=publication.identifier,
        sender=publication.sender,
        sent=_local(publication.sent, zone),
        status=publication.status.value,
        message_type=_MESSAGE_TYPES[publication.message],
        scope="Public",
        note=" ".join(filter(None, notes)),
        references=tuple(_refer(one, zone) for one in publication.references),
        infos=tuple(_info(publication, words) for words in publication.words),
    )


def render(alert: Alert) -> bytes:
    """Any alert as CAP 1.2, faults and all.

    Raises Refusal BAD_VALUE for characters that XML cannot hold.
    """
    root = etree.Element(f"{{{CAP12}}}alert", nsmap={None: CAP12})
    try:
        _fill(root, _alert_parts(alert))
    except ValueError:
        _unwritten("it holds control characters")
    etree.indent(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written + b"\n"


def headline(publication: Publication, words: WarningWords) -> str:
    """What a reader sees first, and many show nothing else: at most 160 characters, with EXERCISE
    or TEST ahead of all, and whether it updates or cancels."""
    spoken = phrases_for(words.language)
    marks = {Status.EXERCISE: spoken.exercise, Status.TEST: "TEST"}
    kinds = {
        WarningKind.UPDATE: spoken.headline_update,
        WarningKind.CANCEL: spoken.headline_cancel,
    }
    said = " ".join(words.what.split())
    parts = (marks.get(publication.status), kinds.get(publication.message), said)
    line = spoken.separator.join(filter(None, parts))
    if len(line) <= MOST_HEADLINE:
        return line
    return f"{line[: MOST_HEADLINE - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def _checked(alert: Alert) -> bytes:
    written = render(alert)
    try:
        faults = read(written).faults
    except Refusal as refusal:
        _unwritten(refusal.what)
    if faults:
        _unwritten("; ".join(f"{fault.where}: {fault.words}" for fault in faults[:5]))
    return written


def _unwritten(why: str) -> NoReturn:
    refuse(
        Code.BAD_VALUE,
        f"The CAP message was not written: {why.rstrip('.')}.",
        "Correct it and publish again.",
    )


def _answer(
    message_type: str, alert: Alert, sender: str, identifier: str, sent: datetime, note: str
) -> bytes:
    if alert.sent is None:
        _unwritten("the alert that it answers does not say when it was sent")
    marked = next((words for status, words in _NOTES.items() if status == alert.status), "")
    named = Reference(sender=alert.sender, identifier=alert.identifier, sent=alert.sent)
    return _checked(
        Alert(
            identifier=identifier,
            sender=sender,
            sent=sent.replace(microsecond=0),
            status=alert.status,
            message_type=message_type,
            scope="Private",
            addresses=alert.sender,
            note=" ".join(filter(None, (marked, note))),
            references=(_refer(named),),
        )
    )


def _info(publication: Publication, words: WarningWords) -> Info:
    notice, window = publication.notice, words.window
    note = _NOTES[publication.status]
    if publication.status is Status.EXERCISE:
        note = phrases_for(words.language).exercise_note
    said = (note, words.what, words.where, words.basis)
    return Info(
        language=words.language,
        categories=(notice.category.value,),
        event=notice.event.strip(),
        responses=(notice.response.value,),
        urgency=notice.nearness.value,
        severity=notice.severity.value,
        certainty=notice.certainty.value,
        onset=_local(window.opens, window.zone),
        expires=_local(window.closes, window.zone),
        sender_name=publication.sender_name.strip(),
        headline=headline(publication, words),
        description="\n\n".join(part.strip() for part in said if part),
        instruction=words.do.strip(),
        web=notice.web,
        contact=words.call.strip(),
        areas=tuple(_area(area) for area in notice.areas),
    )


def _area(area: Area) -> AlertArea:
    return AlertArea(
        description=area.description,
        polygons=area.polygons,
        circles=area.circles,
        geocodes=tuple(area.geocodes.items()),
    )


def _local(at: datetime, zone: str) -> datetime:
    return at.replace(microsecond=0).astimezone(ZoneInfo(zone))


def _refer(one: Reference, zone: str = "") -> str:
    sent = _local(one.sent, zone) if zone else one.sent.replace(microsecond=0)
    return f"{one.sender},{one.identifier},{_time(sent)}"


def _time(at: datetime | None) -> str:
    """With its own offset; zones of long ago had seconds in theirs, which XML has not."""
    if at is None:
        return ""
    offset = at.utcoffset() or timedelta()
    if offset.seconds % 60 or abs(offset) > _MOST_OFFSET:
        at = at.astimezone(UTC)
    text = at.isoformat(timespec="seconds")
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text


def _fill(parent: Element, parts: Parts) -> None:
    for name, value in parts:
        if not value:
            continue
        child = etree.SubElement(parent, f"{{{CAP12}}}{name}")
        if isinstance(value, str):
            child.text = value
        else:
            _fill(child, value)


def _alert_parts(alert: Alert) -> Iterator[tuple[str, "str | Parts"]]:
    yield "identifier", alert.identifier
    yield "sender", alert.sender
    yield "sent", _time(alert.sent)
    yield "status", alert.status
    yield "msgType", alert.message_type
    yield "source", alert.source
    yield "scope", alert.scope
    yield "restriction", alert.restriction
    yield "addresses", alert.addresses
    yield from (("code", code) for code in alert.codes)
    yield "note", alert.note
    yield "references", " ".join(alert.references)
    yield "incidents", alert.incidents
    yield from (("info", _info_parts(info)) for info in alert.infos)


def _info_parts(info: Info) -> Iterator[tuple[str, "str | Parts"]]:
    yield "language", info.language
    yield from (("category", category) for category in info.categories)
    yield "event", info.event
    yield from (("responseType", response) for response in info.responses)
    yield "urgency", info.urgency
    yield "severity", info.severity
    yield "certainty", info.certainty
    yield "audience", info.audience
    yield from _named("eventCode", info.event_codes)
    yield "effective", _time(info.effective)
    yield "onset", _time(info.onset)
    yield "expires", _time(info.expires)
    yield "senderName", info.sender_name
    yield "headline", info.headline
    yield "description", info.description
    yield "instruction", info.instruction
    yield "web", info.web
    yield "contact", info.contact
    yield from _named("parameter", info.parameters)
    yield from (("resource", _resource_parts(resource)) for resource in info.resources)
    yield from (("area", _area_parts(area)) for area in info.areas)


def _resource_parts(resource: Resource) -> Parts:
    return (
        ("resourceDesc", resource.description),
        ("mimeType", resource.media_type),
        ("size", "" if resource.size is None else str(resource.size)),
        ("uri", resource.uri),
        ("derefUri", resource.embedded),
        ("digest", resource.digest),
    )


def _area_parts(area: AlertArea) -> Iterator[tuple[str, "str | Parts"]]:
    yield "areaDesc", area.description
    yield from (("polygon", polygon) for polygon in area.polygons)
    yield from (("circle", circle) for circle in area.circles)
    yield from _named("geocode", area.geocodes)
    yield "altitude", area.altitude
    yield "ceiling", area.ceiling


def _named(name: str, values: Named) -> Iterator[tuple[str, "str | Parts"]]:
    for scheme, value in values:
        yield name, (("valueName", scheme), ("value", value))
