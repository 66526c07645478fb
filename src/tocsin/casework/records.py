"""Events as the house reads them: opened with its key, or known to be destroyed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.casework.house import App
from tocsin.domain.case import Case
from tocsin.domain.events import EVENTS, Event
from tocsin.domain.evolving import evolve
from tocsin.domain.ledger import COVER, LEDGER
from tocsin.domain.refusal import Code, Refusal
from tocsin.domain.serial import from_plain
from tocsin.record.canonical import Value
from tocsin.record.chain import next_entry
from tocsin.record.commitments import SEED_BYTES
from tocsin.record.leaf import case_pseudonym, leaf_hash
from tocsin.record.sealing import RANDOMNESS_BYTES
from tocsin.record.tags import commit_tags, tags_of
from tocsin.store import events
from tocsin.store.engine import Connection

_OPENERS = ("CaseOpened", "CaseDestroyed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One event, opened. `body` and `seed` are None where they were lawfully destroyed."""

    position: int
    case_id: str
    case_seq: int
    at_us: int
    body: str | None
    seed: bytes | None
    leaf: bytes
    leaf_hash: bytes

    @property
    def index(self) -> int:
        """The leaf's place in the log, from 0."""
        return self.position - 1

    @property
    def is_of_a_case(self) -> bool:
        return not self.case_id.startswith("~")

    @property
    def fields(self) -> dict[str, Any]:
        """What the record says. Raises ValueError where it was destroyed."""
        if self.body is None:
            raise ValueError("a destroyed record says nothing")
        fields: dict[str, Any] = json.loads(self.body)
        return fields

    @property
    def kind(self) -> str:
        """The kind of event; "" where it was destroyed."""
        return str(self.fields["kind"]) if self.body is not None else ""


def opened(app: App, row: events.EventRow) -> Record:
    """The row, opened. Refuses RECORD_DAMAGED where what it sealed was changed."""
    body = seed = None
    if row.wrapped is not None:
        try:
            content = app.vault.open(
                bytes(row.sealed), bytes(row.wrapped), bound_to=bytes(row.leaf_hash)
            )
        except ValueError as error:
            raise Refusal(
                Code.RECORD_DAMAGED,
                f"Nothing was read: what event {row.position} of the record sealed was changed.",
                "Run tocsin doctor; then restore the database from a backup.",
            ) from error
        seed, body = content[:SEED_BYTES], content[SEED_BYTES:].decode()
    return Record(
        position=row.position,
        case_id=row.case_id,
        case_seq=row.case_seq,
        at_us=row.at_us,
        body=body,
        seed=seed,
        leaf=bytes(row.leaf),
        leaf_hash=bytes(row.leaf_hash),
    )


def of_case(app: App, db: Connection, case_id: str, after_seq: int = 0) -> list[Record]:
    """A case's records in order, from `after_seq + 1`."""
    return [opened(app, row) for row in events.case_events(db, case_id, after_seq)]


def everything(app: App, db: Connection, after_position: int, limit: int) -> list[Record]:
    """At most `limit` records of all cases and the house, in the record's order."""
    return [opened(app, row) for row in events.all_events(db, after_position, limit)]


def newest(app: App, db: Connection, *, since: int, limit: int) -> list[Record]:
    """The newest records after position `since`, oldest first; cover is left out."""
    rows = events.newest_events(db, but=COVER, since=since, limit=limit)
    return [opened(app, row) for row in rows]


def event_of(record: Record) -> Event:
    """The event that a record tells of."""
    plain = record.fields
    name = plain.pop("kind")
    kind = EVENTS.get(name) or LEDGER[name]
    if name not in _OPENERS:
        del plain["case_id"]
    return from_plain(kind, plain)


def folded(case: Case | None, records: Iterable[Record]) -> Case | None:
    """The case after `records`. What stood before its destruction is passed over."""
    for record in records:
        if record.body is None:
            case = None
        elif case is not None or record.kind in _OPENERS:
            case = evolve(case, [event_of(record)])
    return case


def sealed_rows(
    app: App,
    head: events.Head,
    *,
    case_id: str,
    tail: tuple[int, bytes],
    at_us: int,
    policy_pack: bytes,
    said: Sequence[dict[str, Value]],
) -> list[events.EventRow]:
    """Rows for bodies `said` that follow `tail` in a stream, ready to be appended."""
    pseudonym = case_pseudonym(app.keys.pseudonym, case_id)
    seq, previous = tail
    rows = []
    for number, fields in enumerate(said, seq + 1):
        seed = app.randomness(SEED_BYTES)
        tags = tags_of(app.keys.tags, case_id, str(fields["kind"]), fields)
        entry = next_entry(
            position=0,
            case_id=case_id,
            case_pseudonym=pseudonym,
            case_seq=number,
            previous=previous,
            at_us=at_us,
            fields=fields,
            seed=seed,
            policy_pack=policy_pack,
            tags=commit_tags(tags, seed),
            checkpoint=head.witnessed,
        )
        previous = leaf_hash(entry.leaf)
        sealed = app.vault.seal(
            seed + entry.body.encode(),
            bound_to=previous,
            randomness=app.randomness(RANDOMNESS_BYTES),
        )
        rows.append(
            events.EventRow(
                case_id=case_id,
                case_seq=number,
                at_us=at_us,
                sealed=sealed.sealed,
                wrapped=sealed.wrapped,
                leaf=entry.leaf,
                leaf_hash=previous,
                tags=tags,
            )
        )
    return rows
