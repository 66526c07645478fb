"""What a screening found: kept beside the output while it runs, written by person at its end."""

import csv
import io
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, NoReturn

from tocsin.domain.refusal import Code, refuse

FORMAT: Final = 1
COLUMNS: Final = (
    "what", "place", "person", "watched_name", "row", "name_in_list", "probability_percent",
    "births", "identifiers", "urgency", "note",
)  # fmt: skip
URGENCIES: Final = ("imminent", "near", "later")  # the gravest first
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Hit = dict[str, Any]
"""A row and whom it may be, plainly: row, key, watched, found, probability, births, identifiers,
urgency."""


@dataclass(slots=True)
class Tally:
    """What became of the rows; the states add up to `rows`."""

    rows: int = 0
    last_row: int = 0
    states: Counter[str] = field(default_factory=Counter)
    hits: list[Hit] = field(default_factory=list)
    broken: list[tuple[int, str]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    noted: list[tuple[int, str]] = field(default_factory=list)

    def take(self, told: Mapping[str, Any]) -> None:
        """Add a batch, as `Checkpoint.add` wrote it."""
        self.rows += sum(told["states"].values())
        self.last_row = told["through"]
        self.states.update(told["states"])
        self.hits += told["hits"]
        self.broken += [(row, why) for row, why in told["broken"]]
        self.others.update(told["others"])
        self.noted += [(row, why) for row, why in told["noted"]]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "rows": self.rows,
            "screened": self.states["person"],
            "not_screened": self.states["broken"],
            "no_person": self.states["no person"],
            "empty": self.states["empty"],
        }


class Checkpoint:
    """A file beside the output, from which a screening goes on after it was ended midway."""

    def __init__(self, path: Path, terms: Mapping[str, Any], *, resume: bool) -> None:
        """Refuses BAD_VALUE where one is there and nobody asks to go on, or of something else."""
        self.path, self.tally = path, Tally()
        self._terms = {"tocsin_screening": FORMAT, **terms}
        self._file = self._resumed() if path.exists() and resume else self._new()

    def _new(self) -> IO[bytes]:
        try:
            file: IO[bytes] = open(  # noqa: SIM115  # closed by `close`
                self.path, "xb", opener=_private
            )
        except FileExistsError:
            refuse(
                Code.BAD_VALUE,
                "Nothing was screened: an earlier screening was not finished.",
                f"Go on with --resume, or delete {self.path.name}.",
            )
        except OSError as error:
            _unwritable(error)
        file.write(_line(self._terms))
        file.flush()
        return file

    def _resumed(self) -> IO[bytes]:
        file = self.path.open("r+b")
        kept = 0
        for number, line in enumerate(file):
            told = _told(line)
            if told is None:
                break
            if number == 0 and told != self._terms:
                file.close()
                refuse(
                    Code.BAD_VALUE,
                    "Nothing was screened: what was begun was another list, or screened otherwise.",
                    f"Give the same list and options, or delete {self.path.name}.",
                )
            if number:
                self.tally.take(told)
            kept += len(line)
        file.seek(kept)
        file.truncate()  # a line that was being written when it ended
        if not kept:
            file.write(_line(self._terms))
        return file

    def add(self, told: Mapping[str, Any]) -> None:
        """Keep a batch: it is on the disk when this returns."""
        self._file.write(_line(told))
        self._file.flush()
        os.fsync(self._file.fileno())
        self.tally.take(told)

    def close(self) -> None:
        self._file.close()

    def remove(self) -> None:
        self.close()
        self.path.unlink()


def _line(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told).encode() + b"\n"


def _told(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and line.endswith(b"\n") else None


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _unwritable(error: OSError) -> NoReturn:
    refuse(
        Code.BAD_VALUE,
        f"Nothing was screened: the results cannot be written there ({type(error).__name__}).",
        "Name a file in a folder where you may write with --out.",
    )


def by_person(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """People with the rows that may be them, the gravest and likeliest first, so their rows too."""
    people: dict[str, list[Hit]] = {}
    for hit in hits:
        people.setdefault(hit["key"], []).append(hit)
    for rows in people.values():
        rows.sort(key=lambda hit: (*_weight(hit), hit["row"]))
    ordered = sorted(people, key=lambda key: (_grave(people[key][0]), _weight(people[key][0]), key))
    return [
        {"person": key, "urgency": people[key][0]["urgency"], "rows": people[key]}
        for key in ordered
    ]


def _grave(hit: Hit) -> int:
    urgency = hit["urgency"]
    return URGENCIES.index(urgency) if urgency in URGENCIES else len(URGENCIES)


def _weight(hit: Hit) -> tuple[bool, float]:
    return not hit["identifiers"], -hit["probability"]


def told(about: Mapping[str, Any], tally: Tally) -> dict[str, Any]:
    """Everything, for JSON."""
    return {
        **about,
        "counts": tally.counts,
        "people": by_person(tally.hits),
        "not_screened": [{"row": row, "why": why} for row, why in tally.broken],
        "no_person": dict(sorted(tally.others.items())),
        "noted": [{"row": row, "why": why} for row, why in tally.noted],
    }


def as_json(about: Mapping[str, Any], tally: Tally) -> bytes:
    """Everything, as one JSON object."""
    text = json.dumps(told(about, tally), indent=1, ensure_ascii=False)
    return text.encode("utf-8", "replace") + b"\n"


def as_csv(tally: Tally) -> bytes:
    """A line for each hit, by person, then one for each row that was not screened or was odd.

    For spreadsheets: begun with the mark of UTF-8, and no cell can be taken for a formula.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in line] for line in _lines(tally))
    return out.getvalue().encode("utf-8-sig", "replace")


def _lines(tally: Tally) -> Iterator[tuple[object, ...]]:
    for place, person in enumerate(by_person(tally.hits), 1):
        for hit in person["rows"]:
            yield (
                "hit", place, hit["key"], hit["watched"], hit["row"], hit["found"],
                f"{hit['probability']:.1%}".rstrip("%") if hit["probability"] else "",
                hit["births"], "; ".join(hit["identifiers"]), hit["urgency"], "",
            )  # fmt: skip
    for what, some in (("not screened", tally.broken), ("noted", tally.noted)):
        for row, why in some:
            yield what, "", "", "", row, "", "", "", "", "", why


def _cell(value: object) -> object:
    """Text that a spreadsheet would work out begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
