"""The sets that may be learnt from, and which rows are kept back to check with."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from tocsin.names.forms import Name, read_name

CHECKED = 35  # in a hundred: rows kept back


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two names as written, whether they are one person's, and whether they are kept back."""

    stratum: str
    one: str
    other: str
    same: bool
    check: bool


def pairs(file: Path) -> list[Pair]:
    """The rows of a table of pairs, split by person.

    Names that any row calls the same are one person; a person is kept back if a hash of the
    person's least name falls below CHECKED in a hundred. A row goes with its first name.
    """
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    person = _persons(rows)
    return [
        Pair(
            stratum=row["stratum"],
            one=row["name1"],
            other=row["name2"],
            same=row["label"] == "1",
            check=kept_back(person[row["name1"]]),
        )
        for row in rows
    ]


def kept_back(key: str) -> bool:
    digest = blake2b(("pairs|" + key).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % 100 < CHECKED


def _persons(rows: list[dict[str, str]]) -> dict[str, str]:
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    keys = {
        name: sorted_forms(read_name(name)) for row in rows for name in (row["name1"], row["name2"])
    }
    for row in rows:
        one, other = find(keys[row["name1"]]), find(keys[row["name2"]])
        if row["label"] == "1" and one != other:
            leader[max(one, other)] = min(one, other)
    return {name: find(key) for name, key in keys.items()}


def sorted_forms(name: Name) -> str:
    return " ".join(sorted(token.forms[0] for token in name.tokens))


def aligned_words(folder: Path, language: str) -> Iterator[tuple[str, str, int]]:
    """Latin word, native word, count."""
    with (folder / f"tokens_{language}.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            latin, native, count = line.rstrip("\n").split("\t")
            yield latin, native.replace(" ", ""), int(count)


def by_native(folder: Path, language: str) -> dict[str, list[tuple[str, int]]]:
    """The Latin spellings that were met for each native word."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for latin, native, count in aligned_words(folder, language):
        found[native].append((latin, count))
    return found


def by_latin(folder: Path, language: str) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for latin, native, count in aligned_words(folder, language):
        found[latin].append((native, count))
    return found
