"""Lists as XLSX: the values that are written there; no formula is worked out, nothing is fetched.

Read as it streams, within bounds. Libraries for it were tried and left: one makes room for every
cell between the first and the last, so that two cells cost gigabytes; the other gives up a whole
workbook for one broken cell.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO, Any, BinaryIO, Final, NoReturn

from lxml import etree  # type: ignore[import-untyped]

from tocsin.domain.refusal import Code, Refusal, refuse

MOST_SHARED, MOST_SHEET, MOST_SMALL = 300_000_000, 2_000_000_000, 20_000_000
MOST_BETWEEN = 8_000_000  # bytes of one row, or of whatever stands between two
MOST_STRINGS, MOST_COLUMNS, LONGEST_CELL = 3_000_000, 1_000, 32_767
_CHUNK = 1 << 16
_PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others unpack without a bound
_DATES: Final = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_PLACE = re.compile(r"([A-Z]{1,3})\d*")
_BROKEN = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError, ValueError, EOFError, OSError,
    zlib.error,
)  # fmt: skip
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """The rows of one sheet; `others` are the names of sheets that were not looked at."""

    rows: Iterator[tuple[int, Sequence[str] | str]]
    others: tuple[str, ...]


def open_workbook(file: BinaryIO, sheet: str = "") -> Workbook:
    """The sheet of that name, or the first that is not hidden.

    Each row comes with its number and its cells as text, or with words for what is wrong with it.
    Refuses BAD_VALUE for what is no workbook, is locked or too large, or has no such sheet.
    """
    try:
        archive = zipfile.ZipFile(file)
        names = archive.namelist()
        if any(one.compress_type not in _PACKED for one in archive.infolist()):
            _refuse("it is packed as no workbook is")
        sheets, since_1904 = _sheets(archive)
    except _BROKEN:
        _refuse("it is no XLSX workbook, or it is broken or locked")
    shown = {name: path for name, path, hidden in sheets if path in names and not hidden}
    paths = {name: path for name, path, _ in sheets if path in names}
    chosen = sheet or next(iter(shown or paths), "")
    if chosen not in paths:
        _refuse("it has no such sheet", "Name one that is there with --sheet.")
    try:
        shared = _shared(archive) if "xl/sharedStrings.xml" in names else []
        dated = _dated(archive) if "xl/styles.xml" in names else []
    except _BROKEN:
        _refuse("its texts are broken")
    return Workbook(
        rows=_Sheet(shared, dated, since_1904).rows(archive, paths[chosen]),
        others=tuple(name for name in paths if name != chosen),
    )


def _refuse(why: str, remedy: str = "Save it as CSV in UTF-8.") -> NoReturn:
    refuse(Code.BAD_VALUE, f"The list was not screened: {why}.", remedy)


class _Bounded:
    """A member of an archive, read to no more than so many bytes whatever it declares.

    `since` counts those read since an element was taken: what lies between is held in memory.
    """

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._left, self.since = file, most, 0

    def read(self, size: int = _CHUNK) -> bytes:
        data = self._file.read(min(size, _CHUNK) if size > 0 else _CHUNK)
        self._left -= len(data)
        self.since += len(data)
        if self._left < 0 or self.since > MOST_BETWEEN:
            _refuse("it is larger than is read when unpacked", "Split it into several lists.")
        return data


def _elements(archive: zipfile.ZipFile, path: str, most: int, *tags: str) -> Iterator[Any]:
    """The elements of those local names, as each ends; what was read is let go of."""
    with archive.open(path) as file:
        bounded = _Bounded(file, most)
        steps = etree.iterparse(
            bounded, events=("end",), tag=[f"{{*}}{tag}" for tag in tags], resolve_entities=False,
            load_dtd=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False,
        )  # fmt: skip
        for number, (_, element) in enumerate(steps):
            if not number and element.getroottree().docinfo.doctype:
                _refuse("it has a DOCTYPE, which no workbook needs")
            bounded.since = 0
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _sheets(archive: zipfile.ZipFile) -> tuple[list[tuple[str, str, bool]], bool]:
    """Name, path and whether it is hidden, of each; and whether days count from 1904."""
    try:
        targets = {
            one.get("Id", ""): one.get("Target", "")
            for one in _elements(archive, "xl/_rels/workbook.xml.rels", MOST_SMALL, "Relationship")
        }
        sheets, since_1904 = [], False
        for one in _elements(archive, "xl/workbook.xml", MOST_SMALL, "sheet", "workbookPr"):
            if etree.QName(one).localname == "workbookPr":
                since_1904 = one.get("date1904") in ("1", "true")
                continue
            relation = next((v for k, v in one.items() if etree.QName(k).localname == "id"), "")
            target = targets.get(relation, "").removeprefix("/xl/")
            hidden = one.get("state", "visible") != "visible"
            sheets.append((one.get("name", "")[:100], f"xl/{target}", hidden))
    except etree.XMLSyntaxError:
        _refuse("it is no XLSX workbook, or it is broken")
    return sheets, since_1904


def _shared(archive: zipfile.ZipFile) -> list[str]:
    """The texts that cells refer to; readings over the characters are no part of them."""
    texts: list[str] = []
    try:
        for one in _elements(archive, "xl/sharedStrings.xml", MOST_SHARED, "si"):
            texts.append(_text_of(one))
            if len(texts) > MOST_STRINGS:
                _refuse("it has more texts than are read", "Split it into several lists.")
    except etree.XMLSyntaxError:
        pass  # cells that refer to what is missing are told one by one
    return texts


def _text_of(element: Any) -> str:
    parts = (
        one.text or ""
        for one in element.iter("{*}t")
        if etree.QName(one.getparent()).localname != "rPh"
    )
    return "".join(parts)[:LONGEST_CELL]


def _dated(archive: zipfile.ZipFile) -> list[bool]:
    """Of each style, whether it shows a number as a date."""
    formats: dict[str, str] = {}
    styles: list[bool] = []
    try:
        for one in _elements(archive, "xl/styles.xml", MOST_SMALL, "numFmt", "cellXfs"):
            if etree.QName(one).localname == "numFmt":
                formats[one.get("numFmtId", "")] = one.get("formatCode", "")
            else:
                styles = [_is_date(xf.get("numFmtId", ""), formats) for xf in one.iter("{*}xf")]
    except etree.XMLSyntaxError:
        pass  # numbers then stay numbers, which is told where one stands for a date
    return styles


def _is_date(number: str, formats: Mapping[str, str]) -> bool:
    code = _NOT_FORMAT.sub("", formats.get(number, "")).casefold()
    return (number.isdecimal() and int(number[:6]) in _DATES) or ("y" in code or "d" in code)


class _Sheet:
    """What the rows of a sheet are read with."""

    def __init__(self, shared: Sequence[str], dated: Sequence[bool], since_1904: bool) -> None:
        self._shared, self._dated = shared, dated
        self._epoch = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)

    def rows(
        self, archive: zipfile.ZipFile, path: str
    ) -> Iterator[tuple[int, Sequence[str] | str]]:
        number = 0
        try:
            for element in _elements(archive, path, MOST_SHEET, "row", "sheetData"):
                if etree.QName(element).localname == "sheetData":
                    return  # what a sheet holds behind its rows is how they look
                said = element.get("r", "")
                stated = int(said) if said.isdecimal() and len(said) < 9 else 0
                number = max(number + 1, stated)
                yield number, self._cells(element)
        except Refusal:
            if not number:
                raise
            yield number + 1, "it is larger than is read, and nothing beyond was read"
        except (etree.XMLSyntaxError, *_BROKEN):
            yield number + 1, "the sheet breaks off here, and nothing beyond was read"

    def _cells(self, row: Any) -> Sequence[str] | str:
        cells: dict[int, str] = {}
        place = -1
        for cell in row.iterfind("{*}c"):
            at = _PLACE.fullmatch(cell.get("r", "").upper())
            place = _column(at[1]) if at else place + 1
            if place >= MOST_COLUMNS:
                return f"it has over {MOST_COLUMNS:,} columns"
            try:
                cells[place] = self._text(cell)
            except (ValueError, IndexError, OverflowError):
                return f"its cell in column {place + 1} cannot be read"
        return [cells.get(at, "") for at in range(max(cells, default=-1) + 1)]

    def _text(self, cell: Any) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text_of(cell)
        value = (cell.findtext("{*}v") or "")[:LONGEST_CELL]
        if kind == "s":
            return self._shared[_index(value)]
        if kind == "e":
            raise ValueError("a formula that failed")
        if kind != "n" or not value:
            return value
        style = cell.get("s", "")
        is_date = style.isdecimal() and int(style) < len(self._dated) and self._dated[int(style)]
        number = float(value)
        if is_date:
            return (self._epoch + timedelta(days=int(number))).isoformat()
        return str(int(number)) if number.is_integer() else value


def _index(value: str) -> int:
    if not value.isdecimal():
        raise ValueError("no number of a text")
    return int(value)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
