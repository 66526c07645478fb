"""A case's record in one file: written by the house, readable by anyone, offline.

`build` never judges: what was altered in the database is exported as it stands, and
`tocsin.record.verify` names it. docs/record-format.md describes the file.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tocsin.record import keys
from tocsin.record.canonical import Value, canonical, parse
from tocsin.record.chain import Entry
from tocsin.record.commitments import HASH_BYTES, SEED_BYTES
from tocsin.record.leaf import LEAF_BYTES, leaf_hash

FORMAT = "tocsin-case-export-1"
MAX_EXPORT_BYTES = 64 * 2**20
MAX_POLICY_PACKS = 64

_SIGNED = b"tocsin/case-export/1\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One event as the signed head lists it."""

    case_seq: int
    position: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the house signs: which events there are, where, and their leaves' hashes."""

    case_id: str
    case_pseudonym: bytes
    policy_packs: tuple[bytes, ...]
    exported_at_us: int
    events: tuple[Listed, ...]  # ascending by case_seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who claims to have signed the head."""

    key_id: str
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One event as the file shows it; nothing in it is believed yet."""

    case_seq: int
    position: int
    body: str
    seed: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file that has the right shape. `entries` are still raw: each is read on its own."""

    head: Head
    signed: bytes  # the bytes that the signature covers
    signature: Signature
    entries: Sequence[Value]


def build(
    entries: Sequence[Entry],
    *,
    case_pseudonym: bytes,
    policy_packs: Sequence[bytes],
    exported_at_us: int,
    private_key: bytes,
) -> bytes:
    """The export of one case, its head signed with the house's log key.

    `entries` is the whole case, ascending by `case_seq`; `policy_packs` the 32-byte
    hashes of every pack that its events were decided under. Raises ValueError for
    no entries, several cases, a wrong order, or a file over 64 MiB.
    """
    if len({entry.case_id for entry in entries}) != 1:
        raise ValueError("an export holds the entries of one case")
    head: dict[str, Value] = {
        "case_id": entries[0].case_id,
        "case_pseudonym": case_pseudonym.hex(),
        "events": [
            {
                "case_seq": entry.case_seq,
                "leaf_hash": leaf_hash(entry.leaf).hex(),
                "position": entry.position,
            }
            for entry in entries
        ],
        "exported_at_us": exported_at_us,
        "policy_packs": [pack.hex() for pack in policy_packs],
    }
    _head(head)
    signature = keys.sign(private_key, _SIGNED + canonical(head))
    data = canonical(
        {
            "entries": [_written(entry) for entry in entries],
            "format": FORMAT,
            "head": head,
            "signature": {
                "algorithm": "ed25519",
                "key_id": keys.key_id(keys.public_key(private_key)),
                "signature": b64encode(signature).decode(),
            },
        }
    )
    if len(data) > MAX_EXPORT_BYTES:
        raise ValueError("the export is too large")
    return data


def _written(entry: Entry) -> dict[str, Value]:
    return {
        "body": entry.body,
        "case_seq": entry.case_seq,
        "leaf": b64encode(entry.leaf).decode(),
        "position": entry.position,
        "seed": entry.seed.hex(),
    }


def read(data: bytes) -> Export:
    """The export in `data`. Raises ValueError unless its shape, entries aside, is exact."""
    outer = _object(
        parse(data, max_bytes=MAX_EXPORT_BYTES), "entries", "format", "head", "signature"
    )
    if outer["format"] != FORMAT:
        raise ValueError("not an export of a known format")
    signature = _object(outer["signature"], "algorithm", "key_id", "signature")
    if signature["algorithm"] != "ed25519":
        raise ValueError("not a known signature algorithm")
    return Export(
        head=_head(outer["head"]),
        signed=_SIGNED + canonical(outer["head"]),
        signature=Signature(
            key_id=_text(signature["key_id"]),
            signature=_base64(signature["signature"], keys.SIGNATURE_BYTES),
        ),
        entries=_list(outer["entries"]),
    )


def read_entry(value: Value) -> Shown:
    """One entry of the list. Raises ValueError unless its shape is exact."""
    entry = _object(value, "body", "case_seq", "leaf", "position", "seed")
    return Shown(
        case_seq=_integer(entry["case_seq"]),
        position=_integer(entry["position"]),
        body=_text(entry["body"]),
        seed=_hex(entry["seed"], SEED_BYTES),
        leaf=_base64(entry["leaf"], LEAF_BYTES),
    )


def _head(value: Value) -> Head:
    head = _object(value, "case_id", "case_pseudonym", "events", "exported_at_us", "policy_packs")
    events = tuple(_listed(event) for event in _list(head["events"]))
    seqs = [event.case_seq for event in events]
    if not events or seqs[0] < 1 or seqs != sorted(set(seqs)):
        raise ValueError("the head lists a case's events in their order, each once")
    packs = _list(head["policy_packs"])
    if len(packs) > MAX_POLICY_PACKS:
        raise ValueError("too many policy packs")
    return Head(
        case_id=_text(head["case_id"]),
        case_pseudonym=_hex(head["case_pseudonym"], HASH_BYTES),
        policy_packs=tuple(_hex(pack, HASH_BYTES) for pack in packs),
        exported_at_us=_integer(head["exported_at_us"]),
        events=events,
    )


def _listed(value: Value) -> Listed:
    event = _object(value, "case_seq", "leaf_hash", "position")
    return Listed(
        case_seq=_integer(event["case_seq"]),
        position=_integer(event["position"]),
        leaf_hash=_hex(event["leaf_hash"], HASH_BYTES),
    )


def _object(value: Value, *names: str) -> Mapping[str, Value]:
    if isinstance(value, dict) and value.keys() == set(names):
        return value
    raise ValueError("an object does not have exactly its members")


def _list(value: Value) -> Sequence[Value]:
    if isinstance(value, list):
        return value
    raise ValueError("not a list")


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("not a text")


def _integer(value: Value) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("not an integer")


# Both decoders forgive other spellings of the same bytes; the file does not.
def _hex(value: Value, size: int) -> bytes:
    data = bytes.fromhex(_text(value))
    if len(data) != size or data.hex() != value:
        raise ValueError("not hexadecimal of the right length")
    return data


def _base64(value: Value, size: int) -> bytes:
    data = b64decode(_text(value), validate=True)
    if len(data) != size or b64encode(data).decode() != value:
        raise ValueError("not base64 of the right length")
    return data
