"""The Atom 1.0 feed (RFC 4287) of our CAP messages, in pages (RFC 5005)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from lxml import etree  # type: ignore[import-untyped]

from tocsin.domain.public import Publication, Status
from tocsin.feeds.cap.document import MEDIA_TYPE, Element
from tocsin.feeds.cap.write import alert_of

PAGE = 100
_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One message. It never changes: an update or a cancellation is an entry of its own, whose
    title says so. `cap` and `page` are web addresses of its XML and of a page for people."""

    identifier: str
    title: str
    summary: str
    language: str
    status: Status
    sent: datetime
    cap: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """`address` is the feed's own web address and its identity; `since` stands for the time of the
    last change while it has no entry."""

    title: str
    author: str
    address: str
    page: str
    since: datetime


def entry_of(publication: Publication, *, cap: str, page: str) -> FeedEntry:
    """The entry of a publication, in its first language."""
    first = alert_of(publication).infos[0]
    return FeedEntry(
        identifier=publication.identifier,
        title=first.headline,
        summary=first.description,
        language=first.language,
        status=publication.status,
        sent=publication.sent,
        cap=cap,
        page=page,
    )


def feed(entries: Sequence[FeedEntry], head: FeedHead, *, page: int = 1) -> bytes:
    """Page `page` of the feed, newest first, 100 entries a page; page 1 has the newest.

    Raises ValueError for a page that does not exist or characters that XML cannot hold.
    """
    pages = max(1, -(-len(entries) // PAGE))
    if not 1 <= page <= pages:
        raise ValueError(f"the feed has pages 1 to {pages}")
    newest = sorted(entries, key=lambda entry: (entry.sent, entry.identifier), reverse=True)
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _text(root, "id", head.address)
    _text(root, "title", head.title)
    _text(root, "updated", _utc(newest[0].sent if newest else head.since))
    _text(_text(root, "author"), "name", head.author)
    _link(root, "alternate", head.page, "text/html")
    links = {"self": page, "first": 1, "previous": page - 1, "next": page + 1, "last": pages}
    for relation, number in links.items():
        if 1 <= number <= pages:
            _link(root, relation, _paged(head.address, number), "application/atom+xml")
    for entry in newest[(page - 1) * PAGE : page * PAGE]:
        _entry(_text(root, "entry"), entry)
    etree.indent(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written + b"\n"


def _entry(node: Element, entry: FeedEntry) -> None:
    _text(node, "id", _identity(entry.identifier))
    _text(node, "title", entry.title).set(_LANG, entry.language)
    _text(node, "updated", _utc(entry.sent))
    _text(node, "published", _utc(entry.sent))
    _text(node, "category").set("term", entry.status.value)
    _link(node, "alternate", entry.cap, MEDIA_TYPE)
    _link(node, "alternate", entry.page, "text/html")
    _text(node, "summary", entry.summary).set(_LANG, entry.language)


def _text(parent: Element, name: str, words: str | None = None) -> Element:
    child = etree.SubElement(parent, f"{{{_ATOM}}}{name}")
    child.text = words
    return child


def _link(parent: Element, relation: str, address: str, media_type: str) -> None:
    link = _text(parent, "link")
    link.attrib.update({"rel": relation, "type": media_type, "href": address})


def _identity(identifier: str) -> str:
    """An Atom id is a URI; an identifier of CAP need not be one."""
    return identifier if _URI.fullmatch(identifier) else f"urn:cap:{quote(identifier, safe='')}"


def _paged(address: str, number: int) -> str:
    return address if number == 1 else f"{address}?page={number}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
