"""Lists as delimited text: any delimiter, quotes as they come, no row lost to another's fault."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

from tocsin.feeds.people.headings import Columns
from tocsin.feeds.people.model import ListRow, broken

LONGEST_LINE: Final = 100_000
MOST_LINES: Final = 20  # that the fields of one row may take
DELIMITERS: Final = ",;\t|"
TOO_LONG: Final = f"it has over {LONGEST_LINE:,} characters"
_OPEN = "unexpected end of data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The line with the headings, and what parts its fields."""

    row: int
    columns: Columns
    delimiter: str


def lines(stream: TextIO) -> Iterator[tuple[int, str | None]]:
    """Every line with its number; None for one that is too long, which is read past."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        cut = len(line) > LONGEST_LINE and not line.endswith("\n")
        while cut and (rest := stream.readline(LONGEST_LINE)) and not rest.endswith("\n"):
            pass
        yield number, None if cut else line.removesuffix("\n")


def heading_of(number: int, line: str) -> Heading:
    """The headings in a line, by the delimiter under which most of them are known."""
    made = []
    for delimiter in DELIMITERS:
        cells = _cells(line, delimiter)[0] or line.split(delimiter)
        columns = Columns.of(cells)
        known = sum(kind is not None for kind in columns.kinds)
        made.append((columns.are_usable, known, len(cells), delimiter, columns))
    *_, delimiter, columns = max(made, key=lambda one: one[:3])
    return Heading(row=number, columns=columns, delimiter=delimiter)


def rows(numbered: Iterator[tuple[int, str | None]], heading: Heading) -> Iterator[ListRow]:
    """The rows beneath the headings, each by the line on which it begins."""
    ahead: deque[tuple[int, str | None]] = deque()
    width = len(heading.columns.kinds)
    while True:
        item = ahead.popleft() if ahead else next(numbered, None)
        if item is None:
            return
        number, line = item
        if line is None:
            yield broken(number, TOO_LONG)
            continue
        cells, notes = _cells(line, heading.delimiter)
        if cells is None:
            cells, notes = _over_lines(line, numbered, ahead, heading.delimiter, width)
        yield heading.columns.row(number, cells, notes)


def _cells(line: str, delimiter: str) -> tuple[list[str] | None, Sequence[str]]:
    """The fields of a row; None where a quote stays open."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), []), ()
    except csv.Error as error:
        if str(error) == _OPEN:
            return None, ()
    return line.replace('"', "").split(delimiter), ("its quotes are out of place",)


def _over_lines(
    line: str,
    numbered: Iterator[tuple[int, str | None]],
    ahead: deque[tuple[int, str | None]],
    delimiter: str,
    width: int,
) -> tuple[list[str], Sequence[str]]:
    """A quoted field may run over lines, where that gives as many fields as there are headings.

    Else only this line is broken: an open quote must not swallow the rows behind it.
    """
    whole = line
    for count in range(1, MOST_LINES):
        if len(ahead) < count:
            item = next(numbered, None)
            if item is None:
                break
            ahead.append(item)
        text = ahead[count - 1][1]
        if text is None:
            break
        whole += "\n" + text
        if whole.count('"') % 2:
            continue
        cells, notes = _cells(whole, delimiter)
        if cells is not None and (notes or len(cells) != width):
            break
        if cells is not None:
            for _ in range(count):
                ahead.popleft()
            return cells, (f"it runs over {count + 1} lines",)
    return line.replace('"', "").split(delimiter), ("a quote in it is not closed",)
