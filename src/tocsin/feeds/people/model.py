"""One row of a list of people, as much of it as is screened, and what was odd about it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

LONGEST_NAME: Final = 400
MOST_NAMES, MOST_IDENTIFIERS, MOST_BIRTHS = 32, 32, 8
LONGEST_IDENTIFIER: Final = 80
LONGEST_BIRTH: Final = 200
_UNSEEN: Final = re.compile("[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
State = Literal["person", "empty", "no person", "broken"]
_COMPANIES: Final = re.compile(
    r"\b(corp|corporation|foundation|fze|gmbh|inc|incorporated|jsc|kft|limited|llc|llp|ltd|oao|plc"
    r"|pte|pty|sarl|srl|ооо|оао|зао|пао|тов)\b|有限公司|株式会社",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """A row by its number in the file, from 1, the headings counted.

    A `person` is screened, whatever `notes` say was odd; the others are not, and `why` says so.
    """

    row: int
    state: State
    names: tuple[str, ...] = ()
    births: str = ""
    identifiers: tuple[str, ...] = ()
    why: str = ""
    notes: tuple[str, ...] = ()


def broken(row: int, why: str) -> ListRow:
    return ListRow(row=row, state="broken", why=why)


def row_of(
    row: int,
    *,
    names: Iterable[str],
    births: Iterable[str] = (),
    identifiers: Iterable[str] = (),
    notes: Sequence[str] = (),
) -> ListRow:
    """The row with what it says cleaned and bounded; nothing is dropped without a note."""
    odd = dict.fromkeys(notes)
    said = _plain(names, odd)
    known = _plain(identifiers, odd)
    born = _plain(births, odd)
    if any("\ufffd" in one for one in (*said, *known, *born)):
        return broken(row, "it has characters that cannot be read in the file's encoding")
    if not (said or known):
        return broken(row, "it has no name") if born else ListRow(row=row, state="empty")
    named = [one[:LONGEST_NAME] for one in said if any(map(str.isalpha, one))]
    if len(named) < len(said):
        if not (named or known):
            return broken(row, "its name has no letters")
        odd["a name without letters was left out"] = None
    if any(map(_UNSEEN.search, named)):
        odd["it has invisible characters"] = None
    if any(len(one) > LONGEST_NAME for one in said):
        odd[f"a name was cut after {LONGEST_NAME} characters"] = None
    if any(map(_COMPANIES.search, named)):
        odd["it reads like a company, and was screened as it stands"] = None
    kept = [one[:LONGEST_IDENTIFIER] for one in known]
    more = len(named) > MOST_NAMES or len(kept) > MOST_IDENTIFIERS or len(born) > MOST_BIRTHS
    if more or any(len(one) > LONGEST_IDENTIFIER for one in known):
        odd["it gives more names, dates or numbers than are looked at"] = None
    return ListRow(
        row=row,
        state="person",
        names=tuple(named[:MOST_NAMES]),
        births="; ".join(born[:MOST_BIRTHS])[:LONGEST_BIRTH],
        identifiers=tuple(kept[:MOST_IDENTIFIERS]),
        notes=tuple(odd),
    )


def _plain(texts: Iterable[str], odd: dict[str, None]) -> list[str]:
    """Each once, without blanks around it and NUL characters in it."""
    found: dict[str, None] = {}
    for text in texts:
        if "\0" in text:
            odd["NUL characters were taken out"] = None
        if plain := " ".join(text.replace("\0", "").split()):
            found[plain] = None
    return list(found)
