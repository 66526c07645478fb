"""What a file brings along to be believed: a checkpoint, and records opened beside it."""

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from tocsin.record import shape
from tocsin.record.canonical import Value, parse
from tocsin.record.checkpoint import Checkpoint, by_log, verified
from tocsin.record.commitments import HASH_BYTES, SEED_BYTES, commit_body, salts_from
from tocsin.record.leaf import LEAF_BYTES, decode, leaf_hash
from tocsin.record.merkle import is_included
from tocsin.record.note import KeyType, VerifierKey
from tocsin.record.trust import TrustPolicy

MAX_PROOF = 63
"""Hashes in an inclusion or consistency proof of any log that this record can count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLeaf:
    """A leaf, what opens it, and its inclusion proof; nothing of it is believed before `fields`."""

    index: int  # from 0
    leaf: bytes
    body: str = field(repr=False)
    seed: bytes = field(repr=False)
    proof: tuple[bytes, ...]

    @classmethod
    def from_value(cls, value: Value) -> Self:
        """The opened leaf written in `value`. Raises ValueError for any other form."""
        outer = shape.members(value, "body", "index", "leaf", "proof", "seed")
        return cls(
            index=shape.integer(outer["index"]),
            leaf=shape.base64(outer["leaf"], LEAF_BYTES),
            body=shape.text(outer["body"]),
            seed=shape.hexadecimal(outer["seed"], SEED_BYTES),
            proof=read_proof(outer["proof"]),
        )

    def to_value(self) -> dict[str, Value]:
        """Plain data, for a canonical file."""
        return {
            "body": self.body,
            "index": self.index,
            "leaf": b64encode(self.leaf).decode(),
            "proof": write_proof(self.proof),
            "seed": self.seed.hex(),
        }


def read_proof(value: Value) -> tuple[bytes, ...]:
    """A tree proof written as a list of base64. Raises ValueError for any other form."""
    hashes = shape.sequence(value)
    if len(hashes) > 2 * MAX_PROOF:
        raise ValueError("a proof is too long")
    return tuple(shape.base64(one, HASH_BYTES) for one in hashes)


def write_proof(proof: Sequence[bytes]) -> list[str]:
    """The inverse of `read_proof`."""
    return [b64encode(one).decode() for one in proof]


def fields(opened: OpenedLeaf, checkpoint: Checkpoint) -> Mapping[str, Value]:
    """The record's fields. Raises ValueError unless `checkpoint` covers the leaf, and the
    leaf commits to exactly these words. The checkpoint's own signatures are not looked at.
    """
    size, root = checkpoint.size, checkpoint.root
    if not is_included(leaf_hash(opened.leaf), opened.index, size, opened.proof, root):
        raise ValueError("the log does not hold this leaf there")
    found = shape.mapping(parse(opened.body.encode()))
    if commit_body(found, salts_from(opened.seed, found)) != decode(opened.leaf).body:
        raise ValueError("the leaf does not commit to these words")
    return found


def trusted(
    note: str,
    keys: Collection[VerifierKey],
    policy: TrustPolicy | None = None,
    *,
    by_s: int | None = None,
) -> Checkpoint:
    """The checkpoint in `note`, believed on `keys` and the keys of `policy`.

    Raises ValueError unless the log signed it with every type of key that is known for
    it and, with a policy, its quorum cosigned; with `by_s` (seconds since 1970 UTC),
    unless those lines that count say that they were made by then.
    """
    known = {*keys, *(policy.keys if policy else ())}
    signed = verified(note.encode(), known)
    origin = signed.checkpoint.origin
    types = {key.type for key in known if key.name == origin} - {KeyType.ED25519_COSIGNATURE}
    if not types or types != {line.key.type for line in by_log(signed)}:
        raise ValueError("the log did not sign with each of its known keys")
    timely = [
        line.key
        for line in signed.verified
        if by_s is None or (line.at_s is not None and line.at_s <= by_s)
    ]
    # A log does not cosign for itself, whatever the policy names it.
    if policy and not policy.met_by([key for key in timely if key.name != origin]):
        raise ValueError("too few witnesses cosigned")
    if not timely:
        raise ValueError("nobody says that it was signed by then")
    return signed.checkpoint
