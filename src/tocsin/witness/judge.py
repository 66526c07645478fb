"""What a witness answers to a request, from what it knows. Pure. Source: C2SP tlog-witness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tocsin.record import checkpoint as checkpoints
from tocsin.record.checkpoint import Checkpoint, SignedCheckpoint
from tocsin.record.merkle import EMPTY_ROOT, is_consistent
from tocsin.record.note import MAX_NOTE_BYTES, Note, VerifierKey
from tocsin.record.witnessing import Request, parse

MOST_NOTE_BYTES = MAX_NOTE_BYTES - 2**14
"""Our own lines must fit below it."""


class Finding(StrEnum):
    """What a checkpoint under the log's own key says against the log; never renamed."""

    TWO_ROOTS = "two-roots"
    """Two trees of one size. That is proof by itself."""
    GROWTH_NOT_SHOWN = "growth-not-shown"
    """No proof that the old tree is part of this one. The log owes it; a stranger who repeats
    the log's checkpoint with a proof of his own making causes this too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The HTTP status, the size that a 409 tells, and what to keep as evidence, if anything."""

    status: int
    held_size: int
    finding: Finding | None = None


class Unfit(Exception):
    """Not a request to weigh: `status` is 400, 403 or 404, `why` may be shown to anybody."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(status, why)
        self.status, self.why = status, why


def admit(
    body: bytes, logs: Mapping[str, Sequence[VerifierKey]]
) -> tuple[Request, SignedCheckpoint]:
    """The request in `body` and its checkpoint, signed by a key of `logs` for its origin.

    The note that comes back holds the lines of those keys alone. Raises `Unfit`.
    """
    try:
        request = parse(body)
        checkpoint, _ = checkpoints.read(request.note.encode())
    except ValueError:
        raise Unfit(400, "not an add-checkpoint request") from None
    if len(request.note.encode()) > MOST_NOTE_BYTES:
        raise Unfit(400, "a checkpoint too long to be cosigned")
    if not (keys := logs.get(checkpoint.origin)):
        raise Unfit(404, "a log that this witness does not know")
    try:
        signed = checkpoints.verified(request.note.encode(), keys)
    except ValueError:
        raise Unfit(403, "not signed by a key that this witness knows") from None
    known = {(each.key.name, each.key.id): None for each in signed.verified}
    lines = {line: None for line in signed.note.signatures if (line.name, line.key_id) in known}
    note = Note(text=signed.note.text, signatures=tuple(lines))
    return (
        Request(old_size=request.old_size, proof=request.proof, note=note.spelled),
        SignedCheckpoint(checkpoint=checkpoint, note=note, verified=signed.verified),
    )


def judge(request: Request, checkpoint: Checkpoint, latest: Checkpoint | None) -> Ruling:
    """Whether to cosign `checkpoint`, when `latest` is the newest one cosigned of that log.

    200 cosign; 400 old size beyond the checkpoint; 409 another size or, at the same size,
    another root than is held; 422 the proof does not show that the tree only grew.
    """
    size, root = (latest.size, latest.root) if latest else (0, EMPTY_ROOT)
    two_roots = checkpoint.size == size and checkpoint.root != root
    finding = Finding.TWO_ROOTS if two_roots else None
    if request.old_size > checkpoint.size:
        return Ruling(status=400, held_size=size, finding=finding)
    if request.old_size != size or two_roots:
        return Ruling(status=409, held_size=size, finding=finding)
    if is_consistent(size, checkpoint.size, request.proof, root, checkpoint.root):
        return Ruling(status=200, held_size=size)
    # Every tree grows from nothing, and any tree into itself: there the proof alone is wrong.
    grew = 0 < size < checkpoint.size
    return Ruling(status=422, held_size=size, finding=Finding.GROWTH_NOT_SHOWN if grew else None)
