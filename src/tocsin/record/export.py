"""A case's record in one file: written by the house, readable by anyone, offline.

`build` never judges: what was altered in the database is exported as it stands, and
`tocsin.record.verify` names it. docs/record-format.md describes the file. Files of
format 1, which knew no log, are read but no longer written.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tocsin.record import checkpoint as checkpoints
from tocsin.record import shape
from tocsin.record.canonical import Value, canonical, parse
from tocsin.record.commitments import HASH_BYTES, SEED_BYTES
from tocsin.record.disclosure import Disclosure
from tocsin.record.evidence import read_proof, write_proof
from tocsin.record.leaf import LEAF_BYTES, leaf_hash
from tocsin.record.signing import Signer

FORMAT_1 = "tocsin-case-export-1"
FORMAT = "tocsin-case-export-2"
MAX_EXPORT_BYTES = 64 * 2**20
MAX_POLICY_PACKS = 64
SIGNATURE_BYTES = 64
DESTROYED_TO = "last_seq_destroyed"
ALWAYS_SHOWN = frozenset({"kind", "case_id", DESTROYED_TO})

_SIGNED = {FORMAT_1: b"tocsin/case-export/1\0", FORMAT: b"tocsin/case-export/2\0"}


class Closed(StrEnum):
    """Why an event is not opened, as the file claims it."""

    DESTROYED = "destroyed"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One event as the house has it; body and seed are None once they were destroyed."""

    position: int  # leaf index in the house's log, from 0
    case_seq: int  # from 1
    leaf: bytes
    body: str | None
    seed: bytes | None
    withheld: bool = False  # whatever is there, this file shows the leaf alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One event as the signed head lists it."""

    case_seq: int
    position: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The tree that the proofs lead to."""

    origin: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the house signs: which events there are, where, and their leaves' hashes."""

    case_id: str
    case_pseudonym: bytes
    policy_packs: tuple[bytes, ...]
    exported_at_us: int
    events: tuple[Listed, ...]  # ascending by case_seq
    log: Log | None  # None in format 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who claims to have signed the head."""

    key_id: str
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A body and the seed that opens all of it."""

    body: str
    seed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Partly:
    """A disclosure, still raw: what it allocates when it is read is then let go again."""

    leaf: Value
    disclosure: Mapping[str, Value]

    def read(self) -> Disclosure:
        """Raises ValueError unless its form is exact."""
        return Disclosure.from_value({**self.disclosure, "leaf": self.leaf})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One event as the file shows it; nothing in it is believed yet."""

    case_seq: int
    position: int
    leaf: bytes
    proof: tuple[bytes, ...]  # of inclusion; none in format 1
    opened: Whole | Partly | Closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file that has the right shape. `entries` are still raw: each is read on its own."""

    format: str
    head: Head
    signed: bytes  # the bytes that the signature covers
    signature: Signature
    checkpoint: str | None  # the signed note; None in format 1
    entries: Sequence[Value]


def build(
    entries: Sequence[Opened],
    *,
    case_id: str,
    case_pseudonym: bytes,
    policy_packs: Sequence[bytes],
    exported_at_us: int,
    signer: Signer,
    checkpoint: str,
    proofs: Sequence[Sequence[bytes]],
    show: frozenset[str] | None = None,
) -> bytes:
    """The export of one case, its head signed with the log's Ed25519 key.

    `entries` is the whole case, ascending by `case_seq`; `policy_packs` the 32-byte
    hashes of every pack that its events were decided under; `checkpoint` a signed note
    and `proofs` one inclusion proof an entry in its tree. With `show`, every event
    shows only those of its fields, its kind, and how far a destruction went.

    Raises ValueError for no entries, a wrong order, too many packs, a proof too few, a
    file over 64 MiB, and with `show` for a body that is no canonical object.
    """
    tree, _ = checkpoints.read(checkpoint.encode())
    head: dict[str, Value] = {
        "case_id": case_id,
        "case_pseudonym": case_pseudonym.hex(),
        "events": [_list_entry(entry) for entry in entries],
        "exported_at_us": exported_at_us,
        "log": {"origin": tree.origin, "size": tree.size},
        "policy_packs": [pack.hex() for pack in policy_packs],
    }
    _head(head, FORMAT)
    data = canonical(
        {
            "checkpoint": checkpoint,
            "entries": [
                _written(entry, proof, show) for entry, proof in zip(entries, proofs, strict=True)
            ],
            "format": FORMAT,
            "head": head,
            "signature": {
                "algorithm": "ed25519",
                "key_id": signer.verifier_key.id.hex(),
                "signature": _base64(signer.sign_bytes(_SIGNED[FORMAT] + canonical(head))),
            },
        }
    )
    if len(data) > MAX_EXPORT_BYTES:
        raise ValueError("the export is too large")
    return data


def _list_entry(entry: Opened) -> Value:
    return {
        "case_seq": entry.case_seq,
        "leaf_hash": leaf_hash(entry.leaf).hex(),
        "position": entry.position,
    }


def _written(entry: Opened, proof: Sequence[bytes], show: frozenset[str] | None) -> Value:
    opened, closed = _opened(entry, show)
    return {
        "case_seq": entry.case_seq,
        "closed": closed,
        "leaf": _base64(entry.leaf),
        "opened": opened,
        "position": entry.position,
        "proof": write_proof(proof),
    }


def _opened(entry: Opened, show: frozenset[str] | None) -> tuple[Value, Closed | None]:
    if entry.withheld:
        return None, Closed.WITHHELD
    if entry.body is None or entry.seed is None:
        return None, Closed.DESTROYED
    if show is None:
        return {"body": entry.body, "seed": entry.seed.hex()}, None
    names = shape.mapping(parse(entry.body.encode())).keys() & (show | ALWAYS_SHOWN)
    disclosure = Disclosure.of(entry.leaf, entry.body, entry.seed, names).to_value()
    del disclosure["leaf"]  # the entry has it
    return {"disclosure": disclosure}, None


def read(data: bytes) -> Export:
    """The export in `data`. Raises ValueError unless its shape, entries aside, is exact."""
    outer = shape.mapping(parse(data, max_bytes=MAX_EXPORT_BYTES))
    known = outer.get("format")
    if known not in (FORMAT_1, FORMAT):
        raise ValueError("not an export of a known format")
    names = ["entries", "format", "head", "signature"]
    outer = shape.members(outer, *names, *(["checkpoint"] if known == FORMAT else []))
    signature = shape.members(outer["signature"], "algorithm", "key_id", "signature")
    if signature["algorithm"] != "ed25519":
        raise ValueError("not a known signature algorithm")
    return Export(
        format=known,
        head=_head(outer["head"], known),
        signed=_SIGNED[known] + canonical(outer["head"]),
        signature=Signature(
            key_id=shape.text(signature["key_id"]),
            signature=shape.base64(signature["signature"], SIGNATURE_BYTES),
        ),
        checkpoint=shape.text(outer["checkpoint"]) if known == FORMAT else None,
        entries=shape.sequence(outer["entries"]),
    )


def read_entry(value: Value, known: str) -> Shown:
    """One entry of a file of format `known`. Raises ValueError unless its shape is exact."""
    if known == FORMAT_1:
        entry = shape.members(value, "body", "case_seq", "leaf", "position", "seed")
        proof: tuple[bytes, ...] = ()
        opened: Whole | Partly | Closed = _whole(entry)
    else:
        names = ("case_seq", "closed", "leaf", "opened", "position", "proof")
        entry = shape.members(value, *names)
        proof = read_proof(entry["proof"])
        opened = _read_opened(entry["opened"], entry["closed"], entry["leaf"])
    return Shown(
        case_seq=shape.integer(entry["case_seq"]),
        position=shape.integer(entry["position"]),
        leaf=shape.base64(entry["leaf"], LEAF_BYTES),
        proof=proof,
        opened=opened,
    )


def _read_opened(opened: Value, closed: Value, leaf: Value) -> Whole | Partly | Closed:
    if opened is None:
        return Closed(shape.text(closed))
    if closed is not None:
        raise ValueError("an event is opened or closed")
    if isinstance(opened, dict) and "disclosure" in opened:
        disclosure = shape.members(opened, "disclosure")["disclosure"]
        return Partly(leaf=leaf, disclosure=shape.members(disclosure, "hidden", "shown"))
    return _whole(shape.members(opened, "body", "seed"))


def _whole(value: Mapping[str, Value]) -> Whole:
    return Whole(body=shape.text(value["body"]), seed=shape.hexadecimal(value["seed"], SEED_BYTES))


def _head(value: Value, known: str) -> Head:
    names = ["case_id", "case_pseudonym", "events", "exported_at_us", "policy_packs"]
    head = shape.members(value, *names, *(["log"] if known == FORMAT else []))
    events = tuple(_listed(event) for event in shape.sequence(head["events"]))
    seqs = [event.case_seq for event in events]
    if not events or seqs[0] < 1 or seqs != sorted(set(seqs)):
        raise ValueError("the head lists a case's events in their order, each once")
    packs = shape.sequence(head["policy_packs"])
    if len(packs) > MAX_POLICY_PACKS:
        raise ValueError("too many policy packs")
    return Head(
        case_id=shape.text(head["case_id"]),
        case_pseudonym=shape.hexadecimal(head["case_pseudonym"], HASH_BYTES),
        policy_packs=tuple(shape.hexadecimal(pack, HASH_BYTES) for pack in packs),
        exported_at_us=shape.integer(head["exported_at_us"]),
        events=events,
        log=_log(head["log"]) if known == FORMAT else None,
    )


def _log(value: Value) -> Log:
    log = shape.members(value, "origin", "size")
    return Log(origin=shape.text(log["origin"]), size=shape.integer(log["size"]))


def _listed(value: Value) -> Listed:
    event = shape.members(value, "case_seq", "leaf_hash", "position")
    return Listed(
        case_seq=shape.integer(event["case_seq"]),
        position=shape.integer(event["position"]),
        leaf_hash=shape.hexadecimal(event["leaf_hash"], HASH_BYTES),
    )


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
