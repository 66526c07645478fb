"""A case's record: entries that each carry the hash of the one before."""

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.record.canonical import MAX_BYTES, Value, canonical_fields, joined
from tocsin.record.commitments import commit_policy, commit_spelled, salts_from
from tocsin.record.leaf import ZERO, Leaf, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event as it is stored: the words, the seed that opens them, and the leaf."""

    position: int  # leaf index in the house's log, from 0
    case_id: str
    case_seq: int  # from 1
    kind: str
    at_us: int  # microseconds since 1970 UTC
    body: str  # canonical JSON object, kind and actor among its fields
    seed: bytes
    leaf: bytes


def next_entry(
    *,
    position: int,
    case_id: str,
    case_pseudonym: bytes,
    case_seq: int,
    previous: bytes,
    at_us: int,
    fields: Mapping[str, Value],
    seed: bytes,
    policy_pack: bytes,
    tags: bytes = ZERO,
    checkpoint: bytes = ZERO,
) -> Entry:
    """The entry that follows the leaf whose hash is `previous` (`ZERO` for the first).

    `fields` must name its `kind`; `seed` is 32 fresh random bytes, never used
    twice; `policy_pack` is the 32-byte hash of the pack in force, `tags` the commitment
    to the record's tags, `checkpoint` the digest of the newest witnessed one. Raises
    ValueError for anything that could not be read back or verified.
    """
    kind = fields.get("kind")
    if not (isinstance(kind, str) and kind):
        raise ValueError("a body names its kind")
    if position < 0:
        raise ValueError("positions are counted from 0")
    spelled = canonical_fields(fields)
    body = joined(spelled)
    if len(body) > MAX_BYTES:
        raise ValueError("the body is too large")
    leaf = Leaf(
        case_seq=case_seq,
        at_us=at_us,
        case_pseudonym=case_pseudonym,
        previous=previous,
        body=commit_spelled(spelled, salts_from(seed, spelled)),
        policy=commit_policy(policy_pack, seed),
        tags=tags,
        checkpoint=checkpoint,
    )
    return Entry(
        position=position,
        case_id=case_id,
        case_seq=case_seq,
        kind=kind,
        at_us=at_us,
        body=body.decode(),
        seed=seed,
        leaf=encode(leaf),
    )
