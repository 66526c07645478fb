"""A case's record, for somebody who does not trust us."""

from collections.abc import Iterable

from tocsin.casework import log_keys, logbook
from tocsin.casework.access import allows
from tocsin.casework.house import App
from tocsin.casework.reads import read_case
from tocsin.casework.records import Record, of_case
from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Code, refuse
from tocsin.record.checkpoint import read
from tocsin.record.export import Opened, build
from tocsin.record.leaf import case_pseudonym
from tocsin.store.instants import to_us


def export_case(app: App, case_id: str, by: Actor, *, show: Iterable[str] | None = None) -> bytes:
    """Every event of the case under a signed checkpoint, with the proof that the log holds it.

    With `show`, only the fields so named are disclosed of each event.
    """
    case = read_case(app, case_id, by)
    if not allows(app, by, "export_case", case):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was exported: none of your roles allows it.",
            "Ask a determining officer or an inspector.",
        )
    with app.store.read() as db:
        last = of_case(app, db, case_id)[-1].position
    checkpoint = logbook.covering(app, last)
    size = read(checkpoint.encode())[0].size
    with app.store.read() as db:
        found = [one for one in of_case(app, db, case_id) if one.index < size]
        return build(
            [_opened(record) for record in found],
            case_id=case_id,
            case_pseudonym=case_pseudonym(app.keys.pseudonym, case_id),
            policy_packs=[bytes.fromhex(case.pack_hash)],
            exported_at_us=to_us(app.clock()),
            signer=log_keys.current(app, db).newest[0],
            checkpoint=checkpoint,
            proofs=logbook.proofs(app, db, size, [record.index for record in found]),
            show=None if show is None else frozenset(show),
        )


def _opened(record: Record) -> Opened:
    return Opened(
        position=record.index,
        case_seq=record.case_seq,
        leaf=record.leaf,
        body=record.body,
        seed=record.seed,
    )


def house_key_text(app: App) -> str:
    """The public keys by which this house's log is checked, one a line.

    Hand them over by another path than what they are to check.
    """
    with app.store.read() as db:
        return "\n".join(key.text for key in log_keys.verifier_keys(db))
