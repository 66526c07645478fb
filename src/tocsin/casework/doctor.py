"""The doctor: is every open case on a live clock, is no job lost, are the views true?"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from tocsin.casework import records, sources
from tocsin.casework.house import App, CaseCache
from tocsin.casework.project import case_row, contact_row, project, show, show_contact
from tocsin.casework.records import Record, event_of, folded
from tocsin.domain.case import Case, CaseState, DeliveryState
from tocsin.domain.directory import Contact
from tocsin.domain.events import ReportReceived
from tocsin.domain.ledger import DIRECTORY, ContactRecorded
from tocsin.domain.plans import LANES, deadline_job
from tocsin.domain.refusal import Refusal
from tocsin.record.canonical import parse
from tocsin.record.commitments import commit_body, salts_from
from tocsin.record.frontier import EMPTY
from tocsin.record.leaf import ZERO, decode, leaf_hash
from tocsin.store import bodies, events, jobs, published, replay, views
from tocsin.store import contacts as stored
from tocsin.store import sources as kept
from tocsin.store.engine import Connection

BATCH = 1_000
Progress = Callable[[int], None]


def unwatched(_done: int) -> None:
    """The progress of those who do not watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was found. `complaints` is empty for a healthy house."""

    events: int
    cases: int
    open_cases: int
    complaints: tuple[str, ...]
    rebuilt: bool = False


@dataclass(slots=True)
class _Read:
    """The record as far as it was read; a case's row is what the queue should show."""

    events: int = 0
    cases: dict[str, Case] = field(default_factory=dict)
    rows: dict[str, views.CaseRow] = field(default_factory=dict)
    contacts: dict[str, stored.ContactRow] = field(default_factory=dict)
    tails: dict[str, bytes] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


def examine(app: App, progress: Progress = unwatched) -> Examined:
    """Read the whole record and compare jobs and views with what it says."""
    with app.store.read() as db:
        read = _read_record(app, db, progress)
        live = {key: case_id for lane in LANES for key, case_id in jobs.live_keys(db, lane).items()}
        known, here = kept.known(db), bodies.kept(db)
        if replay.views_are_current(db):
            read.complaints += _untrue_views(db, read)
        else:
            read.complaints.append("The views are missing or of another version; run --rebuild.")
    # A job's key names its delivery and how often it was tried when the job was planned.
    tried = {key.rpartition("#")[0] for key in live}
    read.complaints += _unsourced(read, known, here)
    for case in read.cases.values():
        read.complaints += _complaints(case, live.keys(), tried)
        read.complaints += _unpublished(app, case)
    return Examined(
        events=read.events,
        cases=len(read.cases),
        open_cases=sum(case.is_open for case in read.cases.values()),
        complaints=tuple(read.complaints),
    )


def _read_record(app: App, db: Connection, progress: Progress) -> _Read:
    read, position, tree = _Read(), 0, EMPTY
    while rows := events.all_events(db, position, BATCH):
        tree = tree.extended(bytes(row.leaf_hash) for row in rows)
        for row in rows:
            if row.position != position + 1:
                gone = f"Positions {position + 1} to {row.position - 1}"
                read.complaints.append(f"{gone} are missing from the record.")
            position = row.position
            _take(app, read, row)
        progress(position)
    read.events = position
    head = events.read_head(db)
    if position != head.position:
        read.complaints.append("The head of the record is not at its last event.")
    elif tree != head.tree:
        read.complaints.append("The tree of the log is not the one over its leaves.")
    return read


def _take(app: App, read: _Read, row: events.EventRow) -> None:
    """Fold an event in, unless its case is broken: what follows a false event says nothing."""
    try:
        record = records.opened(app, row)
    except Refusal:
        read.complaints.append(f"What event {row.position} sealed was changed.")
        read.broken.add(row.case_id)
        read.tails[row.case_id] = row.leaf_hash
        return
    misfits = list(misfits_of(record, read.tails.get(record.case_id, ZERO)))
    read.complaints += misfits
    read.tails[record.case_id] = record.leaf_hash
    if misfits:
        read.broken.add(record.case_id)
    if record.case_id in read.broken:
        return
    if contact := contact_in(record):
        read.contacts[contact.contact_id] = contact_row(
            contact, version=record.case_seq, position=record.position
        )
    if not record.is_of_a_case:
        return
    case = folded(read.cases.get(record.case_id), [record])
    if case is not None:
        read.cases[record.case_id] = case
        read.rows[record.case_id] = case_row(case, record.position, record.at_us)


def contact_in(record: Record) -> Contact | None:
    """The contact that a record of the directory tells of; None for every other record."""
    if record.body is None or not record.case_id.startswith(DIRECTORY):
        return None
    said = event_of(record)
    return said.contact if isinstance(said, ContactRecorded) else None


def misfits_of(record: Record, previous: bytes) -> Iterator[str]:
    """What of a record does not fit its leaf, or the leaf before it in its stream."""
    try:
        leaf = decode(record.leaf)
    except ValueError:
        leaf = None
    if leaf is None or leaf_hash(record.leaf) != record.leaf_hash:
        yield f"The leaf of event {record.position} was changed."
        return
    if leaf.previous != previous or leaf.case_seq != record.case_seq:
        yield f"Event {record.position} does not follow the one before it in {record.case_id}."
    if record.body is not None and not _is_what_was_committed(record, leaf.body):
        yield f"Event {record.position} does not say what its leaf commits to."


def _is_what_was_committed(record: Record, commitment: bytes) -> bool:
    try:
        fields = parse((record.body or "").encode())
    except ValueError:
        return False
    return (
        isinstance(fields, dict)
        and commit_body(fields, salts_from(record.seed or b"", fields)) == commitment
        and fields.get("case_id") == record.case_id
    )


def _untrue_views(db: Connection, read: _Read) -> Iterator[str]:
    """Whether the queue shows every case as its record has it, and no other."""
    shown = {row.case_id: row for state in CaseState for row in _queue(db, state.value)}
    for case_id in sorted((shown.keys() | read.rows.keys()) - read.broken):
        if shown.get(case_id) != read.rows.get(case_id):
            yield f"Case {case_id} is not shown as its record has it; run --rebuild."
    known = stored.everyone(db)
    for contact_id in sorted(known.keys() | read.contacts.keys()):
        told = read.contacts.get(contact_id)
        if known.get(contact_id) != told and DIRECTORY + contact_id not in read.broken:
            yield f"Contact {contact_id} is not shown as its record has it; run --rebuild."


def _unsourced(read: _Read, known: Collection[str], here: Collection[str]) -> Iterator[str]:
    """Whether each report whose words are here is among the sources, and no other."""
    told = {
        one.report_id
        for case in read.cases.values()
        if not case.destroyed
        for one in case.reports.values()
        if one.sha256 in here
    }
    if read.broken:
        known = told.intersection(known)  # of their cases it is not known what they hold
    if told != set(known):
        yield (
            f"Sources: {len(told.difference(known))} reports are not compared with others, and "
            f"{len(set(known) - told)} that are gone still are; run --rebuild."
        )


def _queue(db: Connection, state: str) -> Iterator[views.CaseRow]:
    after = None
    while rows := views.queue(
        db, officer_id="", unit="", sees_all=True, state=state, after=after, limit=BATCH
    ):
        yield from rows
        after = rows[-1].cursor


def _complaints(case: Case, keys: Collection[str], tried: Collection[str]) -> Iterator[str]:
    if case.is_open and not case.deadlines:
        yield f"Case {case.case_id} is open without a deadline."
    for deadline in case.deadlines.values():
        if deadline_job(case.case_id, deadline.number) not in keys:
            yield f"Case {case.case_id}: the job for its {deadline.clock} deadline is lost."
    for delivery in case.deliveries.values():
        waiting = delivery.state in (DeliveryState.PLANNED, DeliveryState.ATTEMPTED)
        if delivery.method.by_hand or not waiting:
            continue
        if delivery.delivery_id not in tried:
            yield f"Case {case.case_id}: the job for delivery {delivery.delivery_id} is lost."
    for dispatch in case.dispatches.values():
        for batch in dispatch.batches:
            waits = batch.is_open or not (batch.is_settled or dispatch.cancelled)
            if waits and f"{dispatch.dispatch_id}/{batch.number}" not in tried:
                yield f"Case {case.case_id}: the job for a batch of {dispatch.dispatch_id} is lost."


def _unpublished(app: App, case: Case) -> Iterator[str]:
    """What went public is kept byte for byte, as the record bound it."""
    sent = [
        pair
        for one in case.publications.values()
        for pair in ((one.sent_as, one.sent_sha256), (one.cancelled_as, one.cancelled_sha256))
    ]
    for message, expected in sent:
        if message is None:
            continue
        with app.store.read() as db:
            xml = published.xml_of(db, message.identifier)
        if xml is None or sha256(xml).hexdigest() != expected:
            yield f"Case {case.case_id}: message {message.identifier} is not kept as it went out."


def rebuild(app: App, progress: Progress = unwatched) -> int:
    """Drop views and sources and build them again from the record. How many events there were."""
    cases = CaseCache()
    with app.store.write() as db:
        events.lock_head(db)  # a report received meanwhile is compared once all others are
        kept.clear(db)

        def replayed(row: events.EventRow) -> None:
            if row.position % BATCH == 0:
                progress(row.position)
            record = records.opened(app, row)
            if contact := contact_in(record):
                show_contact(db, contact, version=record.case_seq, position=record.position)
            if record.body is None or not record.is_of_a_case:
                return
            before = cases.get(row.case_id)
            if before is None and row.case_seq > 1:
                earlier = records.of_case(app, db, row.case_id)[: row.case_seq - 1]
                before = folded(None, earlier)
            case = folded(before, [record])
            if case is None:
                return  # what led to a destruction; the tombstone that follows tells of it
            event = event_of(record)
            project(db, case, event, row.position, row.at_us)
            if isinstance(event, ReportReceived):
                sources.keep_again(app, db, event.report, exercise=case.exercise)
            show(db, case, row.position, row.at_us)
            cases.put(case)

        return replay.rebuild(db, replayed)
