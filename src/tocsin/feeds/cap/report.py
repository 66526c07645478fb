"""A CAP alert received as a report: its words as text, its faults as defects."""

from collections.abc import Iterator
from datetime import datetime

from tocsin.domain.refusal import Code, Refusal
from tocsin.feeds.cap.model import Alert, AlertArea, Info
from tocsin.feeds.cap.read import read
from tocsin.feeds.characters import decode, language_tag
from tocsin.feeds.model import DefectCode, Extract

_MOST_DEFECTS = 50


def read_cap(data: bytes, charset: str | None, into: Extract) -> None:
    """Put an alert into `into`. What is no readable CAP after all is kept as the text it is.

    Raises Refusal REPORT_TOO_LARGE or REPORT_TOO_COMPLEX.
    """
    try:
        alert = read(data)
    except Refusal as refusal:
        if refusal.code is not Code.REPORT_UNREADABLE:
            raise
        into.flaw(DefectCode.CAP_UNREADABLE, f"{refusal.what} It is shown as received.")
        into.text = decode(data, charset, into)
        return
    for fault in alert.faults[:_MOST_DEFECTS]:
        into.flaw(DefectCode.CAP_FAULT, f"{fault.where}: {fault.words}")
    if alert.signed:
        into.flaw(DefectCode.CAP_SIGNATURE_NOT_VERIFIED, "Its signature was not verified.")
    first = alert.infos[0] if alert.infos else Info()
    into.title = first.headline or first.event or None
    into.language = language_tag(first.language)
    into.text = "\n".join(_told(alert))


def _told(alert: Alert) -> Iterator[str]:
    yield from _lines(
        ("CAP", f"{alert.status} {alert.message_type}, {alert.scope}"),
        ("From", alert.sender),
        ("Identifier", alert.identifier),
        ("Sent", _time(alert.sent)),
        ("Source", alert.source),
        ("Restriction", alert.restriction),
        ("Note", alert.note),
        ("Refers to", "; ".join(alert.references)),
        ("Incidents", alert.incidents),
    )
    for info in alert.infos:
        yield ""
        yield from _lines(
            ("Language", info.language),
            ("Event", info.event),
            ("Headline", info.headline),
            ("Urgency", info.urgency),
            ("Severity", info.severity),
            ("Certainty", info.certainty),
            ("Response", ", ".join(info.responses)),
            ("Audience", info.audience),
            ("Effective", _time(info.effective)),
            ("Onset", _time(info.onset)),
            ("Expires", _time(info.expires)),
            ("Sent by", info.sender_name),
            ("Description", info.description),
            ("Instruction", info.instruction),
            ("Contact", info.contact),
            ("Web", info.web),
            *(("Area", _place(area)) for area in info.areas),
            *((name or "Parameter", value) for name, value in info.parameters),
            *(("Resource", f"{one.description} ({one.media_type}) {one.uri}")
              for one in info.resources),
        )  # fmt: skip


def _lines(*pairs: tuple[str, str]) -> Iterator[str]:
    return (f"{name}: {words}" for name, words in pairs if words)


def _place(area: AlertArea) -> str:
    codes = (f"{name} {value}" for name, value in area.geocodes)
    shapes = [f"polygons: {len(area.polygons)}"] if area.polygons else []
    circles = (f"circle {one} km" for one in area.circles)
    return "; ".join(filter(None, (area.description, *shapes, *circles, *codes)))


def _time(at: datetime | None) -> str:
    return at.isoformat() if at else ""
