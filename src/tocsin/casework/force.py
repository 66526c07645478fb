"""The policy in force: per unit, by two people, each act on a stream of its own on the record.

The bytes of what is proposed are kept before the proposal is; new cases of a unit take what is in
force when they are opened, and old cases keep theirs.
"""

import re
from collections.abc import Sequence

from tocsin.casework import ledger, records
from tocsin.casework.access import allows
from tocsin.casework.house import App
from tocsin.domain import force as rules
from tocsin.domain.actor import Actor
from tocsin.domain.force import Force, PolicyProposal
from tocsin.domain.ledger import POLICY, PolicyConfirmed, PolicyProposed, PolicyRejected
from tocsin.domain.refusal import Code, refuse
from tocsin.policy import beside, pack
from tocsin.policy.beside import InForce
from tocsin.policy.check import check
from tocsin.policy.faults import Faulty
from tocsin.store import events, packs
from tocsin.store.engine import Connection

PROPOSE, CONFIRM = "propose_policy", "confirm_policy"
_NAME = re.compile(r"[a-z0-9_]{1,64}")


def propose(app: App, named: Sequence[tuple[str, bytes]], by: Actor, reason: str) -> PolicyProposal:
    """Propose that the officer's unit work under these packs, given by name with their bytes.

    Refuses NOT_ALLOWED, ALREADY_PROPOSED, BAD_VALUE, PARTICULARS_MISSING, and PACK_INVALID for
    what is not fit to be used.
    """
    _may(app, by, PROPOSE)
    policy = checked(named)
    with app.store.write() as db:
        events.lock_head(db)
        force = in_force(app, db)
        event = rules.propose(
            force,
            by,
            app.clock(),
            name=policy.name,
            pack_hash=policy.pack_hash,
            instead_of=policy_of(app, db, by.unit).pack_hash,
            reason=reason,
        )
        packs.put_pack(db, pack_hash=policy.pack_hash, name=policy.name, text=policy.text)
        return _recorded(app, db, force, event)


def confirm(app: App, proposal_id: str, by: Actor) -> PolicyProposal:
    """Put a proposal in force. Refuses NOT_ALLOWED, NOTHING_PROPOSED and SAME_OFFICER."""
    _may(app, by, CONFIRM)
    with app.store.write() as db:
        events.lock_head(db)
        force = in_force(app, db)
        return _recorded(app, db, force, rules.confirm(force, proposal_id, by, app.clock()))


def reject(app: App, proposal_id: str, by: Actor, reason: str) -> PolicyProposal:
    """Reject or withdraw a proposal. Refuses NOT_ALLOWED, NOTHING_PROPOSED, PARTICULARS_MISSING."""
    _may(app, by, CONFIRM)
    with app.store.write() as db:
        events.lock_head(db)
        force = in_force(app, db)
        return _recorded(app, db, force, rules.reject(force, proposal_id, by, app.clock(), reason))


def standing(app: App) -> Force:
    """What is in force, what is proposed, and how it came about; no officer may not know it."""
    with app.store.read() as db:
        return in_force(app, db)


def proposal(app: App, proposal_id: str) -> PolicyProposal:
    """A proposal, open or answered. Refuses NOTHING_PROPOSED."""
    found = standing(app).proposals.get(proposal_id)
    if found is None:
        refuse(
            Code.NOTHING_PROPOSED,
            "Nothing was found: there is no such proposal.",
            "Look at the policies in force again.",
        )
    return found


def waiting_for(app: App, by: Actor) -> list[PolicyProposal]:
    """Open proposals for the officer's unit that they may confirm or reject."""
    one = standing(app).waiting(by.unit)
    return [one] if one and one.by != by.named and allows(app, by, CONFIRM) else []


def of_unit(app: App, unit: str) -> InForce:
    """What a unit's next case is opened under."""
    with app.store.read() as db:
        return policy_of(app, db, unit)


def policy_of(app: App, db: Connection, unit: str) -> InForce:
    """As `of_unit`, in the caller's transaction: the house's first pack until two changed it."""
    adopted = in_force(app, db).standing.get(unit)
    return app.policy_by(adopted.pack_hash, adopted.name) if adopted else app.policy


def kept(app: App, pack_hash: str) -> InForce:
    """A policy that was ever proposed or in force. Refuses RECORD_UNKNOWN."""
    with app.store.read() as db:
        name = packs.pack_name(db, pack_hash)
    if name is None:
        refuse(
            Code.RECORD_UNKNOWN,
            "Nothing was found: no policy of that hash was ever proposed or in force here.",
            "Look at the policies in force again.",
        )
    return app.policy_by(pack_hash, name)


def checked(named: Sequence[tuple[str, bytes]]) -> InForce:
    """The policy made of packs that are fit to be used. Refuses BAD_VALUE and PACK_INVALID."""
    if any(_NAME.fullmatch(name) is None for name, _ in named):
        refuse(
            Code.BAD_VALUE,
            "Nothing was proposed: a pack's name has other characters than it may have.",
            "Name its file with small letters, digits and underscores, at most 64.",
        )
    whole = [_fit(name, data) for name, data in named]
    return beside.load(beside.join(whole), name=beside.name_of(name for name, _ in whole))


def _fit(name: str, data: bytes) -> tuple[str, bytes]:
    """A pack with all that it extends, once nothing was found wrong with it."""
    try:
        whole = pack.whole_of(data, name)
    except Faulty as faulty:
        raise pack.refused(name, faulty) from faulty
    if faults := check(whole, name=name):
        raise pack.refused(name, Faulty(*faults))
    return name, whole


def in_force(app: App, db: Connection) -> Force:
    """As `standing`, in the caller's transaction; read from the record as far as it is new."""
    seq, _ = events.case_tail(db, POLICY) or (0, b"")
    known = app.force if app.force.seq <= seq else Force()
    if known.seq < seq:
        said = [_step(one) for one in records.of_case(app, db, POLICY, known.seq)]
        known = app.force = rules.after(known, said)
    return known


def _step(record: records.Record) -> rules.Step:
    event = records.event_of(record)
    if not isinstance(event, PolicyProposed | PolicyConfirmed | PolicyRejected):
        raise TypeError("the stream of policies holds another record")
    return event


def _recorded(app: App, db: Connection, force: Force, event: rules.Step) -> PolicyProposal:
    ledger.record(app, db, event, stream=POLICY)
    return rules.after(force, [event]).proposals[event.proposal_id]


def _may(app: App, by: Actor, action: str) -> None:
    if not allows(app, by, action):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was done: none of your roles allows it for a policy.",
            "Ask a determining officer; changing a unit's policy takes two.",
        )
