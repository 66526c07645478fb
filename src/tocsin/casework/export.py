"""A case's record, for somebody who does not trust us."""

from tocsin.casework.access import allows
from tocsin.casework.house import App
from tocsin.casework.reads import read_case
from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Code, refuse
from tocsin.record.chain import Entry
from tocsin.record.export import build
from tocsin.record.keys import public_key, to_text
from tocsin.record.leaf import case_pseudonym
from tocsin.store import events
from tocsin.store.instants import to_us


def export_case(app: App, case_id: str, by: Actor) -> bytes:
    """Every event's canonical bytes, seeds, leaves, and the house's signature over the head."""
    case = read_case(app, case_id, by)
    if not allows(app, by, "export_case", case):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was exported: none of your roles allows it.",
            "Ask a determining officer or an inspector.",
        )
    with app.store.read() as db:
        rows = events.case_events(db, case_id)
    return build(
        [entry_of(row) for row in rows],
        case_pseudonym=case_pseudonym(app.keys.pseudonym, case_id),
        policy_packs=[bytes.fromhex(case.pack_hash)],
        exported_at_us=to_us(app.clock()),
        private_key=app.keys.signing,
    )


def entry_of(row: events.EventRow) -> Entry:
    """The record's own terms for a stored row; leaves are counted from 0."""
    return Entry(
        position=row.position - 1,
        case_id=row.case_id,
        case_seq=row.case_seq,
        kind=row.kind,
        at_us=row.at_us,
        body=row.body,
        seed=row.seed,
        leaf=row.leaf,
    )


def house_key_text(app: App) -> str:
    """The public key by which exports are checked; hand it over by another path."""
    return to_text(public_key(app.keys.signing))
