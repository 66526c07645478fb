"""One record in the log: 384 bytes that show no kind, actor, outcome, name or text.

The layout is frozen and only grows, into the padding and under a new version.
docs/record-format.md has the offsets; golden bytes pin them.
"""

import hmac
import struct
from dataclasses import dataclass
from hashlib import sha256

LEAF_BYTES = 384
VERSION = 1
ZERO = bytes(32)

_MAGIC = b"tocsin"
_LAYOUT = struct.Struct(">6sHQq32s32s32s32s32s32s168s")
_PADDING = bytes(168)
_PSEUDONYM = b"tocsin/case-pseudonym/1\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What one leaf holds; every hash is 32 bytes, `ZERO` where there is none yet."""

    case_seq: int  # from 1, without gaps within a case
    at_us: int  # claimed time, microseconds since 1970 UTC
    case_pseudonym: bytes
    previous: bytes  # leaf hash of the case's event before; ZERO for the first
    body: bytes
    policy: bytes
    tags: bytes = ZERO
    checkpoint: bytes = ZERO  # hash of the newest witnessed checkpoint

    def __post_init__(self) -> None:
        if not 1 <= self.case_seq < 2**53:
            raise ValueError("a case's events are counted from 1")
        if not -(2**53) < self.at_us < 2**53:
            raise ValueError("a time outside what the record can hold")
        if (self.previous == ZERO) != (self.case_seq == 1):
            raise ValueError("the first event, and no other, has nothing before it")
        links = (self.case_pseudonym, self.previous, self.checkpoint)
        hashes = (*links, self.body, self.policy, self.tags)
        if any(len(value) != 32 for value in hashes):
            raise ValueError("a hash is 32 bytes")


def case_pseudonym(house_key: bytes, case_id: str) -> bytes:
    """The 32 bytes that stand for a case in its leaves; unlinkable without the house key.

    Raises ValueError unless the key is 32 bytes.
    """
    if len(house_key) != 32:
        raise ValueError("a house key is 32 bytes")
    return hmac.digest(house_key, _PSEUDONYM + case_id.encode(), "sha256")


def encode(leaf: Leaf) -> bytes:
    """The 384 bytes of `leaf`."""
    return _LAYOUT.pack(
        _MAGIC,
        VERSION,
        leaf.case_seq,
        leaf.at_us,
        leaf.case_pseudonym,
        leaf.previous,
        leaf.body,
        leaf.tags,
        leaf.policy,
        leaf.checkpoint,
        _PADDING,
    )


def decode(data: bytes) -> Leaf:
    """The leaf that encodes to exactly `data`. Raises ValueError if there is none."""
    if len(data) != LEAF_BYTES:
        raise ValueError("a leaf is 384 bytes")
    magic, version, seq, at_us, case, previous, body, tags, policy, checkpoint, padding = (
        _LAYOUT.unpack(data)
    )
    if (magic, version) != (_MAGIC, VERSION):
        raise ValueError("not a leaf of a known version")
    if padding != _PADDING:
        raise ValueError("the padding is not zero")
    return Leaf(
        case_seq=seq,
        at_us=at_us,
        case_pseudonym=case,
        previous=previous,
        body=body,
        tags=tags,
        policy=policy,
        checkpoint=checkpoint,
    )


def leaf_hash(leaf: bytes) -> bytes:
    """The leaf's hash in the log's tree. Source: RFC 6962, 2.1."""
    return sha256(b"\0" + leaf).digest()
