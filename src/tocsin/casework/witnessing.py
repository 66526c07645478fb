"""Others who watch the log: witnesses asked to cosign, authorities asked for the time.

Nothing here holds a lock while the network answers, and no warning waits for any of it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tocsin.casework import logbook
from tocsin.casework.house import App
from tocsin.channels.timestamping import timestamp
from tocsin.channels.witness import Reply, WitnessUnreached, add_checkpoint
from tocsin.record.checkpoint import Checkpoint, verified
from tocsin.record.note import SignatureLine, VerifierKey
from tocsin.record.timestamps import claimed
from tocsin.record.witnessing import Request, cosignatures, read_reply, read_size
from tocsin.store import events, log
from tocsin.store.instants import to_us

TIMEOUT_S = 10.0
MOST_AT_ONCE = 8

MOVED_ON = "it moved on meanwhile, and is asked again in the next round"
REFUSALS = {
    403: "it does not know this log's keys: give its operator the output of tocsin key",
    404: "it does not know this log: give its operator the output of tocsin key",
    409: logbook.TWO_HISTORIES,
    422: logbook.REWRITTEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of asking one witness; `trouble` is "" where it cosigned."""

    url: str
    lines: tuple[SignatureLine, ...] = ()
    trouble: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of asking: the checkpoint, who answered what, whether the quorum is met."""

    size: int
    asked: tuple[Asked, ...]
    is_met: bool


def ask_all(app: App, *, anew: bool = True) -> Round | None:
    """Ask every witness of the trust policy to cosign: what is new, which is signed first.

    Unless `anew`, the newest checkpoint there is. None where the house has no trust policy or
    an empty record.
    """
    if app.trust is None:
        return None
    checkpoint = logbook.sign(app) if anew else logbook.newest(app)
    if not checkpoint.size:
        return None
    with app.store.read() as db:
        note = logbook.note_at(db, checkpoint.size)
        sizes = {row.url: row.size for row in log.witnesses(db)}
    keys: Mapping[str, list[VerifierKey]] = defaultdict(list)
    for witness in app.trust.witnesses:
        if witness.url:
            keys[witness.url].append(witness.key)
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        waiting = [
            # Another process may have asked about more than this checkpoint by now.
            pool.submit(
                _ask, app, url, min(sizes.get(url, 0), checkpoint.size), ours, checkpoint, note
            )
            for url, ours in keys.items()
        ]
        asked = tuple(one.result() for one in waiting)
    _keep(app, asked, checkpoint)
    return Round(size=checkpoint.size, asked=asked, is_met=_settle(app, checkpoint))


def _ask(
    app: App,
    url: str,
    old_size: int,
    keys: Collection[VerifierKey],
    checkpoint: Checkpoint,
    note: str,
) -> Asked:
    """Ask once, and once more where the witness says that it stands elsewhere."""
    try:
        reply = _post(app, url, old_size, checkpoint, note)
        if reply.status == 409 and (size := read_size(reply.body)) != old_size:
            if size > checkpoint.size:
                return Asked(url=url, trouble=_ahead(app, size), size=checkpoint.size)
            old_size = size
            reply = _post(app, url, size, checkpoint, note)
            if reply.status == 409 and read_size(reply.body) != size:
                return Asked(url=url, trouble=MOVED_ON, size=size)
        if reply.status != 200:
            trouble = REFUSALS.get(reply.status, f"it answered with status {reply.status}")
            return Asked(url=url, trouble=trouble, size=old_size)
        now_s = int(app.clock().timestamp())
        lines = cosignatures(read_reply(reply.body), checkpoint, keys, now_s=now_s)
    except WitnessUnreached as unreached:
        return Asked(url=url, trouble=f"it was not reached: {unreached.reason}", size=old_size)
    except ValueError as error:
        return Asked(url=url, trouble=f"its answer was refused: {error}", size=old_size)
    if not lines:
        return Asked(url=url, trouble="it signed with no key of the trust policy", size=old_size)
    return Asked(url=url, lines=lines, size=checkpoint.size)


def _ahead(app: App, size: int) -> str:
    """What it means that a witness knows `size` leaves: another process may have asked it."""
    with app.store.read() as db:
        return MOVED_ON if size <= events.last_position(db) else logbook.WENT_BACK


def _post(app: App, url: str, old_size: int, checkpoint: Checkpoint, note: str) -> Reply:
    with app.store.read() as db:
        proof = logbook.tree(app, db, checkpoint.size).consistency(old_size)
    body = Request(old_size=old_size, proof=tuple(proof), note=note).spelled
    return add_checkpoint(url, body, timeout_s=TIMEOUT_S)


def _keep(app: App, asked: Collection[Asked], checkpoint: Checkpoint) -> None:
    now = to_us(app.clock())
    with app.store.write() as db:
        before = {row.url: row for row in log.witnesses(db)}
        for one in asked:
            was = before.get(one.url)
            cosigned = was.cosigned_us if was else None
            log.put_witness(
                db,
                log.WitnessRow(
                    url=one.url,
                    size=one.size,
                    asked_us=now,
                    cosigned_us=now if one.lines else cosigned,
                    trouble=_standing(one, was),
                ),
            )
            for line in one.lines:
                log.put_cosignature(
                    db,
                    log.CosignatureRow(
                        size=checkpoint.size,
                        name=line.name,
                        key_id=line.key_id.hex(),
                        line=line.text,
                        at_us=now,
                    ),
                )


def _standing(one: Asked, was: log.WitnessRow | None) -> str:
    """A contradiction stands until the witness cosigns again: an outage does not end it."""
    if one.lines or one.trouble in logbook.CONTRADICTIONS or was is None:
        return one.trouble
    return was.trouble if was.trouble in logbook.CONTRADICTIONS else one.trouble


def _settle(app: App, checkpoint: Checkpoint) -> bool:
    """Note the checkpoint as witnessed once the quorum of the trust policy is met."""
    trust = app.trust
    with app.store.read() as db:
        note = logbook.note_at(db, checkpoint.size)
    if trust is None or not trust.witnesses:
        return False
    try:
        signed = verified(note.encode(), trust.witness_keys)
    except ValueError:
        return False  # nobody of the policy has cosigned it
    if not trust.met_by([one.key for one in signed.verified]):
        return False
    with app.store.write() as db:
        events.lock_head(db)
        log.put_witnessed(db, checkpoint.size, to_us(app.clock()))
        events.set_witnessed(db, size=checkpoint.size, digest=checkpoint.digest)
    return True


def anchor(app: App) -> int | None:
    """Have the newest checkpoint timestamped (RFC 3161); its size, or None without authority.

    Raises AuthorityUnreached, and ValueError for an answer that is not a timestamp of it.
    """
    if not app.settings.timestamp_url:
        return None
    checkpoint = logbook.sign(app)
    with app.store.read() as db:
        newest = log.newest_anchor(db)
    if not checkpoint.size or (newest and newest.size >= checkpoint.size):
        return newest.size if newest else None
    nonce = int.from_bytes(app.randomness(8)) >> 1 | 1
    said = checkpoint.text.encode()
    token = timestamp(app.settings.timestamp_url, said, nonce=nonce, timeout_s=TIMEOUT_S)
    claimed(token, said, nonce=nonce)
    row = log.AnchorRow(size=checkpoint.size, token=token, at_us=to_us(app.clock()))
    with app.store.write() as db:
        log.put_anchor(db, row)
    return checkpoint.size
