"""A CAP alert as read: every word it has, and every fault.

What is absent or empty is "" or None: what a publisher left out is a fault, never a crash. Fields
follow the elements of CAP 1.2 (OASIS, 1 July 2010) in order.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Named = tuple[tuple[str, str], ...]


class FaultCode(StrEnum):
    """What publishers get wrong. Codes are stable."""

    # only the bytes show these
    SCHEMA = "schema"
    MISSING = "missing"
    EMPTY = "empty"
    REPEATED = "repeated"
    UNKNOWN_ELEMENT = "unknown-element"
    STRAY_SPACE = "stray-space"
    TIME_UNREADABLE = "time-unreadable"
    TIME_FORM = "time-form"
    UTC_FORM = "utc-form"
    NUMBER_UNREADABLE = "number-unreadable"
    RESOURCE_TOO_LARGE = "resource-too-large"
    # the alert as a whole
    VALUE_UNKNOWN = "value-unknown"
    IDENTIFIER_FORM = "identifier-form"
    SENDER_FORM = "sender-form"
    REFERENCES_MISSING = "references-missing"
    REFERENCE_FORM = "reference-form"
    REFERENCE_TO_ITSELF = "reference-to-itself"
    ADDRESSES_MISSING = "addresses-missing"
    RESTRICTION_MISSING = "restriction-missing"
    NOTE_MISSING = "note-missing"
    INFO_MISSING = "info-missing"
    # one info
    LANGUAGE_MISSING = "language-missing"
    LANGUAGE_FORM = "language-form"
    EXPIRES_MISSING = "expires-missing"
    EXPIRES_EARLY = "expires-early"
    HEADLINE_LONG = "headline-long"
    HTML = "html"
    WEB_FORM = "web-form"
    AREA_MISSING = "area-missing"
    # one area
    AREA_EMPTY = "area-empty"
    POLYGON_FORM = "polygon-form"
    POLYGON_RANGE = "polygon-range"
    POLYGON_ORDER = "polygon-order"
    POLYGON_SHORT = "polygon-short"
    POLYGON_LONG = "polygon-long"
    POLYGON_OPEN = "polygon-open"
    POLYGON_CROSSES = "polygon-crosses"
    POLYGON_SPLIT = "polygon-split"
    POLYGON_TANGLED = "polygon-tangled"
    POLYGON_REPEATS = "polygon-repeats"
    CIRCLE_FORM = "circle-form"
    CIRCLE_RANGE = "circle-range"
    CIRCLE_ORDER = "circle-order"
    CIRCLE_RADIUS = "circle-radius"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A code for machines, a sentence for people; `where` is a path such as info[2]/web. Neither
    quotes the alert."""

    code: FaultCode
    where: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """`size` is what the publisher claims, in bytes; `embedded` is base64 as received. Nothing is
    ever fetched from `uri`."""

    description: str = ""
    media_type: str = ""
    size: int | None = None
    uri: str = ""
    embedded: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertArea:
    """Shapes as in `tocsin.domain.areas.Area`, though not yet known to be sound."""

    description: str = ""
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    geocodes: Named = ()
    altitude: str = ""
    ceiling: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """What is said, in one language."""

    language: str = ""
    categories: tuple[str, ...] = ()
    event: str = ""
    responses: tuple[str, ...] = ()
    urgency: str = ""
    severity: str = ""
    certainty: str = ""
    audience: str = ""
    event_codes: Named = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: Named = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[AlertArea, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One CAP message. `references` are as written, one "sender,identifier,sent" each; `signed`
    says that it carries a signature, not that anybody should believe it."""

    version: str = "1.2"
    identifier: str = ""
    sender: str = ""
    sent: datetime | None = None
    status: str = ""
    message_type: str = ""
    source: str = ""
    scope: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[str, ...] = ()
    incidents: str = ""
    infos: tuple[Info, ...] = ()
    signed: bool = False
    faults: tuple[Fault, ...] = ()
