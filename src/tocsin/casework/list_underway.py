"""Lists sent to the desk: screened one after another behind the pages, while people look on.

How far a list is stands in this process's memory alone. What was found is on the record, so that
a list sent again after this process has ended goes through from its beginning, doubling nothing.
"""

import io
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock, Thread
from typing import Final

from tocsin.casework import list_screening
from tocsin.casework.house import App
from tocsin.casework.list_screening import Screening
from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Code, refuse
from tocsin.feeds.people import ListRow, PeopleList, open_list

MOST_ROWS, MOST_TOLD = 50_000, 500
MOST_UNDERWAY, MOST_KEPT = 4, 20
BATCH: Final = 200


@dataclass(slots=True, kw_only=True)
class Underway:
    """A list being screened, or screened. `done` ends with what went wrong, where anything did.

    `about` is how many rows the file seems to have, 0 where it does not tell; `cut` whether it has
    more rows than are screened. `broken` rows were not screened and `noted` ones were, though odd;
    both hold row and why, the first MOST_TOLD.
    """

    number: str
    by: str
    name: str
    purpose: str
    exercise: bool
    list_id: str
    about: int
    charset_guessed: str
    ignored: tuple[str, ...]
    others: tuple[str, ...]
    states: Counter[str] = field(default_factory=Counter)
    without_person: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[int, str]] = field(default_factory=list)
    noted: list[tuple[int, str]] = field(default_factory=list)
    odd: int = 0
    cut: bool = False
    done: Future[None] = field(default_factory=Future, repr=False)

    @property
    def rows(self) -> int:
        return sum(self.states.values())

    @property
    def percent(self) -> int:
        return min(99, 100 * self.rows // self.about) if self.about else 0


class Lists:
    """Lists sent to this process; safe between threads."""

    def __init__(self) -> None:
        self._lock, self._turn = Lock(), Lock()
        self._sent: dict[str, Underway] = {}

    def of(self, by: Actor, number: str) -> Underway:
        """A list that `by` sent. Refuses LIST_UNKNOWN, also after this process began anew."""
        with self._lock:
            found = self._sent.get(number)
        if found is None or found.by != by.actor_id:
            refuse(
                Code.LIST_UNKNOWN,
                "How far this list was screened is not known here any more: Tocsin was started "
                "anew, or the list was sent long ago or by somebody else.",
                "What was found stands under Sightings. Send the list again unless you saw it "
                "end: nothing is found twice.",
            )
        return found

    def sent_by(self, by: Actor) -> list[Underway]:
        """What `by` sent, the newest first."""
        with self._lock:
            return [one for one in self._sent.values() if one.by == by.actor_id][::-1]

    def send(
        self, app: App, by: Actor, content: bytes, *, name: str, purpose: str, exercise: bool
    ) -> Underway:
        """Put on the record that this list is screened, and begin; hits go on the record too.

        Refuses NOT_ALLOWED; BAD_VALUE for what is no list or too long; TOO_MANY_TRIES while
        others are underway.
        """
        list_screening.may_screen(app, by)
        found = open_list(io.BytesIO(content))
        if found.lines > MOST_ROWS + 2:  # headings, and an end of line after the last row
            _too_long()
        with self._lock:
            self._make_room(by)
            begun = list_screening.begin(
                app, by, sha256=found.sha256, name=name, purpose=purpose, records=True,
                exercise=exercise,
            )  # fmt: skip
            sent = Underway(
                number=app.randomness(8).hex(),
                by=by.actor_id,
                name=name,
                purpose=purpose,
                exercise=exercise,
                list_id=begun.list_id,
                about=max(0, found.lines - 2),
                charset_guessed=found.charset if found.is_guessed else "",
                ignored=found.ignored,
                others=found.others,
            )
            self._sent[sent.number] = sent
        work = Thread(
            target=self._work, args=(app, by, found, begun, sent), name="list", daemon=True
        )
        work.start()
        return sent

    def _make_room(self, by: Actor) -> None:
        underway = [one for one in self._sent.values() if not one.done.done()]
        if len(underway) >= MOST_UNDERWAY or any(one.by == by.actor_id for one in underway):
            refuse(
                Code.TOO_MANY_TRIES,
                "Nothing was screened: another list is still being screened.",
                "Send this one when that one is done.",
            )
        ended = [number for number, one in self._sent.items() if one.done.done()]
        for number in ended[: max(0, len(self._sent) - MOST_KEPT + 1)]:
            del self._sent[number]

    def _work(
        self, app: App, by: Actor, found: PeopleList, begun: Screening, sent: Underway
    ) -> None:
        try:
            with self._turn, found:
                for batch in _batches(found.rows, sent):
                    list_screening.screen(app, by, begun, batch)
                    _count(sent, batch)
        except BaseException as error:  # noqa: BLE001  # raised to whoever looks
            sent.done.set_exception(error)
        else:
            sent.done.set_result(None)


def _batches(rows: Iterator[ListRow], sent: Underway) -> Iterator[list[ListRow]]:
    bounded = islice(rows, MOST_ROWS)
    while batch := list(islice(bounded, BATCH)):
        yield batch
    sent.cut = next(rows, None) is not None


def _count(sent: Underway, batch: list[ListRow]) -> None:
    sent.states.update(row.state for row in batch)
    sent.without_person.update(row.why for row in batch if row.state == "no person")
    broken = [(row.row, row.why) for row in batch if row.state == "broken"]
    noted = [
        (row.row, "; ".join(row.notes)) for row in batch if row.state == "person" and row.notes
    ]
    sent.odd += len(noted)
    sent.broken += broken[: MOST_TOLD - len(sent.broken)]
    sent.noted += noted[: MOST_TOLD - len(sent.noted)]


def _too_long() -> None:
    refuse(
        Code.BAD_VALUE,
        f"The list was not screened: it has over {MOST_ROWS:,} rows.",
        "Split it, or have it screened with tocsin screen, which takes any length.",
    )
