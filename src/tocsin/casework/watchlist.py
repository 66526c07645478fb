"""Every live watch of the house, held in memory, and who in a text or a list could be meant.

Kept current from the record: whoever asks is answered from every watch that stands in the database
that he reads. Nothing of names is loaded before a watch is there and somebody asks.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from threading import Event, Lock
from typing import TYPE_CHECKING

from tocsin.domain.findings import Urgency
from tocsin.domain.sighting import Alike
from tocsin.store import watches
from tocsin.store.engine import Connection
from tocsin.store.watches import Key, Mark, Watched

if TYPE_CHECKING:
    from tocsin.casework.watchlist_names import Names

MOST_SCREENED = 1_000_000
"""Characters of a text that are screened; what follows is not, and whoever keeps it says so."""
MOST_SIGNS = 100_000
"""Han characters of these, which stand for more."""
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
MOST_FOUND = 8
"""Names of one watch that are told, the likeliest."""
_SEVERITY = {one.value: place for place, one in enumerate(Urgency)}
_ANYBODY = Watched(
    case_id="",
    watch_id="",
    position=0,
    exercise=False,
    names=("Tamerlan Tsarnaev", "محمد علي", "王小明"),
    births=("1986-10-21",),
    identifiers=("P 1234567",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A subject on watch who may be meant; `found` is the likeliest first."""

    case_id: str
    watch_id: str
    found: tuple[Alike, ...]
    identifiers: tuple[str, ...]
    probability: float

    @property
    def key(self) -> Key:
        return self.case_id, self.watch_id

    def unplaced(self) -> "Hit":
        """The same, found elsewhere than in the text of a report."""
        return replace(self, found=tuple(replace(one, start=0, end=0) for one in self.found))


class Asked:
    """One row of a list: a name, dates of birth and identifiers, all as written."""

    __slots__ = ("births", "identifiers", "name")

    def __init__(self, name: str, births: str = "", identifiers: Sequence[str] = ()) -> None:
        self.name, self.births, self.identifiers = name, births, tuple(identifiers)


class Watchlist:
    """Safe between threads; one for each house that is open in a process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._mark = Mark(0, 0)
        self._watches: dict[Key, Watched] = {}
        self._names: dict[bool, Names] = {}
        self.loading = Event()

    @property
    def at_hand(self) -> bool:
        """Whether an answer takes no longer than to compare: unless a thread is loading just now
        what compares names."""
        return not self.loading.is_set()

    def warm(self, open_store: Callable[[], AbstractContextManager[Connection]]) -> None:
        """Load what compares names, and all watches, so that no officer waits for it; it takes
        seconds, and a minute where it was never compiled."""
        self.loading.set()
        try:
            names = _names([_ANYBODY])
            names.read("Somebody saw Tamerlan Tsarnajew, born 1986, in Vienna.")
            names.search([Asked("محمد علي", "1986"), Asked("王小明")])
            with open_store() as db:
                self._current(db, exercise=False)
        finally:
            self.loading.clear()

    def __len__(self) -> int:
        return len(self._watches)

    def mark(self, db: Connection) -> Mark:
        """As long as it stays the same, so do all watches."""
        return watches.mark(db)

    def read(self, db: Connection, text: str, *, exercise: bool = False) -> tuple[Hit, ...]:
        """Whoever on watch may be named in a running text: by severity, then by probability.

        Of a text beyond MOST_SCREENED characters only so many are read.
        """
        names = self._current(db, exercise)
        return self._ranked(db, names.read(text[:MOST_SCREENED])) if names else ()

    def read_for(self, text: str, only: Sequence[Watched]) -> tuple[Hit, ...]:
        """As `read`, for some watches alone, the likeliest first."""
        found = _names(only).read(text[:MOST_SCREENED]) if only and text else []
        return tuple(sorted(found, key=lambda one: (-one.probability, one.key)))

    def search(
        self,
        db: Connection,
        name: str,
        births: str = "",
        identifiers: Sequence[str] = (),
        *,
        exercise: bool = False,
    ) -> tuple[Hit, ...]:
        """Whoever on watch may be meant by one name, as in a row of a list."""
        (found,) = self.search_all(db, [Asked(name, births, identifiers)], exercise=exercise)
        return found

    def search_all(
        self, db: Connection, rows: Sequence[Asked], *, exercise: bool = False
    ) -> list[tuple[Hit, ...]]:
        """As `search`, of many rows at once: the matcher is asked about all of them together."""
        names = self._current(db, exercise)
        if names is None:
            return [() for _ in rows]
        return [self._ranked(db, found) for found in names.search(rows)]

    def of(self, db: Connection, keys: Sequence[Key]) -> list[Watched]:
        """These watches as they are now."""
        return watches.some(db, keys)

    def changed_since(self, db: Connection, mark: Mark, *, exercise: bool) -> list[Watched]:
        """Watches that were begun or widened since."""
        new = [key for key, at in watches.positions(db).items() if at > mark.position]
        return [one for one in watches.some(db, new) if one.exercise is exercise]

    def _current(self, db: Connection, exercise: bool) -> "Names | None":
        with self._lock:
            mark = watches.mark(db)
            if mark != self._mark:
                self._take_in(db)
                self._mark = mark
            return self._names.get(exercise)

    def _take_in(self, db: Connection) -> None:
        now = watches.positions(db)
        gone = [key for key, one in self._watches.items() if now.get(key) != one.position]
        for key in gone:
            one = self._watches.pop(key)
            self._names[one.exercise].drop(key)
        for one in watches.some(db, [key for key in now if key not in self._watches]):
            if one.exercise not in self._names:
                self._names[one.exercise] = _names(())
            self._names[one.exercise].add(one)
            self._watches[one.key] = one  # only now: what could not be added is sought again

    def _ranked(self, db: Connection, found: Sequence[Hit]) -> tuple[Hit, ...]:
        urgency = watches.urgencies(db, {one.case_id for one in found}) if found else {}
        return tuple(sorted(found, key=lambda one: (*_nearness(one, urgency), one.key)))


def _nearness(one: Hit, urgency: Mapping[str, str]) -> tuple[int, float]:
    return _SEVERITY.get(urgency.get(one.case_id, ""), 0), -one.probability


def _names(some: Iterable[Watched]) -> "Names":
    from tocsin.casework.watchlist_names import Names

    names = Names()
    for one in some:
        names.add(one)
    return names
