"""The exhaustive audit: whoever is cleared for it opens every body, checks it, and searches it.

A proof that a list is complete trusts how the records were tagged. This trusts nothing
that was kept beside the bodies, and finds what a search would not lead to.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tocsin.casework import ledger
from tocsin.casework.access import allows
from tocsin.casework.checking import MOST_LISTED, Fault, Progress, check
from tocsin.casework.doctor import unwatched
from tocsin.casework.house import App
from tocsin.casework.searching import checked_texts
from tocsin.domain.actor import Actor
from tocsin.domain.ledger import DIRECTORY, AuditMade
from tocsin.domain.refusal import Code, refuse
from tocsin.record.commitments import SEED_BYTES
from tocsin.record.seeking import Seeker
from tocsin.record.tags import CASE, PLACE, SUBJECT, folded, name_keys, tag
from tocsin.store import bodies, events, tagged, walks
from tocsin.store.engine import Connection

BATCH, REPORTS = 250, 16
_RECEIVED = '"kind":"ReportReceived"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A record, or with `report` the SHA-256 of the report it brought, that holds a text.

    `is_led_to` where a search for one of the texts leads to its case.
    """

    index: int
    case_id: str
    report: str | None
    is_led_to: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What an audit found. Of faults, of hits missed by every search, and of other hits the
    first thousand are listed, in this order."""

    index: int  # the leaf that says that the audit was made
    covered: int  # leaves
    opened: int
    destroyed: int
    reports: int
    pairs: int
    fault_count: int
    faults: tuple[Fault, ...]
    hit_count: int
    missed_count: int  # hits to which no search leads
    hits: tuple[Hit, ...]


def audit(
    app: App,
    by: Actor,
    *,
    texts: Sequence[str] = (),
    reason: str,
    progress: Progress = unwatched,
) -> AuditReport:
    """Open and check everything, and look for `texts` in every body and report.

    `progress` is told how many leaves were opened, twice as many where there are texts. The
    audit itself goes on the record. Refuses NOT_ALLOWED and BAD_VALUE.
    """
    if not allows(app, by, "audit_record"):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was audited: none of your roles allows it.",
            "Ask an inspector.",
        )
    sought = checked_texts(texts, reason)
    with app.store.read() as db:
        hits = seek(app, db, sought, progress)
        last = events.last_position(db) if sought else 0
        found = check(app, db, lambda done: progress(last + done))
    said = AuditMade(
        by=by.named,
        at=app.clock(),
        covered=found.covered,
        opened=found.opened,
        destroyed=found.destroyed,
        faults=found.fault_count,
        variants=sought,
        reason=reason,
    )
    with app.store.write() as db:
        head = ledger.record(app, db, said)
    return AuditReport(
        index=head.position - 1,
        covered=found.covered,
        opened=found.opened,
        destroyed=found.destroyed,
        reports=found.reports,
        pairs=found.pairs,
        fault_count=found.fault_count,
        faults=tuple(found.faults),
        hit_count=hits.count,
        missed_count=hits.missed_count,
        hits=(*hits.missed, *hits.led_to),
    )


@dataclass(slots=True, kw_only=True)
class Sought:
    """How many hits there are, and the first thousand of either kind."""

    led_to: list[Hit] = field(default_factory=list)
    missed: list[Hit] = field(default_factory=list)
    count: int = 0
    missed_count: int = 0

    def add(self, index: int, case_id: str, report: str | None, *, is_led_to: bool) -> None:
        """Note a hit."""
        self.count += 1
        self.missed_count += not is_led_to
        listed = self.led_to if is_led_to else self.missed
        if len(listed) < MOST_LISTED:
            hit = Hit(index=index, case_id=case_id, report=report, is_led_to=is_led_to)
            listed.append(hit)


def seek(app: App, db: Connection, texts: Sequence[str], progress: Progress = unwatched) -> Sought:
    """Every case's record and report that holds one of `texts`.

    Nothing is checked but that what was sealed is what is opened; what cannot be opened is
    passed over, for `check` tells of it.
    """
    found = Sought()
    if not texts:
        return found
    seeker = Seeker(texts)
    received, led_to = frozenset(_reports(app, db, seeker)), _led_to(app, db, texts)
    position, unseal = 0, app.vault.open
    while rows := walks.sealed_events(db, position, BATCH):
        for position, case_id, leaf_hash, sealed, wrapped in rows:
            if case_id[0] == "~" and not case_id.startswith(DIRECTORY):
                continue  # what the house itself looked for is no case's
            try:
                content = unseal(bytes(sealed), bytes(wrapped), bound_to=bytes(leaf_hash))
            except ValueError:
                continue
            body = content[SEED_BYTES:].decode()
            if received and _RECEIVED in body and (report := _report_of(body)) in received:
                found.add(position - 1, case_id, report, is_led_to=case_id in led_to)
            if seeker.holds_in(body):
                found.add(position - 1, case_id, None, is_led_to=case_id in led_to)
        progress(position)
    return found


def _report_of(body: str) -> str:
    digest: str = json.loads(body)["report"]["sha256"]
    return digest


def _reports(app: App, db: Connection, seeker: Seeker) -> Iterator[str]:
    """The hashes of the reports whose words hold what is sought."""
    after = ""
    while rows := walks.sealed_reports(db, after, REPORTS):
        after = rows[-1][0]
        for digest, sealed, wrapped in rows:
            try:
                report = bodies.opened(app.vault, digest, sealed, wrapped)
            except ValueError:
                continue  # `check` tells of it
            if seeker.holds(report.text):
                yield digest


def _led_to(app: App, db: Connection, texts: Sequence[str]) -> frozenset[str]:
    """The cases to which a search for these texts leads, whatever they are taken for."""
    tags = {
        tag(app.keys.tags, kind, spelled)
        for text in texts
        for kind, spellings in (
            (SUBJECT, name_keys(text)),
            (PLACE, {folded(text)}),
            (CASE, {text}),
        )
        for spelled in spellings
    }
    stored = tagged.StoredBlocks(db, events.last_position(db))
    found = {int.from_bytes(pair.key[-8:]) + 1 for one in tags for pair in stored.pairs(one)}
    return frozenset(place.case_id for place in walks.places(db, found).values())
