"""Counts without contents: a period's duties, counted from the record and put on it.

A tally tells how the duties that began in its period stood when it was made, not when the
period ended: one still undecided at midnight would otherwise never be seen to lapse. A
period is counted as often as anybody asks. Each count stands on the record with its time
and the leaves it covers, and from these two it can be made again.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

from tocsin.casework import ledger, logbook, records
from tocsin.casework.access import allows
from tocsin.casework.house import App
from tocsin.domain.actor import Actor
from tocsin.domain.duties import EXERCISE, duties_of
from tocsin.domain.events import CaseClosed, CaseDestroyed, Event
from tocsin.domain.ledger import HOUSE, TallyMade
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.retention import DutyTold
from tocsin.record import tally as pure
from tocsin.record.checkpoint import verified
from tocsin.record.evidence import OpenedLeaf
from tocsin.record.tally import Tally, member, samples_needed
from tocsin.store import events

BATCH = 1_000
MOST_WRONG, CONFIDENCE = 0.01, 0.95
Progress = Callable[[int], None]

_PERIOD = re.compile(r"([0-9]{4})(?:Q([1-4]))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """A tally on the record. What was owed in earnest is apart from what was an exercise;
    `classes` has both, and every class that is no waiver's even where it is empty."""

    index: int  # its leaf
    period: str
    covered: int  # leaves
    at: datetime
    by: str
    owed: int
    exercises: int
    classes: Mapping[str, int]
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A tally just made, and the file that shows it."""

    tallied: Tallied
    file: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A duty to be opened: the case's record must bear out its class."""

    member: str
    case_id: str
    victim_id: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Which duties an auditor opens: the checkpoint of `size` leaves drew them, nobody else."""

    tallied: Tallied
    size: int
    digest: str
    most_wrong: float
    confidence: float
    drawn: tuple[Drawn, ...]


def unwatched(_done: int) -> None:
    """The progress of those who do not watch."""


def make_tally(app: App, by: Actor, period: str, progress: Progress = unwatched) -> Made:
    """Count a period, "2026" or "2026Q4" in UTC, and put the count on the record.

    Refuses NOT_ALLOWED; PERIOD_UNKNOWN for what is none or has not begun; RECORD_DAMAGED
    where a case cannot be opened and no destruction tells of its duties.
    """
    _permitted(app, by, "make_tally")
    began = _beginning(period)
    if began is None or began > app.clock():
        refuse(
            Code.PERIOD_UNKNOWN,
            "Nothing was counted: that is no period, or one that has not begun.",
            "Name a year or a quarter in UTC, such as 2025 or 2025Q4.",
        )
    with app.store.read() as db:
        covered = events.last_position(db)
    # After the last event was read, so that none of those counted is younger than the count.
    at = app.clock()
    counting = _Counting(app=app, covered=covered, at=at)
    counting.read(progress)
    tally = Tally.of(app.keys.tags, period, counting.duties)
    said = TallyMade(
        by=by.named,
        at=at,
        period=period,
        covered=covered,
        owed=len(tally.owed),
        classes=tally.counts,
        root=tally.root.hex(),
    )
    with app.store.write() as db:
        index = ledger.record(app, db, said).position - 1
    return Made(tallied=_tallied(index, said), file=_file(app, index, tally))


def tallies(app: App, by: Actor) -> list[Tallied]:
    """Every tally on the record, the newest first. Refuses NOT_ALLOWED."""
    _permitted(app, by, "read_record")
    with app.store.read() as db:
        found = records.of_case(app, db, HOUSE)
    said = ((one.index, records.event_of(one)) for one in found if one.kind == "TallyMade")
    made = [_tallied(index, event) for index, event in said if isinstance(event, TallyMade)]
    return made[::-1]


def file_of(app: App, by: Actor, index: int, progress: Progress = unwatched) -> bytes:
    """The file of an earlier tally, under the newest checkpoint that witnesses have seen.

    Refuses NOT_ALLOWED and RECORD_UNKNOWN; CASE_DESTROYED where the duties of a case
    destroyed since do not stand as they stood; RECORD_DAMAGED where else the count differs.
    """
    _permitted(app, by, "read_record")
    _, tally, _ = _again(app, index, progress)
    return _file(app, index, tally)


def sample(
    app: App,
    by: Actor,
    index: int,
    *,
    most_wrong: float = MOST_WRONG,
    confidence: float = CONFIDENCE,
    size: int | None = None,
    progress: Progress = unwatched,
) -> Sample:
    """The duties to open: all found right, less than the part `most_wrong` is in a wrong class.

    Drawn by a checkpoint after the tally that the quorum cosigned: that of `size` leaves, else
    the newest. Refuses as `file_of`; LOG_EMPTY where there is no such checkpoint.
    """
    _permitted(app, by, "audit_record")
    try:
        count = samples_needed(most_wrong, confidence)
    except ValueError:
        refuse(
            Code.BAD_VALUE,
            "Nothing was drawn: no number of samples shows that.",
            "Give two parts between 0 and 1, such as 0.01 and 0.95.",
        )
    size, digest = _cosigned(app, index, size)
    tallied, tally, duties = _again(app, index, progress)
    known = {
        member(app.keys.tags, tallied.period, case_id, duty.victim_id): (case_id, duty)
        for case_id, duty in duties
        if tallied.period in duty.periods
    }
    drawn = pure.sample(digest, tallied.period, tally.owed, count)
    return Sample(
        tallied=tallied,
        size=size,
        digest=digest.hex(),
        most_wrong=most_wrong,
        confidence=confidence,
        drawn=tuple(_drawn(one, *known[one]) for one in drawn),
    )


def _drawn(one: bytes, case_id: str, duty: DutyTold) -> Drawn:
    return Drawn(member=one.hex(), case_id=case_id, victim_id=duty.victim_id, told=duty.told)


def _permitted(app: App, by: Actor, action: str) -> None:
    if not allows(app, by, action):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was counted or shown: none of your roles allows it.",
            "Ask an inspector.",
        )


def _beginning(period: str) -> datetime | None:
    found = _PERIOD.fullmatch(period)
    if not found or found[1] == "0000":
        return None
    return datetime(int(found[1]), 3 * int(found[2] or 1) - 2, 1, tzinfo=UTC)


def _tallied(index: int, said: TallyMade) -> Tallied:
    exercises = said.classes.get(EXERCISE, 0)
    return Tallied(
        index=index,
        period=said.period,
        covered=said.covered,
        at=said.at,
        by=said.by,
        owed=said.owed - exercises,
        exercises=exercises,
        classes=said.classes,
        root=said.root,
    )


@dataclass(slots=True, kw_only=True)
class _Counting:
    """The duties of every case as they stood `at`, by the record's first `covered` leaves.

    Events are held of open cases alone, and of closed ones until the batch has been read. A
    closed case in which something happened later, and one that was destroyed, are read again.
    """

    app: App
    covered: int
    at: datetime
    duties: list[tuple[str, DutyTold]] = field(default_factory=list)
    gone_since: set[str] = field(default_factory=set)  # destroyed after the leaves covered
    _open: dict[str, list[Event]] = field(default_factory=dict)
    _closing: set[str] = field(default_factory=set)
    _closed: dict[str, tuple[DutyTold, ...]] = field(default_factory=dict)
    _anew: set[str] = field(default_factory=set)

    def read(self, progress: Progress) -> None:
        position = 0
        while position < self.covered:
            with self.app.store.read() as db:
                rows = events.all_events(db, position, min(BATCH, self.covered - position))
            if not rows or rows[-1].position != position + len(rows):
                _damaged()
            for row in rows:
                if not row.case_id.startswith("~"):
                    self._take(row)
            self._close()
            position = rows[-1].position
            progress(position)
        for case_id, happened in self._open.items():
            self._count(case_id, duties_of(happened, at=self.at))
        for case_id, duties in self._closed.items():
            self._count(case_id, duties)
        for case_id in self._anew:
            self._count(case_id, self._read_alone(case_id))

    def _count(self, case_id: str, duties: tuple[DutyTold, ...]) -> None:
        self.duties += ((case_id, duty) for duty in duties)

    def _take(self, row: events.EventRow) -> None:
        case_id = row.case_id
        if case_id in self._anew:
            return
        if row.wrapped is None or case_id in self._closed:
            self._anew.add(case_id)
            self._open.pop(case_id, None)
            self._closed.pop(case_id, None)
            return
        event = records.event_of(records.opened(self.app, row))
        self._open.setdefault(case_id, []).append(event)
        if isinstance(event, CaseClosed):
            self._closing.add(case_id)

    def _close(self) -> None:
        for case_id in self._closing & self._open.keys():
            self._closed[case_id] = duties_of(self._open.pop(case_id), at=self.at)
        self._closing.clear()

    def _read_alone(self, case_id: str) -> tuple[DutyTold, ...]:
        with self.app.store.read() as db:
            found = records.of_case(self.app, db, case_id)
        told = [(one, records.event_of(one)) for one in found if one.body is not None]
        lost = max((one.case_seq for one in found if one.body is None), default=0)
        for record, event in told:
            if isinstance(event, CaseDestroyed) and lost <= event.last_seq_destroyed:
                if record.position > self.covered:
                    self.gone_since.add(case_id)
                return tuple(duty for duty in event.duties if duty.owed_at <= self.at)
        if lost:
            _damaged()
        happened = (event for record, event in told if record.position <= self.covered)
        return duties_of(happened, at=self.at)


def _damaged() -> NoReturn:
    refuse(
        Code.RECORD_DAMAGED,
        "Nothing was counted: events are missing, or cannot be opened without a destruction.",
        "Run tocsin doctor; then restore the database from a backup.",
    )


def _again(
    app: App, index: int, progress: Progress
) -> tuple[Tallied, Tally, list[tuple[str, DutyTold]]]:
    """A tally on the record, counted again as of then: the same root, or a refusal."""
    with app.store.read() as db:
        row = events.event_at(db, index + 1) if index >= 0 else None
    record = records.opened(app, row) if row is not None and row.case_id == HOUSE else None
    said = records.event_of(record) if record is not None else None
    if not isinstance(said, TallyMade):
        refuse(
            Code.RECORD_UNKNOWN,
            "Nothing was shown: the log has no tally there.",
            "Take the number of its leaf from the list of tallies.",
        )
    counting = _Counting(app=app, covered=said.covered, at=said.at)
    counting.read(progress)
    tally = Tally.of(app.keys.tags, said.period, counting.duties)
    if tally.root.hex() != said.root:
        _otherwise(len(counting.gone_since))
    return _tallied(index, said), tally, counting.duties


def _otherwise(gone: int) -> NoReturn:
    if gone:
        refuse(
            Code.CASE_DESTROYED,
            f"Nothing was shown: of the cases counted {gone} were destroyed since, and tell only "
            "how their duties ended, not how they stood then.",
            "The counts stay on the record. Use the file that was kept, or count anew.",
        )
    refuse(
        Code.RECORD_DAMAGED,
        "Nothing was shown: counted again, the record gives another tally than it states.",
        "Run tocsin doctor, and tell an inspector: somebody may have changed the record.",
    )


def _file(app: App, index: int, tally: Tally) -> bytes:
    with app.store.read() as db:
        size = events.read_head(db).witnessed_size
    if size <= index:
        size = logbook.sign(app).size
    with app.store.read() as db:
        note = logbook.note_at(db, size)
        (proof,) = logbook.proofs(app, db, size, [index])
        row = events.event_at(db, index + 1)
    record = records.opened(app, row) if row is not None else None
    if record is None or record.body is None or record.seed is None:
        _damaged()
    opened = OpenedLeaf(
        index=index, leaf=record.leaf, body=record.body, seed=record.seed, proof=tuple(proof)
    )
    return pure.build(tally, checkpoint=note, tally_made=opened)


def _cosigned(app: App, index: int, size: int | None) -> tuple[int, bytes]:
    """Size and digest of a checkpoint after leaf `index` that the policy's quorum cosigned."""
    with app.store.read() as db:
        wanted = events.read_head(db).witnessed_size if size is None else size
        note = logbook.note_at(db, wanted) if app.trust and wanted > index else ""
    try:
        signed = verified(note.encode(), app.trust.witness_keys if app.trust else ())
    except ValueError:
        signed = None
    keys = [one.key for one in signed.verified] if signed else []
    if app.trust is None or signed is None or not app.trust.met_by(keys):
        refuse(
            Code.LOG_EMPTY,
            "Nothing was drawn: no such checkpoint after the tally has enough cosignatures.",
            "Wait until the witnesses have been asked again.",
        )
    return wanted, signed.checkpoint.digest
