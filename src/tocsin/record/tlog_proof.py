"""A proof of inclusion that stands on its own, as one text. Source: C2SP tlog-proof.

Nothing is verified here: the checkpoint is kept as it was signed, and the extra data is
nobody's word.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass

MAX_HASHES = 64
MAX_EXTRA_BYTES = 2**16 // 4 * 3  # 64 KiB in base64
MAX_CHECKPOINT_BYTES = 2**20
MAX_BYTES = MAX_CHECKPOINT_BYTES + 2**17

_HEAD = re.compile(
    r"c2sp\.org/tlog-proof@v1\n"
    r"(?:extra ([A-Za-z0-9+/=]{4,65536})\n)?"
    r"index (0|[1-9][0-9]{0,18})"
    r"((?:\n[A-Za-z0-9+/]{43}=){0,64})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogProof:
    """That a leaf is at `index` of the log whose signed note is `checkpoint`."""

    index: int
    proof: tuple[bytes, ...]  # from the leaf's sibling up, 32 bytes each
    checkpoint: str  # the whole note, as published
    extra: bytes = b""

    def __post_init__(self) -> None:
        if not 0 <= self.index < 2**63:
            raise ValueError("no log has such a leaf")
        if len(self.proof) > MAX_HASHES or any(len(node) != 32 for node in self.proof):
            raise ValueError("a proof is at most 64 hashes of 32 bytes")
        if len(self.extra) > MAX_EXTRA_BYTES:
            raise ValueError("more extra data than a proof may carry")
        if not self.checkpoint.endswith("\n"):
            raise ValueError("a checkpoint ends with its line")
        if len(self.checkpoint.encode()) > MAX_CHECKPOINT_BYTES:
            raise ValueError("a longer checkpoint than a proof may carry")


def spell(proof: TlogProof) -> str:
    """The proof as text, to be stored as UTF-8 with the extension `.tlog-proof`."""
    extra = [f"extra {b64encode(proof.extra).decode()}"] if proof.extra else []
    nodes = [b64encode(node).decode() for node in proof.proof]
    lines = ["c2sp.org/tlog-proof@v1", *extra, f"index {proof.index}", *nodes]
    return "\n".join([*lines, "", proof.checkpoint])


def parse(data: bytes) -> TlogProof:
    """The proof whose one spelling is `data`. Raises ValueError if there is none."""
    if len(data) > MAX_BYTES:
        raise ValueError("longer than a proof may be")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ValueError("a proof is UTF-8") from None
    head, _, checkpoint = text.partition("\n\n")
    found = _HEAD.fullmatch(head)
    if not found:
        raise ValueError("not a proof of a known version")
    extra, index, nodes = found.groups()
    proof = TlogProof(
        index=int(index),
        proof=tuple(b64decode(node) for node in nodes.split()),
        checkpoint=checkpoint,
        extra=b64decode(extra or "", validate=True),
    )
    if spell(proof) != text:
        raise ValueError("a proof spelled another way")
    return proof
