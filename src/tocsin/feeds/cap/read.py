"""CAP 1.0, 1.1 and 1.2 read leniently: what publishers got wrong is listed, not refused."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from tocsin.feeds.cap.document import CAP12, DSIG, VERSIONS, Element, parse, schema_lines
from tocsin.feeds.cap.model import Alert, AlertArea, Fault, FaultCode, Info, Named, Resource
from tocsin.feeds.cap.rules import faults

MOST_EMBEDDED = 1_500_000
_MOST_FAULTS = 200
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", re.ASCII)


def read(data: bytes) -> Alert:
    """The alert with every fault found, by its schema (1.2), its form and our rules.

    The bytes stay with the caller. Raises Refusal as `document.parse` does.
    """
    root = parse(data)
    found: list[Fault] = []
    top = _Element(root, "", found)
    alert = _alert(top)
    if root.tag == f"{{{CAP12}}}alert" and (lines := schema_lines(root)):
        where = f"line {lines[0]}"
        found.insert(0, Fault(FaultCode.SCHEMA, where, "It breaks the schema of CAP 1.2 here."))
    alert = replace(alert, faults=tuple(found))
    return replace(alert, faults=tuple(faults(alert)[:_MOST_FAULTS]))


class _Element:
    """One element's children by name; `asked` are those that CAP knows."""

    def __init__(self, node: Element, where: str, found: list[Fault]) -> None:
        self.node, self.where, self.found = node, where, found
        self.namespace = node.tag.partition("}")[0] + "}"
        self.asked: set[str] = set()

    def fault(self, code: FaultCode, name: str, words: str) -> None:
        self.found.append(Fault(code, f"{self.where}{name}", words))

    def inside(self, name: str) -> Iterator["_Element"]:
        self.asked.add(name)
        for number, node in enumerate(self.node.findall(self.namespace + name), 1):
            yield _Element(node, f"{self.where}{name}[{number}]/", self.found)

    def texts(self, name: str, *, exact: bool = False) -> tuple[str, ...]:
        """The words of every child `name`; an `exact` one is a word for machines."""
        self.asked.add(name)
        words = []
        for node in self.node.findall(self.namespace + name):
            text = "".join(node.itertext())
            if not (stripped := text.strip()):
                self.fault(FaultCode.EMPTY, name, "It is there and empty; leave it out.")
                continue
            if exact and stripped != text:
                self.fault(FaultCode.STRAY_SPACE, name, "It begins or ends with white space.")
            words.append(stripped)
        return tuple(words)

    def text(self, name: str, *, exact: bool = False) -> str:
        words = self.texts(name, exact=exact)
        if len(words) > 1:
            self.fault(FaultCode.REPEATED, name, "It is given more than once; the first counts.")
        return words[0] if words else ""

    def time(self, name: str) -> datetime | None:
        if not (text := self.text(name, exact=True)):
            return None
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            time = None
        if time is None or time.utcoffset() is None or not 1900 < time.year < 3000:
            self.fault(FaultCode.TIME_UNREADABLE, name, "It is no time of this age with an offset.")
            return None
        if not _TIME.fullmatch(text):
            self.fault(FaultCode.TIME_FORM, name, "Write a time as 2024-03-07T18:00:00+03:00.")
        elif text.endswith("+00:00"):
            self.fault(FaultCode.UTC_FORM, name, "CAP writes the offset of UTC as -00:00.")
        return time

    def named(self, name: str) -> Named:
        return tuple(one.pair() for one in self.inside(name))

    def pair(self) -> tuple[str, str]:
        if len(self.node):
            return self.text("valueName"), self.text("value")
        name, _, value = (self.node.text or "").strip().partition("=")  # as CAP 1.0 wrote it
        return name, value

    def strangers(self) -> None:
        """Called last: whatever nobody asked for."""
        known = {self.namespace + name for name in self.asked}
        for node in self.node.iterchildren("*"):
            if node.tag not in known and not node.tag.startswith(f"{{{DSIG}}}"):
                self.fault(FaultCode.UNKNOWN_ELEMENT, "", "It holds an element that CAP lacks.")
                return


def _alert(top: _Element) -> Alert:
    alert = Alert(
        version=VERSIONS[top.namespace[1:-1]],
        identifier=top.text("identifier", exact=True),
        sender=top.text("sender", exact=True),
        sent=top.time("sent"),
        status=top.text("status", exact=True),
        message_type=top.text("msgType", exact=True),
        source=top.text("source"),
        scope=top.text("scope", exact=True),
        restriction=top.text("restriction"),
        addresses=top.text("addresses"),
        codes=top.texts("code"),
        note=top.text("note"),
        references=tuple(top.text("references").split()),
        incidents=top.text("incidents"),
        infos=tuple(_info(one) for one in top.inside("info")),
        signed=top.node.find(f"{{{DSIG}}}Signature") is not None,
    )
    top.asked.add("password")  # CAP 1.0
    top.strangers()
    return alert


def _info(one: _Element) -> Info:
    info = Info(
        language=one.text("language", exact=True),
        categories=one.texts("category", exact=True),
        event=one.text("event"),
        responses=one.texts("responseType", exact=True),
        urgency=one.text("urgency", exact=True),
        severity=one.text("severity", exact=True),
        certainty=one.text("certainty", exact=True),
        audience=one.text("audience"),
        event_codes=one.named("eventCode"),
        effective=one.time("effective"),
        onset=one.time("onset"),
        expires=one.time("expires"),
        sender_name=one.text("senderName"),
        headline=one.text("headline"),
        description=one.text("description"),
        instruction=one.text("instruction"),
        web=one.text("web"),
        contact=one.text("contact"),
        parameters=one.named("parameter"),
        resources=tuple(_resource(inner) for inner in one.inside("resource")),
        areas=tuple(_area(inner) for inner in one.inside("area")),
    )
    one.strangers()
    return info


def _resource(one: _Element) -> Resource:
    size, embedded = one.text("size"), one.text("derefUri")
    if size and not (size.isascii() and size.isdigit() and len(size) < 16):
        one.fault(FaultCode.NUMBER_UNREADABLE, "size", "It is no number of bytes.")
        size = ""
    if len(embedded) > MOST_EMBEDDED:
        one.fault(FaultCode.RESOURCE_TOO_LARGE, "derefUri", "Embedded content was left out.")
        embedded = ""
    resource = Resource(
        description=one.text("resourceDesc"),
        media_type=one.text("mimeType"),
        size=int(size) if size else None,
        uri=one.text("uri"),
        embedded=embedded,
        digest=one.text("digest"),
    )
    one.strangers()
    return resource


def _area(one: _Element) -> AlertArea:
    area = AlertArea(
        description=one.text("areaDesc"),
        polygons=tuple(" ".join(shape.split()) for shape in one.texts("polygon")),
        circles=tuple(" ".join(shape.split()) for shape in one.texts("circle")),
        geocodes=one.named("geocode"),
        altitude=one.text("altitude"),
        ceiling=one.text("ceiling"),
    )
    one.strangers()
    return area
