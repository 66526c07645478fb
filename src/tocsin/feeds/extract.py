"""The readers put together: bytes of a known or unknown format to an extract."""

import time

from tocsin.feeds.characters import decode, tidy
from tocsin.feeds.mail import Budget, read_mail
from tocsin.feeds.model import DefectCode, Extract, Limits
from tocsin.feeds.sniff import media_type_of
from tocsin.feeds.structured import read_json

# Of the time allowed, what PDFs may take; the rest is for everything around them.
_PDF_SHARE = 0.7


class Reading:
    """Reads one report and whatever is inside it, on one budget."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._budget = limits, Budget(limits)
        self._pdf_until = time.monotonic() + _PDF_SHARE * limits.read_seconds

    def read(self, data: bytes, media_type: str, charset: str | None, depth: int = 0) -> Extract:
        """`data` read as `media_type`. Raises Refusal when it is too complex."""
        into = Extract(media_type=media_type)
        match media_type:
            case "text/plain":
                into.text = decode(data, charset, into)
            case "text/html":
                from tocsin.feeds.markup import read_html  # lxml loads only where it is used

                read_html(data, charset, into)
            case "message/rfc822":
                read_mail(data, self._budget, self._leaf, depth, into)
            case "application/json":
                read_json(data, charset, into)
            case "application/cap+xml":
                from tocsin.feeds.cap.report import read_cap  # lxml again

                read_cap(data, charset, into)
            case "application/pdf":
                from tocsin.feeds.pdf import read_pdf  # as above: pypdf is slow to import

                read_pdf(data, self._limits, self._pdf_until - time.monotonic(), into)
            case _:
                into.is_read = False
        into.text = self._cut(tidy(into.text, into), into)
        into.title = tidy(into.title, Extract()) if into.title else None
        return into

    def _leaf(
        self, data: bytes, declared: str, charset: str | None, name: str | None, depth: int
    ) -> Extract:
        sniffed = Extract()
        media_type = media_type_of(data, name, declared, sniffed)
        into = self.read(data, media_type, charset, depth)
        into.defects[:0] = sniffed.defects
        return into

    def _cut(self, text: str, into: Extract) -> str:
        most = self._limits.text_characters
        if len(text) > most:
            into.flaw(DefectCode.TEXT_CUT, f"Only the first {most} characters are shown.")
        return text[:most]
