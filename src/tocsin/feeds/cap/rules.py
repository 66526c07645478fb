"""What the schema of CAP 1.2 cannot test, and we demand of all that we send."""

import re
from collections.abc import Iterator
from datetime import datetime

from tocsin.domain.areas import Misdrawn, check_polygon, circle
from tocsin.domain.public import Reference
from tocsin.feeds.cap.model import Alert, AlertArea, Fault, FaultCode, Info

MOST_HEADLINE = 160
# A second at most, however hostile; polygons as they are published need a few thousand.
_MOST_PAIRS = 300_000
_FOLLOWING = frozenset({"Update", "Cancel", "Ack", "Error"})
_VALUES = {
    name: frozenset(words.split())
    for name, words in {
        "status": "Actual Exercise System Test Draft",
        "msgType": "Alert Update Cancel Ack Error",
        "scope": "Public Restricted Private",
        "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
        "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
        "urgency": "Immediate Expected Future Past Unknown",
        "severity": "Extreme Severe Moderate Minor Unknown",
        "certainty": "Observed Likely Possible Unlikely Unknown",
    }.items()
}
_WORD = re.compile(r"[^\s,<&]{1,500}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_WEB = re.compile(r"https?://[^\s/?#<>\"]+[^\s<>\"]*", re.I)
_HTML = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|script|span|strong|style|table|td|th|tr|u|ul)"
    r"(?:\s[^<>]{0,500})?/?>|&(?:amp|lt|gt|quot|nbsp|apos|#\d{1,7}|#x[0-9a-f]{1,6});",
    re.I,
)


def faults(alert: Alert) -> list[Fault]:
    """Everything wrong with `alert`: what reading found (its `faults`) and what these rules find.

    None means that it may be sent, once its bytes pass the schema.
    """
    found = dict.fromkeys(alert.faults)
    found.update(dict.fromkeys(_of_alert(alert)))
    shapes = _Shapes()
    for number, info in enumerate(alert.infos, 1):
        found.update(dict.fromkeys(_of_info(info, alert, f"info[{number}]/")))
        for place, area in enumerate(info.areas, 1):
            where = f"info[{number}]/area[{place}]/"
            found.update(dict.fromkeys(_of_area(area, where, shapes)))
    return list(found)


def reference(words: str) -> Reference | None:
    """ "sender,identifier,sent" as a reference; None where it is none."""
    try:
        sender, identifier, sent = words.split(",")
        time = datetime.fromisoformat(sent)
    except ValueError:
        return None
    if not (sender and identifier) or time.utcoffset() is None:
        return None
    return Reference(sender=sender, identifier=identifier, sent=time)


def _of_alert(alert: Alert) -> Iterator[Fault]:
    yield from _missing(
        "",
        identifier=alert.identifier,
        sender=alert.sender,
        sent=alert.sent,
        status=alert.status,
        msgType=alert.message_type,
        scope=alert.scope,
    )
    yield from _unknown("", "status", alert.status)
    yield from _unknown("", "msgType", alert.message_type)
    yield from _unknown("", "scope", alert.scope)
    for code, name, word in (
        (FaultCode.IDENTIFIER_FORM, "identifier", alert.identifier),
        (FaultCode.SENDER_FORM, "sender", alert.sender),
    ):
        if word and not _WORD.fullmatch(word):
            yield Fault(code, name, "It holds no spaces, commas, < or &, which references need.")
    yield from _of_references(alert)
    if alert.scope == "Private" and not alert.addresses:
        yield Fault(FaultCode.ADDRESSES_MISSING, "addresses", "A private alert says for whom.")
    if alert.scope == "Restricted" and not alert.restriction:
        yield Fault(FaultCode.RESTRICTION_MISSING, "restriction", "A restricted alert says how.")
    if not alert.note and alert.status == "Exercise":
        yield Fault(FaultCode.NOTE_MISSING, "note", "An exercise says in its note that it is one.")
    if not alert.note and alert.message_type == "Error":
        yield Fault(FaultCode.NOTE_MISSING, "note", "An error says in its note what is wrong.")
    if alert.message_type in {"Alert", "Update"} and not alert.infos:
        yield Fault(FaultCode.INFO_MISSING, "info", "An alert or update says something.")
    yield from _html("", note=alert.note)


def _of_references(alert: Alert) -> Iterator[Fault]:
    if alert.message_type in _FOLLOWING and not alert.references:
        yield Fault(FaultCode.REFERENCES_MISSING, "references",
                    "What follows another message names it.")  # fmt: skip
    for words in alert.references:
        if (named := reference(words)) is None:
            yield Fault(FaultCode.REFERENCE_FORM, "references",
                        "An earlier message is named as sender,identifier,sent.")  # fmt: skip
        elif (named.sender, named.identifier) == (alert.sender, alert.identifier):
            yield Fault(FaultCode.REFERENCE_TO_ITSELF, "references", "It refers to itself.")


def _of_info(info: Info, alert: Alert, where: str) -> Iterator[Fault]:
    yield from _missing(
        where,
        category=info.categories,
        event=info.event,
        urgency=info.urgency,
        severity=info.severity,
        certainty=info.certainty,
    )
    for name, words in (("category", info.categories), ("responseType", info.responses)):
        for word in words:
            yield from _unknown(where, name, word)
    yield from _unknown(where, "urgency", info.urgency)
    yield from _unknown(where, "severity", info.severity)
    yield from _unknown(where, "certainty", info.certainty)
    if not info.language:
        yield Fault(FaultCode.LANGUAGE_MISSING, f"{where}language",
                    "No language is given, which means American English.")  # fmt: skip
    elif not _LANGUAGE.fullmatch(info.language):
        yield Fault(FaultCode.LANGUAGE_FORM, f"{where}language", "It is no language tag.")
    yield from _of_times(info, alert, where)
    if len(info.headline) > MOST_HEADLINE:
        yield Fault(FaultCode.HEADLINE_LONG, f"{where}headline",
                    f"A headline has at most {MOST_HEADLINE} characters.")  # fmt: skip
    if info.web and not _WEB.fullmatch(info.web):
        yield Fault(FaultCode.WEB_FORM, f"{where}web", "It is no full web address.")
    yield from _html(
        where,
        event=info.event,
        headline=info.headline,
        description=info.description,
        instruction=info.instruction,
        contact=info.contact,
    )
    if not info.areas and alert.message_type in {"Alert", "Update"}:
        yield Fault(FaultCode.AREA_MISSING, f"{where}area", "It does not say where it holds.")


def _of_times(info: Info, alert: Alert, where: str) -> Iterator[Fault]:
    if info.expires is None:
        yield Fault(FaultCode.EXPIRES_MISSING, f"{where}expires", "It does not say until when.")
        return
    # A cancellation may come after the end of what it cancels.
    begins = [info.onset, info.effective]
    if alert.message_type != "Cancel":
        begins.append(alert.sent)
    if any(begin is not None and info.expires <= begin for begin in begins):
        yield Fault(FaultCode.EXPIRES_EARLY, f"{where}expires", "It ends before it begins.")


class _Shapes:
    """The polygons of one alert: each judged once, though every language repeats it."""

    def __init__(self) -> None:
        self._known: dict[str, Misdrawn | None] = {}
        self._pairs_left = _MOST_PAIRS

    def wrong(self, polygon: str) -> Misdrawn | None:
        if polygon not in self._known:
            self._known[polygon] = self._judged(polygon)
        return self._known[polygon]

    def _judged(self, polygon: str) -> Misdrawn | None:
        try:
            self._pairs_left -= check_polygon(polygon, most_pairs=self._pairs_left)
        except Misdrawn as wrong:
            if wrong.rule == Misdrawn.Rule.TANGLED:
                self._pairs_left = 0
            return wrong
        return None


def _of_area(area: AlertArea, where: str, shapes: _Shapes) -> Iterator[Fault]:
    yield from _missing(where, areaDesc=area.description)
    yield from _html(where, areaDesc=area.description)
    if not (area.polygons or area.circles or area.geocodes):
        yield Fault(FaultCode.AREA_EMPTY, where[:-1], "The area has no shape and no code.")
    for polygon in area.polygons:
        if wrong := shapes.wrong(polygon):
            yield Fault(FaultCode(f"polygon-{wrong.rule}"), f"{where}polygon", _sentence(wrong))
    for one in area.circles:
        try:
            circle(one)
        except Misdrawn as wrong:
            yield Fault(FaultCode(f"circle-{wrong.rule}"), f"{where}circle", _sentence(wrong))


def _missing(where: str, **values: object) -> Iterator[Fault]:
    for name, value in values.items():
        if not value:
            yield Fault(FaultCode.MISSING, f"{where}{name}", "CAP demands it.")


def _unknown(where: str, name: str, word: str) -> Iterator[Fault]:
    if word and word not in _VALUES[name]:
        yield Fault(FaultCode.VALUE_UNKNOWN, f"{where}{name}", "It is none of the words of CAP.")


def _html(where: str, **texts: str) -> Iterator[Fault]:
    for name, text in texts.items():
        if _HTML.search(text):
            yield Fault(FaultCode.HTML, f"{where}{name}", "It holds HTML, which readers show raw.")


def _sentence(wrong: Misdrawn) -> str:
    words = str(wrong)
    return f"{words[0].upper()}{words[1:]}."
