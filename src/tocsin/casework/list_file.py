"""Many subscribers from one file: all of them or none, and each fault named by its line.

CSV as in RFC 4180, UTF-8, with a first line of names: `address`, and `method` (email) and
`language` (en) where they differ.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

from tocsin.channels import address_for
from tocsin.domain.kinds import Method
from tocsin.domain.phrases import checked_language
from tocsin.domain.refusal import Code, Refusal, refuse

MOST_BYTES, MOST_ROWS, MOST_FAULTS = 20_000_000, 200_000, 20
COLUMNS = ("address", "method", "language")
METHODS = (Method.EMAIL, Method.SMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Somebody to put on a list; `line` is where they stand in what was given."""

    line: int
    address: str
    method: Method = Method.EMAIL
    language: str = "en"


def read(data: bytes) -> list[Entry]:
    """The entries of a file, not `checked` yet. Refuses BAD_VALUE, naming faults by line."""
    faults, found = [], []
    for line, row in _rows(data):
        try:
            method = Method(row.get("method", "") or "email")
        except ValueError:
            faults.append(f"line {line}: method is none of {', '.join(METHODS)}.")
            continue
        language = row.get("language", "") or "en"
        found.append(Entry(line=line, address=row["address"], method=method, language=language))
    _no_faults(faults)
    return found


def checked(entries: Iterable[Entry]) -> list[Entry]:
    """Addresses in the form to use, languages known, nobody twice. Refuses BAD_VALUE."""
    faults, found = list[str](), list[Entry]()
    seen: dict[tuple[Method, str], int] = {}
    for count, one in enumerate(entries, 1):
        if count > MOST_ROWS:
            _refuse(f"there are over {MOST_ROWS:,}.")
        try:
            if one.method not in METHODS:
                _refuse(f"method is none of {', '.join(METHODS)}.")
            address = address_for(one.method, one.address)
            language = checked_language(one.language)
        except Refusal as refusal:
            faults.append(f"line {one.line}: {refusal.what}")
            continue
        same = seen.setdefault((one.method, address.casefold()), one.line)
        if same != one.line:
            faults.append(f"line {one.line}: the same stands in line {same}.")
        found.append(replace(one, address=address, language=language))
    _no_faults(faults)
    return found


def _rows(data: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    if len(data) > MOST_BYTES:
        _refuse(f"the file has over {MOST_BYTES:,} bytes.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse("the file is not UTF-8.")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = next(lines, [])
        if "address" not in names or len(set(names)) < len(names) or set(names) - set(COLUMNS):
            _refuse(f"line 1: it must name columns of {', '.join(COLUMNS)}, address among them.")
        for row in lines:
            if row and len(row) != len(names):
                _refuse(f"line {lines.line_num}: it has {len(row)} fields, not {len(names)}.")
            if row:
                yield lines.line_num, dict(zip(names, map(str.strip, row), strict=True))
    except csv.Error:
        _refuse(f"line {lines.line_num}: it is no CSV.")


def _no_faults(faults: list[str]) -> None:
    if faults:
        more = f" And {len(faults) - MOST_FAULTS} more." if len(faults) > MOST_FAULTS else ""
        _refuse(" ".join(faults[:MOST_FAULTS]) + more)


def _refuse(why: str) -> NoReturn:
    refuse(Code.BAD_VALUE, f"Nobody was put on the list: {why}", "Correct it and do it again.")
