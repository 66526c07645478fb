"""Many contacts from one file: all of them or none, and each fault named by its line.

CSV as in RFC 4180, UTF-8, with a first line of names. `kind` and `name` are needed; lists are
parted by semicolons; `quiet` is such as 22:00-07:00; `way1_` to `way6_` tell of the ways in order.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import NoReturn, TypeVar

from tocsin.casework.contact_checks import checked
from tocsin.domain.directory import (
    MOST_WAYS,
    Contact,
    ContactKind,
    EncryptionKey,
    KeyKind,
    QuietHours,
    Way,
)
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.serial import instant

E = TypeVar("E", bound=StrEnum)

MOST_BYTES, MOST_ROWS, MOST_FAULTS = 10_000_000, 2_000, 20
OF_ALL = ("kind", "name", "languages", "zone", "quiet", "protects", "responsible", "remark")
OF_A_WAY = ("method", "address", "label", "key_kind", "key", "key_expires")
COLUMNS = (*OF_ALL, *(f"way{row}_{name}" for row in range(1, MOST_WAYS + 1) for name in OF_A_WAY))


def read(data: bytes, now: datetime) -> list[Contact]:
    """The contacts of a file, each as `checked`. Refuses BAD_VALUE, naming faults by line."""
    faults: list[str] = []
    found: list[Contact] = []
    seen: dict[tuple[object, ...], int] = {}
    for number, row in _rows(data):
        try:
            one = checked(_contact(row), None, now)
        except Refusal as refusal:
            faults.append(f"line {number}: {refusal.what} {refusal.remedy}")
            continue
        except ValueError as error:
            faults.append(f"line {number}: {error}.")
            continue
        same = seen.setdefault((one.contact_kind, one.name.casefold(), one.ways), number)
        if same != number:
            faults.append(f"line {number}: the same stands in line {same}.")
        found.append(one)
    if faults:
        more = f" And {len(faults) - MOST_FAULTS} more." if len(faults) > MOST_FAULTS else ""
        _refuse(" ".join(faults[:MOST_FAULTS]) + more)
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
        _known(names)
        for count, row in enumerate(lines, 1):
            if count > MOST_ROWS:
                _refuse(f"the file has over {MOST_ROWS:,} contacts.")
            if row and len(row) != len(names):
                _refuse(f"line {lines.line_num}: it has {len(row)} fields, not {len(names)}.")
            if row:
                yield lines.line_num, dict(zip(names, map(str.strip, row), strict=True))
    except csv.Error as error:
        raise Refusal(
            Code.BAD_VALUE,
            f"No contact was kept: line {lines.line_num}: it is no CSV.",
            "Save the file again as CSV, in UTF-8.",
        ) from error


def _known(names: list[str]) -> None:
    unknown = [number for number, name in enumerate(names, 1) if name not in COLUMNS]
    if unknown or len(set(names)) < len(names) or not {"kind", "name"} <= set(names):
        _refuse(
            "line 1: it must name the columns, each once and kind and name among them"
            + (f"; column {unknown[0]} is not known." if unknown else ".")
        )


def _contact(row: Mapping[str, str]) -> Contact:
    return Contact(
        contact_id="",
        contact_kind=_one_of(ContactKind, row["kind"], "kind"),
        name=row["name"],
        unit="",
        ways=tuple(_ways(row)),
        languages=_listed(row.get("languages", "")) or ("en",),
        zone=row.get("zone", "") or "UTC",
        quiet=quiet_of(row.get("quiet", "")),
        protects=_listed(row.get("protects", "")),
        responsible=row.get("responsible", "").upper(),
        remark=row.get("remark", ""),
    )


def quiet_of(text: str) -> QuietHours | None:
    """Quiet hours from "22:00-07:00"; None from nothing. Raises ValueError."""
    begins, _, ends = text.partition("-")
    return QuietHours(begins=begins.strip(), ends=ends.strip()) if text else None


def _ways(row: Mapping[str, str]) -> Iterator[Way]:
    for number in range(1, MOST_WAYS + 1):
        method, address, label, kind, key, ends = (
            row.get(f"way{number}_{name}", "") for name in OF_A_WAY
        )
        if not any((method, address, label, kind, key, ends)):
            continue
        yield Way(
            method=_one_of(Method, method, f"way{number}_method"),
            address=address,
            label=label,
            key=_key(number, kind, key, ends) if kind or key or ends else None,
        )


def _key(number: int, kind: str, text: str, ends: str) -> EncryptionKey:
    if not text:
        raise ValueError(f"way{number}_key is empty")
    try:
        expires_at = instant(f"{ends}T00:00Z" if len(ends) == 10 else ends) if ends else None
    except ValueError:
        raise ValueError(f"way{number}_key_expires is no day such as 2027-03-31") from None
    return EncryptionKey(
        key_kind=_one_of(KeyKind, kind, f"way{number}_key_kind"), text=text, expires_at=expires_at
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(";"))))


def _one_of(kind: type[E], text: str, column: str) -> E:
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"{column} is none of {', '.join(kind)}") from None


def _refuse(why: str) -> NoReturn:
    refuse(Code.BAD_VALUE, f"No contact was kept: {why}", "Correct the file and import it again.")
