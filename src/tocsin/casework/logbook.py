"""The log as the house hands it out: checkpoints, proofs, and how far witnesses follow."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.casework import log_keys
from tocsin.casework.house import App
from tocsin.domain.refusal import Code, refuse
from tocsin.record.checkpoint import Checkpoint, issue, parse_text, read, with_lines
from tocsin.record.note import SignatureLine
from tocsin.record.proofs import Tree
from tocsin.record.tiles import Tile
from tocsin.record.tlog_proof import TlogProof, spell
from tocsin.record.trust import NONE
from tocsin.record.verify_proof import extra_of_leaf
from tocsin.store import events, log, tiles
from tocsin.store.engine import Connection
from tocsin.store.instants import from_us, to_us

WENT_BACK = "it has seen more of this log than there is: the record went back"
TWO_HISTORIES = "it holds another history of this size under our key"
REWRITTEN = "it cannot fit our log to what it has seen: history was rewritten"
CONTRADICTIONS = frozenset((WENT_BACK, TWO_HISTORIES, REWRITTEN))
"""What a witness says that no outage explains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessState:
    """How one witness of the trust policy stands; `asked_at` is None before the first time.

    `size` is what it last cosigned, `trouble` "" where it cosigned when it was last asked.
    """

    url: str
    names: tuple[str, ...]
    size: int
    asked_at: datetime | None
    cosigned_at: datetime | None
    trouble: str
    contradicts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """Where the log stands. `unwitnessed` is the age of its oldest leaf that no quorum has
    seen; None where all have been seen, or nobody is asked to. `alarms` say in plain words
    why `is_alarming`."""

    origin: str
    generation: int
    size: int
    root: bytes
    signed_size: int
    signed_at: datetime | None
    is_watched: bool
    witnessed_size: int
    unwitnessed: timedelta | None
    is_alarming: bool
    alarms: tuple[str, ...]
    witnesses: tuple[WitnessState, ...]
    anchored_size: int
    anchored_at: datetime | None


def is_watched(app: App) -> bool:
    """Whether a quorum of witnesses is to cosign what this log signs."""
    return app.trust is not None and app.trust.quorum != NONE


def state(app: App) -> LogState:
    """How the log stands, for those who watch it."""
    with app.store.read() as db:
        head = events.read_head(db)
        newest, anchor = log.newest_checkpoint(db), log.newest_anchor(db)
        key = log.keys(db)[-1]
        age, asked = _unwitnessed(app, db, head), _witnesses(app, db)
    alarms = tuple(_alarms(app, head, age, asked))
    return LogState(
        origin=key.origin,
        generation=key.generation,
        size=head.position,
        root=head.tree.root,
        signed_size=newest.size if newest else 0,
        signed_at=from_us(newest.signed_at_us) if newest else None,
        is_watched=is_watched(app),
        witnessed_size=head.witnessed_size,
        unwitnessed=age,
        is_alarming=bool(alarms),
        alarms=alarms,
        witnesses=asked,
        anchored_size=anchor.size if anchor else 0,
        anchored_at=from_us(anchor.at_us) if anchor else None,
    )


def alarms(app: App) -> tuple[str, ...]:
    """Why whoever watches the log must act now, in plain words; nothing else is read."""
    if not is_watched(app):
        return ()
    with app.store.read() as db:
        head = events.read_head(db)
        age, asked = _unwitnessed(app, db, head), _witnesses(app, db)
    return tuple(_alarms(app, head, age, asked))


def _alarms(
    app: App, head: events.Head, age: timedelta | None, asked: Sequence[WitnessState]
) -> Iterator[str]:
    # A leaf from the future is as bad as an old one: whichever clock is wrong, nobody can cosign.
    if age is not None and abs(age).total_seconds() > app.settings.witness_alarm_s:
        span = f"for {_span(age)}" if age > timedelta() else "since the clock was set back"
        seen = f"the first {head.witnessed_size:,} of" if head.witnessed_size else "none of"
        yield (
            f"No quorum of witnesses has followed it {span}: they have seen {seen} "
            f"{head.position:,} records."
        )
    for one in asked:
        if one.contradicts:
            yield f"Witness {', '.join(one.names)} contradicts it: {one.trouble}."


def _unwitnessed(app: App, db: Connection, head: events.Head) -> timedelta | None:
    if not is_watched(app) or head.witnessed_size >= head.position:
        return None
    since_us = events.claimed_at(db, head.witnessed_size + 1)
    return None if since_us is None else app.clock() - from_us(since_us)


def _witnesses(app: App, db: Connection) -> tuple[WitnessState, ...]:
    """The witnesses of the trust policy that have an address, in its order."""
    names: dict[str, list[str]] = defaultdict(list)
    for witness in app.trust.witnesses if app.trust else ():
        if witness.url:
            names[witness.url].append(witness.name)
    rows = {row.url: row for row in log.witnesses(db)}
    return tuple(_standing(url, tuple(named), rows.get(url)) for url, named in names.items())


def _standing(url: str, names: tuple[str, ...], row: log.WitnessRow | None) -> WitnessState:
    cosigned = row.cosigned_us if row else None
    return WitnessState(
        url=url,
        names=names,
        size=row.size if row else 0,
        asked_at=from_us(row.asked_us) if row else None,
        cosigned_at=None if cosigned is None else from_us(cosigned),
        trouble=row.trouble if row else "",
        contradicts=row is not None and row.trouble in CONTRADICTIONS,
    )


def _span(age: timedelta) -> str:
    if age >= timedelta(days=2):
        return f"{age.days} days"
    minutes = age // timedelta(minutes=1)
    if minutes >= 120:
        return f"{minutes // 60} hours"
    return f"{minutes} minutes" if minutes > 1 else "a minute"


def sign(app: App) -> Checkpoint:
    """A signed checkpoint over everything recorded so far. Refuses LOG_KEY_MISSING."""
    with app.store.read() as db:
        newest, last = log.newest_checkpoint(db), events.last_position(db)
    if newest is not None and newest.size == last:
        return parse_text(_text(newest.note))
    with app.store.write() as db:
        return sign_in(app, db, events.lock_head(db))


def newest(app: App) -> Checkpoint:
    """The newest checkpoint, signed now where there is none yet."""
    with app.store.read() as db:
        row = log.newest_checkpoint(db)
    return parse_text(_text(row.note)) if row else sign(app)


def handed_out(app: App) -> str:
    """The checkpoint to publish: where witnesses are asked, the newest that a quorum has seen."""
    with app.store.read() as db:
        size = events.read_head(db).witnessed_size
        if size and is_watched(app):
            return note_at(db, size)
    return newest_note(app)


def sign_in(app: App, db: Connection, head: events.Head) -> Checkpoint:
    """Sign the tree that `head`, locked by this transaction, ends in."""
    keys = log_keys.current(app, db)
    now = app.clock()
    checkpoint = Checkpoint(origin=keys.origin, size=head.position, root=head.tree.root)
    note = issue(checkpoint, keys.signers, at_s=int(now.timestamp()))
    row = log.CheckpointRow(size=head.position, note=note, signed_at_us=to_us(now))
    log.put_checkpoint(db, row)
    return checkpoint


def note_at(db: Connection, size: int) -> str:
    """The signed note over `size` leaves with every cosignature it has. Refuses LOG_EMPTY."""
    row = log.checkpoint_at(db, size)
    if row is None:
        refuse(
            Code.LOG_EMPTY,
            "Nothing was given out: no checkpoint was signed at that size.",
            "Take the newest one.",
        )
    lines = (SignatureLine.from_text(one.line) for one in log.cosignatures(db, size))
    return with_lines(row.note, lines)


def covering(app: App, leaves: int) -> str:
    """The checkpoint to show for the first `leaves`: the newest that a quorum has seen, where
    it covers them, else the newest signed."""
    with app.store.read() as db:
        size = events.read_head(db).witnessed_size
        if 0 < leaves <= size:
            return note_at(db, size)
    return newest_note(app)


def newest_note(app: App) -> str:
    """The newest checkpoint as it is handed out, signed now where the log has grown."""
    size = sign(app).size
    with app.store.read() as db:
        return note_at(db, size)


def tree(app: App, db: Connection, size: int) -> Tree:
    """The log's tree of `size` leaves, for proofs; `db` must stay open as long."""

    def hashes(tile: Tile) -> bytes:
        return b"".join(tiles.read(db, tile.level, tile.index, tile.width))

    return Tree(size, hashes, app.tile_cache)


def proof_of(app: App, index: int, *, extra: bytes = b"") -> str:
    """One record's `.tlog-proof` under a checkpoint that covers it. Refuses RECORD_UNKNOWN."""
    note = covering(app, index + 1)
    size = read(note.encode())[0].size
    if not 0 <= index < size:
        refuse(
            Code.RECORD_UNKNOWN,
            "No proof was made: the log has no such record.",
            "Positions are counted from 1, leaves from 0.",
        )
    with app.store.read() as db:
        path = tree(app, db, size).inclusion(index)
    return spell(TlogProof(index=index, proof=tuple(path), checkpoint=note, extra=extra))


def proof_at(app: App, position: int) -> str:
    """The `.tlog-proof` of the record at `position`, from 1, that opens none of its fields.

    Refuses RECORD_UNKNOWN.
    """
    with app.store.read() as db:
        row = events.event_at(db, position) if 0 < position < 2**63 else None
    extra = extra_of_leaf(bytes(row.leaf)) if row is not None else b""
    return proof_of(app, position - 1, extra=extra)


def proofs(app: App, db: Connection, size: int, indexes: Sequence[int]) -> list[list[bytes]]:
    """Inclusion proofs of several leaves in the tree of `size`."""
    grown = tree(app, db, size)
    return [grown.inclusion(index) for index in indexes]


def _text(note: str) -> str:
    return note[: note.rindex("\n\n") + 1]
