"""A file taken as the list that it is: what it is in, in which characters, under which headings."""

import codecs
import io
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, NoReturn, Self

from tocsin.domain.refusal import Code, refuse
from tocsin.feeds.characters import charset_name
from tocsin.feeds.people import delimited, jsonlines
from tocsin.feeds.people.headings import Columns
from tocsin.feeds.people.model import ListRow, broken

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FEW: Final = 4  # letters, from which nothing can be guessed
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(slots=True, kw_only=True)
class PeopleList:
    """A list opened for reading; close it, or read it in a `with` block.

    `sha256` is of the file's bytes, and `lines` about how many it has. `ignored` are columns, and
    `others` sheets, that are not looked at. `rows` may be read once, and tells every row of the
    file but that of the headings.
    """

    sha256: str
    size: int
    lines: int
    kind: str
    charset: str = ""
    is_guessed: bool = False
    heading_row: int = 0
    ignored: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    rows: Iterator[ListRow] = field(default_factory=lambda: iter(()))
    _open: ExitStack = field(default_factory=ExitStack, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()


def open_list(source: Path | BinaryIO, *, encoding: str = "", sheet: str = "") -> PeopleList:
    """Open a list: a file by its path, or one that can be read twice.

    `encoding` and `sheet` are for where they cannot be told from the file.

    Refuses BAD_VALUE for a file that cannot be read, is of another kind or has no headings that
    are known. Nothing else is refused: whatever is wrong with a row is said of that row.
    """
    with ExitStack() as opened:
        try:
            file = opened.enter_context(source.open("rb") if isinstance(source, Path) else source)
            looked = _look(file)
        except OSError as error:
            _refuse(f"the file cannot be read ({type(error).__name__})", "Name a readable file.")
        found = _read(opened, file, looked, encoding, sheet)
        found._open = opened.pop_all()
    return found


@dataclass(slots=True)
class _Looked:
    """What one pass over the bytes tells."""

    sha256: str = ""
    size: int = 0
    lines: int = 0
    head: bytes = b""
    good: int = 0  # characters beyond ASCII that are UTF-8
    bad: int = 0
    sample: bytearray = field(default_factory=bytearray)


def _look(file: BinaryIO) -> _Looked:
    digest, looked = sha256(), _Looked()
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        looked.size += len(chunk)
        looked.lines += chunk.count(b"\n")
        looked.head = looked.head or chunk[:4096]
        if chunk.isascii() and not decoder.getstate()[0]:
            continue
        text = decoder.decode(chunk)
        bad = text.count("\ufffd")
        looked.bad += bad
        looked.good += len(text.encode("utf-8", "replace")) - len(text) - 2 * bad
        for line in chunk.splitlines() if len(looked.sample) < _SAMPLE else ():
            looked.sample += b"" if line.isascii() else line[:1_000] + b"\n"
            if len(looked.sample) >= _SAMPLE:
                break
    looked.bad += bool(decoder.getstate()[0])
    looked.sha256 = digest.hexdigest()
    file.seek(0)
    return looked


def _read(
    opened: ExitStack, file: BinaryIO, looked: _Looked, encoding: str, sheet: str
) -> PeopleList:
    if looked.head.startswith(_OLE):
        _refuse("it is an old or a locked workbook", "Save it as XLSX without a password, or CSV.")
    if looked.head.startswith(b"PK\x03\x04"):
        return _workbook(file, looked, sheet)
    charset, is_guessed = _charset(looked, encoding)
    wrapper = io.TextIOWrapper(file, charset, errors="replace", newline=None)
    stream = opened.enter_context(wrapper)
    numbered = delimited.lines(stream)
    found = PeopleList(
        sha256=looked.sha256,
        size=looked.size,
        lines=looked.lines + 1,
        kind="",
        charset=charset,
        is_guessed=is_guessed,
    )
    first, ahead = _first(numbered)
    if first.startswith("["):
        _refuse("it is one JSON array", "Give one JSON object a line.")
    if first.startswith("{"):
        found.kind, found.rows = "JSON lines", jsonlines.rows(_chained(ahead, numbered))
        return found
    return _delimited(found, ahead, numbered)


def _first(numbered: Iterator[tuple[int, str | None]]) -> tuple[str, list[tuple[int, str | None]]]:
    """The first line that says anything, and all lines up to it."""
    ahead: list[tuple[int, str | None]] = []
    for number, line in numbered:
        ahead.append((number, line))
        plain = (line or "").strip("\0 \t\ufeff")
        if line is None or (plain and not plain.startswith("sep=")) or number > 1_000:
            return plain, ahead
    return "", ahead


def _chained(
    ahead: list[tuple[int, str | None]], numbered: Iterator[tuple[int, str | None]]
) -> Iterator[tuple[int, str | None]]:
    yield from ahead
    yield from numbered


def _delimited(
    found: PeopleList,
    ahead: list[tuple[int, str | None]],
    numbered: Iterator[tuple[int, str | None]],
) -> PeopleList:
    number, line = ahead[-1] if ahead else (0, "")
    heading = delimited.heading_of(number, (line or "").strip("\0\ufeff"))
    if not heading.columns.are_usable:
        _no_headings()
    found.kind, found.heading_row = "delimited text", number
    found.ignored = heading.columns.ignored
    before = (ListRow(row=row, state="empty") for row, _ in ahead[:-1])
    found.rows = _after(before, delimited.rows(numbered, heading))
    return found


def _after(before: Iterator[ListRow], rows: Iterator[ListRow]) -> Iterator[ListRow]:
    yield from before
    yield from rows


def _workbook(file: BinaryIO, looked: _Looked, sheet: str) -> PeopleList:
    from tocsin.feeds.people.workbook import open_workbook  # lxml loads only where it is used

    book = open_workbook(file, sheet)
    before: list[ListRow] = []
    for number, cells in book.rows:
        if isinstance(cells, str):
            before.append(broken(number, cells))
        elif not any(map(str.strip, cells)):
            before.append(ListRow(row=number, state="empty"))
        else:
            columns = Columns.of(cells)
            break
        if len(before) > 1_000:
            _no_headings()
    else:
        _no_headings()
    if not columns.are_usable:
        _no_headings()
    rows = (
        broken(row, found) if isinstance(found, str) else columns.row(row, found)
        for row, found in book.rows
    )
    return PeopleList(
        sha256=looked.sha256,
        size=looked.size,
        lines=0,
        kind="XLSX",
        heading_row=number,
        ignored=columns.ignored,
        others=book.others,
        rows=_after(iter(before), rows),
    )


def _charset(looked: _Looked, encoding: str) -> tuple[str, bool]:
    """In which characters it is, and whether that was guessed."""
    if encoding:
        name = charset_name(encoding)
        if name is None:
            _refuse("that encoding is not known", "Name one such as utf-8 or windows-1251.")
        return name, False
    for mark, charset in _MARKS:
        if looked.head.startswith(mark):
            return charset, False
    even, odd = looked.head[::2].count(0), looked.head[1::2].count(0)
    if max(even, odd) > len(looked.head) // 5 and min(even, odd) * 10 < max(even, odd):
        return ("utf-16-le" if odd > even else "utf-16-be"), True
    if looked.good >= looked.bad or looked.bad < FEW:
        return "utf-8", False
    from charset_normalizer import from_bytes  # only where it is needed

    best = from_bytes(bytes(looked.sample)).best()
    return (charset_name(best.encoding) if best else None) or "cp1252", True


def _no_headings() -> NoReturn:
    _refuse(
        "its first row names no column that is known",
        "Begin it with headings, such as name, given name, family name, date of birth, passport.",
    )


def _refuse(why: str, remedy: str) -> NoReturn:
    refuse(Code.BAD_VALUE, f"The list was not screened: {why}.", remedy)
