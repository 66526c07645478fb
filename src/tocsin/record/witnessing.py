"""What a log and a witness say to each other: the add-checkpoint request and its answers.

Source: C2SP tlog-witness.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Collection
from dataclasses import dataclass

from tocsin.record.checkpoint import Checkpoint
from tocsin.record.note import MAX_SIGNATURES, SignatureLine, VerifierKey
from tocsin.record.signing import signed_at, signs

MAX_REQUEST_BYTES = 2**20
MAX_REPLY_BYTES = 2**18
MAX_PROOF_LINES = 63
HASH_BYTES = 32
CLOCKS_APART_S = 3_600
"""How far a witness's clock may be from the house's for its cosignature to be accepted."""

_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})")
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Please cosign the checkpoint in `note`; `proof` shows that it only adds to `old_size`.

    Raises ValueError for a size below 0 or of 2**63 and more, more than 63 hashes, and a
    hash that is not 32 bytes. The note is not looked into.
    """

    old_size: int
    proof: tuple[bytes, ...] = ()
    note: str

    def __post_init__(self) -> None:
        if not 0 <= self.old_size < 2**63:
            raise ValueError("no tree has that size")
        if len(self.proof) > MAX_PROOF_LINES:
            raise ValueError("too many proof lines")
        if any(len(node) != HASH_BYTES for node in self.proof):
            raise ValueError("a proof line is a hash")

    @property
    def spelled(self) -> bytes:
        """The body of the request."""
        lines = [b"old %d\n" % self.old_size, *(b64encode(node) + b"\n" for node in self.proof)]
        return b"".join(lines) + b"\n" + self.note.encode()


def parse(body: bytes) -> Request:
    """The request spelled in `body`. Raises ValueError for any other spelling."""
    if len(body) > MAX_REQUEST_BYTES:
        raise ValueError("too large")
    head, _, note = body.partition(b"\n\n")
    old, *lines = head.split(b"\n", MAX_PROOF_LINES + 1)
    size = _OLD.fullmatch(old)
    try:
        proof = tuple(b64decode(line, validate=True) for line in lines)
        request = Request(old_size=int(size[1]) if size else -1, proof=proof, note=note.decode())
    except ValueError:  # the original error may carry the whole text
        raise ValueError("not an add-checkpoint request") from None
    if request.spelled != body:  # a second spelling of a hash, or no empty line
        raise ValueError("not an add-checkpoint request")
    return request


def read_reply(body: bytes) -> tuple[SignatureLine, ...]:
    """The signature lines with which a witness answers. Nothing is verified.

    Raises ValueError for anything but 1 to `MAX_SIGNATURES` such lines.
    """
    if len(body) > MAX_REPLY_BYTES:
        raise ValueError("too large")
    lines = body.split(b"\n")
    if lines.pop() or not 1 <= len(lines) <= MAX_SIGNATURES:
        raise ValueError("not signature lines")
    try:
        return tuple(SignatureLine.from_text(f"{line.decode()}\n") for line in lines)
    except ValueError:  # the original error may carry the whole text
        raise ValueError("not signature lines") from None


def read_size(body: bytes) -> int:
    """The size that a witness holds, as it answers with 409. Raises ValueError otherwise."""
    if not (size := _SIZE.fullmatch(body)):
        raise ValueError("not a size")
    return int(size[1])


def plausible(at_s: int, now_s: int) -> bool:
    """Whether a cosignature of `at_s` may be accepted at `now_s`, by the house's own clock."""
    return abs(at_s - now_s) <= CLOCKS_APART_S


def cosignatures(
    lines: Collection[SignatureLine],
    checkpoint: Checkpoint,
    keys: Collection[VerifierKey],
    *,
    now_s: int,
) -> tuple[SignatureLine, ...]:
    """Those of `lines` by which one of `keys` cosigned `checkpoint` at a plausible time.

    Lines of unknown keys are ignored. Raises ValueError if a known key's line is wrong or
    its time is not plausible.
    """
    known = {(key.name, key.id): key for key in keys}
    ours = [(known[line.name, line.key_id], line) for line in lines
            if (line.name, line.key_id) in known]  # fmt: skip
    for key, line in ours:
        at_s = signed_at(key, line)
        if not signs(key, line, checkpoint):
            raise ValueError("a witness's signature is wrong")
        if at_s is None or not plausible(at_s, now_s):
            raise ValueError("a witness's clock is not ours")
    return tuple(line for _, line in ours)
