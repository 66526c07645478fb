"""PDF to text, inside the bounded worker only: time and memory limits are set there."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import FrameType

from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from tocsin.feeds.characters import language_tag
from tocsin.feeds.model import DefectCode, Extract, Limits

_BROKEN = "The PDF is broken; the text that could be read is shown."
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToR"}
)


class _TimeIsUp(BaseException):
    """Not an Exception: pypdf catches those, and would go on."""


def read_pdf(data: bytes, limits: Limits, seconds: float, into: Extract) -> None:
    """Put the text of at most `limits.pages` pages into `into`, within `seconds`.

    Scripts, launch actions and embedded files are listed, never run or opened.
    Must run in the main thread of a process of its own.
    """
    pages: list[str] = []
    try:
        with _alarm(seconds):
            _read(data, limits, pages, into)
    except _TimeIsUp:
        into.flaw(DefectCode.READING_STOPPED, "Reading the PDF took too long and was stopped.")
    except (RecursionError, MemoryError):
        into.flaw(
            DefectCode.READING_STOPPED, "Reading the PDF took too much memory and was stopped."
        )
    except Exception:  # noqa: BLE001 - pypdf meets hostile input with any exception there is
        into.flaw(DefectCode.PDF_BROKEN, _BROKEN)
    into.text = "\n\n".join(page for page in pages if page)
    into.is_read = bool(into.text)
    if not into.text:
        into.flaw(
            DefectCode.NO_TEXT, "No text could be read from the PDF; it may be scanned pages."
        )


def _read(data: bytes, limits: Limits, pages: list[str], into: Extract) -> None:
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        into.flaw(DefectCode.PDF_ENCRYPTED, "The PDF is encrypted.")
        if not reader.decrypt(""):
            return
    _judge(reader, into)
    if reader.metadata and isinstance(reader.metadata.title, str):
        into.title = reader.metadata.title.strip()[:500] or None
    total = 0
    for number, page in enumerate(reader.pages):
        if number >= limits.pages:
            into.flaw(DefectCode.PDF_PAGES_CUT, f"Only the first {limits.pages} pages were read.")
            break
        if total > limits.text_characters:
            break  # the caller cuts, and says so
        pages.append(_page_text(page, into))
        total += len(pages[-1])


def _page_text(page: PageObject, into: Extract) -> str:
    try:
        return page.extract_text().strip()
    except (RecursionError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - one broken page must not hide the others
        if not any(defect.code is DefectCode.PDF_BROKEN for defect in into.defects):
            into.flaw(DefectCode.PDF_BROKEN, _BROKEN)
        return ""


def _judge(reader: PdfReader, into: Extract) -> None:
    root = reader.trailer["/Root"].get_object()
    if not isinstance(root, DictionaryObject):
        return
    into.language = language_tag(_resolved(root, "/Lang"))
    names = _resolved(root, "/Names")
    names = names if isinstance(names, DictionaryObject) else DictionaryObject()
    if "/EmbeddedFiles" in names:
        into.flaw(DefectCode.PDF_ATTACHMENT, "Files attached inside the PDF were not opened.")
    if "/AA" in root or "/JavaScript" in names or _is_active(root, "/OpenAction") or _has_xfa(root):
        into.flaw(DefectCode.PDF_ACTIVE, "The PDF holds scripts or actions, which were not run.")
    elif any(_page_is_active(page) for page in reader.pages[:100]):
        into.flaw(
            DefectCode.PDF_ACTIVE, "A page of the PDF holds scripts or actions, which were not run."
        )


def _page_is_active(page: PageObject) -> bool:
    notes = _resolved(page, "/Annots")
    return "/AA" in page or any(
        _is_active(note, "/A") or "/AA" in note
        for item in (notes if isinstance(notes, list) else [])[:1000]
        if isinstance(note := item.get_object(), DictionaryObject)
    )


def _is_active(holder: DictionaryObject, key: str) -> bool:
    action = _resolved(holder, key)
    return isinstance(action, DictionaryObject) and action.get("/S") in _ACTIONS


def _has_xfa(root: DictionaryObject) -> bool:
    form = _resolved(root, "/AcroForm")
    return isinstance(form, DictionaryObject) and "/XFA" in form


def _resolved(holder: DictionaryObject, key: str) -> object:
    value = holder.get(key)
    return value.get_object() if isinstance(value, IndirectObject) else value


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_: int, __: FrameType | None) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
