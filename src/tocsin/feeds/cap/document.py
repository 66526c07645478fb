"""Bytes to an XML document that is CAP, within bounds; and what the schema says of it."""

from functools import cache
from importlib.resources import files
from typing import Any, Final, NoReturn

from lxml import etree  # type: ignore[import-untyped]

from tocsin.domain.refusal import Code, refuse

MEDIA_TYPE: Final = "application/cap+xml"
CAP12: Final = "urn:oasis:names:tc:emergency:cap:1.2"
DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
VERSIONS: Final = {
    CAP12: "1.2",
    "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    "http://www.incident.com/cap/1.0": "1.0",
}
MOST_BYTES: Final = 5_000_000
_MOST_TAGS = 100_000
_NOT_READ = "The CAP alert was not read:"
Element = Any  # lxml has no types of its own


def parse(data: bytes, *, keep_comments: bool = False) -> Element:
    """The <alert> element. Nothing is fetched, no entity is expanded.

    Raises Refusal: REPORT_TOO_LARGE above 5 MB, REPORT_TOO_COMPLEX above 50,000 elements,
    REPORT_UNREADABLE for what is not well-formed, has a DOCTYPE or is no CAP 1.0, 1.1 or 1.2.
    """
    if len(data) > MOST_BYTES:
        refuse(Code.REPORT_TOO_LARGE, f"{_NOT_READ} it exceeds {MOST_BYTES} bytes.",
               "Ask the publisher for one without embedded content.")  # fmt: skip
    if data.count(b"<") > _MOST_TAGS:
        refuse(Code.REPORT_TOO_COMPLEX, f"{_NOT_READ} it has more than {_MOST_TAGS} tags.",
               "Ask the publisher for a simpler one.")  # fmt: skip
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=not keep_comments,
        remove_pis=not keep_comments,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError):  # the latter two: odd encodings
        _unreadable("it is not well-formed XML.")
    if root.getroottree().docinfo.doctype:
        _unreadable("it has a DOCTYPE, which no alert needs.")
    if root.tag not in {f"{{{namespace}}}alert" for namespace in VERSIONS}:
        _unreadable("it is not a CAP alert.")
    return root


def schema_lines(root: Element) -> list[int]:
    """The lines on which a CAP 1.2 alert breaks its schema, in order; none where it is valid."""
    schema = _schema()
    if schema.validate(root):
        return []
    return sorted({int(error.line) for error in schema.error_log})


@cache
def _schema() -> Element:
    with (files("tocsin.feeds.cap") / "schema" / "cap12.xsd").open("rb") as source:
        return etree.XMLSchema(etree.parse(source))


def _unreadable(why: str) -> NoReturn:
    refuse(Code.REPORT_UNREADABLE, f"{_NOT_READ} {why}", "Ask the publisher to correct it.")
